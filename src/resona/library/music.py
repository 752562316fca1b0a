"""What is there to play, and what did its listeners make of it?"""

from collections.abc import Sequence

from resona.store import Discography, Mark, Play, Queue, Served, Store
from resona.tracks import Track


class Music:
    """The tracks, albums and artists as players see them, with stars, ratings and plays: ``library.music``.

    None of these marks is a judgement of likeness; lists follow only what is said by `library.labels`.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def version(self) -> int:
        """What changes whenever the discography may."""
        return self._store.version

    def discography(self) -> Discography:
        """Work out which albums, artists and genres there are."""
        return self._store.discography.load()

    def tracks(self, track_ids: Sequence[int]) -> list[Served]:
        """Give tracks in the order asked for, missing ones too; unknown ids are left out."""
        return self._store.served.get_many(track_ids)

    def served(self, tracks: Sequence[Track]) -> list[Served]:
        """Give the same of tracks that are at hand; those that are gone altogether are left out."""
        return self._store.served.of(tracks)

    def search(self, words: str, *, limit: int) -> list[int]:
        """Find the ids of tracks by the beginnings of words of title, artist and album, the best first."""
        return self._store.tracks.find_ids(words, limit=limit)

    # Marks

    def marks(self, profile: str, items: Sequence[str]) -> dict[str, Mark]:
        """Give what some items are marked with; those without marks are left out."""
        return self._store.marks.of(profile, items)

    def star(self, profile: str, items: Sequence[str], *, is_starred: bool = True) -> None:
        """Give items a star, or take it back."""
        (self._store.marks.star if is_starred else self._store.marks.unstar)(profile, items)

    def rate(self, profile: str, item: str, rating: int) -> None:
        """Rate an item with 1 to 5, or take its rating back with 0."""
        self._store.marks.rate(profile, item, rating)

    def play(self, profile: str, plays: Sequence[Play]) -> None:
        """Remember what was played."""
        self._store.marks.play(profile, plays)

    def queue(self, profile: str) -> Queue:
        """Give what was being played; an empty one where nobody has said so."""
        return self._store.marks.queue(profile)

    def keep_queue(self, profile: str, queue: Queue) -> None:
        """Remember what is being played, instead of what was before."""
        self._store.marks.keep_queue(profile, queue)

    def starred(self, profile: str) -> list[str]:
        """List the items with a star, the newest first."""
        return self._store.marks.starred(profile)

    def rated(self, profile: str) -> dict[str, int]:
        """Give the rating of every item that has one."""
        return self._store.marks.rated(profile)

    def played(self, profile: str, among: Sequence[int] | None = None) -> list[tuple[int, int, str]]:
        """Give track id, number of plays and time of the last for every track played, or for those among some."""
        return self._store.marks.played(profile, among)
