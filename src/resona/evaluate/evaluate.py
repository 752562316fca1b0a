"""How good are this library's recommendations? The ladder, measured on artists that nobody has learned from."""

import hashlib
import platform
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from resona._version import __version__
from resona.config import fingerprint
from resona.errors import PeerError, SplitError
from resona.evaluate.ladder import (
    N_BASELINES,
    Contender,
    baselines,
    contender_of,
    contender_of_file,
    models_of,
    untrained_contender,
)
from resona.evaluate.material import N_PAIRS, Material, gather
from resona.evaluate.measure import Measured, compare, measure
from resona.evaluate.peers import PEERS, contender_of_peer
from resona.features.mfcc import FeatureConfig
from resona.inference import Bundle, Model
from resona.pairs import SplitConfig
from resona.store import Store

OnProgress = Callable[[int, int, str], None]


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
        Everything as plain values, ready for JSON: None for what could not be measured.
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
    given: Mapping[int, str] | None = None,
    on_progress: OnProgress = lambda _done, _total, _note: None,
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
    given
        Track to "train", "validation" or "test", where a data set has its own split: then only its tracks count.
    on_progress
        Called with contenders done, contenders in all, and a name.

    Raises
    ------
    SplitError
        If there are too few artists or genres, or no training tracks.
    QueryError
        If a file of embeddings cannot be used.
    """
    material = gather(store, fingerprint(FeatureConfig()), is_all=is_all, given=given)
    material.require_measurable()
    models = models_of(model, others)
    networks = [other for other in reversed(models.values()) if isinstance(other, Bundle)]
    foreign = [contender_of_file(name, path, material) for name, path in (files or {}).items()]
    n_total = N_BASELINES + len(networks[:1]) + len(PEERS) + len(foreign) + len(models)
    absent: dict[str, str] = {}
    measured: list[Measured] = []

    def note(text: str) -> None:
        on_progress(len(measured), n_total, text)

    def contenders() -> Iterator[Contender]:
        yield from baselines(store, material)
        for network in networks[:1]:
            yield untrained_contender(network, store, material)
        yield from _peers(store, material, absent, note)
        yield from foreign
        for name, other in models.items():
            yield contender_of(name, other, store, material)

    note("features")
    for contender in contenders():
        note(contender.name)
        measured.append(measure(contender, material))
        if not len(measured[0].rankings[exclude].queries):
            raise SplitError(
                f"nothing can be measured: none of {len(material.rows)} tracks has another of its genre to find that "
                f"the filter ({exclude}) lets through; add music, tag it, or measure on all tracks (--all)"
            )
    values = {
        "split": "all" if is_all else "given" if given and any(given.values()) else "test",
        "filter": exclude,
        **_facts(material),
        "absent": absent,
        "contenders": [item.values for item in measured],
        "comparison": compare(measured, material, exclude=exclude),
    }
    return Evaluation(material=material, measured=measured, values=plain_values(values))


def _peers(
    store: Store, material: Material, absent: dict[str, str], on_progress: Callable[[str], None]
) -> Iterator[Contender]:
    """Give the other programs that compete; say in `absent` why others do not."""
    for peer in PEERS:
        try:
            yield contender_of_peer(peer, store, material, on_progress=on_progress)
        except PeerError as error:
            absent[peer.name] = str(error)


def plain_values(value: Any) -> Any:
    """Turn arrays and numbers of numpy into those of Python, and what is not finite into None.

    Examples
    --------
    >>> plain_values({"a": np.array([1.5, np.nan]), "b": (np.int64(2), "c")})
    {'a': [1.5, None], 'b': [2, 'c']}
    """
    if isinstance(value, Mapping):
        return {str(key): plain_values(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(item) for item in value]
    if isinstance(value, np.ndarray | np.generic):
        return plain_values(value.tolist())
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _facts(material: Material) -> dict[str, Any]:
    return {
        "n_tracks": len(material.rows),
        "n_artists": len(set(material.main_artists)),
        "n_library": len(material.labelled),
        "genres": list(material.genre_names),
        "data": _digest(material),
        "settings": {"split": asdict(SplitConfig()), "features": asdict(FeatureConfig()), "n_pairs": N_PAIRS},
        "versions": {
            "resona": __version__,
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in ("numpy", "scipy", "onnxruntime")},
        },
    }


def _digest(material: Material) -> str:
    """Identify the measured tracks and their labels, wherever the files lie: 12 hex digits."""
    labelled = material.labelled
    lines = sorted(
        repr(
            (labelled.tracks[row].path.name, sorted(labelled.artists[row]), labelled.albums[row], labelled.genres[row])
        )
        for row in material.rows.tolist()
    )
    return hashlib.sha256("\n".join(lines).encode(errors="surrogateescape")).hexdigest()[:12]
