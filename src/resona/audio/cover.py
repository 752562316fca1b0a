"""Which picture belongs to a track?"""

from pathlib import Path

from resona.audio.bounded import BoundedFile
from resona.audio.pictures import Picture, check_picture

FILE_NAMES = tuple(
    f"{name}{suffix}"
    for name in ("cover", "Cover", "folder", "Folder", "front", "Front")
    for suffix in (".jpg", ".jpeg", ".png", ".webp")
)
MAX_BYTES = 5_000_000
MARGIN_BYTES = 1 << 16  # type and description, which are read with the picture


def read_cover(path: Path, *, max_bytes: int = MAX_BYTES) -> Picture | None:
    r"""Read the picture inside a file, else ``cover.jpg``, ``folder.png`` and the like beside it.

    Parameters
    ----------
    path
        The music file.
    max_bytes
        Larger pictures are passed over.

    Returns
    -------
    The first that `check_picture` accepts; None if there is none.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "cover.jpg").write_bytes(b"GIF89a" + bytes([9, 0, 9, 0]))
    ...     read_cover(Path(folder, "a.mp3")).mime
    'image/gif'
    """
    for picture in (_embedded(path, max_bytes), *(_beside(path.with_name(name), max_bytes) for name in FILE_NAMES)):
        if len(picture) <= max_bytes and (checked := check_picture(picture)):
            return checked
    return None


def _embedded(path: Path, max_bytes: int) -> bytes:
    from tinytag import TinyTag, TinyTagException

    try:
        with BoundedFile(path, max_bytes=max_bytes + MARGIN_BYTES) as file:
            images = TinyTag.get(file_obj=file, duration=False, image=True).images
    except (OSError, TinyTagException):
        return b""
    image = images.front_cover or images.any
    return image.data if image else b""


def _beside(path: Path, max_bytes: int) -> bytes:
    try:
        return path.read_bytes() if path.stat().st_size <= max_bytes else b""
    except OSError:
        return b""
