"""A file's fault is told from the fault of what listens."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from test_scan import scan, write_tone

from resona.errors import WorkerError
from resona.inference import default_bundle_dir
from resona.ingest import AnalysisConfig
from resona.ingest import analyser as module
from resona.ingest.analyse import Failed
from resona.library import Library
from resona.store import Work


@pytest.mark.parametrize("name", ["encoder.onnx", "model.json"])
def test_a_damaged_model_stops_the_scan_and_marks_no_file(tmp_path: Path, name: str) -> None:
    write_tone(tmp_path / "music" / "a.wav")
    with Library(tmp_path / "library.db") as library:
        bundle, base = library.models.folder / "mine", default_bundle_dir()
        assert base is not None
        shutil.copytree(base, bundle)
        library.store.settings.put("current_model", "mine")
        content = (bundle / name).read_bytes()
        assert library.model.name
        (bundle / name).write_bytes(content[: len(content) // 2])  # after the scan's own process has read it
        with pytest.raises(WorkerError, match=f"(?s)no file is at fault.*{name}"):
            scan(library, tmp_path / "music")
        assert (library.store.failures.count(), library.store.tracks.count()) == (0, 0)
        (bundle / name).write_bytes(content)
        assert scan(library, tmp_path / "music").n_stored == 1


@pytest.mark.parametrize("is_file_at_fault", [True, False])
def test_an_error_that_nobody_expected(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_file_at_fault: bool,  # noqa: FBT001 - a case
) -> None:
    monkeypatch.setattr(module, "silence_decoders", lambda: None)  # of a worker, not of this process
    analyser = module.Analyser(AnalysisConfig(), None, ())

    def fail(*_: Any, **__: Any) -> Any:
        raise ValueError("a broken runtime")

    monkeypatch.setattr(module, "analyse", fail)
    work = Work(path=write_tone(tmp_path / "a.wav"), size_bytes=1, mtime_ns=1)
    if is_file_at_fault:
        outcome = analyser(work)
        assert isinstance(outcome, Failed)
        assert (outcome.kind, "a broken runtime" in outcome.reason) == ("ValueError", True)
    else:
        monkeypatch.setattr(module, "listen", fail)
        with pytest.raises(WorkerError, match="no file is at fault: ValueError: a broken runtime"):
            analyser(work)
