"""What all teachers together say of a window: the vectors that the student learns to give.

Each teacher's vector is standardised over the unchanged training windows and divided by the root of its length; the
four side by side get length 1, and the probabilities of their tags stand beside them. `offset` is what all windows have
in common: the mean probabilities. With it cosines rank a little better, without it they spread wider; the student
learns both.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hear import Teachers

NAMES = ("mn04", "msd", "fcn", "jamendo")
LENGTH = 1.5  # of the probabilities beside vectors of length 1
Vectors = dict[str, np.ndarray]


@dataclass(frozen=True)
class Joint:
    """The joint space, in its most telling directions.

    Attributes
    ----------
    mean, deviation
        Of each teacher's vectors.
    middle
        Mean of the probabilities.
    directions
        Shape (all, n_dims), orthonormal.
    offset
        Shape (n_dims,): what is common to all.
    """

    mean: Vectors
    deviation: Vectors
    middle: np.ndarray
    directions: np.ndarray
    offset: np.ndarray

    @classmethod
    def fit(cls, teachers: Teachers, vectors: Vectors, n_dims: int) -> "Joint":
        """Learn statistics and directions from unchanged windows: changed ones differ in what music does not."""
        mean = {name: vectors[name].astype(np.float32).mean(axis=0) for name in NAMES}
        deviation = {name: vectors[name].astype(np.float32).std(axis=0) + 1e-6 for name in NAMES}
        middle = probabilities(teachers, vectors).mean(axis=0)
        whole = cls(mean, deviation, middle, np.eye(1), np.zeros(1))._whole(teachers, vectors)
        directions = np.linalg.eigh(whole.T @ whole)[1][:, ::-1][:, : n_dims - 1]
        offset = np.concatenate([np.zeros(whole.shape[1] - len(middle)), LENGTH * middle])
        rest = offset - directions @ (directions.T @ offset)
        directions = np.concatenate([directions, rest[:, None] / np.linalg.norm(rest)], axis=1).astype(np.float32)
        return cls(mean, deviation, middle, directions, (offset @ directions).astype(np.float32))

    def _whole(self, teachers: Teachers, vectors: Vectors) -> np.ndarray:
        scaled = [
            (vectors[name] - self.mean[name]) / self.deviation[name] / len(self.mean[name]) ** 0.5 for name in NAMES
        ]
        joined = np.concatenate(scaled, axis=1).astype(np.float32)
        joined /= np.linalg.norm(joined, axis=1, keepdims=True)
        likely = LENGTH * (probabilities(teachers, vectors) - self.middle)
        return np.concatenate([joined, likely], axis=1)

    def __call__(self, teachers: Teachers, vectors: Vectors) -> np.ndarray:
        """Place windows: (n, n_dims), not of length 1."""
        placed: np.ndarray = self._whole(teachers, vectors) @ self.directions
        return placed

    def save(self, path: Path) -> None:
        """Keep it beside the student."""
        parts = {f"mean_{name}": self.mean[name] for name in NAMES}
        parts |= {f"deviation_{name}": self.deviation[name] for name in NAMES}
        np.savez(path, middle=self.middle, directions=self.directions, offset=self.offset, **parts)

    @classmethod
    def load(cls, path: Path) -> "Joint":
        """Read it."""
        stored = np.load(path)
        statistics = [{name: stored[f"{what}_{name}"] for name in NAMES} for what in ("mean", "deviation")]
        return cls(*statistics, *(stored[name] for name in ("middle", "directions", "offset")))


def probabilities(teachers: Teachers, vectors: Vectors) -> np.ndarray:
    """How likely the tags of all four are, side by side."""
    return np.concatenate(list(teachers.tags({name: vectors[name] for name in NAMES}).values()), axis=1)
