"""In which order is a list played, and how varied is it?"""
