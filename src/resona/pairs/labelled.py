"""Which tracks can be learned from, or measured by? Those with a genre; and whose are they?

Training and evaluation see a library through this one table, so that both mean the same by a genre, an artist and an
album.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from resona.pairs import join_groups
from resona.tracks import Track, fold


@dataclass(frozen=True, slots=True)
class LabelledTracks:
    """Tracks by position, with their labels.

    Attributes
    ----------
    tracks
        In the order of their ids.
    genres
        Folded; empty where unknown.
    artists
        The group of each track: tracks that share an artist or an album artist are one group, and so are tracks of one
        folder where nobody is named.
    albums
        The folded album, else the folder.
    """

    tracks: list[Track]
    genres: list[tuple[str, ...]]
    artists: list[str]
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
        ([('rock', 'pop')], ['beatles'], ['help!'])
        """
        ordered = sorted(tracks, key=lambda track: track.track_id)
        return cls(
            tracks=ordered,
            genres=[tuple(dict.fromkeys(map(fold, track.tags.genres))) for track in ordered],
            artists=join_groups([t.artist_key for t in ordered], [_album_artist(track) for track in ordered]),
            albums=[track.album_key for track in ordered],
        )

    def __len__(self) -> int:
        return len(self.tracks)


def _album_artist(track: Track) -> str:
    """Give the album artist, unless it stands for nobody in particular."""
    name = fold(track.tags.album_artist)
    return "" if name in {"various artists", "various", "va", "unknown artist", "soundtrack"} else name
