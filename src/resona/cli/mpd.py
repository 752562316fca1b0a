"""`resona mpd`: keeps the queue of a Music Player Daemon filled with songs like the last ones."""

import os
import re
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from resona.cli.context import Context, pass_context, printable, say
from resona.cli.lists import filter_options
from resona.errors import MissingExtraError, ServerError
from resona.library import Library, Query
from resona.tracks import Track, fold

if TYPE_CHECKING:
    from mpd import MPDClient

N_REMEMBERED = 500  # songs that were in the queue: they do not come again soon
RETRY_SECONDS = 5.0
PATIENCE_SECONDS = 20.0
SAME_SECONDS = 0.1
VIRTUAL = re.compile(r"track\d{4,}")  # MPD's name for a track of a cue sheet, below the sheet or the file that holds it


@click.command("mpd")
@click.option("--host", metavar="NAME", help="A name, a socket, or PASSWORD@NAME. [default: MPD_HOST, or localhost]")
@click.option("--port", type=click.IntRange(1, 65_535), help="[default: MPD_PORT, or 6600]")
@click.option(
    "--music-dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="MPD's music_directory, as scans saw it. [default: what MPD says, or the folders of scans]",
)
@click.option(
    "--ahead", type=click.IntRange(1, 100), default=5, show_default=True, help="Songs that should be waiting."
)
@click.option(
    "--like", "n_seeds", type=click.IntRange(1, 50), default=3, show_default=True, help="How many last songs."
)
@click.option("--per-artist", type=click.IntRange(0), default=1, show_default=True, help="At once; 0 for any number.")
@click.option("--once", "is_once", is_flag=True, help="Fill the queue once, and end.")
@filter_options
@pass_context
def command(context: Context, /, host: str | None, port: int | None, *, is_once: bool, **options: Any) -> None:
    """Keep the queue of a Music Player Daemon (MPD) filled with songs like the last ones in it.

    Put a song into the queue: when fewer than --ahead are waiting behind the one that plays, songs like the last are
    added, until Ctrl-C. Nothing is ever taken out, started or stopped.
    """
    if find_spec("mpd") is None:
        raise MissingExtraError("MPD is spoken by python-mpd2: pip install 'resona-music[mpd]'")
    with context.library() as library:
        follower = Follower(library, *_address(host, port), **options)
        try:
            follower.fill()
            if not is_once:
                say(f"Following MPD at {follower.address}. Ctrl-C ends it.")
                follower.follow()
        finally:
            follower.close()


def _address(host: str | None, port: int | None) -> tuple[str, int]:
    """Read where MPD is from options, else from the environment, as its other clients do.

    Examples
    --------
    >>> _address("secret@kitchen", 6601)
    ('secret@kitchen', 6601)
    """
    said = os.environ.get("MPD_PORT", "")
    return host or os.environ.get("MPD_HOST") or "localhost", port or (int(said) if said.isdecimal() else 6600)


