"""How settings are checked and identified.

Each part keeps its own frozen dataclass beside its code. This module knows none of them; it gives them two things
in common: range checks that raise `ConfigError`, and a `fingerprint` that changes whenever a setting does.
"""

import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from resona.errors import ConfigError

T = TypeVar("T")


def fingerprint(config: Any) -> str:
    """Identify a configuration by 12 hex digits.

    Stored with everything made under a configuration, so that old data never mixes silently with new settings.

    Parameters
    ----------
    config
        A dataclass instance.

    Returns
    -------
    The first 12 hex digits of SHA-256 over the canonical JSON of class name and fields.

    Examples
    --------
    >>> @dataclasses.dataclass(frozen=True)
    ... class Config:
    ...     n_mels: int = 128
    >>> fingerprint(Config())
    '940abcf0e333'
    >>> fingerprint(Config()) == fingerprint(Config(n_mels=64))
    False
    """
    content = {"class": type(config).__name__, **dataclasses.asdict(config)}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def library_place(name: Path | str) -> Path | str:
    """Read where a library is: a file, or the address of a database, which no path could hold.

    Examples
    --------
    >>> library_place("postgresql://db.example/music")
    'postgresql://db.example/music'
    >>> library_place("music.db").name
    'music.db'
    """
    return str(name) if "://" in str(name) else Path(name).expanduser()


def without_password(place: Path | str) -> str:
    """Name a library in messages.

    Examples
    --------
    >>> without_password("postgresql://ann:secret@db.example/music?password=x")
    'postgresql://ann@db.example/music?password=…'
    """
    return re.sub(r"(password=)[^&]*", r"\1…", re.sub(r"(?<=://)([^:@/]*):.*@", r"\1@", str(place)))


def check_range(name: str, value: float, low: float, high: float) -> None:
    """Refuse a setting outside ``low <= value <= high``.

    Raises
    ------
    ConfigError
        Naming the setting, its value and its limits.

    Examples
    --------
    >>> check_range("n_mels", 128, 1, 512)
    """
    if not low <= value <= high:
        raise ConfigError(f"{name} must be {low} to {high}, got {value}")


def check_choice(name: str, value: object, known: tuple[object, ...]) -> None:
    """Refuse a setting that is none of the known ones.

    Raises
    ------
    ConfigError
        Naming the setting, its value and what is known.

    Examples
    --------
    >>> check_choice("log", "ln", ("none", "ln"))
    """
    if value not in known:
        raise ConfigError(f"{name} must be {' or '.join(map(repr, known))}, got {value!r}")


def from_mapping(cls: type[T], values: Mapping[str, Any]) -> T:
    """Build a configuration from a mapping such as JSON or TOML.

    Raises
    ------
    ConfigError
        If a key is unknown; the nearest known one is named.

    Examples
    --------
    >>> @dataclasses.dataclass(frozen=True)
    ... class Config:
    ...     n_mels: int = 128
    >>> from_mapping(Config, {"n_mels": 64})
    Config(n_mels=64)
    """
    import difflib

    known = [field.name for field in dataclasses.fields(cls)]  # type: ignore[arg-type]
    for key in values:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(known)}"
            raise ConfigError(f"{cls.__name__} has no setting {key!r}{hint}")
    return cls(**values)
