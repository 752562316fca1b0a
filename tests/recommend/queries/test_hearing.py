"""Audio from outside the library, and parts of it."""

from pathlib import Path

import numpy as np
import pytest

from resona.audio import write_audio
from resona.errors import AudioError, QueryError
from resona.library import Library
from resona.recommend import Query, Request, recommend, resolve
from resona.recommend.queries.hearing import query_vector
from resona.tracks import Tags

RATE = 22_050


@pytest.fixture(scope="session")
def halves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of a tone, two of noise; and each alone."""
    folder = tmp_path_factory.mktemp("halves")
    tone = 0.5 * np.sin(2 * np.pi * 220 * np.arange(2 * RATE) / RATE)
    noise = np.random.default_rng(0).uniform(-0.3, 0.3, 2 * RATE)
    for name, samples in (("both", np.concatenate([tone, noise])), ("tone", tone), ("noise", noise)):
        write_audio(folder / f"{name}.wav", samples.astype(np.float32), RATE, Tags(title=name))
    return folder


@pytest.mark.parametrize(("part", "alone"), [((0.0, 2.0), "tone"), ((2.0, None), "noise"), ((2.0, 4.0), "noise")])
def test_a_part_is_heard_alone(made: Library, halves: Path, part: tuple[float, float | None], alone: str) -> None:
    both = resolve(made.store, str(halves / "both.wav"))
    vectors = [
        query_vector(made.catalogue, both, part),
        query_vector(made.catalogue, resolve(made.store, str(halves / f"{alone}.wav"))),
    ]
    assert float(vectors[0] @ vectors[1]) > 0.99
    assert float(vectors[0] @ query_vector(made.catalogue, both)) < 0.99


def test_content_is_heard_like_the_file(made: Library, halves: Path) -> None:
    content = Query(text="-", content=(halves / "tone.wav").read_bytes())
    path = str(halves / "tone.wav")
    lists = [
        recommend(made.catalogue, Request(queries=(query,), part=None)).as_dict()["results"]
        for query in (content, path)
    ]
    assert lists[0] == lists[1]
    part = Request(queries=(content,), part=(0.5, 1.5))
    assert len(recommend(made.catalogue, part).results) == 20


def test_a_part_of_many_tracks_is_refused(made: Library) -> None:
    with pytest.raises(QueryError, match="10 tracks"):
        made.recommend("Artist 2", part=(0.0, 10.0))


def test_a_part_behind_the_end_cannot_be_heard(made: Library, halves: Path) -> None:
    with pytest.raises(AudioError, match=r"tone\.wav.*the part asked for, out of 2.0 seconds, holds 0\.00 seconds"):
        made.recommend(str(halves / "tone.wav"), part=(60.0, 90.0))


def test_a_track_of_a_cue_sheet_is_heard_from_its_own_beginning(made: Library, halves: Path) -> None:
    with made.store.writing() as connection:
        connection.execute(
            "UPDATE tracks SET path = ?, start_seconds = 2, duration_seconds = 2 WHERE track_id = 5",
            (str(halves / "both.wav"),),
        )
    heard = query_vector(made.catalogue, resolve(made.store, "#5"), (0.0, None))
    noise = query_vector(made.catalogue, resolve(made.store, str(halves / "noise.wav")))
    assert float(heard @ noise) > 0.99
