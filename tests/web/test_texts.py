"""The page's texts: every language says the same, and nothing is said that nobody asks for."""

import json
import re
from pathlib import Path

import pytest

from resona.web.shell import STATIC_DIR

LANGUAGES = sorted(STATIC_DIR.glob("texts.*.json"))
SCRIPTS = "\n".join(path.read_text(encoding="utf-8") for path in STATIC_DIR.glob("*.js"))


def read(path: Path) -> dict[str, list[str]]:
    """Give for each key its forms."""
    pairs = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=list)
    assert len({key for key, _ in pairs}) == len(pairs), "a key stands twice"
    assert all("other" in dict(value) for _, value in pairs if not isinstance(value, str))
    return {key: [value] if isinstance(value, str) else list(dict(value).values()) for key, value in pairs}


def placeholders(forms: list[str]) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", "".join(forms)))


@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.suffixes[0])
def test_every_language_says_the_same(path: Path) -> None:
    texts, english = read(path), read(STATIC_DIR / "texts.en.json")
    assert list(texts) == list(english)
    for key, forms in texts.items():
        assert placeholders(forms) == placeholders(english[key]), key
        assert all(form.strip() == form != "" for form in forms), key


def test_every_text_is_asked_for_and_every_one_that_is_asked_for_stands_there() -> None:
    keys = set(read(STATIC_DIR / "texts.en.json"))
    rooms = "|".join({key.split(".")[0] for key in keys})
    asked = set(re.findall(rf'"((?:{rooms})\.\w+)"', SCRIPTS)) | set(re.findall(r'\b(?:text|phrase)\("(.+?)"', SCRIPTS))
    asked -= {name for name in asked if name.endswith(".js")}
    assert asked == keys
    assert {path.suffixes[0] for path in LANGUAGES} == {
        f".{tag}" for tag in re.findall(r"\b(\w\w): \"", SCRIPTS.split("LANGUAGES = {")[1].split("}")[0])
    }
