"""Which names stand for nobody, and which titles for nothing?

Programs write such names where they know none, each in its user's language: "Unknown Artist", "Diverse Interpreten",
"Álbum desconocido". Most are made of a few words, which are listed here; so is what else is written.
"""

import re
from functools import lru_cache

from resona.tracks import fold, plain

_VARIOUS = (
    "various varius varios varias vários várias vari varie divers diverse diversi diversos diversas diverses "
    "verschiedene verschillende blandade forskellige różni różne różnych různí rôzni različni razni különböző vegyes "
    "diverși çeşitli διάφοροι διαφοροι различные разные різні разни va vvaa aavv compilation compilations сборник "
    "сборники sampler karışık válogatás"
)
_SEVERAL = (  # names of their own, unless artists are spoken of
    "all mixed misc miscellaneous "
    "multiple multi several different assorted many mehrere olika ulike eri useita muhtelif berbagai pelbagai div "
    "שונים متنوعون مختلفون متعددون مختلف"
)
_UNKNOWN = (
    "unknown unknow unknwon unkown unbekannt unbekannte unbekannter unbekanntes sconosciuto sconosciuta desconocido "
    "desconocida desconhecido desconhecida inconnu inconnue inconnus onbekend onbekende okänd okänt ukendt ukjent "
    "tuntematon nieznany nieznana neznámý neznámé neznámy nepoznat nepoznati neznan neznani ismeretlen necunoscut "
    "bilinmeyen bilinmiyor άγνωστος άγνωστο неизвестный неизвестная неизвестно неизвестен невідомий невідомо "
    "desconegut descoñecido ezezaguna null undefined مجهول نامشخص ناشناس "
    "anonymous anonyme anonym anónimo anônimo anonimo anon аноним"
)
_ARTISTS = (
    "artist artists artista artistas artiste artistes artisti artister artiesten artiest artistak artis "
    "interpret interprete interpretes interpreten interpreti intérprete intérpretes künstler kuenstler kunstler "
    "künstlerin performer performers composer composers singer singers musician musicians "
    "auteur auteurs autor autores autori autoren kunstner kunstnere kunstnerne uitvoerende uitvoerenden uitvoerder "
    "wykonawca wykonawcy artysta artyści umělec umělci esittäjä esittäjiä esittäjät artisti artisteja előadó előadók "
    "artiști artiştii sanatçı sanatçılar sanatçisi καλλιτέχνης καλλιτέχνες исполнитель исполнители артист артисты "
    "виконавець виконавці изпълнител изпълнители izvođač izvođači izvajalec izvajalci אמן אמנים فنان فنانون هنرمندان "
    "هنرمند"
)
_TITLES = (
    "album albums álbum albumas albumi albüm альбом албум άλμπουμ אלבום ألبوم آلبوم title titel titre título titolo "
    "titulo tittel titolo tytuł titul název názov cím titlu başlık название назва song track titre piste pista brano "
    "canción spår spor raita utwór skladba szám parça трек композиция disc cd genre género genere gatunek žánr жанр"
)
_NAMES = (
    "V.A.", "VV.AA.", "AA.VV.", "N/A", "None", "No Artist", "Soundtrack", "Soundtracks", "Original Soundtrack",
    "OST", "BSO", "Original Motion Picture Soundtrack", "Original Game Soundtrack", "Original Cast",
    "Original Cast Recording", "Original Broadway Cast", "Original Broadway Cast Recording", "Original London Cast",
    "Original TV Soundtrack", "Banda sonora", "Banda sonora original", "Bande originale", "Bande originale de film",
    "Colonna sonora", "Trilha sonora", "Traditional", "Trad.", "Traditionnel", "Tradicional", "Tradizionale",
    "Traditionell", "Traditioneel", "Народная", "Public Domain", "No Artist Info", "Untitled Artist",
    "Track Artist", "Album Artist", "Mixed by Various", "Artis Tidak Dikenal", "אמן לא ידוע", "לא ידוע",
    "فنان غير معروف", "غير معروف", "群星", "合辑", "合輯", "众艺人", "眾藝人", "多位艺人", "多位藝人", "各种艺人",
    "各種藝人", "多个艺术家", "各种艺术家", "华语群星", "未知", "未知艺术家", "未知藝術家", "未知藝人", "未知艺人",
    "未知歌手", "未知演出者", "佚名", "ヴァリアス", "ヴァリアス・アーティスト", "ヴァリアス・アーティスツ",
    "バリアス・アーティスト", "オムニバス", "複数のアーティスト", "さまざまなアーティスト", "不明",
    "不明なアーティスト", "不明アーティスト", "アーティスト不明", "알 수 없음", "알 수 없는 아티스트",
    "알 수 없는 음악가", "여러 아티스트", "다양한 아티스트", "Nhiều nghệ sĩ", "Nhiều ca sĩ", "Không rõ",
    "Không xác định", "ศิลปินหลายคน", "รวมศิลปิน", "ไม่ทราบศิลปิน", "विभिन्न कलाकार", "अज्ञात कलाकार",
    "Artista sin identificar", "Unknown Artist", "Various Artists", "Not Available", "Not Known", "Movie Soundtrack",
    "Film Soundtrack", "TV Soundtrack", "Game Soundtrack", "Motion Picture Soundtrack", "Artis Tidak Diketahui",
    "Nghệ sĩ không xác định", "ศิลปินไม่ทราบชื่อ",
)  # fmt: skip
_IN_BRACKETS = (  # of MusicBrainz; without the brackets, names of bands
    "[dialogue]", "[data]", "[silence]", "[nature sounds]", "[church chimes]", "[language instruction]", "[theatre]",
    "[musical theatre]", "[christmas music]", "[disney]", "[crowd]", "[no label]", "[soundtrack]",
)  # fmt: skip
_NO_TITLES = (
    "N/A", "None", "未知", "未知专辑", "未知專輯", "未知唱片集", "不明なアルバム", "不明アルバム", "不明",
    "알 수 없는 앨범", "알 수 없음", "未知标题", "未知標題", "不明なタイトル", "알 수 없는 제목", "Không rõ",
    "अज्ञात एल्बम",
)  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
_BLANK = re.compile(r"[-_.\s*]*|\?{2,}")  # "??" is what is left of letters that an encoding lacks
_BEHIND = re.compile(r"\s*(?:\(\d+\)|[(\[][\d/:.,\s]+(?:[ap]m)?[)\]]|\s-\s[\d/:.,\s]+(?:[ap]m)?)$")


