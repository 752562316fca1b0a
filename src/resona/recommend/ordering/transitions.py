"""How big is the step from one track to the next, in sound, tempo, key and energy?

Conventions: descriptor columns have the names of the descriptors and one float for each track, NaN where unknown;
`key` is 0 for C to 11 for B, `mode` 1 for major and 0 for minor. All distances broadcast, lie in 0…1, and are NaN where
a side is unknown.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]

SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")

WEIGHTS: Mapping[str, float] = {"sound": 4, "tempo": 2, "key": 1, "energy": 1}


def tempo_distance(a: ArrayLike, b: ArrayLike) -> Numbers:
    """Compare tempi as a dancer does: 60 and 120 beats per minute go together.

    Parameters
    ----------
    a, b
        In beats per minute, positive.

    Returns
    -------
    0 for the same tempo or a multiple by 2, 1 for what lies farthest from both (a factor of √2).

    Examples
    --------
    >>> tempo_distance([120, 120, 120], [120, 60, 127]).round(2)
    array([0.  , 0.  , 0.16])
    """
    octaves = np.log2(np.asarray(a, dtype=np.float64) / np.asarray(b, dtype=np.float64))
    return 2 * np.abs(octaves - np.round(octaves))


def fifths(key: ArrayLike, mode: ArrayLike) -> Numbers:
    """Place keys on the circle of fifths: 0 for C major and A minor, 1 for G major and E minor, to 11.

    Examples
    --------
    >>> fifths([0, 9, 7], [1, 0, 1])
    array([0., 0., 1.])
    """
    relative_major = np.asarray(key, dtype=np.float64) + 3 * (1 - np.asarray(mode, dtype=np.float64))
    return relative_major * 7 % 12


def key_distance(key_a: ArrayLike, mode_a: ArrayLike, key_b: ArrayLike, mode_b: ArrayLike) -> Numbers:
    """Compare keys as DJs do: steps on the circle of fifths, and one more between major and minor.

    It is the distance on the Camelot wheel, which numbers that circle: 8B is C major, 8A is A minor.

    Returns
    -------
    0 for the same key, 1/7 for neighbours (C and G major) and relatives (C major and A minor), 1 for the farthest.

    Examples
    --------
    >>> (7 * key_distance(0, 1, [0, 7, 9, 6], [1, 1, 0, 1])).round()
    array([0., 1., 1., 6.])
    """
    apart = np.abs(fifths(key_a, mode_a) - fifths(key_b, mode_b))
    is_other_mode = np.abs(np.asarray(mode_a, dtype=np.float64) - np.asarray(mode_b, dtype=np.float64))
    distance: Numbers = (np.minimum(apart, 12 - apart) + is_other_mode) / 7
    return distance


def key_names(key: int | None, mode: str | None) -> tuple[str, ...]:
    """Name a key in every way that a filter may ask for it.

    Parameters
    ----------
    key, mode
        As a descriptor has them: 0 for C to 11 for B, "major" or "minor"; None is unknown.

    Examples
    --------
    >>> key_names(10, "minor")
    ('A#', 'A# minor', 'A#m', 'Bb', 'Bb minor', 'Bbm', '3A')
    >>> key_names(0, "major")
    ('C', 'C major', '8B')
    """
    if key is None or mode is None:
        return ()
    short = "m" if mode == "minor" else ""
    names = (form for note in (SHARPS[key], FLATS[key]) for form in (note, f"{note} {mode}", f"{note}{short}"))
    camelot = f"{int(fifths(key, mode == 'major') + 7) % 12 + 1}{'A' if mode == 'minor' else 'B'}"
    return (*dict.fromkeys(names), camelot)


def step_costs(
    embeddings: NDArray[np.float32], descriptors: Mapping[str, Numbers], weights: Mapping[str, float] = WEIGHTS
) -> NDArray[np.float64]:
    """Measure every step within a list.

    Each aspect is divided by its mean over the list, so that its weight alone says how much it counts; an unknown step
    counts as the mean one.

    Parameters
    ----------
    embeddings
        Shape (k, d), unit rows: the list's tracks.
    descriptors
        Columns (k,) of tempo_bpm, key, mode and energy; those that are missing do not count.
    weights
        Of the aspects: sound, tempo, key, energy.

    Returns
    -------
    Shape (k, k), symmetric, ≥ 0, zeros on the diagonal.

    Examples
    --------
    >>> same_sound = np.ones((3, 1), dtype=np.float32)
    >>> step_costs(same_sound, {"tempo_bpm": np.array([100.0, 200.0, 130.0])}).round(1)
    array([[0., 0., 3.],
           [0., 0., 3.],
           [3., 3., 0.]])
    """
    aspects = {"sound": 1.0 - (embeddings @ embeddings.T).astype(np.float64)}
    if "tempo_bpm" in descriptors:
        tempo = descriptors["tempo_bpm"]
        aspects["tempo"] = tempo_distance(tempo[:, None], tempo)
    if "key" in descriptors and "mode" in descriptors:
        key, mode = descriptors["key"], descriptors["mode"]
        aspects["key"] = key_distance(key[:, None], mode[:, None], key, mode)
    if "energy" in descriptors:
        energy = descriptors["energy"]
        aspects["energy"] = np.abs(energy[:, None] - energy)
    return sum((weights[name] * _relative(steps) for name, steps in aspects.items()), np.zeros(len(embeddings)))


def _relative(steps: Numbers) -> Numbers:
    """Divide steps by their mean; unknown ones become 1."""
    is_step = ~np.eye(len(steps), dtype=np.bool_) & ~np.isnan(steps)
    mean = steps[is_step].mean() if is_step.any() else 0.0
    relative = np.nan_to_num(steps / mean, nan=1.0).clip(0) if mean > 1e-9 else np.zeros_like(steps)
    np.fill_diagonal(relative, 0)
    return relative
