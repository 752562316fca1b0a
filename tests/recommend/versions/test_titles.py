import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resona.recommend.versions.titles import normalise_title
from resona.tracks import fold


@pytest.mark.parametrize(
    ("title", "base", "qualifiers"),
    [
        ("Let It Be - Remastered 2009", "let it be", "remaster"),
        ("Let It Be (2009 Remaster) [Mono]", "let it be", "edition remaster"),
        ("Let It Be 2009 Remaster", "let it be", "remaster"),
        ("Paranoid (в живую)", "paranoid", "live"),
        ("Paranoid (Directo)", "paranoid", "live"),
        ("Paranoid (Remix officiel)", "paranoid", "remix"),
        ("Paranoid (Official Remix)", "paranoid", "remix"),
        ("Paranoid (인스트루멘탈)", "paranoid", "instrumental"),
        ("Paranoid (國語)", "paranoid", "edit"),
        ("Paranoid (Bonus)", "paranoid", "edition"),
        ("Paranoid (From the Vault)", "paranoid", "edition"),
        ("Paranoid - Spotify Singles", "paranoid", "edition"),
        ("Paranoid (New Recording)", "paranoid", "edit"),
        ("Song 2 (Live at Wembley Stadium, 1999)", "song 2", "live"),
        ("Hotel California - Live On MTV, 1994", "hotel california", "live"),
        ("Layla (Unplugged)", "layla", "acoustic live"),
        ("Creep [Radio Edit]", "creep", "edit"),
        ("Creep (feat. X & Y) [Extended Mix]", "creep", "remix"),
        ("Creep ft. Somebody", "creep", ""),
        ('Blue Monday (12" Mix)', "blue monday", "remix"),
        ("Wonderwall - Demo", "wonderwall", "demo"),
        ("A Day in the Life – Take 1", "a day in the life", "demo"),
        ("Everlong (Acoustic)", "everlong", "acoustic"),
        ("No Scrubs (Instrumental) (Explicit)", "no scrubs", "edition instrumental"),
        ("1979 - Remastered", "1979", "remaster"),
        ("愛のテーマ (Live)", "愛のテーマ", "live"),
        ("Ignition (Remix)", "ignition", "remix"),
        ("Clandestino (En vivo)", "clandestino", "live"),
        ("Clandestino - En Vivo Desde Buenos Aires", "clandestino", "live"),
        ("Evidências (Ao Vivo)", "evidencias", "live"),
        ("Albachiara (Dal vivo) [Rimasterizzato 2018]", "albachiara", "live remaster"),
        ("Ne me quitte pas (En public à l'Olympia)", "ne me quitte pas", "live"),
        ("La Flaca (Remasterizado en 2011)", "la flaca", "remaster"),
        ("Formidable (version remastérisée)", "formidable", "remaster"),
        ("La Flaca Remasterizada", "la flaca", "remaster"),
        ("Kocham cię (Na żywo)", "kocham cie", "live"),
        ("Группа крови (Концертная запись)", "группа крови", "live"),
        ("Группа крови (акустика)", "группа крови", "acoustic"),
        ("夜に駆ける（ライブ）", "夜に駆ける", "live"),
        ("七里香 (2004 现场版)", "七里香", "edit live"),
        ("좋은 날 (라이브)", "좋은 날", "live"),
        ("Heat Waves (Sped Up)", "heat waves", "remix"),
        ("Heat Waves - sped-up version", "heat waves", "edit remix"),
        ("Heat Waves (Slowed + Reverb)", "heat waves", "remix"),
        ("Te Amo (Versión Acústica)", "te amo", "acoustic edit"),
        ("Te Amo (Acústico)", "te amo", "acoustic"),
        ("99 Luftballons (Akustische Version)", "99 luftballons", "acoustic edit"),
        ("Garota (Versão Estendida)", "garota", "edit"),
        ("Dernière danse (Version longue)", "derniere danse", "edit"),
        ("Lila Wolken (Deluxe Edition)", "lila wolken", "edition"),
        ("Bailando (Video Oficial)", "bailando", "edition"),
        ("Dancing Queen (Live från Globen)", "dancing queen", "live"),
        ("Ne me quitte pas (Live à l'Olympia)", "ne me quitte pas", "live"),
        ("Lila Wolken (Orchesterversion) [neu gemastert]", "lila wolken", "edit remaster"),
        ("Idol (TVサイズ)", "idol", "edit"),
        ("Sway (Strumentale)", "sway", "instrumental"),
        ("Hello (Re-Recorded) [HD]", "hello", "edit edition"),
        ("Hello (A cappella)", "hello", "acoustic"),
    ],
)
def test_versions_are_named(title: str, base: str, qualifiers: str) -> None:
    normalised = normalise_title(title)
    assert (normalised.base, " ".join(sorted(normalised.qualifiers))) == (fold(base), qualifiers)


