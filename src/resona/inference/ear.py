"""How does a network hear that does not take MFCCs?

An ear is a bundle with a front end (`resona.features.front`). It hears the decoded clips themselves, when a track is
scanned; only its vector is kept. Its vectors are as the network gives them: `resona.inference.joined` makes them
comparable.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resona.errors import CheckpointError, FeatureError
from resona.features.front import FrontEnd
from resona.inference.bundle import Bundle, onnx_failures
from resona.inference.model import NOTHING, Array

ENCODER = "encoder.onnx"
BATCH_PIECES = 3  # heard at once: what a network holds between its layers grows with it


class EarBundle(Bundle):
    """A network with a front end of its own, in a folder."""

    @property
    def front(self) -> FrontEnd:
        """What it takes.

        Raises
        ------
        CheckpointError
            If the bundle takes MFCCs.
        """
        if self.manifest.front is None:
            raise CheckpointError(f"{str(self.folder)!r} has no front end: it hears MFCCs")
        return self.manifest.front

    @property
    def ears(self) -> Mapping[str, Path]:
        """Itself."""
        return {self.model_id: self.folder}

    def hear(self, clips: Sequence[Array]) -> Array:
        """Embed one track.

        Parameters
        ----------
        clips
            Its decoded clips, mono, at ``front.sample_rate``.

        Returns
        -------
        Shape (n_dims,), as the network gives it.

        Raises
        ------
        FeatureError
            If a clip is empty, or the network gives what is no such vector, or not finite.
        CheckpointError
            If the network cannot be run.
        """
        vectors = self.run(self.front.pieces(clips))
        pooled = vectors.max(axis=0) if self.front.pooling == "max" else vectors.mean(axis=0)
        if pooled.shape != (self.n_dims,) or not np.isfinite(pooled).all():
            raise FeatureError(f"the ear {self.name!r} gave a vector that is not {self.n_dims} finite numbers")
        vector: Array = pooled.astype(np.float32, copy=False)
        return vector

    def run(self, pieces: Array, *, batch: int = BATCH_PIECES) -> Array:
        """Run the network on pieces, `batch` at once: (n_pieces, …) → (n_pieces, …), one vector each.

        Raises
        ------
        CheckpointError
            If the network cannot be run on them.
        """
        size = min(batch, self._most_at_once)
        try:
            parts = [
                self._encoder.run([self._output], {self._input: pieces[start : start + size]})[0]
                for start in range(0, len(pieces), size)
            ]
            return np.concatenate(parts)
        except onnx_failures() as error:
            raise CheckpointError(f"the network of {self.name!r} cannot be run: {error}") from error

    def embed_many(self, tracks: Iterable[NDArray[np.floating]], by_ear: Mapping[str, Array] = NOTHING) -> Array:  # noqa: ARG002
        """Give what it has heard of the sound, shape (n_tracks, n_dims).

        Raises
        ------
        FeatureError
            If it has not heard it: features do not tell it anything.
        """
        if self.model_id not in by_ear:
            raise FeatureError(f"the ear {self.name!r} hears sound, and no stored features; scan again")
        return by_ear[self.model_id]

    @cached_property
    def _input(self) -> str:
        return str(self._encoder.get_inputs()[0].name)

    @cached_property
    def _output(self) -> str:
        return self.front.output or str(self._encoder.get_outputs()[0].name)

    @cached_property
    def _most_at_once(self) -> int:
        """1 where the network was written for one piece at a time."""
        return 1 if self._encoder.get_inputs()[0].shape[:1] == [1] else BATCH_PIECES


@cache
def open_ear(folder: Path) -> EarBundle:
    """Open an ear once in a process, with one thread.

    Raises
    ------
    CheckpointError
        If there is no ear, or it is damaged, foreign, or written by a newer Resona.
    """
    return EarBundle.load(folder)
