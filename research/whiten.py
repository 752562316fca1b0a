"""Whiten the base model's vectors, and put a few plain statistics beside them.

    resona --library CORPUS.db scan SHARED/corpus SHARED/corpus-extra SHARED/corpus-songs
    python research/whiten.py --shared SHARED --library CORPUS.db --out src/resona/base_model BUNDLE

The student imitates its teachers, whose few large directions decide most cosines. Here each direction of what may train
the model is shrunk by how much the music of the corpora varies in it; and the largest directions of mean and deviation
of the coefficients, which the encoder pools anyway, stand beside them, likewise whitened: plain statistics carry over
best to music never met. Both are linear in what the encoder pools, so all goes into its last layer, and the network
keeps its shape. Words are told from what was before, which `basis` gives back. The pair head and the curve to a
probability are fitted anew, as `export.py` does, but on the corpora, whose pairs people labelled.

BUNDLE is what `export.py` and `words.py` wrote; two minutes of one core.
"""

import argparse
import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from export import (
    Pieces,
    calibrate,
    card,
    check,
    fit_head,
    judge,
    labels_of_people,
    round_weights,
    settings_of,
    weights_file,
)
from resona.files import WEIGHTS
from resona.inference import Bundle, write_bundle
from resona.inference.words import FILE as WORDS
from resona.model import SiameseNetwork, export_onnx
from resona.model.encoder import Encoder
from resona.store import Store
from sound import read_manifest
from validate import Validation, embed, read_encoder, show

RIDGE, PLAIN_RIDGE = 10.0, 3.0  # added to each direction's variance, in means of all
N_PLAIN, LENGTH = 16, 0.4  # directions of plain statistics, and their usual length beside 1
MANIFESTS = {"corpus": "manifest-a.csv", "corpus-extra": "manifest.csv", "corpus-songs": "manifest.csv"}


@dataclass(kw_only=True)
class Clips(Pieces):
    """Clips of what may train what ships; their teacher is the encoder as it was.

    Attributes
    ----------
    pooled
        What comes into the encoder's last layer, (n, n_pooled).
    """

    pooled: np.ndarray

    @classmethod
    @torch.inference_mode()
    def load(cls, encoder: Encoder, library: Path, shared: Path, fingerprint: str) -> "Clips":
        """Read features from a library in which the corpora were scanned."""
        people, pooled, facts = labels_of_people(shared), [], []
        artists = {
            str(shared / name / row["path"]): row["artist"] or row["path"]
            for name, manifest in MANIFESTS.items()
            for row in read_manifest(shared / name / manifest)
            if row.get("may_train_shipped_model", "1") == "1"
        }
        with Store(library) as store:
            for track_id, path in store.tracks.columns("track_id", "path"):
                if str(path) in artists:
                    clips = store.features.get(track_id, fingerprint).astype(np.float32)
                    pooled.append(encoder.project[0](encoder.describe(torch.from_numpy(clips))).numpy())
                    facts += [(len(pooled), people.get(str(path), ""), artists[str(path)])] * len(clips)
        row, genre, artist = (np.unique(column, return_inverse=True)[1] for column in zip(*facts, strict=True))
        values = np.concatenate(pooled)
        teacher = functional.normalize(encoder.project[2](torch.from_numpy(values))).numpy()
        return cls(pooled=values, teacher=teacher, row=row, genre=genre - 1, artist=artist)  # "" comes first

    def means(self, values: np.ndarray) -> np.ndarray:
        """Average over the clips of each recording."""
        total = np.zeros((self.row.max() + 1, values.shape[1]))
        np.add.at(total, self.row, values)
        return total / np.bincount(self.row)[:, None]


def whitening(vectors: np.ndarray, ridge: float, n_dims: int) -> np.ndarray:
    """Give the map (n_dims, d) to the largest directions of the vectors, each shrunk by its deviation.

    >>> whitening(np.array([[3.0, 0], [-3, 0], [0, 1], [0, -1]]), 0.0, 1).round(2).tolist()
    [[0.47, 0.0]]
    """
    variances, directions = np.linalg.eigh(np.cov(vectors.T, bias=True))
    shrunk = directions / np.sqrt(variances + ridge * variances.mean())
    return shrunk[:, ::-1][:, :n_dims].T


