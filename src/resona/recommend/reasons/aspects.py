"""Why are two tracks alike: where do they match, and in what?

Each aspect of sound gets a likeness between 0 and 1: the share of random pairs from the user's own library that differ
more. So 0.95 for tempo reads "closer in tempo than 95 % of pairs", whatever the unit, and 0.5 is chance. The aspects
describe the two tracks; they are not how the model came to its similarity.

Conventions: descriptors have the names and the units of `transitions`, NaN where unknown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.descriptors import ASPECTS as MEASURED
from resona.descriptors import values_in_words
from resona.recommend.ordering.transitions import SHARPS, key_distance, tempo_distance

Numbers = NDArray[np.float64]
Descriptors = Mapping[str, Any]  # one track: name to float; many: name to array (n,), for timbre (n, t)

N_PAIRS = 4_000
UNSURE = 0.3  # a confidence below this is said


def _gap(name: str) -> Callable[[Descriptors, Descriptors], Numbers]:
    return lambda a, b: np.abs(np.asarray(a[name]) - np.asarray(b[name]))


ASPECTS: Mapping[str, tuple[tuple[str, ...], Callable[[Descriptors, Descriptors], Numbers]]] = {
    "timbre": (("timbre",), lambda a, b: np.linalg.norm(np.asarray(a["timbre"]) - np.asarray(b["timbre"]), axis=-1)),
    "tempo": (("tempo_bpm",), lambda a, b: tempo_distance(a["tempo_bpm"], b["tempo_bpm"])),
    "beat": (("pulse_clarity",), _gap("pulse_clarity")),
    "harmony": (("key", "mode"), lambda a, b: key_distance(a["key"], a["mode"], b["key"], b["mode"])),
    "loudness": (("loudness_lufs",), _gap("loudness_lufs")),
    "energy": (("energy",), _gap("energy")),
    "brightness": (
        ("brightness_hz",),
        lambda a, b: np.abs(np.log2(np.asarray(a["brightness_hz"]) / np.asarray(b["brightness_hz"]))),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two tracks.

    Attributes
    ----------
    clips
        Shape (n_clips, d): unit embeddings of its clips.
    clip_starts
        Shape (n_clips,): where each begins in the track, in seconds.
    descriptors
        Any of tempo_bpm, tempo_confidence, key, mode, key_confidence, loudness_lufs, energy, brightness_hz,
        pulse_clarity as floats, and `timbre`, a vector such as the mean MFCCs without the first. NaN or missing where
        unknown.
    """

    clips: NDArray[np.float32]
    clip_starts: Sequence[float]
    descriptors: Descriptors


@dataclass(frozen=True, slots=True)
class ClipMatch:
    """Two clips that sound alike: where they begin, in seconds, and their cosine."""

    a_seconds: float
    b_seconds: float
    similarity: float


