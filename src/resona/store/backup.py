"""How is a library copied while it is in use?

SQLite's own backup reads page by page what is true at one moment, whoever writes meanwhile. The copy is made under
another name and checked before it takes the place of an earlier one.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from resona.errors import StoreError
from resona.files import written_whole
from resona.store.migrations import APPLICATION_ID


def write_backup(connection: sqlite3.Connection, source: Path, path: Path) -> None:
    """Copy a library.

    Parameters
    ----------
    connection
        To the library.
    source
        Its file.
    path
        The copy; an earlier backup there is replaced, and nothing else is.

    Raises
    ------
    StoreError
        If `path` is the library itself, holds something else, or cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from resona.store import Store
    >>> with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "library.db") as store:
    ...     store.settings.put("current_model", "abc")
    ...     store.backup(Path(folder) / "copy.db")
    ...     with Store(Path(folder) / "copy.db") as copy:
    ...         copy.settings.get("current_model")
    'abc'
    """
    try:
        if path.exists():
            _check_replaceable(path, source)
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as draft:
            _copy(connection, draft)
    except OSError as error:
        raise StoreError(path, f"cannot be written: {error.strerror or error}") from error


def _check_replaceable(path: Path, source: Path) -> None:
    if path.samefile(source):
        raise StoreError(path, "this is the library itself; name another file for its backup")
    with path.open("rb") as file:
        head = file.read(72)
    if head[68:] != APPLICATION_ID.to_bytes(4, "big"):  # where SQLite keeps it
        raise StoreError(path, "there is a file that is no backup of a library; name another one")


def _copy(connection: sqlite3.Connection, draft: Path) -> None:
    try:
        with closing(sqlite3.connect(draft)) as copy:
            connection.backup(copy)
            (verdict,) = copy.execute("PRAGMA quick_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise StoreError(draft.parent, f"the backup cannot be written: {error}") from error
    if verdict != "ok":
        raise StoreError(draft.parent, f"the backup is not whole, so the library may be damaged: {verdict}")
