"""Which tracks make a long mix that drifts from song to song but never loses the one it began with?

Every track comes from a pool of those nearest to the anchor, which keeps the mix anchored; within the pool, each track
follows from the one before, which makes it drift.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from resona.config import check_range
from resona.descriptors import ASPECTS
from resona.errors import ConfigError
from resona.recommend.limits import Attributes
from resona.recommend.ordering.spacing import Spacing

Rows = NDArray[np.intp]
Vectors = NDArray[np.float32]

N_CHOICES = 4  # the next track is drawn from this many
NOTHING = np.empty(0, dtype=np.intp)


@dataclass(frozen=True, slots=True, kw_only=True)
class RadioConfig:
    """What a mix should be like.

    Attributes
    ----------
    seconds
        Its length; the last track may run over.
    drift
        0 stays with the anchor, 1 follows only the track before, in a pool five times as large.
    spacing
        Tracks of others between two of one artist, where possible.
    seed
        Another seed draws another mix.
    lean
        Aspects such as "tempo" or "energy", each from −1, for as little of it as there is near, to 1, for much.

    Examples
    --------
    >>> RadioConfig(seconds=7200, lean={"tempo": 1.0}).drift
    0.5
    """

    seconds: float = 3600.0
    drift: float = 0.5
    spacing: int = 5
    seed: int = 0
    lean: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_range("seconds", self.seconds, 0, 30 * 24 * 3600)
        check_range("drift", self.drift, 0, 1)
        check_range("spacing", self.spacing, 0, 1000)
        for aspect, amount in self.lean.items():
            if aspect not in ASPECTS:
                raise ConfigError(f"a mix leans towards {', '.join(ASPECTS)}, not towards {aspect!r}")
            check_range(aspect, amount, -1, 1)


def draw_radio(  # noqa: PLR0913 - columns of the library, and what is wished for
    embeddings: Vectors,
    anchor: Vectors,
    durations: NDArray[np.float64],
    *,
    attributes: Attributes,
    preference: NDArray[np.float64] | None = None,
    before: Rows = NOTHING,
    config: RadioConfig = RadioConfig(),
) -> Rows:
    """Draw a mix.

    Parameters
    ----------
    embeddings
        Shape (n_tracks, d), unit rows.
    anchor
        Shape (d,), unit: a seed's embedding or the `centroid` of several.
    durations
        Shape (n_tracks,), in seconds; NaN counts as a median track.
    attributes
        Artists are spaced, and of each group of versions one is played.
    preference
        Shape (n_tracks,): how much rather a track is played than its nearness says, in standard deviations of nearness
        in the pool; −∞ for one that may not be played.
    before
        Rows that were just played, the last one last: the mix goes on from it.
    config
        Length, drift, spacing and seed.

    Returns
    -------
    Rows in playing order, each once: as long as asked for, or all that is allowed.

    Examples
    --------
    >>> tracks = np.eye(3, dtype=np.float32)
    >>> attributes = Attributes(artists=[frozenset()] * 3, albums=[""] * 3, versions=[-1] * 3)
    >>> mix = draw_radio(tracks, tracks[0], np.full(3, 200.0), attributes=attributes)
    >>> sorted(mix.tolist())
    [0, 1, 2]
    """
    rng = np.random.default_rng(config.seed)
    preference = np.zeros(len(embeddings)) if preference is None else preference
    rows = np.setdiff1d(np.flatnonzero(preference > -np.inf), before)
    if not len(rows):
        return rows
    known = durations[np.isfinite(durations)]
    lengths = np.where(np.isfinite(durations), durations, np.median(known) if len(known) else 240.0)
    ranked = _one_per_version(rows[np.argsort(-(embeddings[rows] @ anchor), kind="stable")], attributes)
    n_needed = 1 + np.searchsorted(np.cumsum(lengths[ranked]), config.seconds)
    pool = np.concatenate([before, ranked[: int(n_needed * 2 * (1 + 4 * config.drift))]])
    heard = Spacing([attributes.artists[row] for row in pool.tolist()])
    for place in range(len(before)):
        heard.place(place)
    vectors, is_left = embeddings[pool], np.arange(len(pool)) >= len(before)
    wished = np.where(is_left, preference[pool], 0.0) * np.std(vectors @ anchor)
    mix: list[int] = []
    last, seconds = vectors[len(before) - 1] if len(before) else anchor, 0.0
    while is_left.any() and seconds < config.seconds:
        nearness = vectors @ ((1 - config.drift) * anchor + config.drift * last) + wished
        gaps = np.where(is_left, heard.gaps(config.spacing), -1)
        free = np.flatnonzero(gaps == gaps.max())
        few = min(N_CHOICES, len(free))
        nearest = free[np.argpartition(-nearness[free], few - 1)[:few]]
        drawn = int(nearest[rng.integers(len(nearest))])
        heard.place(drawn)
        is_left[drawn] = False
        last, seconds = vectors[drawn], seconds + lengths[pool[drawn]]
        mix.append(drawn)
    return pool[mix]


def _one_per_version(ranked: Rows, attributes: Attributes) -> Rows:
    """Keep of each group of versions the one that ranks first."""
    groups = np.asarray(attributes.versions)[ranked]
    names = np.where(groups < 0, -1 - np.arange(len(ranked)), groups)  # each track without others is its own group
    ranked_once: Rows = ranked[np.sort(np.unique(names, return_index=True)[1])]
    return ranked_once
