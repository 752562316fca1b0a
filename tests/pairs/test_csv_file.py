"""Any path survives the file; a bad line is named."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resona.errors import QueryError
from resona.pairs import PairSet, read_pairs, write_pairs

NO_NUL = st.characters(exclude_characters="\0", exclude_categories=["Cs"])  # half a surrogate pair names no file
NAMES = ['comma, "quotes"', "line\nbreak\r\nand return\r", "emoji 🎵", "bytes \udcff", "plain"]


def test_odd_names_come_back(tmp_path: Path) -> None:
    pairs = {"train": PairSet(np.array([0, 1]), np.array([2, 3]), np.array([True, False])), "test": _one_pair(3, 4)}
    write_pairs(tmp_path / "pairs.csv", pairs, NAMES)
    named = read_pairs(tmp_path / "pairs.csv")
    assert (named.a, named.b) == ([NAMES[0], NAMES[1], NAMES[3]], [NAMES[2], NAMES[3], NAMES[4]])
    again, unknown = named.resolve({name: position for position, name in enumerate(NAMES)})
    assert unknown == []
    for split, part in pairs.items():
        assert (again[split].a == part.a).all()
        assert (again[split].is_match == part.is_match).all()
    assert len(again["validation"]) == 0


@given(
    st.binary(min_size=1).map(lambda content: os.fsdecode(content.replace(b"\0", b"0"))) | st.text(NO_NUL, min_size=1)
)
@settings(max_examples=60)
def test_any_file_name_comes_back(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    path = tmp_path_factory.mktemp("csv") / "pairs.csv"
    write_pairs(path, {"train": _one_pair(0, 1)}, [name, name + "2"])
    assert read_pairs(path).a == [name]


def test_a_file_without_splits_is_for_training(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("a,b,label\nx,y,1\n")
    named = read_pairs(path)
    assert named.split.tolist() == ["train"]
    path.write_text("a,b,label,split\n")
    assert read_pairs(path).a == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "first line must name the columns a,b,label,split"),
        ("x,y,1\n", "first line must name"),
        ("a,b,label\nx,x,1\n", "line 2: a pair needs two different tracks"),
        ("a,b,label\nx,y,1\nx,,1\n", "line 3: a pair needs"),
        ("a,b,label\nx,y,maybe\n", "line 2: the label must be 1"),
        ("a,b,label,split\nx,y,1,dev\n", "line 2: the split must be one of"),
    ],
)
def test_bad_lines_are_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(text)
    with pytest.raises(QueryError, match=message):
        read_pairs(path)


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"gone\.csv"):
        read_pairs(tmp_path / "gone.csv")


def _one_pair(a: int, b: int) -> PairSet:
    return PairSet(np.array([a]), np.array([b]), np.array([True]))
