"""A small music library made of nothing but numbers: invented artists in several styles, for the demo and for tests.

What is known about each track (tempo, key, artist) is the truth, because it was made so.
"""

from resona.synth.plan import TrackPlan, plan_library
from resona.synth.rendering import render
from resona.synth.styles import STYLES

__all__ = ["STYLES", "TrackPlan", "plan_library", "render"]
