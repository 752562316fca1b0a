"""Lengthen a finished encoder by tags: those of the two MusiCNNs, and the genres of the training soundtracks.

    python research/tags.py --cache DIR [--fold 0] --out DIR ENCODER_DIR

The encoder stays as it is. From its embeddings of the training windows, linear maps to the teachers' tags (as likely as
they find them) and to the genres are learned by cross-entropy. Their probabilities lengthen the embedding, so that
tracks which call for the same tags come nearer; the result is turned to the directions in which training windows differ
most, and the rest of them left out. Writes an encoder as `distil.py` does.
"""

import argparse
import dataclasses
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from corpus import Corpus
from resona.model.encoder import Encoder, TagHead
from validate import load_encoder

LENGTHS = {"msd": 2.0, "mtt": 1.0, "genre": 1.0}  # of a tag that is certain; the sound itself has length 1
RIDGES = {"msd": 0.01, "mtt": 0.01, "genre": 0.1}  # on coefficients of standardised dimensions
N_DIMS = 128
BALANCE = 0.5  # 0: each track counts alike; 1: each genre does
BATCH = 32
EVERY = 2  # windows of a track from one heard to the next: neighbours tell little more


@torch.inference_mode()
def hear_windows(corpus: Corpus, encoder: Encoder, chosen: set[str]) -> tuple[dict[str, np.ndarray], Tensor]:
    """Embed the windows of some tracks, in each recording: what is stored of each, and the vectors, shape (n, d)."""
    stored = np.load(corpus.cache / "windows.npz")
    keep = np.flatnonzero(np.isin(stored["track"], list(chosen)))[::EVERY]
    places = [
        corpus.places(track, start) for track, start in zip(stored["track"][keep], stored["start"][keep], strict=True)
    ]
    heard = [place for found in places for place in found]
    windows = np.repeat(keep, [len(found) for found in places])
    clips = (
        np.stack([corpus.cut(*place) for place in batch])
        for batch in (heard[i : i + BATCH] for i in range(0, len(heard), BATCH))
    )
    vectors = torch.cat([encoder(torch.from_numpy(batch)) for batch in clips])
    return {name: stored[name][windows] for name in ("track", "msd_tags", "mtt_tags")}, vectors


def weigh(tracks: np.ndarray, genre: np.ndarray, balance: float) -> Tensor:
    """Weights of windows, mean 1: tracks alike, but for those of rare genres."""
    n_windows, n_tracks = np.zeros(len(tracks)), np.zeros(len(tracks))
    for name in np.unique(tracks):
        n_windows[tracks == name] = (tracks == name).sum()
    for one in np.unique(genre):
        n_tracks[genre == one] = len(np.unique(tracks[genre == one]))
    weights = n_tracks**-balance / n_windows
    return torch.from_numpy((weights / weights.mean()).astype(np.float32))


def fit_tags(vectors: Tensor, wanted: Tensor, weights: Tensor, ridge: float) -> nn.Linear:
    """Learn how likely each tag is by weighted logistic regression on standardised dimensions."""
    mean, deviation = vectors.mean(dim=0), vectors.std(dim=0)
    x = (vectors - mean) / deviation
    slopes = torch.zeros(x.shape[1], wanted.shape[1], requires_grad=True)
    intercepts = torch.zeros(wanted.shape[1], requires_grad=True)
    optimiser = torch.optim.LBFGS([slopes, intercepts], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        misses = functional.binary_cross_entropy_with_logits(x @ slopes + intercepts, wanted, reduction="none")
        total = (weights[:, None] * misses).mean(dim=0).sum() + ridge / 2 * slopes.square().sum()
        total.backward()
        return total

    optimiser.step(loss)
    found = nn.Linear(*slopes.shape)
    with torch.no_grad():
        found.weight.copy_((slopes / deviation[:, None]).T)
        found.bias.copy_(intercepts - (mean / deviation) @ slopes)
    return found


@torch.no_grad()
def join(vectors: Tensor, parts: dict[str, nn.Linear]) -> TagHead:
    """Put the maps side by side, and find the directions of what they make of `vectors`."""
    tags = TagHead(vectors.shape[1], sum(part.out_features for part in parts.values()), N_DIMS)
    tags.recognise.weight.copy_(torch.cat([part.weight for part in parts.values()]))
    tags.recognise.bias.copy_(torch.cat([part.bias for part in parts.values()]))
    lengths = [torch.full((part.out_features,), LENGTHS[name]) for name, part in parts.items()]
    scale = torch.cat([torch.ones(vectors.shape[1]), *lengths])
    long = torch.cat([vectors, tags.recognise(vectors).sigmoid()], dim=1) * scale
    directions = torch.linalg.svd(functional.normalize(long, dim=1), full_matrices=False)[2][:N_DIMS]
    tags.turn.weight.copy_(directions * scale)
    return tags


def lengthened(encoder: Encoder, tags: TagHead) -> Encoder:
    """Join both in one encoder."""
    config = dataclasses.replace(
        encoder.config,
        n_dims=tags.turn.out_features,
        n_tags=tags.recognise.out_features,
        n_sound_dims=tags.recognise.in_features,
    )
    joined = Encoder(config)
    joined.load_state_dict(encoder.state_dict() | {f"tags.{name}": value for name, value in tags.state_dict().items()})
    return joined


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--fold", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("encoder", type=Path)
    options = parser.parse_args()
    corpus, encoder = Corpus(options.cache), load_encoder(options.encoder).eval()
    rows = {row["track"]: row for row in corpus.tracks if row["ships"] and row["fold"] != options.fold}
    windows, vectors = hear_windows(corpus, encoder, set(rows))
    tracks = windows["track"]
    parts = {}
    for name in ("msd", "mtt"):
        weights = weigh(tracks, tracks, balance=0)
        parts[name] = fit_tags(vectors, torch.from_numpy(windows[f"{name}_tags"]), weights, RIDGES[name])
    known = np.array([rows[track]["kind"] != "extra" for track in tracks])
    names, genre = np.unique([rows[track]["genre"] for track in tracks[known]], return_inverse=True)
    wanted = functional.one_hot(torch.from_numpy(genre)).float()
    parts["genre"] = fit_tags(vectors[known], wanted, weigh(tracks[known], genre, BALANCE), RIDGES["genre"])
    joined = lengthened(encoder, join(vectors, parts))
    options.out.mkdir(parents=True, exist_ok=True)
    save_file(joined.state_dict(), options.out / "weights.safetensors")
    settings = json.loads((options.encoder / "encoder.json").read_text(encoding="utf-8"))
    settings["encoder"] = dataclasses.asdict(joined.config)
    (options.out / "encoder.json").write_text(json.dumps(settings, indent=1), encoding="utf-8")
    log = json.loads((options.encoder / "log.json").read_text(encoding="utf-8"))
    log["tags"] = {"genres": names.tolist(), "lengths": LENGTHS, "ridges": RIDGES, "balance": BALANCE}
    (options.out / "log.json").write_text(json.dumps(log, indent=1), encoding="utf-8")
    print(f"{options.out}: {len(tracks)} windows, {joined.config.n_tags} tags")


if __name__ == "__main__":
    main()
