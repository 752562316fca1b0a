"""How is a file written whole or not at all?"""

import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WEIGHTS = "weights.safetensors"  # of a model, beside the graphs that need them


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a draft beside a file, which takes its place when the block ends, and is gone if it fails.

    Whoever reads `path` sees what was there before, or all of what was written.

    Parameters
    ----------
    path
        What is replaced; its folder must be there. The draft ends with the same suffix.

    Raises
    ------
    OSError
        If the draft cannot take its place.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with written_whole(Path(folder) / "a.txt") as draft:
    ...         _ = draft.write_text("whole")
    ...     [path.name for path in Path(folder).iterdir()]
    ['a.txt']
    """
    number = zlib.crc32(os.fsencode(path.name))  # the whole name might be too long for another one
    draft = path.with_name(f".part-{os.getpid()}-{number:08x}{path.suffix}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
