"""A filter does what it says, and whatever is typed it answers or explains itself."""

import operator
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from resona.artists import artist_key
from resona.errors import QueryError
from resona.recommend.filters.expression import TOLD, TextColumn
from resona.recommend.filters.grammar import (
    CREDITED,
    DEFAULT_EXCLUSION,
    FIELDS,
    GRAMMAR,
    NUMBER_FIELDS,
    TEXT_FIELDS,
    parse,
    parse_exclusion,
)
from resona.tracks import plain

NAN = float("nan")
LIKELY = np.array([0.1, 0.5, 0.9, 0.0])
COLUMNS: dict[str, Any] = {
    "genre": TextColumn([("Rock", "Pop"), "Jazz", "", "Hip-Hop"]),
    "artist": TextColumn(["The Beatles", "Björk feat. Jay-Z", "Beatles Revival Band", ""]),
    CREDITED: TextColumn([("beatles",), ("bjork", "jayz"), ("beatlesrevivalband",), ()]),
    "album": TextColumn(["1984", "Début", "Live!", ""]),
    "title": TextColumn(["Let It Be", "Hyperballad", "Let It Be (Live)", "Łona\u200b Don’t"]),
    "path": TextColumn(["/m/The Beatles/a.mp3", "/m/Björk/b.mp3", "/m/Christmas Songs/c.mp3", "/m/bad\udcff/d.mp3"]),
    "key": TextColumn([("A", "Am", "A minor"), ("C", "C major"), "", ("A", "A major")]),
    "mode": TextColumn(["minor", "major", "", "major"]),
    "track_id": np.array([1.0, 2.0, 3.0, 4.0]),
    "year": np.array([1970, 1993, NAN, 2005]),
    "duration": np.array([243.2, 321.0, 250.0, 3700.0]),
    "bpm": np.array([119.6, 92.4, 120.4, NAN]),
    "energy": np.array([0.2, 0.5, 0.9, NAN]),
    "brightness": np.array([900.0, 2500.0, 1500.0, NAN]),
    "loudness": np.array([-16.0, -9.5, -12.0, NAN]),
    "pulse": np.array([0.5, 0.5, 0.5, NAN]),
}


