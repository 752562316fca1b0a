"""What should be put right in this library, and why does it matter?"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resona.artists import credit_of
from resona.metrics.hubness import k_occurrence
from resona.metrics.rankings import k_nearest
from resona.pairs.labelled import LabelledTracks
from resona.recommend import Catalogue
from resona.tracks import FOLDER, Track

N_NEIGHBOURS = 10
COPY_SIMILARITY = 0.9995  # cosine from which two tracks are one recording
CROWD = 5  # so many equal vectors are no copies of one recording: the model hears nothing in them
BLOCK_VALUES = 2**22  # similarities held at a time, and worked out between two reports
HUB_FACTOR = 5  # a hub turns up this many times as often as the average track


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that harms lists or measures.

    Attributes
    ----------
    kind
        "unknown artist", "no genre", "genre from folder", "wrong genre", "no vector", "degenerate vector", "duplicate",
        "hub" or "never found".
    why
        Why it matters, and what to do.
    tracks
        The tracks concerned, worst first.
    details
        A remark for each of them.
    """

    kind: str
    why: str
    tracks: list[Track]
    details: list[str]


def examine(
    catalogue: Catalogue, *, on_progress: Callable[[int, int], None] = lambda _done, _total: None
) -> list[Finding]:
    """Look for what is wrong with a library's tags, vectors and neighbourhoods.

    Parameters
    ----------
    catalogue
        The library as the model in use hears it.
    on_progress
        Is told how many tracks were compared with all others, and of how many.

    Returns
    -------
    Findings that concern at least one track.
    """
    tracks = catalogue.tracks
    lists = neighbours_of_all(catalogue, on_progress)
    found = [*_tags(tracks), *_wrong_genres(tracks, lists), *_vectors(catalogue, lists), *_hubs(tracks, lists)]
    return [finding for finding in found if finding.tracks]


