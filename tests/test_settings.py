"""Settings: which layer wins, and what is said of a mistake in one."""

from pathlib import Path

import pytest

from resona.errors import ConfigError
from resona.settings import load_settings


def test_an_address_is_no_path() -> None:
    address = "postgresql://ann@db.example/music"
    assert load_settings({"RESONA_CONFIG": "/none", "RESONA_LIBRARY": address}).library == address


def test_options_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "resona.toml"
    path.write_text('library = "a.db"\nworkers = 3\nprofile = "ann"\n')
    environment = {"RESONA_CONFIG": str(path), "RESONA_LIBRARY": "b.db", "RESONA_WORKERS": "2"}
    settings = load_settings(environment, library=Path("c.db"))
    assert (settings.library, settings.workers, settings.profile) == (Path("c.db"), 2, "ann")
    assert settings.sources["library"] == "option"
    assert settings.sources["workers"] == "RESONA_WORKERS"
    assert settings.sources["profile"] == str(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("workers = ", "cannot be read: "),
        ("wrokers = 3", "did you mean 'workers'"),
        ("workers = 'many'", "workers must be a whole number, got 'many'"),
        ("workers = -1", "workers must be"),
        ("genre_groups = 3", "genre_groups must name lists of genres"),
        ("[genre_groups]\ncalm = 3", "genre_groups must name lists of genres"),
        ("[genre_groups]\ncalm = [1]", "genre_groups must name lists of genres"),
    ],
)
def test_a_mistake_is_told_with_the_file(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "resona.toml"
    path.write_text(content)
    with pytest.raises(ConfigError, match=message) as error:
        load_settings({"RESONA_CONFIG": str(path)})
    assert str(path) in str(error.value)
