"""A model with ears: audio files in, embeddings out, with no library needed."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resona.inference import Model
from resona.ingest.analyse import AnalysisConfig, listen


class Listener:
    """Embeds and compares audio files.

    Parameters
    ----------
    model
        Which embeds what is heard.

    Examples
    --------
    >>> import resona
    >>> model = resona.load_model()
    >>> model.embed([]).shape[0]
    0
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._config = AnalysisConfig.of(model)

    def embed(self, paths: Sequence[Path | str | bytes]) -> NDArray[np.float32]:
        """Listen to audio files.

        Parameters
        ----------
        paths
            Files, or the content of files.

        Returns
        -------
        Shape (n_paths, n_dims).

        Raises
        ------
        AudioError
            If one of them cannot be heard.
        """
        sources = [path if isinstance(path, bytes) else Path(path) for path in paths]
        heard = [listen(source, self._config) for source in sources]
        by_ear = {ear: np.stack([each.by_ear[ear] for each in heard]) for ear in self.model.ears if heard}
        return self.model.embed_many([each.features for each in heard], by_ear)

    def similarity(self, a: Path | str | bytes, b: Path | str | bytes) -> float:
        """Say how likely two audio files are to be alike, 0–1, without regard to any library.

        Raises
        ------
        AudioError
            If one of them cannot be heard.
        """
        vectors = self.embed([a, b])
        return float(self.model.probabilities(self.model.similarities(vectors[:1], vectors[1:]))[0])
