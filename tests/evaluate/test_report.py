"""The page, its Markdown and its JSON."""

import json
import re

import numpy as np
import pytest

from resona.evaluate import Evaluation
from resona.evaluate.report import as_json, write_report

CURVES = """number,train_loss,validation_loss,validation_map,learning_rate,seconds
0,nan,0.693,0.3,0,0
1,0.61,0.66,0.4,0.001,2
2,0.52,0.64,0.45,0.001,2
"""


@pytest.fixture(scope="module")
def written(evaluation: Evaluation, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    pytest.importorskip("matplotlib", reason="the report's pictures need matplotlib")
    folder = tmp_path_factory.mktemp("report")
    (folder / "curves.csv").write_text(CURVES)
    paths = {"mine": folder / "curves.csv", "other": folder / "none.csv"}
    return {path.name: path.read_text() for path in write_report(evaluation, folder / "new", curves_paths=paths)}


def test_the_page_stands_alone(written: dict[str, str]) -> None:
    page = written["report.html"]
    named = set(re.findall(r"https?://[^\s\"'<>]+", page))
    vocabularies = ("http://www.w3.org/", "http://purl.org/", "http://creativecommons.org/", "https://matplotlib.org/")
    assert all(address.startswith(vocabularies) for address in named)
    assert "<script" not in page
    assert "<link" not in page


def test_the_page_is_complete(written: dict[str, str], evaluation: Evaluation) -> None:
    page = written["report.html"]
    assert page.count("<svg") == 6  # ladder, confusion, similarities, reliability, hubs, learning
    assert "Training of mine" in page
    assert "Training of other" not in page
    for contender in evaluation.values["contenders"]:
        assert page.count(contender["name"]) >= 3
    for fact in ("R-precision", "nDCG@10", "Brier", "reachable", evaluation.values["data"], "onnxruntime"):
        assert fact in page
    assert page.count("<section>") == 10


def test_pictures_take_the_colours_of_the_page(written: dict[str, str]) -> None:
    assert "currentColor" in written["report.html"]
    assert "#010203" not in written["report.html"]


def test_markdown_says_the_same(written: dict[str, str], evaluation: Evaluation) -> None:
    text = written["report.md"]
    assert all(contender["name"] in text for contender in evaluation.values["contenders"])
    assert text.count("\n1. **") == 10
    rows = [line for line in text.splitlines() if line.startswith("| random vectors")]
    assert len(rows) == 5


def test_json_is_read_by_every_program(written: dict[str, str], evaluation: Evaluation) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    values = json.loads(written["report.json"], parse_constant=refuse)
    assert len(values["examples"]) == 10
    assert {name: values[name] for name in evaluation.values} == json.loads(as_json(evaluation.values))


def test_examples_come_from_every_genre_that_was_asked(written: dict[str, str], evaluation: Evaluation) -> None:
    examples = json.loads(written["report.json"])["examples"]
    material, own = evaluation.material, evaluation.measured[-1]
    asked = material.genres[own.rankings["artist"].queries].any(axis=0)
    assert {example["genre"] for example in examples} == set(np.array(material.genre_names)[asked])
    assert asked.sum() >= 2
    for example in examples:
        assert all(item["is_right"] == (item["genre"] == example["genre"]) for item in example["list"])
        assert len(example["list"]) == 5
