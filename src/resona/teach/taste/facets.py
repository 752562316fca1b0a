"""In which ways can songs be alike? Each way is a facet: the sound as the network hears it, the tempo, the artist.

A facet places every song on a circle or sphere of radius 1, so the distance of two songs in it is 1 − cosine, as it is
for the network's vectors, and a weighted sum of such distances is again the distance of two vectors: the facets'
coordinates side by side, each scaled by the root of its weight. What is unknown of a song lies in the centre, at
distance 1 from everything: neither near nor far.

- ``sound``: the network's vector itself.
- ``sound 1`` … ``sound 12``: its main directions, so that some may count more than others.
- ``tempo``, ``brightness``, ``loudness``, ``energy``, ``pulse``, ``mode``, ``year``: arcs, one end low, the other high.
- ``beat``, ``key``: full circles; 60 and 120 beats per minute are the same beat, and keys follow the fifths.
- ``artist``: a direction of its own for each artist.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.descriptors import ASPECTS
from resona.errors import FeatureError

Array = NDArray[np.float32]
Numbers = NDArray[np.float64]

SOUND, ARTIST = "sound", "artist"
N_DIRECTIONS = 12
N_ARTISTS = 192  # that have an axis of their own; further ones share a sphere of as many dimensions
N_PAIRS = 4000  # of songs, to measure how far apart they usually are
LEAST = 1e-3  # deviation of the distances in a facet; with less, songs do not differ in it
REACH = 2.5  # deviations from the middle to the ends of an arc


@dataclass(frozen=True, slots=True, kw_only=True)
class Songs:
    """What is known of some songs.

    Attributes
    ----------
    vectors
        Shape (n, d), unit rows: what the network made of each.
    numbers
        Descriptors and year by name, each of shape (n,), NaN where unknown; `mode` is 1 for major. May lack some.
    artists
        A name for each song, empty where unknown.
    """

    vectors: Array
    numbers: Mapping[str, Numbers]
    artists: Sequence[str]

    def __len__(self) -> int:
        return len(self.vectors)


def _logit(share: Numbers) -> Numbers:
    inside = np.clip(share, 1e-3, 1 - 1e-3)
    odds: Numbers = np.log(inside / (1 - inside))
    return odds


def _as_is(values: Numbers) -> Numbers:
    return values


SCALES: Mapping[str, Callable[[Numbers], Numbers]] = {"linear": _as_is, "log": np.log2, "share": _logit}
ARCS: Mapping[str, tuple[str, Callable[[Numbers], Numbers]]] = {
    **{
        name: (ASPECTS[name].name, SCALES[ASPECTS[name].scale])
        for name in ("tempo", "brightness", "loudness", "energy", "pulse")
    },
    "mode": ("mode", _as_is),
    "year": ("year", _as_is),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """The facets of a library's songs.

    Attributes
    ----------
    scales
        Facet to the deviation of the distance of two songs in it: what makes facets comparable.
    ranges
        Middle and deviation of what is placed on an arc.
    mean, directions
        Shape (d,) and (12, d): the middle of the network's vectors, and the directions in which they differ most.
    artists
        Those with an axis of their own.
    """

    scales: Mapping[str, float]
    ranges: Mapping[str, tuple[float, float]]
    mean: Array
    directions: Array
    artists: Mapping[str, int]

    @classmethod
    def fit(cls, songs: Songs, *, seed: int = 0) -> "Facets":
        """Find the facets in which the songs of a library differ.

        Parameters
        ----------
        songs
            The library.
        seed
            Draws the pairs of songs that are measured.

        Raises
        ------
        FeatureError
            If there are fewer than two songs.

        Examples
        --------
        >>> rng = np.random.default_rng(0)
        >>> vectors = rng.standard_normal((50, 4)).astype(np.float32)
        >>> vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        >>> songs = Songs(vectors=vectors, numbers={"tempo_bpm": rng.uniform(60, 180, 50)}, artists=[""] * 50)
        >>> Facets.fit(songs).names
        ('sound', 'sound 1', 'sound 2', 'sound 3', 'sound 4', 'tempo', 'beat')
        """
        if len(songs) < 2:
            raise FeatureError(f"there must be two songs at least to tell them apart, got {len(songs)}")
        mean, directions = _main_directions(songs.vectors)
        plain = cls(scales={}, ranges={}, mean=mean, directions=directions, artists=_axes(songs.artists))
        ranges = {name: _range(values) for name, values in plain._values(songs).items() if _varies(values)}
        placed = replace(plain, ranges=ranges)
        rng = np.random.default_rng(seed)
        a, b = rng.integers(0, len(songs), (2, N_PAIRS))
        a, b = a[a != b], b[a != b]
        spread = {name: float(distance(part[a], part[b]).std()) for name, part in placed.place(songs).items()}
        scales = {name: max(value, LEAST) for name, value in spread.items() if value > LEAST or name == SOUND}
        return replace(placed, scales=scales)

    @property
    def names(self) -> tuple[str, ...]:
        """The facets in their order; the first is `SOUND`."""
        return tuple(self.scales)

    def place(self, songs: Songs) -> dict[str, Array]:
        """Give the coordinates of songs, which need not be in the library.

        Returns
        -------
        Facet to shape (n, k); rows of length 1, or 0 where unknown.
        """
        values = self._values(songs)
        places = {SOUND: songs.vectors}
        places |= {name: _arc(values[name], *self.ranges[name]) for name in self.ranges if name in values}
        places |= {name: _circle(turns) for name, turns in _turns(songs).items()}
        places[ARTIST] = self._place_artists(songs.artists)
        missing = {name: np.zeros((len(songs), 2), np.float32) for name in self.names if name not in places}
        return {name: {**places, **missing}[name] for name in (self.names or places)}

    def _values(self, songs: Songs) -> dict[str, Numbers]:
        along = (songs.vectors - self.mean) @ self.directions.T
        values = {f"{SOUND} {i}": column.astype(np.float64) for i, column in enumerate(along.T, start=1)}
        for name, (column, scale) in ARCS.items():
            if column in songs.numbers:
                known = np.asarray(songs.numbers[column], np.float64)
                values[name] = scale(np.where(known > 0, known, np.nan)) if scale is np.log2 else scale(known)
        return values

    def _place_artists(self, names: Sequence[str]) -> Array:
        if not self.artists:
            return np.zeros((len(names), 2), np.float32)
        n_axes = min(len(self.artists), N_ARTISTS)
        if len(self.artists) <= N_ARTISTS:
            axes = np.eye(n_axes, dtype=np.float32)
        else:
            axes = np.random.default_rng(0).standard_normal((len(self.artists), n_axes)).astype(np.float32)
            axes /= np.linalg.norm(axes, axis=1, keepdims=True)
        rows = np.array([self.artists.get(name, -1) for name in names], dtype=np.intp)
        return np.where(rows[:, None] >= 0, axes[rows], np.float32(0))


def distance(a: Array, b: Array) -> Array:
    """Compare coordinates row by row: 0 at the same place, 1 where something is unknown, 2 at opposite ends.

    Examples
    --------
    >>> distance(np.array([[1.0, 0.0], [0.0, 0.0]]), np.array([[-1.0, 0.0], [1.0, 0.0]]))
    array([2., 1.])
    """
    apart: Array = 1 - np.einsum("nk,nk->n", a, b)
    return apart


def _main_directions(vectors: Array) -> tuple[Array, Array]:
    """Find the mean, and the eigenvectors of the covariance with the largest eigenvalues, largest first."""
    mean = vectors.mean(axis=0, dtype=np.float64)
    covariance = (vectors.T @ vectors).astype(np.float64) / len(vectors) - np.outer(mean, mean)
    n_directions = min(N_DIRECTIONS, *vectors.shape)
    directions = np.linalg.eigh(covariance)[1][:, ::-1][:, :n_directions].T
    signs = np.sign(directions[np.arange(n_directions), np.abs(directions).argmax(axis=1)])
    return mean.astype(np.float32), (directions * signs[:, None]).astype(np.float32)


def _axes(artists: Sequence[str]) -> dict[str, int]:
    return {name: axis for axis, name in enumerate(sorted(set(artists) - {""}))}


def _varies(values: Numbers) -> bool:
    known = values[np.isfinite(values)]
    return len(known) >= 2 and float(np.ptp(known)) > 0


def _range(values: Numbers) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    return float(np.median(known)), float(known.std())


def _arc(values: Numbers, middle: float, spread: float) -> Array:
    """Place values on half a circle: equal steps are equal angles, and beyond 2.5 deviations all is the same."""
    angles = np.clip((values - middle) / (REACH * spread), -1, 1) * (np.pi / 2)
    return _at(angles)


def _circle(turns: Numbers) -> Array:
    return _at(2 * np.pi * turns)


def _at(angles: Numbers) -> Array:
    places = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    known: Array = np.where(np.isfinite(angles)[:, None], places, 0).astype(np.float32)
    return known


def _turns(songs: Songs) -> dict[str, Numbers]:
    turns: dict[str, Any] = {}
    if "tempo_bpm" in songs.numbers:
        tempo = np.asarray(songs.numbers["tempo_bpm"], np.float64)
        turns["beat"] = np.log2(np.where(tempo > 0, tempo, np.nan))
    if {"key", "mode"} <= set(songs.numbers):
        relative_major = songs.numbers["key"] + 3 * (1 - songs.numbers["mode"])
        turns["key"] = relative_major * 7 % 12 / 12
    return turns