@pytest.mark.parametrize(
    ("title", "base"),
    [
        ("Live and Let Die", "live and let die"),
        ("Flecha (Directo al Corazón)", "flecha directo al corazon"),
        ("March (Bonus Army)", "march bonus army"),
        ("Live Forever", "live forever"),
        ("Long Live", "long live"),
        ("Remix to Ignition", "remix to ignition"),
        ("(I Can't Get No) Satisfaction", "i cant get no satisfaction"),
        ("Don't You (Forget About Me)", "dont you forget about me"),
        ("Stan (Live Like You Were Dying)", "stan live like you were dying"),
        ("Another Brick in the Wall, Pt. 2", "another brick in the wall pt 2"),
        ("Acoustic Sunrise", "acoustic sunrise"),
        ("Saul (Conversion on the Road)", "saul conversion on the road"),
        ("Concerto in D (Concert for Two Violins)", "concerto in d concert for two violins"),
        ("The Remix", "remix"),
        ("Radio Edit", "radio edit"),
        ("Humanitarian v2 - The Box", "humanitarian v2 the box"),
        ("Theme from New York", "theme from new york"),
        ("Vivo por ella", "vivo por ella"),
        ("Next to Me (My Version of Events)", "next to me my version of events"),
        ("En vivo", "en vivo"),
        ("Contigo (Vivo Mejor)", "contigo vivo mejor"),
        ("Remasterizado", "remasterizado"),
        ("???", "???"),
        ("", ""),
    ],
)
def test_real_words_stay(title: str, base: str) -> None:
    assert normalise_title(title).base == base
    assert not normalise_title(title).qualifiers


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Intro",
        "Intro (Live)",
        "Track 12",
        "04 - Track 04",
        "II. Andante",
        "Untitled 3",
        "Track01",
        "Titel 1",
        "Pista 1",
        "Piste 1",
        "Traccia 01",
        "Faixa 03",
        "Spår 2",
        "Ścieżka 7",
        "Дорожка 5",
        "トラック 4",
        "第3曲",
        "Sans titre 2",
        "Tonspur 01 (Live)",
        "Prélude",
        "Epílogo",
    ],
)
def test_titles_that_name_nothing(title: str) -> None:
    assert normalise_title(title).is_generic


@pytest.mark.parametrize(
    "title",
    ["Introduction to Sorrow", "Tracks of My Tears", "Prelude in C minor", "Song 2", "Mixtape", "La pista", "Lied"],
)
def test_titles_that_name_something(title: str) -> None:
    assert not normalise_title(title).is_generic


@given(st.text(max_size=60))
@example("¯")  # folds to nothing
def test_any_text_has_a_base(title: str) -> None:
    assert bool(normalise_title(title).base) == bool(title.strip())


@given(
    st.text(alphabet="abcdefgh ", min_size=1, max_size=20).filter(str.strip),
    st.sampled_from([" - Live in Rome", " (Remastered)"]),
)
def test_case_and_spaces_do_not_matter(title: str, version: str) -> None:
    assert normalise_title(f"  {title.upper()}{version}") == normalise_title(f"{title}{version}")
