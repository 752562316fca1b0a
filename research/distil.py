"""Train the base model: distil the teachers, group genres across artists.

    python research/distil.py --cache DIR --out DIR [--init DIR] [--fold 0] [--set name=value ...]

One recipe for all comparisons: `--set` changes a field of `Recipe`. `--fold -1` trains on everything. Prints the
validation every few minutes and writes OUT/weights.safetensors (exponential mean of the weights), OUT/encoder.json and
OUT/log.json.
"""

import argparse
import copy
import dataclasses
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from augment import Augmentation, colour, mix, shift, stretch
from corpus import FEATURES, FRAMES_PER_SECOND, Corpus, Remixes
from losses import neighbour_loss, relation_loss, vector_loss
from resona.features.mfcc import cepstrum
from resona.model.encoder import Encoder, EncoderConfig
from resona.model.losses import contrastive_loss
from validate import Validation, load_encoder, unit

TEACHERS = ("mn04", "msd", "mtt")
Batch = dict[str, Tensor]


@dataclass(frozen=True)
class Recipe:
    """Everything that a comparison may change."""

    seed: int = 0
    steps: int = 1400
    batch: int = 128
    crop_seconds: float = 5.0
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    warm_up: float = 0.05
    teachers: tuple[str, ...] = TEACHERS
    vector: float = 1.0
    relation: float = 10.0
    neighbour: float = 0.0
    contrast: float = 0.0
    contrast_from: float = 0.0
    temperature: float = 0.1
    auto_weight: float = 1.0
    balance: float = 0.5
    bank: int = 4096
    average: float = 0.998
    extra_share: float = 2.5
    remixed: float = 0.5
    augmentation: Augmentation = dataclasses.field(default_factory=Augmentation)
    encoder: EncoderConfig = dataclasses.field(default_factory=EncoderConfig)


class Windows(torch.utils.data.IterableDataset[Batch]):
    """Training windows with their teacher vectors; draws augmented batches without end.

    Parameters
    ----------
    corpus, recipe
        What to draw from, and how.
    fold
        The fold that is left out; −1 leaves out none. Tracks that may not train the shipped model are always left out.
    """

    def __init__(self, corpus: Corpus, recipe: Recipe, fold: int) -> None:
        self.corpus, self.recipe = corpus, recipe
        identity = np.eye(FEATURES.n_mels, dtype=np.float32)
        self.basis = torch.from_numpy(cepstrum(identity, n_mfcc=recipe.encoder.n_mfcc))
        stored = np.load(corpus.cache / "windows.npz")
        tracks = {row["track"]: row for row in corpus.tracks if row["fold"] != fold and row["ships"]}
        usable = np.isin(stored["track"], list(tracks))
        self.start, names = stored["start"][usable], stored["track"][usable]
        self.n_windows = len(names)
        self.remixes = Remixes(corpus.cache, usable) if recipe.remixed else None
        self.target = self._join_teachers(stored, usable)
        remixed = stored["track"][self.remixes.first] if self.remixes else []
        self.rows = [tracks[name] for name in (*names, *remixed)]
        self.artist, self.album = (_codes([row[key] for row in self.rows]) for key in ("artist", "album"))
        genre = _codes([row["genre"] for row in self.rows])
        self.genre = np.where([row["kind"] == "extra" for row in self.rows], -1, genre)
        self.by_track = [np.flatnonzero(names == name) for name in tracks]
        self.by_track = [members for members in self.by_track if len(members)]
        share = np.array([recipe.extra_share if self.rows[m[0]]["kind"] == "extra" else 1.0 for m in self.by_track])
        self.share = share / share.sum()

    def _join_teachers(self, stored: Mapping[str, np.ndarray], usable: np.ndarray) -> Tensor:
        """Join the teachers' unit vectors, and keep the directions that matter most: windows, then remixes."""
        windows, remixes = [], []
        for name in self.recipe.teachers:
            vectors = standardise(stored[name], stored[name][usable])
            windows.append(vectors[usable])
            if self.remixes and name in self.remixes.heard:
                remixes.append(standardise(self.remixes.heard[name], stored[name][usable]))
            elif self.remixes:
                remixes.append(unit(self.remixes.mixed(vectors)))
        joined = np.concatenate(windows, axis=1)
        directions = np.linalg.svd(joined, full_matrices=False)[2][: self.recipe.encoder.n_dims].T
        every = np.concatenate([joined, np.concatenate(remixes, axis=1)]) if remixes else joined
        return torch.from_numpy(unit(every @ directions))

    def __iter__(self) -> Iterator[Batch]:
        """Draw batches; the seed decides which."""
        torch.set_num_threads(1)
        rng = np.random.default_rng(self.recipe.seed)
        while True:
            yield self.draw(rng)

    def draw(self, rng: np.random.Generator) -> Batch:
        """Draw a batch: `features` (batch, n_mfcc, frames), the index of the window and of what is mixed in."""
        recipe, options = self.recipe, self.recipe.augmentation
        frames = int(recipe.crop_seconds * FRAMES_PER_SECOND)
        read = int(frames * (1 + rng.uniform(-options.stretch, options.stretch)))
        chosen = rng.choice(len(self.by_track), recipe.batch, p=self.share)
        index = np.array([rng.choice(self.by_track[track]) for track in chosen])
        if self.remixes:
            others = self.n_windows + rng.integers(len(self.remixes), size=recipe.batch)
            index = np.where(rng.random(recipe.batch) < recipe.remixed, others, index)
        crops = np.stack([self._crop(i, read, rng) for i in index]).astype(np.float32)
        x = stretch(torch.from_numpy(crops).mT, frames)
        x, other, share = mix(shift(x, rng, options.shift), rng, options.mix)
        x = colour(x, rng, options)
        chosen_index = torch.from_numpy(index)
        return {"features": self.basis @ x, "index": chosen_index, "other": chosen_index[other], "share": share}

    def _crop(self, i: int, n_frames: int, rng: np.random.Generator) -> np.ndarray:
        """Cut frames out of remix or window `i`; the latter from one of the recordings that hold it."""
        if self.remixes and i >= self.n_windows:
            crop = self.remixes.crop(i - self.n_windows, n_frames, rng)
        else:
            places = self.corpus.places(self.rows[i]["track"], self.start[i])
            row, offset = places[rng.integers(len(places))]
            first, count = row["student"]
            slack = max(0, FEATURES.n_frames - n_frames)
            begin = max(0, min(offset + int(rng.integers(slack + 1)), count - n_frames))
            crop = self.corpus.frames[first + begin : first + min(begin + n_frames, count)]
        return crop if len(crop) == n_frames else np.pad(crop, ((0, n_frames - len(crop)), (0, 0)), mode="wrap")


