"""Which files in these folders are music?

Conventions: paths are absolute and free of symbolic links, so that a file has one name however it was reached; names
that are not UTF-8 keep their bytes (surrogate escapes). A file is music by its suffix, in containers of films if it
holds sound alone; whether it can be decoded is not asked here. Memory stays constant: one folder's entries at a time.
"""

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

from resona.audio.films import FILM_SUFFIXES, is_film

AUDIO_SUFFIXES = FILM_SUFFIXES | {
    ".aac", ".ac3", ".adts", ".aif", ".aifc", ".aiff", ".alac", ".amr", ".ape", ".au", ".caf", ".dff", ".dsf", ".dts",
    ".eac3", ".flac", ".m4a", ".m4b", ".m4p", ".m4r", ".mka", ".mp+", ".mp1", ".mp2", ".mp3", ".mpc", ".mpga", ".oga",
    ".ogg", ".opus", ".ra", ".rf64", ".shn", ".snd", ".spx", ".tak", ".tta", ".voc", ".w64", ".wav", ".weba", ".wma",
    ".wv",
}  # fmt: skip
CUE_SUFFIX = ".cue"
IGNORE_FILE, NO_MEDIA_FILE = ".resonaignore", ".nomedia"

_SYSTEM_FOLDERS = frozenset({
    "$recycle.bin", "#recycle", "#snapshot", "@eadir", "@recycle", "@recently-snapshot", "__macosx", "lost+found",
    "system volume information",
})  # fmt: skip
# A dot and a letter; not "...And Justice for All" or ".38 Special", which are music.
_HIDDEN = re.compile(r"\.[^\W\d]|\._")