def found(text: str, **kwargs: Any) -> list[int]:
    """Track ids that a filter lets through."""
    expression = parse(text, **kwargs)
    return [int(row) + 1 for row in np.flatnonzero(expression.matches({f: COLUMNS[f] for f in expression.fields}))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("year >= 1990", [2, 4]),
        ("year < 1993", [1]),
        ("year = 1993", [2]),
        ("year != 1993", [1, 4]),
        ("not year = 1993", [1, 3, 4]),
        ("year is unknown", [3]),
        ("year is known", [1, 2, 4]),
        ("year in 1990..2005", [2, 4]),
        ("year in (1970, 2000..2010)", [1, 4]),
        ("year not in (1970, 2000..2010)", [2]),
        ("bpm = 120", [1, 3]),
        ("bpm = 119.6", [1]),
        ("bpm = 115..119.9", [1]),
        ("duration < 4:10", [1]),
        ("duration > 1:01:39", [4]),
        ("duration = 4:03", [1]),
        ("loudness >= -12", [2, 3]),
        ("loudness in -17..-12", [1, 3]),
        ("genre = rock", [1]),
        ("genre = POP", [1]),
        ("genre != rock", [2, 4]),
        ("not genre = rock", [2, 3, 4]),
        ("genre in (rock, 'jazz')", [1, 2]),
        ("genre not in (rock, jazz)", [4]),
        ("genre = hip-hop", [4]),
        ("genre is unknown", [3]),
        ("artist = 'the beatles'", [1]),
        ("artist = Beatles", [1]),
        ("artist ~ beatles", [1, 3]),
        ("artist = bjork", [2]),
        ("artist in ('jay z', nobody)", [2]),
        ("artist != 'JAY Z'", [1, 3]),
        ("""title = "lona don't" or title ~ 'ŁONA'""", [4]),
        ('artist ~ "BJÖRK"', [2]),
        ("artist !~ beatles", [2]),
        ("album = 1984", [1]),
        ("album = debut", [2]),
        ('title ~ "it be" and not title ~ live', [1]),
        ('path ~ "christmas"', [3]),
        ("path ~ 'the beatles'", [1]),
        ("key = Am", [1]),
        ("key = A", [1, 4]),
        ("key = A and mode = major", [4]),
        ("year < 1980 or genre = jazz and bpm < 100", [1, 2]),
        ("(year < 1980 or genre = jazz) and bpm < 100", [2]),
        ("NOT (Year < 1980 OR Genre = jazz)", [3, 4]),
        ("not not track_id = 2", [2]),
    ],
)
def test_a_filter_lets_through_what_it_says(text: str, expected: list[int]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "character 1: the filter ends where a field should be"),
        ("gener = rock", "character 1: 'gener' is not a field; did you mean 'genre'?"),
        ("length > 3:00", "did you mean 'duration'?"),
        ("xyzzy = 1", "fields are artist, album, title, genre, path, key, mode, track_id, year"),
        ("xyzzy > 1", "and words for a sound in quotes"),
        ("genre == rock", "character 8: found '=' where a value for 'genre' should be"),
        ("genre > rock", "character 7: found '>' after 'genre', which is text; use = != ~ !~, 'in' or 'is'"),
        ("year ~ 19", "found '~' after 'year', which is a number; use = != < <= > >=, 'in' or 'is'"),
        ("year > 'abc'", "'year' needs a number such as 120, without quotes, not 'abc'"),
        ("duration > long", "such as 3:30, without quotes, not 'long'"),
        ("duration > 3:70", "character 12: '3:70' is not a time such as 3:30 or 1:02:03"),
        ("year in 2000..1990", "runs backwards; write 1990..2000"),
        ("year in (1990, 1991", "the filter ends where ',' or ')' should be"),
        ("artist = Nina Simone", "character 15: found 'Simone' where the filter should end; put text of several"),
        ("artist = 'Nina", "character 10: the text that begins here has no closing quote"),
        ("year > 1990 && bpm > 100", "character 13: cannot read '&'; write 'and'"),
        ("title ~ R&B", "character 10: cannot read '&'"),
        ("genre ~ ''", "there is no text to look for"),
        ("(year > 1990", "the filter ends where ')' should be"),
        ("year > and", "found 'and' where a value for 'year' should be"),
        ("and year > 3", "found 'and' where a field should be"),
        ("key = H", "character 7: 'H' is not a key; write one such as Am"),
        ("key in (Am, 13A)", "character 13: '13A' is not a key"),
        ("mode = sad", "character 8: 'sad' is not a mode; write major or minor"),
        ("genre is rock", "found 'rock' where 'known' or 'unknown' should be"),
        ("genre not rock", "found 'rock' where 'in' should be"),
        ("genre '=' rock", "found '=' after 'genre'"),
        ("(" * 60 + "year = 1" + ")" * 60, "go deeper than 50"),
        ("not " * 5000 + "year = 1", "at most 10000 characters"),
    ],
)
def test_an_error_says_where_what_and_what_instead(text: str, message: str) -> None:
    with pytest.raises(QueryError, match=re.escape(message)):
        parse(text)


@pytest.mark.parametrize("injection", ["'; DROP TABLE tracks; --", "1 OR 1=1", "year = 1; select 1", 'genre = "x"; --'])
def test_sql_is_no_part_of_the_language(injection: str) -> None:
    with pytest.raises(QueryError):
        parse(injection)


def test_a_group_stands_for_its_genres() -> None:
    groups = {"Heavy": ["Rock", "metal"], "calm": ["ambient"]}
    assert found("genre = heavy", genre_groups=groups) == [1]
    assert found("genre not in (heavy, jazz)", genre_groups=groups) == [4]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("Christmas Songs", [3]),
        ("christmas*", [3]),
        ("Christmas", []),
        ("/m/bj?rk", [2]),
        ("*.mp3", [1, 2, 3, 4]),
        ("/music", []),
        ("the beatles/", [1]),
        ("m\\the beatles", [1]),
        ("/m/[ab]*", [2, 4]),
        ("Chris Rea", []),
        ("Music is Life", []),
        ("genre = jazz", [2]),
        ("not genre = jazz", [1, 3, 4]),
        ("Genre is unknown", [3]),
        ("(year<1980)", [1]),
    ],
)
def test_an_exclusion_is_a_path_pattern_or_a_filter(pattern: str, expected: list[int]) -> None:
    mask = parse_exclusion(pattern).matches(COLUMNS)
    assert [int(row) + 1 for row in np.flatnonzero(mask)] == expected


