"""All parts together answer a request as promised, in a large library."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.artists import artists_of, read_credit
from resona.recommend.filters.expression import TextColumn
from resona.recommend.filters.grammar import DEFAULT_EXCLUSION, parse, parse_exclusion
from resona.recommend.limits import Attributes, Selection, Wanted, select
from resona.recommend.ordering.diversity import diversify
from resona.recommend.ordering.order import flow
from resona.recommend.ordering.spacing import space_out
from resona.recommend.ordering.transitions import step_costs
from resona.recommend.queries.seeds import combine

N_TRACKS = 20_000
RNG = np.random.default_rng(0)
STYLES = RNG.standard_normal((40, 64))
VARIED = STYLES[RNG.integers(0, 40, N_TRACKS)] + RNG.standard_normal((N_TRACKS, 64))
SOUNDS: NDArray[np.float32] = (VARIED / np.linalg.norm(VARIED, axis=1, keepdims=True)).astype(np.float32)
NAMES = [f"Artist {i % 1600}" + (f" feat. Guest {i % 140}" if i % 11 == 0 else "") for i in range(N_TRACKS)]
COLUMNS: dict[str, Any] = {
    "genre": TextColumn([("rock", "metal", "jazz", "pop", "speech")[i % 5] for i in range(N_TRACKS)]),
    "path": TextColumn([f"/music/{name}/Album/{i:05d} A Títle.mp3" for i, name in enumerate(NAMES)]),
    "year": RNG.integers(1950, 2024, N_TRACKS).astype(float),
    "duration": RNG.uniform(20, 600, N_TRACKS),
}
DESCRIPTORS = {
    "tempo_bpm": RNG.uniform(60, 180, N_TRACKS),
    "key": RNG.integers(0, 12, N_TRACKS).astype(float),
    "mode": RNG.integers(0, 2, N_TRACKS).astype(float),
    "energy": RNG.random(N_TRACKS),
}
ATTRIBUTES = Attributes(
    artists=artists_of(map(read_credit, NAMES)),
    albums=[f"album {i % 2400}" for i in range(N_TRACKS)],
    versions=np.where(np.arange(N_TRACKS) % 20 == 0, np.arange(N_TRACKS) // 40, -1).tolist(),
)
SEEDS = [5, 6, 7]
SEED_ARTISTS = frozenset().union(*(ATTRIBUTES.artists[row] for row in SEEDS))


def answer() -> tuple[np.ndarray, Selection, bool]:
    wanted = parse('year >= 1990 and genre in ("rock", metal, speech) and not path ~ christmas').matches(COLUMNS)
    excluded = parse(DEFAULT_EXCLUSION).matches(COLUMNS) | parse_exclusion("*/Artist 77*").matches(COLUMNS)
    similarities = ((SOUNDS[[*SEEDS, 9]] @ SOUNDS.T + 1) / 2).astype(np.float32)
    combined = combine(similarities[:3], negatives=similarities[3:])
    rows = np.argsort(-combined)
    rows = rows[(wanted & ~excluded)[rows]]
    rows = diversify(rows, combined[rows], SOUNDS, diversity=0.3)
    chosen = select(rows, ATTRIBUTES, Wanted(n=25, seeds=SEEDS, seed_artists=SEED_ARTISTS))
    costs = step_costs(SOUNDS[chosen.rows], {name: column[chosen.rows] for name, column in DESCRIPTORS.items()})
    playlist, is_spaced = space_out(chosen.rows[flow(costs)], ATTRIBUTES.artists, spacing=2)
    return playlist, chosen, is_spaced


def test_a_whole_request_keeps_every_promise() -> None:
    playlist, chosen, is_spaced = answer()
    assert len(playlist) == 25
    assert sorted(playlist) == sorted(chosen.rows)
    assert chosen.relaxed == []
    assert is_spaced
    artists = [key for row in playlist for key in ATTRIBUTES.artists[row]]
    assert max(map(artists.count, artists)) <= 2
    assert not set(artists) & SEED_ARTISTS
    assert COLUMNS["year"][playlist].min() >= 1990
    assert COLUMNS["duration"][playlist].min() >= 30
    assert all(row % 5 in (0, 1) and not NAMES[row].startswith("Artist 77") for row in playlist)