@dataclass(frozen=True, slots=True)
class Aspect:
    """One way in which tracks are alike or not.

    Attributes
    ----------
    name
        One of `ASPECTS`.
    likeness
        0 to 1: the share of the library's pairs that differ more.
    sentence
        The facts and what they mean.
    """

    name: str
    likeness: float
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why two tracks are alike.

    Attributes
    ----------
    similarity
        Calibrated, 0 to 1.
    percentile
        0 to 100: the share of the library that is less alike to the first track than the second is.
    clip_matches
        Pairs of clips, most alike first, each clip once.
    aspects
        In the order of `ASPECTS`; those unknown for either track are left out.
    """

    similarity: float
    percentile: float
    clip_matches: list[ClipMatch]
    aspects: list[Aspect] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """One sentence: what the two share most, and what least.

        Examples
        --------
        >>> aspects = [Aspect("timbre", 0.95, ""), Aspect("tempo", 0.8, ""), Aspect("harmony", 0.1, "")]
        >>> Explanation(similarity=0.9, percentile=99, clip_matches=[], aspects=aspects).summary
        'Alike in timbre and tempo, unlike in harmony.'
        """
        parts = [
            f"{word} in {_listed(names)}" for word, names in (("alike", self.alike), ("unlike", self.unlike)) if names
        ]
        return f"{', '.join(parts).capitalize()}." if parts else "Neither alike nor unlike in anything measured."

    @property
    def alike(self) -> list[str]:
        """Aspects in which they are clearly alike, the most first, at most three."""
        return [aspect.name for aspect in self._ranked if aspect.likeness >= 0.7][:3]

    @property
    def unlike(self) -> list[str]:
        """Aspects in which they are clearly unlike, the most first, at most two."""
        return [aspect.name for aspect in reversed(self._ranked) if aspect.likeness <= 0.3][:2]

    @property
    def _ranked(self) -> list[Aspect]:
        return sorted(self.aspects, key=lambda aspect: -aspect.likeness)


class Scales:
    """How much pairs of one library's tracks differ, so that a difference can be judged.

    Parameters
    ----------
    descriptors
        Columns (n_tracks,) with NaN where unknown, `timbre` (n_tracks, t); any may be missing.
    seed
        Of the pairs drawn.

    Examples
    --------
    >>> scales = Scales({"loudness_lufs": np.linspace(-20, -8, 100)})
    >>> round(scales.likeness("loudness", 0.0), 2), round(scales.likeness("loudness", 12.0), 2)
    (1.0, 0.0)
    """

    def __init__(self, descriptors: Descriptors, *, seed: int = 0) -> None:
        n_tracks = max((len(column) for column in descriptors.values()), default=0)
        a, b = np.random.default_rng(seed).integers(0, max(n_tracks, 1), (2, N_PAIRS))
        a, b = a[a != b], b[a != b]
        self._differences: dict[str, Numbers] = {}
        for name, (columns, difference) in ASPECTS.items():
            if all(column in descriptors for column in columns):
                pairs = ({column: np.asarray(descriptors[column])[rows] for column in columns} for rows in (a, b))
                values = difference(*pairs)
                self._differences[name] = np.sort(values[np.isfinite(values)])

    def likeness(self, aspect: str, difference: float) -> float:
        """Say which share of pairs differ more; pairs that differ exactly as much count half. NaN if nothing is known.

        Parameters
        ----------
        aspect
            One of `ASPECTS`.
        difference
            In its own unit.
        """
        known = self._differences.get(aspect, np.array([]))
        if not len(known) or np.isnan(difference):
            return float("nan")
        below, upto = np.searchsorted(known, [difference - 1e-9, difference + 1e-9])
        return float(1 - (below + upto) / (2 * len(known)))


def explain(a: Side, b: Side, scales: Scales, *, similarity: float, others: NDArray[np.float32]) -> Explanation:
    """Give the reasons for (or against) the likeness of two tracks.

    Parameters
    ----------
    a, b
        The tracks.
    scales
        Of the library.
    similarity
        Of the two, calibrated.
    others
        Similarities of `a` to the library's tracks, any shape.

    Examples
    --------
    >>> scales = Scales({"tempo_bpm": np.linspace(60, 180, 500)})
    >>> a = Side(clips=np.eye(2, dtype=np.float32), clip_starts=[40, 110], descriptors={"tempo_bpm": 120.0})
    >>> b = Side(clips=np.eye(2, dtype=np.float32)[1:], clip_starts=[70], descriptors={"tempo_bpm": 60.0})
    >>> reasons = explain(a, b, scales, similarity=0.9, others=np.array([0.1, 0.5, 0.8, 0.95], dtype=np.float32))
    >>> reasons.percentile, reasons.clip_matches
    (75.0, [ClipMatch(a_seconds=110, b_seconds=70, similarity=1.0)])
    >>> reasons.aspects[0].sentence
    '120 and 60 BPM: the same beat at double speed'
    """
    aspects = []
    for name, (columns, difference) in ASPECTS.items():
        if all(column in side.descriptors for side in (a, b) for column in columns):
            likeness = scales.likeness(name, float(difference(a.descriptors, b.descriptors)))
            if not np.isnan(likeness):
                aspects.append(Aspect(name, likeness, _sentence(name, a.descriptors, b.descriptors, likeness)))
    return Explanation(
        similarity=similarity,
        percentile=100 * float(np.mean(others < similarity)) if others.size else 0.0,
        clip_matches=_match_clips(a, b),
        aspects=aspects,
    )


def _match_clips(a: Side, b: Side) -> list[ClipMatch]:
    """Pair the clips, the most alike pair first."""
    likeness = a.clips @ b.clips.T
    matches = []
    for _ in range(min(likeness.shape)):
        i, j = (int(place) for place in np.unravel_index(np.argmax(likeness), likeness.shape))
        matches.append(ClipMatch(a.clip_starts[i], b.clip_starts[j], float(likeness[i, j])))
        likeness[i, :], likeness[:, j] = -np.inf, -np.inf
    return matches


def _sentence(name: str, a: Descriptors, b: Descriptors, likeness: float) -> str:
    limits = ((0.9, "very alike"), (0.7, "alike"), (0.3, "neither alike nor unlike"), (0.0, "unlike"))
    judgement = next(words for limit, words in limits if likeness >= limit)
    if name == "tempo":
        return _tempo_sentence(a, b, judgement)
    if name == "harmony":
        return _key_sentence(a, b)
    measure = MEASURED.get("pulse" if name == "beat" else name)
    if measure is None:
        return judgement
    return f"{values_in_words(measure.aspect, a[measure.name], b[measure.name])}: {judgement}"


def _tempo_sentence(a: Descriptors, b: Descriptors, judgement: str) -> str:
    x, y = a["tempo_bpm"], b["tempo_bpm"]
    octaves = round(abs(np.log2(x / y)))
    if octaves and tempo_distance(x, y) < 0.12:  # within 4 %
        judgement = f"the same beat at {'double' if octaves == 1 else f'{2**octaves} times the'} speed"
    return f"{x:.0f} and {y:.0f} BPM: {judgement}{_unsure(a, b, 'tempo_confidence')}"


def _key_sentence(a: Descriptors, b: Descriptors) -> str:
    steps = round(7 * float(key_distance(a["key"], a["mode"], b["key"], b["mode"])))
    relation = {0: "the same key", 1: "neighbours on the circle of fifths", 2: "related keys", 3: "related keys"}
    if a["mode"] != b["mode"]:
        relation |= {1: "relative keys", 4: "the same keynote" if a["key"] == b["key"] else "distant keys"}
    names = " and ".join(f"{SHARPS[int(side['key'])]} {'major' if side['mode'] else 'minor'}" for side in (a, b))
    return f"{names}: {relation.get(steps, 'distant keys')}{_unsure(a, b, 'key_confidence')}"


def _unsure(a: Descriptors, b: Descriptors, confidence: str) -> str:
    is_unsure = any(side.get(confidence, 1.0) < UNSURE for side in (a, b))
    return " (measured with little confidence)" if is_unsure else ""


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
