"""What does a track, or a file from anywhere, sound and look like?"""

import shutil
import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resona.audio import Picture, read_cover
from resona.errors import StoreError
from resona.ingest import AnalysisConfig
from resona.library.ear import Cut, Ear, Excerpt, ForeignSound, Hear, Outline, Shrink
from resona.library.models import Models
from resona.store import Served
from resona.tracks import Track

N_PICTURES = 1000  # that may wait: players ask for a whole page of covers at once
MOST_PART_BYTES = 1_000_000_000


class Sounds:
    """Covers, outlines, excerpts, and files that are not in the library: ``library.sounds``.

    Parameters
    ----------
    models
        The models that listen.
    parts_dir
        Where parts that were cut out of files are kept while the library is open.

    Attributes
    ----------
    ear, eye
        The processes that decode sound and pictures.
    """

    def __init__(self, models: Models, parts_dir: Path) -> None:
        self._models, self.ear, self.eye = models, Ear(), Ear(n_waiting=N_PICTURES)
        self._parts_dir, self._cutting = parts_dir, threading.Lock()

    def close(self) -> None:
        """End the processes, and forget what was cut."""
        self.ear.close()
        self.eye.close()
        shutil.rmtree(self._parts_dir, ignore_errors=True)

    def small_cover(self, track: Track, size: int) -> Picture | None:
        """Give the same, at most `size` pixels wide and high, as JPEG.

        Raises
        ------
        AudioError
            If the picture is damaged.
        """
        picture = self.cover(track)
        if picture is None:
            return None
        content: bytes = self.eye.ask(Shrink(path=track.path, content=picture.content, size=size))
        return Picture(content=content, mime="image/jpeg")

    def part(self, served: Served) -> Path:
        """Give a part of a file, as in a cue sheet, as a FLAC file of its own: for a while, until many others are cut.

        Raises
        ------
        AudioError, StoreError
            If it cannot be cut out, or not be kept.
        """
        track = served.track
        name = f"{track.track_id}-{track.start_seconds}-{served.end_seconds}-{served.size_bytes}.flac"
        path = self._parts_dir / name
        with self._cutting:
            if not path.exists():
                cut = Cut(path=track.path, start_seconds=track.start_seconds, end_seconds=served.end_seconds)
                self._keep(path, self.ear.ask(cut))
            path.touch()
        return path

    def _keep(self, path: Path, content: bytes) -> None:
        try:
            self._parts_dir.mkdir(parents=True, exist_ok=True)
            self._make_room(len(content))
            path.with_suffix(".new").write_bytes(content)
            path.with_suffix(".new").replace(path)
        except OSError as error:
            raise StoreError(path, f"the part of the file cannot be kept: {error.strerror}") from error

    def _make_room(self, n_bytes: int) -> None:
        """Forget the parts that were not asked for the longest."""
        for path in sorted(self._parts_dir.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True):
            n_bytes += path.stat().st_size
            if n_bytes > MOST_PART_BYTES:
                path.unlink()

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
        heard: ForeignSound = self.ear.ask(Hear(path=path, analysis=AnalysisConfig.of(model)))
        return heard, model.embed(heard.listened.features, heard.listened.by_ear)
