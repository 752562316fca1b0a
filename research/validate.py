"""How good is an ear on music that people own, of which nothing may be learned?

    python research/validate.py --shared DIR [BUNDLE_OR_RUN ...]

Reads `validation`: MFCCs, genres and pseudonyms of artists of 303 tracks. Prints for each model, and for what it must
beat, the mean average precision of genre with the query's artist left out (each set by itself: `owned songs`, three
clips a track, and `short clips`, one), and the mean of genres with five tracks or more; hub skewness; and `agree`, the
correlation of its cosines with those of MN04 and MusiCNN together, on pairs of different artists: as it ranks, and with
the mean of these tracks taken out, as the teachers' vectors, which are standardised over these tracks, have it.
"""

import argparse
import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from resona.inference import Bundle
from resona.inference.model import unit
from resona.metrics import hubness
from resona.metrics.rankings import label_matrix, nearest, rank
from resona.model.encoder import Encoder, EncoderConfig
from resona.recommend.catalogue.hubness import HubnessConfig, corrected_distances, hubness_stats

RARE = 5  # genres with fewer tracks do not count in the mean of genres
SETS = ("owned songs", "short clips")
Matrix = np.ndarray


def standard(vectors: Matrix, like: Matrix | None = None) -> Matrix:
    """Give each column mean 0 and deviation 1 (as it has them in `like`)."""
    like = vectors if like is None else like
    return (vectors - like.mean(axis=0)) / (like.std(axis=0) + 1e-6)


