"""Learn to tell words from the base model's embeddings, and judge each on artists that were not learned from.

    python research/words.py --shared DIR --musicnn DIR --cache DIR BUNDLE [--table docs/words.md]

`words.csv` says which tags of the teachers stand for a word: AudioSet's classes of music (MN04), 50 tags of the Million
Song Dataset (MusiCNN and MSD-FCN, their mean) and 50 of Jamendo; a minus turns one round. A window's score for a word
is the mean of its tags' standardised logits; the word is there in as many windows as the teachers expect, in a
twentieth at least, those of the highest scores. A linear map for each word is fitted to that by cross-entropy, on
evenly chosen training windows; one slope and intercept for all are then fitted on half of the held-out artists.

Judged on windows of held-out artists and on tracks that people own (`validation`), against the teachers, and against
people's labels where there are any. Words of a mean AUC below `LEAST` are left out. Puts words.npz into the bundle, and
the table into the documentation: about a minute of one core.
"""

import argparse
import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from hear import Teachers
from resona.inference import Bundle, Words, write_bundle
from resona.inference.model import unit
from resona.inference.words import FILE
from resona.metrics.bootstrap import weighted_intervals
from resona.metrics.calibration import expected_calibration_error, fit_platt
from resona.metrics.pairs import average_precision, roc_auc
from targets import NAMES
from validate import Validation

HERE = Path(__file__).parent
LEAST = 0.75
LEAST_SHARE, MOST_SHARE = 0.05, 0.5  # of the windows, where a word is taken to be there
SOFT = 0.3  # deviations of a score that make "there" unsure
RIDGE, STEPS, N_SHARDS, N_RESAMPLES = 1e-4, 150, 24, 100
PEOPLE = {"soul_rnb": ("soul", "r&b")}  # labels that are not called like the words
HEAD = """\
# Words

{n} words that the base model tells from a track's sound (model `{model_id}`). Written by `research/words.py`, which
also fits them; see [research](../research/README.md).

For each word: the area under the ROC curve and the average precision on windows of artists that were held out
({n_windows:,} windows, {n_artists} artists), and on tracks that people own ({n_tracks} tracks, {n_owners} artists),
both against the teachers, with intervals by artist; then the area against what people say, with the number of tracks
that they say it of. A teacher is taken to say a word of the likeliest twentieth, or of more where it expects more;
chance is an area of 0.5, and an average precision of `share`. Words whose mean area is below {least} are not offered.

Mean area over the words: **{held:.3f}** on held-out windows, **{owned:.3f}** on tracks that people own,
**{people:.3f}** against what people say ({n_people} labels). Expected calibration error of the probabilities, over all
words: {error:.3f} on windows of held-out artists that it was not fitted on, {track_error:.3f} on tracks.

All this was measured before the vectors were whitened (`research/whiten.py`); the words' file undoes that. A track's
probabilities differ by .0002 in the mean, as its clips are averaged after it, not before.

A track's probability is told from its stored vector, the mean of its clips': how likely the teachers are to say the
word of the sound of the track on the whole. A guitar in the bridge alone counts for little.

| word | kind | share | held out: area | precision | owned: area | precision | people: area |
|---|---|---|---|---|---|---|---|
"""


