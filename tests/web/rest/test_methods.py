"""What each method answers, in both forms."""

import io
from xml.etree import ElementTree

import httpx2 as httpx
import pytest
import soundfile
from door import COVER_SIZE, ODD_TITLE, Door
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapes import check, from_xml, shown_in_xml
from tones import N_TRACKS, RATE

from resona.library import album_id, artist_id
from resona.web.rest.dispatch import METHODS, PUBLIC
from resona.web.rest.empty import NOTHING
from resona.web.rest.lists import ORDERS

SAMPLER, ANA = album_id("Various Artists", "Sampler"), artist_id("Ana")
ALBUM_0 = album_id("Artist 0", "Album 0")
N_ALL = N_TRACKS + 3
ONE_PAGE = {"artistCount": 500, "albumCount": 500, "songCount": 500}

CALLS: list[tuple[str, dict[str, object]]] = [
    ("ping", {}),
    ("getLicense", {}),
    ("getOpenSubsonicExtensions", {}),
    ("tokenInfo", {}),
    ("getUser", {"username": "phone"}),
    ("getMusicFolders", {}),
    ("getScanStatus", {}),
    ("getArtists", {}),
    ("getIndexes", {}),
    ("getMusicDirectory", {"id": "1"}),
    ("getMusicDirectory", {"id": ANA}),
    ("getMusicDirectory", {"id": SAMPLER}),
    ("getArtist", {"id": ANA}),
    ("getAlbum", {"id": SAMPLER}),
    ("getSong", {"id": "tr-27"}),
    ("getGenres", {}),
    ("getSongsByGenre", {"genre": "rock", "count": 500}),
    ("getStarred", {}),
    ("getStarred2", {}),
    ("getTopSongs", {"artist": "Artist 0"}),
    ("search2", {"query": "song"}),
    ("search3", {"query": "sam*"}),
    ("search3", {"query": '""', **ONE_PAGE}),
    ("getSimilarSongs", {"id": "tr-1"}),
    ("getSimilarSongs2", {"id": ALBUM_0}),
    ("getSonicSimilarTracks", {"id": "tr-1"}),
    ("findSonicPath", {"startSongId": "tr-1", "endSongId": "tr-8", "count": 5}),
    ("getArtistInfo", {"id": "tr-1", "count": 3}),
    ("getArtistInfo2", {"id": ALBUM_0}),
    ("getPlaylists", {}),
    ("getPlayQueue", {}),
    ("getPlayQueueByIndex", {}),
    *(
        (method, {"type": kind, "size": 500, "fromYear": 2013, "toYear": 1990, "genre": "Rock"})
        for method in ("getAlbumList", "getAlbumList2")
        for kind in sorted(ORDERS.keys() - {"random"})
    ),
    ("getUsers", {}),
    *((method, {}) for method in NOTHING),
]


@pytest.mark.parametrize(("method", "parameters"), CALLS, ids=lambda value: value if isinstance(value, str) else "")
def test_xml_says_what_json_says(door: Door, method: str, parameters: dict[str, object]) -> None:
    answer = door.ask(method, **parameters)
    assert answer["status"] == "ok"
    assert shown_in_xml(door.ask(f"{method}.view", **{**parameters, "f": "xml"})) == shown_in_xml(answer)


def test_every_method_is_tried() -> None:
    tried = {method for method, _ in CALLS}
    others = {
        "createPlaylist", "deletePlaylist", "download", "getCoverArt", "getPlaylist", "getRandomSongs", "savePlayQueue",
        "savePlayQueueByIndex", "scrobble",
        "setRating", "star", "startScan", "stream", "unstar", "updatePlaylist",
    }  # fmt: skip
    assert tried | others == {*METHODS, *NOTHING, PUBLIC}


def test_an_album_has_its_tracks_in_its_order_and_its_own_cover(door: Door) -> None:
    album = door.ask("getAlbum", id=SAMPLER)["album"]
    assert [song["track"] for song in album["song"]] == [1, 2, 3]
    assert album["song"][0]["title"] == ODD_TITLE
    assert (album["artist"], album["songCount"], album["duration"]) == ("Various Artists", 3, 9)
    assert {song["coverArt"] for song in album["song"]} == {SAMPLER}
    assert [artist["name"] for artist in album["song"][0]["artists"]] == ["Ana", "Bo"]
    assert door.ask("getArtist", id=ANA)["artist"]["album"][0]["id"] == SAMPLER


