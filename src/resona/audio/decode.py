"""How does a track sound, in a few clips?

Conventions: clips are mono float32 in −1…1 (NDArray of shape (n_samples,)) at the rate asked for, positions are
seconds from the start of the track. Only the clips are decoded, reached by seeking. What a file declares is never
trusted: a clip that comes out short starts a second and a third attempt, with a more patient decoder and a duration
measured by counting packets. Silence, constants and non-numbers are never returned. What seems damaged is read from
end to end and heard once more, since decoders cannot tell a bad disk from a bad file.
"""

import math
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from resona.audio.chained import ChainedReader
from resona.audio.channels import Downmix, Mono, only
from resona.audio.coded import heard_blocks
from resona.audio.ffmpeg import PyAvReader
from resona.audio.joined import find_streams
from resona.audio.libsndfile import SoundFileReader
from resona.audio.payload import lacks_end
from resona.audio.resample import resample_blocks
from resona.audio.source import OpenedSource, Reader, Source
from resona.errors import AudioError, DecodeError, EmptyAudioError, UnsupportedAudioError

MIN_SECONDS = 0.5
MAX_WHOLE_SECONDS = 1800.0
SILENCE = 1e-4  # smallest difference between highest and lowest sample that is sound: −80 dB
FIRST_CENTRE, LAST_CENTRE = 0.2, 0.8  # of the track
MAX_COVERAGE = 1.2  # of the track by all clips together

_COMPLETE = 0.98  # of a clip
_LOUDEST = 4.0  # beyond full scale; mis-scaled files reach 32,768
_SEARCH_POSITIONS = 11
_PATIENCE_SECONDS = 10.0  # with what seems damaged, before it is heard once more


@dataclass(frozen=True, slots=True, kw_only=True)
class Clips:
    """What was heard of a track.

    Attributes
    ----------
    samples
        One array a clip, each of the same shape (n_samples,), mono, finite, never constant.
    starts_seconds
        Where each begins, counted from the start of the track.
    sample_rate
        In Hz.
    duration_seconds
        Of the track: measured where its file declared something impossible.
    is_truncated
        The file holds less than it declares, or is damaged in places.
    """

    samples: tuple[NDArray[np.float32], ...]
    starts_seconds: tuple[float, ...]
    sample_rate: int
    duration_seconds: float
    is_truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    n_clips: int
    clip_seconds: float
    sample_rate: int
    start_seconds: float
    end_seconds: float | None


def decode_clips(
    source: Source,
    *,
    n_clips: int,
    clip_seconds: float,
    sample_rate: int,
    start_seconds: float = 0.0,
    end_seconds: float | None = None,
) -> Clips:
    """Decode a few clips spread over a track.

    Parameters
    ----------
    source
        A path, the bytes of a file, or a binary file object such as standard input.
    n_clips, clip_seconds
        How many and how long; see `plan_clips`. With 0 the whole track is one clip, or its first half hour.
    sample_rate
        In Hz, of the result.
    start_seconds, end_seconds
        The part of the file that is the track; None is the end of the file.

    Returns
    -------
    The clips. A silent one is left out; if all are, the first position that can be heard gives the only clip.

    Raises
    ------
    ReadError
        If the disk or the share fails.
    UnsupportedAudioError
        If the source is not audio that can be read.
    DecodeError
        If it cannot be opened, or too little of what it declares can be decoded.
    EmptyAudioError
        If it holds less than half a second, or nothing but silence.

    Examples
    --------
    >>> import io, soundfile
    >>> file = io.BytesIO()
    >>> tone = np.sin(2 * np.pi * 440 * np.arange(8000 * 60) / 8000)
    >>> soundfile.write(file, tone, 8000, format="WAV")
    >>> clips = decode_clips(file, n_clips=3, clip_seconds=10, sample_rate=22050)
    >>> clips.starts_seconds, clips.samples[0].shape, clips.duration_seconds
    ((7.0, 25.0, 43.0), (220500,), 60.0)
    """
    request = _Request(
        n_clips=n_clips,
        clip_seconds=clip_seconds,
        sample_rate=sample_rate,
        start_seconds=max(start_seconds, 0.0),
        end_seconds=end_seconds,
    )
    with OpenedSource(source) as opened:
        begin = time.monotonic()
        clips, errors = _attempt(opened, request)
        if opened.name and (clips is None or clips.is_truncated or opened.is_suspect):
            opened.read_through()
            if time.monotonic() - begin < _PATIENCE_SECONDS:
                clips, errors = _attempt(opened, request)
    if clips is None:
        raise _most_telling(errors)
    return clips


