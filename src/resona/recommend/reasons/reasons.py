"""Why are two tracks alike, or not?

Embeddings of single clips and the timbre of a sample of the library are not stored: they are made from the stored
features when they are asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.descriptors import NAMES
from resona.errors import UnknownTrackError
from resona.recommend.catalogue.catalogue import Catalogue
from resona.recommend.queries.hearing import listen_to
from resona.recommend.queries.resolve import Query, resolve, resolve_one
from resona.recommend.reasons.aspects import Explanation, Scales, Side, explain
from resona.recommend.reasons.sharing import Sharing, Usual, WordSide, compare_words, words_in_common
from resona.recommend.request import in_words
from resona.tracks import Track

N_SAMPLE = 300  # tracks whose pairs say what is usual in a library


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """An explanation, and what the two queries turned out to mean."""

    a: Query
    b: Query
    explanation: Explanation
    words: Sharing

    @property
    def summary(self) -> str:
        """What the two share and what sets them apart, in measures and in words."""
        return f"{self.explanation.summary} {self.words.sentence}".rstrip()

    def as_dict(self) -> dict[str, Any]:
        """Give what `resona explain --json` prints."""
        found = self.explanation
        return {
            "a": self.a.as_dict(),
            "b": self.b.as_dict(),
            "similarity": round(found.similarity, 4),
            "in_words": in_words(found.similarity),
            "percentile": round(found.percentile, 2),
            "summary": self.summary,
            "words": {name: value for name, value in asdict(self.words).items() if name != "is_told"},
            "aspects": [{**asdict(aspect), "likeness": round(aspect.likeness, 4)} for aspect in found.aspects],
            "clip_matches": [
                {**asdict(match), "similarity": round(match.similarity, 4)} for match in found.clip_matches
            ],
        }


@dataclass(frozen=True, slots=True)
class _Heard:
    """One of the two: its vector (d,), its row in the library or None, what is compared, and what words are told of."""

    vector: NDArray[np.float32]
    row: int | None
    side: Side
    words: WordSide


def explain_tracks(catalogue: Catalogue, a: str | Query, b: str | Query) -> Reasons:
    """Explain how alike two tracks are: in what, where, and how unusual that is in this library.

    Parameters
    ----------
    catalogue
        The library.
    a, b
        One track each, of the library, or an audio file.

    Raises
    ------
    UnknownTrackError
        If one of them means nothing, several tracks, or a track that has not been analysed.
    AudioError
        If an audio file cannot be heard.
    """
    meanings = [query if isinstance(query, Query) else resolve(catalogue.store, query, is_one=True) for query in (a, b)]
    heard = [_hear(catalogue, meaning) for meaning in meanings]
    similarities = catalogue.ranker.probabilities(catalogue.ranker.distances(heard[0].vector[None])[0])
    others = np.delete(similarities, [side.row for side in heard if side.row is not None])
    found = explain(
        heard[0].side,
        heard[1].side,
        library_scales(catalogue),
        similarity=_similarity(catalogue, heard[0], heard[1]),
        others=others.astype(np.float32),
    )
    return Reasons(a=meanings[0], b=meanings[1], explanation=found, words=_sharing(catalogue, *heard))


def shared_words(catalogue: Catalogue, track: Track, others: Sequence[Track]) -> list[tuple[str, ...]]:
    """Name what a track shares with each of others in words, the most telling first; nothing where none are told.

    Parameters
    ----------
    catalogue
        The library.
    track, others
        Of it, heard.
    """
    if not others or (catalogue.heard or catalogue).model.words is None:
        return [()] * len(others)
    likely = _likely(catalogue, catalogue.rows_of([track, *others]))
    return words_in_common(_usual(catalogue), likely[0], likely[1:])


def library_scales(catalogue: Catalogue) -> Scales:
    """Measure how much tracks of the library differ, on a sample of them."""
    rows = _sample(catalogue)
    columns: dict[str, NDArray[np.floating]] = {name: catalogue.columns.numbers(name)[rows] for name in NAMES}
    fingerprint, store = catalogue.model.feature_fingerprint, catalogue.store
    clips = [store.features.get(track_id, fingerprint) for track_id in catalogue.track_ids[rows].tolist()]
    n_mfcc = catalogue.model.feature_config["n_mfcc"]
    columns["timbre"] = np.array([np.full(n_mfcc - 1, np.nan) if clip is None else _timbre(clip) for clip in clips])
    return Scales(columns)


def _sharing(catalogue: Catalogue, a: _Heard, b: _Heard) -> Sharing:
    """Say which words the two share, if the model tells any."""
    hearing = catalogue.heard or catalogue
    if hearing.model.words is None:
        return Sharing(is_told=False)
    return compare_words(catalogue.vocabulary, a.words, b.words, _usual(catalogue))


def _usual(catalogue: Catalogue) -> Usual:
    """Learn which words are usual in the library, or remember it."""
    if Usual not in catalogue.kept:
        catalogue.kept[Usual] = Usual.of(catalogue.vocabulary, _likely(catalogue, _sample(catalogue)))
    usual: Usual = catalogue.kept[Usual]
    return usual


def _likely(catalogue: Catalogue, rows: NDArray[np.intp]) -> NDArray[np.float32]:
    """Say how likely each word is of some tracks of the library, shape (n, words)."""
    vectors = (catalogue.heard or catalogue).vectors[rows]
    return catalogue.vocabulary.all_probabilities(vectors, lambda name: catalogue.columns.numbers(name)[rows])


def _sample(catalogue: Catalogue) -> NDArray[np.intp]:
    """Choose the rows whose tracks say what is usual in a library."""
    rng = np.random.default_rng(0)
    return np.sort(rng.choice(len(catalogue), min(N_SAMPLE, len(catalogue)), replace=False))


def _similarity(catalogue: Catalogue, a: _Heard, b: _Heard) -> float:
    """Give the calibrated similarity that a list would show."""
    known, other = (a, b) if a.row is not None else (b, a)
    if known.row is None:
        model = catalogue.model
        return float(model.probabilities(model.similarities(a.vector[None], b.vector[None]))[0])
    distances = catalogue.ranker.distances(other.vector[None])[0]
    return float(catalogue.ranker.probabilities(distances[known.row]))


def _hear(catalogue: Catalogue, query: Query) -> _Heard:
    model = catalogue.model
    source = query.external_path or query.content
    if source is not None:
        listened = listen_to(model, source)
        side = _side(catalogue, listened.features, listened.clips.starts_seconds, listened.descriptors)
        vector = model.embed_described(listened.features, listened.descriptors, listened.by_ear)
        return _Heard(vector, None, side, _listened(catalogue, listened.features, side))
    track_id, store = resolve_one(catalogue.store, query).track_id, catalogue.store
    rows = catalogue.rows_of(query.tracks)
    features = store.features.get(track_id, model.feature_fingerprint)
    if features is None:
        store.features.check_kept()
    if not len(rows) or features is None:
        raise UnknownTrackError(query.text, [], "it has not been analysed with this model yet; run `resona scan`")
    starts = store.features.starts_seconds(track_id, model.feature_fingerprint)
    side = _side(catalogue, features, starts, store.features.descriptors(track_id).get(track_id, {}))
    return _Heard(catalogue.vectors[rows[0]], int(rows[0]), side, _listened(catalogue, features, side))


def _listened(catalogue: Catalogue, features: NDArray[np.float16], side: Side) -> WordSide:
    """Give the clips as the model hears them that tells the words, whatever a taste makes of them."""
    clips = side.clips if catalogue.heard is None else _embed_clips(catalogue.heard, features)
    return WordSide(clips, list(side.clip_starts), side.descriptors)


def _embed_clips(catalogue: Catalogue, features: NDArray[np.float16]) -> NDArray[np.float32]:
    return catalogue.model.embed_clips(features)


def _side(
    catalogue: Catalogue,
    features: NDArray[np.float16],
    starts_seconds: "tuple[float, ...] | list[float]",
    descriptors: Mapping[str, float | str | None],
) -> Side:
    numbers: dict[str, Any] = {
        name: float("nan") if value is None else float(value)
        for name, value in descriptors.items()
        if name in NAMES and name != "mode"
    }
    numbers["mode"] = {"major": 1.0, "minor": 0.0}.get(str(descriptors.get("mode")), float("nan"))
    numbers["timbre"] = _timbre(features)
    return Side(clips=_embed_clips(catalogue, features), clip_starts=starts_seconds, descriptors=numbers)


def _timbre(features: NDArray[np.float16]) -> NDArray[np.float64]:
    """Average the MFCCs over clips and time, without the level: shape (n_mfcc − 1,)."""
    means: NDArray[np.float64] = features.astype(np.float64).mean(axis=(0, 2))[1:]
    return means
