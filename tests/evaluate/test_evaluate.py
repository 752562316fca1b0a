import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from resona.errors import QueryError, SplitError
from resona.evaluate import Evaluation, evaluate
from resona.evaluate.report import write_report
from resona.library import Library

Fill = Callable[..., Library]


def run(library: Library, **options: object) -> Evaluation:
    return evaluate(library.store, library.model, {}, **options)  # type: ignore[arg-type]


def maps(evaluation: Evaluation, exclude: str = "artist") -> dict[str, float]:
    contenders = evaluation.values["contenders"]
    return {contender["name"]: contender["genre"][exclude]["micro"]["map"]["value"] for contender in contenders}


def test_what_hears_the_difference_beats_chance(fill: Fill) -> None:
    found = maps(run(fill()))
    assert found["MFCC mean/deviation"] > found["chance"] + 0.2
    assert abs(found["random vectors"] - found["chance"]) < 0.1


def test_shuffled_labels_bring_everybody_to_chance(fill: Fill) -> None:
    found = maps(run(fill(shuffled=True), is_all=True))
    assert all(abs(value - found["chance"]) < 0.06 for value in found.values())


def test_only_held_out_artists_are_asked(fill: Fill) -> None:
    evaluation = run(fill())
    material = evaluation.material
    trained = {material.labelled.artists[row] for row in np.flatnonzero(material.splits == "train")}
    assert evaluation.values["n_artists"] >= 3
    assert not trained & set(material.groups["artist"])


def test_features_of_test_tracks_do_not_reach_the_scaler(fill: Fill) -> None:
    """What was fitted on the training split is the same whatever the test tracks are."""
    from resona.config import fingerprint
    from resona.evaluate.ladder import baselines
    from resona.evaluate.material import gather
    from resona.features.mfcc import FeatureConfig
    from resona.inference import MeanDeviation

    library = fill()
    features_id = fingerprint(FeatureConfig())
    material = gather(library.store, features_id)
    fitted = []
    original = MeanDeviation.fit

    def spy(tracks: object, *rest: object) -> MeanDeviation:
        listed = list(tracks)  # type: ignore[call-overload]
        fitted.append(len(listed))
        return original(listed, *rest)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MeanDeviation, "fit", spy)
        list(baselines(library.store, material))
    assert fitted == [(material.splits == "train").sum()]


def test_every_contender_has_intervals_pairs_and_hubs(fill: Fill) -> None:
    for contender in run(fill()).values["contenders"][1:]:
        interval = contender["genre"]["artist"]["micro"]["map"]
        assert interval["low"] <= interval["value"] <= interval["high"]
        assert set(contender["genre"]) == {"none", "album", "artist", "artist+album"}
        assert 0 <= contender["pairs"]["roc_auc"] <= 1
        assert 0 <= contender["hubness"]["antihub_share"] <= 1
        assert contender["artist"]["micro"]["map"]["value"] >= 0


def test_too_little_data_is_said_in_words(fill: Fill) -> None:
    remarks = {c["genre"]["artist"]["micro"]["map"]["remark"] for c in run(fill()).values["contenders"]}
    assert all("too little data" in remark or remark == "" for remark in remarks)


def test_foreign_embeddings_compete(fill: Fill, tmp_path: Path) -> None:
    library = fill()
    library.export_embeddings(tmp_path / "mine.npz")
    evaluation = run(library, files={"mine": tmp_path / "mine.npz"})
    assert evaluation.values["contenders"][-1]["name"] == "mine"
    np.savez(tmp_path / "few.npz", paths=np.array(["/x"]), embeddings=np.ones((1, 3)))
    with pytest.raises(QueryError, match="lacks"):
        run(library, files={"few": tmp_path / "few.npz"})
    (tmp_path / "no.npz").write_text("no")
    with pytest.raises(QueryError, match=r"not a \.npz"):
        run(library, files={"no": tmp_path / "no.npz"})


def test_one_genre_cannot_be_measured(tmp_path: Path) -> None:
    with Library(tmp_path / "empty.db") as library, pytest.raises(SplitError, match="genre"):
        run(library)


def test_report_is_complete_and_stands_alone(fill: Fill, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="the report's pictures need matplotlib")
    files = write_report(run(fill()), tmp_path / "report")
    assert [path.name for path in files] == ["report.json", "report.md", "report.html"]
    values = json.loads(files[0].read_text())
    page = files[2].read_text()
    assert page.count("<svg") >= 5
    assert "http" not in page.replace("http://www.w3.org", "").replace("https://matplotlib.org", "").replace(
        "http://purl.org", ""
    ).replace("http://creativecommons.org", "")
    assert "<script" not in page
    assert len(values["examples"]) == 10
    for contender in values["contenders"]:
        assert contender["name"] in files[1].read_text()
