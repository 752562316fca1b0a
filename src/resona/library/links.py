"""Which track of the library is a song of another server, and what is it called there?"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TypeVar

from resona.artists import artist_key, credit_of, read_credit
from resona.errors import QueryError, ServerError
from resona.library.servers import Item, Jellyfin, Subsonic, address_of, plain_id
from resona.store import Link, Served, Store
from resona.tracks import Track, fold

SERVERS = "servers"  # in the settings: address to kind and login
KINDS: dict[str, type[Subsonic] | type[Jellyfin]] = {"subsonic": Subsonic, "jellyfin": Jellyfin}
NEAR_SECONDS = 2.0  # servers round, and read other headers than we do
PATIENCE_SECONDS = 3.0  # for a song that came to a server since it was linked
N_CANDIDATES = 50

Progress = Callable[[int], None]
Key = TypeVar("Key", tuple[int, str], tuple[str, ...])


@dataclass(slots=True, kw_only=True)
class LinkReport:
    """What linking a server came to.

    Attributes
    ----------
    n_linked
        Songs of the server that were found, by what they were found: "size", "path" or "tags".
    ambiguous, unmatched
        Those that may be several tracks, and those that are none: one line each.
    n_without
        Tracks of the library that the server does not have.
    """

    server: str
    n_linked: Counter[str] = field(default_factory=Counter)
    ambiguous: list[str] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    n_without: int = 0


class Links:
    """The links to other servers: ``library.links``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def servers(self) -> list[str]:
        """The servers that are linked, the last one first."""
        return list(self._known)[::-1]

    def link_subsonic(
        self,
        address: str,
        *,
        user: str,
        password: str,
        is_plain: bool = False,
        on_progress: Progress = lambda _: None,
    ) -> LinkReport:
        """Link the songs of a server that speaks Subsonic; its earlier links are forgotten.

        The login that is kept proves knowledge of the password without holding it; a plain one, for servers that know
        no other, is the password.

        Raises
        ------
        ServerError
            If the server cannot be asked; then nothing is changed.
        """
        return self._link(
            "subsonic", address_of(address), Subsonic.log_in(user, password, is_plain=is_plain), on_progress
        )

    def link_jellyfin(self, address: str, *, key: str, on_progress: Progress = lambda _: None) -> LinkReport:
        """Link the songs of a Jellyfin server; its earlier links are forgotten.

        Raises
        ------
        ServerError
            If the server cannot be asked; then nothing is changed.
        """
        return self._link("jellyfin", address_of(address), Jellyfin.log_in(key), on_progress)

    def forget(self, address: str) -> None:
        """Forget a server, its links and the login.

        Raises
        ------
        QueryError
            If it was never linked.
        """
        address = address_of(address)
        if address not in self._known:
            raise QueryError(f"{address} is not linked; linked are: {', '.join(self.servers) or 'none'}")
        with self._store.writing():
            self._store.links.replace(address, [])
            self._store.settings.put(SERVERS, {name: kept for name, kept in self._known.items() if name != address})

    def count(self, address: str) -> int:
        """Count the tracks that are linked to a server."""
        return self._store.links.count(address_of(address))

    def find(self, item_id: str) -> Link | None:
        """Find what a server's id stands for; a song that came since is asked for.

        Parameters
        ----------
        item_id
            Of any linked server; dashes in a UUID make no difference.
        """
        found = self._store.links.find(item_id) or self._store.links.find(plain_id(item_id))
        return found or next(self._asked(item_id), None)

    def of(self, server: str, tracks: Iterable[Track]) -> dict[int, Link]:
        """Give the links of some tracks to a server, by track id; tracks that are not linked are left out."""
        return self._store.links.of(server, [track.track_id for track in tracks])

    def of_artist(self, artist_id: str) -> list[Link]:
        """Find the tracks of an artist by the id that a server gives it."""
        return self._store.links.of_artist(artist_id) or self._store.links.of_artist(plain_id(artist_id))

    def artist_ids(self, server: str) -> dict[str, str]:
        """Give the ids of a server's artists, by `resona.artists.artist_key`."""
        return {artist_key(name): artist_id for name, artist_id in self._store.links.artists(server)}

    @property
    def _known(self) -> dict[str, dict[str, object]]:
        return dict(self._store.settings.get(SERVERS, {}))

    def _link(self, kind: str, address: str, login: Mapping[str, str], on_progress: Progress) -> LinkReport:
        items = []
        for item in KINDS[kind](address, login).items():
            items.append(item)
            on_progress(len(items))
        tracks = self._store.served.of(self._store.tracks.all())
        report, links = match(address, items, tracks)
        with self._store.writing():
            self._store.links.replace(address, links)
            known = {name: kept for name, kept in self._known.items() if name != address}
            self._store.settings.put(SERVERS, {**known, address: {"kind": kind, "login": dict(login)}})
        return report

    def _asked(self, item_id: str) -> Iterator[Link]:
        for address, kept in self._known.items():
            with suppress(ServerError):
                server = KINDS[str(kept["kind"])](address, kept["login"])  # type: ignore[arg-type]
                item = server.item(item_id, seconds=PATIENCE_SECONDS)
                if item is not None and item.title:
                    near = self._store.tracks.search(item.title, limit=N_CANDIDATES)
                    tracks = self._store.served.of(near)
                    _, links = match(address, [item], tracks)
                    self._store.links.add(links)
                    yield from links


