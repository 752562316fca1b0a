from pathlib import Path

import pytest

from resona.errors import UnknownTrackError
from resona.library import Library
from resona.recommend import Reasons, explain_tracks


def reasons(library: Library, a: str, b: str) -> Reasons:
    return explain_tracks(library.catalogue, a, b)


def test_reasons_say_in_what_where_and_how_unusual(library: Library) -> None:
    found = reasons(library, "#1", "#2").as_dict()
    assert {aspect["name"] for aspect in found["aspects"]} >= {"timbre", "loudness", "brightness", "energy"}
    assert all(0 <= aspect["likeness"] <= 1 for aspect in found["aspects"])
    assert found["clip_matches"]
    assert 0 <= found["percentile"] <= 100
    assert (found["a"]["track_id"], found["b"]["track_id"]) == (1, 2)


def test_the_similarity_is_that_of_the_list(library: Library) -> None:
    from resona.recommend.limits import Limits

    first = library.recommend("#1", k=5, limits=Limits(with_seed_artists=True, per_artist=0, per_album=0)).results[0]
    found = reasons(library, "#1", f"#{first.track.track_id}").explanation
    assert found.similarity == pytest.approx(first.similarity, abs=1e-3)
    assert found.percentile == 100


def test_reasons_are_the_same_from_both_sides(library: Library) -> None:
    there, back = reasons(library, "#3", "#20").explanation, reasons(library, "#20", "#3").explanation
    assert there.similarity == pytest.approx(back.similarity, abs=1e-5)
    assert [aspect.likeness for aspect in there.aspects] == [aspect.likeness for aspect in back.aspects]


def test_a_file_from_outside_is_its_own_track(library: Library, music_dir: Path, tmp_path: Path) -> None:
    track = library.store.tracks.all()[0]
    copy = tmp_path / f"copy{track.path.suffix}"
    copy.write_bytes(track.path.read_bytes())
    found = reasons(library, str(copy), f"#{track.track_id}").explanation
    assert found.percentile == 100
    assert found.clip_matches[0].similarity == pytest.approx(1, abs=1e-3)
    assert all(aspect.likeness > 0.9 for aspect in found.aspects)
    both = reasons(library, str(copy), str(copy)).explanation
    assert both.clip_matches[0].similarity == pytest.approx(1, abs=1e-3)


def test_several_tracks_have_no_reasons(library: Library) -> None:
    artist = library.store.tracks.all()[0].tags.artist
    with pytest.raises(UnknownTrackError, match="stands for 2 tracks"):
        reasons(library, artist, "#1")
