"""Which artists are learned from, and which are kept back?

An artist has a sound, a studio and a microphone of their own: a network that has met them recognises *them*, so a track
only counts as unseen when all artists that it credits are. Every artist therefore falls whole into "train",
"validation" or "test", and a track goes where its artists are. If they are in different splits, it takes no part: it is
left out, rather than tying what it links together, which in a library of many guests would soon be everybody.

Artists that occur only beside another one (the guest of a single song, "A & B" as a whole) go with that one, their
*leader*; so what is left out are tracks by two artists who both have music of their own.

Hash first, repair second. A keyed hash of the leader's name says where they belong; it does not depend on who else is
there, so adding tracks moves nobody but who leads or is led from then on. In a small library chance may leave a genre
without an artist in some split; then, and only then, the artist nearest to the border is moved, until each split has at
least half of its share of the artists of each genre (and one at the least). A large library needs no repair and is
perfectly stable; a small one is usable.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resona.config import check_range
from resona.errors import ConfigError, SplitError
from resona.pairs.audit import audit
from resona.tracks import fold

SPLITS = ("train", "validation", "test")
HELD_OUT = ("validation", "test")
MIN_ARTISTS = 3  # of a genre: one for each split
MIN_GENRES = 2  # otherwise there is nothing to tell apart


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitConfig:
    """Settings of the split.

    Attributes
    ----------
    validation, test
        Shares of the artists; the rest is for training.
    salt
        Key of the hash: another one gives another split.

    Examples
    --------
    >>> SplitConfig().borders
    (0.0, 0.7, 0.85, 1.0)
    """

    validation: float = 0.15
    test: float = 0.15
    salt: str = "resona"

    def __post_init__(self) -> None:
        check_range("validation", self.validation, 0.01, 0.9)
        check_range("test", self.test, 0.01, 0.9)
        if self.validation + self.test > 0.95:
            raise ConfigError(f"validation and test must leave 5 % for training, got {self.validation} and {self.test}")

    @property
    def borders(self) -> tuple[float, float, float, float]:
        """Where the splits begin and end between 0 and 1."""
        return (0.0, 1 - self.validation - self.test, 1 - self.test, 1.0)


def artist_digest(artist: str, salt: str = "resona") -> str:
    """Identify an artist by 16 hex digits, which a model can carry without carrying names.

    Examples
    --------
    >>> artist_digest("nina simone")
    'df711bc73c612b32'
    """
    name, key = (text.encode("utf-8", "surrogateescape") for text in (artist, salt))
    return hashlib.blake2b(name, key=hashlib.sha256(key).digest(), digest_size=8).hexdigest()


def split_artists(
    artists: Sequence[Set[str]], genres: Sequence[Sequence[str]], config: SplitConfig | None = None
) -> NDArray[np.str_]:
    """Assign each track to a split that has all tracks of its artists, if there is one.

    Parameters
    ----------
    artists
        For each track its artists.
    genres
        For each track its genres; compared as people do (`fold`).
    config
        Shares and salt.

    Returns
    -------
    Shape (n_tracks,): "train", "validation", "test", or "" for tracks that are left out: by artists of several splits,
    or by nobody. Independent of the order of the tracks.

    Raises
    ------
    SplitError
        If fewer than two genres have three artists each.

    Examples
    --------
    >>> artists = [{"ada"}, {"ada", "bix"}, {"cleo"}, {"dino"}, {"elis"}, {"fats"}, {"gina"}, {"cleo", "dino"}]
    >>> split_artists(artists, [["jazz"]] * 4 + [["pop"]] * 4)
    array(['validation', 'validation', 'test', 'train', 'train', 'validation',
           'test', ''], dtype='<U10')
    """
    config = config or SplitConfig()
    leaders = find_leaders(artists)
    members = _artists_of_genres(leaders, genres)
    usable = {genre: names for genre, names in members.items() if len(names) >= MIN_ARTISTS}
    if len(usable) < MIN_GENRES:
        found = ", ".join(f"{genre}: {len(names)}" for genre, names in sorted(members.items())) or "no genres"
        raise SplitError(
            f"an honest split needs {MIN_GENRES} genres with {MIN_ARTISTS} artists each; "
            f"this music has {len(usable)} (artists per genre: {found}); add music, or tag genres and artists"
        )
    assignment = _Assignment(set().union(*leaders), usable, config)
    assignment.repair()
    splits = _homes(leaders, assignment.split_of)
    audit(np.flatnonzero(splits == "train"), np.flatnonzero(np.isin(splits, HELD_OUT)), artists=artists).require_clean()
    return splits


def split_by_hash(artists: Sequence[Set[str]], config: SplitConfig | None = None) -> NDArray[np.str_]:
    """Assign each track to a split by the hash of its artists alone, whatever the genres.

    Examples
    --------
    >>> split_by_hash([{"ada"}, {"bix"}, {"ada", "bix"}, {"bix", "cleo"}]).tolist()
    ['train', 'validation', '', 'validation']
    """
    config = config or SplitConfig()
    leaders = find_leaders(artists)
    places = {artist: _place(artist, config.salt) for artist in set[str]().union(*leaders)}
    return _homes(leaders, {artist: _home(place, config.borders) for artist, place in places.items()})


def find_leaders(artists: Sequence[Set[str]]) -> list[frozenset[str]]:
    """Keep of each track's artists those that have music of their own.

    An artist all of whose tracks also credit another one is led by that one: by the one with most tracks, or the first
    by name.

    Examples
    --------
    >>> [sorted(names) for names in find_leaders([{"ada"}, {"ada", "guest"}, {"ada", "bix"}, {"bix"}, {"x", "y"}])]
    [['ada'], ['ada'], ['ada', 'bix'], ['bix'], ['x']]
    """
    counts = Counter(name for names in artists for name in names)
    always: dict[str, Set[str]] = {}
    for names in artists:
        for name in names:
            always[name] = always.get(name, names) & names
    leader = {name: min(beside, key=lambda other: (-counts[other], other)) for name, beside in always.items()}
    return [frozenset(leader[name] for name in names) for names in artists]


def main_artists(artists: Sequence[Set[str]]) -> list[str]:
    """Name for each track the one of its artists that has most tracks, where a track must count once; "" for nobody.

    Examples
    --------
    >>> main_artists([{"ada"}, {"ada", "bix"}, {"bix"}, {"ada", "guest"}, set()])
    ['ada', 'ada', 'bix', 'ada', '']
    """
    counts = Counter(name for names in artists for name in names)
    return [min(names, key=lambda name: (-counts[name], name), default="") for names in artists]


def _homes(leaders: Sequence[Set[str]], split_of: Mapping[str, str]) -> NDArray[np.str_]:
    """Give the split that all leaders of a track are in, or ""."""
    homes = [{split_of[name] for name in names} for names in leaders]
    return np.array([home.pop() if len(home) == 1 else "" for home in homes], "<U10")


def _artists_of_genres(leaders: Sequence[Set[str]], genres: Sequence[Sequence[str]]) -> dict[str, set[str]]:
    """Collect the artists who alone have tracks of a genre: those are never left out."""
    members: dict[str, set[str]] = defaultdict(set)
    for artists, names in zip(leaders, genres, strict=True):
        for name in names if len(artists) == 1 else ():
            members[fold(name)] |= artists
    return members


def _place(artist: str, salt: str) -> float:
    """Where an artist stands between 0 and 1."""
    return int(artist_digest(artist, salt), 16) / 2**64


def _home(place: float, borders: Sequence[float]) -> str:
    return SPLITS[int(np.searchsorted(borders, place, side="right")) - 1]


class _Assignment:
    """Artists in splits: by hash, then repaired genre by genre."""

    def __init__(self, artists: Iterable[str], members: dict[str, set[str]], config: SplitConfig) -> None:
        self.members = members
        self.genres_of: dict[str, list[str]] = defaultdict(list)
        for genre, names in members.items():
            for artist in names:
                self.genres_of[artist].append(genre)
        self.borders = config.borders
        self.place = {artist: _place(artist, config.salt) for artist in artists}
        self.split_of = {artist: _home(place, self.borders) for artist, place in self.place.items()}

    def repair(self) -> None:
        """Give every split its least number of artists of every genre; a second pass mends what the first undid."""
        for _ in range(2):
            for genre in sorted(self.members):
                for split in SPLITS:
                    while self._count(genre)[split] < self._needed(genre)[split]:
                        self.split_of[self._nearest(genre, split)] = split

    def _count(self, genre: str) -> Counter[str]:
        return Counter(self.split_of[artist] for artist in self.members[genre])

    def _needed(self, genre: str) -> dict[str, int]:
        n_artists = len(self.members[genre])
        shares = dict(zip(SPLITS, np.diff(self.borders), strict=True))
        needed = {split: max(1, int(share * n_artists / 2)) for split, share in shares.items()}
        needed["train"] = min(int(np.ceil(shares["train"] * n_artists / 2)), n_artists - 2)
        return needed

    def _nearest(self, genre: str, split: str) -> str:
        """Choose who moves: not from a split that needs them itself, and as near to the border as there is."""
        low, high = self.borders[SPLITS.index(split)], self.borders[SPLITS.index(split) + 1]

        def cost(artist: str) -> tuple[int, float, str]:
            place = self.place[artist]
            home = self.split_of[artist]
            harmed = sum(self._count(name)[home] <= self._needed(name)[home] for name in self.genres_of[artist])
            return harmed, max(low - place, place - high), artist

        count, needed = self._count(genre), self._needed(genre)
        donors = [a for a in self.members[genre] if count[self.split_of[a]] > needed[self.split_of[a]]]
        return min(donors, key=cost)
