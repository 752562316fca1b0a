"""Which library, and which of a person's habits, apply to this run?

Defaults < ``resona.toml`` (in the user's configuration folder, or the file named by ``RESONA_CONFIG``) < environment
variables ``RESONA_*`` < options of the command. Only faces use this; everything below takes plain arguments.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from resona.config import check_range, from_mapping, library_place
from resona.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a person may set once for all commands.

    Attributes
    ----------
    library
        The library file, or the address of a PostgreSQL database.
    workers
        Processes of a scan; 0 means one for each core.
    profile
        Whose judgements lists follow; "none" for nobody's.
    genre_groups
        Names for several genres, usable in filters: ``{"calm": ["ambient", "classical"]}``.
    sources
        Setting name to where its value came from.

    Examples
    --------
    >>> Settings(workers=2).workers
    2
    """

    library: Path | str = field(default_factory=lambda: _data_dir() / "library.db")
    workers: int = 0
    profile: str = "default"
    genre_groups: Mapping[str, list[str]] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_range("workers", self.workers, 0, 256)
        groups = self.genre_groups.values() if isinstance(self.genre_groups, Mapping) else [None]
        if not all(isinstance(genres, list) and all(isinstance(genre, str) for genre in genres) for genres in groups):
            raise ConfigError('genre_groups must name lists of genres, such as calm = ["ambient", "folk"]')


def load_settings(environment: Mapping[str, str] = os.environ, **options: Any) -> Settings:
    """Put the settings together.

    Parameters
    ----------
    environment
        Where ``RESONA_CONFIG``, ``RESONA_LIBRARY``, ``RESONA_PROFILE`` and ``RESONA_WORKERS`` are looked up.
    options
        Values from the command line; None means not given.

    Raises
    ------
    ConfigError
        If the file cannot be read, a key is unknown (the nearest is named), or a value is out of range.

    Examples
    --------
    >>> settings = load_settings({"RESONA_LIBRARY": "/tmp/music.db"})
    >>> settings.library.name, settings.sources["library"], settings.sources["workers"]
    ('music.db', 'RESONA_LIBRARY', 'default')
    """
    names = [item.name for item in fields(Settings) if item.name != "sources"]
    values: dict[str, Any] = {}
    sources = dict.fromkeys(names, "default")
    config_path = Path(environment.get("RESONA_CONFIG", _config_dir() / "resona.toml"))
    layers: list[tuple[str | None, Mapping[str, Any]]] = [
        (str(config_path), _read_toml(config_path)),
        (
            None,
            {name: environment[f"RESONA_{name.upper()}"] for name in names if f"RESONA_{name.upper()}" in environment},
        ),
        ("option", {name: value for name, value in options.items() if value is not None}),
    ]
    for source, layer in layers:
        values.update(layer)
        sources.update({name: source or f"RESONA_{name.upper()}" for name in layer})
    if "library" in values:
        values["library"] = library_place(values["library"])
    if "workers" in values:
        values["workers"] = _integer(sources["workers"], "workers", values["workers"])
    try:
        return replace(from_mapping(Settings, values), sources=sources)
    except ConfigError as error:
        raise ConfigError(f"{error} (settings come from {str(config_path)!r}, RESONA_* and options)") from error


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{str(path)!r} cannot be read: {error}") from error


def _integer(source: str, name: str, value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{source}: {name} must be a whole number, got {value!r}") from error


def _data_dir() -> Path:
    from platformdirs import user_data_path

    return user_data_path("resona", appauthor=False)


def _config_dir() -> Path:
    from platformdirs import user_config_path

    return user_config_path("resona", appauthor=False)
