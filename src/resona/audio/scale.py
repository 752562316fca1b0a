"""How does a cover become small enough for a phone?"""

import io
from fractions import Fraction
from typing import Any

from resona.errors import DecodeError

QUALITY = 4  # FFmpeg's quantiser, 2 to 31: about 30 kB for 300 × 300
DEMUXERS = ((b"\xff\xd8\xff", "jpeg_pipe"), (b"\x89PNG", "png_pipe"), (b"GIF8", "gif"), (b"RIFF", "webp_pipe"))


def scale_picture(content: bytes, size: int) -> bytes:
    """Make a picture at most `size` pixels wide and high, as JPEG.

    Parameters
    ----------
    content
        A JPEG, PNG, GIF or WebP that `check_picture` has let through.
    size
        At least 1.

    Raises
    ------
    DecodeError
        If it is damaged.

    Examples
    --------
    >>> import av
    >>> picture = av.VideoFrame(400, 200, "rgb24")
    >>> png = av.CodecContext.create("png", "w")
    >>> png.width, png.height, png.pix_fmt, png.time_base = 400, 200, "rgb24", Fraction(1)
    >>> small = scale_picture(b"".join(map(bytes, [*png.encode(picture), *png.encode(None)])), 100)
    >>> with av.open(io.BytesIO(small)) as container:
    ...     container.streams.video[0].width, container.streams.video[0].height
    (100, 50)
    """
    import av

    demuxer = next((name for magic, name in DEMUXERS if content.startswith(magic)), None)
    try:
        with av.open(io.BytesIO(content), "r", format=demuxer) as container:
            frame = next(container.decode(video=0))
            share = min(size / max(frame.width, frame.height), 1.0)
            width, height = (max(round(side * share), 1) for side in (frame.width, frame.height))
            small = frame.reformat(width, height, "yuvj420p", interpolation="AREA")
        return _jpeg(small)
    except (av.FFmpegError, OSError, ValueError, StopIteration) as error:
        raise DecodeError("a cover", "is damaged") from error


def _jpeg(frame: Any) -> bytes:
    import av

    encoder = av.CodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, "yuvj420p"
    encoder.time_base = Fraction(1)
    encoder.options = {"qmin": str(QUALITY), "qmax": str(QUALITY)}
    return b"".join(bytes(packet) for source in (frame, None) for packet in encoder.encode(source))
