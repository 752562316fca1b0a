"""Artists and albums as labels: matches are by one artist on two albums, and few of them say little."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from resona.pairs import PairSet, draw_weak_pairs

ROWS = st.lists(
    st.tuples(
        st.sets(st.sampled_from("abcd"), max_size=2), st.sampled_from(["", "1", "2"]), st.sets(st.sampled_from("xy"))
    ),
    max_size=25,
)


def draw(rows: list[tuple[set[str], str, set[str]]], among: np.ndarray | None = None) -> PairSet:
    return draw_weak_pairs(
        [artists for artists, _, _ in rows],
        [album for _, album, _ in rows],
        [sorted(genres) for _, _, genres in rows],
        60,
        rng=np.random.default_rng(3),
        among=among,
    )


@given(ROWS)
@settings(max_examples=60)
def test_matches_are_on_two_albums_and_others_share_nothing(rows: list[tuple[set[str], str, set[str]]]) -> None:
    pairs = draw(rows)
    for a, b, is_match in zip(pairs.a, pairs.b, pairs.is_match, strict=True):
        (artists, album, genres), (other_artists, other_album, other_genres) = rows[a], rows[b]
        assert a != b
        assert album
        assert other_album
        assert bool(artists & other_artists) == is_match
        assert album != other_album if is_match else genres and other_genres and not genres & other_genres
    assert len({frozenset(pair) for pair in zip(pairs.a.tolist(), pairs.b.tolist(), strict=True)}) == len(pairs)
    assert pairs.is_match.sum() * 2 == len(pairs) <= 60


def test_a_pair_counts_by_the_share_of_artists_who_have_several_albums() -> None:
    one = [({f"artist {n}"}, "only", {"xy"[n % 2]}) for n in range(9)]
    several = [({"several"}, album, {"x"}) for album in ("early", "late")]
    pairs = draw(one + several)
    assert pairs.weight.tolist() == np.full(2, 0.1, np.float32).tolist()
    assert not len(draw(one))
    assert not len(draw([]))


def test_only_tracks_of_one_side_are_drawn() -> None:
    rows = [({str(n % 4)}, str(n % 3), {"xy"[n % 2]}) for n in range(48)]
    is_training = np.array([n % 4 < 2 for n in range(48)])
    pairs = draw(rows, among=is_training)
    assert len(pairs) == 60
    assert is_training[np.r_[pairs.a, pairs.b]].all()
