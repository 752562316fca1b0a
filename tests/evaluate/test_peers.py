"""Other programs in the ladder: what they heard is kept, and a file that crashes one costs that file only."""

import os
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from resona.config import fingerprint
from resona.errors import AudioError
from resona.evaluate import evaluate
from resona.evaluate.material import Material, gather
from resona.evaluate.measure import measure
from resona.evaluate.peers import PEERS, Peer, contender_of_peer
from resona.features.mfcc import FeatureConfig
from resona.library import Library
from resona.tracks import Track


def build_size() -> Callable[[Track], np.ndarray]:
    """Hear a file as its size."""

    def listen(track: Track) -> np.ndarray:
        if track.path.name == "crash.wav":
            os.abort()
        if track.path.name == "refused.wav":
            raise AudioError(track.path, "no")
        return np.array([track.path.stat().st_size, 1.0])

    return listen


def compare_size(numbers: np.ndarray) -> np.ndarray:
    distances: np.ndarray = np.abs(numbers[:, None, 0] - numbers[None, :, 0]).astype(np.float32)
    return distances


SIZE = Peer(name="size", note="of files", module="numpy", distribution="numpy", build=build_size, compare=compare_size)


@pytest.fixture
def material(library: Library) -> Material:
    return gather(library.store, fingerprint(FeatureConfig()), is_all=True)


def moved(material: Material, folder: Path) -> Material:
    """Give the measured tracks other files, of 10, 20… bytes."""
    folder.mkdir()
    tracks = list(material.labelled.tracks)
    for number, row in enumerate(material.rows.tolist()):
        path = folder / {0: "crash.wav", 1: "refused.wav"}.get(number, f"{number}.wav")
        if number != 2:
            path.write_bytes(bytes(10 * (number + 1)))
        tracks[row] = replace(tracks[row], path=path)
    return replace(material, labelled=replace(material.labelled, tracks=tracks))


def test_a_file_is_heard_once_and_a_crash_costs_one(library: Library, material: Material, tmp_path: Path) -> None:
    material = moved(material, tmp_path / "sounds")
    n_tracks = len(material.rows)
    assert n_tracks >= 5
    notes: list[str] = []
    first = contender_of_peer(SIZE, library.store, material, on_progress=notes.append)
    assert notes[-1] == f"size: {n_tracks - 1} of {n_tracks - 1}"  # the third has no file
    assert f"3 of {n_tracks} tracks could not be read by it" in first.note
    block = first.distances(np.arange(n_tracks))
    assert block[3, 4] == 10
    assert (block[:3, 3:] == block.max()).all()
    notes.clear()
    again = contender_of_peer(SIZE, library.store, material, on_progress=notes.append)
    assert np.array_equal(again.distances(np.arange(n_tracks)), block)
    assert not notes
    (tmp_path / "sounds" / "3.wav").write_bytes(bytes(7))
    contender_of_peer(SIZE, library.store, material, on_progress=notes.append)
    assert notes == ["size: 1 of 1"]


def test_a_damaged_cache_is_made_anew(library: Library, material: Material, tmp_path: Path) -> None:
    material = moved(material, tmp_path / "sounds")
    contender_of_peer(SIZE, library.store, material)
    (cache,) = (library.store.side_dir / "peers").glob("*.npz")
    cache.write_bytes(cache.read_bytes()[:100])
    assert "3 of" in contender_of_peer(SIZE, library.store, material).note


@pytest.mark.parametrize("peer", PEERS, ids=[peer.name for peer in PEERS])
def test_installed_programs_compete(peer: Peer, library: Library, material: Material) -> None:
    if not peer.is_installed:
        pytest.skip(f"{peer.distribution} is not installed")
    contender = contender_of_peer(peer, library.store, material)
    block = contender.distances(np.arange(len(material.rows)))
    assert "could not be read" not in contender.note
    assert np.isfinite(block).all()
    assert np.allclose(np.diag(block), 0)
    assert np.allclose(block, block.T, atol=1e-4)
    assert (block.argmin(axis=1) == np.arange(len(block))).all()
    assert measure(contender, material).values["genre"]["artist"]["n_queries"] > 0


def test_what_is_not_installed_is_said(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = replace(PEERS[0], module="no_such_module")
    assert not missing.is_installed
    monkeypatch.setattr(import_module("resona.evaluate.evaluate"), "PEERS", (missing,))
    values = evaluate(library.store, library.model, {}, is_all=True).values
    assert values["absent"] == {"musly": "pip install pymusly"}
    assert "musly" not in {contender["name"] for contender in values["contenders"]}
