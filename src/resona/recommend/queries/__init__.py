"""What does a person mean by a query?"""
