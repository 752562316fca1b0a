"""Is this a picture, and is it safe to hand to a browser?

A tag may claim any type and a small file may unfold to gigapixels. The type is told by the first bytes alone, only four
kinds pass, and the size in pixels is read from the header before any browser has to unpack it.
"""

from dataclasses import dataclass

MOST_PIXELS = 40_000_000  # unpacked 160 MB; the largest scanned covers have 25 million


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that may be shown."""

    content: bytes
    mime: str


def check_picture(content: bytes) -> Picture | None:
    r"""Accept a JPEG, PNG, GIF or WebP of bearable size, else give None.

    Examples
    --------
    >>> header = b"\x89PNG\r\n\x1a\n" + bytes(8)
    >>> check_picture(header + (500).to_bytes(4, "big") * 2).mime
    'image/png'
    >>> check_picture(header + (50_000).to_bytes(4, "big") * 2) is None
    True
    >>> check_picture(b"<svg onload='alert(1)'>") is None
    True
    """
    for magic, mime, measure in KINDS:
        if content.startswith(magic):
            width, height = measure(content)
            return Picture(content=content, mime=mime) if 0 < width * height <= MOST_PIXELS else None
    return None


def _png(content: bytes) -> tuple[int, int]:
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


def _gif(content: bytes) -> tuple[int, int]:
    return int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")


def _jpeg(content: bytes) -> tuple[int, int]:
    """Walk from marker to marker to the first that starts a frame; (0, 0) where there is none."""
    position = 2
    while position + 9 < len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = content[position + 5 : position + 7], content[position + 7 : position + 9]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        position += 2 + int.from_bytes(content[position + 2 : position + 4], "big") if marker != 0xFF else 1
    return 0, 0


def _webp(content: bytes) -> tuple[int, int]:
    if content[8:12] != b"WEBP":
        return 0, 0
    kind = content[12:16]
    if kind == b"VP8X":
        return int.from_bytes(content[24:27], "little") + 1, int.from_bytes(content[27:30], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(content[26:28], "little") & 0x3FFF, int.from_bytes(content[28:30], "little") & 0x3FFF


KINDS = (
    (b"\xff\xd8\xff", "image/jpeg", _jpeg),
    (b"\x89PNG\r\n\x1a\n", "image/png", _png),
    (b"GIF87a", "image/gif", _gif),
    (b"GIF89a", "image/gif", _gif),
    (b"RIFF", "image/webp", _webp),
)
