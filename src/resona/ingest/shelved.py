"""Where are features kept that are not in the library? In parquet files, a few dozen tracks in each, here or elsewhere.

They are the largest part of what is heard, and only wanted again when another model is to embed the tracks. A row names
a track by its audio, so that it serves whatever a file is called by then, and any library that holds the same audio.
"""

import hashlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.addresses import RemotePath, place
from resona.audio import get_content, list_names, put_content
from resona.errors import ConfigError, MissingExtraError, ReadError, StoreError
from resona.files import written_whole
from resona.inference import Model
from resona.store import IN_LIBRARY, Store

NOWHERE = "none"
PARQUET = "parquet:"  # before the folder, or address

Row = tuple[str, NDArray[np.float16]]


def check_keep(wish: str) -> None:
    """Check what was asked for to become of features.

    Raises
    ------
    ConfigError
        If it cannot be done.

    Examples
    --------
    >>> check_keep("parquet:s3://bucket/features")
    """
    if wish not in (IN_LIBRARY, NOWHERE) and not (wish.startswith(PARQUET) and wish != PARQUET):
        raise ConfigError(f"features are kept in the {IN_LIBRARY}, {NOWHERE}, or {PARQUET}FOLDER; got {wish!r}")


def shelf_of(wish: str) -> Path | None:
    """Give the folder of parquet files that is meant; None where it is none."""
    return place(wish.removeprefix(PARQUET)).expanduser().absolute() if wish.startswith(PARQUET) else None


def name_of(audio_hash: str, start_seconds: float, end_seconds: float | None) -> str:
    """Name a track by its audio, as `Store.tracks.named_by_audio` takes it.

    Examples
    --------
    >>> name_of("c0ffee", 0.0, None), name_of("c0ffee", 26.0, 52.0)
    ('c0ffee', 'c0ffee#t=26.0,52.0')
    """
    return (
        audio_hash
        if end_seconds is None and not start_seconds
        else f"{audio_hash}#t={start_seconds},{end_seconds or ''}"
    )


def write_shelf(shelf: Path, fingerprint: str, rows: Sequence[Row]) -> None:
    """Write features as one file, named by what it holds: written twice, it is there once.

    Parameters
    ----------
    rows
        Names by audio, and clips, shape (n_clips, n_mfcc, n_frames), float16.

    Raises
    ------
    StoreError
        If it cannot be written.
    MissingExtraError
        If what writes parquet is not installed.
    """
    if not rows:
        return
    arrow, parquet = _arrow()
    names = [name for name, _ in rows]
    table = arrow.table(
        {
            "audio": names,
            "shape": [list(clips.shape) for _, clips in rows],
            "content": [np.ascontiguousarray(clips, "<f2").tobytes() for _, clips in rows],
        }
    )
    content = io.BytesIO()
    parquet.write_table(table, content, compression="zstd")
    path = (
        shelf / fingerprint / f"{hashlib.blake2b(' '.join(sorted(names)).encode(), digest_size=12).hexdigest()}.parquet"
    )
    try:
        if isinstance(path, RemotePath):
            put_content(path, content.getvalue())
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            with written_whole(path) as draft:
                draft.write_bytes(content.getvalue())
    except (OSError, ReadError) as error:
        reason = error.reason if isinstance(error, ReadError) else error.strerror or error
        raise StoreError(path, f"features cannot be kept there: {reason}; what was stored before is safe") from error


def embed_shelved(store: Store, model: Model, shelf: Path) -> int:
    """Embed, from features on a shelf, the tracks that a model has not embedded; give their number.

    Raises
    ------
    StoreError
        If the shelf cannot be read.
    MissingExtraError
        As in `write_shelf`.
    """
    return sum(embed_file(store, model, path) for path in wanted_files(store, model, shelf))


def wanted_files(store: Store, model: Model, shelf: Path) -> list[Path]:
    """List the files of a shelf in which there may be tracks that a model has not embedded.

    Raises
    ------
    StoreError
        If the shelf cannot be read.
    """
    is_lacking = bool(store.embeddings.lacking_ids(model.model_id))
    return _files(shelf / model.feature_fingerprint) if is_lacking else []


def embed_file(store: Store, model: Model, path: Path) -> int:
    """Do what `embed_shelved` does for one file of the shelf."""
    clips = {}
    for name, features in _read(path):
        track_id = store.tracks.named_by_audio(name)
        if track_id is not None and store.embeddings.get(track_id, model.model_id) is None:
            clips[track_id] = features
    known = [set(store.embeddings.track_ids(ear)) for ear in model.ears]
    due = [track_id for track_id in clips if all(track_id in ids for ids in known)]
    if due:
        by_ear = {ear: store.embeddings.rows(due, ear) for ear in model.ears}
        vectors = model.embed_many((clips[track_id] for track_id in due), by_ear)
        store.embeddings.put_many(model.model_id, zip(due, vectors, strict=True))
    return len(due)


def _files(folder: Path) -> list[Path]:
    try:
        names = list_names(folder) if isinstance(folder, RemotePath) else [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        return []
    except (OSError, ReadError) as error:
        raise StoreError(folder, f"the features there cannot be read: {error}") from error
    return [folder / name for name in sorted(names) if name.endswith(".parquet") and not name.startswith(".")]


def _read(path: Path) -> Iterator[Row]:
    arrow, parquet = _arrow()
    try:
        content = get_content(path) if isinstance(path, RemotePath) else path.read_bytes()
        table = parquet.read_table(io.BytesIO(content)).to_pylist()
    except (OSError, ReadError, arrow.ArrowException) as error:
        raise StoreError(path, f"the features there cannot be read: {error}") from error
    for row in table:
        yield row["audio"], np.frombuffer(row["content"], "<f2").reshape(row["shape"]).astype(np.float16, copy=False)


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtraError(
            "features in parquet files need pyarrow: pip install 'resona-music[parquet]'"
        ) from error
    return arrow, parquet
