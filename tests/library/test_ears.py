"""A network from elsewhere is tried, added whole or not at all, and then listens like any other model."""

import json
import re
import subprocess
import warnings
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from ears import FRONT, N_DIMS, NETWORKS, endless_network, small_network

from resona.audio import Clips, decode_clips
from resona.cli.main import cli
from resona.errors import CheckpointError, ConfigError, ResonaError
from resona.evaluate import measure_robustness
from resona.evaluate.joining import _candidates, _score, _validation, join_models
from resona.evaluate.ladder import contender_of
from resona.evaluate.material import Material, gather
from resona.inference import Bundle, EarBundle, embed_tracks
from resona.inference.joined import JoinedModel, fit_joined
from resona.ingest import AnalysisConfig, ScanConfig, listen
from resona.ingest.trial import examine_ear, try_ear
from resona.library import Library
from resona.library.datasets import lend_model
from resona.library.ears import fetch_wheel, read_front, read_network
from resona.pairs import artist_digest


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try ears without a process of their own, which takes a second."""
    monkeypatch.setattr("resona.library.ears.try_ear", lambda folder: examine_ear(EarBundle.load(folder)))


@pytest.fixture
def with_ear(library: Library, in_process: None) -> Library:
    library.models.add("small", network=small_network(), front=FRONT, card="# Small\n\nMine.\n")
    return library


def test_an_ear_hears_what_its_front_end_says(with_ear: Library) -> None:
    ear = with_ear.models.part("small")
    track = next(iter(with_ear.store.tracks.all()))
    listened = listen(track.path, AnalysisConfig.of(ear))
    (vector,) = listened.by_ear.values()
    assert len(listened.features) == 1  # a short track is one clip
    assert vector.shape == (N_DIMS,)
    pieces = FRONT.pieces([clip[: len(clip)] for clip in _clips_at(track.path, FRONT.sample_rate)])
    weights = np.random.default_rng(0).normal(size=(20, N_DIMS))
    expected = (pieces.mean(axis=2) @ weights).mean(axis=0)
    assert vector @ expected > 0.9999 * np.linalg.norm(vector) * np.linalg.norm(expected)  # resampled twice


def _clips_at(path: Path, sample_rate: int) -> list[np.ndarray]:
    return list(decode_clips(path, n_clips=3, clip_seconds=10, sample_rate=sample_rate).samples)


def test_one_decoding_serves_features_and_ears(with_ear: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def counted(source: Path, **how: Any) -> Clips:
        calls.append(source)
        return decode_clips(source, **how)

    monkeypatch.setattr("resona.ingest.analyse.decode_clips", counted)
    track = next(iter(with_ear.store.tracks.all()))
    alone = listen(track.path, AnalysisConfig())
    both = listen(track.path, AnalysisConfig.of(with_ear.models.part("small")))
    assert len(calls) == 2
    assert np.array_equal(alone.features, both.features)
    assert alone.descriptors == both.descriptors


def test_joined_models_rank_by_the_mean_of_their_cosines(with_ear: Library, music_dir: Path, tmp_path: Path) -> None:
    with_ear.use_model("base+small")
    base, ear, both = with_ear.models.part("base"), with_ear.models.part("small"), with_ear.model
    ids, vectors = with_ear.store.embeddings.matrix(both.model_id)
    assert len(ids) == len(with_ear.tracks)
    heard = with_ear.store.embeddings.rows(ids.tolist(), ear.model_id)
    standard = (heard - heard.mean(axis=0)) / heard.std(axis=0)
    standard /= np.linalg.norm(standard, axis=1, keepdims=True)
    hers = with_ear.store.embeddings.rows(ids.tolist(), base.model_id)
    assert isinstance(both, JoinedModel)
    first, second = both.facts["weights"]
    assert np.abs(vectors @ vectors.T - first * hers @ hers.T - second * standard @ standard.T).max() < 1e-5
    assert both.words is not None
    assert with_ear.models.names()[0] == "base+small"

    new = tmp_path / "more"
    new.mkdir()
    source = next(music_dir.rglob("*.flac"))
    (new / "new.flac").write_bytes(source.read_bytes()[:-1000])
    with_ear.scan([new], config=ScanConfig(n_workers=1))
    counts = with_ear.store.embeddings.counts()
    assert {counts[model.model_id] for model in (base, ear, both)} == {len(with_ear.tracks)}
    query = with_ear.recommend(str(source))  # a file of the library, and one from elsewhere
    assert query.results
    with_ear.use_model("base")
    assert with_ear.model.model_id == base.model_id


def test_an_ear_alone_is_standardised_on_the_library(with_ear: Library) -> None:
    with pytest.raises(CheckpointError, match="resona models use small"):
        with_ear.models.choose("small")
    with_ear.use_model("small")
    _, vectors = with_ear.store.embeddings.matrix(with_ear.model.model_id)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert with_ear.model.words is None
    assert with_ear.recommend(str(next(iter(with_ear.store.tracks.all())).path)).results
    with Library(with_ear.store.path) as again:
        assert again.model.model_id == with_ear.model.model_id


@pytest.mark.parametrize("message", NETWORKS)
def test_networks_that_cannot_serve_are_refused_and_nothing_stays(
    library: Library, message: str, in_process: None
) -> None:
    with pytest.raises(CheckpointError, match=message):
        library.models.add("bad", network=NETWORKS[message](), front=FRONT)
    assert "bad" not in library.models.names()
    assert not library.models.folder.exists() or not list(library.models.folder.iterdir())


def test_a_network_for_one_piece_at_a_time_serves_too(library: Library, in_process: None) -> None:
    assert library.models.add("single", network=small_network(batch=1), front=FRONT).n_dims == N_DIMS
    with pytest.raises(CheckpointError, match="choose another name, one that is free"):
        library.models.add("single", network=small_network(), front=FRONT)
    with pytest.raises(CheckpointError, match="of letters, digits"):
        library.models.add("../single", network=small_network(), front=FRONT)


def test_a_network_that_never_ends_is_stopped(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resona.library.ears.try_ear", partial(try_ear, patience_seconds=0.5))
    with pytest.raises(CheckpointError, match=r"'slow' is not added: it cannot be run: the network hung for more"):
        library.models.add("slow", network=endless_network(), front=FRONT)
    assert "slow" not in library.models.names()


def test_the_commands_say_what_an_ear_costs(library: Library, tmp_path: Path) -> None:
    (tmp_path / "small.onnx").write_bytes(small_network())
    (tmp_path / "front.json").write_text(json.dumps(asdict(FRONT)))

    def run(*arguments: str) -> str:
        options = ["--library", str(library.store.path), "models", *arguments]
        return CliRunner().invoke(cli, options, standalone_mode=False, catch_exceptions=False).output

    said = run("add", str(tmp_path / "small.onnx"), "--front", str(tmp_path / "front.json"))
    assert "small is added: 6 numbers; 0." in said
    assert "MB of memory" in said
    assert "A new track costs 0." in run("small")
    assert "* small" in run()
    assert "its owner knows its licence" in run("--show", "small")
    with pytest.raises(ResonaError, match="needs --front"):
        run("add", str(tmp_path / "small.onnx"))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"axes": 3}', "[" * 100_000, " " * 200_000])
def test_front_ends_that_cannot_be_read_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "front.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match="front"):
        read_front(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_front(tmp_path / "none.json")


def test_a_wheel_that_cannot_be_had_or_is_another_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(CheckpointError, match="cannot be reached, or does not have it"):
        fetch_wheel("musicnn==0.1.0", "0" * 64, tmp_path)
    said = "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If you have updated …"
    refused = subprocess.CompletedProcess([], 1, "", said)
    monkeypatch.setattr("resona.library.ears.subprocess.run", lambda *_, **__: refused)
    with pytest.raises(CheckpointError, match="its SHA-256 is another one"):
        fetch_wheel("musicnn==0.1.0", "0" * 64, tmp_path)

    def pretend(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        (tmp_path / "musicnn.whl").write_bytes(b"another")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr("resona.library.ears.subprocess.run", pretend)
    with pytest.raises(CheckpointError, match="its SHA-256 is another one"):
        fetch_wheel("musicnn==0.1.0", "0" * 64, tmp_path)


def test_reasons_and_robustness_hear_as_the_model_does(with_ear: Library) -> None:
    for name in ("small", "base+small"):
        with_ear.use_model(name)
        first, second = with_ear.tracks.all()[:2]
        reasons = with_ear.lists.explain(f"#{first.track_id}", str(second.path))
        assert len(reasons.explanation.aspects) > 2
    found = measure_robustness(with_ear.catalogue, n_tracks=2)
    assert found["+6 dB"]["n_tracks"] == 2


def test_the_weights_are_those_that_find_most_on_validation_artists(
    with_ear: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def everybody(*args: Any, **options: Any) -> Material:
        found = gather(*args, **options)
        return replace(found, splits=np.full(len(found.splits), "validation"))

    monkeypatch.setattr("resona.evaluate.joining.gather", everybody)  # a small library has two validation artists
    with_ear.use_model("small")  # every track is heard
    ear, base = with_ear.models.part("small"), with_ear.models.part("base")
    rng = np.random.default_rng(0)
    genres = sorted({track.tags.genres for track in with_ear.store.tracks.all()})
    for noise in (0.5, 100.0):  # it tells genres, or nothing
        for track in with_ear.store.tracks.all():
            vector = np.eye(N_DIMS)[genres.index(track.tags.genres)] + noise * rng.normal(size=N_DIMS)
            with_ear.store.embeddings.put_many(ear.model_id, [(track.track_id, vector.astype(np.float32))])
        scores = {}
        for joined in _candidates(fit_joined(with_ear.store, [ear, base])):
            material = _validation(with_ear.store, joined)
            vectors = embed_tracks(with_ear.store, joined, material.track_ids(material.rows))
            scores[joined.facts["weights"][1]] = _score(joined, vectors, material)
        chosen = join_models(with_ear.store, [ear, base]).facts
        assert chosen["model_ids"] == [base.model_id, ear.model_id]
        assert scores[chosen["weights"][1]] == max(scores.values())
        assert len(set(scores.values())) > 1
    with pytest.raises(CheckpointError, match="up to 3 models"):
        join_models(with_ear.store, [ear, base, base, base])


def test_ears_compete_when_they_are_named(with_ear: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert with_ear.models.competitors(()) == ["base"]
    assert with_ear.models.competitors(("all",)) == ["small", "base"]
    with pytest.raises(CheckpointError, match="there is no ear none; there are small"):
        with_ear.models.competitors(("none",))
    fitted = with_ear.models.fitted("small")
    assert not with_ear.models.current.ears
    assert fitted.ears == with_ear.models.part("small").ears

    with Library(tmp_path / "data set.db") as other:  # and on a data set
        lend_model(with_ear, other)
        assert other.models.competitors(("small",)) == ["small", "base"]

    base, material = with_ear.models.part("base"), gather(with_ear.store, with_ear.model.feature_fingerprint)
    assert isinstance(base, Bundle)
    known = replace(base.manifest, trained_artists=tuple(map(artist_digest, material.main_artists)))
    monkeypatch.setattr(base, "manifest", known)  # whoever is joined with it has met them, too
    both = contender_of("both", with_ear.models.fitted("base+small"), with_ear.store, material)
    assert both.n_known_artists == len(set(material.main_artists))


def test_the_worked_example_makes_an_ear(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_process: None
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "ears.md").read_text(encoding="utf-8")
    (snippet,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning)  # of the exporter; see resona.model.export
        made: dict[str, Any] = {}
        exec(compile(snippet.replace('"music.db"', repr(str(library.store.path))), "ears.md", "exec"), made)  # noqa: S102
    assert (made["head"](made["ear"](made["x"])).argmax(dim=1) == made["y"]).float().mean() > 0.9
    added = library.models.add("mine", network=read_network(Path("mine.onnx")), front=read_front(Path("front.json")))
    assert added.n_dims == 8