def _codes(names: list[str]) -> np.ndarray:
    return np.unique(names, return_inverse=True)[1]


def standardise(vectors: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Give each dimension the mean 0 and the deviation 1 that it has in `like`, then each vector length 1."""
    scaled = (vectors - like.mean(axis=0)) / (like.std(axis=0) + 1e-6)
    return unit(scaled.astype(np.float32))


class Trainer:
    """Holds the student, its running mean, and the bank of recent embeddings."""

    def __init__(self, windows: Windows, recipe: Recipe, student: Encoder | None = None) -> None:
        self.windows, self.recipe = windows, recipe
        torch.manual_seed(recipe.seed)
        self.student = student or Encoder(recipe.encoder)
        self.batches = iter(torch.utils.data.DataLoader(windows, batch_size=None, num_workers=1, prefetch_factor=4))
        if student is None:
            self._fit_normalisation()
        self.mean = copy.deepcopy(self.student)
        parameters = list(self.student.parameters())
        decayed = [p for p in parameters if p.ndim > 1]
        groups = [{"params": decayed}, {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
        self.bank_vectors = torch.zeros(0, recipe.encoder.n_dims)
        self.bank_index = torch.zeros(0, dtype=torch.long)
        self.bank_pure = torch.zeros(0, dtype=torch.bool)
        facts = (windows.artist, windows.album, windows.genre)
        self.artist, self.album, self.genre = (torch.from_numpy(fact) for fact in facts)
        curated = torch.tensor([row["label_source"] in ("tag", "curated") for row in windows.rows])
        share = torch.bincount(self.genre + 1).float()[self.genre + 1] / len(self.genre)
        self.weight = torch.where(curated, 1.0, recipe.auto_weight) * share**-recipe.balance
        self.done = 0

    def _fit_normalisation(self) -> None:
        features = torch.cat([next(self.batches)["features"] for _ in range(4)])
        self.student.set_normalisation(features.mean(dim=(0, 2)), features.std(dim=(0, 2)))

    def step(self) -> dict[str, float]:
        """Learn from one batch."""
        recipe = self.recipe
        self._set_rate()
        batch = next(self.batches)
        self.student.train()
        with torch.autocast("cpu", torch.bfloat16):
            embedding = self.student(batch["features"])
        losses = self._losses(embedding.float(), batch)
        total = sum(getattr(recipe, name) * value for name, value in losses.items())
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()
        nn.utils.clip_grad_norm_(self.student.parameters(), 5.0)
        self.optimiser.step()
        self._average()
        self._remember(embedding.detach().float(), batch)
        self.done += 1
        return {name: float(value.detach()) for name, value in losses.items()}

    @torch.no_grad()
    def _average(self) -> None:
        """Follow the student's weights slowly, faster in the beginning."""
        keep = min(self.recipe.average, (1 + self.done) / (10 + self.done))
        for mine, new in zip(self.mean.state_dict().values(), self.student.state_dict().values(), strict=True):
            if mine.is_floating_point():
                mine.lerp_(new, 1 - keep)

    def _set_rate(self) -> None:
        progress, warm = self.done / self.recipe.steps, self.recipe.warm_up
        factor = progress / warm if progress < warm else 0.5 * (1 + np.cos(np.pi * min(1, progress)))
        for group in self.optimiser.param_groups:
            group["lr"] = self.recipe.learning_rate * max(factor, 1e-3)

    def _losses(self, embedding: Tensor, batch: Batch) -> dict[str, Tensor]:
        share = batch["share"][:, None]
        teacher = self.windows.target
        target = functional.normalize(share * teacher[batch["index"]] + (1 - share) * teacher[batch["other"]], dim=1)
        index = torch.cat([batch["index"], self.bank_index])
        pure = torch.cat([torch.ones(len(embedding), dtype=torch.bool), self.bank_pure])
        found = {"vector": vector_loss(embedding, target)}
        cosines = embedding @ torch.cat([embedding, self.bank_vectors]).T
        wanted = target @ torch.cat([target, teacher[self.bank_index]]).T
        known = (batch["index"][:, None] != index[None, :]) & pure[None, :]
        found["relation"] = relation_loss(cosines[known], wanted[known])
        if self.recipe.neighbour:
            found["neighbour"] = neighbour_loss(cosines.masked_fill(~known, -10), wanted.masked_fill(~known, -10))
        if self.recipe.contrast and self.done >= self.recipe.contrast_from * self.recipe.steps:
            found["contrast"] = self._contrast(cosines, batch, index, pure)
        return found

    def _contrast(self, cosines: Tensor, batch: Batch, index: Tensor, pure: Tensor) -> Tensor:
        rows = batch["index"]
        match = self.genre[rows][:, None] == self.genre[index][None, :]
        candidate = (self.genre[index] >= 0)[None, :] & pure[None, :]
        candidate = candidate & (self.artist[rows][:, None] != self.artist[index][None, :])
        candidate = candidate & (self.album[rows][:, None] != self.album[index][None, :])
        usable = (self.genre[rows] >= 0) & (batch["share"] > 0.7)
        weights, temperature = self.weight[rows][usable], self.recipe.temperature
        return contrastive_loss(cosines[usable], match[usable], candidate[usable], weights, temperature=temperature)

    def _remember(self, embedding: Tensor, batch: Batch) -> None:
        keep = self.recipe.bank
        self.bank_vectors = torch.cat([embedding, self.bank_vectors])[:keep]
        self.bank_index = torch.cat([batch["index"], self.bank_index])[:keep]
        self.bank_pure = torch.cat([batch["share"] == 1, self.bank_pure])[:keep]


def save(encoder: nn.Module, recipe: Recipe, log: list[dict[str, Any]], out: Path) -> None:
    """Write weights, settings and log."""
    out.mkdir(parents=True, exist_ok=True)
    save_file({key: value.contiguous() for key, value in encoder.state_dict().items()}, out / "weights.safetensors")
    features = dataclasses.replace(FEATURES, n_mfcc=recipe.encoder.n_mfcc)
    settings = {"encoder": dataclasses.asdict(recipe.encoder), "features": dataclasses.asdict(features)}
    (out / "encoder.json").write_text(json.dumps(settings, indent=1), encoding="utf-8")
    content = {"recipe": dataclasses.asdict(recipe), "log": log}
    (out / "log.json").write_text(json.dumps(content, indent=1), encoding="utf-8")


def parse(settings: list[str]) -> Recipe:
    """Apply ``name=value`` (value as JSON; ``augmentation.mix=0``, ``encoder.n_dims=128``) to the default recipe."""
    recipe = Recipe()
    for setting in settings:
        name, value = setting.split("=", 1)
        loaded = json.loads(value)
        loaded = tuple(loaded) if isinstance(loaded, list) else loaded
        if "." in name:
            part, name = name.split(".")
            loaded, name = dataclasses.replace(getattr(recipe, part), **{name: loaded}), part
        recipe = dataclasses.replace(recipe, **{name: loaded})
    return recipe


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--init", type=Path, help="go on from this encoder")
    parser.add_argument("--fold", type=int, default=0)
    parser.add_argument("--until", type=int, help="stop after this step of the schedule")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--every", type=int, default=500, help="steps between validations")
    parser.add_argument("--set", nargs="*", default=[])
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    recipe = parse(options.set)
    corpus = Corpus(options.cache, recipe.encoder.n_mfcc)
    student = load_encoder(options.init) if options.init else None
    trainer = Trainer(Windows(corpus, recipe, options.fold), recipe, student)
    validation = Validation(corpus, max(options.fold, 0))
    log, started, sums = [], time.time(), {}
    last = options.until or recipe.steps
    for step in range(1, last + 1):
        for name, value in trainer.step().items():
            sums[name] = sums.get(name, 0.0) + value / options.every
        if step % options.every == 0 or step == last:
            entry = {"step": step, "seconds": round(time.time() - started), **sums}
            entry |= validation.measure_encoder(trainer.mean)
            log.append(entry)
            print({key: round(value, 4) for key, value in entry.items()}, flush=True)
            save(trainer.mean, recipe, log, options.out)
            sums = {}


if __name__ == "__main__":
    main()