def decode_span(
    source: Source, start_seconds: float, end_seconds: float | None, *, sample_rate: int
) -> NDArray[np.float32]:
    """Decode one part of a track, such as the refrain that a query is about.

    Parameters
    ----------
    source
        As for `decode_clips`.
    start_seconds, end_seconds
        Where it begins and ends; None is the end of the file. Half an hour is decoded at the most.
    sample_rate
        In Hz, of the result.

    Returns
    -------
    Shape (n_samples,), mono.

    Raises
    ------
    AudioError
        As for `decode_clips`.

    Examples
    --------
    >>> import io, soundfile
    >>> file = io.BytesIO()
    >>> soundfile.write(file, np.sin(np.arange(8000 * 4)), 8000, format="FLAC")
    >>> decode_span(file, 1.0, 2.5, sample_rate=22050).shape
    (33075,)
    """
    clips = decode_clips(
        source,
        n_clips=0,
        clip_seconds=0.0,
        sample_rate=sample_rate,
        start_seconds=start_seconds,
        end_seconds=end_seconds,
    )
    return clips.samples[0]


def plan_clips(duration_seconds: float, *, n_clips: int, clip_seconds: float) -> list[tuple[float, float]]:
    """Decide which parts of a track are heard.

    The centres are spread evenly from 20 % to 80 % of the track, since beginnings and ends say little about it. Clips
    may overlap so far that they add up to 1.2 times the track: 25 s are enough for three clips of 10 s, and excerpts
    of 30 s are heard like longer tracks. What is shorter is one clip, the whole of it.

    Returns
    -------
    Start and length of each clip, in seconds.

    Examples
    --------
    >>> plan_clips(100.0, n_clips=3, clip_seconds=10)
    [(15.0, 10), (45.0, 10), (75.0, 10)]
    >>> plan_clips(24.0, n_clips=3, clip_seconds=10)
    [(0.0, 24.0)]
    """
    if not n_clips or duration_seconds < clip_seconds * max(n_clips / MAX_COVERAGE, 1.0):
        return [(0.0, min(duration_seconds, MAX_WHOLE_SECONDS))]
    step = (LAST_CENTRE - FIRST_CENTRE) / max(n_clips - 1, 1)
    centres = [FIRST_CENTRE + step * clip for clip in range(n_clips)] if n_clips > 1 else [0.5]
    last_start = duration_seconds - clip_seconds
    starts = [min(max(centre * duration_seconds - clip_seconds / 2, 0.0), last_start) for centre in centres]
    return [(round(start, 3), clip_seconds) for start in starts]


def _attempt(opened: OpenedSource, request: _Request) -> tuple[Clips | None, list[AudioError]]:
    """Let one decoder after the other try; without clips there are only errors."""
    attempts: Sequence[tuple[Callable[[OpenedSource], Reader], bool]] = (
        (SoundFileReader, False),
        (PyAvReader, False),
        (partial(PyAvReader, with_measure=True), True),
    )
    with suppress(OSError):  # the decoders meet it again
        if links := find_streams(opened.file):
            attempts = ((partial(ChainedReader, links=links), True),)
    errors: list[AudioError] = []
    for open_reader, is_last in attempts:
        try:
            with closing(open_reader(opened)) as reader:
                clips = _cut(opened, reader, request, is_patient=is_last)
                is_damaged = any(isinstance(error, DecodeError) for error in errors)
                return replace(clips, is_truncated=is_damaged or lacks_end(opened.rewind())), errors
        except AudioError as error:
            errors.append(error)
    return None, errors


