"""How are moods and genres written into a file, with everything else left as it is?

mutagen writes the tags that a kind of file has: ID3, Vorbis comments, MP4 atoms, APEv2 or ASF attributes. An ID3 tag
keeps its version, and an ID3v1 behind it its bytes. Conventions: a field is a list of texts; no texts take it away.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from resona.errors import AudioError, MissingExtraError, UnsupportedAudioError

# Name of the field in Vorbis comments, which APEv2 shares, in MP4 and in ASF. ID3 has a frame for each; see `_frame`.
NAMES = {
    "genre": ("GENRE", "\xa9gen", "WM/Genre"),
    "mood": ("MOOD", "----:com.apple.iTunes:MOOD", "WM/Mood"),
}
ID3_KINDS = ("ID3FileType", "WAVE", "AIFF", "DSF")
KINDS = (*ID3_KINDS, "FLAC", "OggFileType", "MP4", "APEv2File", "ASF")
FREEFORM = "----"  # such MP4 atoms hold bytes
ID3V1_BYTES = 128
UTF8, UTF16 = 3, 1  # encodings of ID3v2.4, and of what is older

Values = Mapping[str, Sequence[str]]


def read_fields(path: Path) -> dict[str, list[str]]:
    """Read what the fields of `NAMES` say; empty where they say nothing.

    Raises
    ------
    UnsupportedAudioError
        If tags of such files cannot be written.
    AudioError
        If the file is damaged or cannot be read.
    MissingExtraError
        If mutagen is not installed.
    """
    opened = _open(path)
    return {field: _get(opened, field) for field in NAMES}


def write_fields(path: Path, values: Values) -> None:
    """Write fields into a file, in place: give it a copy; see `resona.files.written_whole`.

    Parameters
    ----------
    path
        The file.
    values
        Field of `NAMES` to its texts.

    Raises
    ------
    UnsupportedAudioError, AudioError, MissingExtraError
        As `read_fields`, or if it cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from resona.audio import write_audio
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "tone.flac")
    ...     write_audio(path, np.sin(np.arange(22050) / 10).astype(np.float32), 22050)
    ...     write_fields(path, {"mood": ["calm", "sad"]})
    ...     read_fields(path)
    {'genre': [], 'mood': ['calm', 'sad']}
    """
    from mutagen import MutagenError

    opened = _open(path)
    try:
        if opened.tags is None:
            opened.add_tags()
        for field, texts in values.items():
            _set(opened, field, list(texts))
        if _is(opened, *ID3_KINDS):
            _save_id3(path, opened)
        else:
            opened.save()
    except (MutagenError, OSError, ValueError) as error:
        raise AudioError(path, f"its tags cannot be written: {error}") from error


def _open(path: Path) -> Any:
    try:
        import mutagen
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "writing tags needs mutagen, which is not installed: pip install 'resona-music[tags]'"
        ) from error
    try:
        opened = mutagen.File(path)
        if opened is None or not _is(opened, *KINDS):
            raise UnsupportedAudioError(path, "tags are not written into files of this kind")
        if not _is(opened, *ID3_KINDS):
            return opened
        return type(opened)(path, translate=False, load_v1=False)  # as it stands, to be written back as it was
    except (mutagen.MutagenError, OSError, ValueError) as error:
        raise AudioError(path, f"its tags cannot be read: {error}") from error


def _is(opened: Any, *names: str) -> bool:
    """Whether an opened file is of one of some of mutagen's classes, none of which is imported for that."""
    return not {kind.__name__ for kind in type(opened).__mro__}.isdisjoint(names)


def _name(opened: Any, field: str) -> str:
    vorbis, mp4, asf = NAMES[field]
    return mp4 if _is(opened, "MP4") else asf if _is(opened, "ASF") else vorbis


def _frame(opened: Any, field: str) -> str:
    """Name the ID3 frame; TMOO is new in version 2.4."""
    if field == "genre":
        return "TCON"
    return "TMOO" if _is_new(opened) else "TXXX:MOOD"


def _is_new(opened: Any) -> bool:
    return opened.tags is None or tuple(opened.tags.version) >= (2, 4)


def _get(opened: Any, field: str) -> list[str]:
    if opened.tags is None:
        return []
    if _is(opened, *ID3_KINDS):
        frame = opened.tags.get(_frame(opened, field))
        return [] if frame is None else [str(text) for text in getattr(frame, "genres", frame.text)]
    values = opened.tags.get(_name(opened, field), [])
    return [value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in _listed(values)]


def _listed(values: Any) -> list[Any]:
    return [values] if isinstance(values, str) else list(values)


def _set(opened: Any, field: str, texts: list[str]) -> None:
    if _is(opened, *ID3_KINDS):
        _set_frame(opened, field, texts)
        return
    name = _name(opened, field)
    if texts and _is(opened, "ASF"):
        opened.tags[name] = ["; ".join(texts)]  # of several, most programs read one
    elif texts:
        opened.tags[name] = [text.encode() for text in texts] if name.startswith(FREEFORM) else texts
    elif name in opened.tags:
        del opened.tags[name]


def _set_frame(opened: Any, field: str, texts: list[str]) -> None:
    from mutagen import id3

    name = _frame(opened, field)
    opened.tags.delall(name)
    if not texts:
        return
    encoding, told = (UTF8, texts) if _is_new(opened) else (UTF16, ["; ".join(texts)])
    kind, _, description = name.partition(":")
    options = {"desc": description} if description else {}
    opened.tags.add(getattr(id3, kind)(encoding=encoding, text=told, **options))


def _save_id3(path: Path, opened: Any) -> None:
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - ID3V1_BYTES, 0))
        last = file.read()
    options: dict[str, Any] = {} if _is_new(opened) else {"v2_version": 3, "v23_sep": None}
    opened.save(**options)
    if last.startswith(b"TAG"):  # mutagen writes it anew
        with path.open("r+b") as file:
            file.seek(-ID3V1_BYTES, 2)
            file.write(last)
