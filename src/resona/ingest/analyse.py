"""What does one file hold, and how does it sound? This runs in a worker process and touches no store."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from resona.addresses import RemotePath
from resona.audio import (
    TWIN,
    Clips,
    CueEntry,
    content_hash,
    decode_clips,
    find_entries,
    is_joined,
    is_same_audio,
    read_tags,
    resample,
    whole_hash,
)
from resona.errors import AudioError, EmptyAudioError, ReadError
from resona.features.descriptors import DescriptorConfig, describe
from resona.features.mfcc import FeatureConfig, cepstrum, log_mel, power_spectrogram
from resona.inference import Model, open_ear
from resona.store import UNREACHABLE, KnownPart, Work
from resona.tracks import TAG, Tags

UNPADDED = frozenset({".wav", ".aif", ".aiff", ".aifc", ".w64", ".rf64", ".au", ".caf"})  # new tags change their size

Vector = NDArray[np.float32]
Embedder = Callable[[NDArray[np.float16]], Vector]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisConfig:
    """What is measured of each track: the front end's settings, the descriptors', and the folders of ears that listen.

    Examples
    --------
    >>> from resona.inference import open_model
    >>> AnalysisConfig.of(open_model(None)) == AnalysisConfig()
    True
    """

    features: FeatureConfig = field(default_factory=FeatureConfig)
    descriptors: DescriptorConfig = field(default_factory=DescriptorConfig)
    ears: tuple[Path, ...] = ()

    @classmethod
    def of(cls, model: Model) -> Self:
        """Measure what a model needs."""
        return cls(features=model.features, ears=tuple(model.ears.values()))

    @property
    def sample_rate(self) -> int:
        """The highest rate that anything is heard at, in Hz: files are decoded once, at this."""
        return max([self.features.sample_rate, *(open_ear(folder).front.sample_rate for folder in self.ears)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One track of a file, analysed.

    Attributes
    ----------
    features
        Shape (n_clips, n_mfcc, n_frames), float16; None where the audio is the same as before.
    same_as
        Then, the track as which it was heard.
    starts_seconds
        Where each clip begins in the track.
    vector
        The embedding, shape (d,), or None without a model.
    by_ear
        As in `Listened`.
    """

    tags: Tags
    start_seconds: float = 0.0
    end_seconds: float | None = None
    features: NDArray[np.float16] | None = None
    same_as: int = 0
    starts_seconds: tuple[float, ...] = ()
    descriptors: dict[str, float | str | None] = field(default_factory=dict)
    vector: Vector | None = None
    by_ear: Mapping[str, Vector] = field(default_factory=dict)
    is_truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """A file whose tracks could be analysed."""

    work: Work
    audio_hash: str
    tracks: tuple[Heard, ...]

    @property
    def is_known(self) -> bool:
        """Whether its audio was heard under another name, so that nothing had to be heard again."""
        return all(track.features is None for track in self.tracks)


@dataclass(frozen=True, slots=True)
class Failed:
    """A file that could not: an outcome, not an exception.

    Attributes
    ----------
    audio_hash
        Of what the file holds; empty where that is not known.
    """

    work: Work
    kind: str
    reason: str
    audio_hash: str = ""


Outcome = Ingested | Failed


def analyse(work: Work, config: AnalysisConfig, embedder: Embedder | None, roots: tuple[Path, ...] = ()) -> Outcome:
    """Read a file's tags, listen to its clips, describe and embed them.

    Parameters
    ----------
    work
        The file.
    config
        What is measured.
    embedder
        Turns a track's features into its embedding.
    roots
        The scanned folders, which tell a genre folder from the library's own.

    Returns
    -------
    `Ingested`, or `Failed` with the reason; no audio problem is raised.
    """
    audio_hash = ""
    try:
        audio_hash = _name(work)
        outcome: Outcome = _ingest(work, audio_hash, config, embedder, roots)
    except ReadError as error:
        outcome = Failed(work, UNREACHABLE, f"{error.reason}; the next scan tries again")
    except AudioError as error:
        outcome = Failed(work, type(error).__name__, error.reason, audio_hash)
    except OSError as error:
        outcome = Failed(work, UNREACHABLE, f"cannot be read: {error.strerror or error}")
    except MemoryError:
        outcome = Failed(work, "MemoryError", "needs too much memory to decode", audio_hash)
    # What was heard of a file while it was written, or of a share that went away, says nothing of the file.
    complaint = _complaint(work)
    return Failed(work, UNREACHABLE, f"{complaint}; the next scan tries again") if complaint else outcome


def _name(work: Work) -> str:
    """Name the audio as the library does: by all of it where another recording has the same short name."""
    name = content_hash(work.path)
    long = {part.audio_hash for part in work.known if part.audio_hash.startswith(name + TWIN)}
    return whole if long and (whole := whole_hash(work.path)) in long else name


def _complaint(work: Work) -> str:
    """Say why a file is not the one that was found; empty if it is."""
    try:
        with work.path.open("rb", buffering=0) as file:
            file.read(1)
            status = os.fstat(file.fileno())
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    is_same = (status.st_size, status.st_mtime_ns) == (work.size_bytes, work.mtime_ns)
    return "" if is_same else "changed while it was read"