def neighbours_of_all(catalogue: Catalogue, on_progress: Callable[[int, int], None]) -> NDArray[np.intp]:
    """List the ten nearest of every track: shape (n_tracks, 10), rows, −1 where there are fewer."""
    n_tracks = len(catalogue)
    lists = np.full((n_tracks, N_NEIGHBOURS), -1, dtype=np.intp)
    step = max(1, BLOCK_VALUES // n_tracks)
    for start in range(0, n_tracks, step):
        on_progress(start, n_tracks)
        rows = np.arange(start, min(start + step, n_tracks))
        for row, (others, distances) in enumerate(catalogue.ranker.each_near(rows, N_NEIGHBOURS), start):
            near = k_nearest(distances, others, row, N_NEIGHBOURS)
            lists[row, : len(near)] = near
    on_progress(n_tracks, n_tracks)
    return lists


def _tags(tracks: list[Track]) -> list[Finding]:
    nobody = [track for track in tracks if not credit_of(track).names]
    unlabelled = [track for track in tracks if not track.tags.genres]
    shelved = [track for track in tracks if track.tags.sources.get("genres") == FOLDER]
    return [
        Finding(
            kind="unknown artist",
            why="Lists cannot tell whose songs they are, and measures count a folder as one artist: tag them.",
            tracks=nobody,
            details=["" for _ in nobody],
        ),
        Finding(
            kind="no genre",
            why="They are recommended as well as any, but nothing can be learned from them or measured by them. "
            "Folders stand in for the tag only where most of those in a scanned folder are called like genres.",
            tracks=unlabelled,
            details=["" for _ in unlabelled],
        ),
        Finding(
            kind="genre from folder",
            why="Their files name no genre, so the folder's name was taken, since most folders beside it are called "
            "like genres. Training takes tracks of one such folder for alike: where it is none, tag them.",
            tracks=shelved,
            details=[f"taken for {', '.join(track.tags.genres)!r}" for track in shelved],
        ),
    ]


def _wrong_genres(tracks: list[Track], lists: NDArray[np.intp]) -> list[Finding]:
    """Find tracks of a common genre that none of their neighbours by other artists share."""
    labelled = LabelledTracks.of(tracks)
    common = Counter(genre for genres in labelled.genres for genre in genres)
    suspects: list[tuple[int, str]] = []
    for row, neighbours in enumerate(lists):
        near = [n for n in neighbours.tolist() if n >= 0 and labelled.artists[n].isdisjoint(labelled.artists[row])]
        votes = Counter(genre for n in near for genre in labelled.genres[n])
        own = [genre for genre in labelled.genres[row] if common[genre] > N_NEIGHBOURS]
        if own and len(near) >= N_NEIGHBOURS // 2 and votes and not any(votes[genre] for genre in own):
            winner, count = votes.most_common(1)[0]
            if count > len(near) / 2:
                suspects.append((row, f"tagged {own[0]!r}; {count} of {len(near)} neighbours are {winner!r}"))
    return [
        Finding(
            kind="wrong genre",
            why="None of the tracks that sound like them to the model has their genre. Either the model mishears, or "
            "the tag is wrong; then it teaches that things are alike which are not.",
            tracks=[labelled.tracks[row] for row, _ in suspects],
            details=[detail for _, detail in suspects],
        )
    ]


def _vectors(catalogue: Catalogue, lists: NDArray[np.intp]) -> list[Finding]:
    """Find tracks without a vector, with one that says nothing, and with that of another."""
    tracks, directions = catalogue.tracks, catalogue.directions
    embedded = {track.track_id for track in tracks}
    deaf = [track for track in catalogue.store.tracks.all() if track.track_id not in embedded]
    similarities = np.einsum("nd,nkd->nk", directions, directions[lists[:, :CROWD]])
    is_copy = (similarities >= COPY_SIMILARITY) & (lists[:, :CROWD] >= 0)
    is_crowd = is_copy.sum(axis=1) >= CROWD
    crowd = np.flatnonzero(is_crowd).tolist()
    first = lists[:, 0]
    copies = [row for row in np.flatnonzero(is_copy[:, 0] & ~is_crowd).tolist() if row < first[row]]
    return [
        Finding(
            kind="no vector",
            why="The model could make nothing of them, so no list has them. `resona scan` tries again, `resona errors` "
            "says what failed.",
            tracks=deaf,
            details=["" for _ in deaf],
        ),
        Finding(
            kind="degenerate vector",
            why=f"To the model they are the same as {CROWD} or more others, so their lists mean nothing: noise or "
            "silence, which `resona exclude` keeps out. If they are many, choose another model or train one.",
            tracks=[tracks[row] for row in crowd],
            details=["" for _ in crowd],
        ),
        Finding(
            kind="duplicate",
            why="The same recording twice: one of them is shown in lists; if you split a data set by hand, keep them "
            "together.",
            tracks=[tracks[row] for row in copies],
            details=[f"sounds exactly like {tracks[first[row]].path}" for row in copies],
        ),
    ]


def _hubs(tracks: list[Track], lists: NDArray[np.intp]) -> list[Finding]:
    occurrence = k_occurrence(lists)
    hubs = [row for row in np.argsort(-occurrence).tolist() if occurrence[row] > HUB_FACTOR * N_NEIGHBOURS]
    unseen = np.flatnonzero(occurrence == 0).tolist()
    return [
        Finding(
            kind="hub",
            why=f"They turn up in more than {HUB_FACTOR} times as many lists as an average track; often noise, "
            "silence or speech. `resona exclude` keeps them out.",
            tracks=[tracks[row] for row in hubs],
            details=[f"in {occurrence[row]} lists of ten" for row in hubs],
        ),
        Finding(
            kind="never found",
            why="They are in nobody's list of ten: only asking for them finds them. A few are normal.",
            tracks=[tracks[row] for row in unseen],
            details=["" for _ in unseen],
        ),
    ]
