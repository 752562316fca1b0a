"""Credits in tags: what they link is never on two sides of a split, and the audit counts in the same terms."""

from pathlib import Path

import numpy as np
import pytest

from resona.pairs import HELD_OUT, audit, split_artists
from resona.pairs.labelled import LabelledTracks
from resona.tracks import Tags, Track

JOINERS = (" feat. ", " & ", "; ", " y ", "/", " x ", ", ")


def library(n_artists: int = 60, n_tracks: int = 600) -> LabelledTracks:
    """Credit a second artist on a quarter of the tracks, with no album artist; an eighth is on a sampler."""
    rng = np.random.default_rng(1)
    names = [f"Ida{number} Moe{number}" for number in range(n_artists)]
    tracks = []
    for number in range(n_tracks):
        artist, guest = rng.integers(n_artists, size=2).tolist()
        joiner = JOINERS[number % len(JOINERS)] if number % 4 == 0 else ""
        tags = Tags(
            artist=names[artist] + (joiner + names[guest] if joiner else ""),
            album_artist="Various Artists" if number % 8 == 1 else "",
            title=f"Song (ft. {names[guest]})" if number % 16 == 2 else "Song",
            genres=(f"genre {artist % 3}",),
        )
        tracks.append(Track(track_id=number, path=Path(f"/m/{number}.mp3"), tags=tags))
    return LabelledTracks.of(tracks)


def test_a_library_of_guests_splits_without_a_leak() -> None:
    labelled = library()
    splits = split_artists(labelled.artists, labelled.genres)
    sides = [np.flatnonzero(splits == "train"), np.flatnonzero(np.isin(splits, HELD_OUT))]
    assert audit(*sides, artists=labelled.artists).is_clean
    people = [
        {word for word in f"{t.tags.artist} {t.tags.title}".split() if word[:3] == "Moe"} for t in labelled.tracks
    ]
    trained, tested = (set().union(*(people[row] for row in side)) for side in sides)
    assert trained.isdisjoint(tested)  # read without the vocabulary
    assert len(sides[0]) > 300
    assert len(sides[1]) > 100
    assert (splits == "").sum() < 110  # of 187 with a second artist


def test_the_audit_sees_what_a_split_by_whole_credits_leaks() -> None:
    labelled = library()
    whole = [frozenset({track.tags.artist}) for track in labelled.tracks]
    splits = split_artists(whole, labelled.genres)
    sides = [np.flatnonzero(splits == "train"), np.flatnonzero(splits == "test")]
    assert len(audit(*sides, artists=labelled.artists).shared_artists) > 30


@pytest.mark.parametrize(
    ("artist", "expected"), [("", {"folder:/m/x"}), ("VA", {"folder:/m/x"}), ("Ada; Bix", {"ada", "bix"})]
)
def test_whoever_is_unknown_stays_with_the_folder(artist: str, expected: set[str]) -> None:
    track = Track(track_id=1, path=Path("/m/x/a.mp3"), tags=Tags(artist=artist))
    assert LabelledTracks.of([track]).artists == [expected]


def test_albums_tell_of_artists_only_where_somebody_is_credited() -> None:
    rows = [
        Track(track_id=1, path=Path("/in/a.mp3"), tags=Tags(artist="Ada", album="Early")),
        Track(track_id=2, path=Path("/in/b.mp3"), tags=Tags(artist="Ada")),
        Track(track_id=3, path=Path("/in/c.mp3"), tags=Tags(album="Early")),
    ]
    assert LabelledTracks.of(rows).albums_of_artists == ["early", "folder:/in", ""]