def test_everything_can_be_paged_through_by_an_empty_search(door: Door) -> None:
    found: dict[str, list[str]] = {"artist": [], "album": [], "song": []}
    for query in ("", '""'):
        for kind, ids in found.items():
            ids.clear()
            while page := door.ask("search3", query=query, **{f"{kind}Count": 7, f"{kind}Offset": len(ids)})[
                "searchResult3"
            ][kind]:
                ids += [item["id"] for item in page]
        listed = door.ask("getArtists")["artists"]["index"]
        assert found["song"] == [f"tr-{number}" for number in range(1, N_ALL + 1)]
        assert sorted(found["artist"]) == sorted(artist["id"] for letter in listed for artist in letter["artist"])
        assert found["album"] == sorted(set(found["album"]))
        assert {door.ask("getSong", id=song)["song"]["albumId"] for song in found["song"]} == set(found["album"])


@pytest.mark.parametrize(
    ("kind", "parameters", "expected"),
    [
        ("byYear", {"fromYear": 1993, "toYear": 1994}, [1993, 1994]),
        ("byYear", {"fromYear": 1994, "toYear": 1993}, [1994, 1993]),
        ("alphabeticalByName", {"size": 1, "offset": 12}, [None]),
        ("alphabeticalByName", {"size": 0}, []),
        ("alphabeticalByName", {"size": -5}, []),
        ("alphabeticalByName", {"offset": 10**30}, []),
        ("random", {"size": 10**30}, None),
    ],
)
def test_albums_are_listed_in_many_ways(
    door: Door, kind: str, parameters: dict[str, int], expected: list[int | None] | None
) -> None:
    years = [album.get("year") for album in door.ask("getAlbumList2", type=kind, **parameters)["albumList2"]["album"]]
    assert years == expected if expected is not None else len(years) == 13


def test_random_songs_keep_to_genre_and_years(door: Door) -> None:
    songs = door.ask("getRandomSongs", size=500, genre="rock", fromYear=1993)["randomSongs"]["song"]
    assert songs
    assert all(song["genre"] == "Rock" and song["year"] >= 1993 for song in songs)


def test_similar_songs_are_those_of_recommend(door: Door) -> None:
    expected = door.library.recommend("#1", k=7)
    matches = door.ask("getSonicSimilarTracks", id="tr-1", count=7)["sonicMatch"]
    assert [(match["entry"]["id"], match["similarity"]) for match in matches] == [
        (f"tr-{result.track.track_id}", round(result.similarity, 4)) for result in expected.results
    ]
    tracks = [door.library.tracks.get(1), *(result.track for result in expected.results)]
    shared = door.library.lists.shared_words(tracks[0], tracks[1:])
    assert [match.get("words", "") for match in matches] == [", ".join(words) for words in shared]
    assert len(door.library.lists.shared_words(tracks[0], tracks[:1])[0]) > 0  # itself
    for method in ("getSimilarSongs", "getSimilarSongs2"):
        songs = door.ask(method, id="tr-1", count=7)[method.removeprefix("getS").replace("imilar", "similar")]["song"]
        assert [song["id"] for song in songs] == [match["entry"]["id"] for match in matches]


@pytest.mark.parametrize("seed", ["tr-1", ALBUM_0, artist_id("Artist 0")])
def test_similar_artists_are_those_of_recommend(door: Door, seed: str) -> None:
    tracks = {"tr-1": ["#1"], ALBUM_0: ["#1", "#13"]}.get(seed, ["Artist 0"])
    found = door.ask("getArtistInfo2", id=seed, count=2)["artistInfo2"]["similarArtist"]
    expected = door.library.lists.artists(*tracks, k=2).groups
    assert [artist["id"] for artist in found] == [line.group.group_id for line in expected]
    assert len(found) == 2
    assert door.ask("getArtistInfo2", id=seed, count=0)["artistInfo2"]["similarArtist"] == []


def test_players_are_told_how_loud_songs_and_albums_are(door: Door) -> None:
    songs = {number: door.ask("getSong", id=f"tr-{number}")["song"] for number in (2, 3, 27)}
    assert songs[2]["replayGain"] == {"trackGain": -12.0, "albumGain": -9.26}  # the mean power of -6 and -18 LUFS
    assert songs[3]["replayGain"] == {"trackGain": 0.0, "albumGain": 0.0}
    assert songs[27]["replayGain"] == {}  # never heard


@pytest.mark.parametrize("kind", ["album", "artist", "playlist"])
def test_several_seeds_let_their_own_artists_in(door: Door, kind: str) -> None:
    songs = door.ask("getArtist", id=artist_id("Artist 0"))["artist"]["album"]
    playlist = door.library.playlists.create("seeds", [1, 13])
    seed = {"album": ALBUM_0, "artist": artist_id("Artist 0"), "playlist": f"pl-{playlist.playlist_id}"}[kind]
    found = door.ask("getSimilarSongs2", id=seed, count=500)["similarSongs2"]["song"]
    assert songs
    assert ("Artist 0" in {song["artist"] for song in found}) == (kind != "artist")  # all its songs are seeds
    assert not {"tr-1", "tr-13"} & {song["id"] for song in found}
    door.library.playlists.delete(playlist.playlist_id)


