"""What is said about an evaluation, in tables and words."""

from copy import deepcopy
from typing import Any

import pytest

from resona.evaluate import Evaluation, tables
from resona.evaluate.tables import ResultTable


@pytest.fixture
def values(evaluation: Evaluation) -> dict[str, Any]:
    return deepcopy(evaluation.values)


def test_the_headline_is_filtered_and_the_unfiltered_stands_beside_it(values: dict[str, Any]) -> None:
    ladder = tables.ladder(values)
    contender = values["contenders"][2]
    filtered, everything = (contender["genre"][name]["micro"]["map"]["value"] for name in ("artist", "none"))
    row = ladder.rows[2]
    assert row[1].startswith(f"{filtered:.3f} [")
    assert row[2] == f"{everything:.3f} ({everything - filtered:+.3f})"
    assert "Candidates by the same artist are left out" in ladder.note


def test_the_best_baseline_is_not_compared_with_itself(values: dict[str, Any]) -> None:
    compared = {row[0].split(" (")[0]: row[-1] for row in tables.ladder(values).rows}
    assert compared[values["comparison"]["baseline"]] == compared["chance"] == ""
    assert compared["random vectors"].startswith("-0.")


def test_judgements_have_a_table_of_their_own(values: dict[str, Any]) -> None:
    interval = {"value": 0.5, "low": 0.4, "high": 0.6}
    before = list(tables.details(values))
    found = dict.fromkeys(("model", "taught", "difference"), interval)
    values["judgements"] = {"n_judgements": 60, "chance": 1 / 3, **found}
    *others, table = tables.details(values)
    assert len(others) == len(before)
    assert "60 judgements" in table.note
    assert [row[1] for row in table.rows] == ["0.500 [0.400, 0.600]"] * 3


def test_a_model_that_knows_the_artists_is_no_test(values: dict[str, Any]) -> None:
    values["contenders"][-1].update(n_known_artists=3, note="trained on 3 of these 11 artists")
    (claim,) = tables.claims(values)
    assert claim.endswith("but trained on 3 of these 11 artists, which is no test of new music.")


def test_a_model_with_too_few_artists_claims_nothing(values: dict[str, Any]) -> None:
    name = values["contenders"][-1]["name"]
    values["comparison"]["differences"][name]["verdict"] = "too little data for a claim: 5 artists, 8 are needed"
    assert "too little data for a claim: 5 artists, 8 are needed" in tables.describe_data(values)


def test_without_a_filter_it_says_that_this_flatters(values: dict[str, Any]) -> None:
    assert "flatters" in tables.describe_data({**values, "filter": "none"})


def test_what_could_not_be_measured_is_left_empty(values: dict[str, Any]) -> None:
    for contender in values["contenders"]:
        contender["genre"] = {name: {"n_queries": 0} for name in contender["genre"]}
        contender.pop("pairs", None)
    assert {row[1] for row in tables.ladder(values).rows} == {""}
    assert [table.title for table in tables.details(values) if table.rows] == [
        "Filters, and finding the artist again",
        "Hubs, in lists of ten",
    ]


def test_names_are_text_and_not_markup() -> None:
    table = ResultTable(title="", note="", head=("", "a"), rows=[("<b>|</b>", "1")])
    assert "<b>" not in table.as_html()
    assert table.as_markdown().splitlines()[-1] == r"| <b>\|</b> | 1 |"