def match(server: str, items: Sequence[Item], tracks: Sequence[Served]) -> tuple[LinkReport, list[Link]]:
    """Find the track of each song: by the size of the file, by the end of its path, or by its tags.

    A size or a path counts where it is the only one of its kind on both sides and the duration agrees. Tags are
    the title, an artist that both credit, and the duration; then the album, then the kind of file.
    """
    report, links = LinkReport(server=server), []
    sizes = _only(tracks, _track_size, Counter(map(_item_size, items)))
    paths = _only(tracks, lambda served: _tail(str(served.track.path)), Counter(_tail(item.path) for item in items))
    titles = defaultdict[str, list[Served]](list)
    for served in tracks:
        titles[fold(served.track.tags.title or served.track.path.stem)].append(served)
    for item in items:
        by, found = _found(item, sizes, paths, titles)
        if len(found) == 1:
            report.n_linked[by] += 1
            links.append(_link_of(server, item, found[0].track))
        else:
            (report.ambiguous if found else report.unmatched).append(item.label)
    report.n_without = len(tracks) - len({link.track_id for link in links})
    return report, links


def _found(
    item: Item,
    sizes: Mapping[tuple[int, str], Served],
    paths: Mapping[tuple[str, ...], Served],
    titles: Mapping[str, list[Served]],
) -> tuple[str, list[Served]]:
    for by, served in (("size", sizes.get(_item_size(item))), ("path", paths.get(_tail(item.path)))):
        if served is not None and _is_as_long(item, served):
            return by, [served]
    names = read_credit(item.artist.replace("•", ";")).names
    found = [
        served
        for served in titles.get(fold(item.title), ())
        if _is_as_long(item, served) and _is_by(names, served.track)
    ]
    if len(found) > 1:
        found = [served for served in found if fold(served.track.tags.album) == fold(item.album)] or found
    if len(found) > 1:
        found = [served for served in found if _track_size(served)[1] == item.suffix] or found
    return "tags", found


def _only(tracks: Sequence[Served], key: Callable[[Served], Key], wanted: Counter[Key]) -> dict[Key, Served]:
    """Give the tracks by what only one of them has, and only one song."""
    counts = Counter(map(key, tracks))
    return {own: served for served in tracks if (own := key(served))[0] and counts[own] == wanted[own] == 1}


def _item_size(item: Item) -> tuple[int, str]:
    return item.size_bytes, item.suffix


def _track_size(served: Served) -> tuple[int, str]:
    return served.size_bytes, served.track.path.suffix.lower().removeprefix(".")


def _tail(path: str) -> tuple[str, ...]:
    """Give folder and name of a file, as they are compared."""
    return tuple(fold(part) for part in PurePath(path).parts[-2:]) or ("",)


def _is_as_long(item: Item, served: Served) -> bool:
    return not item.seconds or abs(item.seconds - served.track.tags.duration_seconds) <= NEAR_SECONDS


def _is_by(names: frozenset[str], track: Track) -> bool:
    own = credit_of(track).names
    return not names.isdisjoint(own) or not (names or own)


def _link_of(server: str, item: Item, track: Track) -> Link:
    return Link(
        server=server,
        item_id=item.item_id,
        track_id=track.track_id,
        artist_id=item.artist_id,
        artist=item.artist,
    )
