"""What OpenSubsonic 1.16.1 says of each answer: fields, their types, and which must be there.

`s` text, `i` whole number, `f` number, `b` yes or no, `d` a time in UTC that ends in Z; a name is another shape, `*` a
list of it; `!` must be there. Of songs, albums and artists more must be there than the specification asks for: clients
drop what lacks it.
"""

import re
from typing import Any
from xml.etree.ElementTree import Element

NAMESPACE = "{http://subsonic.org/restapi}"

SHAPES = {
    name: dict(field.split(":") for field in text.split())
    for name, text in {
        "Child": "id!:s isDir!:b title!:s parent:s album:s artist:s track:i year:i genre:s coverArt:s size:i "
        "contentType:s suffix:s duration:i bitRate:i path:s isVideo:b userRating:i playCount:i discNumber:i "
        "created:d starred:d albumId:s artistId:s type:s mediaType:s played:d bpm:i genres:ItemGenre* "
        "artists:ArtistID3* displayArtist:s albumArtists:ArtistID3* displayAlbumArtist:s replayGain:ReplayGain",
        "Song": "id!:s isDir!:b title!:s parent!:s album!:s artist!:s track:i year:i genre:s coverArt!:s size!:i "
        "contentType!:s suffix!:s duration!:i bitRate!:i path!:s isVideo!:b userRating:i playCount:i discNumber:i "
        "created!:d starred:d albumId!:s artistId!:s type!:s mediaType!:s played:d bpm!:i genres!:ItemGenre* "
        "artists!:ArtistID3* displayArtist!:s albumArtists!:ArtistID3* displayAlbumArtist!:s replayGain!:ReplayGain",
        "ReplayGain": "trackGain:f albumGain:f trackPeak:f albumPeak:f",
        "ItemGenre": "name!:s",
        "Album": "id!:s name!:s artist!:s artistId!:s coverArt!:s songCount!:i duration!:i created!:d year:i genre:s "
        "genres!:ItemGenre* artists!:ArtistID3* displayArtist!:s starred:d userRating:i playCount:i played:d",
        "AlbumWithSongs": "song!:Song*",
        "ArtistID3": "id!:s name!:s coverArt:s albumCount:i starred:d",
        "ListedArtist": "id!:s name!:s coverArt!:s albumCount!:i starred:d userRating:i",
        "ArtistWithAlbums": "album!:Album*",
        "Artist": "id!:s name!:s starred:d userRating:i",
        "IndexID3": "name!:s artist:ListedArtist*",
        "Index": "name!:s artist:Artist*",
        "artists": "ignoredArticles!:s lastModified:i index:IndexID3*",
        "indexes": "ignoredArticles!:s lastModified!:i index:Index* child:Child*",
        "directory": "id!:s name!:s parent:s starred:d child:Child*",
        "Genre": "value!:s songCount!:i albumCount!:i",
        "genres": "genre:Genre*",
        "albumList": "album:Child*",
        "albumList2": "album:Album*",
        "randomSongs": "song:Song*",
        "songsByGenre": "song:Song*",
        "topSongs": "song:Song*",
        "similarSongs": "song:Song*",
        "similarSongs2": "song:Song*",
        "starred": "artist:ListedArtist* album:Child* song:Song*",
        "starred2": "artist:ListedArtist* album:Album* song:Song*",
        "searchResult2": "artist:ListedArtist* album:Child* song:Song*",
        "searchResult3": "artist:ListedArtist* album:Album* song:Song*",
        "SonicMatch": "entry!:Song similarity!:f words:s",  # words are Resona's own
        "Playlist": "id!:s name!:s songCount!:i duration!:i created!:d changed!:d comment:s owner:s public:b "
        "readonly:b coverArt:s",
        "PlaylistWithSongs": "entry!:Song*",
        "playlists": "playlist:Playlist*",
        "license": "valid!:b",
        "Extension": "name!:s versions!:i*",
        "tokenInfo": "username!:s",
        "user": "username!:s scrobblingEnabled!:b adminRole!:b settingsRole!:b downloadRole!:b uploadRole!:b "
        "playlistRole!:b coverArtRole!:b commentRole!:b podcastRole!:b streamRole!:b jukeboxRole!:b shareRole!:b "
        "videoConversionRole!:b folder:i*",
        "MusicFolder": "id!:i name:s",
        "musicFolders": "musicFolder:MusicFolder*",
        "scanStatus": "scanning!:b count:i",
        "playQueue": "username!:s changed!:d changedBy!:s current:s position:i entry:Song*",
        "playQueueByIndex": "username!:s changed!:d changedBy!:s currentIndex:i position:i entry:Song*",
        "users": "user!:user*",
        "newestPodcasts": "episode:Child*",
        "shares": "share:Child*",
        "videos": "video:Child*",
        "lyricsList": "structuredLyrics:Child*",
        "lyrics": "value!:s artist:s title:s",
        "nowPlaying": "entry!:Song*",
        "podcasts": "channel:Child*",
        "internetRadioStations": "internetRadioStation:Child*",
        "bookmarks": "bookmark:Child*",
        "artistInfo": "biography:s similarArtist:Artist*",
        "artistInfo2": "biography:s similarArtist:ListedArtist*",
        "albumInfo": "notes:s",
        "error": "code!:i message!:s helpUrl:s",
    }.items()
}
for whole, part in (
    ("AlbumWithSongs", "Album"),
    ("ArtistWithAlbums", "ListedArtist"),
    ("PlaylistWithSongs", "Playlist"),
):
    SHAPES[whole] = SHAPES[part] | SHAPES[whole]

