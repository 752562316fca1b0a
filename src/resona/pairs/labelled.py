"""Which tracks can be learned from, or measured by? Those with a genre; and whose are they?

Training and evaluation see a library through this one table, so that both mean the same by a genre, an artist and an
album.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from resona.artists import artists_of, credit_of
from resona.pairs.split import main_artists
from resona.tracks import Track, fold


@dataclass(frozen=True)
class LabelledTracks:
    """Tracks by position, with their labels.

    Attributes
    ----------
    tracks
        In the order of their ids.
    genres
        Folded; empty where unknown.
    artists
        Everybody credited, see `resona.artists`; where nobody is, the folder stands for one artist.
    albums
        The folded album, else the folder.
    """

    tracks: list[Track]
    genres: list[tuple[str, ...]]
    artists: list[frozenset[str]]
    albums: list[str]

    @classmethod
    def of(cls, tracks: Sequence[Track]) -> "LabelledTracks":
        """Read the labels of tracks.

        Examples
        --------
        >>> from pathlib import Path
        >>> from resona.tracks import Tags
        >>> tags = Tags(artist="The Beatles", album="Help!", genres=("Rock", "rock", "Pop"))
        >>> labelled = LabelledTracks.of([Track(track_id=1, path=Path("/a.mp3"), tags=tags)])
        >>> labelled.genres, labelled.artists, labelled.albums
        ([('rock', 'pop')], [frozenset({'beatles'})], ['help!'])
        """
        ordered = sorted(tracks, key=lambda track: track.track_id)
        return cls(
            tracks=ordered,
            genres=[tuple(dict.fromkeys(map(fold, track.tags.genres))) for track in ordered],
            artists=[
                artists or frozenset({track.folder_key})
                for track, artists in zip(ordered, artists_of(map(credit_of, ordered)), strict=True)
            ],
            albums=[track.album_key for track in ordered],
        )

    @cached_property
    def main_artists(self) -> list[str]:
        """For each track the one of its artists with most tracks here."""
        return main_artists(self.artists)

    @cached_property
    def albums_of_artists(self) -> list[str]:
        """For each track its album; "" where nobody is credited, as the albums of a folder are by anybody."""
        return [
            "" if artists == {track.folder_key} else album
            for track, artists, album in zip(self.tracks, self.artists, self.albums, strict=True)
        ]

    def __len__(self) -> int:
        return len(self.tracks)
