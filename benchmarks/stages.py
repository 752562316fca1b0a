"""Where does the time of a scan go? Processor time of each stage, per track, on one core.

    .venv/bin/python benchmarks/stages.py [--files DIR] [--out stages.json]

Without --files, four-minute MP3s are made as benchmarks/scan.py makes them. The stages are those
of `resona.ingest`, called one by one on warm files; the least of three rounds counts.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from resona.audio import content_hash, decode_clips, find_audio, find_cue, read_tags, silence_decoders
from resona.audio.resample import resample_blocks
from resona.config import from_mapping
from resona.features.descriptors import describe
from resona.features.mfcc import FeatureConfig, cepstrum, log_mel, power_spectrogram
from resona.inference import default_bundle_dir, open_model
from resona.store import Store, TrackRecord
from scan import make_files

ROUNDS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=Path, help="a folder of music; default: made from demo songs")
    parser.add_argument("--count", type=int, default=12, help="how many files to make, or to take")
    parser.add_argument("--out", type=Path, help="write the result as JSON")
    parser.add_argument("--step", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        print(json.dumps(measure_here(options.files, options.count)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.files or make_files(Path(scratch) / "music", options.count)
        result = measure(folder, options.count)
    print(table(result))
    if options.out:
        options.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def measure(folder: Path, count: int) -> dict[str, float]:
    """Milliseconds of processor time per track, by stage, in a process with one thread, as workers have."""
    command = [sys.executable, __file__, "--step", "--files", str(folder), "--count", str(count)]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, **threads})
    return json.loads(done.stdout)


def measure_here(folder: Path, count: int) -> dict[str, float]:
    silence_decoders()
    rounds = [measure_once(folder, count) for _ in range(ROUNDS)]
    return {stage: round(min(times[stage] for times in rounds), 2) for stage in rounds[0]}


def measure_once(folder: Path, count: int) -> dict[str, float]:
    model = open_model(default_bundle_dir())
    front = from_mapping(FeatureConfig, model.feature_config)
    times: dict[str, float] = {}

    def timed(stage: str, function: Callable[[], Any]) -> Any:
        begin = time.process_time()
        result = function()
        times[stage] = times.get(stage, 0.0) + 1e3 * (time.process_time() - begin)
        return result

    found = timed("find and stat", lambda: list(find_audio([folder])))[:count]
    model.embed(np.zeros((1, front.n_mfcc, 431), dtype=np.float32) + np.arange(431))  # the network is opened
    with tempfile.TemporaryDirectory() as scratch, Store(Path(scratch, "library.db")) as store:
        for file in found:
            path = file.path
            tags = timed("tags", lambda path=path: read_tags(path))
            audio_hash = timed(
                "hash of the audio, cue sheet", lambda path=path: (content_hash(path), find_cue(path))[0]
            )
            clips = timed(
                "seek, decode, mix, resample",
                lambda path=path: decode_clips(
                    path, n_clips=front.n_clips, clip_seconds=front.clip_seconds, sample_rate=front.sample_rate
                ),
            )
            twice = [np.repeat(samples, 2) for samples in clips.samples]
            timed("of these: resample", lambda twice=twice: [list(resample_blocks([x], 44100, 22050)) for x in twice])
            powers = timed("spectra", lambda clips=clips: [power_spectrogram(x, front) for x in clips.samples])
            features = timed(
                "MFCCs",
                lambda powers=powers: np.stack(
                    [cepstrum(log_mel(power, front), n_mfcc=front.n_mfcc) for power in powers]
                ).astype(np.float16),
            )
            descriptors = timed("descriptors", lambda powers=powers: describe(powers, front))
            vector = timed("embedding", lambda features=features: model.embed(features))
            record = TrackRecord(
                path=path, size_bytes=file.size_bytes, mtime_ns=file.mtime_ns, audio_hash=audio_hash, tags=tags
            )
            timed("store", lambda row=(record, features, descriptors, vector, model): put(store, *row))
    return {stage: value / len(found) for stage, value in times.items()}


def put(store: Store, record: TrackRecord, features: Any, descriptors: Any, vector: Any, model: Any) -> None:
    with store.writing():
        track_id = store.tracks.put(record)
        store.features.put(track_id, model.feature_fingerprint, features, (0.0, 1.0, 2.0))
        store.features.put_descriptors(track_id, "stages", {"tempo_bpm": descriptors.tempo_bpm})
        store.embeddings.put_many(model.model_id, [(track_id, vector)])


def table(times: dict[str, float]) -> str:
    total = sum(value for stage, value in times.items() if not stage.startswith("of these"))
    lines = ["| stage | ms of one core per track | share |", "|---|---|---|"]
    lines += [f"| {stage} | {value:.1f} | {value / total:.0%} |" for stage, value in times.items()]
    return "\n".join([*lines, f"| all | {total:.1f} | {1e3 / total:.0f} tracks a second and core |"])


if __name__ == "__main__":
    main()
