"""A small music library made of nothing but numbers: invented artists in several styles, for the demo and for tests.

What is known about each track (tempo, key, artist) is the truth, because it was made so.
"""

from resona_composer.plan import TrackPlan, plan_library
from resona_composer.rendering import render
from resona_composer.styles import STYLES

__all__ = ["STYLES", "TrackPlan", "plan_library", "render"]
