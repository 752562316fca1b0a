"""Planted leaks are found, honest splits pass."""

import numpy as np
import pytest

from resona.errors import LeakError, SplitError
from resona.pairs import PairConfig, audit, draw_pairs, split_artists, split_pairs_randomly

GENRES = [[f"genre {n % 4}"] for n in range(120)]
ARTISTS = [frozenset({f"artist {n % 40}"}) for n in range(120)]
ALBUMS = [f"album {n % 40}" for n in range(120)]
RNG = np.random.default_rng(5)
EMBEDDINGS = RNG.normal(size=(120, 16)).astype(np.float32)
EMBEDDINGS /= np.linalg.norm(EMBEDDINGS, axis=1, keepdims=True)


def test_artist_split_is_clean() -> None:
    splits = split_artists(ARTISTS, GENRES)
    train, test = np.flatnonzero(splits == "train"), np.flatnonzero(splits == "test")
    report = audit(train, test, artists=ARTISTS, albums=ALBUMS, embeddings=EMBEDDINGS)
    assert report.is_clean
    assert report.near_duplicates == ()
    report.require_clean()


def test_random_pair_split_is_caught_with_its_numbers() -> None:
    pairs = draw_pairs(GENRES, ARTISTS, PairConfig(n_pairs=1000), rng=np.random.default_rng(0))
    train, test = split_pairs_randomly(pairs, rng=np.random.default_rng(0))
    report = audit(np.r_[train.a, train.b], np.r_[test.a, test.b], artists=ARTISTS)
    assert len(report.shared_tracks) == report.n_held_out
    assert report.shared_albums is None
    with pytest.raises(LeakError, match=r"the track itself \d+ \(100 %\)") as caught:
        report.require_clean()
    assert isinstance(caught.value, SplitError)


def test_planted_artist_album_and_duplicate_are_found() -> None:
    artists, albums = [{"a"}, {"b"}, {"c"}, {"guest", "a"}], list("wxxz")
    embeddings = np.eye(4, dtype=np.float32)
    embeddings[2] = embeddings[1]
    report = audit([0, 1], [2, 3], artists=artists, albums=albums, embeddings=embeddings)
    assert (report.shared_tracks, report.shared_artists, report.shared_albums) == ((), (3,), (2,))
    assert report.near_duplicates == ((2, 1),)
    assert not report.is_clean


def test_empty_sides_share_nothing() -> None:
    report = audit([], [], artists=[], embeddings=np.empty((0, 4), np.float32))
    assert report.is_clean
    assert "Of 0 held-out tracks" in str(report)
