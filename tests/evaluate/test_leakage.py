from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from resona.evaluate import check_pairs, check_split, examine
from resona.evaluate.doctor import neighbours_of_all
from resona.library import Library
from resona.metrics.rankings import nearest
from resona.store import TrackRecord
from resona.tracks import FOLDER, Tags

Fill = Callable[..., Library]


def test_our_own_split_shares_no_artist(fill: Fill) -> None:
    library = fill()
    report = check_split(library.store, library.model)
    assert report.leaks.is_clean
    assert set(report.n_tracks) == {"train", "validation", "test"}
    assert all(counts["test"] >= 1 for counts in report.genres.values())


def test_planted_duplicate_is_found(fill: Fill) -> None:
    library = fill()
    from resona.evaluate.material import gather

    material = gather(library.store, library.model.feature_fingerprint)
    trained = material.track_ids(np.flatnonzero(material.splits == "train"))[0]
    tested = material.track_ids(material.rows)[0]
    vector = library.store.embeddings.get(trained, library.model.model_id)
    assert vector is not None
    library.store.embeddings.put_many(library.model.model_id, [(tested, vector)])
    report = check_split(library.store, library.model)
    assert not report.leaks.is_clean
    assert len(report.near_duplicates) == 1


def test_planted_artist_is_found(fill: Fill, tmp_path: Path) -> None:
    """Two tracks of one artist, one trained on and one tested: not the same track, and yet a leak."""
    library = fill()
    paths = [str(track.path) for track in library.store.tracks.all()]  # two of each artist, one after the other
    rows = [(0, 2, "train"), (4, 6, "train"), (1, 8, "test"), (10, 12, "test")]
    lines = [f"{paths[a]},{paths[b]},1,{split}" for a, b, split in rows]
    path = tmp_path / "pairs.csv"
    path.write_text("\n".join(["a,b,label,split", *lines]) + "\n")
    leaks = check_pairs(library.store, library.model, path).leaks
    assert leaks.shared_tracks == ()
    assert leaks.shared_artists == (1,)
    assert leaks.shared_albums == (1,)
    assert not leaks.is_clean
    path.write_text(path.read_text().replace(lines[2] + "\n", ""))
    assert check_pairs(library.store, library.model, path).leaks.is_clean


def test_pairs_split_at_random_leak(fill: Fill, tmp_path: Path) -> None:
    library = fill()
    paths = [str(track.path) for track in library.store.tracks.all()]
    rng = np.random.default_rng(0)
    rows = ["a,b,label,split"]
    for number in range(300):
        a, b = rng.choice(len(paths), 2, replace=False)
        rows.append(f"{paths[a]},{paths[b]},{number % 2},{'test' if number % 3 == 0 else 'train'}")
    path = tmp_path / "pairs.csv"
    path.write_text("\n".join(rows) + "\n")
    leaks = check_pairs(library.store, library.model, path).leaks
    assert len(leaks.shared_tracks) > 0.8 * leaks.n_held_out


def test_drawn_pairs_do_not_leak(fill: Fill, tmp_path: Path) -> None:
    library = fill()
    library.measures.write_pairs(tmp_path / "pairs.csv", n_pairs=200)
    report = check_pairs(library.store, library.model, tmp_path / "pairs.csv")
    assert report.leaks.is_clean
    assert report.n_unknown == 0


def test_doctor_finds_what_was_planted(fill: Fill) -> None:
    library = fill(spread=12.0)
    store, model = library.store, library.model
    victim = store.tracks.all()[0]
    store.tracks.set_tags(victim.track_id, Tags(artist="artist 0", title="wrong", genres=("jazz",)))
    shelved = store.tracks.all()[-1]
    store.tracks.set_tags(shelved.track_id, replace(shelved.tags, sources={"genres": FOLDER}))
    nameless = Tags(title="nobody")
    path = Path("/other/nobody.mp3")
    track_id = store.tracks.put(TrackRecord(path=path, size_bytes=1, mtime_ns=1, audio_hash="n", tags=nameless))
    vector = store.embeddings.get(store.tracks.all()[5].track_id, model.model_id)
    assert vector is not None
    store.embeddings.put_many(model.model_id, [(track_id, vector)])
    told: list[tuple[int, int]] = []
    catalogue = library.catalogue
    found = {f.kind: f for f in examine(catalogue, on_progress=lambda done, due: told.append((done, due)))}
    n_tracks = len(catalogue)
    assert (told[0], told[-1]) == ((0, n_tracks), (n_tracks, n_tracks))
    whole = nearest(lambda rows: catalogue.ranker.distances(catalogue.vectors[rows]), n_tracks, 10)
    assert (neighbours_of_all(catalogue, lambda _done, _due: None) == whole).all()
    assert victim.track_id in {track.track_id for track in found["wrong genre"].tracks}
    assert [track.track_id for track in found["unknown artist"].tracks] == [track_id]
    assert track_id in {track.track_id for track in found["no genre"].tracks}
    assert [track.track_id for track in found["genre from folder"].tracks] == [shelved.track_id]
    assert len(found["duplicate"].tracks) == 1


def test_doctor_finds_vectors_that_say_nothing(fill: Fill) -> None:
    library = fill()
    store, model = library.store, library.model
    tracks = store.tracks.all()
    vector = store.embeddings.get(tracks[0].track_id, model.model_id)
    assert vector is not None
    noise = tracks[10:17]
    store.embeddings.put_many(model.model_id, [(track.track_id, vector) for track in noise])
    deaf = TrackRecord(path=Path("/music/new.mp3"), size_bytes=1, mtime_ns=1, audio_hash="new", tags=Tags(title="new"))
    deaf_id = store.tracks.put(deaf)
    found = {finding.kind: {track.track_id for track in finding.tracks} for finding in examine(library.catalogue)}
    assert found["degenerate vector"] == {tracks[0].track_id, *(track.track_id for track in noise)}
    assert found["no vector"] == {deaf_id}
    assert "duplicate" not in found
