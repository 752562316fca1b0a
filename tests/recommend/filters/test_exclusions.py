from dataclasses import replace

import pytest

from resona.errors import QueryError
from resona.library import Library
from resona.recommend import Catalogue, Exclusions
from resona.recommend.filters.exclusions import allowed_masks, count_excluded, excluded
from resona.recommend.filters.grammar import DEFAULT_EXCLUSION

PODCAST, JINGLE = 250, 251  # rows


def test_spoken_word_and_jingles_are_excluded_by_default(catalogue: Catalogue) -> None:
    assert set(excluded(catalogue, {}).nonzero()[0].tolist()) == {PODCAST, JINGLE}
    assert not allowed_masks(catalogue, "", {}, with_excluded=True)


@pytest.mark.parametrize(
    ("genre", "suffix"),
    [
        (name, ".mp3")
        for name in ("Hörspiel", "HÖRBUCH", "Audiolibro", "Livre audio", "Аудиокнига", "аудио-книга", "有声书")
    ]
    + [("Rock", ".m4b"), ("", ".M4B")],
)
def test_audiobooks_of_all_languages_are_excluded(genre: str, suffix: str, made: Library) -> None:
    track = made.store.tracks.all()[20]
    made.store.tracks.set_tags(track.track_id, replace(track.tags, genres=(genre,) if genre else ()))
    with made.store.writing() as connection:
        connection.execute("UPDATE tracks SET path = ? WHERE track_id = ?", (f"/music/x{suffix}", track.track_id))
    assert set(excluded(made.catalogue, {}).nonzero()[0].tolist()) == {20, PODCAST, JINGLE}


def test_a_default_that_would_leave_out_most_is_not_applied(made: Library) -> None:
    Exclusions(made.store).set_default("duration > 1:00")
    assert not excluded(made.catalogue, {}).any()
    (row,) = count_excluded(made.catalogue, {})
    assert row == {"pattern": "duration > 1:00", "n_tracks": 299, "is_default": True, "is_applied": False}


def test_exclusions_last_and_can_be_taken_back(made: Library) -> None:
    exclusions = Exclusions(made.store)
    exclusions.add(["Artist 3", "genre = jazz", "Artist 3"])
    assert exclusions.patterns == ["Artist 3", "genre = jazz"]
    banned = excluded(made.catalogue, {})
    assert banned[30:40].all()
    assert banned.sum() == 10 + 99 + 1  # artist 3, jazz with the jingle in it, the podcast
    found = made.recommend("#31", k=100)  # an excluded track may be a seed
    assert not any(banned[result.track.track_id - 1] for result in found.results)
    assert found.removed["exclusion"] > 0
    exclusions.remove(["genre = jazz"])
    assert exclusions.patterns == ["Artist 3"]
    assert excluded(made.catalogue, {}).sum() == 12


def test_an_excluded_file_stays_excluded_whatever_it_is_called(made: Library) -> None:
    store, exclusions = made.store, Exclusions(made.store)
    first, second = store.tracks.all()[:2]
    exclusions.add([str(first.path)])
    rows = {PODCAST, JINGLE}
    assert set(excluded(made.catalogue, {}).nonzero()[0].tolist()) == {0, *rows}
    with store.writing() as connection:  # the two swap their names
        for track_id, path in ((1, "/x"), (2, first.path), (1, second.path)):
            connection.execute("UPDATE tracks SET path = ? WHERE track_id = ?", (str(path), track_id))
        store.settings.put("version", store.version + 1)
    assert set(excluded(made.catalogue, {}).nonzero()[0].tolist()) == {0, *rows}
    exclusions.remove([str(first.path)])
    assert not exclusions.files
    assert set(excluded(made.catalogue, {}).nonzero()[0].tolist()) == rows


def test_the_default_is_changed_switched_off_and_brought_back(made: Library) -> None:
    exclusions = Exclusions(made.store)
    exclusions.set_default("genre = rock")
    assert exclusions.default == "genre = rock"
    exclusions.set_default("")
    assert not excluded(made.catalogue, {}).any()
    exclusions.set_default(None)
    assert exclusions.default == DEFAULT_EXCLUSION


def test_errors_say_what_there_is(made: Library) -> None:
    exclusions = Exclusions(made.store)
    with pytest.raises(QueryError, match="there are none"):
        exclusions.remove(["x"])
    with pytest.raises(QueryError, match="filter"):
        exclusions.add(["good", "genre = "])
    assert exclusions.patterns == []
    with pytest.raises(QueryError, match="did you mean 'genre'"):
        exclusions.set_default("gener = rock")


def test_an_artist_whom_no_path_names_can_be_excluded(made: Library) -> None:
    exclusions = Exclusions(made.store)
    exclusions.add(["guest", "artist 4", "Christmas"])
    assert exclusions.patterns == ['artist = "guest"', "artist 4", "Christmas"]
    counts = {row["pattern"]: row["n_tracks"] for row in count_excluded(made.catalogue, {})}
    assert [counts[pattern] for pattern in exclusions.patterns] == [1, 10, 0]
