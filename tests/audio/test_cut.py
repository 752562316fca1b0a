"""A part of a file is what was there, sample for sample."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from resona.audio import cut_flac, write_audio
from resona.errors import AudioError

RATE = 8000


def read(content: bytes) -> tuple[NDArray[Any], str]:
    with soundfile.SoundFile(io.BytesIO(content)) as sound:
        return sound.read(dtype="int32"), sound.subtype


@pytest.mark.parametrize(("suffix", "subtype", "kept"), [(".wav", "PCM_16", "PCM_16"), (".flac", "PCM_24", "PCM_24")])
def test_lossless_sound_goes_through_unchanged(
    tmp_path: Path, rng: np.random.Generator, suffix: str, subtype: str, kept: str
) -> None:
    step = 1 << (16 if subtype == "PCM_16" else 8)
    samples = (rng.integers(-(1 << 31), (1 << 31) - 1, (3 * RATE, 2)) // step * step).astype(np.int32)
    path = tmp_path / f"album{suffix}"
    soundfile.write(path, samples, RATE, subtype=subtype)
    for start, end in ((0.0, 1.0), (1.0, None), (0.5, 2.25)):
        found, found_subtype = read(cut_flac(path, start, end))
        assert found_subtype == kept
        assert (found == samples[int(start * RATE) : int((end or 3) * RATE)]).all()


def test_a_part_of_a_lossy_file_takes_no_more_bits_than_it_has(tmp_path: Path, rng: np.random.Generator) -> None:
    path = tmp_path / "album.mp3"
    write_audio(path, rng.normal(0, 0.1, 3 * 44_100).astype(np.float32), 44_100)
    samples, subtype = read(cut_flac(path, 1.0, 2.0))
    assert (len(samples), subtype) == (44_100, "PCM_16")


@pytest.mark.parametrize(("start", "end"), [(2.0, 1.0), (5.0, None), (0.0, 9000.0)])
def test_what_is_no_part_is_refused(tmp_path: Path, start: float, end: float | None) -> None:
    path = tmp_path / "album.wav"
    soundfile.write(path, np.zeros(3 * RATE), RATE)
    with pytest.raises(AudioError, match=r"cannot be cut|nothing"):
        cut_flac(path, start, end)
