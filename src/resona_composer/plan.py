"""What is in the library that is to be made? Artists, albums and songs, each with the truth about tempo and key."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from resona.config import check_range
from resona.errors import ConfigError
from resona_composer.habits import Habits
from resona_composer.names import Names
from resona_composer.score import SCALES
from resona_composer.styles import ARTISTS, STYLES

GENRES = {style: style.title() for style in STYLES}
TRACKS_PER_ALBUM = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPlan:
    """A track that can be rendered, and all that is known about it.

    Attributes
    ----------
    style, substyle
        One of `STYLES`, and the artist's own kind of it.
    artist, album, title, track_number, year
        For its tags.
    seconds
        Length.
    seed, artist_seed
        Of this track, and of all tracks of its artist.
    tempo_bpm
        Quarter notes a minute: the truth that a tempo descriptor should find.
    key, mode
        Tonic, written with sharps, and "major" or "minor": likewise.
    """

    style: str
    substyle: str
    artist: str
    album: str
    title: str
    track_number: int
    year: int
    seconds: float
    seed: int
    artist_seed: int
    tempo_bpm: float
    key: str
    mode: str

    @property
    def genre(self) -> str:
        """The style as a tag or folder has it."""
        return GENRES[self.style]


def plan_library(
    *,
    seed: int = 0,
    styles: Sequence[str] = STYLES,
    n_artists_per_style: int = 6,
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
        The first four of a style are of different kinds; more of them share a kind, but not a sound.
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
    (72, 36, 72)
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
            habits = ARTISTS[style][number % len(ARTISTS[style])]
            plans.extend(_discography(style, habits, n_tracks_per_artist, seconds, rng, names))
    return plans


def _discography(
    style: str, habits: Habits, n_tracks: int, seconds: float, rng: np.random.Generator, names: Names
) -> Iterator[TrackPlan]:
    artist, artist_seed = names.artist(style), int(rng.integers(2**31))
    keys = rng.permutation(habits.keys)[:3]
    year = int(rng.integers(1992, 2020))
    for i in range(n_tracks):
        if i % TRACKS_PER_ALBUM == 0:
            album, year = names.album(style), year + int(rng.integers(1, 4))
        steps = SCALES[habits.scales[rng.integers(len(habits.scales))]]
        yield TrackPlan(
            style=style,
            substyle=habits.substyle,
            artist=artist,
            album=album,
            title=names.title(style),
            track_number=i % TRACKS_PER_ALBUM + 1,
            year=year,
            seconds=round(seconds * rng.uniform(1.0, 1.1), 1),
            seed=int(rng.integers(2**31)),
            artist_seed=artist_seed,
            tempo_bpm=round(float(rng.uniform(*habits.tempo)), 1),
            key=str(rng.choice(keys)),
            mode="minor" if steps[2] == 3 else "major",
        )
