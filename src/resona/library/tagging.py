"""What would be written into files about how they sound, and how is it taken back?

Nothing is written unless asked. A file is changed in a copy beside it, which takes its place once its audio and all
other tags have proved to be what they were; what undoes it, byte for byte, is in the library by then.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from resona.addresses import ELSEWHERE, RemotePath
from resona.audio import content_hash, read_fields, read_tags, take_difference, undo_difference, write_fields
from resona.errors import AudioError, QueryError
from resona.files import written_whole
from resona.library.lists import Lists
from resona.recommend import resolve
from resona.recommend.words.said import heard_tracks, said_words
from resona.store import Store, WrittenTags
from resona.tracks import TAG, Track

FIELDS = ("mood", "genre")  # each is filled with words of that kind
SURE = 0.5  # how likely a word must be, unless another is wished for

Values = Mapping[str, list[str]]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TagChange:
    """What would be written into the file of a track: field to texts, and what it says now."""

    track: Track
    before: Values
    after: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class TagPlan:
    """What would be done, and what was.

    Attributes
    ----------
    changes
        The files, as the library orders tracks.
    n_owned
        Fields that are left because somebody has filled them.
    left
        Files that are left as they are, and why, in words that a person can act on.
    """

    changes: tuple[TagChange, ...] = ()
    n_owned: int = 0
    left: tuple[tuple[Path, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What was taken back: the files, and those that were left as they are, and why; their backups are kept."""

    paths: tuple[Path, ...] = ()
    left: tuple[tuple[Path, str], ...] = ()


