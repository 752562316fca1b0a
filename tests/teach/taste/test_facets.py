"""Facets place songs so that a sum of distances is a distance of vectors."""

import numpy as np
import pytest
from listeners import made_songs

from resona.errors import FeatureError
from resona.teach.taste import Facets, Songs, Taste


def test_places_have_length_one_or_none(rng: np.random.Generator) -> None:
    songs = made_songs(rng)
    songs.numbers["tempo_bpm"][:5] = np.nan
    for name, place in Facets.fit(songs).place(songs).items():
        lengths = np.linalg.norm(place, axis=1)
        expected = np.ones(len(songs))
        expected[:5] = 0 if name in ("tempo", "beat") else 1
        np.testing.assert_allclose(lengths, expected, atol=1e-5, err_msg=name)


def test_a_taste_is_the_cosine_of_its_vectors(rng: np.random.Generator) -> None:
    songs = made_songs(rng)
    facets = Facets.fit(songs)
    weights = rng.exponential(size=len(facets.names))
    vectors = Taste(facets=facets, weights=weights).embed(songs)
    places = facets.place(songs)
    share = weights / np.array([facets.scales[name] for name in facets.names])
    expected = sum(
        s * (places[name] @ places[name].T) for s, name in zip(share / share.sum(), facets.names, strict=True)
    )
    np.testing.assert_allclose(vectors @ vectors.T, expected, atol=1e-5)


def test_songs_of_which_nothing_else_is_known_are_placed_by_their_sound(rng: np.random.Generator) -> None:
    songs = made_songs(rng)
    facets = Facets.fit(songs)
    taste = Taste(facets=facets, weights=np.ones(len(facets.names)))
    heard = taste.embed(Songs(vectors=songs.vectors[:4], numbers={}, artists=[""] * 4))
    assert heard.shape[1] == taste.embed(songs).shape[1]
    np.testing.assert_allclose(np.linalg.norm(heard, axis=1), 1, atol=1e-5)


def test_octaves_are_one_beat_and_keys_follow_the_fifths(rng: np.random.Generator) -> None:
    songs = made_songs(rng, 100)
    numbers = {**songs.numbers, "key": rng.integers(0, 12, 100).astype(float), "mode": np.ones(100)}
    numbers["tempo_bpm"][:2] = 70, 140
    numbers["key"][:3] = 0, 7, 6  # C, G, F sharp
    placed = Songs(vectors=songs.vectors, numbers=numbers, artists=songs.artists)
    places = Facets.fit(placed).place(placed)
    assert places["beat"][0] @ places["beat"][1] == pytest.approx(1, abs=1e-5)
    assert places["key"][0] @ places["key"][1] == pytest.approx(np.cos(np.pi / 6), abs=1e-5)
    assert places["key"][0] @ places["key"][2] == pytest.approx(-1, abs=1e-5)


def test_more_artists_than_axes_still_differ(rng: np.random.Generator) -> None:
    songs = made_songs(rng, 400)
    many = Songs(vectors=songs.vectors, numbers={}, artists=[f"artist {i // 2}" for i in range(398)] + ["", ""])
    place = Facets.fit(many).place(many)["artist"]
    np.testing.assert_allclose(np.einsum("nk,nk->n", place[:398:2], place[1:398:2]), 1, atol=1e-5)
    assert np.abs(place[:398:2] @ place[2:396:2].T - np.eye(199, 197, -1)).max() < 0.5
    assert not place[398:].any()


def test_one_song_is_too_few() -> None:
    with pytest.raises(FeatureError, match="two songs"):
        Facets.fit(Songs(vectors=np.ones((1, 1), np.float32), numbers={}, artists=["a"]))
