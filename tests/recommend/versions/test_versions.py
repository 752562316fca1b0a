from pathlib import Path

from resona.recommend import Catalogue, list_versions


def test_live_versions_stand_behind_the_original(catalogue: Catalogue) -> None:
    groups = list_versions(catalogue)
    assert [[track.track_id for track in group.tracks] for group in groups] == [[n, n + 1] for n in range(19, 300, 20)]
    assert {group.kinds for group in groups} == {("original", "version")}
    assert [line["kind"] for line in groups[0].as_dict()["tracks"]] == ["original", "version"]
    assert groups[0].tracks[0].path == Path("/music/Artist 1/Album 3/018 Song 18.mp3")
