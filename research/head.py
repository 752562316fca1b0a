"""Train the pair head on a finished encoder, and compare ways to rank: cosine, head, both.

    python research/head.py --cache DIR [--fold 0] ENCODER_DIR

The encoder stays as it is. Half of the pairs are of one and of different genres, always of different artists and
soundtracks; the other half are any two tracks, whose target is how likely the teachers' similarity means one genre.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from corpus import Corpus, hub_skewness, rank_average_precision
from resona.metrics.calibration import Calibration, fit_platt
from resona.metrics.pairs import roc_auc
from resona.model import HeadConfig, SiameseHead
from select_ranking import corrected
from validate import TEACHERS, load_encoder, teacher_vectors, unit

GAIN = 10.0  # as the architecture "base" has it
STEPS, BATCH, SEED = 3000, 512, 0


@dataclass
class Tracks:
    """Embedded tracks and what is known of them; genre −1 where it is not to be trusted.

    Attributes
    ----------
    clips
        Shape (n, clips, d).
    genre, artist, album
        Shape (n,), codes.
    teacher
        Shape (n, n), the teachers' cosines.
    """

    clips: np.ndarray
    genre: np.ndarray
    artist: np.ndarray
    album: np.ndarray
    teacher: np.ndarray

    @property
    def vectors(self) -> np.ndarray:
        """One unit vector per track, shape (n, d)."""
        return unit(self.clips.mean(axis=1))

    def among(self, chosen: np.ndarray) -> "Tracks":
        """Keep some tracks."""
        facts = (self.clips, self.genre, self.artist, self.album)
        return Tracks(*(fact[chosen] for fact in facts), self.teacher[np.ix_(chosen, chosen)])

    def draw_pairs(self, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Draw pairs of different artists and albums with known genres, half of them matches."""
        known = np.flatnonzero(self.genre >= 0)
        a, b = rng.choice(known, (2, 40 * n))
        apart = (self.artist[a] != self.artist[b]) & (self.album[a] != self.album[b])
        match = self.genre[a] == self.genre[b]
        rows = np.concatenate([np.flatnonzero(apart & (match == wanted))[: n // 2] for wanted in (True, False)])
        return a[rows], b[rows], match[rows]


@torch.inference_mode()
def hear(corpus: Corpus, encoder: torch.nn.Module, chosen: np.ndarray) -> Tracks:
    """Embed the clips of chosen tracks."""
    rows = [corpus.tracks[i] for i in chosen]
    clips = [encoder.eval()(torch.from_numpy(corpus.clips(row))).numpy() for row in rows]
    codes = {key: np.unique([row[key] for row in rows], return_inverse=True)[1] for key in ("genre", "artist", "album")}
    codes["genre"] = np.where([row["kind"] == "extra" for row in rows], -1, codes["genre"])
    teacher = unit(teacher_vectors(corpus, TEACHERS)[chosen])
    return Tracks(np.stack(clips), codes["genre"], codes["artist"], codes["album"], teacher @ teacher.T)


def fit_head(tracks: Tracks) -> SiameseHead:
    """Learn from pairs, whose clips are drawn anew each time."""
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    head = SiameseHead(HeadConfig(n_dims=tracks.clips.shape[2], gain=GAIN))
    optimiser = torch.optim.AdamW(head.parameters(), lr=1e-3, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, STEPS)
    a, b, match = tracks.draw_pairs(4000, rng)
    likely = fit_platt(tracks.teacher[a, b], match)
    heard = np.concatenate([tracks.clips, tracks.vectors[:, None]], axis=1)
    for _ in range(STEPS):
        a, b, match = tracks.draw_pairs(BATCH // 2, rng)
        any_a, any_b = rng.integers(0, len(heard), (2, BATCH // 2))
        target = np.concatenate([match, likely.apply(tracks.teacher[any_a, any_b])])
        sides = [np.concatenate(side) for side in ((a, any_a), (b, any_b))]
        x, y = (torch.from_numpy(heard[side, rng.integers(0, heard.shape[1], len(side))]) for side in sides)
        loss = functional.binary_cross_entropy_with_logits(head(x, y), torch.from_numpy(target.astype(np.float32)))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return head.eval()


def calibrate(folds: list[Tracks]) -> Calibration:
    """Fit the curve from cosine to probability on pairs of tracks that their encoder was not trained on."""
    cosines, matches = [], []
    for tracks in folds:
        a, b, match = tracks.draw_pairs(8000, np.random.default_rng(SEED))
        cosines.append((tracks.vectors[a] * tracks.vectors[b]).sum(axis=1))
        matches.append(match)
    return fit_platt(np.concatenate(cosines), np.concatenate(matches))


@torch.inference_mode()
def logits(head: SiameseHead, vectors: np.ndarray) -> np.ndarray:
    """Compare each with each, shape (n, n)."""
    x = torch.from_numpy(vectors)
    return torch.stack([head(row.expand_as(x), x) for row in x]).numpy()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--fold", type=int, default=0)
    parser.add_argument("encoder", type=Path)
    options = parser.parse_args()
    corpus = Corpus(options.cache)
    tracks = hear(corpus, load_encoder(options.encoder), np.arange(len(corpus.tracks)))
    held = np.array([row["fold"] == options.fold for row in corpus.tracks])
    ships = np.array([row["ships"] for row in corpus.tracks])
    head = fit_head(tracks.among(np.flatnonzero(~held & ships)))
    chosen = np.flatnonzero(held & (tracks.genre >= 0))
    trusted = np.array([row["label_source"] in ("tag", "curated") for row in corpus.tracks])[chosen]
    held_out = tracks.among(chosen)
    cosine, logit = held_out.vectors @ held_out.vectors.T, logits(head, held_out.vectors)
    a, b, match = held_out.draw_pairs(8000, np.random.default_rng(SEED))
    for name, similarity in {
        "cosine": cosine,
        "head": logit,
        "both": cosine / cosine.std() + logit / logit.std(),
    }.items():
        ranked = {"plain": similarity, "mutual proximity": corrected(similarity, "mutual_proximity")}
        for kind, values in ranked.items():
            precision = rank_average_precision(values, held_out.genre, [held_out.artist, held_out.album])
            print(
                f"{name:7} {kind:17} MAP {np.nanmean(precision):.3f}, trusted {np.nanmean(precision[trusted]):.3f},"
                f" hubs {hub_skewness(values):.2f}, pairs AUC {roc_auc(values[a, b], match):.3f}"
            )
    print("calibration of the cosine on held-out artists:", calibrate([held_out]))


if __name__ == "__main__":
    main()