class Tagging:
    """Words written into files: ``library.tagging``.

    Parameters
    ----------
    store
        The library.
    lists
        Tell the words.
    genre_groups
        Names for several genres in filters.
    """

    def __init__(self, store: Store, lists: Lists, genre_groups: Mapping[str, Sequence[str]]) -> None:
        self._store, self._lists, self._genre_groups = store, lists, genre_groups

    def plan(
        self,
        *queries: str,
        fields: Sequence[str] = FIELDS,
        where: str = "",
        least: float = SURE,
        is_overwriting: bool = False,
        on_progress: Progress = lambda _done, _all: None,
    ) -> TagPlan:
        """Say what would be written; nothing is.

        Parameters
        ----------
        queries
            Which tracks, as `resona recommend` understands them; all if none.
        fields
            Of `FIELDS`.
        where
            Only tracks that pass this filter; what is excluded for good is left out.
        least
            How likely a word must be to be written, 0 to 1.
        is_overwriting
            Replace what somebody else has written, too.
        on_progress
            Called after every file with how many are done, and of how many.

        Raises
        ------
        QueryError
            If a field is unknown, the filter cannot be read, or the model tells no words.
        UnknownTrackError
            If a query means nothing.
        MissingExtraError
            If mutagen is not installed.
        """
        unknown = [field for field in fields if field not in FIELDS]
        if unknown:
            raise QueryError(f"{unknown[0]!r} is no field that is written; there are {', '.join(FIELDS)}")
        catalogue = self._lists.catalogue
        named = [track for query in queries for track in resolve(self._store, query).tracks]
        tracks = heard_tracks(catalogue, named, where, self._genre_groups)
        changes, left, n_owned = [], [], 0
        told = said_words(catalogue, tracks, fields, least=least)
        for number, (track, said) in enumerate(zip(tracks, told, strict=True), start=1):
            on_progress(number, len(tracks))
            try:
                before, filled = self._fields(track)
            except AudioError as error:
                left.append((track.path, error.reason))
                continue
            after = {field: words for field, words in said.items() if words and words != before[field]}
            owned = set() if is_overwriting else filled & set(after)
            n_owned += len(owned)
            after = {field: words for field, words in after.items() if field not in owned}
            if after:
                before = {field: before[field] for field in after}
                changes.append(TagChange(track=track, before=before, after=after))
        return TagPlan(changes=tuple(changes), n_owned=n_owned, left=tuple(left))

    def write(self, plan: TagPlan, *, on_progress: Progress = lambda _done, _all: None) -> TagPlan:
        """Write what was planned, and say what was: files that cannot be written are left as they are.

        A file whose tags have changed since is left, too. `undo` takes it all back.

        Raises
        ------
        StoreError
            If the library cannot keep what undoes it; the file is left.
        """
        done, left = [], list(plan.left)
        for number, change in enumerate(plan.changes, start=1):
            try:
                self._write(change)
                done.append(change)
            except (AudioError, OSError) as error:
                left.append((change.track.path, _reason(error)))
            on_progress(number, len(plan.changes))
        return replace(plan, changes=tuple(done), left=tuple(left))

    def undo(self, *, on_progress: Progress = lambda _done, _all: None) -> Undone:
        """Take back all that was written, the newest first.

        A file that nobody has changed since becomes what it was, byte for byte. In another, fields that still say what
        was written say again what they said before; where they do not, the file is left.
        """
        done, left = [], []
        written = self.written()
        for number, item in enumerate(written, start=1):
            path = self._place(item)
            try:
                self._undo(path, item)
                self._store.written_tags.remove(item.written_id)
                done.append(path)
            except (AudioError, OSError) as error:
                left.append((path, _reason(error)))
            on_progress(number, len(written))
        return Undone(paths=tuple(done), left=tuple(left))

    def written(self) -> list[WrittenTags]:
        """List what was written and not undone, the newest first."""
        return self._store.written_tags.all()

    def _fields(self, track: Track) -> tuple[Values, set[str]]:
        """Read the fields of a track's file, and say which are filled: a genre in another kind of tag counts, too."""
        if self._is_part(track):
            raise AudioError(track.path, "holds several tracks, which share its tags")
        if isinstance(track.path, RemotePath):
            raise AudioError(track.path, ELSEWHERE)
        if not os.access(track.path, os.R_OK | os.W_OK):
            is_there = track.path.exists()
            raise AudioError(track.path, "may not be written" if is_there else "is gone; `resona scan` notes that")
        fields = read_fields(track.path)
        filled = {field for field, texts in fields.items() if texts}
        return fields, filled | ({"genre"} if read_tags(track.path).sources.get("genres") == TAG else set())

    def _is_part(self, track: Track) -> bool:
        return any(served.is_part for served in self._store.served.of([track]))

    def _write(self, change: TagChange) -> None:
        path = change.track.path.resolve(strict=True)
        now, _ = self._fields(change.track)
        if any(now[field] != texts for field, texts in change.before.items()):
            raise AudioError(path, "was tagged by somebody else meanwhile; left as it is")
        with ExitStack() as on_failure:
            with _rewritten(path) as draft:
                shutil.copy2(path, draft)
                write_fields(draft, change.after)
                _check(path, draft, change.after)
                made = WrittenTags(
                    track_id=change.track.track_id,
                    path=path,
                    before=dict(change.before),
                    after=dict(change.after),
                    hash_before=_hash(path),
                    hash_after=_hash(draft),
                )
                number = self._store.written_tags.add(made, take_difference(path, draft))
                on_failure.callback(self._store.written_tags.remove, number)
            on_failure.pop_all()  # it stands there now

    def _place(self, item: WrittenTags) -> Path:
        """Find the file, which may have been moved since."""
        if item.path.exists():
            return item.path
        return next((track.path for track in self._store.tracks.get_many([item.track_id])), item.path)

    def _undo(self, path: Path, item: WrittenTags) -> None:
        if not path.exists():
            raise AudioError(path, "is gone; its backup is kept")
        now = _hash(path)
        if now == item.hash_before:
            return
        if now == item.hash_after:
            with _rewritten(path) as draft:
                undo_difference(path, self._store.written_tags.difference(item.written_id), draft)
                if _hash(draft) != item.hash_before:
                    raise AudioError(path, "its backup does not fit; left as it is")
            return
        fields = read_fields(path)
        if any(fields[field] != texts for field, texts in item.after.items()):
            raise AudioError(path, "was tagged by somebody else since; left as it is")
        with _rewritten(path) as draft:
            shutil.copy2(path, draft)
            write_fields(draft, item.before)
            _check(path, draft, item.before)


@contextmanager
def _rewritten(path: Path) -> Iterator[Path]:
    """Give a draft that takes a file's place with its owner and rights, unless the file changes meanwhile."""
    before = path.stat()
    with written_whole(path) as draft:
        yield draft
        shutil.copymode(path, draft)
        with suppress(OSError):  # only root gives files away
            os.chown(draft, before.st_uid, before.st_gid)
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        after = path.stat()
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise AudioError(path, "was changed meanwhile; left as it is")


def _check(path: Path, draft: Path, wanted: Values) -> None:
    """See to it that a draft has the audio and the tags of the file, but for the fields that were written."""
    told, meant = read_tags(draft), read_tags(path)
    kept = replace(told, genres=(), sources={}) == replace(meant, genres=(), sources={})
    fields = read_fields(draft)
    is_written = all("; ".join(fields[field]) == "; ".join(texts) for field, texts in wanted.items())
    if content_hash(draft) != content_hash(path) or not kept or not is_written:
        raise AudioError(path, "cannot be tagged without changing something else; left as it is")


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _reason(error: AudioError | OSError) -> str:
    return error.reason if isinstance(error, AudioError) else f"cannot be written: {error.strerror or error}"
