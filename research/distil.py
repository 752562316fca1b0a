"""Teach the student what all teachers hear.

    python research/distil.py --shared DIR --musicnn DIR --cache DIR --out RUN [--minutes 60] [--set batch=32]

Goes on where RUN stopped, with whatever windows `hear.py` has written by now, for so many minutes. The learning rate
stays, and falls in the last part (`decay`) of the time. With `--start BUNDLE` a new RUN begins with that bundle's
encoder, its last layer mapped to the targets anew. Writes weights (the running mean), settings, log and state to RUN.
"""

import argparse
import copy
import dataclasses
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from hear import Teachers
from losses import relation_loss, vector_loss
from resona.inference import Bundle
from resona.model.encoder import Encoder, EncoderConfig
from targets import NAMES, Joint, Vectors
from validate import Validation, embed, read_encoder

LOOK = 100  # steps between looks at what is new
N_WAVES, WAVE = 6, 8.0  # cosines over the bands that tone is changed by; a coefficient for each decibel of one
N_START, START_RIDGE = 8192, 0.01  # windows that a given encoder's last layer is fitted to; of the mean square


@dataclasses.dataclass(frozen=True)
class Recipe:
    """Everything that a comparison may change."""

    seed: int = 0
    batch: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    warm_up: int = 100
    decay: float = 0.4
    vector: float = 1.0
    relation: float = 10.0
    bank: int = 4096
    average: float = 0.995
    tone_db: float = 1.0
    shortest: float = 0.6
    encoder: EncoderConfig = dataclasses.field(default_factory=EncoderConfig)


