"""Which of my songs sound like this one? Learned music similarity for your own library."""

from resona._version import __version__

__all__ = ["__version__"]
