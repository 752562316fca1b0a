"""How should embeddings be ranked: pooling of clips, and correction of hubs?

    python research/select_ranking.py --cache DIR [--fold 0] ENCODER_DIR ...

For each encoder, prints mean average precision and hub skewness on the validation sets for every way.

References
----------
.. [1] D. Schnitzer et al., "Local and global scaling reduce hubs in space", JMLR 13, 2012: mutual
   proximity and local scaling.
.. [2] A. Conneau et al., "Word translation without parallel data", ICLR 2018: CSLS.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from scipy.special import ndtr

from corpus import Corpus, hub_skewness, rank_average_precision
from validate import Validation, load_encoder, unit

Matrix = np.ndarray


def plain(cosines: Matrix) -> Matrix:
    """Leave cosines as they are."""
    return cosines


def _others(cosines: Matrix) -> Matrix:
    return np.where(np.eye(len(cosines), dtype=bool), np.nan, cosines)


def mutual_proximity(cosines: Matrix) -> Matrix:
    """Chance that both tracks find fewer others nearer, each track's similarities taken as Gaussian [1]_."""
    mean, deviation = np.nanmean(_others(cosines), axis=1), np.nanstd(_others(cosines), axis=1)
    chance = ndtr((cosines - mean[:, None]) / deviation[:, None])
    return chance * chance.T


def standardised(cosines: Matrix) -> Matrix:
    """Sum of both tracks' standardised similarities: mutual proximity without its tails' saturation."""
    mean, deviation = np.nanmean(_others(cosines), axis=1), np.nanstd(_others(cosines), axis=1)
    scaled = (cosines - mean[:, None]) / deviation[:, None]
    return scaled + scaled.T


def _near(cosines: Matrix, k: int) -> Matrix:
    return np.sort(np.where(np.eye(len(cosines), dtype=bool), -np.inf, cosines), axis=1)[:, ::-1][:, :k]


def local_scaling(cosines: Matrix, k: int = 10) -> Matrix:
    """Scale distances by each track's distance to its k-th neighbour [1]_."""
    radius = 1 - _near(cosines, k)[:, -1]
    return np.exp(-((1 - cosines) ** 2) / (radius[:, None] * radius[None, :]))


def csls(cosines: Matrix, k: int = 10) -> Matrix:
    """Take off both tracks' mean similarity to their k nearest [2]_."""
    density = _near(cosines, k).mean(axis=1)
    return 2 * cosines - density[:, None] - density[None, :]


CORRECTIONS: dict[str, Callable[[Matrix], Matrix]] = {
    "plain": plain,
    "mutual proximity": mutual_proximity,
    "standardised": standardised,
    "local scaling": local_scaling,
    "csls": csls,
}


@torch.inference_mode()
def clip_embeddings(validation: Validation, encoder: torch.nn.Module) -> Matrix:
    """Embed each clip, shape (n, clips, d)."""
    parts = [encoder(x.flatten(0, 1)).unflatten(0, (-1, 3)) for x in torch.from_numpy(validation.features).split(32)]
    return torch.cat(parts).numpy()


def pooled(clips: Matrix) -> dict[str, Matrix]:
    """Cosines of tracks (n, n) for each way of pooling their clips (n, clips, d)."""
    vectors, middle = unit(clips.mean(axis=1)), clips[:, 1]
    pairs = np.einsum("icd,jed->ijce", clips, clips)
    best = (pairs.max(axis=3).mean(axis=2) + pairs.max(axis=2).mean(axis=2)) / 2
    centred = unit(vectors - vectors.mean(axis=0))
    return {
        "mean": vectors @ vectors.T,
        "mean, centred": centred @ centred.T,
        "middle clip": middle @ middle.T,
        "best clip pairs": best,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--fold", type=int, default=0)
    parser.add_argument("encoders", type=Path, nargs="+")
    options = parser.parse_args()
    validation = Validation(Corpus(options.cache), options.fold)
    for folder in options.encoders:
        clips = clip_embeddings(validation, load_encoder(folder).eval())
        for name, members in validation.sets.items():
            artist, album, genre = (facts[members] for facts in (validation.artist, validation.album, validation.genre))
            groups = [artist, album] if name == "games" else [artist]
            inside = np.isin(validation.chosen, members)
            for pooling, cosines in pooled(clips[inside]).items():
                for correction, correct in CORRECTIONS.items():
                    similarity = correct(cosines)
                    precision = rank_average_precision(similarity, genre, groups)
                    trusted = precision[validation.trusted[members]] if name == "games" else precision
                    print(
                        f"{folder.name:12} {name:7} {pooling:16} {correction:17} {np.nanmean(precision):.3f}"
                        f" {np.nanmean(trusted):.3f} hubs {hub_skewness(similarity):.2f}"
                    )


if __name__ == "__main__":
    main()