class Windows:
    """All windows that have been heard so far: features, and where the teachers place them."""

    def __init__(self, cache: Path, teachers: Teachers, n_dims: int, joint: Joint | None) -> None:
        self.folder, self.teachers = cache / "shards", teachers
        self.seen: set[str] = set()
        vectors, features, pure = self._read_new()
        self.joint = joint or Joint.fit(teachers, {name: vector[pure] for name, vector in vectors.items()}, n_dims)
        self.target, self.features = torch.from_numpy(self.joint(teachers, vectors)), features

    def look(self) -> None:
        """Add what is new."""
        vectors, features, _ = self._read_new()
        if len(features):
            self.target = torch.cat([self.target, torch.from_numpy(self.joint(self.teachers, vectors))])
            self.features = np.concatenate([self.features, features])

    def _read_new(self) -> tuple[Vectors, np.ndarray, np.ndarray]:
        fresh = [path for path in sorted(self.folder.glob("*.npz")) if path.name not in self.seen]
        self.seen |= {path.name for path in fresh}
        shards = [np.load(path) for path in fresh]
        if not shards:
            return {}, np.zeros(0), np.zeros(0, bool)
        vectors = {name: np.concatenate([shard[name] for shard in shards]) for name in NAMES}
        features, pure = (np.concatenate([shard[name] for shard in shards]) for name in ("features", "pure"))
        return vectors, features, pure

    def draw(self, n: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Draw features (n, 40, 221) and targets (n, n_dims)."""
        index = rng.integers(len(self.features), size=n)
        return torch.from_numpy(self.features[index].astype(np.float32)), self.target[index]


def jitter(features: Tensor, recipe: Recipe, rng: np.random.Generator) -> Tensor:
    """Change tone and length of windows (n, 40, n_frames) by so little that the teachers would hardly hear it."""
    n, n_frames = len(features), features.shape[2]
    shift = recipe.tone_db * WAVE * rng.standard_normal((n, N_WAVES, 1), dtype=np.float32)
    features[:, 1 : 1 + N_WAVES] += torch.from_numpy(shift)
    length = int(rng.integers(round(recipe.shortest * n_frames), n_frames + 1))
    first = torch.from_numpy(rng.integers(n_frames - length + 1, size=(n, 1, 1)))
    return features.gather(2, (first + torch.arange(length)).expand(n, features.shape[1], length))


class Trainer:
    """Holds the student, its running mean, and the bank of recent outputs."""

    def __init__(self, windows: Windows, recipe: Recipe) -> None:
        self.windows, self.recipe = windows, recipe
        torch.manual_seed(recipe.seed)
        self.student = Encoder(recipe.encoder)
        features, _ = windows.draw(2048, np.random.default_rng(recipe.seed))
        self.student.set_normalisation(features.mean(dim=(0, 2)), features.std(dim=(0, 2)))
        self.student = self.student.to(memory_format=torch.channels_last)
        self.mean = copy.deepcopy(self.student)
        decayed = [p for p in self.student.parameters() if p.ndim > 1]
        others = [p for p in self.student.parameters() if p.ndim <= 1]
        groups: list[dict[str, Any]] = [{"params": decayed}, {"params": others, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
        self.offset = torch.from_numpy(windows.joint.offset)
        self.bank = torch.zeros(0, recipe.encoder.n_dims), torch.zeros(0, recipe.encoder.n_dims)
        self.done = 0

    @torch.no_grad()
    def start(self, encoder: Encoder) -> None:
        """Begin with what an encoder pools; its last layer is a ridge to the targets."""
        features, target = self.windows.draw(N_START, np.random.default_rng(self.recipe.seed))
        pooled = torch.cat([encoder.project[0](encoder.describe(x)) for x in features.split(64)])
        inputs = torch.cat([pooled, torch.ones(len(pooled), 1)], dim=1).double()
        squares = inputs.T @ inputs / len(inputs)
        ridge = START_RIDGE * squares.diagonal().mean() * torch.eye(len(squares))
        fitted = torch.linalg.solve(squares + ridge, inputs.T @ target.double() / len(inputs)).float().T
        last = {"project.2.weight": fitted[:, :-1], "project.2.bias": fitted[:, -1]}
        self.student.load_state_dict(encoder.state_dict() | last)
        self.mean.load_state_dict(self.student.state_dict())

    def step(self, left: float) -> dict[str, float]:
        """Learn from one batch; `left` is the share of the time that is left."""
        recipe = self.recipe
        rate = min(1.0, (1 + self.done) / recipe.warm_up, max(0.01, left / recipe.decay))
        for group in self.optimiser.param_groups:
            group["lr"] = recipe.learning_rate * rate
        rng = np.random.default_rng((recipe.seed, self.done))
        features, target = self.windows.draw(recipe.batch, rng)
        features = jitter(features, recipe, rng)
        self.student.train()
        with torch.autocast("cpu", torch.bfloat16):
            output = self.student.project(self.student.describe(features))
        losses = self._losses(output.float(), target)
        total = recipe.vector * losses["vector"] + recipe.relation * losses["relation"]
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.student.parameters(), 5.0)
        self.optimiser.step()
        self._average()
        self.done += 1
        return {name: float(value.detach()) for name, value in losses.items()}

    def _losses(self, output: Tensor, target: Tensor) -> dict[str, Tensor]:
        """Compare outputs and cosines with the teachers', both without and with what all windows have in common."""
        vector, relation = [], []
        for offset in (torch.zeros_like(self.offset), self.offset):
            mine, theirs = output + offset, target + offset
            vector.append(vector_loss(mine, theirs))
            pairs = zip((mine, theirs), self.bank, strict=True)
            every = [functional.normalize(torch.cat([new, old + offset]), dim=1) for new, old in pairs]
            mine, theirs = functional.normalize(mine, dim=1), functional.normalize(theirs, dim=1)
            known = ~torch.eye(len(mine), len(every[0]), dtype=torch.bool)
            relation.append(relation_loss((mine @ every[0].T)[known], (theirs @ every[1].T)[known]))
        self.bank = tuple(
            torch.cat([fresh.detach(), old])[: self.recipe.bank]
            for fresh, old in zip((output, target), self.bank, strict=True)
        )
        return {"vector": sum(vector), "relation": sum(relation)}

    @torch.no_grad()
    def _average(self) -> None:
        """Follow the student's weights slowly, faster in the beginning."""
        keep = min(self.recipe.average, (1 + self.done) / (10 + self.done))
        for mine, new in zip(self.mean.state_dict().values(), self.student.state_dict().values(), strict=True):
            if mine.is_floating_point():
                mine.lerp_(new, 1 - keep)

    def save(self, out: Path, log: list[dict[str, Any]]) -> None:
        """Write weights, settings, log, and all that is needed to go on."""
        out.mkdir(parents=True, exist_ok=True)
        state = {key: value.contiguous() for key, value in self.mean.state_dict().items()}
        save_file(state, out / "weights.safetensors")
        self.windows.joint.save(out / "joint.npz")
        settings = {"encoder": dataclasses.asdict(self.recipe.encoder), "recipe": dataclasses.asdict(self.recipe)}
        (out / "encoder.json").write_text(json.dumps(settings | {"log": log}, indent=1), encoding="utf-8")
        parts = {"student": self.student, "mean": self.mean, "optimiser": self.optimiser}
        torch.save({name: part.state_dict() for name, part in parts.items()} | {"done": self.done}, out / "state.part")
        (out / "state.part").rename(out / "state.pt")

    def load(self, out: Path) -> None:
        """Go on where a run stopped."""
        state = torch.load(out / "state.pt", weights_only=True)
        for name in ("student", "mean", "optimiser"):
            getattr(self, name).load_state_dict(state[name])
        self.done = state["done"]


def parse(settings: list[str]) -> Recipe:
    """Apply ``name=value`` (value as JSON; ``encoder.n_dims=128``) to the default recipe."""
    recipe = Recipe()
    for setting in settings:
        name, value = setting.split("=", 1)
        loaded = json.loads(value)
        if name.startswith("encoder."):
            name, loaded = "encoder", dataclasses.replace(recipe.encoder, **{name.removeprefix("encoder."): loaded})
        recipe = dataclasses.replace(recipe, **{name: loaded})
    return recipe


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--shared", "--musicnn", "--cache", "--out"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--start", type=Path, help="bundle to begin with")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--every", type=int, default=200, help="steps between validations")
    parser.add_argument("--set", nargs="*", default=[])
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    recipe = parse(options.set)
    teachers = Teachers(options.shared / "teacher" / "weights", options.musicnn)
    going_on = (options.out / "state.pt").exists()
    joint = Joint.load(options.out / "joint.npz") if going_on else None
    windows = Windows(options.cache, teachers, recipe.encoder.n_dims, joint)
    trainer = Trainer(windows, recipe)
    log: list[dict[str, Any]] = []
    if going_on:
        trainer.load(options.out)
        log = json.loads((options.out / "encoder.json").read_text(encoding="utf-8"))["log"]
    elif options.start:
        trainer.start(read_encoder(Bundle.load(options.start)))
    validation = Validation.load(options.shared)
    sums: dict[str, float] = {}
    started, first, left = time.process_time(), time.monotonic(), 1.0
    while left > 0:
        left = 1 - (time.monotonic() - first) / 60 / options.minutes
        for name, value in trainer.step(left).items():
            sums[name] = sums.get(name, 0.0) + value / options.every
        if trainer.done % LOOK == 0:
            windows.look()
        if trainer.done % options.every == 0 or left <= 0:
            entry = {"step": trainer.done, "windows": len(windows.features), **sums}
            entry["cpu"] = round(time.process_time() - started)
            encoder = trainer.mean.eval()
            entry |= validation.measure(embed(encoder, validation.clips))
            log.append(entry)
            print({key: round(value, 3) for key, value in entry.items() if "genres" not in key}, flush=True)
            trainer.save(options.out, log)
            sums = {}


if __name__ == "__main__":
    main()
