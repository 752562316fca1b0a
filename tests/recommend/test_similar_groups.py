"""Artists and albums: those that sound alike, by the means of their tracks."""

import numpy as np
import pytest

from resona.artists import read_credit
from resona.errors import QueryError
from resona.inference.model import unit
from resona.library import Library, SimilarGroups, album_id, artist_id
from resona.recommend import Catalogue, Request, similar_groups
from resona.store import TrackRecord
from resona.tracks import Tags

FREE = {"per_artist": 0, "with_seed_artists": True}


def ask(catalogue: Catalogue, kind: str, *queries: str, **options: object) -> SimilarGroups:
    return similar_groups(catalogue, Request.of(queries, **options), kind)  # type: ignore[arg-type]


def ids(found: SimilarGroups) -> list[str]:
    return [line.group.group_id for line in found.groups]


@pytest.mark.parametrize(("kind", "size"), [("artist", 10), ("album", 5)])
def test_the_nearest_are_those_whose_means_are_nearest(catalogue: Catalogue, kind: str, size: int) -> None:
    """Artist n has the tracks 10 n + 1 to 10 n + 10, album n half as many; correction for hubs is kept apart."""
    found = ask(catalogue, kind, *(f"#{number}" for number in range(1, size + 1)), k=40, with_excluded=True, **FREE)
    means = unit(catalogue.vectors.reshape(300 // size, size, -1).mean(axis=1))
    distances = 1 - means @ means[0]
    named = {line.group.name: line for line in found.groups}
    numbers = [int(line.group.name.split()[-1]) for line in found.groups]
    assert numbers[0] != 0
    assert len(set(ids(found))) == len(numbers)
    kin = [number for number in numbers if number * size // 10 % 3 == 0]
    assert numbers[: len(kin)] == kin  # of the seeds' genre, which lies apart from the others
    correlation = np.corrcoef(np.argsort(np.argsort(distances[numbers])), np.arange(len(numbers)))[0, 1]
    assert correlation > 0.8
    line = named[f"{kind.title()} {3 if kind == 'artist' else 6}"]
    rows = line.group.rows
    nearest = rows[np.argsort(-(catalogue.vectors[rows] @ unit(catalogue.vectors[rows].mean(axis=0)[None])[0]))][:3]
    assert [track.track_id for track in line.tracks] == (nearest + 1).tolist()
    similarities = [line.similarity for line in found.groups]
    assert similarities == sorted(similarities, reverse=True)
    assert len(found.results) == sum(len(line.tracks) for line in found.groups)


def test_who_is_asked_for_is_not_answered(catalogue: Catalogue) -> None:
    artists = ask(catalogue, "artist", "#8", k=100)  # Artist 0 feat. Guest
    assert len(artists.groups) == 29
    assert {artist_id("Artist 0"), artist_id("Guest"), artist_id("Artist 0 feat. Guest")}.isdisjoint(ids(artists))
    albums = ask(catalogue, "album", "#8", k=100, is_strict=True)
    assert not any(line.group.keys & read_credit("Artist 0").names for line in albums.groups)
    own = ask(catalogue, "album", "#8", k=100, **FREE)
    assert album_id("Artist 0", "Album 0") in ids(own)
    assert album_id("Artist 0 feat. Guest", "Album 1") not in ids(own)


def test_a_credit_of_several_counts_for_each_and_is_none_of_its_own(catalogue: Catalogue) -> None:
    found = ask(catalogue, "artist", "#200", k=100)
    by_name = {line.group.name: line.group for line in found.groups}
    assert len(by_name["Artist 0"].rows) == 10
    assert "Artist 0 feat. Guest" not in by_name


def test_filters_and_exclusions_take_tracks_out(catalogue: Catalogue) -> None:
    found = ask(catalogue, "artist", "#1", k=100, where="genre = jazz and year < 1990")
    numbers = [int(line.group.name.split()[-1]) for line in found.groups]
    assert sorted(numbers) == [1, 4, 7, 10, 13, 16, 19]
    free, excluded = (
        {line.group.name: line.group for line in ask(catalogue, "artist", "#1", k=100, with_excluded=value).groups}
        for value in (True, False)
    )
    assert len(free["Artist 25"].rows) - len(excluded["Artist 25"].rows) == 2  # a podcast and a jingle
    with pytest.raises(QueryError, match="no album is known"):
        ask(catalogue, "album", "#1", where="year = 1000")


@pytest.mark.parametrize("name", ["spacing", "extend_to", "diversity"])
def test_what_only_lists_of_tracks_have_is_refused(catalogue: Catalogue, name: str) -> None:
    with pytest.raises(QueryError, match=f"{name} is for lists of tracks"):
        ask(catalogue, "artist", "#1", **{name: 1})


def test_nobody_is_no_artist_and_no_name_no_album(made: Library) -> None:
    vectors = made.catalogue.vectors[:2]
    for number, artist in enumerate(("Various Artists", "")):
        tags = Tags(artist=artist, title="x")
        path = made.store.tracks.all()[0].path.with_name(f"{number}.mp3")
        record = TrackRecord(path=path, size_bytes=1, mtime_ns=1, audio_hash=f"x{number}", tags=tags)
        made.store.embeddings.put_many(made.model.model_id, [(made.store.tracks.put(record), vectors[number])])
    assert len(made.lists.artists("#42", k=1000).groups) == 30  # with "Guest", who is only ever a guest
    assert not any("Unknown" in line.group.name for line in made.lists.albums("#42", k=1000).groups)
