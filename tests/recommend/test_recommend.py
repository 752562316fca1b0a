"""Every option of a list, by what it promises."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made import N_TRACKS
from resona.errors import ConfigError, QueryError, UnknownTrackError
from resona.library import Library
from resona.recommend import Catalogue, Query, Ranker, Recommendations, Request, recommend
from resona.recommend.limits import Limits, depth
from resona.recommend.ordering.order import path_length
from resona.recommend.ordering.transitions import step_costs
from resona.recommend.recommend import Seeds

FREE = Limits(per_artist=0, per_album=0, with_seed_artists=True, with_versions=True)
TRACK = st.integers(1, 300)


def ask(catalogue: Catalogue, *queries: str | Query, **options: Any) -> Recommendations:
    return recommend(catalogue, Request(queries=queries, **options))


def ids(found: Recommendations) -> list[int]:
    return [result.track.track_id for result in found.results]


def artist(track_id: int) -> int:
    return (track_id - 1) // 10


def similarity_to(catalogue: Catalogue, track_id: int, others: list[int]) -> float:
    vectors = catalogue.vectors[catalogue.rows_of_ids([track_id, *others])]
    return float((vectors[1:] @ vectors[0]).mean())


@settings(max_examples=25)
@given(st.lists(TRACK, min_size=1, max_size=3, unique=True), st.integers(1, 30), st.integers(0, 3), st.integers(0, 3))
def test_a_list_keeps_its_limits_or_says_which_not(
    catalogue: Catalogue, seeds: list[int], k: int, per_artist: int, per_album: int
) -> None:
    found = ask(
        catalogue,
        *(f"#{seed}" for seed in seeds),
        k=k,
        limits=Limits(per_artist=per_artist, per_album=per_album),
    )
    given_ids = ids(found)
    assert len(given_ids) == len(set(given_ids)) == k
    assert not set(given_ids) & set(seeds)
    said = " ".join(found.relaxed)
    most = max(Counter(map(artist, given_ids)).values())
    assert not per_artist or most <= per_artist or "of one artist" in said
    assert not per_album or max(Counter((i - 1) // 5 for i in given_ids).values()) <= per_album or "album" in said
    assert not {artist(i) for i in given_ids} & {artist(i) for i in seeds} or "seeds' own artists" in said
    similarities = [result.similarity for result in found.results]
    assert similarities == sorted(similarities, reverse=True)
    assert [result.rank for result in found.results] == list(range(1, k + 1))


def test_without_limits_the_list_is_the_ranking(catalogue: Catalogue) -> None:
    found = ask(catalogue, "#42", k=50, limits=FREE, with_excluded=True)
    cosines = catalogue.vectors @ catalogue.vectors[41]
    nearest = [row + 1 for row in np.argsort(-cosines) if row != 41][:50]
    assert ids(found) == nearest


@pytest.mark.parametrize("seeds", [["#42"], ["#42", "#7"]])
@pytest.mark.parametrize(
    "wishes",
    [
        *({}, {"where": "year > 1990"}, {"where": "year = 1991"}, {"negatives": ["#9"]}, {"diversity": 0.7}),
        *({"method": "fusion"}, {"k": 40}, {"k": 200, "limits": Limits(per_artist=1, is_strict=True)}),
    ],
)
def test_a_list_is_the_same_as_if_all_tracks_were_compared_and_sorted(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, seeds: list[str], wishes: dict[str, Any]
) -> None:
    wishes = {"k": 2, "limits": Limits(per_artist=1), **wishes}
    monkeypatch.setattr("resona.recommend.limits.DEPTH", 60)
    stage = sys.modules["resona.recommend.recommend"]  # the function of that name hides the module
    monkeypatch.setattr(stage, "POOL", 6)
    found = ask(catalogue, *seeds, **wishes)
    monkeypatch.setattr(Ranker, "near", lambda self, queries, *_, **__: (np.arange(N_TRACKS), self.distances(queries)))
    monkeypatch.setattr(stage, "nearest_rows", lambda nearness, *_: np.arange(len(nearness)))
    monkeypatch.setattr("resona.recommend.limits.depths", lambda n, _: (depth(n),))
    assert found == ask(catalogue, *seeds, **wishes)


def test_strict_limits_leave_a_list_short(catalogue: Catalogue) -> None:
    found = ask(catalogue, "#1", k=200, limits=Limits(per_artist=1, is_strict=True))
    assert len(found.results) == 29  # one for each of the other artists
    assert not found.relaxed


def test_the_seeds_artists_come_back_when_asked(catalogue: Catalogue) -> None:
    assert artist(101) not in map(artist, ids(ask(catalogue, "#101", k=40)))
    with_them = ask(catalogue, "#101", k=40, limits=Limits(with_seed_artists=True, per_artist=0, per_album=0))
    assert artist(101) in map(artist, ids(with_them))


def test_featured_artists_count_as_artists(catalogue: Catalogue) -> None:
    found = ask(
        catalogue, Query(text="a file", vector=catalogue.vectors[7], artist="Guest"), k=20, limits=Limits(per_artist=0)
    )
    assert 8 not in ids(found)


def test_one_version_is_shown_unless_all_are_wanted(catalogue: Catalogue) -> None:
    one = ids(
        ask(catalogue, "#120", k=299, limits=Limits(per_artist=0, per_album=0, with_seed_artists=True, is_strict=True))
    )
    every = ids(ask(catalogue, "#120", k=299, limits=FREE, with_excluded=True))
    pairs = [(number, number + 1) for number in range(19, 300, 20)]
    assert not any(a in one and b in one for a, b in pairs)
    assert sum(a in every and b in every for a, b in pairs) == len(pairs) - 1  # the seed itself is in none
    assert 119 not in one  # the other version of the seed


@pytest.mark.parametrize(
    ("where", "is_right"),
    [
        ("genre = jazz", lambda i: artist(i) % 3 == 1),
        ("year in (1980..1984) and not artist = 'Artist 12'", lambda i: 10 <= artist(i) <= 14 and artist(i) != 12),
        ("bpm < 100", lambda i: (i - 1) % 120 < 40),
        ("artist = GUEST", lambda i: i == 8),
        ("noise", None),
        ("path ~ 'album 7'", lambda i: str((i - 1) // 5).startswith("7")),
        ("track_id in (1..20)", lambda i: i <= 20),
        ("energy > 0.9 and key = Am", lambda i: i > 270 and (i - 1) % 12 == 9),
    ],
)
def test_a_filter_lets_only_its_tracks_through(catalogue: Catalogue, where: str, is_right: Any) -> None:
    if is_right is None:
        with pytest.raises(QueryError, match="not a field"):
            ask(catalogue, "#200", where=where)
        return
    found = ids(ask(catalogue, "#200", k=10, where=where))
    assert found
    assert all(map(is_right, found))


def test_genre_groups_are_genres_in_filters(catalogue: Catalogue) -> None:
    found = ask(catalogue, "#200", k=10, where="genre = loud", genre_groups={"loud": ["rock", "jazz"]})
    assert {artist(i) % 3 for i in ids(found)} <= {0, 1}


def test_what_was_left_out_is_counted(catalogue: Catalogue) -> None:
    found = ask(catalogue, "#45", k=20, where="genre = jazz")
    assert found.removed["seed artist"] >= 1
    assert found.removed_sentence.startswith("Left out: ")


def test_negatives_move_the_list_away(catalogue: Catalogue) -> None:
    plain = ids(ask(catalogue, "#1", "#11", k=20, limits=FREE))
    away = ids(ask(catalogue, "#1", "#11", negatives=("#11",), k=20, limits=FREE, strength=1.0))
    assert similarity_to(catalogue, 11, away) < similarity_to(catalogue, 11, plain) - 0.05
    assert 11 not in away


def test_a_heavy_seed_pulls_the_list_to_itself(catalogue: Catalogue) -> None:
    means = [
        similarity_to(catalogue, 1, ids(ask(catalogue, "#1", "#11", weights=(weight, 1.0), k=20, limits=FREE)))
        for weight in (0.1, 1.0, 10.0)
    ]
    assert means == sorted(means)
    assert means[2] > means[0] + 0.1


def test_weights_must_fit_the_seeds(catalogue: Catalogue) -> None:
    with pytest.raises(QueryError, match="weights must be 2 positive numbers"):
        ask(catalogue, "#1", "#11", weights=(1.0,))


@pytest.mark.parametrize("method", ["mean", "best", "fusion"])
def test_equal_seeds_are_one_seed(catalogue: Catalogue, method: str) -> None:
    assert ids(ask(catalogue, "#5", "#5", method=method)) == ids(ask(catalogue, "#5", method=method))


def test_diversity_makes_a_list_less_of_the_same(catalogue: Catalogue) -> None:
    likeness = []
    for diversity in (0.0, 0.4, 0.9):
        rows = catalogue.rows_of_ids(ids(ask(catalogue, "#1", k=15, limits=FREE, diversity=diversity)))
        vectors = catalogue.vectors[rows]
        likeness.append(float((vectors @ vectors.T).mean()))
    assert likeness[0] > likeness[1] > likeness[2]


@pytest.mark.parametrize("order", ["flow", "shuffle"])
def test_an_order_changes_no_more_than_the_order(catalogue: Catalogue, order: str) -> None:
    plain, ordered = ask(catalogue, "#9", k=25), ask(catalogue, "#9", k=25, order=order, seed=3)
    assert sorted(ids(plain)) == sorted(ids(ordered))
    assert ids(plain) != ids(ordered) == ids(ask(catalogue, "#9", k=25, order=order, seed=3))
    if order == "shuffle":
        assert ids(ordered) != ids(ask(catalogue, "#9", k=25, order=order, seed=4))


def test_flow_takes_smaller_steps(catalogue: Catalogue) -> None:
    def length(track_ids: list[int]) -> float:
        rows = catalogue.rows_of_ids(sorted(track_ids))
        columns = {name: catalogue.columns.numbers(name)[rows] for name in ("tempo_bpm", "key", "mode", "energy")}
        costs = step_costs(catalogue.vectors[rows], columns)
        return path_length(costs, np.array([sorted(track_ids).index(i) for i in track_ids]))

    plain, flowing = (ids(ask(catalogue, "#9", k=25, order=order)) for order in ("similarity", "flow"))
    assert length(flowing) < 0.8 * length(plain)
    assert flowing[0] == plain[0]


def test_songs_of_one_artist_stand_apart(catalogue: Catalogue) -> None:
    found = [artist(i) for i in ids(ask(catalogue, "#9", k=30, spacing=3))]
    assert all(found[place] not in found[place + 1 : place + 4] for place in range(len(found)))
    tight = ask(catalogue, "#9", k=9, where="artist = 'Artist 3'", spacing=3)
    assert "fewer than 3 tracks between two of one artist" in tight.relaxed


def test_a_fresh_list_brings_something_new(made: Library) -> None:
    first = made.recommend("#1", k=10)
    made.store.history.add(first.history_key, ids(first))
    assert ids(made.recommend("#1", k=10)) == ids(first)
    second = made.recommend("#1", k=10, is_fresh=True)
    assert not set(ids(first)) & set(ids(second))
    assert ids(made.recommend("#2", k=10, is_fresh=True)) == ids(made.recommend("#2", k=10))
    assert made.store.history.clear(first.history_key) == 10


def test_what_was_given_comes_again_only_if_the_list_stays_short(made: Library) -> None:
    first = made.recommend("#1", k=10)
    made.store.history.add(first.history_key, list(range(1, 301)))
    assert "tracks from earlier lists" in made.recommend("#1", k=10, is_fresh=True).relaxed


def test_a_playlist_is_extended(made: Library, tmp_path: Path) -> None:
    lines = [str(track.path) for track in made.store.tracks.get_many([1, 31, 61])]
    playlist = tmp_path / "list.m3u"
    playlist.write_text("\n".join(["#EXTM3U", *lines, "/music/gone.mp3"]))
    found = made.recommend(str(playlist), extend_to=10)
    assert len(found.results) == 7
    assert not {1, 31, 61} & set(ids(found))
    assert found.queries[0].n_unknown == 1
    with pytest.raises(QueryError, match="3 tracks already"):
        made.recommend(str(playlist), extend_to=3)


def test_very_many_seeds_are_joined_and_still_themselves(catalogue: Catalogue) -> None:
    jazz = [number for number in range(1, 301) if artist(number) % 3 == 1][:80]
    found = ask(catalogue, *(f"#{number}" for number in jazz), k=15, limits=FREE)
    assert not set(ids(found)) & set(jazz)
    assert {artist(i) % 3 for i in ids(found)} == {1}
    heavy = ask(catalogue, *(f"#{number}" for number in range(1, 41)), weights=(1000.0, *[1.0] * 39), k=15, limits=FREE)
    assert {artist(i) % 3 for i in ids(heavy)} == {0}
    with pytest.raises(QueryError, match="weights"):
        ask(catalogue, *(f"#{number}" for number in range(1, 41)), weights=(-1.0, *[1.0] * 39))


def test_several_tracks_are_one_seed_at_their_centre(catalogue: Catalogue) -> None:
    seeds = Seeds.of(catalogue, ["Artist 4", "#1"])
    assert seeds.vectors.shape == (2, catalogue.vectors.shape[1])
    assert len(seeds.rows) == 11
    assert np.linalg.norm(seeds.vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert len(seeds.queries[0].tracks) == 10


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"k": 0}, ConfigError),
        ({"diversity": 1.5}, ConfigError),
        ({"order": "random"}, QueryError),
        ({"method": "sum"}, QueryError),
        ({"part": (20.0, 10.0)}, QueryError),
        ({"queries": ()}, QueryError),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        Request(**{"queries": ("#1",), **options})


def test_a_track_without_an_embedding_cannot_be_a_seed(made: Library) -> None:
    with made.store.writing() as connection:
        connection.execute("DELETE FROM embeddings WHERE track_id = 5")
    with pytest.raises(UnknownTrackError, match="not been analysed"):
        made.recommend("#5")