def _cut(opened: OpenedSource, reader: Reader, request: _Request, *, is_patient: bool) -> Clips:
    """Read the planned clips: all of them, or in the patient attempt at least one."""
    start, end = request.start_seconds, reader.duration_seconds
    if request.end_seconds is not None:
        end = min(end, request.end_seconds)
    if end - start < MIN_SECONDS:
        what = (
            f"the part asked for, out of {reader.duration_seconds:.1f} seconds, "
            if start or request.end_seconds
            else ""
        )
        raise EmptyAudioError(
            opened.path, f"{what}holds {max(end - start, 0):.2f} seconds of sound, {MIN_SECONDS} are needed"
        )
    plan = plan_clips(end - start, n_clips=request.n_clips, clip_seconds=request.clip_seconds)
    heard = [(begin, _hear(reader, start + begin, seconds, request.sample_rate)) for begin, seconds in plan]
    if not reader.is_plausible(start + heard[-1][0] + len(heard[-1][1]) / request.sample_rate):
        raise UnsupportedAudioError(opened.path, "does not tell how long it is")
    least_seconds = MIN_SECONDS if is_patient and len(plan) == 1 else _COMPLETE * plan[0][1]
    complete = [(begin, samples) for begin, samples in heard if len(samples) >= least_seconds * request.sample_rate]
    if len(complete) < (1 if is_patient else len(plan)):
        raise DecodeError(opened.path, _shortage(end - start, plan, heard, request.sample_rate))
    audible = [clip for clip in complete if _is_sound(clip[1])] or _search(reader, request, end - start, plan[0][1])
    if not audible:
        raise EmptyAudioError(
            opened.path, "holds no sound: nothing but silence, a constant, or values that are no numbers"
        )
    n_samples = round(plan[0][1] * request.sample_rate) if len(plan) > 1 else len(audible[0][1])
    return Clips(
        samples=tuple(_fit(samples, n_samples) for _, samples in audible),
        starts_seconds=tuple(begin for begin, _ in audible),
        sample_rate=request.sample_rate,
        duration_seconds=end - start,
    )


def _hear(reader: Reader, start_seconds: float, seconds: float, sample_rate: int) -> Mono:
    """Decode and resample one clip, at a level that later arithmetic can bear."""
    n_samples = round(seconds * reader.sample_rate)
    downmix = Downmix()
    samples = _resampled(downmix.average(heard_blocks(reader, start_seconds, n_samples)), reader, sample_rate)
    if downmix.is_cancelled:
        samples = _resampled(only(heard_blocks(reader, start_seconds, n_samples), downmix.channel), reader, sample_rate)
    peak = float(np.abs(samples).max(initial=0.0))
    if _LOUDEST < peak < math.inf:
        samples /= np.float32(peak)
    return samples


def _resampled(blocks: Iterable[Mono], reader: Reader, sample_rate: int) -> Mono:
    return np.concatenate(list(resample_blocks(blocks, reader.sample_rate, sample_rate)))


def _is_sound(samples: Mono) -> bool:
    """Whether it is neither silent nor constant, and all numbers."""
    with np.errstate(invalid="ignore"):
        return SILENCE <= float(np.ptp(samples)) < math.inf  # a NaN anywhere makes this false


def _search(
    reader: Reader, request: _Request, duration_seconds: float, clip_seconds: float
) -> list[tuple[float, Mono]]:
    """Find the loudest of some more clips: hidden tracks lie behind minutes of silence."""
    if clip_seconds >= min(duration_seconds, MAX_WHOLE_SECONDS):
        return []  # all of it was heard
    begins = np.linspace(0.0, duration_seconds - clip_seconds, _SEARCH_POSITIONS).round(3).tolist()
    found = (
        (begin, _hear(reader, request.start_seconds + begin, clip_seconds, request.sample_rate)) for begin in begins
    )
    n_least = _COMPLETE * clip_seconds * request.sample_rate
    sounding = (clip for clip in found if len(clip[1]) >= n_least and _is_sound(clip[1]))
    loudest = max(sounding, key=lambda clip: float(clip[1].std()), default=None)
    return [loudest] if loudest else []


def _fit(samples: Mono, n_samples: int) -> Mono:
    """Cut or fill up with zeros: rounding, and the last few milliseconds."""
    return np.pad(samples, (0, n_samples - len(samples))) if len(samples) < n_samples else samples[:n_samples]


def _shortage(
    duration_seconds: float, plan: list[tuple[float, float]], heard: list[tuple[float, Mono]], sample_rate: int
) -> str:
    wanted = sum(seconds for _, seconds in plan)
    decoded = sum(len(samples) for _, samples in heard) / sample_rate
    kind = "is damaged or incomplete" if decoded else "is damaged, incomplete or copy-protected"
    return (
        f"{kind}: it declares {duration_seconds:.1f} seconds, "
        f"but of the {wanted:.1f} asked for only {decoded:.1f} could be decoded"
    )


def _most_telling(errors: list[AudioError]) -> AudioError:
    for kind in (EmptyAudioError, DecodeError):
        for error in reversed(errors):
            if isinstance(error, kind):
                return error
    return errors[-1]