def _words(name: str) -> list[str]:
    return _WORD.findall(_BEHIND.sub("", plain(name)).replace(".", ""))


def _joined(*names: str) -> frozenset[str]:
    return frozenset("".join(_words(name)) for name in names)


_NOBODY, _NOTHING = _joined(*_NAMES), _joined(*_NO_TITLES)
_ANY_UNKNOWN = frozenset(plain(_UNKNOWN).split())
_ALONE = _ANY_UNKNOWN | frozenset(plain(_VARIOUS).split())
_ARTIST_WORDS = frozenset(plain(_ARTISTS).split())
_ANY_NOBODY = _ALONE | frozenset(plain(f"{_SEVERAL} {_ARTISTS}").split())
_ANY_NOTHING = _ANY_UNKNOWN | frozenset(plain(_TITLES).split())


@lru_cache(maxsize=65_536)
def is_nobody(name: str) -> bool:
    """Say whether the name of an artist is a placeholder.

    Examples
    --------
    >>> is_nobody("V.A."), is_nobody("[unknown]"), is_nobody("\u200b"), is_nobody("Artistes divers")
    (True, True, True, True)
    >>> is_nobody("Various Cruelties"), is_nobody("!!!"), is_nobody("The The")
    (False, False, False)
    """
    words = _words(name)
    if not words:
        return bool(_BLANK.fullmatch(fold(name)))
    if words[-1].isdecimal() and not _ARTIST_WORDS.isdisjoint(words):  # "Unknown Artist 3"
        del words[-1]
    among = _ANY_NOBODY if len(words) > 1 else _ALONE
    return (words[0] in among and among.issuperset(words)) or "".join(words) in _NOBODY or plain(name) in _IN_BRACKETS


def is_untitled(title: str) -> bool:
    """Say whether a title, or an album's, is a placeholder.

    Examples
    --------
    >>> is_untitled("Unbekanntes Album"), is_untitled("<unknown>"), is_untitled("Unknown Album (4/12/2005 3:45:11 PM)")
    (True, True, True)
    >>> is_untitled("The Unknown Soldier"), is_untitled("Album"), is_untitled("?"), is_untitled("Track 1")
    (False, False, False, False)
    """
    words = _words(title)
    if not words:
        return not fold(title)
    is_made_so = _ANY_NOTHING.issuperset(words) and not _ANY_UNKNOWN.isdisjoint(words)
    return is_made_so or "".join(words) in _NOTHING
