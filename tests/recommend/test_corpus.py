"""Paths through real music, where it is at hand."""

from pathlib import Path

import numpy as np
import pytest

from resona.ingest import ScanConfig
from resona.library import Library
from resona.recommend import Request, find_path
from resona.recommend.mixes.journey import EVEN

pytestmark = [pytest.mark.corpus, pytest.mark.slow]

FOLDERS = ("ambient", "rock")
N_PATHS, N_TRACKS = 10, 8


def test_paths_are_monotone_and_even(corpus: Path, tmp_path: Path, rng: np.random.Generator) -> None:
    with Library(tmp_path / "library.db") as library:
        for path in sorted(path for name in FOLDERS for path in (corpus / name).iterdir())[::3]:
            (tmp_path / "music" / path.parent.name).mkdir(parents=True, exist_ok=True)
            (tmp_path / "music" / path.parent.name / path.name).symlink_to(path)
        library.scan([tmp_path / "music"], config=ScanConfig(n_workers=1))
        catalogue = library.catalogue
        pairs = [rng.choice(catalogue.track_ids, 2, replace=False) for _ in range(N_PATHS)]
        ways = [find_path(catalogue, Request(queries=(f"#{a}", f"#{b}"), k=N_TRACKS)) for a, b in pairs]
        n_possible = 0
        for way in ways:
            numbers = [track.track_id for track in way.tracks]
            vectors = catalogue.directions[catalogue.rows_of_ids(numbers)]
            assert way.is_monotone == bool((np.diff(vectors @ vectors[-1]) >= 0).all())
            n_nearer = (catalogue.directions @ vectors[-1] > vectors[0] @ vectors[-1]).sum() - 1
            is_possible = n_nearer >= N_TRACKS - 2  # with fewer, some step must lead away
            assert way.is_monotone or not is_possible
            n_possible += is_possible
    assert n_possible >= N_PATHS / 2
    assert max(way.evenness for way in ways) <= EVEN