def _ingest(
    work: Work, audio_hash: str, config: AnalysisConfig, embedder: Embedder | None, roots: tuple[Path, ...]
) -> Ingested:
    root = next((root for root in roots if work.path.is_relative_to(root)), None)
    tags = read_tags(work.path, root=root)
    entries = find_entries(work.path) if work.side else []
    is_beyond = tags.duration_seconds and any(entry.start_seconds >= tags.duration_seconds for entry in entries)
    if is_beyond and not is_joined(work.path):
        entries = []  # the sheet speaks of another file
    hear = partial(_hear, work, audio_hash, config, embedder)
    if len(entries) < 2:
        tracks = [hear(Heard(tags=_fill(tags, entries[0].tags) if entries else tags))]
    else:
        tracks = [heard for entry in entries for heard in _hear_entry(hear, entry, tags)]
    if not tracks:
        raise EmptyAudioError(work.path, "holds nothing but silence")
    return Ingested(work=work, audio_hash=audio_hash, tracks=tuple(tracks))


def _fill(tags: Tags, sheet: Tags) -> Tags:
    """Take from a cue sheet what the file does not say itself."""
    lacking = {name: source for name, source in sheet.sources.items() if tags.sources.get(name) != TAG}
    values = {name: getattr(sheet, name) for name in lacking}
    return replace(tags, **values, sources={**tags.sources, **lacking})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listened:
    """What is made of some clips, before any model: see `Heard`.

    Attributes
    ----------
    by_ear
        What each ear that listened made of them, by its `model_id`.
    """

    clips: Clips
    features: NDArray[np.float16]
    descriptors: dict[str, float | str | None]
    by_ear: Mapping[str, Vector] = field(default_factory=dict)


def listen(
    source: Path | bytes, config: AnalysisConfig, *, start_seconds: float = 0.0, end_seconds: float | None = None
) -> Listened:
    """Decode the clips of a track once, measure them, and let the ears hear them.

    Raises
    ------
    AudioError
        If nothing can be heard.
    """
    front = config.features
    clips = decode_clips(
        source,
        n_clips=front.n_clips,
        clip_seconds=front.clip_seconds,
        sample_rate=config.sample_rate,
        start_seconds=start_seconds,
        end_seconds=end_seconds,
    )
    powers = [
        power_spectrogram(samples, front) for samples in at_rate(clips.samples, clips.sample_rate, front.sample_rate)
    ]
    features = np.stack([cepstrum(log_mel(power, front), n_mfcc=front.n_mfcc) for power in powers])
    descriptors = asdict(describe(powers, front, config.descriptors))
    by_ear = hear_by_ear(clips.samples, clips.sample_rate, config.ears)
    return Listened(clips=clips, features=features.astype(np.float16), descriptors=descriptors, by_ear=by_ear)


def hear_by_ear(clips: Sequence[Vector], sample_rate: int, folders: Sequence[Path]) -> dict[str, Vector]:
    """Let ears hear decoded clips: `model_id` to vector."""
    ears = map(open_ear, folders)
    return {ear.model_id: ear.hear(at_rate(clips, sample_rate, ear.front.sample_rate)) for ear in ears}


def at_rate(clips: Sequence[Vector], from_hz: int, to_hz: int) -> list[Vector]:
    """Change the sample rate of clips."""
    return [resample(samples, from_hz, to_hz) for samples in clips]


def _hear_entry(hear: Callable[[Heard], Heard], entry: CueEntry, tags: Tags) -> Iterator[Heard]:
    """Listen to a track of a cue sheet; a silent one, as between the songs and a hidden one, is left out."""
    own = replace(entry.tags, genres=entry.tags.genres or tags.genres)
    with suppress(EmptyAudioError):
        yield hear(Heard(tags=own, start_seconds=entry.start_seconds, end_seconds=entry.end_seconds))


def _hear(work: Work, audio_hash: str, config: AnalysisConfig, embedder: Embedder | None, track: Heard) -> Heard:
    """Listen to a track, unless it is known."""
    start, end = track.start_seconds, track.end_seconds
    same = sorted(part for part in work.known if part[:3] == (audio_hash, start, end))
    if known := next((part for part in same if _is_reusable(work, part)), None):
        return replace(track, same_as=known.track_id)
    listened = listen(work.path, config, start_seconds=start, end_seconds=end)
    vector = embedder(listened.features) if embedder else None
    if vector is not None and not is_comparable(vector):
        raise EmptyAudioError(work.path, "sounds like nothing that could be compared")
    return replace(
        track,
        tags=replace(track.tags, duration_seconds=listened.clips.duration_seconds),
        features=listened.features,
        starts_seconds=listened.clips.starts_seconds,
        descriptors=listened.descriptors,
        vector=vector,
        by_ear=listened.by_ear,
        is_truncated=listened.clips.is_truncated,
    )


def _is_reusable(work: Work, part: KnownPart) -> bool:
    """Whether what was heard is of this file: re-tagged, moved, or a copy of one that is still there."""
    is_contested = any(other.audio_hash.startswith(part.audio_hash + TWIN) for other in work.known)
    if is_contested and part.state[:2] != (work.size_bytes, work.mtime_ns):
        return False
    if work.path.suffix.lower() in UNPADDED and part.state[0] == work.size_bytes and part.state[1] != work.mtime_ns:
        return part.path is not None and _is_copy(work, part)
    return part.path is None or _is_copy(work, part, is_gone_enough=True)


def _is_copy(work: Work, part: KnownPart, *, is_gone_enough: bool = False) -> bool:
    """Whether the file that was heard is still there and holds the same; or is gone, if that is enough."""
    if part.path is None or isinstance(part.path, RemotePath):
        return False
    with suppress(OSError):
        status = part.path.stat()
        if (status.st_size, status.st_mtime_ns, status.st_ctime_ns) == part.state:
            return is_same_audio(part.path, work.path)
    return is_gone_enough


def is_comparable(vector: Vector) -> bool:
    """Whether a vector says anything: all numbers, and not all the same."""
    return bool(np.isfinite(vector).all() and np.ptp(vector))
