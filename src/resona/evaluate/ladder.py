"""Who competes? The library's model, and everything that it has to beat, on the same tracks.

Every contender is a name and a function from rows to distances; whatever else differs stays behind it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resona.artists import credit_of
from resona.config import fingerprint
from resona.errors import QueryError
from resona.evaluate.gaussian import gaussian_divergences
from resona.evaluate.material import Material
from resona.features.mfcc import FeatureConfig
from resona.inference import Bundle, MeanDeviation, Model, Untrained, embed_tracks
from resona.inference.joined import parts_of
from resona.metrics.rankings import cosine_distances
from resona.pairs import artist_digest
from resona.recommend import Ranker
from resona.recommend.catalogue.hubness import HubnessConfig, corrected_distances, hubness_stats
from resona.store import Store

Rows = NDArray[np.intp]
Distances = Callable[[Rows], NDArray[np.floating]]

N_RANDOM_DIMS = 128
N_BASELINES = 5  # that `baselines` gives


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A way to tell which tracks are alike.

    Attributes
    ----------
    name, note
        For the table; `note` says what must be known to judge the numbers fairly.
    distances
        From rows (q,) of the measured tracks to (q, m), lower is nearer.
    probabilities
        From distances to the similarity shown, 0–1; None where nothing is claimed.
    is_learned
        Whether it was trained on labels or by a teacher.
    n_known_artists
        Of the measured artists, how many it was trained on: with any, its numbers are no test of new music.
    """

    name: str
    distances: Distances
    note: str = ""
    probabilities: Callable[[NDArray[np.floating]], NDArray[np.float64]] | None = None
    is_learned: bool = False
    n_known_artists: int = 0


def baselines(store: Store, material: Material, *, seed: int = 0) -> Iterator[Contender]:
    """Give what needs no training: chance, random vectors, MFCC statistics, single Gaussians."""
    n_tracks = len(material.rows)
    random = np.random.default_rng(seed).standard_normal((n_tracks, N_RANDOM_DIMS)).astype(np.float32)
    yield Contender(name="chance", distances=lambda rows: np.zeros((len(rows), n_tracks)), note="expected value")
    yield Contender(name="random vectors", distances=cosine_distances(random))
    config = FeatureConfig()
    features_id = fingerprint(config)
    train = material.track_ids(np.flatnonzero(material.splits == "train"))
    measured = material.track_ids(material.rows)
    plain = MeanDeviation.fit(_features(store, train, features_id), asdict(config), features_id)
    vectors = plain.embed_many(_features(store, measured, features_id))
    yield Contender(name="MFCC mean/deviation", distances=cosine_distances(vectors), note="Logan and Salomon 2001")
    divergences = gaussian_divergences(_features(store, measured, features_id))
    yield Contender(name="MFCC Gaussian", distances=divergences.__getitem__, note="Mandel and Ellis 2005")
    yield Contender(
        name="MFCC Gaussian + mutual proximity",
        distances=_mutual_proximity(divergences).__getitem__,
        note="Schnitzer et al. 2012, the idea of musly",
    )


def contender_of(name: str, model: Model, store: Store, material: Material) -> Contender:
    """Let a model compete; its note says how many of the artists it is asked about it was trained on."""
    n_known, note = _acquaintance(model, material)
    ranker = _ranker(model, store, material)
    return Contender(
        name=name,
        distances=lambda rows: ranker.distances(ranker.vectors[rows]),
        note=note,
        probabilities=ranker.probabilities,
        is_learned=True,
        n_known_artists=n_known,
    )


def untrained_contender(like: Bundle, store: Store, material: Material) -> Contender:
    """Let a network compete that has the shape of another and has learned nothing."""
    ranker = _ranker(Untrained(like), store, material)
    return Contender(
        name="untrained network",
        distances=lambda rows: ranker.distances(ranker.vectors[rows]),
        note=f"the shape of {like.name}, random weights",
    )


def contender_of_file(name: str, path: Path, material: Material) -> Contender:
    """Let the embeddings of another program compete: a .npz with `paths` (n,) and `embeddings` (n, d).

    Raises
    ------
    QueryError
        If the file cannot be read or lacks a measured track.
    """
    try:
        with np.load(path, allow_pickle=False) as content:
            paths, embeddings = content["paths"], content["embeddings"].astype(np.float32)
    except (OSError, KeyError, ValueError) as error:
        raise QueryError(f"{str(path)!r} is not a .npz with `paths` and `embeddings`: {error}") from error
    positions = {str(known): position for position, known in enumerate(paths)}
    wanted = [str(material.labelled.tracks[row].path) for row in material.rows.tolist()]
    missing = [known for known in wanted if known not in positions]
    if missing:
        raise QueryError(f"{str(path)!r} lacks {len(missing)} of {len(wanted)} tracks, such as {missing[0]!r}")
    vectors = embeddings[[positions[known] for known in wanted]]
    return Contender(name=name, distances=cosine_distances(vectors), note=f"from {path.name}", is_learned=True)


def _ranker(model: Model, store: Store, material: Material) -> Ranker:
    return Ranker.fit(model, embed_tracks(store, model, material.track_ids(material.rows)))


def _features(store: Store, track_ids: Sequence[int], features_id: str) -> Iterator[NDArray[np.float16]]:
    return (clips for _, clips in store.features.each(features_id, track_ids))


def _mutual_proximity(divergences: NDArray[np.float64]) -> NDArray[np.float64]:
    similarities = -divergences
    others = similarities.copy()
    np.fill_diagonal(others, np.nan)
    stats = hubness_stats(others, HubnessConfig(kind="mutual_proximity"))
    return corrected_distances(similarities, stats, stats, "mutual_proximity")


def _acquaintance(model: Model, material: Material) -> tuple[int, str]:
    """Count the measured artists that the model has learned from, and say so."""
    parts = [part for part in parts_of(model) if isinstance(part, Bundle)]
    trained = {artist for part in parts for artist in part.manifest.trained_artists}
    artists, known = material.main_artists, set[str]()
    for row, artist in zip(material.rows.tolist(), artists, strict=True):
        credit = credit_of(material.labelled.tracks[row])
        keys = credit.names | credit.perhaps | material.labelled.artists[row]
        if not trained.isdisjoint(map(artist_digest, keys)):
            known.add(artist)
    if known:
        return len(known), f"trained on {len(known)} of these {len(set(artists))} artists"
    if not trained:
        return 0, ""
    config = parts[0].manifest.training.get("config", {})
    how = f"; {config['n_pairs']:,} pairs, {config['n_epochs']} epochs" if "n_pairs" in config else ""
    return 0, f"trained on {len(trained)} artists, none of these{how}"


def models_of(current: Model, others: Mapping[str, Model]) -> dict[str, Model]:
    """Put the model in use last, under its own name, and leave out what is there twice."""
    distinct = {name: model for name, model in others.items() if model.model_id != current.model_id}
    return {**distinct, f"this library's model: {current.name}": current}
