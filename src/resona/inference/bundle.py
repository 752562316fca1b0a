"""How does a trained model hear, without PyTorch?

onnxruntime is imported, and each network opened, when it is first needed: ranking stored embeddings by their cosine
needs neither.
"""

from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np

from resona.errors import CheckpointError
from resona.files import WEIGHTS
from resona.inference.manifest import Manifest, read_file, read_manifest
from resona.inference.model import Array, Model
from resona.inference.words import FILE, Words

BLOCK_PAIRS = 4096  # pairs that the head sees at once


class Bundle(Model):
    """A trained model in a folder.

    Parameters
    ----------
    folder
        Where it is.
    manifest
        What it says about itself.
    n_threads
        Threads of one run: 1 for workers that share a machine, 0 for one for each core.
    """

    def __init__(self, folder: Path, manifest: Manifest, *, n_threads: int = 1) -> None:
        self.folder = folder
        self.manifest = manifest
        self.n_threads = n_threads
        self.model_id, self.name = manifest.model_id, manifest.name
        self.n_dims, self.is_unit = manifest.n_dims, manifest.is_unit
        self.feature_config, self.feature_fingerprint = manifest.features, manifest.feature_fingerprint
        self.ranking, self.calibration = manifest.ranking, manifest.calibration
        self._held: dict[str, list[Any]] = {}  # onnxruntime reads weights where they lie

    @classmethod
    def load(cls, folder: Path, *, n_threads: int = 1) -> Self:
        """Open a bundle; its networks are opened later.

        Raises
        ------
        CheckpointError
            If there is no bundle, or it is damaged, foreign, or written by a newer Resona.
        """
        return cls(folder, read_manifest(folder), n_threads=n_threads)

    def similarities(self, a: Array, b: Array) -> Array:
        """Compare embeddings pair by pair: cosine, or the head's logit where the model ranks by it."""
        return super().similarities(a, b) if self.ranking.by == "cosine" else self.head_logits(a, b)

    def head_logits(self, a: Array, b: Array) -> Array:
        """Ask the pair head whether two tracks are alike.

        Parameters
        ----------
        a, b
            Shape (n, n_dims) each; one of them may be (n_dims,), which is then compared with every row of the other.

        Returns
        -------
        Shape (n,): above 0 for alike; symmetric.
        """
        a, b = np.broadcast_arrays(np.atleast_2d(a), np.atleast_2d(b))
        logits = np.empty(len(a), np.float32)
        for start in range(0, len(a), BLOCK_PAIRS):
            rows = slice(start, start + BLOCK_PAIRS)
            inputs = {"a": np.ascontiguousarray(a[rows]), "b": np.ascontiguousarray(b[rows])}
            logits[rows] = self._head.run(["logit"], inputs)[0]
        return logits

    @cached_property
    def words(self) -> Words | None:
        """The words that it can tell, if it was taught any."""
        return Words.read(self._content(FILE)) if FILE in self.manifest.files else None

    def _embed_batch(self, batch: Array) -> Array:
        embeddings: Array = self._encoder.run(["embedding"], {"features": batch})[0]
        return embeddings

    @cached_property
    def _encoder(self) -> Any:
        return self._open("encoder.onnx")

    @cached_property
    def _head(self) -> Any:
        return self._open("head.onnx")

    @cached_property
    def weights(self) -> dict[str, Array]:
        """The weights of encoder and head by name, as they are stored.

        Raises
        ------
        CheckpointError
            If they are missing or damaged.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            stored: dict[str, Array] = load(self._content(WEIGHTS))
        except SafetensorError as error:
            raise CheckpointError(f"{str(self.folder / WEIGHTS)!r} holds no weights: {error}") from error
        return stored

    def _content(self, name: str) -> bytes:
        return read_file(self.folder, self.manifest, name)

    def _external(self, name: str, graph: bytes) -> dict[str, Array]:
        """List the weights that a graph does not hold itself."""
        if WEIGHTS.encode() not in graph:
            return {}  # format 1
        part = name.removesuffix("onnx")  # "encoder.onnx": of "encoder.front.1.weight" it knows "front.1.weight"
        chosen = {key.removeprefix(part): values for key, values in self.weights.items() if key.startswith(part)}
        return {key: values.astype(np.float32) for key, values in chosen.items() if values.dtype.kind == "f"}

    def _open(self, name: str) -> Any:
        import onnxruntime

        graph, options = self._content(name), session_options(self.n_threads)
        if weights := self._external(name, graph):
            self._held[name] = [onnxruntime.OrtValue.ortvalue_from_numpy(value) for value in weights.values()]
            options.add_external_initializers(list(weights), self._held[name])
        try:
            return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        except onnx_failures() as error:
            raise CheckpointError(f"{str(self.folder / name)!r} is not a network that can be run: {error}") from error


def session_options(n_threads: int) -> Any:
    """Say how networks are run: quietly, and with so many threads (0: one for each core)."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = n_threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # threads that wait take no time
    options.enable_mem_pattern = False  # plans memory per input shape, and ours vary
    return options


def onnx_failures() -> tuple[type[Exception], ...]:
    """Give the errors that onnxruntime raises for networks that it cannot read or run."""
    from onnxruntime.capi import onnxruntime_pybind11_state as failures

    names = ("Fail", "InvalidProtobuf", "InvalidGraph", "InvalidArgument", "NotImplemented", "RuntimeException")
    return (ValueError, *(getattr(failures, name) for name in names))