@torch.no_grad()
def whiten(encoder: Encoder, clips: Clips) -> tuple[Encoder, np.ndarray]:
    """Put it all into the last layer; the second part gives back what was before, from the first numbers."""
    last, n_statistics = encoder.project[2], 2 * encoder.config.n_mfcc
    weight, bias = last.weight.numpy(), last.bias.numpy()
    heard = clips.pooled @ weight.T + bias
    spread = whitening(clips.means(clips.teacher), RIDGE, len(weight))
    spread /= np.median(np.linalg.norm(heard @ spread.T, axis=1))
    plain = clips.pooled[:, :n_statistics]
    usual = clips.means(plain).mean(axis=0)
    beside = whitening(clips.means(plain), PLAIN_RIDGE, N_PLAIN)
    beside *= LENGTH / np.median(np.linalg.norm((plain - usual) @ beside.T, axis=1))
    lengthened = Encoder(dataclasses.replace(encoder.config, n_dims=len(weight) + N_PLAIN)).eval()
    state = encoder.state_dict()
    below = np.pad(beside, ((0, 0), (0, weight.shape[1] - n_statistics)))
    state["project.2.weight"] = torch.from_numpy(np.concatenate([spread @ weight, below]).astype(np.float32))
    state["project.2.bias"] = torch.from_numpy(np.concatenate([spread @ bias, -beside @ usual]).astype(np.float32))
    lengthened.load_state_dict(state)
    round_weights(lengthened)
    return lengthened, np.linalg.inv(spread).T


def compare(before: Bundle, after: Bundle, validation: Validation) -> None:
    """Print how both rank by the pair head, and whether they tell the same words."""
    told = []
    for name, model in (("before", before), ("whitened", after)):
        vectors = model.embed_many(validation.clips)
        logits = np.stack([model.head_logits(row, vectors) for row in vectors])
        show(f"{name}, pair head", validation.measure_similarity(logits))
        told.append(model.words.probabilities(vectors))
    apart = np.abs(told[0] - told[1])
    print(f"words of tracks differ by {apart.mean():.4f}, at most {apart.max():.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--shared", "--library", "--out"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("bundle", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    before = Bundle.load(options.bundle)
    if before.words is None or before.words.basis is not None:
        raise SystemExit(f"{options.bundle} has no words, or is whitened already")
    former = read_encoder(before)
    clips = Clips.load(former, options.library, options.shared.resolve(), before.feature_fingerprint)
    encoder, basis = whiten(former, clips)
    with torch.inference_mode():
        vectors = functional.normalize(encoder.project[2](torch.from_numpy(clips.pooled))).numpy()
    network = SiameseNetwork(encoder, fit_head(clips, vectors)).eval()
    round_weights(network)
    validation = Validation.load(options.shared)
    found, measures = judge(validation, embed(encoder, validation.clips))
    recipe, facts = (before.manifest.training[part] for part in ("recipe", "data"))
    facts = {**facts, "n_parameters": f"{sum(p.numel() for p in network.parameters()):,}"}
    training = {"recipe": {**recipe, "whitening": [RIDGE, PLAIN_RIDGE, N_PLAIN, LENGTH]}, "data": facts}
    manifest = dataclasses.replace(before.manifest, measures=measures, training=training, **settings_of(network))
    files = {
        **export_onnx(network),
        WEIGHTS: weights_file(network),
        "README.md": card(manifest, found, facts).encode(),
        WORDS: dataclasses.replace(before.words, basis=basis).write(),
    }
    write_bundle(options.out, manifest, files)
    calibration = calibrate(Bundle.load(options.out), clips, vectors)
    write_bundle(options.out, dataclasses.replace(manifest, calibration=calibration), files)
    check(options.out, network, validation.clips[0])
    compare(before, Bundle.load(options.out), validation)


if __name__ == "__main__":
    main()