class Follower:
    """Follows one queue.

    Parameters
    ----------
    library
        Where songs like others come from.
    host, port
        Of MPD; the host may be a socket, and start with a password and "@".
    music_dir
        MPD's music folder.
    ahead, n_seeds
        How many songs should wait, and like how many of the last they should be.
    options
        As of `resona.library.Lists.recommend`.
    """

    def __init__(
        self,
        library: Library,
        host: str,
        port: int,
        *,
        music_dir: Path | None,
        ahead: int,
        n_seeds: int,
        **options: Any,
    ) -> None:
        self._library, self._lists = library, library.lists.warmed()
        self._password, _, self._host = host.rpartition("@") if not host.startswith("@") else ("", "", host)
        self._port, self._music_dir = port, music_dir
        self._ahead, self._n_seeds, self._options = ahead, n_seeds, options
        self._remembered: deque[int] = deque(maxlen=N_REMEMBERED)
        self._client: MPDClient | None = None

    @property
    def address(self) -> str:
        """Where MPD is, without its password."""
        return self._host if self._host[:1] in "/@" else f"{self._host}:{self._port}"

    def follow(self) -> None:
        """Fill the queue whenever it changes, until interrupted; MPD may come and go."""
        is_there = True
        while True:
            try:
                if is_there:
                    with self._translated():
                        self._connected().idle("playlist", "player", "options")
                self.fill()
                is_there = True
            except ServerError as error:
                if is_there:
                    say(f"{error}; waiting for it.")
                is_there = False
                time.sleep(RETRY_SECONDS)

    def fill(self) -> None:
        """Add what is missing.

        Raises
        ------
        ServerError
            If MPD does not answer.
        """
        client = self._connected()
        with self._translated():
            queue = client.playlistinfo()
            playing = int(client.status().get("song", -1))
            known = [track for track in map(self._track_of, queue) if track is not None]
            self._remember(known)
            missing = self._ahead - (len(queue) - 1 - playing)
            if missing > 0 and known:
                self._add(client, known[-self._n_seeds :], missing)

    def close(self) -> None:
        """End the connection."""
        if self._client is not None:
            self._client.disconnect()
            self._client = None

    def _add(self, client: "MPDClient", seeds: Sequence[Track], n: int) -> None:
        """Add songs, leaving out what MPD does not have."""
        from mpd import CommandError

        queries = [Query(text=track.label, tracks=(track,)) for track in self._lists.heard(seeds)]
        if not queries:
            return
        found = self._lists.recommend(*queries, k=2 * n, given=tuple(self._remembered), **self._options)
        for track in (result.track for result in found.results):
            address = self._address_of(client, track)
            if n and address:
                try:
                    client.add(address)
                except CommandError:
                    continue  # MPD has not seen this file
                self._remember([track])
                say(f"+ {printable(track.label)}")
                n -= 1

    def _remember(self, tracks: Sequence[Track]) -> None:
        for track in tracks:
            if track.track_id not in self._remembered:
                self._remembered.append(track.track_id)

    def _connected(self) -> "MPDClient":
        if self._client is None:
            return self._connect()
        return self._client

    def _connect(self) -> "MPDClient":
        from mpd import CommandError, MPDClient

        self._client = client = MPDClient()
        client.timeout = PATIENCE_SECONDS
        with self._translated():
            client.connect(self._host, self._port)
            if self._password:
                client.password(self._password)
            if self._music_dir is None:
                with suppress(CommandError):  # it only says so on its socket
                    said = client.config()
                    self._music_dir = Path(said["music_directory"] if isinstance(said, dict) else said)
        return client

    @contextmanager
    def _translated(self) -> Iterator[None]:
        from mpd import MPDError

        try:
            yield
        except (MPDError, OSError) as error:
            self.close()
            raise ServerError(f"MPD at {self.address} does not answer as it should: {error}") from error

    def _folders(self) -> list[Path]:
        return [self._music_dir] if self._music_dir else [Path(folder) for folder in self._library.folders.known]

    def _track_of(self, song: dict[str, str]) -> Track | None:
        found = (self._tracks_at(folder / song["file"], song) for folder in self._folders())
        return next((tracks[0] for tracks in found if len(tracks) == 1), None)

    def _tracks_at(self, path: Path, song: dict[str, str]) -> list[Track]:
        """Give the tracks that a song may be: of a part of a file, those that begin where it does."""
        number = VIRTUAL.fullmatch(path.name)
        if number is None:
            return _beginning(self._library.tracks.at(path), song)
        inside = self._library.tracks.at(path.parent)  # a file that holds its own cue sheet
        beside = [track for track in self._library.tracks.below(path.parent.parent) if _is_called(track, song)]
        return _beginning(inside or beside, song)

    def _address_of(self, client: "MPDClient", track: Track) -> str:
        """Give MPD's name of a song: its path below the music folder, or its place in a cue sheet."""
        below = (track.path.relative_to(folder) for folder in self._folders() if track.path.is_relative_to(folder))
        path = next(below, None)
        if path is None or len(self._library.tracks.at(track.path)) == 1:
            return str(path or "")
        songs = client.find("base", path.parent.as_posix())
        parts = (song for song in songs if VIRTUAL.fullmatch(Path(song["file"]).name) and self._track_of(song) == track)
        return next((song["file"] for song in parts), "")


def _beginning(tracks: list[Track], song: dict[str, str]) -> list[Track]:
    """Leave the tracks that begin where a part of a file does; all where it is no part."""
    if "range" not in song:
        return tracks
    start = float(song["range"].partition("-")[0])
    return [track for track in tracks if abs(track.start_seconds - start) < SAME_SECONDS]


def _is_called(track: Track, song: dict[str, str]) -> bool:
    return fold(track.tags.title) == fold(song.get("title", "")) and track.tags.track_number == int(
        song.get("track", "0")
    )
