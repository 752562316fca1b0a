"""How are the files of networks written? As protocol buffers, of which ONNX and TensorFlow use little [1]_.

A message is a row of fields: a number, and an integer, or bytes that are text, an array or a message again.

References
----------
.. [1] Google, "Protocol buffers: encoding", https://protobuf.dev/programming-guides/encoding.
"""

from collections.abc import Iterator

VARINT, EIGHT_BYTES, BYTES, FOUR_BYTES = 0, 1, 2, 5  # how a field's value is stored
MOST_BITS = 64


def read_varint(content: bytes | memoryview, at: int) -> tuple[int, int]:
    r"""Read an integer, and where the next value begins.

    Raises
    ------
    ValueError
        If there is none.

    Examples
    --------
    >>> read_varint(b"\xac\x02", 0)
    (300, 2)
    """
    value = shift = 0
    while at < len(content) and shift < MOST_BITS:
        byte = content[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at
    raise ValueError("an integer does not end")


def read_message(content: bytes | memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Go through the fields of a message: number and value.

    Raises
    ------
    ValueError
        If it is not a message.

    Examples
    --------
    >>> [(number, bytes(value)) for number, value in read_message(field(7, "rock"))]
    [(7, b'rock')]
    """
    at, view = 0, memoryview(content)
    while at < len(view):
        tag, at = read_varint(view, at)
        kind = tag & 7
        if kind == VARINT:
            value, at = read_varint(view, at)
            yield tag >> 3, value
            continue
        if kind not in (EIGHT_BYTES, BYTES, FOUR_BYTES):
            raise ValueError(f"a field is stored in the unknown way {kind}")
        size, at = read_varint(view, at) if kind == BYTES else (8 if kind == EIGHT_BYTES else 4, at)
        if at + size > len(view):
            raise ValueError("a field is longer than its message")
        yield tag >> 3, view[at : at + size]
        at += size


def varint(value: int) -> bytes:
    r"""Write an integer; a negative one as its two's complement.

    Examples
    --------
    >>> varint(300)
    b'\xac\x02'
    """
    value &= (1 << MOST_BITS) - 1
    written = bytearray()
    while value > 127:
        written.append(value & 127 | 128)
        value >>= 7
    written.append(value)
    return bytes(written)


def field(number: int, value: int | str | bytes) -> bytes:
    r"""Write a field.

    Examples
    --------
    >>> field(1, 300)
    b'\x08\xac\x02'
    """
    if isinstance(value, int):
        return varint(number << 3 | VARINT) + varint(value)
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | BYTES) + varint(len(content)) + content
