"""Write the bundle of the base model from a trained student.

    python research/export.py --shared DIR --musicnn DIR --cache DIR --out src/resona/base_model [--dims 64] RUN

Of the student's directions, which `targets.py` sorted, the first `--dims` are kept: they rank as all do. The pair head
learns from the teachers: how likely two windows are alike is what their cosine means on pairs of different artists with
genres that people gave. On such pairs the curve from what lists show to a probability is fitted, too. Large weights are
stored as float16 (rounded first, so that every copy of the network is the same).
"""

import argparse
import dataclasses
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save
from torch.nn import functional

from hear import FEATURES, Teachers
from resona.artists import read_credit
from resona.config import fingerprint
from resona.files import WEIGHTS
from resona.inference import Bundle, Manifest, Ranking, write_bundle
from resona.inference.model import unit
from resona.metrics.calibration import Calibration, fit_platt
from resona.model import HeadConfig, SiameseHead, SiameseNetwork, export_onnx
from resona.model.encoder import Encoder
from resona.pairs import PairConfig, artist_digest, draw_pairs
from resona.recommend.catalogue.ranking import Ranker
from sound import read_manifest
from targets import NAMES, Joint
from validate import Validation, embed, load_encoder, show, standard, statistics

HERE = Path(__file__).parent
LARGE = 1000  # values; smaller tensors stay float32
TOLERANCE = 1e-5  # of a unit vector's parts
GAIN = 10.0  # as the architecture "base" has it
STEPS, BATCH, N_NEAR, SEED = 2000, 512, 64, 0
N_PAIRS = 8000
CAUTION = 0.6  # of log odds: of music never heard the cosine tells less than of training music; see RECORD.md
STYLES = {style: style for style in ("pop", "soul", "rock", "jazz", "latin", "funk", "country", "electronic", "metal")}
STYLES |= {"hip-hop": "hip-hop", "hiphop": "hip-hop", "hip hop": "hip-hop", "rap": "hip-hop", "r&b": "soul"}
STYLES |= {"classical": "classical", "classical piano": "classical", "orchestra": "orchestral", "acoustic": "folk"}
N_WINDOWS = 12_000  # that the head and the curve learn from


