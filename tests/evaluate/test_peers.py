"""Other programs in the ladder: what they heard is kept, and a file that crashes one costs that file only."""

import re
import runpy
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sizes import build_dying, build_infinite, build_refusing, build_size, compare_size, die

from resona.config import fingerprint
from resona.errors import PeerError
from resona.evaluate import evaluate, tables
from resona.evaluate.material import Material, gather
from resona.evaluate.measure import measure
from resona.evaluate.peers import PEERS, Peer, contender_of_peer
from resona.features.mfcc import FeatureConfig
from resona.library import Library

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


def test_a_damaged_cache_is_made_anew(library: Library, material: Material) -> None:
    before = contender_of_peer(SIZE, library.store, material)
    (cache,) = (library.store.side_dir / "peers").glob("*.npz")
    cache.write_bytes(cache.read_bytes()[:100])
    again = contender_of_peer(SIZE, library.store, material)
    rows = np.arange(len(material.rows))
    assert np.array_equal(again.distances(rows), before.distances(rows))


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


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"build": die}, r"does not work here: .*its process crashed \(SIGILL\)"),
        ({"build": build_dying}, r"could read none of \d+ tracks: its process crashed \(SIGILL\)"),
        ({"build": build_refusing}, r"could read none of \d+ tracks: not for me"),
        ({"build": build_infinite}, r"could read none of \d+ tracks: what it hears is no number"),
        ({"compare": die}, r"cannot compare what it heard: its process crashed \(SIGILL\)"),
    ],
    ids=["at its start", "at each track", "refuses all", "no numbers", "compares"],
)
def test_a_program_that_cannot_work_is_left_out_with_its_reason(
    change: dict[str, Any], why: str, library: Library, material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("resona.evaluate.peers"), "HOPELESS_TRACKS", 2)
    peer = replace(SIZE, **change)
    with pytest.raises(PeerError, match=why):
        contender_of_peer(peer, library.store, material)
    if change.get("build") is build_refusing:  # nothing is kept of it: when it works again, it competes
        assert contender_of_peer(SIZE, library.store, material).note == f"of files; numpy {np.__version__}"
    elif "compare" in change:
        missing = replace(PEERS[0], module="no_such_module")
        monkeypatch.setattr(import_module("resona.evaluate.evaluate"), "PEERS", (peer, missing))
        values = evaluate(library.store, library.model, {}, is_all=True).values
        crashed, absent = values["absent"]["size"], "is not installed: pip install pymusly"
        assert re.fullmatch(why, crashed)
        assert values["absent"]["musly"] == absent
        assert not {"size", "musly"} & {contender["name"] for contender in values["contenders"]}
        assert tables.describe_absent(values) == f"Not in the ladder: size {crashed}; musly {absent}."


@pytest.mark.parametrize(
    ("act", "why"), [("os.kill(os.getpid(), 4)", "terminated abruptly"), ("raise OSError", "none of 3 files")]
)
def test_the_benchmark_goes_on_where_a_program_dies(
    act: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "scan.py"))
    (tmp_path / "bliss_audio.py").write_text(f"import os\ndef Song(path):\n    {act}\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(scan["LeftOut"], match=why):
        scan["time_peer"]("bliss", scan["BLISS"], [Path("a"), Path("b"), Path("c")], tmp_path)
