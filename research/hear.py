"""Let all teachers hear windows of the training music, and keep what they say beside the student's features.

    python research/hear.py --shared DIR --musicnn DIR --cache DIR --seed 1 [--shards 400] [--held-out]

Writes CACHE/shards/SEED-NUMBER.npz with 256 windows each: `features` (n, 40, 221) float16, raw MFCCs of 5.12 s, and the
teachers' vectors `mn04` (n, 384), `msd` (n, 200), `fcn` (n, 64) and `jamendo` (n, 200), float16; `row` of sound.json;
`pure` where the window is unchanged. Several seeds may run at once, and training may begin on what is there. 0.05 s of
one core a window.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from scipy import fft
from torch import Tensor

from mn04 import Mn04
from musicnn import Musicnn
from remix import N_SAMPLES, Remixer
from resona.features.mfcc import FeatureConfig, mel_filters, mfcc
from sound import SAMPLE_RATE
from won import PERIOD, Fcn, WonMusicnn

FEATURES = FeatureConfig()
TAGGERS = FeatureConfig(sample_rate=16000, n_fft=512, hop_length=256, n_mels=96, n_mfcc=40)
PATCH_FRAMES = 187  # 3 s
N_SHARD, BATCH = 256, 16


class Teachers:
    """The four networks, and the spectrograms that they read.

    Parameters
    ----------
    weights
        Folder with `mn04_as.pt`, `msd_fcn.pth` and `jamendo_musicnn.pth`.
    musicnn
        Folder of the unpacked wheel (see musicnn.py).
    """

    def __init__(self, weights: Path, musicnn: Path) -> None:
        self.mn04, self.msd = Mn04(weights / "mn04_as.pt"), Musicnn(musicnn / "MSD_musicnn")
        self.fcn, self.jamendo = Fcn(weights / "msd_fcn.pth"), WonMusicnn(weights / "jamendo_musicnn.pth")
        self.slaney = torch.from_numpy(mel_filters(TAGGERS).T.copy())
        self.window = torch.hann_window(2 * TAGGERS.n_fft)

    def _power(self, samples: Tensor) -> Tensor:
        """Power spectrogram (batch, 320, 257) of sound at 16 kHz, out of sound at 32 kHz: the bins up to 8 kHz."""
        n_fft, hop = 2 * TAGGERS.n_fft, 2 * TAGGERS.hop_length
        spectrum = torch.stft(samples, n_fft, hop, n_fft, self.window, pad_mode="reflect", return_complex=True)
        spectrum = spectrum[:, : TAGGERS.n_fft // 2 + 1, :PERIOD] / 2
        return (spectrum.real.square() + spectrum.imag.square()).mT

    @torch.inference_mode()
    def hear(self, samples: np.ndarray) -> dict[str, np.ndarray]:
        """Describe windows (batch, 163,840) at 32 kHz."""
        sound = torch.from_numpy(samples)
        power, spectrogram = self._power(sound), self.mn04.spectrogram(sound)
        decibels = 10 * (power @ self.fcn.filter_bank).clamp_min(1e-10).log10()
        levels = (1 + 10000 * (power @ self.slaney)).log10()
        with torch.autocast("cpu", torch.bfloat16):
            vectors = {
                "mn04": self.mn04(spectrogram),
                "msd": self.msd(middle(levels)),
                "fcn": self.fcn(decibels),
                "jamendo": self.jamendo(middle(decibels)),
            }
        return {name: vector.float().numpy().astype(np.float16) for name, vector in vectors.items()}

    @torch.inference_mode()
    def tags(self, vectors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Say how likely each tag is, from the vectors."""
        networks = {"mn04": self.mn04, "msd": self.msd, "fcn": self.fcn, "jamendo": self.jamendo}
        return {
            name: network.tags(torch.from_numpy(vectors[name].astype(np.float32))).numpy()
            for name, network in networks.items()
        }


def middle(frames: Tensor) -> Tensor:
    """Middle 3 s of a window: as much as MusiCNN was trained to hear at once."""
    first = (frames.shape[1] - PATCH_FRAMES) // 2
    return frames[:, first : first + PATCH_FRAMES]


def features(samples: np.ndarray) -> np.ndarray:
    """MFCCs (40, 221) of a window at 32 kHz."""
    n_out = N_SAMPLES * FEATURES.sample_rate // SAMPLE_RATE
    low = fft.irfft(fft.rfft(samples)[: n_out // 2 + 1], n_out) * (n_out / N_SAMPLES)
    return mfcc(low.astype(np.float32), FEATURES).astype(np.float16)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("--shared", "--musicnn", "--cache"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--shards", type=int, default=400)
    parser.add_argument("--held-out", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    folder = options.cache / ("held_out" if options.held_out else "shards")
    folder.mkdir(exist_ok=True)
    teachers = Teachers(options.shared / "teacher" / "weights", options.musicnn)
    for number in range(options.shards):
        target = folder / f"{options.seed}-{number:04d}.npz"
        if target.exists():
            continue
        remixer = Remixer(options.cache, np.random.default_rng((options.seed, number)), held_out=options.held_out)
        found: dict[str, list[np.ndarray]] = {}
        for _ in range(0, N_SHARD, BATCH):
            sounds, sources, pure = zip(*(remixer.draw() for _ in range(BATCH)), strict=True)
            batch = teachers.hear(np.stack(sounds)) | {"row": np.array(sources), "pure": np.array(pure)}
            for name, values in (batch | {"features": np.stack([features(sound) for sound in sounds])}).items():
                found.setdefault(name, []).append(values)
        with target.with_suffix(".part").open("wb") as file:
            np.savez(file, **{name: np.concatenate(parts) for name, parts in found.items()})
        target.with_suffix(".part").rename(target)


if __name__ == "__main__":
    main()
