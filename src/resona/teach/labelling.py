"""Judgements from files: a table to keep or to bring, a playlist of songs that belong together, and what contradicts.

The table has the columns ``kind, a, b, c, value, strength``; tracks are paths. `kind` is "pair", with `value` 1 for
alike and 0 for different, or "odd", where `c` is the odd one out. What Resona writes also names the audio of each
track, in further columns, so that a judgement comes back about what was heard, whatever its file is called by then.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
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
AUDIO_COLUMNS = ("a_audio", "b_audio", "c_audio")
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
    audio = store.tracks.audio_names()
    try:
        with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            writer = csv.writer(file)
            writer.writerow((*COLUMNS, *AUDIO_COLUMNS))
            for label in labels:
                ids = (label.a, label.b, label.c or NOBODY)
                names, sounds = ([known.get(track_id, "") for track_id in ids] for known in (paths, audio))
                writer.writerow([label.kind, *names, label.value, label.strength, *sounds])
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
    known = _Known(store)
    has = {_content(label) for label in store.labels.all(profile)}
    added, n_unknown = [], 0
    for row, place in _read_rows(path):
        ids = [known.find(row, name) for name in ("a", "b", *(["c"] if row["kind"] == "odd" else []))]
        found = [track_id for track_id in ids if track_id is not None]
        if len(found) < len(ids):
            n_unknown += 1
            continue
        label = _label(row, found, profile, place)
        if _content(label) not in has:
            has.add(_content(label))
            added.append(label)
    store.labels.add(added)
    return len(added), n_unknown


def _read_rows(path: Path) -> Iterator[tuple[dict[str, str], str]]:
    """Give each row and where it stands; a name may go over several lines."""
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            reader = csv.DictReader(file)
            if not {"kind", "a", "b"} <= set(reader.fieldnames or ()):
                columns = ", ".join(COLUMNS)
                raise QueryError(f"{str(path)!r} needs the columns {columns} (c, value and strength may be missing)")
            for row in reader:
                yield row, f"{str(path)!r}, line {reader.line_num}"
    except OSError as error:
        raise QueryError(f"{str(path)!r} cannot be read: {error.strerror}") from error
    except csv.Error as error:
        raise QueryError(f"{str(path)!r} cannot be read as a table: {error}") from error


class _Known:
    """The tracks of a library by audio and by path."""

    def __init__(self, store: Store) -> None:
        self._tracks = store.tracks
        self._paths: dict[str, list[int]] = {}
        tracks = sorted(store.tracks.all(with_missing=True), key=lambda track: track.is_missing)
        there = {track.path for track in tracks if not track.is_missing}
        for track in tracks:
            if not track.is_missing or track.path not in there:
                self._paths.setdefault(str(track.path), []).append(track.track_id)

    def find(self, row: Mapping[str, str | None], name: str) -> int | None:
        """Find a track of a row: by its audio if that is told; by its path if the file holds nothing else."""
        if audio := row.get(f"{name}_audio"):
            return self._tracks.named_by_audio(audio)
        ids = self._paths.get(row[name] or "", [])
        return ids[0] if len(ids) == 1 else None


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
