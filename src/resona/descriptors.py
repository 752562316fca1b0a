"""What is measured of a track beside its sound, and what is each measure called? The one table; no I/O."""

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure of a track.

    Attributes
    ----------
    name
        In the store, in snapshots and in the API.
    aspect
        What people call it: in filters, reasons and taste; empty where they do not ask for it.
    filter_name
        In filters, where that is another word.
    unit, n_digits
        How a value is written.
    scale
        On which differences are heard: "linear", "log" (ratios) or "share" (0…1, odds).
    words
        For little and for much of it; empty where there are none.
    turns, step
        At which values these words become as likely as not, and how far beyond they are nine times as likely (octaves,
        where the scale is "log"); empty where people mean more by them than what is measured.
    is_text
        Whether it is a word rather than a number.
    """

    name: str
    aspect: str = ""
    filter_name: str = ""
    unit: str = ""
    n_digits: int = 2
    scale: str = "linear"
    words: tuple[str, str] = ("", "")
    turns: tuple[float, ...] = ()
    step: float = 1.0
    is_text: bool = False


MEASURES = (
    Measure(name="tempo_bpm", aspect="tempo", filter_name="bpm", unit="BPM", n_digits=0, scale="log",
            words=("slow", "fast"), turns=(85.0, 135.0), step=0.25),
    Measure(name="tempo_confidence"),
    Measure(name="key"),
    Measure(name="mode", is_text=True),
    Measure(name="key_confidence"),
    Measure(name="loudness_lufs", aspect="loudness", unit="LUFS", n_digits=1,
            words=("quiet", "loud"), turns=(-21.0, -10.0), step=3.0),
    Measure(name="energy", aspect="energy", unit="of 1", scale="share", words=("calm", "intense")),
    Measure(name="brightness_hz", aspect="brightness", unit="Hz", n_digits=0, scale="log",
            words=("dark", "bright"), turns=(1200.0, 3000.0), step=0.5),
    Measure(name="pulse_clarity", aspect="pulse", unit="of 1"),
)  # fmt: skip
NAMES = tuple(measure.name for measure in MEASURES)
ASPECTS = MappingProxyType({measure.aspect: measure for measure in MEASURES if measure.aspect})
FILTERS = MappingProxyType({measure.filter_name or measure.aspect: measure.name for measure in ASPECTS.values()})


def values_in_words(aspect: str, a: float, b: float) -> str:
    """Write two values of one measure.

    Examples
    --------
    >>> values_in_words("loudness", -14.25, -9.0)
    '-14.2 and -9.0 LUFS'
    """
    measure = ASPECTS[aspect]
    return f"{a:.{measure.n_digits}f} and {b:.{measure.n_digits}f} {measure.unit}"
