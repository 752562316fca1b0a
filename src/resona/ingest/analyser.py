"""Is it the file that is at fault, or what listens?

A damaged model, a library that cannot be loaded or a processor without its instructions fails on every file. So each
worker first hears a sound of its own, and once more whenever a file meets an error that nobody expected: if that fails,
the scan stops, and no file is marked.
"""

import io
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resona.audio import silence_decoders
from resona.errors import ResonaError, WorkerError
from resona.inference import open_model
from resona.ingest.analyse import AnalysisConfig, Embedder, Failed, Outcome, analyse, listen
from resona.store import Work

RATE, SECONDS = 22_050, 2.0


class Analyser:
    """Analyses files in a worker.

    Parameters
    ----------
    config
        What is measured.
    bundle_dir
        The model that embeds; None for plain statistics.
    roots
        See `analyse`.

    Raises
    ------
    WorkerError
        If it cannot work at all.
    """

    def __init__(self, config: AnalysisConfig, bundle_dir: Path | None, roots: tuple[Path, ...]) -> None:
        silence_decoders()
        self._config, self._roots = config, roots
        self._embed: Embedder = open_model(bundle_dir).embed
        check_ears(config, self._embed)

    def __call__(self, work: Work) -> Outcome:
        """Analyse a file.

        Raises
        ------
        WorkerError
            If what listens is at fault.
        """
        try:
            return analyse(work, self._config, self._embed, self._roots)
        except Exception as error:  # whatever it is, one file must not stop a scan
            check_ears(self._config, self._embed)
            return Failed(work, type(error).__name__, f"cannot be analysed: {error}; not tried again until it changes")


def check_ears(config: AnalysisConfig, embed: Embedder | None = None) -> None:
    """Hear a sound that can be heard.

    Raises
    ------
    WorkerError
        If it is not.

    Examples
    --------
    >>> check_ears(AnalysisConfig())
    """
    try:
        features = listen(_sound(), config).features
        vector = embed(features) if embed else np.ones(1, np.float32)
    except ResonaError as error:
        raise WorkerError(f"nothing can be heard, and no file is at fault: {error}") from error
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        raise WorkerError(f"nothing can be heard, and no file is at fault: {reason}") from error
    if not np.isfinite(vector).all():
        raise WorkerError("the model hears nothing in any sound; choose another one: `resona models`")


def _sound() -> bytes:
    """Write noise as a WAV file."""
    samples: NDArray[np.int16] = np.random.default_rng(0).integers(-8000, 8000, int(RATE * SECONDS), np.int16)
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setparams((1, 2, RATE, len(samples), "NONE", ""))
        file.writeframes(samples.astype("<i2").tobytes())
    return content.getvalue()
