"""The page's texts: every language says the same, and nothing is said that nobody asks for."""

import ast
import json
import re
from pathlib import Path

import pytest

from resona.inference import default_bundle_dir, open_model
from resona.recommend.mixes.clusters import WORDS as NAMES
from resona.recommend.words.vocabulary import Vocabulary, _synonyms
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


def test_what_is_translated_is_what_the_server_says() -> None:
    said = "\n".join(map(literals, (STATIC_DIR.parents[1]).rglob("*.py")))
    for path in STATIC_DIR.glob("sentences.*.json"):
        sentences = json.loads(path.read_text(encoding="utf-8"))
        for english, words in sentences.items():
            parts = re.split(r"\{,?\}", english)
            assert {int(place) for place in re.findall(r"\{(\d)\}", words)} == set(range(1, len(parts))), english
            pieces = [piece for part in parts for piece in part.split(" and ")]
            missing = [part for part in pieces if part.strip(" .:;,\n") not in said]
            assert not missing, f"nobody says {missing[0]!r}"


def literals(path: Path) -> str:
    """Give the texts in a module, each as one line however it is written."""
    found = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return "\n".join(node.value for node in found if isinstance(node, ast.Constant) and isinstance(node.value, str))


def test_every_word_that_is_told_has_a_name_in_each_language() -> None:
    told = {name for name, kind in Vocabulary(open_model(default_bundle_dir())).kinds.items() if kind != "own"}
    measured = {word for pair in NAMES.values() for word in pair}
    known = {term.word for terms, _ in _synonyms() for term in terms}
    for path in STATIC_DIR.glob("words.*.json"):
        words = json.loads(path.read_text(encoding="utf-8"))
        assert told | measured <= words.keys() <= told | measured | known
        assert all(name.strip() == name != "" for name in words.values())