@dataclass
class Side:
    """Something to learn from or to be judged on.

    Attributes
    ----------
    vectors
        Unit embeddings, (n, d).
    tags
        Of each tag set that is known: how likely the teachers find its tags, (n, tags).
    artist
        Shape (n,).
    said
        What people say: word to (n,).
    """

    vectors: np.ndarray
    tags: dict[str, np.ndarray]
    artist: np.ndarray
    said: dict[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Word:
    """A line of words.csv: tags as set, place among its outputs, and sign."""

    kind: str
    name: str
    tags: list[tuple[str, int, int]]

    @classmethod
    def read_all(cls) -> "list[Word]":
        """Read them."""
        with (HERE / "words.csv").open(newline="", encoding="utf-8") as file:
            return [cls(row["kind"], row["word"], [_tag(text) for text in row["tags"].split()]) for row in
                    csv.DictReader(file)]  # fmt: skip

    def score(self, side: Side, usual: Side) -> np.ndarray | None:
        """Say how much the teachers find the word in each window, in deviations of what is usual."""
        parts = [
            sign * (logit(side.tags[name][:, output]) - known.mean()) / known.std()
            for name, output, sign in self.tags
            if name in side.tags
            for known in [logit(usual.tags[name][:, output])]
        ]
        return np.mean(parts, axis=0) if parts else None

    def share(self, usual: Side) -> float:
        """Say in which share of windows the teachers expect it."""
        expected = [usual.tags[name][:, output].mean() for name, output, _ in self.tags]
        expected = [value if tag[2] > 0 else 1 - value for value, tag in zip(expected, self.tags, strict=True)]
        return float(np.clip(np.mean(expected), LEAST_SHARE, MOST_SHARE))


def _tag(text: str) -> tuple[str, int, int]:
    name, output = text.lstrip("-").split(":")
    return name, int(output), -1 if text.startswith("-") else 1


def logit(likely: np.ndarray) -> np.ndarray:
    """Log odds."""
    kept = likely.clip(1e-5, 1 - 1e-5)
    return np.log(kept / (1 - kept))


def windows(bundle: Bundle, teachers: Teachers, folder: Path, recordings: list[dict[str, object]]) -> Side:
    """Read and embed evenly chosen windows."""
    paths = sorted(folder.glob("*.npz"))
    chosen = np.unique(np.linspace(0, len(paths) - 1, min(N_SHARDS, len(paths))).astype(int))
    shards = [np.load(paths[i]) for i in chosen]
    vectors = {name: np.concatenate([shard[name] for shard in shards]) for name in NAMES}
    likely, row = teachers.tags(vectors), np.concatenate([shard["row"] for shard in shards])
    tags = {"audioset": likely["mn04"], "msd": (likely["msd"] + likely["fcn"]) / 2, "jamendo": likely["jamendo"]}
    embedded = np.concatenate([bundle.embed_many(shard["features"][:, None]) for shard in shards])
    known = {key: np.array([recordings[i][key] for i in row]) for key in ("artist", "sings")}
    return Side(embedded, tags, known["artist"], {"vocals": known["sings"].astype(bool)})


@torch.inference_mode()
def owned(bundle: Bundle, teachers: Teachers, validation: Validation) -> Side:
    """Embed the tracks that people own."""
    heard = {name: torch.from_numpy(vectors) for name, vectors in validation.teachers.items()}
    tags = {"audioset": teachers.mn04.tags(heard["mn04"]).numpy(), "msd": teachers.msd.tags(heard["musicnn"]).numpy()}
    labels = [(word, label) for label in np.unique(validation.genre) for word in PEOPLE.get(label, (label,))]
    said = {word: validation.genre == label for word, label in labels}
    return Side(unit(bundle.embed_many(validation.clips)), tags, validation.artist, said)


def fit(vectors: np.ndarray, likely: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fit linear maps by cross-entropy: weights (words, d), bias (words,)."""
    x, y = torch.from_numpy(vectors), torch.from_numpy(likely.astype(np.float32))
    weights = torch.zeros(y.shape[1], x.shape[1], requires_grad=True)
    bias = torch.logit(y.mean(dim=0)).requires_grad_()
    optimiser = torch.optim.LBFGS([weights, bias], max_iter=STEPS, history_size=10)

    def closure() -> torch.Tensor:
        optimiser.zero_grad()
        error = functional.binary_cross_entropy_with_logits(x @ weights.T + bias, y, reduction="none").mean(dim=0)
        loss = error.sum() + RIDGE * weights.square().sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    return weights.detach().numpy(), bias.detach().numpy()


def judge(logits: np.ndarray, there: np.ndarray, artist: np.ndarray) -> tuple[float, str]:
    """Give the AUC, and AUC and average precision with their intervals as cells of the table."""
    measures = {"auc": roc_auc, "precision": average_precision}
    statistics = {name: lambda w, call=call: call(logits, there, weights=w) for name, call in measures.items()}
    found = weighted_intervals(statistics, (artist, artist), rng=np.random.default_rng(0), n_resamples=N_RESAMPLES)
    cells = [f"{each.value:.2f} ({each.low:.2f}–{each.high:.2f})" for each in found.values()]
    return found["auc"].value, " | ".join(cells)


def likeliest(score: np.ndarray, share: float) -> np.ndarray:
    """Say where a word is: in the windows of the highest scores."""
    found: np.ndarray = score > np.quantile(score, 1 - share)
    return found


class Told:
    """Words with their maps, judged.

    Attributes
    ----------
    words, learned
        All there are, and what they were learned from.
    weights, bias
        Shapes (words, d) and (words,).
    """

    def __init__(self, words: list[Word], learned: Side, held: Side) -> None:
        self.words, self.learned = words, learned
        self.shares = [word.share(learned) for word in words]
        scores = [word.score(learned, learned) for word in words]
        self.limits = [np.quantile(score, 1 - share) for score, share in zip(scores, self.shares, strict=True)]
        soft = [(score - limit) / SOFT for score, limit in zip(scores, self.limits, strict=True)]
        self.weights, self.bias = fit(learned.vectors, 1 / (1 + np.exp(-np.stack(soft, axis=1))))
        artists = np.unique(held.artist)
        self.is_fitted = np.isin(held.artist, np.random.default_rng(0).permutation(artists)[: len(artists) // 2])
        logits, there = self._all(held)
        curve = fit_platt(logits[self.is_fitted].ravel(), there[self.is_fitted].ravel())
        self.weights, self.bias = self.weights * curve.slope, self.bias * curve.slope + curve.intercept

    def logits(self, side: Side) -> np.ndarray:
        """Shape (n, words)."""
        found: np.ndarray = side.vectors @ self.weights.T + self.bias
        return found

    def _all(self, side: Side) -> tuple[np.ndarray, np.ndarray]:
        """Logits of the words that the side's teachers know, and where these say them."""
        scores = [word.score(side, self.learned) for word in self.words]
        known = [i for i, word in enumerate(self.words) if all(name in side.tags for name, _, _ in word.tags)]
        return self.logits(side)[:, known], np.stack([scores[i] > self.limits[i] for i in known], axis=1)

    def error(self, side: Side, inside: np.ndarray) -> float:
        """Give the expected calibration error over all words."""
        logits, there = (each[inside].ravel() for each in self._all(side))
        return float(expected_calibration_error(1 / (1 + np.exp(-logits)), there))

    def judged(self, sides: list[Side]) -> Iterator[tuple[dict[str, float], str]]:
        """Judge each word: areas by what was measured, and its line of the table."""
        for i, word in enumerate(self.words):
            areas, cells = {}, []
            for name, side in zip(("held", "owned"), sides, strict=True):
                score = word.score(side, self.learned)
                cell = "— | —"
                if score is not None:
                    areas[name], cell = judge(self.logits(side)[:, i], likeliest(score, self.shares[i]), side.artist)
                cells.append(cell)
            said = [(side, side.said[word.name]) for side in sides if word.name in side.said]
            for side, truth in said:
                areas["people"] = roc_auc(self.logits(side)[:, i], truth)
            cells.append(f"{areas['people']:.2f} of {said[-1][1].sum()}" if said else "—")
            yield areas, f"| {word.name} | {word.kind} | {self.shares[i]:.2f} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--shared", "--musicnn", "--cache"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--table", type=Path, default=HERE.parents[1] / "docs" / "words.md")
    options = parser.parse_args()
    torch.set_num_threads(1)
    teachers = Teachers(options.shared / "teacher" / "weights", options.musicnn)
    bundle = Bundle.load(options.bundle)
    recordings = json.loads((options.cache / "sound.json").read_text(encoding="utf-8"))
    learned, held = (windows(bundle, teachers, options.cache / name, recordings) for name in ("shards", "held_out"))
    tracks = owned(bundle, teachers, Validation.load(options.shared))
    told = Told(Word.read_all(), learned, held)
    judged = list(told.judged([held, tracks]))
    auc = np.array([np.mean(list(areas.values())) for areas, _ in judged])
    kept = np.flatnonzero(auc >= LEAST)
    means = {
        key: np.mean([judged[i][0][key] for i in kept if key in judged[i][0]]) for key in ("held", "owned", "people")
    }
    text = HEAD.format(
        **means, n=len(kept), n_people=sum("people" in judged[i][0] for i in kept), model_id=bundle.model_id,
        n_windows=len(held.vectors), n_artists=len(set(held.artist)), n_tracks=len(tracks.vectors),
        n_owners=len(set(tracks.artist)), least=LEAST, error=told.error(held, ~told.is_fitted),
        track_error=told.error(tracks, np.ones(len(tracks.vectors), bool)),
    )  # fmt: skip
    options.table.write_text(text + "\n".join(judged[i][1] for i in kept) + "\n", encoding="utf-8")
    print(text.split("\n\n")[3])
    print("not offered:", ", ".join(f"{told.words[i].name} {auc[i]:.2f}" for i in np.flatnonzero(auc < LEAST)))
    names, kinds = (tuple(getattr(told.words[i], what) for i in kept) for what in ("name", "kind"))
    words = Words(names, kinds, told.weights[kept], told.bias[kept], auc[kept])
    files = {name: (options.bundle / name).read_bytes() for name in bundle.manifest.files}
    write_bundle(options.bundle, bundle.manifest, files | {FILE: words.write()})


if __name__ == "__main__":
    main()
