"""Lists that a graph in the database finds are those that come of looking at every track."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from made import N_TRACKS, fill
from postgres import new_schema
from resona.cli.main import cli
from resona.errors import StoreError
from resona.inference.model import unit
from resona.library import Label, Library
from resona.recommend import Recommendations, Request, recommend, recommend_nearby
from resona.recommend.catalogue.graph import Points
from resona.recommend.catalogue.hubness import COPY_SIMILARITY, HubnessConfig, corrected_distances, hubness_stats
from resona.recommend.filters.database import database_condition
from resona.recommend.filters.exclusions import allowed_masks
from resona.recommend.filters.grammar import parse


@pytest.fixture(scope="module")
def large(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """`made`, in PostgreSQL, with an index."""
    with pytest.MonkeyPatch.context() as patch, new_schema(postgres_server) as address:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        with Library(address) as library:
            fill(library, model="base")
            assert library.lists.index(memory="64MB") == N_TRACKS
            yield library


def lines(found: Recommendations) -> list[tuple[int, float]]:
    return [(line.track.track_id, round(line.similarity, 4)) for line in found.results]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"k": 40, "per_artist": 1},
        {"where": "genre = Jazz and year >= 1975"},
        {"where": "artist = 'Artist 4' or bpm in 100..110"},
        {"where": "not title ~ live and energy > 0.5"},
        {"where": "genre = nothing"},
        {"k": 5, "diversity": 0.6, "order": "flow"},
        {"k": 200},
    ],
)
def test_a_list_is_the_same(large: Library, options: dict[str, object]) -> None:
    graph = large.labels.graph
    assert graph is not None
    for queries in (["#12"], ["#30", "#170"]):
        request = Request.of(queries, **options)
        exact = recommend(large.catalogue, request)
        near = recommend_nearby(graph, request)
        assert {track_id for track_id, _ in lines(near)} == {track_id for track_id, _ in lines(exact)}
        assert lines(large.lists.recommend(*queries, **options)) == lines(near)
        assert near.relaxed == exact.relaxed


@pytest.mark.parametrize(
    "where",
    [
        "genre in (rock, JAZZ)",
        "year < 1980 or duration > 3:30",
        "year in (1975..1980, 1990)",
        "artist = 'artist 0'",
        "artist = 'Artist 0 feat. Guest'",
        "artist = 'Guest' and not genre = jazz",
        "bpm > 100 and (title ~ live or energy < 0.3)",
        "path ~ Album and track_id <= 50",
    ],
)
def test_a_database_lets_through_what_the_filter_does(large: Library, where: str) -> None:
    passing = allowed_masks(large.catalogue, where, {}, with_excluded=True)["filter"]
    condition, values = database_condition(parse(where)) or ("TRUE", ())
    sql = f"SELECT track_id FROM tracks t LEFT JOIN descriptors d USING (track_id) WHERE {condition}"  # noqa: S608 - ours
    let_through = {track_id for (track_id,) in large.store.connection.execute(sql, values).fetchall()}
    assert set(large.catalogue.track_ids[passing].tolist()) <= let_through


def test_the_index_follows_the_library(large: Library) -> None:
    graph = large.labels.graph
    assert graph is not None
    model_id = large.model.model_id
    (given,) = large.lists.recommend("#12", k=1).results
    near, store = given.track.track_id, large.store
    vector = store.embeddings.get(near, model_id)
    assert vector is not None
    store.tracks.set_missing([near])
    assert near not in dict(lines(large.lists.recommend("#12", k=50)))
    store.tracks.set_missing([near], is_missing=False)
    store.embeddings.put_many(model_id, [(near, -vector)])
    assert (large.lists.index(), large.lists.index()) == (1, 0)
    assert near not in dict(lines(large.lists.recommend("#12", k=20)))
    store.embeddings.put_many(model_id, [(near, vector)])
    assert large.lists.index(is_anew=True) == N_TRACKS
    assert dict(lines(large.lists.recommend("#12", k=1))).keys() == {near}


def test_points_near_to_what_is_asked_are_tracks_near_to_it_once_hubs_are_corrected() -> None:
    rng = np.random.default_rng(0)
    spreads, mean = rng.uniform(0.5, 2, (5000, 1)), rng.normal(0, 1, 16)  # some lie nearer to everything
    vectors = unit((rng.normal(0, spreads, (5000, 16)) + mean).astype(np.float32))
    similarities = vectors @ vectors[:1000].T
    stats = hubness_stats(np.where(similarities > COPY_SIMILARITY, np.nan, similarities), HubnessConfig())
    points = Points.fit(stats[:1000]).of(vectors, stats)
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), np.linalg.norm(points[0]), rtol=1e-3)
    shares = {"points": 0.0, "cosines": 0.0}
    for query in range(50):
        cosines = vectors @ vectors[query]
        exact = corrected_distances(cosines[None], stats[query, None], stats, "mutual_proximity")[0].argsort()[:20]
        for name, nearness in (("points", points @ Points.asked(vectors[query])), ("cosines", cosines)):
            shares[name] += np.isin(exact, (-nearness).argsort()[:80]).mean() / 50
    assert shares["points"] > 0.99 > shares["cosines"]


def test_what_needs_the_whole_library_looks_at_all_of_it(large: Library) -> None:
    assert large.labels.graph is not None
    ids = large.labels.label([Label(kind="pair", a=1, b=12)])
    assert large.labels.graph is None
    large.labels.take_back(ids)
    assert large.labels.graph is not None
    assert lines(large.lists.recommend("#12", method="fusion", k=3)) == lines(
        recommend(large.catalogue, Request.of(["#12"], method="fusion", k=3))
    )


def test_an_amount_of_memory_that_is_none_is_said_first(large: Library) -> None:
    with pytest.raises(StoreError, match="maintenance_work_mem"):
        large.lists.index(memory="much'")


def test_a_library_in_a_file_needs_no_index(made: Library, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="compares every track, exactly: it needs no index"):
        made.lists.index()
    done = CliRunner().invoke(cli, ["--library", str(made.store.path), "index"])
    assert isinstance(done.exception, StoreError)
