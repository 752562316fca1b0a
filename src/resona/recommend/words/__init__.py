"""Which tracks do words call for?"""