TOP = {  # what is in the envelope, where its name is not its shape's
    "album": "AlbumWithSongs",
    "artist": "ArtistWithAlbums",
    "song": "Song",
    "playlist": "PlaylistWithSongs",
    "sonicMatch": "SonicMatch*",
    "openSubsonicExtensions": "Extension*",
}
ENVELOPE = {"status!": "s", "version!": "s", "type!": "s", "serverVersion!": "s", "openSubsonic!": "b"}
PLAIN: dict[str, Any] = {"s": str, "d": str, "i": int, "f": (int, float), "b": bool}
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def check(answer: dict[str, Any]) -> None:
    """Hold an answer against the specification."""
    content = {name: value for name, value in answer.items() if name + "!" not in ENVELOPE}
    _check_fields({name: answer[name] for name in answer if name not in content}, ENVELOPE, "envelope")
    for name, value in content.items():
        _check_value(value, TOP.get(name, name), name)


def _check_fields(value: dict[str, Any], shape: dict[str, str], place: str) -> None:
    fields = {name.rstrip("!"): kind for name, kind in shape.items()}
    assert isinstance(value, dict), place
    assert value.keys() <= fields.keys(), f"{place}: {value.keys() - fields.keys()}"
    missing = {name.rstrip("!") for name in shape if name.endswith("!")} - value.keys()
    assert not missing, f"{place} lacks {missing}"
    for name, item in value.items():
        _check_value(item, fields[name], f"{place}.{name}")


def _check_value(value: Any, kind: str, place: str) -> None:
    if kind.endswith("*"):
        assert isinstance(value, list), place
        for item in value:
            _check_value(item, kind[:-1], place)
    elif kind in PLAIN:
        assert isinstance(value, PLAIN[kind]), f"{place}: {value!r}"
        assert isinstance(value, bool) == (kind == "b"), place
        assert kind != "d" or DATE.fullmatch(value), f"{place}: {value}"
    else:
        _check_fields(value, SHAPES[kind], place)


def from_xml(root: Element) -> dict[str, Any]:
    """Read an XML answer as the JSON that says the same; lists that need not be there are left out where empty."""
    fields = {name.rstrip("!"): kind for name, kind in ENVELOPE.items()}
    names = {child.tag.removeprefix(NAMESPACE) for child in root}
    return _fields_from_xml(root, fields | {name: TOP.get(name, name) for name in names})


def _fields_from_xml(element: Element, shape: dict[str, str]) -> dict[str, Any]:
    fields = {name.rstrip("!"): kind for name, kind in shape.items()}
    value: dict[str, Any] = {name: _plain(text, fields[name]) for name, text in element.attrib.items()}
    value |= {name.rstrip("!"): [] for name, kind in shape.items() if name.endswith("!") and kind.endswith("*")}
    if "value" in fields:
        value["value"] = element.text or ""
    for child in element:
        name = child.tag.removeprefix(NAMESPACE)
        kind = fields[name]
        single = kind.removesuffix("*")
        item = _plain(child.text or "", single) if single in PLAIN else _fields_from_xml(child, SHAPES[single])
        if kind.endswith("*"):
            value.setdefault(name, []).append(item)
        else:
            value[name] = item
    return value


def _plain(text: str, kind: str) -> Any:
    if kind == "b":
        assert text in ("true", "false")
        return text == "true"
    return {"i": int, "f": float}.get(kind, str)(text)


def shown_in_xml(value: Any) -> Any:
    """Leave out empty lists, and replace the characters that XML has no way to write."""
    if isinstance(value, dict):
        return {name: shown_in_xml(item) for name, item in value.items() if item != []}
    if isinstance(value, list):
        return [shown_in_xml(item) for item in value]
    return value.replace("\x01", "\N{REPLACEMENT CHARACTER}") if isinstance(value, str) else value
