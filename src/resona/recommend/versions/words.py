"""By which words do titles in other languages than English say that this is a version, and in any that they are none?

Words of versions stand in brackets or behind a dash, alone or among others ("Grabado en vivo en Madrid"), so only words
are listed that say little else. Case and accents do not matter; `*` stands for an ending.
"""

import re

from resona.tracks import fold

_WORDS = {
    "live": (
        "в живую", "på scen", "på scenen", "koncertní verze",
        "en vivo", "ao vivo", "en directo", "em directo", "en direct", "dal vivo", "in diretta", "en concierto",
        "en concert", "in concerto", "em concerto", "en public", "en viu", "en directe", "live aus",
        "livemitschnitt", "live mitschnitt", "konzertmitschnitt", "liveaufnahme", "live aufnahme", "live optreden",
        "na żywo", "koncertowa", "wersja koncertowa", "živě", "naživo", "uživo", "v živo", "élőben",
        "koncertfelvétel", "în concert", "canlı", "canlı performans", "konser kaydı", "i konsert", "konsertti",
        "livenä", "keikalla", "liveoptagelse", "liveopptak", "liveinspelning", "вживую", "живое выступление",
        "наживо", "живий виступ", "на живо", "ζωντανά", "ζωντανή ηχογράφηση", "ライブ*", "ライヴ*", "生演奏",
        "现场*", "現場*", "演唱会*", "演唱會*", "라이브*", "실황*", "بث مباشر", "הופעה חיה", "בהופעה", "langsung",
        "trực tiếp", "บันทึกการแสดงสด", "концертн*", "с концерта",
    ),
    "remaster": (
        "neu gemastert", "digital überarbeitet", "remastr*", "remasteroi*", "masterizad*",
        "masterizat*", "remasteris*",
        "remaster*", "rimaster*", "geremaster*", "ремастер*", "リマスター*", "重制*", "重製*", "리마스터*",
        "リマスタリング*",
    ),
    "acoustic": (
        "akustisk*",
        "acústico", "acústica", "acoustique", "acustico", "acustica", "akustisch*", "akustik*", "akoestisch*",
        "akustyczn*", "akustick*", "akusztikus", "akustinen", "akustiskt", "acustic", "акустик*", "акустическ*",
        "акустичн*", "ακουστικ*", "アコースティック*", "弾き語り*", "不插电*", "不插電*", "어쿠스틱*",
    ),
    "demo": (
        "maqueta", "maquete", "maquette", "démo", "demoversion", "demotape", "demoaufnahme", "provino",
        "demo verze", "демо*", "デモ*", "小样*", "데모*",
    ),
    "instrumental": (
        "인스트루멘탈*", "인스트루멘털*",
        "strumental*", "instrumentalfassung", "instrumentalversion",
        "instrumentale", "instrumentaal", "instrumentaali", "instrumentálna", "instrumentální", "instrumentalna",
        "instrumentalny", "instrumentális", "instrumentell", "enstrümantal", "karaoké", "playback", "off vocal",
        "sin voz", "solo música", "base musicale", "инструментал*", "караоке", "минусовка", "インスト*",
        "カラオケ*", "伴奏*", "纯音乐*", "純音樂*", "卡拉ok*", "연주곡*", "반주*", "노래방*",
    ),
    "remix": (
        "sped up", "spedup", "speed up", "speeded up", "slowed", "slowed down", "slowed reverb",
        "slowed and reverb", "super slowed", "ultra slowed", "reverb", "nightcore", "daycore", "8d", "8d audio",
        "bass boosted", "boosted", "chopped and screwed", "chopped not slopped", "screwed", "mashup", "mash up",
        "remix officiel", "remix oficial", "remix ufficiale", "offizieller remix", "official remix",
        "remezcla*", "remistur*", "remixé", "remixada", "remiks*", "acelerad*", "accéléré*", "ralenti*",
        "ускоренн*", "замедленн*", "ремикс*", "ремiкс*", "リミックス*", "混音*", "加速版", "降速版", "慢速版",
        "리믹스*",
    ),
    "edit": (
        "国语", "國語", "粤语", "粵語", "new recording",
        "klavierversion", "pianoversion", "orchesterversion", "kurzversion", "langversion",
        "akustikversion", "clubversion", "maxiversion", "demoversion", "filmversion",
        "videoversion", "studioversion", "urversion", "neuversion", "klavierfassung",
        "pianofassung", "orchesterfassung", "kurzfassung", "langfassung", "akustikfassung",
        "clubfassung", "maxifassung", "demofassung", "filmfassung", "videofassung", "studiofassung",
        "urfassung", "neufassung", "version piano", "neuaufnahme", "nouvel enregistrement", "nueva grabación",
        "regrabad*", "regravad*", "nyinspelning", "tvサイズ", "アルバム ミックス",
        "versión larga", "versión corta", "versión original", "versión de", "versión del", "versión en",
        "versión estudio", "versión acústica", "versión extendida", "versión completa", "versión salsa",
        "versión bachata", "versión balada", "versión cumbia", "versión mariachi", "versión urbana",
        "versión española", "versão*", "versione*", "version longue", "version courte", "version originale",
        "version studio", "version album", "version française", "version anglaise", "version single", "versiune*",
        "wersja*", "verze*", "verzia", "verzió*", "verzija*", "versjon*", "versio", "versie", "fassung",
        "kurzfassung", "langfassung", "radiofassung", "albumversion", "singleversion", "radioversion",
        "filmversion", "originalversion", "sürüm*", "versiyon*", "версия*", "версія*", "εκδοχή", "バージョン*",
        "ヴァージョン*", "ver", "版", "完整版", "国语版", "國語版", "粤语版", "粵語版", "버전*", "nueva versión",
        "extendida", "estendida", "estesa",
    ),
    "edition": (
        "videoclip", "from the vault", "spotify singles", "spotify session*", "apple music session*",
        "estéreo", "faixa bônus", "faixa bonus", "tema extra", "pista adicional", "titre bonus", "titre inédit",
        "bonustrack", "bonustitel", "traccia bonus", "vídeo oficial", "videoclip oficial", "áudio oficial",
        "audio oficial", "clip officiel", "audio officiel", "offizielles video", "offizielles musikvideo",
        "video ufficiale", "oficjalne wideo", "teledysk", "официальн*", "deluxe*", "edición*", "edição*",
        "edizione*", "édition*", "edition", "special edition", "lyric video", "lyrics", "explícita",
        "ボーナストラック",
    ),
}  # fmt: skip

