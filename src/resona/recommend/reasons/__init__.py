"""Why are two tracks alike?"""
