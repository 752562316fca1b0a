"""What is learned from, and what is it checked on?"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resona.errors import SplitError, TrainingError
from resona.features.mfcc import FeatureConfig
from resona.metrics.rankings import label_matrix, rank
from resona.pairs import (
    LeakReport,
    PairConfig,
    PairSet,
    audit,
    draw_pairs,
    draw_weak_pairs,
    split_artists,
    split_by_hash,
)
from resona.tracks import fold
from resona.train.config import TrainConfig

N_CHECK_PAIRS = 2000  # pairs of validation: enough for two parameters of calibration
MAX_CANDIDATES = 2000  # tracks that a look at the held-out artists ranks
ENOUGH = 0.8  # share of validation tracks that must find a match among themselves
NO_PAIRS = PairSet(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.bool_))


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSet:
    """Tracks and labels, as plain sequences; a track is its position in them.

    Attributes
    ----------
    features
        For each track its clips, (n_clips, n_mfcc, n_frames); fetched when needed, so it may read from a store.
    genres
        For each track its genres; tracks without one are learned from by artist and album only.
    artists
        For each track its artists, who must not be on both sides.
    feature_config
        The front end that made the features.
    pairs
        Split to pairs, where they are given instead of drawn.
    judgements
        A person's own pairs, with weights; those between tracks of training are learned from.
    albums
        For each track its album, "" where it tells nothing of an artist; or none at all.
    """

    features: Sequence[NDArray[np.floating]]
    genres: Sequence[Sequence[str]]
    artists: Sequence[Set[str]]
    feature_config: FeatureConfig
    pairs: Mapping[str, PairSet] | None = None
    judgements: PairSet | None = None
    albums: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.artists)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who is learned from and who is asked.

    Attributes
    ----------
    splits
        Shape (n_tracks,): "train", "validation", "test", or "" for tracks that take no part.
    train, validation
        Pairs.
    candidates
        Positions of the tracks that validation ranks: its own, and those of training where its own are too few.
    audit
        What the validation and test tracks share with training.
    judged
        Those of the training pairs that a person judged.
    weak
        Pairs of training tracks by artist, see `draw_weak_pairs`: beside the others, and where a model is tuned only.
    """

    splits: NDArray[np.str_]
    train: PairSet
    validation: PairSet
    judged: PairSet
    weak: PairSet
    candidates: NDArray[np.int64]
    audit: LeakReport

    def positions(self, split: str) -> NDArray[np.int64]:
        """Positions of the tracks of a split."""
        return np.flatnonzero(self.splits == split)


def make_plan(data: TrainingSet, config: TrainConfig) -> Plan:
    """Split by artist and draw pairs, or take the pairs that are given.

    Raises
    ------
    SplitError
        If there are too few genres or artists.
    TrainingError
        If given pairs hold nothing to train on.
    """
    rng = np.random.default_rng(config.seed)
    if data.pairs is None:
        splits = split_artists(data.artists, data.genres, config.split)
        pairs = PairConfig(n_pairs=config.n_pairs, across_artists=config.across_artists)
        train = _draw(data, pairs, splits == "train", rng)
        validation = None
    else:
        splits, train, validation = _given(data, data.pairs, config)
    is_labelled = np.array([bool(names) for names in data.genres], np.bool_)
    candidates = _candidates(data, np.where(is_labelled, splits, ""), rng)
    if validation is None:
        validation = _draw_validation(data, splits, candidates, rng)
    judged = NO_PAIRS if data.judgements is None else data.judgements.within(splits == "train")
    train = train + judged
    weak = _draw_weak(data, config, splits == "train", rng)
    test = (data.pairs or {}).get("test")
    held_out = np.flatnonzero((splits == "validation") | (splits == "test"))
    if test is not None:  # a given file may hold tracks on both sides
        held_out = np.concatenate([held_out, test.a, test.b])
    report = audit(np.unique(np.concatenate([train.a, train.b, weak.a, weak.b])), held_out, artists=data.artists)
    return Plan(
        splits=splits,
        train=train,
        validation=validation,
        judged=judged,
        weak=weak,
        candidates=candidates,
        audit=report,
    )


