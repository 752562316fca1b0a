"""Which tracks are versions of one song?"""
