"""Which tracks may be results at all: what was asked for, minus what is excluded for good.

Exclusions are kept in the library: shell patterns or filters (see `resona.recommend.filters.grammar`) whose tracks may
be seeds but never results. Besides those that people add there is a default one, for spoken word and very short or very
long files; it can be changed or switched off. Where the default would leave out most of a library, such as a collection
of short excerpts or of audiobooks, it is taken as not meant for it.
"""

import glob
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.artists import artist_key, artists_of, read_credit
from resona.errors import QueryError
from resona.recommend.catalogue.catalogue import Catalogue
from resona.recommend.filters.expression import WILDCARD, Expression, Glob, TextColumn
from resona.recommend.filters.grammar import DEFAULT_EXCLUSION, parse, parse_exclusion
from resona.store import Store
from resona.tracks import Track, plain

Mask = NDArray[np.bool_]
Groups = Mapping[str, Sequence[str]]

PATTERNS, DEFAULT, FILES = "exclusions", "default_exclusion", "excluded_files"
ESCAPED = re.compile(r"\[([*?[])\]")
MOST = 0.5  # of a library: a default that leaves out more is not applied


class Exclusions:
    """What is never recommended from a library.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "library.db") as store:
    ...     exclusions = Exclusions(store)
    ...     exclusions.add(["Audiobooks"])
    ...     exclusions.patterns
    ['Audiobooks']
    """

    def __init__(self, store: Store) -> None:
        self._settings, self._tracks = store.settings, store.tracks

    @property
    def patterns(self) -> list[str]:
        """The patterns and filters that people added, oldest first."""
        return list(self._settings.get(PATTERNS, []))

    @property
    def default(self) -> str:
        """The filter for what is left out unless told otherwise; empty if it is switched off."""
        return str(self._settings.get(DEFAULT, DEFAULT_EXCLUSION))

    @property
    def files(self) -> dict[str, str]:
        """Of the patterns that named one file: the hash of its audio, which they mean wherever that goes."""
        return dict(self._settings.get(FILES, {}))

    def add(self, patterns: Sequence[str], *, genre_groups: Groups = {}) -> None:  # noqa: B006 - never changed
        """Exclude what matches any of the patterns; an artist's name that no file or folder has means the artist.

        Raises
        ------
        QueryError
            If one cannot be read; then none is added.
        """
        patterns = [self._meant(pattern, parse_exclusion(pattern, genre_groups=genre_groups)) for pattern in patterns]
        parsed = {pattern: parse_exclusion(pattern, genre_groups=genre_groups) for pattern in patterns}
        files = {pattern: self._audio_of(expression) for pattern, expression in parsed.items()}
        self._settings.put(FILES, self.files | {pattern: audio for pattern, audio in files.items() if audio})
        self._settings.put(PATTERNS, list(dict.fromkeys([*self.patterns, *patterns])))

    def _audio_of(self, expression: Expression) -> str:
        """Give the hash of the one file that a pattern names; empty where it is no name of a file."""
        if not isinstance(expression, Glob) or WILDCARD.search(ESCAPED.sub("", expression.pattern)):
            return ""
        tracks = self._matching(expression)
        paths = {path for _, path in tracks}
        is_file = len(paths) == 1 and plain(Path(min(paths)).name) == plain(
            Path(ESCAPED.sub(r"\1", expression.pattern)).name
        )
        return self._tracks.audio_names()[tracks[0][0]].partition("#")[0] if is_file else ""

    def _meant(self, pattern: str, expression: Expression) -> str:
        """Write an artist's name as a filter."""
        quote = "'" if '"' in pattern else '"'
        if (
            not isinstance(expression, Glob)
            or WILDCARD.search(pattern)
            or quote in pattern
            or self._matching(expression)
        ):
            return pattern
        credited = (read_credit(artist, by) for artist, by in set(self._tracks.columns("artist", "album_artist")))
        everybody = frozenset[str]().union(*artists_of(credited))
        return f"artist = {quote}{pattern}{quote}" if artist_key(pattern) in everybody else pattern

    def _matching(self, expression: Glob) -> list[tuple[int, str]]:
        """Give the ids and paths of tracks that a pattern matches."""
        tracks = [(track_id, os.fsdecode(path)) for track_id, path in self._tracks.columns("track_id", "path")]
        is_match = expression.matches({"path": TextColumn([path for _, path in tracks])})
        return [tracks[row] for row in np.flatnonzero(is_match).tolist()]

    def remove(self, patterns: Sequence[str]) -> None:
        """Take exclusions back.

        Raises
        ------
        QueryError
            If one was never added; then none is removed.
        """
        known = self.patterns
        for pattern in patterns:
            if pattern not in known:
                there_are = f"there are {', '.join(map(repr, known))}" if known else "there are none"
                raise QueryError(f"no exclusion reads {pattern!r}; {there_are}")
        self._settings.put(PATTERNS, [pattern for pattern in known if pattern not in patterns])
        self._settings.put(FILES, {name: audio for name, audio in self.files.items() if name not in patterns})

    def set_default(self, text: str | None, *, genre_groups: Groups = {}) -> None:  # noqa: B006 - never changed
        """Change the default exclusion; None brings back Resona's own, and an empty text switches it off.

        Raises
        ------
        QueryError
            If the filter cannot be read.
        """
        if text:
            parse(text, genre_groups=genre_groups)
        self._settings.put(DEFAULT, text)


