from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_features import fill_library

from resona.config import fingerprint
from resona.errors import FeatureError, QueryError, SplitError
from resona.evaluate import Evaluation, evaluate
from resona.evaluate.ladder import baselines
from resona.evaluate.material import gather
from resona.features.mfcc import FeatureConfig
from resona.inference import MeanDeviation
from resona.library import Library
from resona.tracks import Track

Fill = Callable[..., Library]


def run(library: Library, **options: object) -> Evaluation:
    return evaluate(library.store, library.model, {}, **options)  # type: ignore[arg-type]


def maps(evaluation: Evaluation, exclude: str = "artist") -> dict[str, float]:
    contenders = evaluation.values["contenders"]
    return {contender["name"]: contender["genre"][exclude]["micro"]["map"]["value"] for contender in contenders}


def test_what_hears_the_difference_beats_chance(evaluation: Evaluation) -> None:
    found = maps(evaluation)
    assert found["MFCC mean/deviation"] > found["chance"] + 0.2
    assert abs(found["random vectors"] - found["chance"]) < 0.1


def test_shuffled_labels_bring_everybody_to_chance(fill: Fill) -> None:
    found = maps(run(fill(shuffled=True), is_all=True))
    assert all(abs(value - found["chance"]) < 0.06 for value in found.values())


def test_only_held_out_artists_are_asked(evaluation: Evaluation) -> None:
    material = evaluation.material
    trained = {material.labelled.artists[row] for row in np.flatnonzero(material.splits == "train")}
    assert evaluation.values["n_artists"] >= 3
    assert not trained & set(material.groups["artist"])


def test_poisoned_test_tracks_are_not_touched_by_what_is_fitted(fill: Fill) -> None:
    """With NaN for features of all held-out tracks, the baseline is fitted all the same; measuring them then fails."""
    library = fill()
    features_id = fingerprint(FeatureConfig())
    material = gather(library.store, features_id)
    poison = np.full((1, 40, 40), np.nan, np.float16)
    for track_id in material.track_ids(np.flatnonzero(material.splits != "train")):
        library.store.features.put(track_id, features_id, poison)
    fitted = []
    original = MeanDeviation.fit

    def spy(*arguments: Any) -> MeanDeviation:
        fitted.append(original(*arguments))
        return fitted[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MeanDeviation, "fit", spy)
        with pytest.raises(FeatureError, match="finite"):
            list(baselines(library.store, material))
    assert np.isfinite(fitted[0].centre).all()
    assert np.isfinite(fitted[0].scale).all()


def test_every_contender_has_intervals_pairs_and_hubs(evaluation: Evaluation) -> None:
    for contender in evaluation.values["contenders"][1:]:
        interval = contender["genre"]["artist"]["micro"]["map"]
        assert interval["low"] <= interval["value"] <= interval["high"]
        assert set(contender["genre"]) == {"none", "album", "artist", "artist+album"}
        area = contender["pairs"]["intervals"]["roc_auc"]
        assert 0 <= area["low"] <= contender["pairs"]["roc_auc"] <= area["high"] <= 1
        assert 0 <= contender["pairs"]["accuracy"] <= 1
        assert 0 <= contender["hubness"]["antihub_share"] <= 1
        assert contender["artist"]["micro"]["map"]["value"] >= 0


def test_too_little_data_is_said_in_words(tmp_path: Path) -> None:
    with Library(tmp_path / "small.db") as library:
        fill_library(library, n_artists=8)
        values = run(library).values
    assert values["n_artists"] < 8
    assert f"too little data for a claim: {values['n_artists']} artists, 8 are needed" in str(values["contenders"])


def test_foreign_embeddings_compete(fill: Fill, tmp_path: Path) -> None:
    library = fill()
    library.lists.export_embeddings(tmp_path / "mine.npz")
    evaluation = run(library, files={"mine": tmp_path / "mine.npz"})
    names = [contender["name"] for contender in evaluation.values["contenders"]]
    assert names[-2:] == ["mine", "this library's model: MFCC mean/deviation"]
    assert maps(evaluation)["mine"] == maps(evaluation)[names[-1]]
    np.savez(tmp_path / "few.npz", paths=np.array(["/x"]), embeddings=np.ones((1, 3)))
    with pytest.raises(QueryError, match="lacks"):
        run(library, files={"few": tmp_path / "few.npz"})
    (tmp_path / "no.npz").write_text("no")
    with pytest.raises(QueryError, match=r"not a \.npz"):
        run(library, files={"no": tmp_path / "no.npz"})


def test_what_cannot_be_measured_is_told_in_a_sentence(tmp_path: Path) -> None:
    with Library(tmp_path / "empty.db") as library:
        with pytest.raises(SplitError, match="genre"):
            run(library)
        fill_library(library, n_artists=3)
        tracks = library.store.tracks.all()
        rock = [track for track in tracks if track.tags.genres == ("rock",)]
        nobody: list[Track] = []
        cases = [
            (tracks, nobody, False, "no training track, .* --all"),
            (tracks, nobody, True, "no training track, .* --all"),
            (nobody, tracks, False, "no test track"),
            (rock, tracks, False, "all 6 of the genre 'rock': whatever is found is right"),
            (nobody, nobody, False, "has 0 .*no genres"),
        ]
        for test, train, is_all, said in cases:
            given = {track.track_id: "train" for track in train} | {track.track_id: "test" for track in test}
            with pytest.raises(SplitError, match=said):
                run(library, given=given, is_all=is_all)


def test_a_library_with_nothing_to_find_is_told_so(library: Library) -> None:
    """Of 12 artists three are held out, one of each genre: none of them has anybody to be like."""
    with pytest.raises(SplitError, match=r"none of 6 tracks has another of its genre .*--all"):
        run(library)


def test_a_data_set_is_measured_on_its_own_split(fill: Fill) -> None:
    library = fill()
    tracks = library.store.tracks.all()
    given = {track.track_id: "test" if number % 3 else "train" for number, track in enumerate(tracks[:60])}
    evaluation = run(library, given=given)
    measured = {evaluation.material.labelled.tracks[row].track_id for row in evaluation.material.rows.tolist()}
    assert measured == {track_id for track_id, split in given.items() if split == "test"}
    assert evaluation.values["split"] == "given"
    assert run(library, given=dict.fromkeys(given, "")).values["split"] == "test"