@dataclass(kw_only=True)
class Pieces:
    """Unchanged music: what a teacher says of it, and what people know of its recordings.

    Attributes
    ----------
    teacher
        Unit vectors, (n, d).
    row, genre, artist
        Shape (n,), codes; genre −1 where no person gave it.
    """

    teacher: np.ndarray
    row: np.ndarray
    genre: np.ndarray
    artist: np.ndarray

    def draw_pairs(self, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Draw pairs of different artists with genres that people gave, half of them matches."""
        known = np.flatnonzero(self.genre >= 0)
        a, b = rng.choice(known, (2, 40 * n))
        match, apart = self.genre[a] == self.genre[b], self.artist[a] != self.artist[b]
        rows = np.concatenate([np.flatnonzero(apart & (match == wanted))[: n // 2] for wanted in (True, False)])
        return a[rows], b[rows], match[rows]


@dataclass(kw_only=True)
class Windows(Pieces):
    """Unchanged windows, in the joint space of all teachers.

    Attributes
    ----------
    features
        MFCCs, (n, 40, 221).
    """

    features: np.ndarray

    @classmethod
    def load(cls, options: argparse.Namespace, joint: Joint) -> "Windows":
        """Read them."""
        teachers = Teachers(options.shared / "teacher" / "weights", options.musicnn)
        shards = [np.load(path) for path in sorted((options.cache / "shards").glob("*.npz"))]
        shards = [shard for shard in shards if shard["pure"].any()]
        pure = [shard["pure"] for shard in shards]
        vectors = {name: np.concatenate([s[name][p] for s, p in zip(shards, pure, strict=True)]) for name in NAMES}
        features, row = (
            np.concatenate([s[key][p] for s, p in zip(shards, pure, strict=True)]) for key in ("features", "row")
        )
        recordings = json.loads((options.cache / "sound.json").read_text(encoding="utf-8"))
        people = labels_of_people(options.shared)
        known = [people.get(entry["file"], "") for entry in recordings]
        genre = np.unique(known, return_inverse=True)[1] - 1  # "" comes first
        artist = np.unique([entry["artist"] for entry in recordings], return_inverse=True)[1]
        chosen = np.random.default_rng(SEED).permutation(len(row))[:N_WINDOWS]
        teacher, row = unit(joint(teachers, {name: found[chosen] for name, found in vectors.items()})), row[chosen]
        return cls(features=features[chosen], teacher=teacher, row=row, genre=genre[row], artist=artist[row])


def labels_of_people(shared: Path) -> dict[str, str]:
    """Read what people call the training music: labels that no teacher set, and plain styles; file to genre."""
    found = {}
    for name, manifest, column in (
        ("corpus", "manifest-a.csv", "genre"),
        ("corpus-extra", "manifest.csv", "genre_guess"),
        ("corpus-songs", "manifest.csv", "style_guess"),
    ):
        for row in read_manifest(shared / name / manifest):
            label = STYLES.get(row[column], row[column])
            if row.get("label_source") != "auto" and (name == "corpus" or label in STYLES.values()):
                found[str(shared / name / row["path"])] = label
    return found


@torch.no_grad()
def finish(student: Encoder, n_dims: int) -> Encoder:
    """Keep the first directions."""
    encoder = Encoder(dataclasses.replace(student.config, n_dims=n_dims)).eval()
    state = student.state_dict()
    for key, like in encoder.state_dict().items():
        state[key] = state[key][: len(like)] if like.ndim else state[key]
    encoder.load_state_dict(state)
    round_weights(encoder)
    return encoder


@torch.inference_mode()
def embed_windows(encoder: Encoder, windows: Windows) -> np.ndarray:
    """Embed all windows, (n, d)."""
    return torch.cat([encoder(x.float()) for x in torch.from_numpy(windows.features).split(64)]).numpy()


def fit_head(pieces: Pieces, vectors: np.ndarray) -> SiameseHead:
    """Learn how likely pairs are alike, as the teacher's cosines tell; half of them are near each other."""
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    a, b, match = pieces.draw_pairs(8000, rng)
    likely = fit_platt((pieces.teacher[a] * pieces.teacher[b]).sum(axis=1), match)
    head = SiameseHead(HeadConfig(n_dims=vectors.shape[1], gain=GAIN))
    optimiser = torch.optim.AdamW(head.parameters(), lr=1e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, STEPS)
    for _ in range(STEPS):
        a, b = rng.integers(len(vectors), size=(2, BATCH))
        near = rng.integers(len(vectors), size=4096)
        half = BATCH // 2
        order = np.argpartition(-(pieces.teacher[a[:half]] @ pieces.teacher[near].T), N_NEAR, axis=1)[:, :N_NEAR]
        b[:half] = near[order[np.arange(half), rng.integers(N_NEAR, size=half)]]
        target = likely.apply((pieces.teacher[a] * pieces.teacher[b]).sum(axis=1)).astype(np.float32)
        x, y = torch.from_numpy(vectors[a]), torch.from_numpy(vectors[b])
        loss = functional.binary_cross_entropy_with_logits(head(x, y), torch.from_numpy(target))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return head.eval()


def calibrate(bundle: Bundle, pieces: Pieces, vectors: np.ndarray) -> Calibration:
    """Fit the curve from what a list knows of two recordings to the probability that people file them alike."""
    rows, where = np.unique(pieces.row, return_inverse=True)
    total = np.zeros((len(rows), vectors.shape[1]), np.float32)
    np.add.at(total, where, vectors)
    first = np.unique(where, return_index=True)[1]
    genres = [[str(genre)] if genre >= 0 else [] for genre in pieces.genre[first]]
    artists = [{str(artist)} for artist in pieces.artist[first]]
    pairs = draw_pairs(
        genres, artists, PairConfig(n_pairs=N_PAIRS, across_artists=True), rng=np.random.default_rng(SEED)
    )
    ranker = Ranker.fit(bundle, unit(total))
    distances = ranker.distances(ranker.vectors)[pairs.a, pairs.b]
    fitted = fit_platt(np.interp(distances, *ranker.curve), pairs.is_match, is_fisher=True)
    return dataclasses.replace(fitted, intercept=fitted.intercept - CAUTION)


@torch.no_grad()
def round_weights(network: torch.nn.Module) -> None:
    """Round large weights to what float16 can hold."""
    for weights in network.state_dict().values():
        if weights.numel() > LARGE:
            weights.copy_(weights.half().float())


def weights_file(network: torch.nn.Module) -> bytes:
    """Weights as safetensors, large ones as float16."""
    state = network.state_dict()
    return save({key: (value.half() if value.numel() > LARGE else value).contiguous() for key, value in state.items()})


def settings_of(network: SiameseNetwork) -> dict[str, Any]:
    """Give what a manifest says of a network's shape, and the hash of all."""
    encoder, head = (dataclasses.asdict(config) for config in network.settings)
    text = json.dumps({"encoder": encoder, "head": head}, sort_keys=True)
    model_id = hashlib.sha256(text.encode() + weights_file(network)).hexdigest()[:12]
    return {"model_id": model_id, "encoder": encoder, "head": head, "n_dims": encoder["n_dims"]}


def judge(validation: Validation, vectors: np.ndarray) -> tuple[dict[str, dict[str, float]], dict[str, float]]:
    """Measure on music that people own: rows of the card, and the model's own measures."""
    described = {
        "MFCC mean and deviation": statistics(validation.clips),
        **{name: standard(teacher) for name, teacher in validation.teachers.items()},
        "both teachers": validation.joint,
        "this model": vectors,
    }
    found = {name: validation.measure(each) | validation.by_genre(each) for name, each in described.items()}
    mine = found["this model"]
    for name, values in found.items():
        show(name, values)
    keys = {"owned": "owned songs mp", "owned_genres": "owned songs mp genres", "owned_hubs": "owned songs mp hubs"}
    keys |= {"short": "short clips mp", "short_hubs": "short clips mp hubs"}
    keys |= {"agree": "agree", "agree_centred": "agree centred"}
    return found, {name: round(mine[key], 4) for name, key in keys.items()}


def card(manifest: Manifest, found: dict[str, dict[str, float]], facts: dict[str, Any]) -> str:
    """Write the model card."""
    genres = [key for key in found["this model"] if key.endswith(")")]
    head = "| | all | " + " | ".join(genres) + " |\n|" + "---|" * (len(genres) + 2)
    rows = [
        f"| {name} | " + " | ".join(f"{values[key]:.3f}" for key in ("owned songs mp", *genres)) + " |"
        for name, values in found.items()
    ]
    ranking = f"cosine, hubs corrected by {manifest.ranking.hubness.replace('_', ' ')}"
    numbers = {key: f"{manifest.measures[key]:.2f}" for key in ("agree", "agree_centred", "owned_hubs", "short_hubs")}
    return (HERE / "model_card.md").read_text(encoding="utf-8").format(
        **facts, **numbers, table="\n".join([head, *rows]), ranking=ranking,
        model_id=manifest.model_id, n_dims=manifest.n_dims, feature_fingerprint=manifest.feature_fingerprint,
    )  # fmt: skip


def check(folder: Path, network: SiameseNetwork, clips: np.ndarray) -> None:
    """Compare the written bundle with the network."""
    worst = float(np.abs(Bundle.load(folder).embed(clips) - embed(network.encoder, [clips])[0]).max())
    if worst > TOLERANCE:
        raise SystemExit(f"the bundle differs from the network by {worst}")
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"{folder}: {size / 1e6:.1f} MB, differs from the network by {worst:.0e}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--shared", "--musicnn", "--cache", "--out"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("run", type=Path)
    parser.add_argument("--dims", type=int, default=64)
    options = parser.parse_args()
    torch.set_num_threads(1)
    windows = Windows.load(options, Joint.load(options.run / "joint.npz"))
    encoder = finish(load_encoder(options.run), options.dims)
    vectors = embed_windows(encoder, windows)
    network = SiameseNetwork(encoder, fit_head(windows, vectors)).eval()
    round_weights(network)
    validation = Validation.load(options.shared)
    found, measures = judge(validation, embed(encoder, validation.clips))
    recordings = json.loads((options.cache / "sound.json").read_text(encoding="utf-8"))
    recordings = [row for row in recordings if not row["held_out"]]
    log = json.loads((options.run / "encoder.json").read_text(encoding="utf-8"))
    artists = {key for row in recordings for key in read_credit(row["artist"]).names}
    facts = {
        "n_parameters": f"{sum(p.numel() for p in network.parameters()):,}",
        "n_tracks": len(recordings),
        "n_artists": len(artists),
        "n_games": sum(row["kind"] == "games" for row in recordings),
        "n_windows": f"{log['log'][-1]['windows']:,}",
    }
    settings, weights = settings_of(network), weights_file(network)
    manifest = Manifest(
        name="base",
        arch="base",
        features=dataclasses.asdict(FEATURES),
        feature_fingerprint=fingerprint(FEATURES),
        is_unit=True,
        ranking=Ranking(by="cosine", hubness="mutual_proximity"),
        trained_artists=tuple(sorted({artist_digest(key) for key in artists})),
        measures=measures,
        training={"recipe": log["recipe"], "data": facts},
        **settings,
    )
    files = {WEIGHTS: weights, "README.md": card(manifest, found, facts).encode()}
    files = export_onnx(network) | files
    write_bundle(options.out, manifest, files)
    calibration = calibrate(Bundle.load(options.out), windows, vectors)
    write_bundle(options.out, dataclasses.replace(manifest, calibration=calibration), files)
    check(options.out, network, validation.clips[0])


if __name__ == "__main__":
    main()
