"""Is a track found again when its sound was changed a little?"""

import shutil
from pathlib import Path

from resona.evaluate import measure_robustness
from resona.evaluate.robustness import CHANGES
from resona.library import Library


def test_changed_tracks_find_themselves(library: Library) -> None:
    found = measure_robustness(library.catalogue, n_tracks=4)
    assert set(found) == set(CHANGES)
    assert all(values["n_tracks"] == 4 for values in found.values())
    for change in ("+6 dB", "-6 dB"):
        assert found[change]["first"] == 1
    assert all(values["median_rank"] <= 3 for values in found.values())


def test_files_that_are_gone_are_left_out(music_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "music"
    shutil.copytree(sorted(path for path in music_dir.iterdir())[0], folder)
    with Library(tmp_path / "library.db") as library:
        library.scan([folder])
        catalogue = library.catalogue
        for path in sorted(folder.iterdir())[1:]:
            path.write_bytes(b"no music")
        found = measure_robustness(catalogue)
    assert {values["n_tracks"] for values in found.values()} == {1}