@dataclass(frozen=True)
class Validation:
    """The validation tracks.

    Attributes
    ----------
    clips
        MFCCs (n_clips, 40, 431) of each track.
    genre, artist, source
        Shape (n,).
    teachers
        Vectors of `mn04` and `musicnn`, a row a track.
    """

    clips: list[Matrix]
    genre: Matrix
    artist: Matrix
    source: Matrix
    teachers: dict[str, Matrix]

    @classmethod
    def load(cls, shared: Path) -> "Validation":
        """Read the folder `validation`."""
        stored = np.load(shared / "validation" / "validation.npz")
        with (shared / "validation" / "labels.csv").open(newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        features = stored["scale"][:, :, None] * stored["q"].astype(np.float32)
        clips = [features[stored["track"] == i] for i in range(len(rows))]
        facts = [np.array([row[key] for row in rows]) for key in ("genre", "artist", "source")]
        return cls(clips, *facts, {name: stored[name].astype(np.float32) for name in ("mn04", "musicnn")})

    @property
    def joint(self) -> Matrix:
        """Both teachers side by side, length 1."""
        return unit(np.concatenate([standard(v) / v.shape[1] ** 0.5 for v in self.teachers.values()], axis=1))

    def measure(self, vectors: Matrix) -> dict[str, float]:
        """Measure one vector a track, by cosine and with hubs corrected."""
        vectors = unit(vectors)
        rest = unit(vectors - vectors.mean(axis=0))
        agreement = {"agree": self.agreement(vectors @ vectors.T), "agree centred": self.agreement(rest @ rest.T)}
        return self.measure_similarity(vectors @ vectors.T) | agreement

    def measure_similarity(self, similarity: Matrix) -> dict[str, float]:
        """Measure similarities (n, n)."""
        found = {}
        for name in SETS:
            inside = np.flatnonzero(self.source == name)
            part = similarity[np.ix_(inside, inside)]
            genre, artist = self.genre[inside], self.artist[inside]
            labels = label_matrix(list(genre)).members
            for kind, distances in {"": -part, " mp": mutual_proximity(part)}.items():
                ranked = rank(distances, labels, groups={"artist": artist}, exclude="artist")
                precision, own = ranked.values["map"], genre[ranked.queries]
                common = [g for g in np.unique(own) if (genre == g).sum() >= RARE]
                near = nearest(distances, len(inside), 10)
                found |= {
                    f"{name}{kind}": float(precision.mean()),
                    f"{name}{kind} genres": float(np.mean([precision[own == g].mean() for g in common])),
                    f"{name}{kind} hubs": hubness.skewness(hubness.k_occurrence(near)),
                }
        return found

    def by_genre(self, vectors: Matrix) -> dict[str, float]:
        """Mean average precision of each common genre of the owned songs, hubs corrected: "pop (29)" and so on."""
        inside = np.flatnonzero(self.source == SETS[0])
        genre, artist, owned = self.genre[inside], self.artist[inside], unit(vectors[inside])
        distances = mutual_proximity(owned @ owned.T)
        ranked = rank(distances, label_matrix(list(genre)).members, groups={"artist": artist}, exclude="artist")
        precision, own = ranked.values["map"], genre[ranked.queries]
        names, counts = np.unique(own, return_counts=True)
        common = sorted(((int(n), str(name)) for name, n in zip(names, counts, strict=True) if n >= RARE), reverse=True)
        return {f"{name} ({n})": float(precision[own == name].mean()) for n, name in common}

    def agreement(self, cosines: Matrix) -> float:
        """Correlate cosines with those of the teachers, on pairs of different artists."""
        apart = np.triu(self.artist[:, None] != self.artist[None, :], 1)
        return float(np.corrcoef(cosines[apart], (self.joint @ self.joint.T)[apart])[0, 1])


def mutual_proximity(similarity: Matrix) -> Matrix:
    """Distances (n, n), hubs corrected as the product does."""
    others = np.where(np.eye(len(similarity), dtype=bool), np.nan, similarity).astype(np.float32)
    stats = hubness_stats(others, HubnessConfig(kind="mutual_proximity"))
    return corrected_distances(similarity.astype(np.float32), stats, stats, "mutual_proximity")


def load_encoder(folder: Path) -> Encoder:
    """Read an encoder that `distil.py` wrote."""
    settings = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
    encoder = Encoder(EncoderConfig(**settings["encoder"]))
    encoder.load_state_dict(load_file(folder / "weights.safetensors"))
    return encoder.eval()


def read_encoder(bundle: Bundle) -> Encoder:
    """Read the encoder of a bundle."""
    encoder = Encoder(EncoderConfig(**bundle.manifest.encoder)).eval()
    stored = {key.removeprefix("encoder."): torch.from_numpy(values) for key, values in bundle.weights.items()}
    encoder.load_state_dict({key: stored[key] for key in encoder.state_dict()})
    return encoder


@torch.inference_mode()
def embed(encoder: torch.nn.Module, clips: list[Matrix]) -> Matrix:
    """Embed tracks: the mean of their clips, length 1."""
    parts = [encoder(torch.from_numpy(np.ascontiguousarray(track))).mean(dim=0) for track in clips]
    return unit(torch.stack(parts).numpy())


def statistics(clips: list[Matrix]) -> Matrix:
    """MFCC mean and deviation, each standardised over the tracks."""
    described = [np.concatenate([track.mean(axis=(0, 2)), track.std(axis=2).mean(axis=0)]) for track in clips]
    return standard(np.array(described))


def show(name: str, found: dict[str, float]) -> None:
    """Print a row."""
    keys = [f"{part}{kind}{what}" for part in SETS for kind in ("", " mp") for what in ("", " genres", " hubs")]
    numbers = " ".join(f"{found[key]:.3f}" for key in keys)
    agreement = " ".join(f"{found[key]:.3f}" for key in ("agree", "agree centred") if key in found)
    print(f"{name:28} {numbers} | agree {agreement}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("models", type=Path, nargs="*")
    options = parser.parse_args()
    validation = Validation.load(options.shared)
    print("owned songs: MAP, genres, hubs; the same with mutual proximity; short clips: the same six")
    described: dict[str, Callable[[], Matrix]] = {
        "MFCC mean, deviation": lambda: statistics(validation.clips),
        **{name: lambda name=name: standard(validation.teachers[name]) for name in validation.teachers},
        "both teachers": lambda: validation.joint,
    }
    for name, describe in described.items():
        show(name, validation.measure(describe()))
    for folder in options.models:
        if (folder / "model.json").exists():
            vectors = Bundle.load(folder).embed_many(validation.clips)
        else:
            vectors = embed(load_encoder(folder), validation.clips)
        show(folder.name, validation.measure(vectors))


if __name__ == "__main__":
    main()
