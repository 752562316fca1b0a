"""Words find what they name, on a library whose words are known directions."""

import csv
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from made import made_record
from resona.errors import QueryError
from resona.inference import MeanDeviation, Words
from resona.inference.words import FILE
from resona.library import Library
from resona.library.lists import Lists
from resona.recommend.words.vocabulary import Vocabulary, is_common

N = 12  # tracks; each has a piano, drums, both or neither, more or less


class Teller(MeanDeviation):
    """A model that tells three words: as many directions of its vectors."""

    words = Words(
        ("piano", "drums", "female vocals"), ("instrument", "instrument", "voice"),
        np.eye(3, 40) * 8, np.array([-4.0, -4.0, -9.0]), np.full(3, 0.9),
    )  # fmt: skip


@pytest.fixture
def lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lists]:
    """Twelve tracks around a circle from piano to drums; the even ones are slow."""
    monkeypatch.setattr("resona.inference.embed.MeanDeviation", Teller)
    with Library(tmp_path / "library.db") as library:
        store = library.store
        store.settings.put("current_model", "mfcc")
        angle = np.linspace(0, np.pi / 2, N)
        vectors = np.zeros((N, library.model.n_dims), np.float32)
        vectors[:, 0], vectors[:, 1] = np.cos(angle), np.sin(angle)
        with store.writing():
            ids = [store.tracks.put(made_record(10 * number + 1)) for number in range(N)]
            store.embeddings.put_many(library.model.model_id, zip(ids, vectors, strict=True))
            for number, track_id in enumerate(ids):
                store.features.put_descriptors(track_id, "made", {"tempo_bpm": 150.0 if number % 2 else 60.0})
        yield library.lists


def found(lists: Lists, text: str, n: int = 3) -> list[int]:
    """Numbers of the tracks, 1 to 12, the best first."""
    return [match.track.track_id for match in lists.find(text, k=n).results]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("piano", [1, 2, 3]),
        ("no piano", [12, 11, 10]),
        ("drums, no piano", [12, 11, 10]),
        ("Klavier ohne Schlagzeug", [1, 2, 3]),
        ("a slow piano song", [1, 3, 5]),
        ("fast drums, please", [12, 10, 8]),
        ("schnelle Trommeln", [12, 10, 8]),
        ("PIANOS", [1, 2, 3]),
    ],
)
def test_words_find_what_they_name(lists: Lists, text: str, expected: list[int]) -> None:
    assert found(lists, text) == expected


def test_what_nothing_sounds_like_and_what_is_unknown_is_said(lists: Lists) -> None:
    answer = lists.find("piano, female vocals, drumz")
    assert answer.missing == ("female vocals",)
    assert answer.sentences[0].startswith("“drumz” is not a word that is told; near are “drum”")
    with pytest.raises(QueryError, match=r"“xyzzy” is not a word that is told\. `resona find` lists"):
        lists.find("xyzzy")
    assert lists.find("piano", where="year > 3000").sentences == ["No track passes the filter."]
    assert [len(lists.find("song 31", where=where).named) for where in ("year < 1980", "year > 3000")] == [1, 0]
    assert lists.recommend("words: slow piano").title == "Like “slow piano”"


def test_titles_are_told_apart(lists: Lists) -> None:
    answer = lists.find("song 31")
    assert ([track.tags.title for track in answer.named], answer.results) == (["Song 31"], ())
    assert lists.find("piano").named == ()


def test_filters_and_lists_take_words(lists: Lists) -> None:
    assert set(found(lists, "piano", n=N)) > set(ids := [m.track.track_id for m in lists.find(
        "piano", k=N, where="Klavier > 0.5 and 'drums' < 0.5 and not slow > 0.5").results])  # fmt: skip
    likely = {match.track.track_id: match.words for match in lists.find("piano, drums, slow", k=N).results}
    assert ids == [number for number, words in sorted(likely.items()) if words["piano"] > 0.5 > max(
        words["drums"], words["slow"])]  # fmt: skip
    told = Words.read((resources.files("resona") / "base_model" / FILE).read_bytes()).names
    assert [name for name in told if not is_common(name)] == []  # filters know them without quotes
    with pytest.raises(QueryError, match="“kazoo” is not a word that is told"):
        lists.find("piano", where="'kazoo' > 0.5")
    with pytest.raises(QueryError, match=r"'genre'"):
        lists.find("piano", where="gener > 0.5")


def test_all_words_at_once_are_told_as_each_alone(lists: Lists) -> None:
    catalogue, own = lists.catalogue, Words(("rainy",), ("own",), np.eye(1, 40), np.zeros(1), np.ones(1))
    vocabulary = Vocabulary(catalogue.model, own)
    each = [vocabulary.probabilities(word, catalogue.vectors, catalogue.columns.numbers) for word in vocabulary.kinds]
    told = vocabulary.all_probabilities(catalogue.vectors, catalogue.columns.numbers)
    np.testing.assert_allclose(told, np.stack(each, axis=1), atol=1e-6)


def test_words_move_lists_and_stand_for_songs(lists: Lists) -> None:
    def nearest(*queries: str, **options: object) -> list[int]:
        results = lists.recommend(*queries, k=3, with_seed_artists=True, **options).results
        return [result.track.track_id for result in results]

    assert nearest("#6", more=("drums",))[0] > 6 > nearest("#6", less=("drums",))[0]
    assert min(nearest("words:drums, no piano")) >= 6
    with pytest.raises(QueryError, match="“kazoo” is not a word"):
        nearest("#6", more=("kazoo",))


def test_a_model_without_words_says_so(lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Teller, "words", None)
    for ask in (
        lambda: lists.find("piano"),
        lambda: lists.recommend("#6", where="piano > 0.5"),
        lambda: lists.recommend("#6", less=("piano",)),
        lambda: lists.radio("words:piano"),
    ):
        with pytest.raises(QueryError, match="tells no words"):
            ask()


def test_words_move_lists_of_artists_and_albums(lists: Lists) -> None:
    """From the middle of the circle, towards one end of it; each track is an artist of its own."""
    for groups in (lists.artists, lists.albums):
        ids = [
            [line.tracks[0].track_id for line in groups("#6", **words).groups]
            for words in ({"more": ("piano",)}, {"less": ("piano",)})
        ]
        towards, away = (float(np.mean(found[:4])) for found in ids)
        assert towards < 6 < away


def test_words_are_columns_of_an_export(lists: Lists, tmp_path: Path) -> None:
    lists.export_features(tmp_path / "out.csv", ("Klavier", "slow"))
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()))
    piano = [float(row["piano"]) for row in rows]
    assert piano == sorted(piano, reverse=True)
    assert piano[0] == pytest.approx(0.982, abs=1e-3)
    assert [float(row["slow"]) > 0.5 for row in rows] == [True, False] * (N // 2)
    lists.export_features(tmp_path / "all.csv", ("all",))
    assert set(lists.words()) < set((tmp_path / "all.csv").read_text(encoding="utf-8").partition("\n")[0].split(","))
    with pytest.raises(QueryError, match="not a word that is told"):
        lists.export_features(tmp_path / "out.csv", ("kazoo",))
