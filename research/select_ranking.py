"""How should embeddings be ranked: pooling of clips, and correction of hubs.

    python research/select_ranking.py --cache DIR [--fold 0] ENCODER_DIR ...

For each encoder and set, prints mean average precision, on trusted genres, and hub skewness for every way.
"""

import argparse
from pathlib import Path

import numpy as np
import torch

from corpus import Corpus, hub_skewness, rank_average_precision
from resona.recommend.catalogue.hubness import KINDS, HubnessConfig, Kind, corrected_distances, hubness_stats
from validate import Validation, load_encoder, unit

Matrix = np.ndarray


def corrected(cosines: Matrix, kind: Kind) -> Matrix:
    """Correct cosines (n, n) as the product does; higher is nearer."""
    others = np.where(np.eye(len(cosines), dtype=bool), np.nan, cosines)
    stats = hubness_stats(others, HubnessConfig(kind=kind))
    return -corrected_distances(cosines, stats, stats, kind)


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
                for kind in KINDS:
                    similarity = corrected(cosines, kind)
                    precision = rank_average_precision(similarity, genre, groups)
                    trusted = np.nanmean(precision[validation.trusted[members]]) if name == "games" else np.nan
                    print(
                        f"{folder.name:12} {name:7} {pooling:16} {kind:17} {np.nanmean(precision):.3f}"
                        f" {trusted:.3f} hubs {hub_skewness(similarity):.2f}"
                    )


if __name__ == "__main__":
    main()
