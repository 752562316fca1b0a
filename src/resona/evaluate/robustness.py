"""Is a track still itself when it is louder, starts later, or was compressed hard?

The same recording must be its own nearest neighbour. A sample of tracks is changed, heard again, and looked up in the
whole library.
"""

import os
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from resona.audio import decode_clips, encode_mp3, silence_decoders
from resona.errors import AudioError
from resona.features.mfcc import mfcc
from resona.ingest import AnalysisConfig, WorkerPool
from resona.ingest.analyse import at_rate, hear_by_ear
from resona.recommend import Catalogue
from resona.tracks import Track

Samples = NDArray[np.float32]
Change = Callable[[Samples, int], Samples]
Changed = tuple[NDArray[np.float32], dict[str, NDArray[np.float32]]]  # features, and what ears made of it
Heard = dict[str, Changed]

N_TRACKS = 30
SHIFT_SECONDS = 0.5
BITRATE_KBPS = 64


def gained(decibels: float) -> Change:
    """Make a change of level."""
    factor = np.float32(10 ** (decibels / 20))
    return lambda samples, _rate: samples * factor


def compressed(samples: Samples, sample_rate: int) -> Samples:
    """Encode as MP3 of 64 kb/s, and decode again."""
    content = encode_mp3(samples, sample_rate, bitrate_kbps=BITRATE_KBPS)
    return decode_clips(content, n_clips=0, clip_seconds=10.0, sample_rate=sample_rate).samples[0]


def shifted(samples: Samples, sample_rate: int) -> Samples:
    """Leave out the first half second of each clip."""
    return samples[int(SHIFT_SECONDS * sample_rate) :]


CHANGES: dict[str, Change] = {
    "64 kb/s MP3": compressed,
    "+6 dB": gained(6.0),
    "-6 dB": gained(-6.0),
    "starts 0.5 s later": shifted,
}


def measure_robustness(catalogue: Catalogue, *, n_tracks: int = N_TRACKS, seed: int = 0) -> dict[str, dict[str, float]]:
    """Look changed tracks up in the library.

    Parameters
    ----------
    catalogue
        The library as the model in use hears it.
    n_tracks
        Size of the sample.
    seed
        Chooses it.

    Returns
    -------
    For each change: the share of tracks that find themselves first, their median and worst rank (1 is best), and how
    many there were; tracks whose files are gone are left out.
    """
    rows = np.random.default_rng(seed).permutation(len(catalogue))[:n_tracks]
    config = AnalysisConfig.of(catalogue.model)
    pool: WorkerPool[tuple[int, Track], tuple[int, Heard]] = WorkerPool(
        partial(_build, config), lambda task, _reason: (task[0], {}), n_workers=min(os.cpu_count() or 1, len(rows) or 1)
    )
    ranks: dict[str, list[int]] = {name: [] for name in CHANGES}
    for row, heard in pool.run(zip(rows.tolist(), catalogue.tracks_at(rows), strict=True)):
        for name, (clips, by_ear) in heard.items():
            distances = catalogue.ranker.distances(catalogue.model.embed(clips, by_ear)[None])[0]
            ranks[name].append(1 + int((distances < distances[row]).sum()))
    return {name: _summary(values) for name, values in ranks.items()}


def _build(config: AnalysisConfig) -> Callable[[tuple[int, Track]], tuple[int, Heard]]:
    silence_decoders()
    return partial(_hear, config=config)


def _hear(task: tuple[int, Track], config: AnalysisConfig) -> tuple[int, Heard]:
    """Give the features of each change of a track; none where its file cannot be heard."""
    row, track = task
    try:
        clips = _clips(track, config)
        return row, {name: _features(change, clips, config) for name, change in CHANGES.items()}
    except AudioError:
        return row, {}


def _features(change: Change, clips: Sequence[Samples], config: AnalysisConfig) -> Changed:
    rate, front = config.sample_rate, config.features
    changed = [change(samples, rate) for samples in clips]
    features = [mfcc(samples, front) for samples in at_rate(changed, rate, front.sample_rate)]
    length = min(matrix.shape[1] for matrix in features)
    return np.stack([matrix[:, :length] for matrix in features]), hear_by_ear(changed, rate, config.ears)


def _clips(track: Track, config: AnalysisConfig) -> Sequence[Samples]:
    end = track.start_seconds + track.tags.duration_seconds if track.start_seconds else None
    return decode_clips(
        track.path,
        n_clips=config.features.n_clips,
        clip_seconds=config.features.clip_seconds,
        sample_rate=config.sample_rate,
        start_seconds=track.start_seconds,
        end_seconds=end,
    ).samples


def _summary(ranks: list[int]) -> dict[str, float]:
    if not ranks:
        return {"n_tracks": 0}
    values = np.array(ranks)
    return {
        "first": float((values == 1).mean()),
        "median_rank": float(np.median(values)),
        "worst_rank": float(values.max()),
        "n_tracks": len(values),
    }
