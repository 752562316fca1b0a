"""Two small bundles: one ranked by cosine, one by its head."""

from pathlib import Path

import pytest
import torch

from resona.inference import Bundle, Calibration, Manifest, Ranking, write_bundle
from resona.model import build_network, export_onnx, pack_weights
from resona.model.siamese import SiameseNetwork

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
