"""Learn to tell words from the base model's embeddings, and see how well that does on artists it has not heard.

    python research/words.py --shared DIR --musicnn DIR --cache DIR src/resona/base_model

The targets are the probabilities that the teachers give: AudioSet's classes of music (MN04), 50 tags of the Million
Song Dataset (MusiCNN and MSD-FCN, their mean) and 50 of Jamendo. A linear map for each, by cross-entropy; slope and
intercept are fitted anew on half of the held-out windows, and all is judged on the other half: `auc` (a word is taken
to be there where its teacher finds it likelier than in nine tenths of the windows), and the error of the probability.
Puts words.npz into the bundle; leaves out words that cannot be told (AUC below `LEAST`).
"""

import argparse
import csv
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from hear import Teachers
from resona.inference import Bundle, Words, write_bundle
from resona.inference.words import FILE
from resona.metrics.pairs import roc_auc
from targets import NAMES

LEAST = 0.7
TAKEN = 0.9  # quantile above which a word is taken to be there
RIDGE, STEPS = 1e-3, 300


def read_words() -> list[tuple[str, int, str]]:
    """Words with the tag set that they come from, and the place among its outputs."""
    with (Path(__file__).parent / "words.csv").open(newline="", encoding="utf-8") as file:
        return [(row["source"], int(row["output"]), row["name"]) for row in csv.DictReader(file)]


def targets(teachers: Teachers, shards: list[Path]) -> np.ndarray:
    """Collect how likely the teachers find each word (n, words)."""
    stored = [np.load(path) for path in shards]
    vectors = {name: np.concatenate([shard[name] for shard in stored]) for name in NAMES}
    likely = teachers.tags(vectors)
    sets = {"audioset": likely["mn04"], "msd": (likely["msd"] + likely["fcn"]) / 2, "jamendo": likely["jamendo"]}
    return np.stack([sets[source][:, output] for source, output, _ in read_words()], axis=1)


def embed_windows(bundle: Bundle, shards: list[Path]) -> np.ndarray:
    """Embed all windows, (n, d)."""
    return np.concatenate([bundle.embed_many(np.load(path)["features"][:, None]) for path in shards])


def fit(vectors: np.ndarray, likely: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fit linear maps by cross-entropy: weights (words, d), bias (words,)."""
    x, y = torch.from_numpy(vectors), torch.from_numpy(likely.astype(np.float32))
    weights = torch.zeros(y.shape[1], x.shape[1], requires_grad=True)
    start = torch.logit(y.mean(dim=0).clamp(1e-5, 1 - 1e-5))
    bias = start.clone().requires_grad_()
    optimiser = torch.optim.LBFGS([weights, bias], max_iter=STEPS, history_size=10)

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        error = functional.binary_cross_entropy_with_logits(x @ weights.T + bias, y, reduction="none").mean(dim=0)
        loss = error.sum() + RIDGE / 2 * weights.square().sum() / x.shape[1] ** 0.5
        loss.backward()
        return loss

    optimiser.step(closure)
    return weights.detach().numpy(), bias.detach().numpy()


def calibrate(logits: np.ndarray, likely: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slope and intercept of each word's logit that give the held-out probabilities, by least squares of logits."""
    wanted = np.log(likely.clip(1e-4, 1 - 1e-4) / (1 - likely.clip(1e-4, 1 - 1e-4)))
    weight = likely * (1 - likely) + 1e-4
    weight = weight / weight.sum(axis=0)
    middle, level = (weight * logits).sum(axis=0), (weight * wanted).sum(axis=0)
    covariance = (weight * (logits - middle) * (wanted - level)).sum(axis=0)
    slope = (covariance / ((weight * (logits - middle) ** 2).sum(axis=0) + 1e-9)).clip(0.2, 1.5)
    return slope, level - slope * middle


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--shared", "--musicnn", "--cache"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("bundle", type=Path)
    options = parser.parse_args()
    teachers = Teachers(options.shared / "teacher" / "weights", options.musicnn)
    bundle = Bundle.load(options.bundle)
    learned, held = (sorted((options.cache / name).glob("*.npz")) for name in ("shards", "held_out"))
    weights, bias = fit(embed_windows(bundle, learned), targets(teachers, learned))
    vectors, likely = embed_windows(bundle, held), targets(teachers, held)
    first = np.random.default_rng(0).random(len(vectors)) < 0.5
    slope, intercept = calibrate(vectors[first] @ weights.T + bias, likely[first])
    weights, bias = weights * slope[:, None], bias * slope + intercept
    logits, likely = vectors[~first] @ weights.T + bias, likely[~first]
    there = likely > np.quantile(likely, TAKEN, axis=0)
    auc = np.array([roc_auc(column, truth) for column, truth in zip(logits.T, there.T, strict=True)])
    error = np.abs(1 / (1 + np.exp(-logits)) - likely).mean(axis=0)
    kept = auc >= LEAST
    sources, names = (np.array([word[i] for word in read_words()]) for i in (0, 2))
    for source in ("audioset", "msd", "jamendo"):
        mine = sources == source
        worst = sorted((round(float(auc[i]), 2), names[i]) for i in np.flatnonzero(mine))[:8]
        print(f"{source}: {mine.sum()} words, AUC mean {auc[mine].mean():.3f}, kept {(mine & kept).sum()},"
              f" error {error[mine].mean():.3f}; worst {worst}")  # fmt: skip
    words = Words(tuple(names[kept]), tuple(sources[kept]), weights[kept], bias[kept], auc[kept])
    files = {name: (options.bundle / name).read_bytes() for name in bundle.manifest.files}
    write_bundle(options.bundle, bundle.manifest, files | {FILE: words.write()})


if __name__ == "__main__":
    main()
