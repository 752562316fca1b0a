"""How good is an embedding, on artists and soundtracks that it was not trained on?

    python research/validate.py --cache DIR [--fold 0] [ENCODER_DIR ...]

Prints the measures of baselines (MFCC statistics, the teachers) and of trained encoders on the same tracks.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn

from corpus import Corpus, hub_skewness, rank_average_precision, style
from resona.model.encoder import Encoder, EncoderConfig

TEACHERS = ("mn04", "msd", "mtt")


def unit(vectors: np.ndarray) -> np.ndarray:
    """Scale each row to length 1."""
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def standard(vectors: np.ndarray) -> np.ndarray:
    """Give each column mean 0 and deviation 1."""
    return (vectors - vectors.mean(axis=0)) / (vectors.std(axis=0) + 1e-6)


def teacher_vectors(corpus: Corpus, names: tuple[str, ...]) -> np.ndarray:
    """One vector per track of `corpus.tracks`: the mean over its windows of the teachers side by side."""
    stored = np.load(corpus.cache / "windows.npz")
    parts = [standard(stored[name].astype(np.float32)) / stored[name].shape[1] ** 0.5 for name in names]
    every, owner = np.concatenate(parts, axis=1), stored["track"]
    order = {row["track"]: i for i, row in enumerate(corpus.tracks)}
    where = np.array([order[name] for name in owner])
    total = np.zeros((len(order), every.shape[1]), np.float32)
    np.add.at(total, where, every)
    return total / np.bincount(where, minlength=len(order)).clip(1)[:, None]


class Validation:
    """Held-out tracks, in two sets.

    "games" are the fold's tracks of the corpus. "styles" are the extra excerpts that may not train the shipped model
    (never trained on) and those of the fold; their rough style stands for a genre.

    Parameters
    ----------
    corpus
        The caches.
    fold
        Which artists and soundtracks are held out.
    """

    def __init__(self, corpus: Corpus, fold: int) -> None:
        rows = corpus.tracks
        is_extra = np.array([row["kind"] == "extra" for row in rows])
        held = np.array([row["fold"] == fold or not row["ships"] for row in rows])
        self.sets = {"games": np.flatnonzero(held & ~is_extra), "styles": np.flatnonzero(held & is_extra)}
        self.chosen = np.flatnonzero(held)
        self.artist, self.album = (np.array([row[key] for row in rows]) for key in ("artist", "album"))
        self.genre = np.array([style(row["genre"]) if row["kind"] == "extra" else row["genre"] for row in rows])
        self.trusted = np.array([row["label_source"] in ("tag", "curated") for row in rows])
        self.features = np.stack([corpus.clips(rows[i]) for i in self.chosen])
        self.teacher = teacher_vectors(corpus, TEACHERS)

    def measure(self, vectors: np.ndarray) -> dict[str, float]:
        """Measure embeddings of the chosen tracks, shape (n, d), by their cosines."""
        every = np.zeros((len(self.artist), vectors.shape[1]), np.float32)
        every[self.chosen] = unit(vectors)
        return {k: v for name, members in self.sets.items() for k, v in self.measure_set(name, members, every).items()}

    def measure_set(self, name: str, members: np.ndarray, vectors: np.ndarray) -> dict[str, float]:
        """Mean average precision, agreement with the teachers, and hubness on one set."""
        similarity = vectors[members] @ vectors[members].T
        artist, album = self.artist[members], self.album[members]
        groups = [artist, album] if name == "games" else [artist]
        precision = rank_average_precision(similarity, self.genre[members], groups)
        other = artist[:, None] != artist[None, :]
        wanted = unit(self.teacher[members] - self.teacher.mean(axis=0))
        wanted = wanted @ wanted.T
        genre = self.genre[members]
        by_genre = [precision[genre == one] for one in set(genre)]
        by_genre = [found[np.isfinite(found)] for found in by_genre]
        found = {f"{name}": float(np.nanmean(precision))}
        found[f"{name}_macro"] = float(np.mean([part.mean() for part in by_genre if len(part)]))
        if name == "games":
            found["games_trusted"] = float(np.nanmean(precision[self.trusted[members]]))
        found[f"{name}_agree"] = float(np.corrcoef(similarity[other], wanted[other])[0, 1])
        return found | {f"{name}_hubs": hub_skewness(similarity)}

    @torch.inference_mode()
    def embed(self, encoder: nn.Module) -> np.ndarray:
        """Embed the chosen tracks as the product does, shape (n, d)."""
        encoder.eval()
        clips = torch.from_numpy(self.features)
        parts = [encoder(part.flatten(0, 1)).unflatten(0, (-1, clips.shape[1])).mean(dim=1) for part in clips.split(32)]
        return unit(torch.cat(parts).float().numpy())

    def measure_encoder(self, encoder: nn.Module) -> dict[str, float]:
        """Embed, then measure."""
        return self.measure(self.embed(encoder))


def load_encoder(folder: Path) -> Encoder:
    """Read what distil.py wrote."""
    settings = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
    encoder = Encoder(EncoderConfig(**settings["encoder"]))
    encoder.load_state_dict(load_file(folder / "weights.safetensors"))
    return encoder


def baselines(corpus: Corpus, validation: Validation) -> dict[str, dict[str, float]]:
    """Measure MFCC statistics and the teachers on the same tracks."""
    statistics = np.concatenate([validation.features.mean(axis=(1, 3)), validation.features.std(axis=(1, 3))], axis=1)
    found = {"MFCC mean and deviation": validation.measure(standard(statistics))}
    for names in (*((name,) for name in TEACHERS), TEACHERS[:2], TEACHERS):
        vectors = teacher_vectors(corpus, names)
        found[" + ".join(names)] = validation.measure((vectors - vectors.mean(axis=0))[validation.chosen])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--fold", type=int, default=0)
    parser.add_argument("encoders", type=Path, nargs="*")
    options = parser.parse_args()
    corpus = Corpus(options.cache)
    validation = Validation(corpus, options.fold)
    print({name: len(members) for name, members in validation.sets.items()})
    found = baselines(corpus, validation)
    for folder in options.encoders:
        found[folder.name] = validation.measure_encoder(load_encoder(folder))
    for name, measures in found.items():
        print(f"{name:26}", " ".join(f"{key} {value:.3f}" for key, value in measures.items()))


if __name__ == "__main__":
    main()