def test_what_was_not_analysed_has_nothing_similar(door: Door) -> None:
    assert door.ask("getSonicSimilarTracks", id="tr-25")["sonicMatch"] == []
    assert door.ask("getSimilarSongs", id=SAMPLER)["similarSongs"]["song"] == []
    assert door.ask("findSonicPath", startSongId="tr-25", endSongId="tr-1")["sonicMatch"] == []


@pytest.mark.parametrize(("count", "n"), [(5, 5), (1, 2), (-3, 2), (2, 2)])
def test_a_path_has_both_ends(door: Door, count: int, n: int) -> None:
    matches = door.ask("findSonicPath", startSongId="tr-1", endSongId="tr-8", count=count)["sonicMatch"]
    assert (matches[0]["entry"]["id"], matches[0]["similarity"], matches[-1]["entry"]["id"]) == ("tr-1", 1.0, "tr-8")
    assert len(matches) == n
    alone = door.ask("findSonicPath", startSongId="tr-1", endSongId="tr-1")["sonicMatch"]
    assert [match["similarity"] for match in alone] == [1.0]


def test_songs_are_sent_as_they_are_and_in_parts(door: Door) -> None:
    song = door.ask("getSong", id="tr-3")["song"]
    whole = door.get("stream", id="tr-3", format="mp3", maxBitRate=64)
    assert (len(whole.content), whole.headers["content-type"]) == (song["size"], song["contentType"])
    part = door.http.get(
        "/rest/download", params={"apiKey": door.secret, "id": "tr-3"}, headers={"range": "bytes=100-199"}
    )
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    head = door.http.head("/rest/stream", params={"apiKey": door.secret, "id": "tr-3"})
    assert (head.headers["content-length"], head.content) == (str(song["size"]), b"")


def test_parts_of_a_cue_sheet_are_sent_as_flac(door: Door) -> None:
    whole, _ = soundfile.read(door.library.tracks.get(25).path, dtype="int16")
    for number, start, end in ((25, 0, 3), (26, 3, 6), (27, 6, 9)):
        response = door.get("stream", id=f"tr-{number}")
        samples, rate = soundfile.read(io.BytesIO(response.content), dtype="int16")
        assert rate == RATE
        assert (samples == whole[start * RATE : end * RATE]).all()
        assert response.headers["content-type"] == "audio/flac"


@pytest.mark.parametrize("item", [SAMPLER, "tr-25", ANA])
def test_covers_come_in_the_size_that_is_asked_for(door: Door, item: str) -> None:
    import av

    for size, expected in ((None, COVER_SIZE), (64, 64), (1000, COVER_SIZE), (0, COVER_SIZE), (-1, COVER_SIZE)):
        response = door.get("getCoverArt", id=item, **({"size": size} if size is not None else {}))
        with av.open(io.BytesIO(response.content)) as picture:
            assert picture.streams.video[0].width == expected
    assert door.code("getCoverArt", id="tr-1") == 70


NASTY = st.one_of(
    st.sampled_from(
        ["", "tr-1", "tr-99999", "pl-1", "al-", "-1", "1e9", "9" * 40, "../../etc/passwd", "\0", "²", "a\ud7ff"]
    ),
    st.text(max_size=20),
)
NAMES = st.sampled_from(
    [
        "id",
        "count",
        "size",
        "offset",
        "type",
        "genre",
        "query",
        "songCount",
        "songOffset",
        "fromYear",
        "toYear",
        "name",
        "songId",
        "playlistId",
        "rating",
        "albumId",
        "songIdToAdd",
        "songIndexToRemove",
        "time",
        "submission",
        "artist",
        "startSongId",
        "endSongId",
        "f",
        "callback",
        "c",
        "comment",
    ]
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(sorted({*METHODS, *NOTHING, PUBLIC, "nonsense"} - {"startScan"})),
    st.dictionaries(NAMES, NASTY, max_size=6),
)
def test_nothing_that_is_asked_makes_the_server_fail(door: Door, method: str, parameters: dict[str, str]) -> None:
    response = door.http.get(f"/rest/{method}", params={"apiKey": door.secret, **parameters})
    assert response.status_code == (501 if method == "nonsense" else 200)
    kind = response.headers["content-type"].partition(";")[0]
    if kind == "application/json":
        check(response.json()["subsonic-response"])
    elif kind == "application/xml":
        check_xml(response)


def check_xml(response: httpx.Response) -> None:
    check(from_xml(ElementTree.fromstring(response.content)))  # noqa: S314 - our own
