"""How do several ears hear as one?

Each part's vectors are made comparable, and laid side by side: the cosine of two tracks is then the weighted mean of
the parts' cosines. An ear's numbers are standardised on the library, as those of a network that was trained for
something else share a large common offset [1]_; a model that was trained for cosines is left as it is, and so its words
can still be told.

References
----------
.. [1] K. Ethayarajh, "How contextual are contextualized word representations?", EMNLP 2019: vectors of trained networks
   lie in a narrow cone.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.config import from_mapping
from resona.errors import CheckpointError
from resona.inference.baseline import MeanDeviation
from resona.inference.manifest import Ranking
from resona.inference.model import NOTHING, Array, Model, unit
from resona.inference.words import Words
from resona.metrics.calibration import Calibration
from resona.store import Store

LEAST_SPREAD = 1e-6


class JoinedModel(Model):
    """One model or several, as one that is compared by cosine.

    Parameters
    ----------
    parts
        All hear the same features, or sound.
    facts
        `model_ids` of the parts; their `weights`, which add up to 1; `standards`, for each a centre and a spread (empty
        where it is not standardised); and the `calibration`; see `fit_joined`.

    Raises
    ------
    CheckpointError
        If the facts are of other parts, or the parts hear different features.
    """

    is_unit = True

    def __init__(self, parts: Sequence[Model], facts: Mapping[str, Any]) -> None:
        by_id = {part.model_id: part for part in parts}
        if set(by_id) != set(facts["model_ids"]):
            raise CheckpointError("the models have changed since they were joined; `resona models use` joins them anew")
        parts = [by_id[model_id] for model_id in facts["model_ids"]]
        if len({part.feature_fingerprint for part in parts}) > 1:
            raise CheckpointError("these models hear different features and cannot be joined")
        self.parts, self.facts = tuple(parts), dict(facts)
        self.name = " + ".join(part.name for part in parts)
        self.n_dims = sum(part.n_dims for part in parts)
        self.feature_config, self.feature_fingerprint = parts[0].feature_config, parts[0].feature_fingerprint
        self.ranking = Ranking(hubness="mutual_proximity")
        self.calibration = from_mapping(Calibration, facts["calibration"])
        text = json.dumps({key: facts[key] for key in ("model_ids", "weights", "standards")}, sort_keys=True)
        self.model_id = hashlib.sha256(text.encode()).hexdigest()[:12]
        self._standards = [[np.array(row, np.float32) for row in pair] for pair in facts["standards"]]

    @property
    def ears(self) -> Mapping[str, Path]:
        """Those of the parts."""
        return {ear: folder for part in self.parts for ear, folder in part.ears.items()}

    @property
    def words(self) -> Words | None:
        """Those of the first part, whose vectors come first."""
        return self.parts[0].words

    def embed_many(self, tracks: Iterable[NDArray[np.floating]], by_ear: Mapping[str, Array] = NOTHING) -> Array:
        """Embed many tracks: see `Model.embed_many`."""
        clips = list(tracks)
        return self.join([part.embed_many(clips, by_ear) for part in self.parts])

    def embed_clips(self, clips: NDArray[np.floating]) -> Array:
        """Embed each clip by what hears features: the first part, or where it is an ear plain statistics."""
        first = self.parts[0]
        return (MeanDeviation(self.feature_config, self.feature_fingerprint) if first.ears else first).embed_clips(
            clips
        )

    def join(self, vectors: Sequence[Array]) -> Array:
        """Join what the parts made of some tracks.

        Parameters
        ----------
        vectors
            For each part shape (n_tracks, its n_dims).

        Returns
        -------
        Shape (n_tracks, n_dims), of length 1.
        """
        rows = zip(vectors, self._standards, self.facts["weights"], strict=True)
        return unit(np.concatenate([np.sqrt(weight) * comparable(part, pair) for part, pair, weight in rows], axis=1))

    def _embed_batch(self, batch: Array) -> Array:
        return self.embed_many([clip[None] for clip in batch])


def parts_of(model: Model) -> tuple[Model, ...]:
    """Give what a model is joined of; of one that is not joined, itself."""
    return model.parts if isinstance(model, JoinedModel) else (model,)


def comparable(vectors: Array, standard: Sequence[Array]) -> Array:
    """Standardise vectors by a centre and a spread, if there are any, and scale them to length 1.

    Examples
    --------
    >>> comparable(np.array([[3.0, 5.0]], np.float32), [np.array([3.0, 1.0]), np.array([1.0, 2.0])])
    array([[0., 1.]], dtype=float32)
    """
    centre, spread = standard
    return unit((vectors - centre) / spread if len(centre) else vectors)


def fit_joined(store: Store, parts: Sequence[Model]) -> JoinedModel:
    """Join models, all of the same weight, with the proportions of a library.

    Parameters
    ----------
    store
        Holds the vectors of each ear.
    parts
        Models without ears come first, since only the first part tells words.

    Raises
    ------
    CheckpointError
        If the parts hear different features, or an ear has heard nothing yet.
    """
    chosen = sorted(parts, key=lambda part: bool(part.ears))
    facts = {
        "model_ids": [part.model_id for part in chosen],
        "weights": [1 / len(chosen)] * len(chosen),
        "standards": [_standard(store, part) for part in chosen],
        "calibration": {
            "slope": chosen[0].calibration.slope,
            "intercept": chosen[0].calibration.intercept,
            "is_fisher": chosen[0].calibration.is_fisher,
        },
    }
    return JoinedModel(chosen, facts)


def _standard(store: Store, part: Model) -> list[list[float]]:
    if part.is_unit:
        return [[], []]
    vectors = store.embeddings.matrix(part.model_id)[1]
    if not len(vectors):
        raise CheckpointError(f"{part.name!r} has heard no track of this library yet")
    spread = np.maximum(vectors.std(axis=0), LEAST_SPREAD)
    return [vectors.mean(axis=0).astype(float).round(7).tolist(), spread.astype(float).round(7).tolist()]