def _draw(data: TrainingSet, config: PairConfig, among: NDArray[np.bool_], rng: np.random.Generator) -> PairSet:
    """Draw pairs; where no genre has two artists, matches may share one."""
    try:
        return draw_pairs(data.genres, data.artists, config, rng=rng, among=among)
    except SplitError:
        if not config.across_artists:
            raise
        return draw_pairs(data.genres, data.artists, PairConfig(n_pairs=config.n_pairs), rng=rng, among=among)


def _draw_weak(
    data: TrainingSet, config: TrainConfig, is_training: NDArray[np.bool_], rng: np.random.Generator
) -> PairSet:
    """Draw pairs by artist, unless the pairs are given or nothing is tuned."""
    if data.pairs is not None or not data.albums or not config.weak or config.init != "base":
        return NO_PAIRS
    return draw_weak_pairs(data.artists, data.albums, data.genres, config.n_pairs, rng=rng, among=is_training)


def _draw_validation(
    data: TrainingSet, splits: NDArray[np.str_], candidates: NDArray[np.int64], rng: np.random.Generator
) -> PairSet:
    """Draw pairs of which at least one track is held out."""
    is_held_out = splits == "validation"
    among = np.zeros(len(data), np.bool_)
    among[candidates] = True
    drawn = _draw(data, PairConfig(n_pairs=4 * N_CHECK_PAIRS, across_artists=True), among, rng)
    return drawn[np.flatnonzero(is_held_out[drawn.a] | is_held_out[drawn.b])[:N_CHECK_PAIRS]]


def _candidates(data: TrainingSet, splits: NDArray[np.str_], rng: np.random.Generator) -> NDArray[np.int64]:
    """Choose what validation tracks are ranked against: each other, if most of them can find a match there."""
    own = _some(np.flatnonzero(splits == "validation"), MAX_CANDIDATES, rng)
    labels = genre_labels(data, own)
    groups = {"artist": [data.artists[track] for track in own.tolist()]}
    answerable = rank(np.zeros((len(own), len(own))), labels, groups=groups, exclude="artist").queries
    if len(own) and len(answerable) >= ENOUGH * len(own):
        return own
    return np.union1d(own, _some(np.flatnonzero(splits == "train"), MAX_CANDIDATES, rng))


def _some(tracks: NDArray[np.int64], n_tracks: int, rng: np.random.Generator) -> NDArray[np.int64]:
    return np.sort(rng.permutation(tracks)[:n_tracks])


def genre_labels(data: TrainingSet, tracks: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Write the genres of some tracks as a matrix, (n, n_genres)."""
    return label_matrix([[fold(name) for name in data.genres[track]] for track in tracks.tolist()]).members


def _given(
    data: TrainingSet, pairs: Mapping[str, PairSet], config: TrainConfig
) -> tuple[NDArray[np.str_], PairSet, PairSet]:
    """Take pairs as they are; without validation pairs, hold artists of training back for it."""
    train, validation = pairs.get("train", NO_PAIRS), pairs.get("validation", NO_PAIRS)
    splits = np.full(len(data), "", "<U10")
    if not len(validation):
        is_held_out = split_by_hash(data.artists, config.split) == "validation"
        train, validation = train.within(~is_held_out), train.within(is_held_out)
    for name, part in (("test", pairs.get("test", NO_PAIRS)), ("validation", validation), ("train", train)):
        splits[np.union1d(part.a, part.b)] = name
    for part, name in ((train, "train"), (validation, "validation")):
        if part.is_match.all() or not part.is_match.any():
            raise TrainingError(f"the given pairs hold no matches, or nothing but matches, for {name}: more are needed")
    return splits, train, validation
