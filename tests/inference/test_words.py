"""Words are read off embeddings as they were written; what is no such file is refused in one sentence."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from resona.errors import CheckpointError
from resona.inference import Bundle, Manifest, Words, write_bundle
from resona.inference.model import unit
from resona.inference.words import FILE

WORDS = Words(
    ("calm", "loud"), ("msd", "audioset"), np.array([[1.0, -2.0], [3.0, 0.5]]), np.array([0.1, -1]), np.ones(2)
)
MANIFEST = Manifest(
    model_id="0" * 12, name="m", arch="base", features={}, feature_fingerprint="", encoder={}, head={}, n_dims=2,
    is_unit=True,
)  # fmt: skip


def test_a_bundle_tells_the_words_that_were_written(tmp_path: Path) -> None:
    write_bundle(tmp_path / "with", MANIFEST, {FILE: WORDS.write()})
    write_bundle(tmp_path / "without", MANIFEST, {})
    words = Bundle.load(tmp_path / "with").words
    assert words is not None
    assert (words.names, words.kinds) == (WORDS.names, WORDS.kinds)
    vectors = np.array([[0.6, 0.8], [1, 0]], np.float32)
    expected = 1 / (1 + np.exp(-(vectors @ WORDS.weights.T + WORDS.bias)))
    np.testing.assert_allclose(words.probabilities(vectors), expected, atol=1e-3)
    assert Bundle.load(tmp_path / "without").words is None


def test_what_a_library_adds_to_an_embedding_does_not_change_its_words() -> None:
    vectors = np.array([[0.6, 0.8]], np.float32)
    lengthened = np.array([[0.3, 0.4, 0.5, 0.7]], np.float32)
    np.testing.assert_allclose(WORDS.probabilities(lengthened), WORDS.probabilities(vectors), rtol=1e-6)


def test_words_that_were_learned_before_whitening_say_the_same_after_it() -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(5, 2)).astype(np.float32))
    whitening = np.array([[2.0, 0.3], [0.3, 0.5]], np.float32)
    whitened = unit(np.concatenate([vectors @ whitening, np.ones((5, 3), np.float32)], axis=1))
    words = Words.read(dataclasses.replace(WORDS, basis=np.linalg.inv(whitening)).write())
    np.testing.assert_allclose(words.probabilities(whitened), WORDS.probabilities(vectors), atol=1e-3)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no file of arrays",
        WORDS.write()[:-40],
        Words(("one",), ("msd",), *[np.ones((2, 2))] * 3).write(),
        dataclasses.replace(WORDS, basis=np.eye(3)).write(),
    ],
    ids=["empty", "foreign", "cut off", "rows missing", "basis too large"],
)
def test_a_damaged_file_is_refused(content: bytes) -> None:
    with pytest.raises(CheckpointError, match=r"words\.npz .*restore the bundle"):
        Words.read(content)
