"""Write the bundle of the base model from a trained encoder.

    python research/export.py --cache DIR --encoder DIR --validated DIR DIR DIR --out src/resona/base_model

The validated encoders were trained by the same recipe without folds 0, 1 and 2: they give the calibration and the
measures. Large
weights are stored as float16 (rounded first, so that every copy of the network is the same).
"""

import argparse
import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from safetensors.torch import save

from corpus import FEATURES, Corpus
from head import Tracks, calibrate, fit_head, hear
from resona.artists import read_credit
from resona.config import fingerprint
from resona.inference import Bundle, Manifest, Ranking, write_bundle
from resona.model import SiameseNetwork, export_onnx
from resona.pairs import artist_digest
from validate import Validation, baselines, load_encoder

HERE = Path(__file__).parent
LARGE = 1000  # values; smaller tensors stay float32
TOLERANCE = 5e-4  # of a unit vector's parts: the graph's weights are rounded once more, after batch norm is folded in


@torch.no_grad()
def round_weights(network: torch.nn.Module) -> None:
    """Round large weights to what float16 can hold."""
    for weights in network.state_dict().values():
        if weights.numel() > LARGE:
            weights.copy_(weights.half().float())


def halve(content: bytes) -> bytes:
    """Store the large constants of an ONNX graph as float16, cast when it is loaded."""
    model = onnx.load_from_string(content)
    casts = []
    for constant in model.graph.initializer:
        values = numpy_helper.to_array(constant)
        if values.dtype == np.float32 and values.size > LARGE:
            name = constant.name
            constant.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
            casts.append(onnx.helper.make_node("Cast", [f"{name}_half"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def weights_file(network: torch.nn.Module) -> bytes:
    """Weights as safetensors, large ones as float16."""
    state = network.state_dict()
    return save({key: (value.half() if value.numel() > LARGE else value).contiguous() for key, value in state.items()})


def measure(corpus: Corpus, validated: list[Path]) -> dict[str, dict[str, float]]:
    """Measure the validated encoders beside what they must beat; means over the folds."""
    found = []
    for number, folder in enumerate(validated):
        validation = Validation(corpus, number)
        mine = validation.measure_encoder(load_encoder(folder))
        found.append({**baselines(corpus, validation), "this recipe": mine})
    keys = found[0]["this recipe"]
    return {name: {key: float(np.mean([one[name][key] for one in found])) for key in keys} for name in found[0]}


def held_out(corpus: Corpus, number: int, folder: Path) -> Tracks:
    """Embed the fold that a validated encoder has not heard."""
    held = [row["fold"] == number and row["kind"] != "extra" for row in corpus.tracks]
    return hear(corpus, load_encoder(folder), np.flatnonzero(held))


def card(manifest: Manifest, measures: dict[str, dict[str, float]], facts: dict[str, Any]) -> str:
    """Write the model card."""
    rows = [f"| {name} | {found['games_trusted']:.3f} |" for name, found in measures.items()]
    mine = measures["this recipe"]
    numbers = {key: f"{mine[key]:.2f}" for key in ("games_agree", "styles_agree")}
    n_genres = len(manifest.training["tags"]["genres"])
    tags = {"n_genres": n_genres, "n_tags": manifest.encoder["n_tags"] - n_genres}
    ranking = f"cosine, hubs corrected by {manifest.ranking.hubness.replace('_', ' ')}"
    return (HERE / "model_card.md").read_text(encoding="utf-8").format(
        **facts, **numbers, **tags, table="\n".join(rows), hubs=f"{mine['games_hubs']:.2f}", ranking=ranking,
        model_id=manifest.model_id, n_dims=manifest.n_dims, feature_fingerprint=manifest.feature_fingerprint,
    )  # fmt: skip


def check(folder: Path, network: SiameseNetwork, clips: np.ndarray) -> None:
    """Compare the written bundle with the network."""
    with torch.inference_mode():
        expected = network.encoder(torch.from_numpy(clips)).mean(dim=0)
    expected = (expected / expected.norm()).numpy()
    worst = float(np.abs(Bundle.load(folder).embed(clips) - expected).max())
    if worst > TOLERANCE:
        raise SystemExit(f"the bundle differs from the network by {worst}")
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"{folder}: {size / 1e6:.1f} MB, differs from the network by {worst:.0e}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--cache", "--encoder", "--out"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--validated", type=Path, nargs="+", required=True, help="in the order of the folds")
    parser.add_argument("--hubness", default="mutual_proximity")
    options = parser.parse_args()
    corpus = Corpus(options.cache)
    used = np.flatnonzero([row["ships"] for row in corpus.tracks])
    rows = [row for row in corpus.tracks if row["ships"]]
    encoder = load_encoder(options.encoder).eval()
    round_weights(encoder)
    head = fit_head(hear(corpus, encoder, used))
    network = SiameseNetwork(encoder, head).eval()
    round_weights(network)
    others = [held_out(corpus, number, folder) for number, folder in enumerate(options.validated)]
    platt, measures = calibrate(others), measure(corpus, options.validated)
    settings = {"encoder": dataclasses.asdict(encoder.config), "head": dataclasses.asdict(head.config)}
    weights = weights_file(network)
    windows = np.isin(np.load(options.cache / "windows.npz")["track"], [row["track"] for row in rows])
    log = json.loads((options.encoder / "log.json").read_text(encoding="utf-8"))
    facts = {
        "n_parameters": f"{sum(p.numel() for p in network.parameters()):,}",
        "n_tracks": len(rows),
        "n_artists": len({row["artist"] for row in rows}),
        "n_extra": sum(row["kind"] == "extra" for row in rows),
        "n_windows": f"{int(windows.sum()):,}",
        "n_held_out": sum(len(tracks.genre) for tracks in others),
    }
    manifest = Manifest(
        model_id=hashlib.sha256(json.dumps(settings, sort_keys=True).encode() + weights).hexdigest()[:12],
        name="base",
        arch="base",
        features=dataclasses.asdict(FEATURES),
        feature_fingerprint=fingerprint(FEATURES),
        n_dims=encoder.config.n_dims,
        is_unit=True,
        ranking=Ranking(by="cosine", hubness=options.hubness),
        calibration=platt,
        trained_artists=tuple(sorted({artist_digest(key) for row in rows for key in read_credit(row["artist"]).names})),
        measures={key: round(value, 4) for key, value in measures["this recipe"].items()},
        training={"recipe": log["recipe"], "tags": log["tags"], "data": facts},
        **settings,
    )
    files = {name: halve(content) for name, content in export_onnx(network).items()}
    files |= {"weights.safetensors": weights, "README.md": card(manifest, measures, facts).encode()}
    write_bundle(options.out, manifest, files)
    check(options.out, network, corpus.clips(rows[0]))


if __name__ == "__main__":
    main()
