"""A library as one person hears it: the same tracks, placed by what counts for them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.descriptors import ASPECTS
from resona.inference import Calibration, Model
from resona.inference.model import NOTHING
from resona.pairs import main_artists
from resona.recommend.catalogue.catalogue import Catalogue
from resona.recommend.catalogue.columns import MODE_CODES
from resona.recommend.catalogue.ranking import Ranker
from resona.recommend.catalogue.snapshot import Snapshot, on_one_thread, read_snapshot, write_snapshot
from resona.teach.taste import Facets, Songs, Taste

Array = NDArray[np.float32]

NUMBERS = (*(measure.name for measure in ASPECTS.values()), "key", "mode", "year")
N_SAMPLE = 2000  # pairs by which similarities are put into proportion
LEAST_SPREAD = 1e-6


def songs_of(catalogue: Catalogue) -> Songs:
    """Gather what the facets of taste look at, for every track of a library."""
    return Songs(
        vectors=catalogue.directions,
        numbers={name: catalogue.columns.numbers(name) for name in NUMBERS},
        artists=main_artists(catalogue.attributes.artists),
    )


class PersonalModel(Model):
    """A model that hears with another's ears and compares by a person's taste.

    Parameters
    ----------
    base
        Hears. Its lists are ordered by cosine.
    name, model_id
        For people; changes whenever its vectors do.
    learn_taste
        Gives the taste when it is first needed: lists of a known library do without.
    calibration
        Turns cosines into probabilities.
    """

    def __init__(
        self, base: Model, name: str, model_id: str, learn_taste: Callable[[], Taste], calibration: Calibration
    ) -> None:
        self.base, self.name, self.model_id = base, name, model_id
        self.feature_config, self.feature_fingerprint = base.feature_config, base.feature_fingerprint
        self.is_unit, self.ranking, self.calibration = True, base.ranking, calibration
        self._learn_taste = learn_taste

    @cached_property
    def taste(self) -> Taste:
        """What counts for this person."""
        return self._learn_taste()

    @cached_property
    def n_dims(self) -> int:  # type: ignore[override]
        """Length of a vector."""
        return int(self._place(np.zeros((1, self.base.n_dims), np.float32), {}).shape[1])

    @property
    def ears(self) -> Mapping[str, Path]:
        """Those of the model that hears."""
        return self.base.ears

    def embed_many(self, tracks: Iterable[NDArray[np.floating]], by_ear: Mapping[str, Array] = NOTHING) -> Array:
        """Embed tracks of which nothing is known but their sound."""
        return self._place(self.base.embed_many(tracks, by_ear), {})

    def embed_described(
        self,
        clips: NDArray[np.floating],
        descriptors: Mapping[str, float | str | None],
        by_ear: Mapping[str, Array] = NOTHING,
    ) -> Array:
        """Embed one track of which the descriptors are known too."""
        return self.place(self.base.embed(clips, by_ear), descriptors)

    def place(self, vector: Array, descriptors: Mapping[str, float | str | None]) -> Array:
        """Place a vector of the base model, shape (base.n_dims,), by this taste."""
        placed: Array = self._place(vector[None], descriptors)[0]
        return placed

    def _place(self, vectors: Array, descriptors: Mapping[str, float | str | None]) -> Array:
        known = {name: np.full(len(vectors), _number(descriptors.get(name))) for name in NUMBERS}
        return self.taste.embed(Songs(vectors=vectors, numbers=known, artists=[""] * len(vectors)))

    def _embed_batch(self, batch: Array) -> Array:
        return self._place(self.base._embed_batch(batch), {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """What a person's catalogue is made from.

    Attributes
    ----------
    key
        Changes whenever the taste, the library or the base model does.
    folder
        Where the profile's snapshot is kept.
    weights
        Facet to weight; facets that count for nothing are left out.
    n_answers
        Answers behind it.
    """

    key: str
    folder: str
    weights: Mapping[str, float]
    n_answers: int


def personalise(catalogue: Catalogue, personal: Personal) -> Catalogue:
    """Make the catalogue that a person's lists come from.

    Parameters
    ----------
    catalogue
        The base model's.
    personal
        The person's taste.
    """
    base = catalogue.model
    folder = catalogue.store.side_dir / "taste" / personal.folder
    snapshot = read_snapshot(folder, personal.key)
    name = f"{base.name}, taught by {personal.n_answers} answers"

    songs = cache(partial(songs_of, catalogue))

    def taste() -> Taste:
        facets = Facets.fit(songs())
        return Taste(facets=facets, weights=np.array([personal.weights.get(name, 0.0) for name in facets.names]))

    model = PersonalModel(base, name, personal.key, taste, base.calibration)
    vectors = model.taste.embed(songs()) if snapshot is None else np.asarray(snapshot.arrays["vectors"])
    ratio, shift = _proportion(catalogue, vectors)
    curve = base.calibration
    model.calibration = replace(curve, slope=curve.slope * ratio, intercept=curve.intercept + curve.slope * shift)
    if snapshot is None:
        with on_one_thread():
            snapshot = _take(catalogue, model, vectors, (ratio, shift))
        write_snapshot(folder, personal.key, snapshot)
    return replace(catalogue, model=model, snapshot=snapshot, masks={}, heard=catalogue)


def _take(catalogue: Catalogue, model: PersonalModel, vectors: Array, proportion: tuple[float, float]) -> Snapshot:
    """Work out what changes with the vectors; the nearest thousandth is shown as likely as the base model's is."""
    ranker = Ranker.fit(model, vectors)
    curve, known = ranker.curve, catalogue.ranker.curve
    if curve.size:
        ratio, shift = proportion
        mine, theirs = (np.linspace(0, 1, part.shape[1]) for part in (curve, known))
        scale = catalogue.model.calibration
        alike = (scale.scaled(np.interp(mine, theirs, known[1])) - shift) / ratio
        curve = np.stack([curve[0], scale.unscaled(alike)])
    new: dict[str, NDArray[Any]] = {
        "vectors": vectors,
        "reference": ranker.reference,
        "stats": ranker.stats,
        "curve": curve,
    }
    return replace(catalogue.snapshot, arrays={**catalogue.snapshot.arrays, **new})


def _proportion(catalogue: Catalogue, vectors: Array) -> tuple[float, float]:
    """Give ratio and shift that turn a taste's cosines, as calibration scales them, into ones like the base model's."""
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, len(catalogue), (2, N_SAMPLE))
    a, b = a[a != b], b[a != b]
    cosines = (np.einsum("nd,nd->n", each[a], each[b]) for each in (vectors, catalogue.directions))
    mine, plain = (catalogue.model.calibration.scaled(each) for each in cosines)
    ratio = max(float(plain.std()), LEAST_SPREAD) / max(float(mine.std()), LEAST_SPREAD)
    return ratio, float(plain.mean()) - ratio * float(mine.mean())


def _number(value: float | str | None) -> float:
    if isinstance(value, str):
        return MODE_CODES.get(value, np.nan)
    return np.nan if value is None else float(value)