OnError = Callable[[Path, str], None]
Rules = tuple[tuple[int, "GitIgnoreSpec"], ...]  # for paths from a position on; the last that says anything counts


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file on the disk, and what tells whether it has changed.

    Attributes
    ----------
    path
        Absolute, without symbolic links.
    size_bytes, mtime_ns, ctime_ns
        As the file system reports them.
    side
        Stands for the state of the cue sheets beside it, which may say what is in it; empty where there are none.
    """

    path: Path
    size_bytes: int
    mtime_ns: int
    ctime_ns: int = 0
    side: str = ""


def find_audio(
    folders: Iterable[Path | str],
    *,
    on_error: OnError | None = None,
    on_link: Callable[[Path], None] = lambda _: None,
) -> Iterator[FoundFile]:
    """Walk folders and yield the music files in them, each once.

    Folders may overlap, and symbolic links may point to the same place or in a circle. (Hard links are separate
    files.) Skipped are hidden and system folders, folders that hold a file `.nomedia`, and what a file
    `.resonaignore` names: a pattern a line, as in a `.gitignore`, for the folder it lies in and all below.

    Parameters
    ----------
    folders
        Folders, or single files.
    on_error
        Called with a path and a reason for each folder or file that cannot be read. The walk goes on.
    on_link
        Called with each folder or file elsewhere that a link leads to, before it is walked.

    Yields
    ------
    The files of a folder by name, then those of its subfolders; folders reached by links come last.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in ("b.mp3", "A.flac", "notes.txt", ".hidden.mp3"):
    ...         _ = Path(folder, name).write_bytes(b"...")
    ...     [found.path.name for found in find_audio([folder, folder])]
    ['A.flac', 'b.mp3']
    """
    report = on_error or (lambda _path, _reason: None)
    roots = list(dict.fromkeys(_real_paths(folders, report)))
    known = set(roots)
    for root in roots:  # grows while links are met
        links: list[str] = []
        yield from _walk(root, known, links, report)
        for target in _real_paths(links, report):
            if not _is_below(target, known):
                known.add(target)
                roots.append(target)
                on_link(Path(target))


def _real_paths(paths: Iterable[Path | str], report: OnError) -> Iterator[str]:
    for path in paths:
        try:
            yield str(Path(path).expanduser().resolve(strict=True))
        except (OSError, RuntimeError) as error:  # a circle of links is a RuntimeError before Python 3.13
            report(Path(path), _reason(error))


def _is_below(path: str, roots: set[str]) -> bool:
    """Whether a walk of `roots` meets the path anyway."""
    return path in roots or any(str(parent) in roots for parent in Path(path).parents)


def _walk(root: str, known: set[str], links: list[str], report: OnError) -> Iterator[FoundFile]:
    """Yield the files below a root; leave out other roots, and collect links instead of following them."""
    if not Path(root).is_dir():
        if is_audio_name(root):
            yield from _stat(Path(root), _side_of(Path(root)), report)
        return
    waiting: list[tuple[str, Rules]] = [(root, ())]
    while waiting:
        folder, rules = waiting.pop()
        entries, rules = _read_folder(folder, rules, report)
        side = _side(entries)
        subfolders = []
        for entry in entries:
            if entry.is_symlink():
                links.append(entry.path)
            elif entry.is_dir(follow_symlinks=False):
                subfolders.append(entry.path)
            elif is_audio_name(entry.name):
                yield from _stat(entry, side, report)
        waiting.extend((path, rules) for path in reversed(subfolders) if path not in known)


def _read_folder(folder: str, rules: Rules, report: OnError) -> tuple[list[os.DirEntry[str]], Rules]:
    """List what is not to be skipped, by name, and the rules that hold from here on."""
    try:
        with os.scandir(folder) as scanned:
            entries = sorted(scanned, key=lambda entry: entry.name)
    except OSError as error:
        report(Path(folder), _reason(error))
        return [], rules
    names = {entry.name for entry in entries}
    if NO_MEDIA_FILE in names:
        return [], rules
    if IGNORE_FILE in names:
        rules += _read_rules(folder, report)
    kept = [
        entry
        for entry in entries
        if not is_system(entry.name)
        and not is_ignored(entry.path, rules, is_dir=bool(rules) and entry.is_dir(follow_symlinks=False))
    ]
    return kept, rules


def _side(entries: Iterable[os.DirEntry[str]]) -> str:
    sheets = []
    for entry in entries:
        if entry.name.lower().endswith(CUE_SUFFIX):
            with suppress(OSError):
                status = entry.stat()
                sheets.append((entry.name, status.st_size, status.st_mtime_ns))
    return side_of(sheets)


def side_of(sheets: Sequence[tuple[str, int, int]]) -> str:
    """Sum up the cue sheets of a folder (name, size, time): whatever changes one may change what its files hold."""
    content = "/".join(f"{name}/{size}/{mtime}" for name, size, mtime in sheets).encode("utf-8", "surrogateescape")
    return hashlib.blake2b(content, digest_size=8).hexdigest() if sheets else ""


def _side_of(path: Path) -> str:
    with os.scandir(path.parent) as scanned:
        return _side(sorted(scanned, key=lambda entry: entry.name))


def _stat(entry: os.DirEntry[str] | Path, side: str, report: OnError) -> Iterator[FoundFile]:
    try:
        status = entry.stat()
    except OSError as error:  # it went away
        report(Path(entry), _reason(error))
        return
    if stat.S_ISREG(status.st_mode) and not _is_film(Path(entry), report):
        yield FoundFile(Path(entry), status.st_size, status.st_mtime_ns, status.st_ctime_ns, side)


def _is_film(path: Path, report: OnError) -> bool:
    try:
        return is_film(path)
    except OSError as error:
        report(path, _reason(error))
        return True


def is_audio_name(name: str) -> bool:
    """Whether a file is music by its suffix."""
    return name[name.rfind(".") :].lower() in AUDIO_SUFFIXES


def is_bare(folder: Path) -> bool:
    """Whether a folder holds nothing but what systems put there: a drive may belong there that is not connected."""
    try:
        with os.scandir(folder) as entries:
            return all(is_system(entry.name) for entry in entries)
    except OSError:  # no folder, or none that can be read
        return False


def is_system(name: str) -> bool:
    """Whether a file or folder is hidden, or the system's own, by its name."""
    return bool(_HIDDEN.match(name)) or name.lower() in _SYSTEM_FOLDERS


def is_ignored(path: str, rules: Rules, *, is_dir: bool) -> bool:
    """Whether the last rule that says anything of a path says that it is to be left out."""
    ignored = False
    for base_length, spec in rules:
        verdict = spec.check_file(path[base_length:] + ("/" if is_dir else "")).include
        ignored = ignored if verdict is None else verdict
    return ignored


def _read_rules(folder: str, report: OnError) -> Rules:
    path = Path(folder, IGNORE_FILE)
    try:
        content = path.read_bytes()
    except OSError as error:
        report(path, _reason(error))
        return ()
    return rules_in(content, folder, lambda reason: report(path, reason))


def rules_in(content: bytes, folder: str, complain: Callable[[str], None]) -> Rules:
    """Read an ignore file; a line that is no pattern is complained of, and the others hold."""
    from pathspec import GitIgnoreSpec
    from pathspec.patterns.gitignore import GitIgnorePatternError

    lines = content.decode("utf-8", "surrogateescape").splitlines()
    patterns: list[Any] = []
    for line in lines:
        try:
            patterns += GitIgnoreSpec.from_lines([line]).patterns
        except GitIgnorePatternError:
            complain(f"no pattern: {line!r}")
    return ((len(folder.rstrip("/")) + 1, GitIgnoreSpec(patterns)),)


def _reason(error: OSError | RuntimeError) -> str:
    return getattr(error, "strerror", None) or str(error)
