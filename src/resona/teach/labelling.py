"""Judgements from files: a table to keep or to bring, a playlist of songs that belong together, and what contradicts.

The table has the columns ``kind, a, b, c, value, strength``; tracks are paths. `kind` is "pair", with `value` 1 for
alike and 0 for different, or "odd", where `c` is the odd one out.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from resona.errors import QueryError
from resona.recommend import resolve
from resona.store import Label, Store
from resona.teach import taste
from resona.teach.lesson import as_answers
from resona.teach.taste import NOBODY

COLUMNS = ("kind", "a", "b", "c", "value", "strength")
MOST_PAIRS = 200  # that one playlist gives; of a longer one, pairs are drawn
PLAYLIST_STRENGTH = 0.5  # two songs of a playlist need not be as alike as two that were compared


def export_labels(store: Store, profile: str, path: Path) -> int:
    """Write a profile's judgements and give how many there are.

    Raises
    ------
    QueryError
        If the file cannot be written.
    """
    labels = store.labels.all(profile)
    paths = {track.track_id: str(track.path) for track in store.tracks.all(with_missing=True)}
    try:
        with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for label in labels:
                third = "" if label.c is None else paths[label.c]
                writer.writerow([label.kind, paths[label.a], paths[label.b], third, label.value, label.strength])
    except OSError as error:
        raise QueryError(f"{str(path)!r} cannot be written: {error.strerror}") from error
    return len(labels)


def import_labels(store: Store, profile: str, path: Path) -> tuple[int, int]:
    """Read judgements, all or none; those that the profile has already are left out.

    Returns
    -------
    How many were added, and how many name tracks that are not in the library.

    Raises
    ------
    QueryError
        If the file cannot be read or is no such table; the line is named.
    """
    try:
        text = path.read_text(encoding="utf-8-sig", errors="surrogateescape")
    except OSError as error:
        raise QueryError(f"{str(path)!r} cannot be read: {error.strerror}") from error
    reader = csv.DictReader(text.splitlines())
    if not {"kind", "a", "b"} <= set(reader.fieldnames or ()):
        raise QueryError(f"{str(path)!r} needs the columns {', '.join(COLUMNS)} (c, value and strength may be missing)")
    known = {str(track.path): track.track_id for track in store.tracks.all(with_missing=True)}
    has = {_content(label) for label in store.labels.all(profile)}
    added, n_unknown = [], 0
    for number, row in enumerate(reader, start=2):
        names = [row["a"], row["b"], *([row.get("c")] if row["kind"] == "odd" else [])]
        if any(name not in known for name in names):
            n_unknown += 1
            continue
        label = _label(row, [known[str(name)] for name in names], profile, f"{str(path)!r}, line {number}")
        if _content(label) not in has:
            has.add(_content(label))
            added.append(label)
    store.labels.add(added)
    return len(added), n_unknown


def label_playlist(store: Store, profile: str, path: Path, *, seed: int = 0) -> tuple[int, int]:
    """Take the songs of a playlist for alike, two by two.

    Returns
    -------
    How many judgements were added, and how many entries are not in the library.

    Raises
    ------
    QueryError
        If the file is no playlist with two songs of the library.
    """
    query = resolve(store, str(path))
    track_ids = [track.track_id for track in query.tracks]
    if len(track_ids) < 2:
        raise QueryError(f"{str(path)!r} must name at least two songs of the library")
    pairs = list(combinations(track_ids, 2))
    if len(pairs) > MOST_PAIRS:
        chosen = np.random.default_rng(seed).choice(len(pairs), MOST_PAIRS, replace=False)
        pairs = [pairs[position] for position in np.sort(chosen).tolist()]
    has = {_content(label) for label in store.labels.all(profile)}
    labels = [
        Label(kind="pair", a=a, b=b, strength=PLAYLIST_STRENGTH, source="playlist", profile=profile) for a, b in pairs
    ]
    added = [label for label in labels if _content(label) not in has]
    store.labels.add(added)
    return len(added), query.n_unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two judgements of which one must be wrong, the earlier first."""

    first: Label
    second: Label


def find_contradictions(labels: Sequence[Label]) -> list[Contradiction]:
    """Find judgements that cannot both be right; see `resona.teach.taste.contradicting_pairs`."""
    answers = as_answers(labels, [label.track_ids for label in labels])
    return [Contradiction(first=labels[i], second=labels[j]) for i, j in taste.contradicting_pairs(answers)]


def _content(label: Label) -> tuple[str, frozenset[int], int, float]:
    return label.kind, frozenset((label.a, label.b)), label.c or NOBODY, label.value


def _label(row: dict[str, str], track_ids: list[int], profile: str, place: str) -> Label:
    kind = row["kind"]
    if kind not in ("pair", "odd"):
        raise QueryError(f"{place}: kind must be 'pair' or 'odd', got {kind!r}")
    if len(set(track_ids)) < len(track_ids):
        raise QueryError(f"{place}: a track is compared with itself")
    try:
        value, strength = float(row.get("value") or 1), float(row.get("strength") or 1)
    except ValueError as error:
        raise QueryError(f"{place}: value and strength must be numbers") from error
    if not (value in (0, 1) and 0 < strength <= 10):
        raise QueryError(f"{place}: value must be 0 or 1, and strength above 0, at most 10")
    a, b, c = track_ids[0], track_ids[1], (track_ids[2] if kind == "odd" else None)
    return Label(kind=kind, a=a, b=b, c=c, value=value, strength=strength, source="file", profile=profile)
