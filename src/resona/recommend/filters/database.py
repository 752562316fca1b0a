"""Which part of a filter can a database answer, so that it brings only what may pass?

What is written lets through whatever the filter does, and perhaps more: the filter itself has the last word. So a part
that a database cannot answer, such as "not" or a part of a title, is left out.
"""

from collections.abc import Sequence
from typing import Any

from resona.artists import artist_key, read_credit
from resona.descriptors import FILTERS
from resona.recommend.filters.expression import All, Either, Expression, Named, Ordered, Within
from resona.recommend.filters.grammar import CREDITED
from resona.tracks import fold, plain

Condition = tuple[str, Sequence[Any]]

NUMBERS = {
    "track_id": "t.track_id",
    "year": "t.year",
    "duration": "t.duration_seconds",
    **{field: f"d.{column}" for field, column in FILTERS.items()},
}


def database_condition(expression: Expression) -> Condition | None:
    """Write a condition on a track `t` and its descriptors `d`, with the values it is asked with.

    Returns
    -------
    None where nothing can be answered.

    Examples
    --------
    >>> from resona.recommend.filters.grammar import parse
    >>> database_condition(parse("genre = Rock and not title ~ live and year >= 1990"))
    ('(t.genre_keys && ?::text[] AND t.year >= ?)', (['rock'], 1990.0))
    >>> database_condition(parse("year < 1990 or title ~ live")) is None
    True
    """
    if isinstance(expression, Either):
        parts = [database_condition(part) for part in expression.parts if not _is_one_artist(part)]
        return None if None in parts else _joined(" OR ", [part for part in parts if part])
    if isinstance(expression, All):
        return _joined(" AND ", [part for item in expression.parts if (part := database_condition(item))])
    return _compared(expression) or _named(expression)


def _compared(expression: Expression) -> Condition | None:
    if isinstance(expression, Ordered) and expression.field in NUMBERS:
        return f"{NUMBERS[expression.field]} {expression.operator} ?", (expression.limit,)
    if isinstance(expression, Within) and expression.field in NUMBERS:
        between = f"{NUMBERS[expression.field]} BETWEEN ? AND ?"
        return _joined(" OR ", [(between, interval) for interval in expression.intervals])
    return None


def _named(expression: Expression) -> Condition | None:
    if isinstance(expression, Named) and expression.field == "genre":
        return "t.genre_keys && ?::text[]", ([fold(plain(name)) for name in expression.names],)
    if isinstance(expression, Named) and expression.field == CREDITED:
        return "t.artist_keys && ?::text[]", ([expression.key(name) for name in expression.names],)
    return None


def _is_one_artist(part: Expression) -> bool:
    """Whether it asks for whole credits of one name each: who is credited is asked for beside, and says the same."""
    return isinstance(part, Named) and part.field == "artist" and all(map(_is_certain, part.names))


def _is_certain(name: str) -> bool:
    credit = read_credit(name)
    return credit.names == {artist_key(name)} and not credit.perhaps


def _joined(word: str, parts: Sequence[Condition]) -> Condition | None:
    if not parts:
        return None
    return f"({word.join(text for text, _ in parts)})", tuple(value for _, values in parts for value in values)
