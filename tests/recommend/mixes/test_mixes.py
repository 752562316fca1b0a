import numpy as np
import pytest

from resona.errors import ConfigError, QueryError, UnknownTrackError
from resona.recommend import Catalogue, Request, draw_mix, find_path, split_library
from resona.recommend.mixes.journey import EVEN
from resona.recommend.mixes.radio import RadioConfig


def request(*queries: str, **options: object) -> Request:
    return Request(queries=queries, **options)  # type: ignore[arg-type]


def test_a_mix_begins_with_its_song_and_is_as_long_as_asked(catalogue: Catalogue) -> None:
    found = draw_mix(catalogue, request("#20"), RadioConfig(seconds=3600))
    lengths = [result.track.tags.duration_seconds for result in found.results]
    assert found.results[0].track.track_id == 20
    assert sum(lengths) - lengths[-1] < 3600 <= sum(lengths)
    assert len({result.track.track_id for result in found.results}) == len(lengths)


def test_a_mix_stays_near_its_seeds_and_keeps_artists_apart(catalogue: Catalogue) -> None:
    found = draw_mix(catalogue, request("#1", "#31"), RadioConfig(seconds=7200, spacing=2, drift=0.2))
    rows = [result.track.track_id - 1 for result in found.results]
    assert not {0, 30} & set(rows)
    anchor = catalogue.vectors[[0, 30]].mean(axis=0)
    assert (catalogue.vectors[rows] @ anchor).mean() > np.quantile(catalogue.vectors @ anchor, 0.75)
    artists = [row // 10 for row in rows]
    assert all(artists[place] not in artists[place + 1 : place + 3] for place in range(len(artists)))


def test_a_mix_is_drawn_again_by_its_seed_and_keeps_the_filter(catalogue: Catalogue) -> None:
    mixes = [
        [result.track.track_id for result in draw_mix(catalogue, request("#1", where="genre = jazz"), config).results]
        for config in (RadioConfig(seed=1), RadioConfig(seed=1), RadioConfig(seed=2))
    ]
    assert mixes[0] == mixes[1] != mixes[2]
    assert all((number - 1) // 10 % 3 == 1 for number in mixes[0])  # its song too, which is of another genre
    said = draw_mix(catalogue, request("#1", where="genre = jazz"), RadioConfig()).relaxed
    assert said == ["It stays near Artist 0 – Song 0, which is not played itself: the filter leaves it out."]
    assert not draw_mix(catalogue, request("#11", where="genre = jazz"), RadioConfig()).relaxed


def test_radio_goes_on_for_ever_and_repeats_nothing_soon(catalogue: Catalogue) -> None:
    given: list[int] = []
    for turn in range(200):
        config = RadioConfig(seconds=900, seed=turn)
        found = draw_mix(catalogue, request("#1", where="artist = 'artist 3'", given=tuple(given[-200:])), config)
        new = [result.track.track_id for result in found.results]
        assert new
        assert not set(new) & {1, *given[-4:]}  # half of the nine that may be played
        given += new
    assert set(given) == set(range(31, 41))


def test_radio_is_steered(catalogue: Catalogue) -> None:
    def drawn(lean: float = 0.0, **options: object) -> list[int]:
        config = RadioConfig(seconds=3600, drift=0.0, lean={"tempo": lean})
        return [result.track.track_id - 1 for result in draw_mix(catalogue, request("#1", **options), config).results]

    tempi = catalogue.columns.numbers("tempo_bpm")
    assert np.nanmean(tempi[drawn(-1.0)]) < np.nanmean(tempi[drawn()]) < np.nanmean(tempi[drawn(1.0)])
    unlike = drawn()[1]
    nearness = catalogue.vectors @ catalogue.vectors[unlike]
    away = drawn(negatives=(f"#{unlike + 1}",))
    assert unlike not in away
    assert nearness[away].mean() < nearness[drawn()].mean()
    with pytest.raises(ConfigError, match="leans towards tempo"):
        RadioConfig(lean={"colour": 1.0})


def test_a_mix_longer_than_the_library_is_all_of_it(catalogue: Catalogue) -> None:
    found = draw_mix(catalogue, request("#1"), RadioConfig(seconds=30 * 24 * 3600, drift=1))
    assert len(found.results) == 300 - 2 - 15  # without the podcast, the jingle and second versions


def test_a_path_comes_nearer_with_each_even_step(catalogue: Catalogue) -> None:
    way = find_path(catalogue, request("#1", "#11", k=7))
    numbers = [track.track_id for track in way.tracks]
    assert (numbers[0], numbers[-1], len(set(numbers))) == (1, 11, 7)
    to_end = catalogue.vectors[[number - 1 for number in numbers]] @ catalogue.vectors[10]
    assert way.is_monotone == bool((np.diff(to_end) > 0).all())
    assert way.is_monotone
    assert max(way.steps) <= EVEN * np.median(way.steps)
    assert way.evenness == pytest.approx(max(way.steps) / np.median(way.steps))
    assert [line["rank"] for line in way.as_dict()["results"]] == list(range(1, 8))


def test_a_path_keeps_the_filter_and_says_when_it_is_short(catalogue: Catalogue) -> None:
    way = find_path(catalogue, request("#1", "#11", k=8, where="track_id in (30..33)"))
    assert {track.track_id for track in way.tracks} <= {1, 11, 30, 31, 32, 33}
    assert any(sentence.startswith("only 6 tracks") for sentence in way.relaxed)


@pytest.mark.parametrize(
    ("queries", "error"),
    [(("#1",), QueryError), (("#1", "#1"), QueryError), (("#1", "Artist 2"), UnknownTrackError)],
)
def test_a_path_needs_two_tracks(catalogue: Catalogue, queries: tuple[str, ...], error: type[Exception]) -> None:
    with pytest.raises(error):
        find_path(catalogue, request(*queries, k=5))


def test_a_library_is_split_without_rest(catalogue: Catalogue) -> None:
    mixes = split_library(catalogue, n_mixes=3)
    numbers = [track.track_id for mix in mixes for track in mix.tracks]
    assert sorted(numbers) == [number for number in range(1, 301) if number not in (251, 252)]
    assert len({mix.name for mix in mixes}) == 3
    purity = [np.bincount([(t.track_id - 1) // 10 % 3 for t in mix.tracks]).max() / len(mix.tracks) for mix in mixes]
    assert np.mean(purity) > 0.8
    with pytest.raises(QueryError, match="cannot make"):
        split_library(catalogue, n_mixes=50, where="year = 1970")


def test_lengths_have_limits() -> None:
    with pytest.raises(ConfigError, match="drift"):
        RadioConfig(drift=2)
