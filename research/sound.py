"""Decode the training music once, to mono at 32 kHz.

    python research/sound.py --shared DIR [--songs DIR] [--originals DIR] --cache DIR

Only what may train the shipped model is read: the excerpts of `corpus`, `corpus-extra` and `corpus-songs` and, where
given, a folder of more songs whose `manifest.csv` has the same columns, and the soundtracks at full length
(`corpus/originals.py`), of each 90 s. Appends to CACHE/sound.i16 and CACHE/sound.json
(a row per recording), so that music which comes later is added by running it again.
"""

import argparse
import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import av
import numpy as np
import soundfile
import soxr

SAMPLE_RATE = 32000
MANIFEST, NAMES = "manifest.csv", {"corpus": "manifest-a.csv"}
KINDS = {"corpus": "games", "corpus-extra": "extra", "corpus-songs": "songs"}
HELD_OUT = 16  # one artist of so many is not trained on: tags and agreement are judged on them
SET_ASIDE = (  # other people judge by these: never learned from
    "melliodasmango0/resona", "f90/jamendolyrics", "mcmusic-kevin-macleod", "petegordon/tandemonium",
    "digabi/map-tiles", "xonotic-music", "phonograph_album_mcl", "phonograph_albumm_holiznacc0", "valyriatear",
    "librosa/data", "ultrastar-deluxe/songs", "gtzan",
)  # fmt: skip

LONGEST = 90  # seconds of a piece, around its middle

Row = dict[str, Any]


def read_manifest(path: Path) -> list[dict[str, str]]:
    """Read a table of files."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def is_held_out(artist: str) -> bool:
    """Say whether an artist is kept for judging tags and agreement."""
    return int(hashlib.sha256(artist.encode()).hexdigest(), 16) % HELD_OUT == 0


def rows(shared: Path, songs: Path | None, originals: Path | None) -> list[Row]:
    """List the recordings that may train the shipped model."""
    found = []
    folders = [
        (shared / name, kind, read_manifest(shared / name / NAMES.get(name, MANIFEST))) for name, kind in KINDS.items()
    ]
    if songs:
        folders.append((songs, "more", read_manifest(songs / MANIFEST)))
    if originals:
        excerpts = {row["path"]: row for row in folders[0][2]}
        tracks = read_manifest(shared / "corpus" / "originals.csv")
        known = [excerpts[row["excerpt"]] | {"path": row["track"]} for row in tracks if row["excerpt"] in excerpts]
        folders.append((originals, "games", known))
    for folder, kind, manifest in folders:
        for row in manifest:
            if row.get("may_train_shipped_model", "1") != "1" or any(
                word in f"{row['source']} {row['path']}".lower() for word in SET_ASIDE
            ):
                continue
            # what no artist is known of is told apart by where it comes from
            artist = row["artist"] or row["source"]
            found.append(
                {
                    "file": str(folder / row["path"]), "kind": kind, "artist": artist, "source": row["source"],
                    "sings": row.get("has_vocals") == "yes", "held_out": is_held_out(artist),
                }
            )  # fmt: skip
    return found


def decode(path: str) -> tuple[np.ndarray, int]:
    """Read a whole file as mono."""
    try:
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
        return samples.mean(axis=1), rate
    except soundfile.LibsndfileError:
        with av.open(path) as container:
            frames = list(container.decode(audio=0))
        resampler = av.AudioResampler(format="flt", layout="mono", rate=frames[0].rate)
        parts = [part.to_ndarray()[0] for frame in [*frames, None] for part in resampler.resample(frame)]
        return np.concatenate(parts), frames[0].rate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--songs", type=Path)
    parser.add_argument("--originals", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    index = options.cache / "sound.json"
    known: list[Row] = json.loads(index.read_text(encoding="utf-8")) if index.exists() else []
    seen = {row["file"] for row in known}
    with (options.cache / "sound.i16").open("ab") as file:
        for row in rows(options.shared, options.songs, options.originals):
            if row["file"] in seen or not Path(row["file"]).exists():
                continue
            samples, rate = decode(row["file"])
            first = max(0, len(samples) - LONGEST * rate) // 2
            samples = soxr.resample(samples[first : first + LONGEST * rate], rate, SAMPLE_RATE)
            row |= {"first": file.tell() // 2, "count": len(samples)}
            (samples.clip(-1, 1) * 32767).astype(np.int16).tofile(file)
            known.append(row)
    draft = index.with_suffix(".part")
    draft.write_text(json.dumps(known, indent=1), encoding="utf-8")
    draft.rename(index)
    for kind in sorted({row["kind"] for row in known}):
        lengths = [row["count"] for row in known if row["kind"] == kind]
        print(f"{kind}: {len(lengths)} recordings, {sum(lengths) / SAMPLE_RATE / 3600:.1f} hours")


if __name__ == "__main__":
    main()
