"""A bundle hears what the trained network hears; anything else is refused in one sentence."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from resona.errors import CheckpointError, FeatureError
from resona.inference import Bundle, Calibration, Manifest, ModelShelf, Ranking, read_manifest, write_bundle
from resona.model import build_network, export_onnx, pack_weights
from resona.model.siamese import SiameseNetwork
from resona.store import Store

LENGTHS = (60, 60, 33, 60, 90, 8)
SMALL = {"base": {"n_mfcc": 6, "channels": (8, 8), "n_dims": 4}, "classic": {"n_mfcc": 13, "channels": (2, 3)}}


@pytest.fixture(scope="session", params=["base", "classic"])
def arch(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def network(arch: str) -> SiameseNetwork:
    torch.manual_seed(3)
    return build_network(arch, SMALL[arch]).eval()


@pytest.fixture(scope="session")
def folder(arch: str, network: SiameseNetwork, tmp_path_factory: pytest.TempPathFactory) -> Path:
    encoder, head = network.settings
    manifest = Manifest(
        model_id="0123456789ab",
        name="tiny",
        arch=arch,
        features={"n_mfcc": encoder.n_mfcc},
        feature_fingerprint="f" * 12,
        encoder=SMALL[arch],
        head={},
        n_dims=head.n_dims,
        is_unit=arch == "base",
        ranking=Ranking(by="cosine" if arch == "base" else "head"),
        calibration=Calibration(slope=2.0, intercept=-0.5),
        trained_artists=("aa", "bb"),
        measures={"map": 0.5},
    )
    path = tmp_path_factory.mktemp("models") / "tiny"
    write_bundle(path, manifest, {**export_onnx(network), "weights.safetensors": pack_weights(network)})
    return path


@pytest.fixture
def bundle(folder: Path) -> Bundle:
    return Bundle.load(folder)


def tracks(n_mfcc: int) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    shapes = [(1 + number % 3, n_mfcc, length) for number, length in enumerate(LENGTHS)]
    return [(rng.normal(size=shape) * 20).astype(np.float16) for shape in shapes]


def test_embeddings_are_those_of_the_network(bundle: Bundle, network: SiameseNetwork, arch: str) -> None:
    clips = tracks(bundle.feature_config["n_mfcc"])
    with torch.no_grad():
        expected = [network.encoder(torch.from_numpy(c.astype(np.float32))).numpy().mean(axis=0) for c in clips]
    if arch == "base":
        expected = [vector / np.linalg.norm(vector) for vector in expected]
    assert np.abs(bundle.embed_many(clips) - expected).max() < 1e-5


def test_batch_equals_one_by_one(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    clips = tracks(bundle.feature_config["n_mfcc"])
    one_by_one = np.stack([bundle.embed(track) for track in clips])
    assert np.abs(bundle.embed_many(iter(clips)) - one_by_one).max() < 1e-6
    monkeypatch.setattr("resona.inference.model.BATCH_TRACKS", 2)
    monkeypatch.setattr("resona.inference.model.BATCH_VALUES", 1)
    assert np.abs(bundle.embed_many(clips) - one_by_one).max() < 1e-6
    assert bundle.embed_many([]).shape == (0, bundle.n_dims)


def test_head_equals_the_network_and_is_symmetric(bundle: Bundle, network: SiameseNetwork) -> None:
    vectors = bundle.embed_many(tracks(bundle.feature_config["n_mfcc"]))
    a, b = vectors[:3], vectors[3:]
    with torch.no_grad():
        logits = network.head(torch.from_numpy(a), torch.from_numpy(b)).numpy()
    assert np.abs(bundle.head_logits(a, b) - logits).max() < 1e-5
    expected = 1 / (1 + np.exp(0.5 - 2.0 * logits.astype(float)))
    assert np.abs(bundle.probabilities(bundle.head_logits(a, b)) - expected).max() < 1e-5
    assert np.array_equal(bundle.head_logits(a, b), bundle.head_logits(b, a))


def test_similarities_are_what_the_model_ranks_by(bundle: Bundle, arch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resona.inference.bundle.BLOCK_PAIRS", 2)
    vectors = bundle.embed_many(tracks(bundle.feature_config["n_mfcc"]))
    matrix = bundle.similarity_matrix(vectors, vectors)
    assert np.allclose(matrix, matrix.T, atol=1e-6)
    assert np.allclose(matrix[0], bundle.similarities(vectors[0], vectors), atol=1e-6)
    expected = vectors @ vectors.T if arch == "base" else [bundle.head_logits(row, vectors) for row in vectors]
    assert np.allclose(matrix, expected, atol=1e-6)
    assert bundle.similarity_matrix(vectors[:0], vectors).shape == (0, len(vectors))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda clips: clips[0], "got "),
        (lambda clips: clips[:, :-1], "features must be"),
        (lambda clips: clips[:, :, :7], "8 frames or more"),
        (lambda clips: clips[:0], "features must be"),
        (lambda clips: clips * np.nan, "finite everywhere"),
    ],
)
def test_bad_features_are_refused(bundle: Bundle, change: Callable[[np.ndarray], np.ndarray], message: str) -> None:
    with pytest.raises(FeatureError, match=message):
        bundle.embed(change(tracks(bundle.feature_config["n_mfcc"])[1]))


def test_manifest_comes_back_and_a_bundle_is_replaced_whole(folder: Path, tmp_path: Path) -> None:
    manifest = read_manifest(folder)
    assert manifest.trained_artists == ("aa", "bb")
    copy = tmp_path / "copy"
    write_bundle(copy, manifest, {"old": b"1"})
    written = write_bundle(copy, manifest, {"new": b"2"})
    assert read_manifest(copy) == written
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["copy", "model.json", "new"]


def test_the_earlier_bundle_stays_until_the_new_one_is_there(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = read_manifest(folder)
    with Store(tmp_path / "library.db") as store:
        home = store.side_dir / "models" / "mine"
        written = write_bundle(home, manifest, {"old": b"1"})
        rename = Path.rename

        def fail(path: Path, target: Path) -> Path:
            if path.name.startswith(".part-"):
                raise OSError(28, "No space left on device")
            return rename(path, target)

        monkeypatch.setattr(Path, "rename", fail)
        with pytest.raises(CheckpointError, match="No space left"):
            write_bundle(home, manifest, {"new": b"2"})
        monkeypatch.undo()
        assert read_manifest(home) == written
        assert [path.name for path in home.parent.iterdir()] == ["mine"]
        home.rename(home.with_name(".before-mine"))  # killed between the two renames
        assert ModelShelf(store).names()[0] == "mine"
        assert read_manifest(home) == written


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "other"}, "was not written by Resona"),
        ({"version": 4}, "has bundle format 4, this Resona reads format 3: update Resona"),
        ({"n_dim": 3}, "is damaged .*'n_dim'"),
        ({"ranking": {"by": "magic"}}, "is damaged .*'magic'"),
        ({"calibration": {"slope": -1.0}}, "is damaged .*slope above 0"),
        ({"trained_artists": None}, "is damaged"),
        ({"n_dims": -1}, "is damaged .*n_dims must be"),
        ({"front": {"sample_rate": 16000}}, "is damaged .*lacks 'axes'"),
        ({"front": {"sample_rate": 10**9, "length": 1, "axes": ["batch", "samples"]}}, "is damaged .*sample_rate must"),
        ({"front": "all"}, "is damaged"),
    ],
)
def test_foreign_newer_and_damaged_manifests_are_refused(
    folder: Path, tmp_path: Path, change: dict[str, object], message: str
) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    content = json.loads((copy / "model.json").read_text())
    (copy / "model.json").write_text(json.dumps(content | change))
    with pytest.raises(CheckpointError, match=message):
        Bundle.load(copy)


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "[" * 100_000])
def test_other_json_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "model.json").write_text(text)
    with pytest.raises(CheckpointError, match=r"model\.json"):
        Bundle.load(tmp_path)
    with pytest.raises(CheckpointError, match=r"has no model\.json"):
        Bundle.load(tmp_path / "gone")


def test_damaged_networks_are_refused(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    manifest = read_manifest(copy)
    content = bytearray((copy / "encoder.onnx").read_bytes())
    content[len(content) // 2] ^= 255
    (copy / "encoder.onnx").write_bytes(content)
    (copy / "head.onnx").unlink()
    clips = tracks(manifest.features["n_mfcc"])[0]
    with pytest.raises(CheckpointError, match=r"encoder\.onnx' is damaged"):
        Bundle.load(copy).embed(clips)
    with pytest.raises(CheckpointError, match=r"head\.onnx' cannot be read"):
        Bundle.load(copy).head_logits(np.zeros(manifest.n_dims, np.float32), np.zeros(manifest.n_dims, np.float32))
    write_bundle(copy, manifest, {"encoder.onnx": b"not a network"})
    with pytest.raises(CheckpointError, match="is not a network that can be run"):
        Bundle.load(copy).embed(clips)


def test_loading_a_bundle_imports_neither_torch_nor_onnxruntime(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from resona.inference import Bundle; "
        f"Bundle.load(Path({str(folder)!r})); print({{'torch', 'onnxruntime', 'scipy'}} & set(sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "set()\n"
