"""What does a track, or a file from anywhere, sound and look like?"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resona.audio import Picture, read_cover
from resona.library.ear import Ear, Excerpt, ForeignSound, Hear, Outline
from resona.library.models import Models
from resona.tracks import Track


class Sounds:
    """Covers, outlines, excerpts, and files that are not in the library: ``library.sounds``.

    Attributes
    ----------
    ear
        The process that decodes.
    """

    def __init__(self, models: Models) -> None:
        self._models, self.ear = models, Ear()

    @staticmethod
    def cover(track: Track) -> Picture | None:
        """Give the picture in a track's file or beside it: JPEG, PNG, GIF or WebP."""
        return read_cover(track.path)

    def outline(self, track: Track) -> list[float]:
        """Draw a track's waveform: the peak of each of 480 equal parts, 0–1; nothing for more than an hour.

        Raises
        ------
        AudioError
            If it cannot be heard.
        """
        task = Outline(path=track.path, start_seconds=track.start_seconds, duration_seconds=track.tags.duration_seconds)
        return list(self.ear.ask(task))

    def excerpt(self, track: Track, start_seconds: float, seconds: float) -> NDArray[np.float32]:
        """Decode a part of a track: shape (n,), mono, at `EXCERPT_RATE`.

        Raises
        ------
        AudioError
            If it cannot be heard.
        """
        start = track.start_seconds + start_seconds
        return np.asarray(self.ear.ask(Excerpt(path=track.path, start_seconds=start, seconds=seconds)))

    def hear(self, path: Path) -> tuple[ForeignSound, NDArray[np.float32]]:
        """Hear a file that is not in the library: what there is to know about it, and its embedding, shape (d,).

        Raises
        ------
        AudioError
            If it cannot be heard.
        """
        model = self._models.current
        heard: ForeignSound = self.ear.ask(Hear(path=path, features=model.features))
        return heard, model.embed(heard.listened.features)
