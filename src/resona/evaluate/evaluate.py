"""How good are this library's recommendations? The ladder, measured on artists that nobody has learned from."""

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from resona._version import __version__
from resona.config import fingerprint
from resona.evaluate.ladder import N_BASELINES, baselines, contender_of, contender_of_file, models_of
from resona.evaluate.material import Material, gather
from resona.evaluate.measure import Measured, compare, measure
from resona.features.mfcc import FeatureConfig
from resona.inference import Model
from resona.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What was measured.

    Attributes
    ----------
    material
        On which tracks.
    measured
        Each contender, from chance to the library's model.
    values
        Everything as plain values, ready for JSON.
    """

    material: Material
    measured: list[Measured]
    values: dict[str, Any] = field(default_factory=dict)


def evaluate(  # noqa: PLR0913 - who, beside whom, and how
    store: Store,
    model: Model,
    others: Mapping[str, Model],
    *,
    files: Mapping[str, Path] | None = None,
    exclude: str = "artist",
    is_all: bool = False,
    on_progress: Callable[[int, int, str], None] = lambda _done, _total, _note: None,
) -> Evaluation:
    """Measure the model in use beside everything that it has to beat.

    Parameters
    ----------
    store
        The library.
    model
        The model in use.
    others
        Name to other models, such as the base model and the original recipe.
    files
        Name to .npz file with embeddings of other programs.
    exclude
        The filter of the headline: "none", "album", "artist" or "artist+album".
    is_all
        Measure on every track with a genre, not only on held-out artists.
    on_progress
        Called with contenders done, contenders in all, and a name.

    Raises
    ------
    SplitError
        If there are too few artists or genres.
    QueryError
        If a file of embeddings cannot be used.
    """
    material = gather(store, fingerprint(FeatureConfig()), is_all=is_all)
    models = models_of(model, others)
    contenders = chain(
        baselines(store, material),
        (contender_of(name, other, store, material) for name, other in models.items()),
        (contender_of_file(name, path, material) for name, path in (files or {}).items()),
    )
    measured: list[Measured] = []
    for contender in contenders:
        on_progress(len(measured), N_BASELINES + len(models) + len(files or {}), contender.name)
        measured.append(measure(contender, material))
    values = {
        **_facts(material, exclude=exclude, is_all=is_all),
        "contenders": [item.values for item in measured],
        "comparison": compare(measured, material, exclude=exclude),
    }
    return Evaluation(material=material, measured=measured, values=values)


def _facts(material: Material, *, exclude: str, is_all: bool) -> dict[str, Any]:
    return {
        "resona": __version__,
        "python": platform.python_version(),
        "split": "all" if is_all else "test",
        "filter": exclude,
        "n_tracks": len(material.rows),
        "n_artists": len(set(material.groups["artist"])),
        "n_library": len(material.labelled),
        "genres": list(material.genre_names),
    }
