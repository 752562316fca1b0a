"""Lengthen a finished encoder by the styles of the training soundtracks.

    python research/styles.py --cache DIR [--fold 0] --out DIR ENCODER_DIR

The encoder stays as it is. From its embeddings of the training windows, a linear map to the genres is learned by
cross-entropy; the probabilities lengthen the embedding, so that tracks which sound like one kind of music come nearer.
Writes an encoder as `distil.py` does.
"""

import argparse
import dataclasses
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch.nn import functional

from corpus import FRAMES_PER_SECOND, Corpus
from resona.model.encoder import Encoder, Styles
from validate import load_encoder

LENGTH = 1.0
RIDGE = 0.1  # on coefficients of standardised dimensions
BALANCE = 0.5  # 0: each track counts alike; 1: each genre does
BATCH = 32
EVERY = 2  # windows of a track from one heard to the next: neighbours tell little more


@torch.inference_mode()
def hear_windows(corpus: Corpus, encoder: Encoder, chosen: set[str]) -> tuple[np.ndarray, torch.Tensor]:
    """Embed the windows of some tracks: their tracks, and their vectors, shape (n, d)."""
    stored = np.load(corpus.cache / "windows.npz")
    keep = np.flatnonzero(np.isin(stored["track"], list(chosen)))[::EVERY]
    tracks, starts, vectors = stored["track"][keep], stored["start"][keep], []
    for first in range(0, len(tracks), BATCH):
        places = [
            (corpus.heard[track][0], start)
            for track, start in zip(tracks[first : first + BATCH], starts[first : first + BATCH], strict=True)
        ]
        clips = [corpus.cut(row, round((start - row["start"]) * FRAMES_PER_SECOND)) for row, start in places]
        vectors.append(encoder(torch.from_numpy(np.stack(clips))))
    return tracks, torch.cat(vectors)


def weigh(tracks: np.ndarray, genre: np.ndarray) -> torch.Tensor:
    """Weights of windows, mean 1: tracks alike, but for those of rare genres."""
    n_windows, n_tracks = np.zeros(len(tracks)), np.zeros(len(tracks))
    for name in np.unique(tracks):
        n_windows[tracks == name] = (tracks == name).sum()
    for one in np.unique(genre):
        n_tracks[genre == one] = len(np.unique(tracks[genre == one]))
    weights = n_tracks**-BALANCE / n_windows
    return torch.from_numpy((weights / weights.mean()).astype(np.float32))


def fit_styles(vectors: torch.Tensor, genre: torch.Tensor, weights: torch.Tensor) -> Styles:
    """Learn to tell genres apart by weighted logistic regression on standardised dimensions."""
    mean, deviation = vectors.mean(dim=0), vectors.std(dim=0)
    x = (vectors - mean) / deviation
    n_styles = int(genre.max()) + 1
    slopes = torch.zeros(x.shape[1], n_styles, requires_grad=True)
    intercepts = torch.zeros(n_styles, requires_grad=True)
    optimiser = torch.optim.LBFGS([slopes, intercepts], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimiser.zero_grad()
        misses = functional.cross_entropy(x @ slopes + intercepts, genre, reduction="none")
        total = (weights * misses).mean() + RIDGE / 2 * slopes.square().sum()
        total.backward()
        return total

    optimiser.step(loss)
    styles = Styles(x.shape[1], n_styles, LENGTH)
    with torch.no_grad():
        styles.weight.copy_((slopes / deviation[:, None]).T / x.shape[1] ** 0.5)
        styles.bias.copy_(intercepts - (mean / deviation) @ slopes)
    return styles


def lengthened(encoder: Encoder, styles: Styles) -> Encoder:
    """Join both in one encoder."""
    config = dataclasses.replace(
        encoder.config,
        n_dims=encoder.config.n_dims + styles.out_features,
        n_styles=styles.out_features,
        style_weight=styles.length,
    )
    joined = Encoder(config)
    state = {f"styles.{name}": value for name, value in styles.state_dict().items()}
    joined.load_state_dict(encoder.state_dict() | state)
    return joined


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--fold", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("encoder", type=Path)
    options = parser.parse_args()
    corpus, encoder = Corpus(options.cache), load_encoder(options.encoder).eval()
    genres = {
        row["track"]: row["genre"]
        for row in corpus.tracks
        if row["kind"] != "extra" and row["ships"] and row["fold"] != options.fold
    }
    tracks, vectors = hear_windows(corpus, encoder, set(genres))
    names, genre = np.unique([genres[track] for track in tracks], return_inverse=True)
    styles = fit_styles(vectors, torch.from_numpy(genre), weigh(tracks, genre))
    joined = lengthened(encoder, styles)
    options.out.mkdir(parents=True, exist_ok=True)
    save_file(joined.state_dict(), options.out / "weights.safetensors")
    settings = json.loads((options.encoder / "encoder.json").read_text(encoding="utf-8"))
    settings["encoder"] = dataclasses.asdict(joined.config)
    (options.out / "encoder.json").write_text(json.dumps(settings, indent=1), encoding="utf-8")
    log = json.loads((options.encoder / "log.json").read_text(encoding="utf-8"))
    log["styles"] = {"names": names.tolist(), "ridge": RIDGE, "length": LENGTH, "balance": BALANCE}
    (options.out / "log.json").write_text(json.dumps(log, indent=1), encoding="utf-8")
    print(f"{options.out}: {len(tracks)} windows, {len(names)} styles")


if __name__ == "__main__":
    main()
