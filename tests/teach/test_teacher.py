"""From judgements to lists, and back."""

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from resona.errors import ConfigError, QueryError
from resona.library import Library
from resona.recommend import Query
from resona.store import Label, TrackRecord
from resona.teach import Question, Teacher
from resona.tracks import Tags

N_ANSWERS = 60


def tempo(track_id: int) -> float:
    return math.log2(60.0 + (track_id - 1) % 120)


def odd_by_tempo(question: Question) -> int:
    """Judge by tempo alone."""
    a, b, c = (tempo(track_id) for track_id in question.track_ids)
    return int(np.argmin([abs(b - c), abs(a - c), abs(a - b)]))


def teach(teacher: Teacher, n: int = N_ANSWERS) -> None:
    """Answer questions about songs drawn at random."""
    rng = np.random.default_rng(0)
    songs = [rng.choice(np.arange(1, 251), 3, replace=False).tolist() for _ in range(n)]
    questions = [Question(track_ids=tuple(track_ids)) for track_ids in songs]
    teacher.label([q.answered(odd_by_tempo(q), source="interview", profile=teacher.profile) for q in questions])


def pace_of_lists(library: Library) -> float:
    """Give how far the tempo of the first ten is from the seed's, in octaves, on average."""
    apart = [
        abs(tempo(result.track.track_id) - tempo(seed))
        for seed in (25, 111, 180)
        for result in library.recommend(f"#{seed}", k=10).results
    ]
    return float(np.mean(apart))


def test_an_interview_is_led_until_lists_follow(made: Library) -> None:
    made.labels.rng = np.random.default_rng(0)
    n = 0
    while n < 60 and not made.labels.lesson.is_used:
        for _ in range(12):
            question = made.labels.ask("odd")
            made.labels.answer(question, odd_by_tempo(question), source="interview")
            n += 1
    assert made.labels.lesson.is_used
    assert made.labels.lesson.n_answers == n


def test_lists_follow_judgements_and_go_back_when_they_are_forgotten(made: Library) -> None:
    before, plain = pace_of_lists(made), made.recommend("#25").results
    teach(made.labels)
    lesson = made.labels.lesson
    assert lesson.is_used
    assert lesson.agreement is not None
    assert lesson.base_agreement is not None
    assert lesson.agreement > lesson.base_agreement + 0.1
    assert {"tempo", "beat"} & set(lesson.shares)
    assert pace_of_lists(made) < before - 0.1
    found = made.recommend("#25").results
    similarities = [result.similarity for result in found]
    assert similarities == sorted(similarities, reverse=True)
    assert all(0 <= similarity <= 1 for similarity in similarities)
    assert "taught" in made.recommend("#25").model
    risen, fallen = made.labels.moved(3)
    assert risen
    assert fallen
    assert all(move.after <= 10 < move.before for move in risen)
    assert all(move.before <= 10 < move.after for move in fallen)
    assert made.labels.forget() == N_ANSWERS
    assert made.recommend("#25").results == plain
    assert made.labels.moved() == ([], [])


def test_a_taught_library_opens_as_it_was_left(made: Library) -> None:
    teach(made.labels)
    expected = made.recommend("#25").results
    with Library(made.store.path) as again:
        assert again.recommend("#25").results == expected
        assert again.labels.lesson == made.labels.lesson
        vectors = again.catalogue.vectors
        np.testing.assert_array_equal(vectors, made.catalogue.vectors)


def test_profiles_do_not_mix_and_none_is_the_model(made: Library) -> None:
    plain = made.recommend("#25").results
    with Library(made.store.path, profile="dad") as dads:
        teach(dads.labels)
        dads_list = dads.recommend("#25").results
    assert dads_list != plain
    assert made.recommend("#25").results == plain
    assert made.lists_of("dad").recommend("#25").results == dads_list  # as his player hears it
    assert made.labels.of("dad").base is made.labels.base
    assert made.lists_of("default") is made.lists
    with Library(made.store.path, profile="none") as nobodys:
        assert nobodys.recommend("#25").results == plain
        with pytest.raises(QueryError, match="nobody"):
            nobodys.labels.ask("odd")
        with pytest.raises(QueryError, match="nobody"):
            nobodys.labels.label([Label(kind="pair", a=1, b=2, profile="none")])
    with pytest.raises(ConfigError, match="1 to 64"):
        Library(made.store.path, profile="")


def test_held_out_judgements_are_measured_with_intervals(made: Library) -> None:
    assert made.labels.measure() == {"profile": "default", "n_judgements": 0}
    teach(made.labels)
    found = made.labels.measure()
    for name in ("model", "taught"):
        assert found[name]["low"] < found[name]["value"] < found[name]["high"]
    assert found["taught"]["value"] == pytest.approx(made.labels.lesson.agreement)
    assert found["difference"]["value"] > 0
    assert found["is_used"]
    assert found["chance"] == pytest.approx(1 / 3)


def test_few_answers_change_nothing_and_say_how_many_are_missing(made: Library) -> None:
    plain = made.recommend("#25").results
    teach(made.labels, 4)
    lesson = made.labels.lesson
    assert not lesson.is_used
    assert lesson.n_missing == 6
    assert "6 more" in lesson.sentence
    assert made.recommend("#25").results == plain


def test_songs_from_outside_are_placed_too(made: Library) -> None:
    plain = np.asarray(made.labels.base.vectors[24])
    heard: Mapping[str, float | str | None] = {"tempo_bpm": 84.0, "energy": 25 / 300, "key": 0, "mode": "minor"}
    teach(made.labels)
    [first, *_] = made.recommend(Query(text="x", vector=plain, descriptors=heard), k=5).results
    assert first.track.track_id == 25
    assert made.recommend(Query(text="x", vector=plain), k=5).results  # nothing known but the sound


