"""A library that two machines hear: a Ray cluster of two nodes, simulated on this one. Run by `make cluster`."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from resona.errors import MissingExtraError, StoreError, WorkerError
from resona.features.mfcc import FeatureConfig
from resona.ingest import AnalysisConfig, ScanProgress
from resona.ingest.hear import Hearing
from resona.ingest.keep import Keeping
from resona.ingest.station import Station
from resona.library import Library, ScanConfig

pytestmark = pytest.mark.filterwarnings("ignore")  # Ray's own

N_FILES, RATE = 48, 22_050
SHELF = '''
import os
from fsspec.implementations.dirfs import DirFileSystem
from fsspec.implementations.local import LocalFileSystem

class Shelf(DirFileSystem):
    """A store that every process of this machine reaches: ``shelf://`` is the folder `SHELF`."""

    protocol = "shelf"

    def __init__(self, **options):
        super().__init__(path=os.environ["SHELF"], fs=LocalFileSystem(), **options)

    @classmethod
    def _strip_protocol(cls, path):
        return path.removeprefix("shelf://").strip("/")
'''


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Two nodes of one processor each, which reach `shelf://`."""
    ray = pytest.importorskip("ray", reason="the extra `ray` is not installed")
    fsspec = pytest.importorskip("fsspec", reason="the extra `remote` is not installed")
    simulation: Any = pytest.importorskip("ray.cluster_utils")
    plugins, shelf = tmp_path_factory.mktemp("plugins"), tmp_path_factory.mktemp("shelf")
    (plugins / "shelf.py").write_text(SHELF)
    (plugins / "shelf-1.dist-info").mkdir()
    (plugins / "shelf-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: shelf\nVersion: 1\n")
    (plugins / "shelf-1.dist-info" / "entry_points.txt").write_text("[fsspec.specs]\nshelf = shelf:Shelf\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([str(plugins), str(Path(*Path(__file__).parts[:-3]) / "src")]))
        patch.setenv("SHELF", str(shelf))
        patch.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        patch.syspath_prepend(str(plugins))
        fsspec.register_implementation("shelf", "shelf.Shelf", clobber=True)
        node = {"num_cpus": 1, "object_store_memory": 80 << 20}
        nodes = simulation.Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
        nodes.add_node(**node)
        ray.init(address=nodes.address, log_to_driver=False, logging_level="ERROR")
        yield nodes
        ray.shutdown()
        nodes.shutdown()


@pytest.fixture
def shelf(cluster: Any) -> Path:
    """Tones of different heights in one folder, and a file that is none."""
    folder = Path(os.environ["SHELF"]) / "music"
    folder.mkdir(exist_ok=True)
    for number in range(N_FILES):
        time_axis = np.arange(RATE * 2) / RATE
        tone = 0.4 * np.sin(2 * np.pi * (200 + 20 * number) * time_axis)
        noise = np.random.default_rng(number).standard_normal(len(time_axis))
        soundfile.write(folder / f"Artist {number % 7} - Tone {number}.wav", tone + 0.01 * noise, RATE)
    (folder / "damaged.mp3").write_bytes(b"no music" * 100)
    return folder


@pytest.mark.cluster
def test_a_lost_node_and_a_lost_database_cost_no_file_and_none_is_there_twice(
    cluster: Any, shelf: Path, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    address = f"{database}&application_name=of_this_test"
    happened: list[str] = []

    def disturb(progress: ScanProgress) -> None:
        if progress.n_done > N_FILES // 4 and not happened:
            happened.append("a node is killed")
            cluster.remove_node(next(iter(cluster.worker_nodes)), allow_graceful=False)
        elif progress.n_done > N_FILES // 2 and len(happened) == 1:
            happened.append("the database ends all connections")
            with psycopg.connect(database, autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'of_this_test'"
                )

    monkeypatch.setattr("resona.ingest.cluster.SHELF_BATCH", 6)
    features = shelf.with_name("features")
    features.mkdir(exist_ok=True)
    config = ScanConfig(engine="ray", keep_features="parquet:shelf://features")
    with Library(address) as library, Library(tmp_path / "here.db") as here:
        summary = library.scan(["shelf://music"], config=config, on_progress=disturb)
        assert len(happened) == 2
        assert (summary.n_found, summary.n_failed, library.store.failures.count()) == (N_FILES + 1, 1, 1)
        with library.store.writing() as connection:  # as if another model had been chosen
            connection.execute("DELETE FROM embeddings WHERE track_id > 3")
        again = library.scan(config=config)
        assert (again.n_stored, again.n_failed, again.n_unchanged) == (0, 0, N_FILES)
        assert not library.store.features.track_ids(library.model.feature_fingerprint)
        assert list(features.rglob("*.parquet"))
        here.scan([shelf], config=ScanConfig(n_workers=2))
        theirs, mine = (
            {track.path.name: each.store.embeddings.get(track.track_id, each.model.model_id) for track in tracks}
            for each, tracks in ((library, library.store.tracks.all()), (here, here.store.tracks.all()))
        )
        assert library.store.tracks.count() == len(theirs) == N_FILES
        for name, vector in mine.items():
            np.testing.assert_allclose(theirs[name], vector, atol=1e-6)  # type: ignore[arg-type]


def test_what_a_cluster_cannot_do_is_said_before_anything_is_begun(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, file = ScanConfig(engine="ray"), tmp_path / "music" / "a.wav"
    file.parent.mkdir()
    soundfile.write(file, np.random.default_rng(0).normal(0, 0.1, RATE), RATE)
    with Library(tmp_path / "here.db") as library, pytest.raises(StoreError, match=r"takes a library at postgresql://"):
        library.scan([file.parent], config=config)
    with Library(database) as library:
        fsspec = pytest.importorskip("fsspec")
        fsspec.filesystem("memory").pipe("/cluster/a.wav", file.read_bytes())
        with pytest.raises(StoreError, match="use --engine local"):
            library.scan(["memory://cluster"], config=config)
        monkeypatch.setitem(sys.modules, "ray", None)
        with pytest.raises(MissingExtraError, match=r"resona-music\[ray\]"):
            library.scan([file.parent], config=config)
        assert library.store.tracks.count() == 0
    keeping = Keeping(features_id="a", descriptors_id="b", model_id="c")
    analysis = AnalysisConfig(features=FeatureConfig())
    hearing = Hearing(config=ScanConfig(analysis=analysis), bundle_dir=None, roots=(), keeping=keeping, n_due=1)
    with pytest.raises(WorkerError, match="install the same everywhere"):
        Station(database, hearing, {}, "0.0.1")
