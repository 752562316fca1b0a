"""What every model can do, so that stages need not care which one they have.

Conventions: `clips` are the stored features of a track, shape (n_clips, n_mfcc, n_frames), float16 or float32, in dB;
`by_ear` holds what ears (`resona.inference.ear`) made of the sound itself, by their `model_id`; embeddings are float32;
a similarity is higher for what is nearer, a probability lies in 0…1 and orders as it does.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.config import from_mapping
from resona.errors import FeatureError
from resona.features.mfcc import FeatureConfig
from resona.inference.manifest import Ranking
from resona.inference.words import Words
from resona.metrics.calibration import Calibration

Array = NDArray[np.float32]

MIN_FRAMES = 8  # about a fifth of a second; what is shorter has no sound to compare
NOTHING: Mapping[str, Array] = MappingProxyType({})
BATCH_TRACKS = 64  # tracks held at once by `embed_many`
BATCH_VALUES = 400_000  # input values of one run: bounds memory for whole songs as for clips
BLOCK_ROWS = 256  # queries compared at once by `similarity_matrix`


class Model(ABC):
    """Embeds tracks and compares embeddings.

    Attributes
    ----------
    model_id
        Changes whenever embeddings do; stored with each of them.
    name
        For people.
    n_dims
        Length of an embedding.
    feature_config
        The fields of the `FeatureConfig` that the model expects.
    feature_fingerprint
        Its fingerprint.
    is_unit
        Whether embeddings have length 1.
    ranking
        By what tracks are ranked.
    calibration
        Turns that similarity into a probability.
    """

    model_id: str
    name: str
    n_dims: int
    feature_config: Mapping[str, Any]
    feature_fingerprint: str
    is_unit: bool
    ranking: Ranking
    calibration: Calibration

    @property
    def words(self) -> Words | None:
        """The words that it can tell, if it was taught any."""
        return None

    @property
    def features(self) -> FeatureConfig:
        """The front end that the model expects."""
        return from_mapping(FeatureConfig, self.feature_config)

    @property
    def ears(self) -> Mapping[str, Path]:
        """The ears that have to hear a track's sound before it can be embedded: `model_id` to folder."""
        return {}

    @abstractmethod
    def _embed_batch(self, batch: Array) -> Array:
        """Embed clips of equal length, (n, n_mfcc, n_frames) → (n, n_dims)."""

    def embed(self, clips: NDArray[np.floating], by_ear: Mapping[str, Array] = NOTHING) -> Array:
        """Embed one track.

        Parameters
        ----------
        clips
            Shape (n_clips, n_mfcc, n_frames).
        by_ear
            For each of `ears` its vector.

        Returns
        -------
        Shape (n_dims,): the mean of the clips' embeddings, renormalised where the model's have length 1.

        Raises
        ------
        FeatureError
            If the shape is wrong, a value is not finite, or there are fewer than 8 frames.
        """
        vector: Array = self.embed_many([clips], {ear: heard[None] for ear, heard in by_ear.items()})[0]
        return vector

    def embed_many(
        self,
        tracks: Iterable[NDArray[np.floating]],
        by_ear: Mapping[str, Array] = NOTHING,  # noqa: ARG002 - for models with ears
    ) -> Array:
        """Embed many tracks, in batches; the same vectors as one by one.

        Parameters
        ----------
        tracks
            For each its clips; lengths may differ.
        by_ear
            For each of `ears` its vectors, one row a track.

        Returns
        -------
        Shape (n_tracks, n_dims).

        Raises
        ------
        FeatureError
            As `embed`.
        """
        chunks = [self._embed_chunk(chunk) for chunk in _chunks(tracks)]
        return np.concatenate(chunks) if chunks else np.empty((0, self.n_dims), np.float32)

    def embed_clips(self, clips: NDArray[np.floating]) -> Array:
        """Embed each clip of a track, to say which are alike: shape (n_clips, d), of length 1."""
        return unit(self.embed_many([clip[None] for clip in clips]))

    def embed_described(
        self,
        clips: NDArray[np.floating],
        descriptors: Mapping[str, float | str | None],  # noqa: ARG002 - for others
        by_ear: Mapping[str, Array] = NOTHING,
    ) -> Array:
        """Embed one track of which more is known than its sound; a model that only listens needs no more."""
        return self.embed(clips, by_ear)

    def place(self, vector: Array, descriptors: Mapping[str, float | str | None]) -> Array:  # noqa: ARG002 - for others
        """Place a vector of the model that listens, shape (d,), among those that are compared; mostly the same."""
        return vector

    def similarities(self, a: Array, b: Array) -> Array:
        """Compare embeddings pair by pair, by what the model ranks by.

        Parameters
        ----------
        a, b
            Shape (n, n_dims) each; one of them may be (n_dims,), which is then compared with every row of the other.

        Returns
        -------
        Shape (n,), higher is nearer; symmetric.
        """
        result: Array = np.einsum("nd,nd->n", *np.broadcast_arrays(np.atleast_2d(a), np.atleast_2d(b)))
        return result

    def similarity_matrix(self, a: Array, b: Array) -> Array:
        """Compare every row of `a` with every row of `b`.

        Returns
        -------
        Shape (len(a), len(b)).
        """
        if self.ranking.by == "cosine":
            return a @ b.T
        return np.stack([self.similarities(row, b) for row in a]) if len(a) else np.empty((0, len(b)), np.float32)

    def probabilities(self, similarities: NDArray[np.floating]) -> NDArray[np.float64]:
        """Say how likely each similarity is to mean "alike"; in the same order as the similarities.

        Returns
        -------
        The shape of `similarities`, in 0…1.
        """
        return self.calibration.apply(similarities)

    def _embed_chunk(self, tracks: list[NDArray[np.floating]]) -> Array:
        for clips in tracks:
            self._check(clips)
        by_length: dict[int, list[int]] = {}
        for position, clips in enumerate(tracks):
            by_length.setdefault(clips.shape[2], []).append(position)
        vectors = np.empty((len(tracks), self.n_dims), np.float32)
        for positions in by_length.values():
            clips = np.concatenate([tracks[position] for position in positions]).astype(np.float32)
            size = max(1, BATCH_VALUES // (clips.shape[1] * clips.shape[2]))
            parts = [self._embed_batch(clips[start : start + size]) for start in range(0, len(clips), size)]
            ends = np.cumsum([len(tracks[position]) for position in positions])[:-1]
            vectors[positions] = [part.mean(axis=0) for part in np.split(np.concatenate(parts), ends)]
        if not np.isfinite(vectors).all():
            raise FeatureError(f"the model {self.name!r} gave a vector that is not finite")
        return unit(vectors) if self.is_unit else vectors

    def _check(self, clips: NDArray[np.floating]) -> None:
        n_mfcc = self.feature_config["n_mfcc"]
        if clips.ndim != 3 or not len(clips) or clips.shape[1] != n_mfcc or clips.shape[2] < MIN_FRAMES:
            raise FeatureError(f"features must be (n_clips, {n_mfcc}, {MIN_FRAMES} frames or more), got {clips.shape}")
        if not np.isfinite(clips).all():
            raise FeatureError("features must be finite everywhere")


def unit(vectors: Array) -> Array:
    """Scale each row to length 1; a row of zeros stays as it is.

    Examples
    --------
    >>> unit(np.array([[3, 4], [0, 0]], np.float32))
    array([[0.6, 0.8],
           [0. , 0. ]], dtype=float32)
    """
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Array = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32, copy=False)
    return scaled


def _chunks(tracks: Iterable[NDArray[np.floating]]) -> Iterator[list[NDArray[np.floating]]]:
    iterator = iter(tracks)
    while chunk := list(islice(iterator, BATCH_TRACKS)):
        yield chunk
