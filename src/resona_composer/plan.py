"""What is in the library that is to be made? Artists, albums and songs, each with the truth about tempo and key."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from resona.config import check_range
from resona.errors import ConfigError
from resona_composer.artists import Artist
from resona_composer.names import Names
from resona_composer.score import SCALES
from resona_composer.styles import ARTISTS, STYLES

TRACKS_PER_ALBUM = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPlan:
    """A track that can be rendered, and all that is known about it."""

    style: str  # one of `STYLES`
    substyle: str  # the artist's own kind of it
    artist: str
    album: str
    title: str
    track_number: int
    year: int
    seconds: float
    seed: int
    artist_seed: int  # of all tracks of the artist
    tempo_bpm: float  # quarter notes a minute: the truth that a tempo descriptor should find
    key: str  # tonic, written with sharps: likewise
    mode: str  # "major" or "minor": likewise

    @property
    def genre(self) -> str:
        """The style as a tag or folder has it."""
        return self.style.title()


def plan_library(
    *,
    seed: int = 0,
    styles: Sequence[str] = STYLES,
    n_artists_per_style: int = 10,
    n_tracks_per_artist: int = 2,
    seconds: float = 30.0,
) -> list[TrackPlan]:
    """Invent a music library.

    Parameters
    ----------
    seed
        Decides everything.
    styles
        Some of `STYLES`.
    n_artists_per_style
        The first three of a style are of different kinds; more of them share a kind, but not a sound.
    n_tracks_per_artist
        Spread over albums of up to four.
    seconds
        Length of each track; they differ by a tenth at most.

    Returns
    -------
    Plans, ordered by style, artist, album and track number.

    Raises
    ------
    ConfigError
        If a style is unknown or a number out of range.

    Examples
    --------
    >>> library = plan_library(seed=1)
    >>> len(library), len({track.artist for track in library}), len({track.title for track in library})
    (120, 60, 120)
    """
    check_range("n_artists_per_style", n_artists_per_style, 1, 16)
    check_range("n_tracks_per_artist", n_tracks_per_artist, 1, 40)
    check_range("seconds", seconds, 2, 3600)
    for style in styles:
        if style not in STYLES:
            raise ConfigError(f"no style {style!r}; known are {', '.join(STYLES)}")
    rng = np.random.default_rng(seed)
    names = Names(rng)
    plans: list[TrackPlan] = []
    for style in styles:
        for number in range(n_artists_per_style):
            artist = ARTISTS[style][number % len(ARTISTS[style])]
            plans.extend(_discography(style, artist, n_tracks_per_artist, seconds, rng, names))
    return plans


def _discography(
    style: str, artist: Artist, n_tracks: int, seconds: float, rng: np.random.Generator, names: Names
) -> Iterator[TrackPlan]:
    harmony, name, artist_seed = artist.harmony, names.artist(style), int(rng.integers(2**31))
    keys = rng.permutation(harmony.keys.split())[:3]
    year = int(rng.integers(1992, 2020))
    for i in range(n_tracks):
        if i % TRACKS_PER_ALBUM == 0:
            album, year = names.title(), year + int(rng.integers(1, 4))
        steps = SCALES[rng.choice(harmony.scales.split())]
        yield TrackPlan(
            style=style,
            substyle=artist.substyle,
            artist=name,
            album=album,
            title=names.title(),
            track_number=i % TRACKS_PER_ALBUM + 1,
            year=year,
            seconds=round(seconds * rng.uniform(1.0, 1.1), 1),
            seed=int(rng.integers(2**31)),
            artist_seed=artist_seed,
            tempo_bpm=round(float(rng.uniform(*harmony.tempo)), 1),
            key=str(rng.choice(keys)),
            mode="minor" if steps[2] == 3 else "major",
        )
