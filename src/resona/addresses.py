"""What is a file called that lies in no folder of this machine, as in object storage?

By its address, ``s3://bucket/Nina Simone/Sinnerman.flac``, which is kept as a path like any other: it has a name, a
suffix and parents, and can be told from, and compared with, those of files here. Nothing is ever found there by the
means of this machine's file system: who wants the content, asks `resona.audio` for a copy.
"""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import unquote

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):/+")
_HERE = ("file", "local")
if TYPE_CHECKING:
    _Path = Path
else:
    _Path = type(Path())  # the kind that this machine has

FILE_ELSEWHERE = "the file lies elsewhere; only a scan fetches it from there"
ELSEWHERE = FILE_ELSEWHERE.removeprefix("the file ")  # after a path


class RemotePath(_Path):
    """The address of a file, or of a folder, that is elsewhere.

    Examples
    --------
    >>> song = RemotePath("s3://music/Low/Lullaby.flac")
    >>> str(song), song.name, str(song.parent), song.exists()
    ('s3://music/Low/Lullaby.flac', 'Lullaby.flac', 's3://music/Low', False)
    >>> song.is_relative_to(RemotePath("s3://music")), song.is_relative_to(Path("/music"))
    (True, False)
    """

    def __str__(self) -> str:
        return _ADDRESS.sub(r"\1://", super().__str__(), count=1)

    def __fspath__(self) -> str:
        return str(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RemotePath) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def is_absolute(self) -> bool:
        """Whether it says all, and is not only a part of an address."""
        return bool(_ADDRESS.match(str(self)))

    def absolute(self) -> Self:
        """Give it as it is."""
        return self

    def expanduser(self) -> Self:
        """Give it as it is."""
        return self

    def resolve(self, strict: bool = False) -> Self:  # noqa: ARG002, FBT001, FBT002 - `Path`'s signature
        """Give it as it is: there are no links."""
        return self


def place(name: str | os.PathLike[str]) -> Path:
    """Give the path that a name means: an address stays one, ``file:`` is a path of this machine.

    Examples
    --------
    >>> place("s3://music/Low"), place("file:///music/a%20b"), place("Music/Low") == Path("Music/Low")
    (RemotePath('s3://music/Low'), PosixPath('/music/a b'), True)
    """
    text = os.fspath(name)
    if "://" not in text or not _ADDRESS.match(text):
        return Path(text)
    scheme, _, rest = text.partition("://")
    if scheme.lower() in _HERE:
        return Path(unquote(f"/{rest.partition('/')[2]}"))  # the part before is the name of this machine, or nothing
    return RemotePath(text.rstrip("/"))