def pattern_of(track: Track) -> str:
    """Give the pattern that excludes a track's file and no other.

    Examples
    --------
    >>> pattern_of(Track(track_id=1, path=Path("/music/Who? [live].mp3")))
    '/music/Who[?] [[]live].mp3'
    """
    return glob.escape(str(track.path))


def allowed_masks(catalogue: Catalogue, where: str, genre_groups: Groups, *, with_excluded: bool) -> dict[str, Mask]:
    """Say which tracks may be results, by the name of what says so.

    Parameters
    ----------
    catalogue
        The library.
    where
        A filter as in `resona.recommend.filters.grammar`; empty lets everything through.
    genre_groups
        Group name to genres.
    with_excluded
        Let excluded tracks through.

    Raises
    ------
    QueryError
        If the filter cannot be read.
    """
    masks = {}
    if where.strip():
        masks["filter"] = _mask(catalogue, where, genre_groups, parse)
    if not with_excluded:
        masks["exclusion"] = ~excluded(catalogue, genre_groups)
    return masks


def all_pass(masks: Mapping[str, Mask], n_tracks: int) -> Mask:
    """Say which tracks every mask lets through, shape (n_tracks,); all where there is none.

    Examples
    --------
    >>> all_pass({"filter": np.array([True, False]), "exclusion": np.array([True, True])}, 2)
    array([ True, False])
    """
    return reduce(np.logical_and, masks.values(), np.ones(n_tracks, dtype=np.bool_))


def excluded(catalogue: Catalogue, genre_groups: Groups) -> Mask:
    """Say which tracks are never recommended, shape (n,)."""
    masks = (mask for _, mask, is_applied in _exclusions(catalogue, genre_groups) if is_applied)
    return reduce(np.logical_or, masks, np.zeros(len(catalogue), dtype=np.bool_))


def count_excluded(catalogue: Catalogue, genre_groups: Groups) -> list[dict[str, Any]]:
    """Say how many tracks each exclusion leaves out, the default one first.

    Returns
    -------
    For each: `pattern`, `n_tracks`, `is_default`, and `is_applied`, which is false for a default that would leave out
    most of the library.
    """
    default = Exclusions(catalogue.store).default
    return [
        {"pattern": text, "n_tracks": int(mask.sum()), "is_default": text == default, "is_applied": is_applied}
        for text, mask, is_applied in _exclusions(catalogue, genre_groups)
    ]


def _exclusions(catalogue: Catalogue, genre_groups: Groups) -> Iterator[tuple[str, Mask, bool]]:
    """Give each exclusion, what it leaves out, and whether it is applied."""
    exclusions = Exclusions(catalogue.store)
    default, files = exclusions.default, exclusions.files
    if default:
        usual = _mask(catalogue, default, genre_groups, parse)
        yield default, usual, catalogue.is_part or bool(np.count_nonzero(usual) <= MOST * len(usual))
    for pattern in exclusions.patterns:
        mask = _mask_of_audio(catalogue, files[pattern]) if pattern in files else None
        yield pattern, _mask(catalogue, pattern, genre_groups, parse_exclusion) if mask is None else mask, True


def _mask_of_audio(catalogue: Catalogue, audio_hash: str) -> Mask | None:
    """Say which tracks hold some audio; None where no track ever did, as after its file was written anew."""
    key = (FILES, audio_hash)
    if key not in catalogue.masks:
        names = catalogue.store.tracks.audio_names().items()
        ids = [track_id for track_id, name in names if name.partition("#")[0] == audio_hash]
        if not ids:
            return None
        catalogue.masks[key] = np.isin(catalogue.track_ids, ids)
    return catalogue.masks[key]


def _mask(catalogue: Catalogue, text: str, genre_groups: Groups, read: Callable[..., Expression]) -> Mask:
    key = (read, text, tuple((name, tuple(genres)) for name, genres in genre_groups.items()))
    if key not in catalogue.masks:
        catalogue.masks[key] = read(text, genre_groups=genre_groups).matches(catalogue.columns.filtered)
    return catalogue.masks[key]
