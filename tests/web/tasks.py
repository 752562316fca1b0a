"""Files with which a decoder has different luck; worker processes import this."""

import os
from pathlib import Path


class Crashing:
    """A file that kills the decoder."""

    path = Path("crashing.mp3")

    def __call__(self) -> None:
        os.abort()


class Honest:
    """A file that can be heard."""

    path = Path("honest.mp3")

    def __call__(self) -> str:
        return "heard"
