"""A playlist with a recipe is what its recipe finds, whenever somebody reads it."""

import numpy as np
import pytest

from resona.errors import QueryError
from resona.inference import MeanDeviation, Words
from resona.library import Library, Recipe


@pytest.fixture(autouse=True)
def _telling(made: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model calls that a piano which sounds like track 1; what else it tells is anything."""
    weights = np.concatenate([made.catalogue.vectors[:1], np.random.default_rng(5).standard_normal((39, 80)) / 2])
    names = ("piano", *(f"sound {number}" for number in range(39)))
    bias = np.r_[-4.0, np.zeros(39)]
    words = Words(names, ("instrument",) * 40, 9 * weights, bias, np.ones(40))
    monkeypatch.setattr(MeanDeviation, "words", words)


def test_it_holds_what_sounds_so_and_passes(made: Library) -> None:
    made_list = made.playlists.create_automatic("Calm piano", Recipe(words="Klavier", where="year < 1980", k=5))
    found = made.playlists.track_ids(made_list.playlist_id)
    fits = dict(zip(*(column.tolist() for column in made.lists.fits("piano")), strict=True))
    assert len(found) == 5
    assert all(fits[track_id] >= 0.3 for track_id in found)
    assert sorted(found, key=lambda track_id: -fits[track_id]) == found
    assert {track.tags.year for track in made.tracks.of(found)} <= set(range(1970, 1980))
    surer = made.playlists.follow(made_list.playlist_id, Recipe(words="piano", least=0.99, k=300))
    assert 0 < surer.n_tracks < 100


def test_it_renews_itself_when_it_is_read_after_a_change(made: Library) -> None:
    number = made.playlists.create_automatic("Jazz", Recipe(where="genre = jazz", k=200)).playlist_id
    before = made.playlists.get(number)
    assert before.n_tracks == 98  # of 100, one podcast and one jingle
    assert made.playlists.get(number) == before
    made.lists.exclude("year > 1990")
    assert {playlist.n_tracks for playlist in made.playlists.all()} == {70}  # of seven artists
    made.lists.include("year > 1990")
    assert len(made.playlists.track_ids(number)) == 98
    with made.store.writing():
        made.store.tracks.set_missing(made.playlists.track_ids(number)[:1])
    assert made.playlists.get(number).n_tracks == 97


def test_it_is_not_changed_by_hand_unless_it_is_fixed(made: Library) -> None:
    recipe = Recipe(where="genre = jazz", k=3)
    number = made.playlists.create_automatic("Jazz", recipe).playlist_id
    with pytest.raises(QueryError, match=r"'Jazz' renews itself \(genre = jazz\)"):
        made.playlists.change(number, track_ids=[1])
    with pytest.raises(QueryError, match="renews itself"):
        made.playlists.edit(number, added=[1])
    made.playlists.change(number, name="Blue")
    assert made.playlists.follow(number, None).recipe is None
    made.playlists.edit(number, added=[1])
    assert made.playlists.get(number).n_tracks == 4
    made.playlists.undo(number)
    assert (made.playlists.undo(number).recipe, made.playlists.get(number).n_tracks) == (recipe, 3)


def test_a_recipe_that_cannot_be_followed_is_refused_or_said(made: Library) -> None:
    for recipe in (Recipe(words="kazoo"), Recipe(where="yaer = 3"), Recipe()):
        with pytest.raises(QueryError):
            made.playlists.create_automatic("Nothing", recipe)
    assert made.playlists.all() == []
    jazz = tuple(f"#{10 * artist + song}" for artist in (1, 4, 7, 10, 13) for song in (1, 2))
    made.labels.teach_word("rainy day", jazz)
    rainy = made.playlists.create_automatic("Rain", Recipe(words="rainy day", k=4, least=0.0))
    assert made.playlists.problem(rainy) == ""
    made.labels.forget_word("rainy day")
    assert made.playlists.get(rainy.playlist_id).n_tracks == 4
    assert "“rainy” is not a word" in made.playlists.problem(rainy)
