"""How does libsndfile read a file? MP3, FLAC, Ogg Vorbis, WAV, AIFF and their relatives.

It goes first because its seeks are exact and cheap. Measured for three 10 s clips of a track of 4 minutes, decoding
alone, on one core of a busy machine: MP3 30 ms (39 with PyAV; minimp3 needs 28 without seeking and 320 with it), FLAC
27 ms (30), Ogg Vorbis 47 ms (53). Opus takes 165 ms here and 66 ms with PyAV, so it is refused. An MP3 is opened anew
at the frame before each clip, wherever `resona.audio.mp3` can tell which one that is: libmpg123 would read the whole
file up to there, two calls for each frame.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from typing import Any

from resona.audio.channels import Channels
from resona.audio.mp3 import Mp3, find_frame, read_mp3
from resona.audio.payload import payload_span
from resona.audio.source import BLOCK_SAMPLES, PREROLL_SECONDS, FilePart, OpenedSource, check_limits
from resona.errors import DecodeError, UnsupportedAudioError

_FRAME_COUNTS = (b"Xing", b"Info", b"VBRI")  # names of the header that tells how long an MP3 is
_MAX_DISAGREEMENT = 0.01
_UNKNOWN_FRAMES = 1 << 62  # what libsndfile says of a FLAC that was written to a pipe is near the largest number


class SoundFileReader:
    """A `Reader` on libsndfile.

    Raises
    ------
    UnsupportedAudioError, DecodeError
        If libsndfile does not know the format, knows it less well than FFmpeg, or finds no sound.
    """

    def __init__(self, opened: OpenedSource) -> None:
        self._opened = opened
        self._sound = self._open(0)
        if not self._sound.frames:
            self._sound = self._open_streamed()
        self._is_mp3 = self._sound.format == "MP3"
        self.sample_rate: int = self._sound.samplerate
        self.duration_seconds: float = self._sound.frames / max(self.sample_rate, 1)
        check_limits(opened.path, sample_rate=self.sample_rate, n_channels=self._sound.channels)
        if self._sound.subtype == "OPUS":
            raise UnsupportedAudioError(opened.path, "is Opus, which FFmpeg decodes faster")
        if not 0 < self._sound.frames < _UNKNOWN_FRAMES:
            raise UnsupportedAudioError(opened.path, "does not tell how long it is")
        self._mp3 = self._read_mp3() if self._is_mp3 and opened.name else None

    def blocks(self, start_seconds: float, n_samples: int) -> Iterator[Channels]:
        """Yield blocks, see `Reader`."""
        import soundfile

        start = min(round(start_seconds * self.sample_rate), self._sound.frames)
        n_samples = min(n_samples, self._sound.frames - start)
        try:
            sound, n_surplus = self._enter(start, n_samples)
            sound.read(n_surplus, dtype="float32", always_2d=True)
            while n_samples > 0:
                samples = sound.read(min(n_samples, BLOCK_SAMPLES), dtype="float32", always_2d=True)
                if not len(samples):
                    return
                n_samples -= len(samples)
                yield samples
        except (soundfile.SoundFileError, OSError) as error:
            raise DecodeError(self._opened.path, "is damaged: the decoder lost its place") from error

    def _open(self, first_byte: int) -> Any:
        """Let libsndfile take a file from some byte on for the whole file."""
        import soundfile

        file = self._opened.file
        file.seek(first_byte)
        try:
            sound = soundfile.SoundFile(file.fileno() if self._opened.name else file, closefd=False)
        except soundfile.LibsndfileError as error:
            raise UnsupportedAudioError(self._opened.path, "is not in a format that libsndfile reads") from error
        # Otherwise soundfile seeks after each read, which spoils the start of the next block of an MP3.
        sound.seekable = lambda: False
        return sound

    def _open_streamed(self) -> Any:
        """Take all that follows the header, where that was written before the length was known, for the sound."""
        import soundfile

        sound, file = self._sound, self._opened.file
        with suppress(soundfile.SoundFileError, ValueError):  # not of plain samples
            sound = soundfile.SoundFile(
                FilePart(file, *payload_span(file)),
                samplerate=sound.samplerate,
                channels=sound.channels,
                subtype=sound.subtype,
                endian="BIG" if sound.format in {"AIFF", "AU"} else "LITTLE",
                format="RAW",
            )
            sound.seekable = lambda: False
        return sound

    def _read_mp3(self) -> Mp3 | None:
        file = self._opened.file
        position = file.tell()  # libsndfile reads on from there
        try:
            return read_mp3(file, self._sound.frames)
        except OSError:
            self._opened.is_suspect = True
            return None
        finally:
            file.seek(position)

    def _enter(self, start: int, n_samples: int) -> tuple[Any, int]:
        """Go before a position; give what is to be read there, and how many samples of it come before the position."""
        if self._mp3 is not None:
            sound, n_surplus = self._enter_frame(self._mp3, start)
            if sound and sound.frames >= n_surplus + n_samples:  # its length is a guess
                return sound, n_surplus
            self._mp3 = None
            self._sound = self._open(0)
        n_surplus = min(start, round(PREROLL_SECONDS * self.sample_rate)) if self._is_mp3 else 0
        self._sound.seek(start - n_surplus)
        return self._sound, n_surplus

    def _enter_frame(self, mp3: Mp3, start: int) -> tuple[Any, int]:
        """Open an MP3 at a frame, early enough for the position to be right; None if that cannot be done."""
        position = start + mp3.n_skipped
        number = max(position // mp3.frame_samples - mp3.n_warm_up, 0)
        first_byte = find_frame(self._opened.file, mp3, number)
        sound = None
        if first_byte is not None:
            with suppress(UnsupportedAudioError):
                sound = self._open(first_byte)
        if sound and (sound.samplerate, sound.channels) != (self.sample_rate, self._sound.channels):
            sound = None
        return sound, position - number * mp3.frame_samples

    @cached_property
    def is_length_guessed(self) -> bool:
        """Whether it is an MP3 that does not count its frames: its duration is guessed from the first of them."""
        if not self._is_mp3:
            return False
        file = self._opened.file
        position = file.tell()  # libsndfile reads on from there
        file.seek(payload_span(file)[0])
        head = file.read(4096)
        file.seek(position)
        return not any(name in head for name in _FRAME_COUNTS)

    def is_plausible(self, position_seconds: float) -> bool:
        """Tell whether the declared duration agrees with the bytes read so far.

        A guess is right where the bit rate of an MP3 is constant, up to six times too long where it is not. Other
        formats are believed.
        """
        if not self._is_mp3:
            return True
        file = self._opened.file
        n_read = os.lseek(file.fileno(), 0, os.SEEK_CUR) if self._opened.name else file.tell()
        if not self.is_length_guessed:
            return True
        start, end = payload_span(file)
        read_part, heard_part = (n_read - start) / (end - start), position_seconds / self.duration_seconds
        return abs(read_part - heard_part) < _MAX_DISAGREEMENT

    def close(self) -> None:
        """Let go of the decoder."""
        self._sound.close()