@pytest.mark.parametrize("pattern", ["", "  ", "/", "gener = jazz", "year > "])
def test_an_exclusion_that_says_nothing_is_refused(pattern: str) -> None:
    with pytest.raises(QueryError):
        parse_exclusion(pattern)


def test_the_default_exclusion_leaves_out_speech_and_odd_lengths() -> None:
    columns = {
        "genre": TextColumn(["Audiobook", "Rock", "", "rock", "Spoken Word", "Pop"]),
        "duration": np.array([200.0, 200.0, 19.0, 2400.0, NAN, 200.0]),
        "path": TextColumn(["/a.mp3"] * 5 + ["/b.m4b"]),
    }
    assert parse(DEFAULT_EXCLUSION).matches(columns).tolist() == [True, False, True, True, True, True]


def test_the_grammar_names_every_field() -> None:
    assert all(field in GRAMMAR for field in FIELDS)


PIECES = st.sampled_from(
    [*FIELDS, "=", "!=", "~", "!~", "<", ">=", "in", "not", "and", "or", "is", "unknown", "known", "(", ")", ",", "..",
     "12", "-3.5", "3:30", "99:99", "'a'", '"b c"', "'", "rock", "8A", "&", ";", "--", "é", "\udcff", "\x00", "٣"]
)  # fmt: skip


@settings(max_examples=400)
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map(" ".join)))
@example("''<0")
def test_whatever_is_typed_is_answered_or_refused(text: str) -> None:
    for read in (parse, parse_exclusion):
        try:
            expression = read(text)
        except QueryError:
            continue
        told = {field: LIKELY for field in expression.fields if field.startswith(TOLD)}  # of any word in quotes
        mask = expression.matches({field: (COLUMNS | told)[field] for field in expression.fields})
        assert mask.shape == (4,)
        assert mask.dtype == np.bool_


values = {field: st.sampled_from(["rock", "jazz", "björk", "am", "let it be"]) for field in TEXT_FIELDS}
numbers = st.sampled_from([NAN, 0.0, 1.0, 2.0, 119.6, 1990.0])


@st.composite
def comparisons(draw: st.DrawFn) -> tuple[str, Any]:
    """Draw a comparison and the slow, obvious function of one track that says the same."""
    if draw(st.booleans()):
        field, value = draw(st.sampled_from(TEXT_FIELDS)), draw(st.sampled_from(["rock", "BJÖRK", "a", "Let It Be"]))
        if draw(st.booleans()):
            return f"{field} ~ '{value}'", lambda track: plain(value) in plain(track[field])
        value = {"key": "Am", "mode": "Major"}.get(field, value)
        return (
            f"{field} != '{value}'",
            lambda track: track[field] != "" and plain(value) != plain(track[field]),
        )
    field, limit = draw(st.sampled_from(NUMBER_FIELDS)), draw(st.integers(-5, 2000))
    sign, compare = draw(st.sampled_from([("<", operator.lt), (">=", operator.ge), (">", operator.gt)]))
    return f"{field} {sign} {limit}", lambda track: bool(compare(track[field], limit))


def combine(parts: st.SearchStrategy[tuple[str, Any]]) -> st.SearchStrategy[tuple[str, Any]]:
    """Join filters and their oracles with and, or, not."""
    both = st.tuples(parts, parts)
    return st.one_of(
        both.map(lambda p: (f"({p[0][0]} and {p[1][0]})", lambda t: p[0][1](t) and p[1][1](t))),
        both.map(lambda p: (f"({p[0][0]} or {p[1][0]})", lambda t: p[0][1](t) or p[1][1](t))),
        parts.map(lambda p: (f"not {p[0]}", lambda t: not p[1](t))),
    )


@settings(max_examples=150)
@given(
    st.recursive(comparisons(), combine, max_leaves=6),
    st.lists(st.fixed_dictionaries({**values, **dict.fromkeys(NUMBER_FIELDS, numbers)}), min_size=1, max_size=5),
)
def test_columns_agree_with_one_track_at_a_time(case: tuple[str, Any], tracks: list[dict[str, Any]]) -> None:
    text, oracle = case
    columns: dict[str, Any] = {field: TextColumn([track[field] for track in tracks]) for field in TEXT_FIELDS}
    columns |= {field: np.array([track[field] for track in tracks]) for field in NUMBER_FIELDS}
    columns[CREDITED] = TextColumn([artist_key(track["artist"]) for track in tracks])
    assert parse(text).matches(columns).tolist() == [oracle(track) for track in tracks]