def test_a_judgement_can_be_taken_back_but_only_by_its_owner(made: Library) -> None:
    [label_id] = made.labels.label([Label(kind="pair", a=1, b=2)])
    with Library(made.store.path, profile="dad") as dads:
        assert dads.labels.take_back([label_id]) == 0
    assert made.labels.take_back([label_id]) == 1
    with pytest.raises(QueryError, match="like itself"):
        made.labels.label([Label(kind="pair", a=1, b=1)])


def test_questions_of_both_forms(made: Library) -> None:
    for form, size in (("pair", 2), ("odd", 3)):
        question = made.labels.ask(form)
        assert len(set(question.track_ids)) == size
        assert question.form == form
        with pytest.raises(QueryError, match=f"0 to {size - 1}"):
            made.labels.answer(question, size, source="page")
    with pytest.raises(QueryError, match="one of pair, odd"):
        made.labels.ask("four")
    asked = {track_id for _ in range(40) for track_id in made.labels.ask("pair").track_ids}
    assert not asked & {251, 252}  # the podcast and the jingle


def test_tables_come_back_as_they_went(made: Library, tmp_path: Path) -> None:
    teach(made.labels, 3)
    made.labels.label([Label(kind="pair", a=1, b=2, value=0.0, strength=2.0)])
    path = tmp_path / "judgements.csv"
    assert made.labels.write(path) == 4
    assert made.labels.read(path) == (0, 0)  # known already
    with Library(made.store.path, profile="dad") as dads:
        assert dads.labels.read(path) == (4, 0)
        mine, theirs = (
            [(x.kind, x.a, x.b, x.c, x.value, x.strength) for x in t.judgements] for t in (made.labels, dads.labels)
        )
        assert mine == theirs


def test_judgements_come_back_about_the_same_audio(tmp_path: Path) -> None:
    names = ["two\nlines.mp3", "\r.mp3", 'a,"b" \u2028 c.mp3', os.fsdecode(b"caf\xe9.mp3")]
    image, path = tmp_path / "album.flac", tmp_path / "judgements.csv"

    def put(library: Library, paths: list[Path]) -> list[int]:
        facts: dict[str, Any] = {"size_bytes": 1, "mtime_ns": 1, "tags": Tags(duration_seconds=20.0)}
        ids = [
            library.store.tracks.put(TrackRecord(path=path, audio_hash=str(number), **facts))
            for number, path in enumerate(paths)
        ]
        parts = [
            TrackRecord(path=image, audio_hash="image", start_seconds=start, end_seconds=start + 20.0, **facts)
            for start in (0.0, 20.0, 40.0)
        ]
        return [*ids, *library.store.tracks.put_file(parts)]

    paths = [tmp_path / name for name in names]
    pairs = [(0, 1), (2, 3), (4, 6), (5, 1)]
    with Library(tmp_path / "one.db") as one:
        ids = put(one, paths)
        one.store.labels.add([Label(kind="pair", a=ids[a], b=ids[b]) for a, b in pairs])
        assert one.labels.write(path) == 4
    with Library(tmp_path / "two.db") as two:
        ids = put(two, paths[1:] + paths[:1])  # renumbered in the meantime
        assert two.labels.read(path) == (4, 0)
        assert [label.track_ids for label in two.labels.judgements] == [(ids[a], ids[b]) for a, b in pairs]
        path.write_text(f"kind,a,b\npair,{image},{paths[3]}\n", encoding="utf-8", errors="surrogateescape")
        assert two.labels.read(path) == (0, 1)  # which of its tracks?


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("trio,{a},{b},,1,1", "line 2: kind must be"),
        ("pair,{a},{a},,1,1", "with itself"),
        ("pair,{a},{b},,maybe,1", "must be numbers"),
        ("pair,{a},{b},,0.5,1", "value must be 0 or 1"),
        ("pair,{a},{b},,1,nan", "strength above 0"),
    ],
)
def test_a_bad_table_adds_nothing(made: Library, tmp_path: Path, line: str, reason: str) -> None:
    a, b = (str(made.store.tracks.get(track_id).path) for track_id in (1, 2))  # type: ignore[union-attr]
    path = tmp_path / "bad.csv"
    path.write_text("kind,a,b,c,value,strength\n" + line.format(a=a, b=b) + "\n", encoding="utf-8")
    with pytest.raises(QueryError, match=reason):
        made.labels.read(path)
    assert not made.labels.judgements


def test_a_table_without_columns_or_with_strangers(made: Library, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("left,right\nx,y\n", encoding="utf-8")
    with pytest.raises(QueryError, match="needs the columns"):
        made.labels.read(path)
    path.write_text("kind,a,b\npair,/nowhere/a.mp3,/nowhere/b.mp3\n", encoding="utf-8")
    assert made.labels.read(path) == (0, 1)


def test_songs_of_a_playlist_belong_together(made: Library, tmp_path: Path) -> None:
    paths = [str(made.store.tracks.get(track_id).path) for track_id in range(1, 31)]  # type: ignore[union-attr]
    path = tmp_path / "evening.m3u8"
    path.write_text("\n".join([*paths[:4], "/nowhere.mp3"]), encoding="utf-8")
    assert made.labels.read_playlist(path) == (6, 1)
    assert made.labels.read_playlist(path) == (0, 1)
    path.write_text("\n".join(paths), encoding="utf-8")
    assert made.labels.read_playlist(path)[0] <= 200
    path.write_text(paths[0], encoding="utf-8")
    with pytest.raises(QueryError, match="two songs"):
        made.labels.read_playlist(path)
