"""Does tuning (`resona train`) help on music that the model has not heard, and does it harm what it is not taught?

    python research/tune.py --cache DIR --base src/resona/base_model VALIDATED0 VALIDATED1 VALIDATED2

The encoders are those that `tags.py` wrote, in the order of the folds that they have not heard. Each is tuned on its
fold and judged on held-out artists. Then the base model is taught every other genre of the whole corpus, and judged on
the tracks of the remaining genres whose soundtracks were not learned from: all of it is music that it knows, but what
tuning costs is the same. Where tuning keeps the model, it costs nothing.
"""

import argparse
import dataclasses
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from corpus import FEATURES, Corpus, Row, rank_average_precision
from resona.inference import Bundle, Calibration, Ranking
from resona.metrics.bootstrap import mean_differences
from resona.model import build_network
from resona.train import TrainConfig, TrainingSet, fit
from resona.train.finish import describe_network, save_model
from validate import load_encoder

SEEDS = (0, 1, 2)


def training_set(corpus: Corpus, rows: list[Row], taught: set[str]) -> TrainingSet:
    """Give tracks as a library would, with the genres that are taught."""
    return TrainingSet(
        features=[corpus.clips(row) for row in rows],
        genres=[(row["genre"],) if row["genre"] in taught else () for row in rows],
        artists=[row["artist"] for row in rows],
        feature_config=FEATURES,
    )


def write_base(folder: Path, encoder_dir: Path, data: TrainingSet) -> None:
    """Make a bundle to start from; tuning uses its encoder only."""
    encoder = load_encoder(encoder_dir)
    network = build_network("base", dataclasses.asdict(encoder.config)).eval()
    network.encoder.load_state_dict(encoder.state_dict())
    ranking = Ranking(by="cosine", hubness="mutual_proximity")
    manifest = describe_network(network, "base", data, name="base", ranking=ranking, calibration=Calibration())
    save_model(folder, network, manifest, data.features[:4], "For `tune.py`.")


def tune_fold(corpus: Corpus, fold: int, encoder_dir: Path) -> None:
    """Tune an encoder on the fold that it has not heard."""
    rows = [row for row in corpus.tracks if row["fold"] == fold and row["kind"] != "extra"]
    data = training_set(corpus, rows, {row["genre"] for row in rows})
    with tempfile.TemporaryDirectory() as scratch:
        write_base(Path(scratch) / "base", encoder_dir, data)
        for seed in SEEDS:
            result = fit(data, TrainConfig(seed=seed), Path(scratch) / "run", base_dir=Path(scratch) / "base")
            print(f"fold {fold}, seed {seed}: {result.message}", flush=True)


def precisions(bundle: Path, data: TrainingSet, rows: list[Row]) -> np.ndarray:
    """Average precision of each track's list, without its artist and soundtrack."""
    vectors = Bundle.load(bundle).embed_many(data.features)
    genre, artist, album = (np.array([row[key] for row in rows]) for key in ("genre", "artist", "album"))
    return rank_average_precision(vectors @ vectors.T, genre, [artist, album])


def teach_others(corpus: Corpus, base: Path) -> None:
    """Teach every other genre, and look at the rest."""
    rows = [row for row in corpus.tracks if row["kind"] != "extra"]
    by_size = [genre for genre, _ in Counter(row["genre"] for row in rows).most_common()]
    for name, taught in {"1st, 3rd…": by_size[::2], "2nd, 4th…": by_size[1::2]}.items():
        learned_from = {row["album"] for row in rows if row["genre"] in taught}
        untaught = [row for row in rows if row["genre"] not in taught and row["album"] not in learned_from]
        judged = training_set(corpus, untaught, set())
        before = precisions(base, judged, untaught)
        with tempfile.TemporaryDirectory() as scratch:
            result = fit(training_set(corpus, rows, set(taught)), TrainConfig(), Path(scratch), base_dir=base)
            after = precisions(result.bundle_dir, judged, untaught) if result.bundle_dir else before
        artist, known = np.array([row["artist"] for row in untaught]), np.isfinite(before)
        values = {"before": before[known], "after": after[known]}
        change = mean_differences(values, "before", artist[known], rng=np.random.default_rng(0))["after"]
        print(f"taught the {name} largest genres: {result.message}")
        print(f"  MAP of {known.sum()} untaught tracks: {before[known].mean():.3f} before, after {change}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("encoders", type=Path, nargs="*")
    options = parser.parse_args()
    corpus = Corpus(options.cache)
    for fold, encoder_dir in enumerate(options.encoders):
        tune_fold(corpus, fold, encoder_dir)
    teach_others(corpus, options.base)


if __name__ == "__main__":
    main()
