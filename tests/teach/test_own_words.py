"""A word of one's own is learned from a few songs, or refused; it is private, and forgotten again."""

import numpy as np
import pytest

from made import GENRES
from resona.errors import QueryError
from resona.inference import MeanDeviation, Words
from resona.library import Library

JAZZ = tuple(f"#{10 * artist + song}" for artist in (1, 4, 7, 10, 13) for song in (1, 2))


@pytest.fixture(autouse=True)
def _telling(made: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    n_dims = made.model.n_dims
    rng = np.random.default_rng(5)
    names = ("piano", *(f"sound {number}" for number in range(59)))
    words = Words(names, ("instrument",) * 60, 5 * rng.standard_normal((60, n_dims)), np.zeros(60), np.ones(60))
    monkeypatch.setattr(MeanDeviation, "words", words)


def size(library: Library) -> int:
    """All that is kept of a library, in bytes."""
    files = [*library.store.path.parent.glob(f"{library.store.path.name}*"), *library.store.side_dir.rglob("*")]
    return sum(path.stat().st_size for path in files if path.is_file())


def test_a_word_finds_what_its_songs_have_in_common(made: Library) -> None:
    before = made.lists.recommend("#1", k=3).as_dict()
    n_bytes = size(made)
    assert made.labels.teach_word("rainy day", JAZZ) > 0.75  # a third of the library is jazz
    found = made.lists.find("some rainy day songs", k=20)
    assert [match.track.tags.genres for match in found.results] == [(GENRES[1],)] * 20
    assert made.lists.recommend("#1", k=3).as_dict() == before
    jazz = made.lists.recommend("#1", k=9, where="'rainy day' > 0.1").results
    assert {result.track.tags.genres for result in jazz} == {(GENRES[1],)}
    with pytest.raises(QueryError, match="“rainy”"):
        made.lists_of("another").find("rainy day")
    assert size(made) - n_bytes <= 300 * len(made.catalogue)  # told from the vectors, and never stored
    made.labels.teach_word("Rainy Day", ["#12"], is_added=True)  # the same word, and a song that it has
    made.labels.rename_word("rainy day", "wet day")
    (known,) = made.labels.known_words()
    assert (known.word, len(known.track_ids)) == ("wet day", len(JAZZ))
    assert known.agreement is not None
    assert known.agreement > 0.75
    made.labels.forget_word("Wet day")
    with pytest.raises(QueryError, match="“wet”"):
        made.lists.find("wet day")


def test_a_word_follows_its_songs_beside_a_taste(made: Library) -> None:
    """What is learned is told from what the model hears, whatever a taste makes of it."""
    made.labels.teach_word("rainy day", JAZZ)
    plain = made.catalogue.told["rainy day"]
    for number in range(40):  # far more weight on tempo than on sound
        made.labels.judge([f"#{1 + number}", f"#{121 + number}"], "alike")
        made.labels.judge([f"#{1 + number}", f"#{61 + number}"], "different")
    assert made.labels.lesson.is_used
    assert made.catalogue.heard is not None
    np.testing.assert_allclose(made.catalogue.told["rainy day"], plain, atol=1e-5)


@pytest.mark.parametrize(
    ("name", "songs", "words"),
    [
        ("rainy day", ("#11", "#12", "#13", "#14"), "5 songs at least"),
        ("rainy day", ("#11", "#1", "#21", "#33", "#68"), "nothing in common"),
        ("Klavier", JAZZ, "told already"),
        ("rain, sun", JAZZ, "cannot be a word"),
        ("", JAZZ, "cannot be a word"),
    ],
)
def test_what_cannot_be_a_word_is_refused(made: Library, name: str, songs: tuple[str, ...], words: str) -> None:
    with pytest.raises(QueryError, match=words):
        made.labels.teach_word(name, songs)
    assert not made.labels.own_words.songs


def test_nobody_has_no_words_and_what_is_there_is_called_by_its_name(made: Library) -> None:
    with pytest.raises(QueryError, match="nobody"):
        made.labels.of("none").teach_word("rainy day", JAZZ)
    for act in (made.labels.forget_word, lambda name: made.labels.rename_word(name, "wet day")):
        with pytest.raises(QueryError, match="no word of yours"):
            act("rainy day")
    for name in ("rainy day", "wet day"):
        made.labels.teach_word(name, JAZZ)
    for new, reason in (("Wet day", "yours already"), ("piano", "told already"), ("a, b", "cannot be a word")):
        with pytest.raises(QueryError, match=reason):
            made.labels.rename_word("rainy day", new)
