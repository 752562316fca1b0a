import csv
import sys
from pathlib import Path

import pytest

from resona.errors import MissingExtraError, StoreError
from resona.library import Library
from resona.recommend import export_distances, export_embeddings, export_features
from resona.recommend.playlists import write_m3u


def test_features_are_a_table_with_a_row_for_each_track(made: Library, tmp_path: Path) -> None:
    assert export_features(made.store, tmp_path / "out.csv") == 300
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 300
    assert rows[0]["tempo_bpm"] == "60.0"
    assert rows[0]["year"] == ""
    assert rows[0]["genres"] == "rock"


def test_parquet_holds_the_same_values_as_the_table(made: Library, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet files need the extra parquet")
    assert export_features(made.store, tmp_path / "out.csv") == export_features(made.store, tmp_path / "out.parquet")
    rows = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    written = list(csv.DictReader((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()))
    assert [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows] == written
    assert {type(row["tempo_bpm"]) for row in rows} <= {float, type(None)}


def test_parquet_without_pyarrow_says_what_to_install(
    made: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match="pip install 'resona-music\\[parquet\\]'"):
        export_features(made.store, tmp_path / "out.parquet")


def test_other_endings_and_folders_that_are_not_there_are_refused(made: Library, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"\.csv or \.parquet"):
        export_features(made.store, tmp_path / "out.txt")
    with pytest.raises(StoreError, match="cannot be written"):
        export_features(made.store, tmp_path / "nowhere" / "out.csv")
    for export in (export_embeddings, export_distances):
        with pytest.raises(StoreError, match="cannot be written"):
            export(made.catalogue, tmp_path / "nowhere" / "out")
    with pytest.raises(StoreError, match=r"cannot be written: there is no folder '.*nowhere'; make it first"):
        write_m3u(tmp_path / "nowhere" / "list.m3u", [])


def test_embeddings_and_distances_agree(made: Library, tmp_path: Path) -> None:
    import numpy as np

    catalogue = made.catalogue
    assert export_embeddings(catalogue, tmp_path / "e.npz") == export_distances(catalogue, tmp_path / "d.txt") == 300
    with np.load(tmp_path / "e.npz") as arrays:
        vectors = arrays["embeddings"]
        assert arrays["paths"][0] == str(catalogue.tracks[0].path)
    lines = (tmp_path / "d.txt").read_text().splitlines()
    row = np.array([float(value) for value in lines[302].split("\t")[1:]])
    expected = 1 - vectors @ vectors[0]
    expected[0] = 0
    np.testing.assert_allclose(row, expected, atol=1e-5)
