"""What would a network know that has learned nothing?

The graph alone, with weights drawn at random, already tells sounds apart: convolutions and pooling are good statistics.
What training is worth shows only beside a network of the same shape that had none.

References
----------
.. [1] K. He, X. Zhang, S. Ren and J. Sun, "Delving deep into rectifiers", ICCV 2015: the spread of the weights.
"""

import dataclasses
import zlib
from functools import cached_property

import numpy as np

from resona.errors import CheckpointError
from resona.inference.bundle import Bundle
from resona.inference.model import Array

ONES = ("weight", "running_var")  # how factors and variances are named, among vectors


class Untrained(Bundle):
    """A model with the shape of another and random weights.

    Parameters
    ----------
    like
        Whose shape it has. What that standardises its input by stays: it was measured, not learned.
    seed
        Draws the weights.
    """

    def __init__(self, like: Bundle, *, seed: int = 0) -> None:
        manifest = dataclasses.replace(like.manifest, model_id=f"untrained-{like.model_id}-{seed}", trained_artists=())
        super().__init__(like.folder, manifest, n_threads=like.n_threads)
        self.name, self.seed = "untrained network", seed

    @cached_property
    def weights(self) -> dict[str, Array]:
        """Other weights: normal, with the variance that rectifiers keep [1]_."""
        return {name: redraw(name, stored, self.seed) for name, stored in super().weights.items()}

    def _external(self, name: str, graph: bytes) -> dict[str, Array]:
        weights = super()._external(name, graph)
        if not weights:
            raise CheckpointError(f"{str(self.folder / name)!r} was written by an earlier Resona: train again")
        return weights


def redraw(name: str, stored: Array, seed: int) -> Array:
    """Draw a tensor of the same shape, from a seed and its own name.

    Offsets become 0 and factors 1; a column, such as the mean of each coefficient, stays as it is.

    Examples
    --------
    >>> redraw("head.bias", np.array([0.3, 0.7]), seed=0)
    array([0., 0.])
    """
    n_inputs = int(np.prod(stored.shape[1:]))
    if stored.ndim == 1:
        return np.full_like(stored, name.endswith(ONES))
    if n_inputs == 1 or stored.ndim == 0:
        return stored
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    drawn: Array = (rng.standard_normal(stored.shape) * np.sqrt(2 / n_inputs)).astype(stored.dtype)
    return drawn
