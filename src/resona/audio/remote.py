"""Which files in object storage are music, and how does one get a copy?

fsspec speaks to the stores: S3 by s3fs, others by packages of theirs. Where they are and who may read is set as these
packages want it: `AWS_…` and `FSSPEC_…` variables, or their files. Nothing that they list is kept, so that memory stays
constant; a state is an object's size, its time, and a number made of its ETag where it has one.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from resona.addresses import RemotePath
from resona.audio.find import (
    CUE_SUFFIX,
    IGNORE_FILE,
    NO_MEDIA_FILE,
    FoundFile,
    OnError,
    Rules,
    is_audio_name,
    is_ignored,
    is_system,
    rules_in,
    side_of,
)
from resona.errors import MissingExtraError, ReadError

TIMES = ("mtime", "LastModified", "last_modified", "updated", "created")  # as different stores call it
TAGS = ("ETag", "etag", "md5Hash", "content_md5")

BLOCK_BYTES = 8 << 20

Entry = Mapping[str, Any]


def find_remote(root: RemotePath, on_error: OnError) -> Iterator[FoundFile]:
    """Go through the music below an address, as `find_audio` goes through a folder, one listing in memory at a time.

    Parameters
    ----------
    root
        Where; a single file is possible, too.
    on_error
        Called with an address and a reason for what cannot be listed, or cannot be named.

    Raises
    ------
    MissingExtraError
        If what speaks to that kind of store is not installed.
    """
    system, begin = open_store(root)
    try:
        with _reading(root):
            entry = system.info(begin)
        if entry["type"] == "directory":
            yield from _walk(system, root, begin, on_error)
        elif is_audio_name(root.name):
            yield _found(root, entry, _side(_listed(root.parent)))
    except ReadError as error:
        on_error(root, error.reason)


def _walk(system: Any, root: RemotePath, begin: str, on_error: OnError) -> Iterator[FoundFile]:
    waiting: list[tuple[str, Rules]] = [(begin, ())]
    while waiting:
        folder, rules = waiting.pop()
        address = _address(root, begin, folder)
        try:
            entries, rules = _list(system, address, folder, rules, on_error)
        except ReadError as error:
            on_error(address, error.reason)
            continue
        side = _side(entries)
        for entry in entries:
            path = _address(root, begin, entry["name"])
            if entry["type"] != "file" or not is_audio_name(_name(entry)):
                continue
            if path.parent == address and path.name == _name(entry):
                yield _found(path, entry, side)
            else:
                on_error(path, "has a part in its name that no path can have")
        waiting.extend((entry["name"], rules) for entry in reversed(entries) if entry["type"] == "directory")


def _list(system: Any, address: Path, folder: str, rules: Rules, on_error: OnError) -> tuple[list[Entry], Rules]:
    """List what is not to be skipped, by name, and the rules that hold from here on."""
    with _reading(address):
        entries = sorted(system.ls(folder, detail=True), key=lambda entry: str(entry["name"]))
        entries = [entry for entry in entries if _name(entry) and entry["name"].rstrip("/") != folder.rstrip("/")]
        names = {_name(entry) for entry in entries}
        if NO_MEDIA_FILE in names:
            return [], rules
        if IGNORE_FILE in names:
            content = system.cat_file(f"{folder.rstrip('/')}/{IGNORE_FILE}")
            rules += rules_in(content, folder, lambda reason: on_error(address / IGNORE_FILE, reason))
    return [
        entry
        for entry in entries
        if not is_system(_name(entry))
        and not is_ignored(entry["name"].rstrip("/"), rules, is_dir=entry["type"] == "directory")
    ], rules


def folders_in(root: RemotePath) -> list[str]:
    """Name the folders at an address.

    Raises
    ------
    ReadError
        If it cannot be listed.
    MissingExtraError
        As in `find_remote`.
    """
    system, path = open_store(root)
    with _reading(root):
        if system.isfile(path):
            return []
    return [_name(entry) for entry in _listed(root) if entry["type"] == "directory"]


def fetch(path: RemotePath, copy: Path, *, with_sheets: bool) -> tuple[int, int, int]:
    """Copy a file to this machine, with the cue sheets beside it if asked for.

    Parameters
    ----------
    path
        Where it is.
    copy
        The file to write; its folder must be there.

    Returns
    -------
    The state of what lies there after the copy was made: see `FoundFile.size_bytes`, `mtime_ns`, `ctime_ns`.

    Raises
    ------
    ReadError
        If it cannot be had.
    OSError
        If the copy cannot be written.
    MissingExtraError
        As in `find_remote`.
    """
    system, remote = open_store(path)
    with copy.open("wb") as file:
        for block in _blocks(path, system, remote):
            file.write(block)
    if with_sheets:
        entries = [entry for entry in _listed(path.parent) if entry["type"] == "file"]
        with _reading(path.parent):
            contents = [(_name(entry), system.cat_file(entry["name"])) for entry in entries if _is_sheet(entry)]
        for name, content in contents:
            copy.with_name(name).write_bytes(content)
        for name in filter(is_audio_name, map(_name, entries)):
            with suppress(FileExistsError):  # a sheet is told by its neighbours' names whose it is
                copy.with_name(name).touch(exist_ok=False)
    with _reading(path):
        return _state(system.info(remote))


def _blocks(path: RemotePath, system: Any, remote: str) -> Iterator[bytes]:
    with _reading(path):
        source = system.open(remote, "rb", block_size=BLOCK_BYTES, cache_type="readahead")
    try:
        while True:
            with _reading(path):
                block = source.read(BLOCK_BYTES)
            if not block:
                return
            yield block
    finally:
        source.close()


def list_names(folder: RemotePath) -> list[str]:
    """Name the files at an address; none where there is nothing.

    Raises
    ------
    ReadError
        If it cannot be listed.
    """
    system, name = open_store(folder)
    with _reading(folder):
        if not system.exists(name):
            return []
    return [_name(entry) for entry in _listed(folder) if entry["type"] == "file"]


def get_content(path: RemotePath) -> bytes:
    """Read a small file that is elsewhere.

    Raises
    ------
    ReadError
        If it cannot be had.
    """
    system, name = open_store(path)
    with _reading(path):
        return bytes(system.cat_file(name))


def put_content(path: RemotePath, content: bytes) -> None:
    """Write a small file elsewhere, in place of an earlier one.

    Raises
    ------
    ReadError
        If it cannot be written.
    """
    system, name = open_store(path)
    with _reading(path):
        system.makedirs(name.rpartition("/")[0], exist_ok=True)
        system.pipe_file(name, content)


def open_store(path: RemotePath) -> tuple[Any, str]:
    """Give what speaks to the store of an address, and the name that it has there.

    Raises
    ------
    MissingExtraError
        If that is not installed.
    ReadError
        If nothing is known that speaks to such a store, or it cannot be spoken to.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        reason = "music in object storage is read by fsspec: pip install 'resona-music[remote]'"
        raise MissingExtraError(reason) from error
    try:
        with _reading(path):
            system, name = url_to_fs(str(path), use_listings_cache=False)
    except ImportError as error:
        raise MissingExtraError(f"{str(path)!r} cannot be read: {error}") from error
    return system, str(name)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn what a store complains of into one sentence: each has errors of its own, and `OSError` only some of them."""
    try:
        yield
    except (ImportError, MissingExtraError):
        raise
    except PermissionError as error:
        raise ReadError(path, "may not be read with the rights that this machine has there") from error
    except FileNotFoundError as error:
        raise ReadError(path, "is not there") from error
    except Exception as error:
        lines = str(error).strip().splitlines()
        raise ReadError(path, f"cannot be reached: {lines[0] if lines else type(error).__name__}") from error


def _listed(folder: Path) -> list[Entry]:
    system, name = open_store(RemotePath(folder))
    with _reading(folder):
        entries: list[Entry] = system.ls(name, detail=True)
    return entries


def _side(entries: Iterable[Entry]) -> str:
    """Sum up the cue sheets among them."""
    return side_of([(_name(entry), *_state(entry)[:2]) for entry in entries if _is_sheet(entry)])


def _found(path: Path, entry: Entry, side: str) -> FoundFile:
    size, mtime_ns, tag = _state(entry)
    return FoundFile(path, size, mtime_ns, tag, side)


def _address(root: RemotePath, begin: str, name: str) -> RemotePath:
    return RemotePath(str(root) + "/" + name.rstrip("/").removeprefix(begin.rstrip("/")).lstrip("/"))


def _name(entry: Entry) -> str:
    return str(entry["name"]).rstrip("/").rpartition("/")[2]


def _is_sheet(entry: Entry) -> bool:
    return entry["type"] == "file" and _name(entry).lower().endswith(CUE_SUFFIX)


def _state(entry: Entry) -> tuple[int, int, int]:
    """Give size in bytes, time in ns, and a number for the ETag, 0 where there is none.

    Examples
    --------
    >>> _state({"name": "a", "type": "file", "size": 3, "created": 1.5})
    (3, 1500000000, 0)
    """
    when = next((entry[name] for name in TIMES if entry.get(name)), 0.0)
    if isinstance(when, str):
        when = datetime.fromisoformat(when)
    seconds = when.timestamp() if isinstance(when, datetime) else float(when)
    tag = next((str(entry[name]) for name in TAGS if entry.get(name)), "")
    number = int.from_bytes(hashlib.blake2b(tag.encode(), digest_size=8).digest()) >> 2 if tag else 0
    return int(entry.get("size") or 0), round(seconds * 1e6) * 1000, number
