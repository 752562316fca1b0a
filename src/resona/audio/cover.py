"""Which picture belongs to a track? For the page: it is sent to browsers, so content decides what it is."""

from pathlib import Path

from resona.audio.bounded import BoundedFile

FILE_NAMES = tuple(
    f"{name}{suffix}"
    for name in ("cover", "Cover", "folder", "Folder", "front", "Front")
    for suffix in (".jpg", ".jpeg", ".png", ".webp")
)
MAX_BYTES = 5_000_000
MARGIN_BYTES = 1 << 16  # type and description, which are read with the picture


def read_cover(path: Path, *, max_bytes: int = MAX_BYTES) -> tuple[bytes, str] | None:
    r"""Read the picture inside a file, else ``cover.jpg``, ``folder.png`` and the like beside it.

    Parameters
    ----------
    path
        The music file.
    max_bytes
        Larger pictures are passed over.

    Returns
    -------
    The picture and its type (JPEG, PNG, GIF or WebP, by content); None if there is none.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "cover.jpg").write_bytes(b"\x89PNG\r\n\x1a\n...")
    ...     read_cover(Path(folder, "a.mp3"))
    (b'\x89PNG\r\n\x1a\n...', 'image/png')
    """
    for picture in (_embedded(path, max_bytes), *(_beside(path.with_name(name), max_bytes) for name in FILE_NAMES)):
        kind = _kind(picture)
        if kind and len(picture) <= max_bytes:
            return picture, kind
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


def _kind(picture: bytes) -> str:
    """Name the type of a picture, empty if it is none that browsers show safely."""
    starts = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"GIF8": "image/gif"}
    if picture[:4] == b"RIFF" and picture[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in starts.items() if picture.startswith(start)), "")
