"""Measure how the means and deviations of MFCCs vary over openly licensed music, for the plain MFCC model.

``python research/mean_deviation.py ../shared/corpus src/resona/inference/mean_deviation.json``
"""

import argparse
import csv
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.artists import read_credit
from resona.audio import decode_clips
from resona.config import fingerprint
from resona.features.mfcc import FeatureConfig, mfcc
from resona.inference import MeanDeviation
from resona.metrics.calibration import fit_platt
from resona.pairs import PairConfig, draw_pairs

CONFIG = FeatureConfig()


def read(path: Path) -> NDArray[np.float32]:
    clips = decode_clips(path, n_clips=CONFIG.n_clips, clip_seconds=CONFIG.clip_seconds, sample_rate=CONFIG.sample_rate)
    return np.stack([mfcc(samples, CONFIG) for samples in clips.samples])


def rounded(values: NDArray[np.float32]) -> list[float]:
    return [float(f"{value:.4g}") for value in values]


def measure(corpus: Path) -> dict[str, Any]:
    with (corpus / "manifest-a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    tracks = [read(corpus / row["path"]) for row in rows]
    model = MeanDeviation.fit(tracks, asdict(CONFIG), fingerprint(CONFIG))
    vectors = model.embed_many(tracks)
    pairs = draw_pairs(
        [[row["genre"]] for row in rows],
        [read_credit(row["artist"]).names for row in rows],
        PairConfig(n_pairs=20_000, across_artists=True),
        rng=np.random.default_rng(0),
        among=np.array([row["label_source"] != "auto" for row in rows]),
    )
    platt = fit_platt(model.similarities(vectors[pairs.a], vectors[pairs.b]), pairs.is_match)
    halves = {"mean": slice(None, CONFIG.n_mfcc), "deviation": slice(CONFIG.n_mfcc, None)}
    statistics = {
        name: {"centre": rounded(model.centre[half]), "scale": rounded(model.scale[half])}
        for name, half in halves.items()
    }
    return {**statistics, "calibration": {"slope": round(platt.slope, 3), "intercept": round(platt.intercept, 3)}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    lines = (f" {json.dumps(name)}: {json.dumps(value)}" for name, value in measure(arguments.corpus).items())
    arguments.out.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
