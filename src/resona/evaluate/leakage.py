"""Is the split honest? What training and test have in common, for our split or for any file of pairs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resona.inference import Model
from resona.pairs import SPLITS, LeakReport, audit, read_pairs, split_artists
from resona.pairs.labelled import LabelledTracks
from resona.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitReport:
    """A split and its leaks.

    Attributes
    ----------
    n_tracks, n_artists
        By split.
    genres
        Genre to number of artists by split.
    leaks
        What held-out tracks share with training.
    near_duplicates
        Pairs of labels: a held-out track, and the track of training that sounds (almost) exactly like it.
    n_left_out
        Tracks in no split: they link artists of different ones.
    n_unknown
        Names in a file of pairs that stand for no track of the library.
    """

    n_tracks: dict[str, int]
    n_artists: dict[str, int]
    genres: dict[str, dict[str, int]]
    leaks: LeakReport
    near_duplicates: list[tuple[str, str]]
    n_left_out: int = 0
    n_unknown: int = 0


def check_split(store: Store, model: Model) -> SplitReport:
    """Check the split that training and evaluation use.

    Raises
    ------
    SplitError
        If there are too few artists or genres.
    """
    labelled, embeddings = _embedded(store, model)
    splits = split_artists(labelled.artists, labelled.genres)
    report = _report(labelled, embeddings, {split: np.flatnonzero(splits == split) for split in SPLITS})
    return replace(report, n_left_out=int((splits == "").sum()))


def check_pairs(store: Store, model: Model, path: Path) -> SplitReport:
    """Check a file of pairs `a,b,label,split`: validation and test against training.

    Raises
    ------
    QueryError
        If the file cannot be read.
    """
    labelled, embeddings = _embedded(store, model)
    positions = {str(track.path): position for position, track in enumerate(labelled.tracks)}
    pairs, unknown = read_pairs(path).resolve(positions)
    sides = {split: np.union1d(pairs[split].a, pairs[split].b).astype(np.int64) for split in SPLITS}
    return replace(_report(labelled, embeddings, sides), n_unknown=len(unknown))


def _embedded(store: Store, model: Model) -> tuple[LabelledTracks, NDArray[np.float32]]:
    track_ids, vectors = store.embeddings.matrix(model.model_id)
    labelled = LabelledTracks.of(store.tracks.get_many(track_ids.tolist()))
    return labelled, vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def _report(
    labelled: LabelledTracks, embeddings: NDArray[np.float32], sides: Mapping[str, NDArray[np.int64]]
) -> SplitReport:
    """Compare the sides of a split; a track may be on several of them."""
    held_out = np.union1d(sides["validation"], sides["test"]).astype(np.int64)
    leaks = audit(sides["train"], held_out, artists=labelled.artists, albums=labelled.albums, embeddings=embeddings)
    artists = np.array(labelled.main_artists)
    genres: dict[str, dict[str, int]] = {}
    for genre in sorted({genre for names in labelled.genres for genre in names}):
        has_it = np.array([genre in names for names in labelled.genres])
        genres[genre] = {split: len(set(artists[side[has_it[side]]])) for split, side in sides.items()}
    return SplitReport(
        n_tracks={split: len(side) for split, side in sides.items()},
        n_artists={split: len(set(artists[side])) for split, side in sides.items()},
        genres=genres,
        leaks=leaks,
        near_duplicates=[(labelled.tracks[a].label, labelled.tracks[b].label) for a, b in leaks.near_duplicates or ()],
    )
