"""Which tracks did somebody put together, and in which order?"""

import hashlib
import json
from collections.abc import Collection, Sequence

from resona.errors import (
    PlaylistChangedError,
    QueryError,
    StoreError,
    UnknownPlaylistError,
    UnknownTrackError,
    VectorIndexError,
)
from resona.library.recipes import Recipes
from resona.recommend.queries.foreign import foreign_playlist
from resona.store import Playlist, Recipe, Store

MOST_LETTERS = 500
MOST_COMMENT_LETTERS = 10_000
MOST_TRACKS = 100_000


class Playlists:
    """The playlists, which the page and all players share: ``library.playlists``.

    Every change and every deletion can be taken back with `undo`. One with a recipe renews itself when it is read.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "library.db") as store:
    ...     playlists = Playlists(store)
    ...     sunday = playlists.create("Sunday").playlist_id
    ...     playlists.delete(sunday)
    ...     playlists.undo(sunday).name
    'Sunday'
    """

    def __init__(self, store: Store, recipes: Recipes | None = None) -> None:
        self._store, self._recipes = store, recipes

    def all(self) -> list[Playlist]:
        """List them by name."""
        found = self._store.playlists.all()
        renewed = [self._renew(playlist) for playlist in found]
        return self._store.playlists.all() if any(renewed) else found

    def get(self, playlist_id: int) -> Playlist:
        """Give one, without its tracks.

        Raises
        ------
        UnknownPlaylistError
            If there is none with that number.
        """
        found = self._known(playlist_id)
        return self._known(playlist_id) if self._renew(found) else found

    def track_ids(self, playlist_id: int) -> list[int]:
        """List the tracks of one, in order; one may come several times, and one that is missing keeps its place.

        Raises
        ------
        UnknownPlaylistError
            If there is none with that number.
        """
        self.get(playlist_id)
        return self._store.playlists.track_ids(playlist_id)

    def version(self, playlist_id: int) -> str:
        """Give a hash of its name, comment and tracks: what a change by `change` may be tied to.

        Raises
        ------
        UnknownPlaylistError
            If there is none with that number.
        """
        playlist = self.get(playlist_id)
        content = json.dumps([playlist.name, playlist.comment, self.track_ids(playlist_id)])
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def read(self, name: str, content: bytes, *, suffix: str = ".m3u") -> tuple[Playlist, int]:
        """Make a playlist of a file's content: M3U, PLS, XSPF, WPL, ZPL or ASX.

        Returns
        -------
        The playlist, and how many of the file's entries are not in the library.

        Raises
        ------
        QueryError
            If none is, or as `create`.
        """
        track_ids, n_unknown = foreign_playlist(self._store, content, suffix=suffix)
        if not track_ids:
            n_entries = f"none of its {n_unknown} entries is" if n_unknown else "it names no"
            raise QueryError(f"{name!r} was not read: {n_entries} a track of the library")
        return self.create(name, track_ids), n_unknown

    def create(self, name: str, track_ids: Sequence[int] = ()) -> Playlist:
        """Make a playlist; several may have one name.

        Raises
        ------
        QueryError
            If it has no name, a very long one, or too many tracks.
        UnknownTrackError
            If one of the tracks is not in the library.
        """
        self._check(name=name, track_ids=track_ids)
        return self.get(self._store.playlists.create(name.strip(), track_ids))

    def create_automatic(self, name: str, recipe: Recipe) -> Playlist:
        """Make a playlist that renews itself: it is what its recipe finds, whenever it is read.

        Raises
        ------
        QueryError
            If it has no name, the words are not told, the filter cannot be read, or it asks for nothing.
        VectorIndexError
            If the library is empty.
        """
        state, track_ids = self._found(recipe)
        self._check(name=name, track_ids=track_ids)
        playlist_id = self._store.playlists.create(name.strip(), recipe=recipe)
        self._store.playlists.renew(playlist_id, track_ids, state)
        return self.get(playlist_id)

    def follow(self, playlist_id: int, recipe: Recipe | None) -> Playlist:
        """Give a playlist another recipe; None makes it an ordinary one, with the tracks that it has.

        Raises
        ------
        UnknownPlaylistError, QueryError, VectorIndexError
            As `get` and `create_automatic`.
        """
        self.get(playlist_id)
        state, track_ids = self._found(recipe) if recipe else ("", [])
        self._check(name=None, track_ids=track_ids)
        self._store.playlists.change(playlist_id, recipe=recipe, is_fixed=recipe is None)
        if recipe:
            self._store.playlists.renew(playlist_id, track_ids, state)
        return self.get(playlist_id)

    def problem(self, playlist: Playlist) -> str:
        """Say in a sentence why a playlist does not renew itself any more; empty if it does, or has no recipe."""
        try:
            if playlist.recipe and not self._is_renewed(playlist):
                self._found(playlist.recipe)
        except (QueryError, VectorIndexError) as error:
            return str(error)
        return ""

    def change(
        self,
        playlist_id: int,
        *,
        name: str | None = None,
        comment: str | None = None,
        track_ids: Sequence[int] | None = None,
        version: str = "",
    ) -> None:
        """Replace what is given; all of it, or nothing if anything is wrong.

        Raises
        ------
        UnknownPlaylistError, UnknownTrackError, QueryError
            As `get` and `create`.
        PlaylistChangedError
            If a `version` is given and is no longer the playlist's.
        """
        self.get(playlist_id)  # one with a recipe renews itself before the library is locked
        with self._store.writing():
            playlist = self.get(playlist_id)
            if version and version != self.version(playlist_id):
                raise PlaylistChangedError(self._store.name, playlist.name)
            self._check(name=name, comment=comment, track_ids=track_ids or ())
            if playlist.recipe and track_ids is not None:
                raise QueryError(
                    f"{playlist.name!r} renews itself ({playlist.recipe}); make it an ordinary playlist to change it"
                )
            name = None if name is None else name.strip()
            self._store.playlists.change(playlist_id, name=name, comment=comment, track_ids=track_ids)

    def edit(
        self,
        playlist_id: int,
        *,
        removed: Collection[int] = (),
        added: Sequence[int] = (),
        name: str | None = None,
        comment: str | None = None,
    ) -> None:
        """Take out the tracks at some places, counted from 0, then append others.

        Raises
        ------
        UnknownPlaylistError, UnknownTrackError, QueryError
            As `get` and `create`, or if there is no such place.
        """
        self.get(playlist_id)  # as in `change`
        with self._store.writing():
            track_ids = self.track_ids(playlist_id)
            if any(not 0 <= place < len(track_ids) for place in removed):
                raise QueryError(f"the playlist has {len(track_ids)} tracks, counted from 0; nothing was changed")
            gone = set(removed)
            kept = [track_id for place, track_id in enumerate(track_ids) if place not in gone]
            changed = [*kept, *added] if gone or added else None
            self.change(playlist_id, name=name, comment=comment, track_ids=changed)

    def delete(self, playlist_id: int) -> None:
        """Take one away; `undo` brings it back.

        Raises
        ------
        UnknownPlaylistError
            If there is none with that number.
        """
        self.get(playlist_id)
        self._store.playlists.delete(playlist_id)

    def undo(self, playlist_id: int) -> Playlist:
        """Take the last change back, or the deletion.

        Raises
        ------
        QueryError
            If nothing is left to take back.
        """
        if not self._store.playlists.undo(playlist_id):
            raise QueryError("there is nothing left to undo")
        return self.get(playlist_id)

    def _known(self, playlist_id: int) -> Playlist:
        found = self._store.playlists.get(playlist_id)
        if found is None:
            raise UnknownPlaylistError(self._store.name, playlist_id)
        return found

    def _found(self, recipe: Recipe) -> tuple[str, list[int]]:
        """Follow a recipe; give the state that it was followed in, too."""
        if not str(recipe) or self._recipes is None:
            raise QueryError("a playlist that renews itself needs words or a filter")
        return self._recipes.state(recipe), self._recipes.find(recipe)

    def _is_renewed(self, playlist: Playlist) -> bool:
        """Whether its recipe was followed in the state that the library is in."""
        if playlist.recipe is None or self._recipes is None:
            return False
        return self._recipes.state(playlist.recipe) == self._store.playlists.state(playlist.playlist_id)

    def _renew(self, playlist: Playlist) -> bool:
        """Follow a recipe if the library has changed since; where it cannot be, what it found before stays."""
        if playlist.recipe is None or self._recipes is None:
            return False
        try:
            if self._is_renewed(playlist):
                return False
            state, track_ids = self._found(playlist.recipe)
            self._store.playlists.renew(playlist.playlist_id, track_ids, state)
        except (QueryError, VectorIndexError, StoreError):  # such as a word that was forgotten, or a library in use
            return False
        return True

    def _check(self, *, name: str | None, comment: str | None = None, track_ids: Sequence[int] = ()) -> None:
        if name is not None and not 0 < len(name.strip()) <= MOST_LETTERS:
            raise QueryError(f"a playlist has a name of 1 to {MOST_LETTERS} letters")
        if comment is not None and len(comment) > MOST_COMMENT_LETTERS:
            raise QueryError(f"a comment has at most {MOST_COMMENT_LETTERS} letters")
        if len(track_ids) > MOST_TRACKS:
            raise QueryError(f"a playlist has at most {MOST_TRACKS} tracks")
        unknown = set(track_ids) - self._store.tracks.known(set(track_ids))
        if unknown:
            raise UnknownTrackError(f"#{min(unknown)}", [], "it is not in the library; nothing was changed")
