"""Is a track found again when its sound was changed a little?"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from resona.evaluate import measure_robustness
from resona.evaluate.robustness import CHANGES
from resona.library import Library
from resona.recommend import Catalogue
from resona.tracks import Track


def test_changed_tracks_find_themselves(library: Library) -> None:
    found = measure_robustness(library.catalogue, n_tracks=2)
    assert set(found) == set(CHANGES)
    assert all(values["n_tracks"] == 2 for values in found.values())
    for change in ("+6 dB", "-6 dB"):
        assert found[change]["first"] == 1
    assert all(values["median_rank"] <= 3 for values in found.values())


def test_files_that_are_gone_are_left_out(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = library.catalogue
    here = catalogue.tracks
    monkeypatch.setattr(Catalogue, "tracks_at", lambda _self, rows: [gone(here[row], row) for row in rows.tolist()])
    found = measure_robustness(catalogue, n_tracks=3)
    assert {values["n_tracks"] for values in found.values()} == {1}


def gone(track: Track, row: int) -> Track:
    kept = int(np.random.default_rng(0).permutation(24)[0])
    return track if row == kept else replace(track, path=Path("/nowhere.mp3"))
