"""What does a list need to know of the whole library?"""
