"""A small library of synthetic features: genres differ much, artists a little, clips at random."""

import numpy as np
import torch

from resona.features.mfcc import FeatureConfig
from resona.train import TrainConfig, TrainingSet

FEATURES = FeatureConfig(n_mfcc=8, n_mels=32, clip_seconds=1.0, n_clips=2)
TINY = {"n_bands": 8, "maps": (4,), "channels": (8,), "n_dims": 6}


torch.set_num_threads(1)  # two threads on a busy machine wait for each other

CONFIG = TrainConfig(
    init="none", n_pairs=200, n_epochs=3, batch_size=16, learning_rate=3e-3, crop_seconds=0.5, encoder=TINY
)


def make_set(seed: int = 0, n_sounds: int = 3) -> TrainingSet:
    """Three genres of a sound or several, eight artists each, four tracks each, the last of them short."""
    rng = np.random.default_rng(seed)
    features, genres, artists = [], [], []
    for number in range(n_sounds):
        sound = rng.normal(size=(8, 1)) * 2
        for artist in range(8):
            voice = sound + rng.normal(size=(8, 1))
            for track in range(4):
                shape = (1, 8, 20) if track == 3 else (2, 8, FEATURES.n_frames)
                features.append(((voice + rng.normal(size=shape) * 2) * 10).astype(np.float16))
                genres.append([f"genre {number % 3}"])
                artists.append(frozenset({f"artist {number}-{artist}"}))
    return TrainingSet(features=features, genres=genres, artists=artists, feature_config=FEATURES)
