"""What does a network hear of a track, if not MFCCs?

Conventions: clips are mono float32, shape (n_samples,), at the front end's rate; pieces are what the network takes at
once, stacked along the first axis.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from resona.config import check_choice, check_range, from_mapping
from resona.errors import ConfigError
from resona.features.mel import MelConfig, check_samples, mel_spectrogram

Array = NDArray[np.float32]

CLIP_SECONDS = 10.0  # `pieces_per_clip` is of so much sound
MOST_VALUES = 2_000_000  # of one piece


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontEnd:
    """How sound becomes the input of a network, and its outputs a vector.

    Attributes
    ----------
    sample_rate
        In Hz.
    mel
        The spectrogram that the network takes; None for the waveform itself.
    cut
        Where pieces are cut: from the "sound", or from the "spectrogram" of a whole clip.
    length
        Of a piece: samples, or frames where it is cut from the spectrogram. What is shorter is repeated.
    pieces_per_clip
        Evenly spread over ten seconds; one lies in the middle.
    clips
        Of which clips of a track: "all", or the "middle" one.
    axes
        Of the input, in its order: "batch" first, then "bands" and "frames", or "samples"; "channel" if there is one.
    output
        Which output of the network is the embedding; empty for its only one.
    pooling
        How the pieces' vectors become one: "mean" or "max".

    Examples
    --------
    >>> front = FrontEnd(sample_rate=16000, length=16000, axes=("batch", "samples"))
    >>> front.pieces([np.zeros(160_000, np.float32)]).shape
    (1, 16000)
    """

    sample_rate: int
    length: int
    axes: tuple[str, ...]
    mel: MelConfig | None = None
    cut: str = "sound"
    pieces_per_clip: int = 1
    clips: str = "all"
    output: str = ""
    pooling: str = "mean"

    def __post_init__(self) -> None:
        check_range("sample_rate", self.sample_rate, 4000, 96_000)
        check_range("length", self.length, 1, MOST_VALUES)
        check_range("pieces_per_clip", self.pieces_per_clip, 1, 24)
        check_choice("cut", self.cut, ("sound", "spectrogram") if self.mel else ("sound",))
        check_choice("clips", self.clips, ("all", "middle"))
        check_choice("pooling", self.pooling, ("mean", "max"))
        known = ("batch", "bands", "frames") if self.mel else ("batch", "samples")
        if self.axes[:1] != ("batch",) or sorted(set(self.axes) | {"channel"}) != sorted({*known, "channel"}):
            raise ConfigError(f"axes must be {', '.join(known)}, and channel if there is one; got {list(self.axes)}")
        if len(self.axes) != len(set(self.axes)):
            raise ConfigError(f"axes must each be named once, got {list(self.axes)}")
        if self.mel and self.mel.sample_rate != self.sample_rate:
            raise ConfigError(f"the spectrogram is of {self.mel.sample_rate} Hz, the front end of {self.sample_rate}")
        if self.mel:
            n_frames = self.length if self.cut == "spectrogram" else 1 + self.length // self.mel.hop_length
            check_range("the values of a piece", n_frames * self.mel.n_mels, 1, MOST_VALUES)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Read a front end from plain values, such as JSON's.

        Raises
        ------
        ConfigError
            If a setting is unknown, missing, of a wrong kind or out of range.

        Examples
        --------
        >>> FrontEnd.of({"sample_rate": 48000, "length": 480000, "axes": ["batch", "samples"]}).pooling
        'mean'
        """
        try:
            content = {**values, "axes": tuple(values["axes"])}
            if content.get("mel") is not None:
                content["mel"] = from_mapping(MelConfig, content["mel"])
            return from_mapping(cls, content)
        except KeyError as error:
            raise ConfigError(f"the front end lacks {error.args[0]!r}") from error
        except (TypeError, AttributeError) as error:
            raise ConfigError(f"the front end cannot be read: {error}") from error

    def pieces(self, clips: Sequence[Array]) -> Array:
        """Cut a track's clips into what the network takes.

        Parameters
        ----------
        clips
            Mono, at `sample_rate`.

        Returns
        -------
        Shape (n_pieces, …), in the order of `axes`.

        Raises
        ------
        FeatureError
            If a clip is empty or not finite.
        """
        chosen = clips if self.clips == "all" else [clips[len(clips) // 2]]
        parts = np.stack([piece for clip in chosen for piece in self._of_clip(clip)])
        if "channel" in self.axes:
            parts = parts[:, None]
        names = ["batch", *(("channel",) if "channel" in self.axes else ())]
        names += ["bands", "frames"] if self.mel else ["samples"]
        return np.ascontiguousarray(parts.transpose([names.index(axis) for axis in self.axes]), np.float32)

    def _of_clip(self, samples: Array) -> list[Array]:
        check_samples(samples)
        n_pieces = max(1, round(self.pieces_per_clip * len(samples) / (CLIP_SECONDS * self.sample_rate)))
        if self.mel is None:
            return self._cut(samples, n_pieces)
        if self.cut == "spectrogram":
            return self._cut(mel_spectrogram(samples, self.mel), n_pieces)
        return [mel_spectrogram(piece, self.mel) for piece in self._cut(samples, n_pieces)]

    def _cut(self, whole: Array, n_pieces: int) -> list[Array]:
        """Cut pieces along the last axis, evenly spread."""
        if whole.shape[-1] < self.length:
            times = -(-self.length // whole.shape[-1])
            whole = np.concatenate([whole] * times, axis=-1)[..., : self.length]
        spare = whole.shape[-1] - self.length
        n_pieces = min(n_pieces, spare + 1)
        starts = np.linspace(0, spare, n_pieces).round() if n_pieces > 1 else [spare // 2]
        return [whole[..., start : start + self.length] for start in map(int, starts)]
