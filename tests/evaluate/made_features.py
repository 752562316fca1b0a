"""A library of made-up features: genres differ, artists differ a little, everything is known."""

from pathlib import Path

import numpy as np

from resona.config import fingerprint
from resona.features.mfcc import FeatureConfig
from resona.library import Library
from resona.store import TrackRecord
from resona.tracks import Tags

GENRES = ("rock", "jazz", "techno")
N_TRACKS, N_FRAMES = 2, 40


def fill_library(library: Library, *, spread: float = 8.0, shuffled: bool = False, n_artists: int = 24) -> None:
    """Store tracks; `spread` is how far apart the genres are, `shuffled` gives genres at random."""
    rng = np.random.default_rng(7)
    features_id = fingerprint(FeatureConfig())
    library.models.choose("mfcc")
    centres = rng.normal(0, spread, (len(GENRES), 40, 1))
    with library.store.writing():
        for number in range(len(GENRES) * n_artists):
            genre = number % len(GENRES)
            artist_centre = centres[genre] + rng.normal(0, 4, (40, 1))
            for track in range(N_TRACKS):
                clips = (artist_centre + rng.normal(0, 10, (1, 40, N_FRAMES))).astype(np.float16)
                name = GENRES[int(rng.integers(len(GENRES)))] if shuffled else GENRES[genre]
                tags = Tags(
                    artist=f"artist {number}", title=f"{number}-{track}", album=f"album {number}", genres=(name,)
                )
                path = Path(f"/music/{number}-{track}.mp3")
                record = TrackRecord(path=path, size_bytes=1, mtime_ns=1, audio_hash=path.stem, tags=tags)
                track_id = library.store.tracks.put(record)
                library.store.features.put(track_id, features_id, clips)
                vector = library.model.embed(clips)
                library.store.embeddings.put_many(library.model.model_id, [(track_id, vector)])
