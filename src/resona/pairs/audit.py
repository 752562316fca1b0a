"""How much of what is tested was trained on?

A measure on music that the model has met says how well it remembers. The audit counts, for any two sides, the tracks,
artists, albums and near-duplicate recordings that both have.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resona.errors import LeakError

BLOCK = 2048  # rows of the similarity matrix held at once


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakReport:
    """What two sides of a split share.

    Attributes
    ----------
    n_held_out
        Tracks on the side that is measured.
    shared_tracks
        Those of them that are also trained on.
    shared_artists, shared_albums
        Held-out tracks of which any artist, or the album, is trained on; the shared tracks are among them.
    near_duplicates
        Held-out tracks, other than shared ones, that sound (almost) exactly like a track trained on: the held-out track
        and that one.

    Examples
    --------
    >>> print(audit([0, 1], [1, 2], artists=[{"a"}, {"b"}, {"guest", "a"}]))
    Of 2 held-out tracks, training also has: the track itself 1 (50 %), an artist of it 2 (100 %).
    """

    n_held_out: int
    shared_tracks: tuple[int, ...]
    shared_artists: tuple[int, ...]
    shared_albums: tuple[int, ...] | None = None
    near_duplicates: tuple[tuple[int, int], ...] | None = None

    @property
    def is_clean(self) -> bool:
        """Whether training shares no track, artist or duplicate with what is held out."""
        return not (self.shared_tracks or self.shared_artists or self.near_duplicates)

    def require_clean(self) -> None:
        """Refuse to go on with a leak.

        Raises
        ------
        LeakError
            With the counts.
        """
        if not self.is_clean:
            raise LeakError(f"{self} Split by artist, so that what is measured is unseen.")

    def __str__(self) -> str:
        found = {
            "the track itself": self.shared_tracks,
            "an artist of it": self.shared_artists,
            "its album": self.shared_albums,
            "a near-duplicate of it": self.near_duplicates,
        }
        counts = ", ".join(
            f"{name} {len(tracks)} ({100 * len(tracks) / max(self.n_held_out, 1):.0f} %)"
            for name, tracks in found.items()
            if tracks is not None
        )
        return f"Of {self.n_held_out} held-out tracks, training also has: {counts}."


def audit(
    train: Sequence[int] | NDArray[np.int64],
    held_out: Sequence[int] | NDArray[np.int64],
    *,
    artists: Sequence[Set[str]],
    albums: Sequence[str] | None = None,
    embeddings: NDArray[np.float32] | None = None,
    min_similarity: float = 0.995,
) -> LeakReport:
    """Compare the two sides of a split.

    For a file of pairs, a side is all tracks of its pairs: ``np.union1d(pairs.a, pairs.b)``.

    Parameters
    ----------
    train, held_out
        Positions of tracks.
    artists
        For each track its artists.
    albums
        For each track the key of its album.
    embeddings
        Shape (n_tracks, d), unit length; without them near-duplicates are not looked for.
    min_similarity
        Cosine from which two tracks are near-duplicates.

    Examples
    --------
    >>> audit([0], [1], artists=[{"a"}, {"b"}]).is_clean
    True
    """
    trained, tested = np.unique(np.asarray(train, np.int64)), np.unique(np.asarray(held_out, np.int64))
    shared = set(trained.tolist()) & set(tested.tolist())
    return LeakReport(
        n_held_out=len(tested),
        shared_tracks=tuple(sorted(shared)),
        shared_artists=_sharing(artists, trained, tested),
        shared_albums=None if albums is None else _sharing([{album} for album in albums], trained, tested),
        near_duplicates=None if embeddings is None else _near(embeddings, trained, tested, min_similarity),
    )


def _sharing(keys: Sequence[Set[str]], trained: NDArray[np.int64], tested: NDArray[np.int64]) -> tuple[int, ...]:
    known = set[str]().union(*(keys[track] for track in trained))
    return tuple(int(track) for track in tested if not known.isdisjoint(keys[track]))


def _near(
    embeddings: NDArray[np.float32], trained: NDArray[np.int64], tested: NDArray[np.int64], min_similarity: float
) -> tuple[tuple[int, int], ...]:
    new = np.setdiff1d(tested, trained)
    if not len(trained) or not len(new):
        return ()
    found: list[tuple[int, int]] = []
    for start in range(0, len(new), BLOCK):
        rows = new[start : start + BLOCK]
        similarities = embeddings[rows] @ embeddings[trained].T
        nearest = similarities.argmax(axis=1)
        is_near = similarities.max(axis=1) >= min_similarity
        found += zip(rows[is_near].tolist(), trained[nearest[is_near]].tolist(), strict=True)
    return tuple(found)
