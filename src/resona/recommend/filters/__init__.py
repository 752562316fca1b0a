"""Which tracks may be results at all?"""
