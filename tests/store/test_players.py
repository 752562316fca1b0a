"""Playlists, stars, plays and players: nothing is lost, and everything can be undone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from resona.errors import QueryError, UnknownPlaylistError, UnknownTrackError
from resona.library.players import Players
from resona.library.playlists import Playlists
from resona.store import Mark, Play, Store, TrackRecord
from resona.store import playlists as playlists_module
from resona.tracks import Tags


@pytest.fixture
def store(place: Path | str) -> Iterator[Store]:
    with Store(place) as opened:
        for number in range(1, 5):
            opened.tracks.put(record(f"/m/{number}.mp3", f"hash {number}"))
        yield opened


def record(path: str, audio_hash: str) -> TrackRecord:
    return TrackRecord(path=Path(path), size_bytes=1, mtime_ns=1, audio_hash=audio_hash, tags=Tags(duration_seconds=10))


def test_every_change_of_a_playlist_can_be_undone_one_by_one(store: Store) -> None:
    playlists = Playlists(store)
    number = playlists.create(" Sunday ", [1, 2, 2]).playlist_id
    states = []
    changes: list[Callable[[], None]] = [
        lambda: playlists.edit(number, removed=[1], added=[4, 1]),
        lambda: playlists.change(number, name="Monday", comment="grey"),
        lambda: playlists.change(number, track_ids=[]),
        lambda: playlists.delete(number),
    ]
    for change in changes:
        states.append((playlists.get(number), playlists.track_ids(number)))
        change()
    assert playlists.all() == []
    for state in reversed(states):
        assert (playlists.undo(number), playlists.track_ids(number)) == state
    assert (states[0][0].name, states[1][1], states[1][0].duration_seconds) == ("Sunday", [1, 2, 4, 1], 40)
    with pytest.raises(QueryError, match="nothing left"):
        playlists.undo(number)


@pytest.mark.parametrize(
    ("error", "change"),
    [
        (UnknownTrackError, {"added": [1, 99]}),
        (QueryError, {"removed": [0, 7]}),
        (QueryError, {"removed": [-1]}),
        (QueryError, {"name": "  "}),
        (QueryError, {"name": "x" * 501, "added": [1]}),
    ],
)
def test_a_change_that_is_wrong_changes_nothing(
    store: Store, error: type[Exception], change: dict[str, list[int]]
) -> None:
    playlists = Playlists(store)
    kept = playlists.create("Sunday", [1, 2])
    with pytest.raises(error):
        playlists.edit(kept.playlist_id, **change)  # type: ignore[arg-type]
    assert (playlists.get(kept.playlist_id), playlists.track_ids(kept.playlist_id)) == (kept, [1, 2])
    with pytest.raises(UnknownPlaylistError, match="no playlist"):
        playlists.edit(99, added=[1])


def test_old_states_are_forgotten_first(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playlists_module, "N_STATES", 2)
    playlists = Playlists(store)
    other, number = playlists.create("other").playlist_id, playlists.create("0").playlist_id
    playlists.change(other, name="changed")
    for name in "123":
        playlists.change(number, name=name)
    assert [playlists.undo(number).name for _ in range(2)] == ["2", "1"]
    assert playlists.undo(other).name == "other"


def test_marks_belong_to_a_profile_and_can_be_taken_back(store: Store) -> None:
    marks = store.marks
    marks.star("mum", ["tr-1", "al-x"])
    marks.rate("mum", "tr-1", 5)
    marks.play("mum", [Play(1, "2020-01-01T00:00:00+00:00"), Play(1, "2021-01-01T00:00:00+00:00"), Play(2)])
    assert (marks.starred("dad"), marks.of("dad", ["tr-1"]), marks.played("dad")) == ([], {}, [])
    found = marks.of("mum", ["tr-1", "al-x", "tr-3"])
    assert found.keys() == {"tr-1", "al-x"}
    assert (found["tr-1"].rating, found["tr-1"].n_plays, found["tr-1"].played_at[:4]) == (5, 2, "2021")
    marks.unstar("mum", ["tr-1", "tr-4"])
    marks.rate("mum", "tr-1", 0)
    assert marks.of("mum", ["tr-1"]) == {"tr-1": Mark(n_plays=2, played_at=found["tr-1"].played_at)}
    assert marks.starred("mum") == ["al-x"]


def test_playlists_and_marks_follow_the_audio(store: Store) -> None:
    playlists = Playlists(store)
    number = playlists.create("Sunday", [1, 2]).playlist_id
    moved = store.tracks.put(record("/n/2.mp3", "hash 2"))
    store.marks.star("mum", [f"tr-{moved}"])
    store.marks.play("mum", [Play(moved)])
    playlists.edit(number, added=[moved])
    store.tracks.set_missing([2])
    store.tracks.reunite()
    assert playlists.track_ids(number) == [1, 2, 2]
    assert store.marks.of("mum", ["tr-2"])["tr-2"].n_plays == 1
    assert store.marks.starred("mum") == ["tr-2"]
    assert playlists.undo(number).n_tracks == 2


def test_a_player_has_one_name_and_a_secret_of_its_own(store: Store) -> None:
    players = Players(store)
    phone, tablet = players.add("Phone"), players.add("tablet", profile="dad")
    assert players.get("pHONE ") == phone
    assert phone.secret != tablet.secret
    for name in ("", " ", "x" * 65, "a\nb", "PHONE"):
        with pytest.raises(QueryError, match="player"):
            players.add(name)
    players.revoke("PHONE")
    assert players.all() == [tablet]
    with pytest.raises(QueryError, match="there are 'tablet'"):
        players.get("phone")
