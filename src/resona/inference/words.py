"""Which words call for a track? Read off its embedding by a linear map for each word.

A bundle may hold the file ``words.npz``: `names` and `kinds` (n_words,) text, `weights` (n_words, n_dims) float16,
`bias` (n_words,) and `auc` (n_words,) float32. A word's probability is the logistic function of its row's product with
the embedding, plus its bias; the calibration is part of both. Where the embedding was whitened after they were learned,
`basis` (n_dims, n_dims) float32 undoes that first. A track's embedding is the mean of its clips': the probability is
that of the word being said of its sound on the whole.
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from resona.errors import CheckpointError

Array = NDArray[np.float32]

FILE = "words.npz"


@dataclass(frozen=True, slots=True)
class Words:
    """Words that a model tells from what it heard.

    Attributes
    ----------
    names
        Such as "female vocals".
    kinds
        What each speaks of: "genre", "instrument", "voice", "mood" or "era".
    weights
        Shape (n_words, n_dims).
    bias
        Shape (n_words,).
    auc
        Shape (n_words,): how well each ranks music that was held out, 0.5 to 1.
    basis
        Shape (n_dims, n_dims): a vector's first n_dims numbers times it, at length 1, are what the weights are over;
        None where those numbers themselves are.
    through
        Other words, whose `traits` the weights are over; None where they are over the vectors.

    Examples
    --------
    >>> words = Words(("loud",), ("mood",), np.array([[4.0, 0.0]]), np.array([0.0]), np.array([0.9]))
    >>> words.probabilities(np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)).round(2)
    array([[0.98],
           [0.5 ]], dtype=float32)
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    weights: NDArray[np.floating]
    bias: NDArray[np.floating]
    auc: NDArray[np.floating]
    basis: NDArray[np.floating] | None = field(default=None, kw_only=True)
    through: "Words | None" = field(default=None, kw_only=True)

    def traits(self, vectors: Array) -> Array:
        """Give the square roots of all probabilities, shape (n_tracks, n_words): what words of one's own are over."""
        return np.sqrt(self.probabilities(vectors))

    def probabilities(self, vectors: Array, rows: Sequence[int] | None = None) -> Array:
        """Say how likely each word is to be said of each track.

        Parameters
        ----------
        vectors
            Shape (n_tracks, d): embeddings of the model. Where they were lengthened for one library, the part that
            stems from the words' model comes first.
        rows
            Only these words; all if None.

        Returns
        -------
        Shape (n_tracks, n_words), 0 to 1.
        """
        chosen = slice(None) if rows is None else list(rows)
        weights, bias = self.weights[chosen].astype(np.float32), self.bias[chosen].astype(np.float32)
        if self.through:
            logits = self.through.traits(vectors) @ weights.T + bias
        else:
            heard = np.asarray(vectors[:, : weights.shape[1]], np.float32)
            heard = heard if self.basis is None else heard @ self.basis
            lengths = np.sqrt(np.einsum("nd,nd->n", heard, heard))
            logits = heard @ weights.T / np.where(lengths > 0, lengths, 1)[:, None] + bias
        likely = 0.5 * (1 + np.tanh(logits / 2))  # does not overflow
        return likely.astype(np.float32)

    def write(self) -> bytes:
        """Return the content of the file."""
        arrays: dict[str, Any] = {
            "names": np.array(self.names),
            "kinds": np.array(self.kinds),
            "weights": self.weights.astype(np.float16),
            "bias": self.bias.astype(np.float32),
            "auc": self.auc.astype(np.float32),
        }
        if self.basis is not None:
            arrays["basis"] = self.basis.astype(np.float32)
        content = io.BytesIO()
        np.savez_compressed(content, **arrays)
        return content.getvalue()

    @classmethod
    def read(cls, content: bytes) -> Self:
        """Read the content of the file.

        Raises
        ------
        CheckpointError
            If it is not such a file.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as stored:
                names, kinds = (tuple(map(str, stored[name])) for name in ("names", "kinds"))
                basis = stored.get("basis")
                words = cls(names, kinds, *(stored[name] for name in ("weights", "bias", "auc")), basis=basis)
        except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise CheckpointError(f"the model's {FILE} cannot be read ({error}); restore the bundle") from error
        sizes = {len(part) for part in (words.names, words.kinds, words.weights, words.bias, words.auc)}
        if words.weights.ndim != 2 or len(sizes) != 1:
            raise CheckpointError(f"the model's {FILE} does not hold one row a word; restore the bundle")
        if basis is not None and basis.shape != 2 * words.weights.shape[1:]:
            raise CheckpointError(f"the model's {FILE} has a basis of another shape than its rows; restore the bundle")
        return words
