"""What all commands share: the library in use, and how results are written."""

import json
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from resona.settings import Settings, load_settings

if TYPE_CHECKING:
    from resona.library import Library

TYPED = "resona.typed"  # the arguments of the program, in `click.Context.meta`

Command = TypeVar("Command", bound=Callable[..., Any])


class Context:
    """Settings and library of one run of the command line."""

    def __init__(self, library_path: Path | str | None, profile: str | None = None) -> None:
        self._library_path, self._profile = library_path, profile

    @property
    def settings(self) -> Settings:
        """The settings in force: defaults, resona.toml, environment, options."""
        return load_settings(library=self._library_path, profile=self._profile)

    @contextmanager
    def library(self, *, is_new_allowed: bool = False) -> "Iterator[Library]":
        """Open the library; only commands that fill it may create it."""
        from resona.library import Library

        settings = self.settings
        with Library(
            settings.library,
            profile=settings.profile,
            genre_groups=settings.genre_groups,
            is_new_allowed=is_new_allowed,
        ) as library:
            yield library


_JOINERS = "\u200c\u200d"  # without which Persian and some emoji are written otherwise

pass_context = click.make_pass_decorator(Context)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


def print_json(value: Any) -> None:
    """Write a value to standard output as indented JSON."""
    text = json.dumps(value, indent=2, ensure_ascii=not _speaks_utf8(), default=str)
    if any("\ud800" <= letter <= "\udfff" for letter in text):  # a file name in no known encoding
        text = json.dumps(value, indent=2, default=str)
    click.echo(text)


def say(message: str) -> None:
    """Write a message for the person to standard error, apart from the data on standard output."""
    click.echo("\n".join(map(printable, message.split("\n"))), err=True)


def printable(text: str) -> str:
    r"""Show a name as it is, without what cannot be seen, but obey no control characters in it.

    Examples
    --------
    >>> printable("a\x1b[2Jb"), printable("so\u200bng")
    ('a�[2Jb', 'song')
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(letter: str) -> str:
    if letter.isprintable() or letter in _JOINERS:
        return letter
    return "" if unicodedata.category(letter) == "Cf" else "�"


def _speaks_utf8() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