_NAMELESS = (
    "track", "audio track", "bonus track", "hidden track", "title", "titre", "titel", "título", "titolo", "tytuł",
    "piste", "piste audio", "plage", "pista", "pista audio", "pista de audio", "faixa", "faixa de áudio", "traccia",
    "traccia audio", "spur", "tonspur", "audiospur", "spoor", "audiotrack", "audio", "spår", "ljudspår", "spor",
    "lydspor", "raita", "ääniraita", "utwór", "ścieżka", "ścieżka audio", "skladba", "stopa", "zvuková stopa",
    "zeneszám", "sáv", "piesă", "pistă", "parça", "трек", "дорожка", "аудиодорожка", "доріжка", "トラック", "曲目",
    "第 曲", "音轨", "音軌", "트랙", "untitled", "unknown", "sin título", "sans titre", "ohne titel", "unbenannt",
    "senza titolo", "sem título", "zonder titel", "naamloos", "utan titel", "namnlös", "uden titel", "uten tittel",
    "nimetön", "bez tytułu", "bez názvu", "cím nélkül", "fără titlu", "isimsiz", "без названия", "без назви", "無題",
    "无题", "제목 없음", "intro", "introduction", "introducción", "introdução", "introduzione", "einleitung", "outro",
    "interlude", "interludio", "interlúdio", "zwischenspiel", "skit", "prelude", "prélude", "preludio", "prelúdio",
    "präludium", "vorspiel", "nachspiel", "overture", "ouverture", "obertura", "ouvertüre", "finale", "reprise",
    "prologue", "prólogo", "prologo", "prolog", "epilogue", "épilogue", "epílogo", "epilogo", "epilog", "theme",
    "main theme", "menu", "level", "credits", "ending", "opening", "allegro", "andante", "adagio", "presto", "largo",
    "menuet", "menuett", "menuetto", "scherzo", "rondo", "вступление", "интро", "イントロ", "アウトロ", "인트로",
)  # fmt: skip


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Match a text that holds one of the words; of scripts without spaces, anywhere in it."""
    parts = []
    for word in words:
        stem = re.escape(" ".join(re.sub(r"[^\w\s]", " ", fold(word)).split()))
        is_apart = stem.isascii() or not _WITHOUT_SPACES.search(stem)
        parts.append((r"\b" if is_apart else "") + stem + (r"\w*" if word.endswith("*") else r"\b" if is_apart else ""))
    return re.compile(f"(?:{'|'.join(parts)})")


def is_nameless(plain: str) -> bool:
    """Say whether a title is nothing but such a word and numbers, so that unlike pieces often have it.

    Parameters
    ----------
    plain
        As for `kinds_in`.

    Examples
    --------
    >>> is_nameless("traccia 01"), is_nameless("04 track 04"), is_nameless("tracks of my tears")
    (True, True, False)
    """
    return " ".join(_NUMERAL.sub(" ", plain).split()) in _NAMES_NOTHING


_WITHOUT_SPACES = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_NUMERAL = re.compile(r"\b[ivx]+\b|\d+")
_NAMES_NOTHING = {"", *map(fold, _NAMELESS)}
_PATTERNS = {kind: _pattern(words) for kind, words in _WORDS.items()}


def kinds_in(plain: str) -> frozenset[str]:
    """Name the kinds of version that the words of a bracket speak of.

    Parameters
    ----------
    plain
        Folded, without punctuation.

    Examples
    --------
    >>> kinds_in("grabado en vivo en madrid"), kinds_in("sped up"), kinds_in("vivo")
    (frozenset({'live'}), frozenset({'remix'}), frozenset())
    """
    return frozenset(kind for kind, pattern in _PATTERNS.items() if pattern.search(plain))
