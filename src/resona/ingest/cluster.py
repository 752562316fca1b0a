"""How do many machines hear one library's files? Ray places a station on each processor and tells of those that end.

This process finds what is due and hands it out in small batches; the stations do all the rest, and store it themselves.
The database is the checkpoint: what a lost station had not stored is given to another one, and what it had is not
heard again. A file that is in hand whenever a station is lost is given up for this scan.
"""

import logging
import tempfile
import time
from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from resona._version import __version__
from resona.addresses import RemotePath
from resona.errors import MissingExtraError, ResonaError, StoreError, WorkerError
from resona.inference import Model, open_model
from resona.ingest.analyse import Failed
from resona.ingest.hear import Hearing
from resona.ingest.keep import Kept, keep_heard, patiently
from resona.ingest.shelved import embed_file, shelf_of, wanted_files
from resona.ingest.station import Content, Station, check_version, read_folder, write_folder
from resona.store import UNREACHABLE, Store, Work

BATCH = 8  # files, half a second of work
EMBED_BATCH = 16  # files of features that one process embeds
SHELF_BATCH = 64  # where each batch is a file of features
AHEAD = 2  # batches in a station's hands: one is heard, the next is fetched
LOOK_SECONDS = 5.0  # between two counts of the cluster's processors
START_SECONDS = 300.0  # until the first station must be there
MOST_LOSSES = 3  # stations that may be lost with one file in hand
MOST_FALSE_STARTS = 3  # stations that end before they are ready, in a row


Batch = list[Work]


def hear_on_cluster(store: Store, works: Iterable[Work], hearing: Hearing) -> Generator[Kept, None, None]:
    """Hear files with the processors of a Ray cluster, the one of `RAY_ADDRESS` or one that begins here.

    Yields
    ------
    What became of each batch, once it is stored.

    Raises
    ------
    MissingExtraError
        If Ray is not installed.
    StoreError
        If other machines cannot open the library, or reach the files.
    WorkerError
        If the cluster cannot be reached, has no free processor, or cannot hear.
    """
    with _connected(store, hearing.roots) as ray:
        yield from _Fleet(ray, store, hearing).hear(works)


def embed_on_cluster(store: Store, model: Model, bundle_dir: Path | None, shelf: Path) -> int:
    """Embed, from features on a shelf, the tracks that a model has not embedded; give their number.

    Parameters
    ----------
    model, bundle_dir
        The model, and its folder; None for the plain baseline.
    shelf
        A folder or address that every node reaches.

    Raises
    ------
    MissingExtraError, StoreError, WorkerError
        As in `hear_on_cluster`.
    """
    files, n_tracks, running = wanted_files(store, model, shelf), 0, list[Any]()
    if not files:
        return 0
    with _connected(store, [shelf]) as ray:
        bundle = ray.put(read_folder(bundle_dir) if bundle_dir else {})
        task = ray.remote(_embed).options(num_cpus=1, max_retries=MOST_LOSSES)
        for start in range(0, len(files), EMBED_BATCH):
            running.append(task.remote(store.engine.address, bundle, files[start : start + EMBED_BATCH], __version__))
            n_most = AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
            is_last = start + EMBED_BATCH >= len(files)
            while len(running) >= (1 if is_last else n_most):
                (done, *_), running = ray.wait(running, num_returns=1)
                told = _told(ray, done)
                if isinstance(told, str):
                    raise WorkerError(told)
                n_tracks += told
    return n_tracks


def _told(ray: Any, ref: Any) -> int | str:
    try:
        told: int | str = ray.get(ref)
    except ray.exceptions.RayError as error:
        return f"the cluster cannot embed: {_first_line(error)}; what was embedded is kept"
    return told


def _embed(address: str, bundle: Content, files: Sequence[Path], version: str) -> int | str:
    """Embed what some files of features hold; this runs on a node."""
    try:
        check_version(version)
        with tempfile.TemporaryDirectory(prefix="resona-models-") as home:
            write_folder(Path(home), bundle)
            model = open_model(Path(home) if bundle else None)
            with patiently(lambda: Store(address, is_new_allowed=False)) as store:
                return sum(patiently(partial(embed_file, store, model, path)) for path in files)
    except ResonaError as error:
        return str(error)


@contextmanager
def _connected(store: Store, roots: Sequence[Path]) -> Iterator[Any]:
    """Give Ray, connected to a cluster."""
    if not store.engine.address:
        reason = "several machines cannot write to one file: --engine ray takes a library at postgresql://…"
        raise StoreError(store.name, reason)
    for root in roots:
        if isinstance(root, RemotePath) and root.parts[0] == "memory:":
            raise StoreError(root, "is in the memory of this process, where no other one finds it; use --engine local")
    try:
        import ray
    except ImportError as error:
        raise MissingExtraError("scans on a cluster need Ray: pip install 'resona-music[ray]'") from error
    if ray.is_initialized():
        yield ray
        return
    try:
        ray.init(logging_level=logging.ERROR, log_to_driver=False)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise WorkerError(f"the Ray cluster cannot be reached: {_first_line(error)}") from error
    try:
        yield ray
    finally:
        ray.shutdown()


class _Actor:
    """A station in a process of Ray's; what goes wrong is told, since not every error can travel."""

    def __init__(self, *arguments: Any) -> None:
        self._arguments = arguments

    def prepare(self) -> str:
        try:
            self._station = Station(*self._arguments)
        except ResonaError as error:
            return str(error)
        return ""

    def hear(self, works: Batch) -> Kept | str:
        try:
            return self._station.hear(works)
        except ResonaError as error:
            return str(error)

    def close(self) -> None:
        self._station.close()


class _Fleet:
    """The stations of a cluster, as many as it has processors, also of nodes that come later."""

    def __init__(self, ray: Any, store: Store, hearing: Hearing) -> None:
        self._ray, self._store, self._hearing = ray, store, hearing
        folders = [*hearing.config.analysis.ears, *([hearing.bundle_dir] if hearing.bundle_dir else [])]
        bundles: dict[Path, Any] = {folder: read_folder(folder) for folder in folders}
        self._arguments = [ray.put(each) for each in (store.engine.address, hearing, bundles, __version__)]
        self._build = ray.remote(_Actor).options(num_cpus=1, max_concurrency=AHEAD, max_restarts=0)
        self._starting: dict[Any, Any] = {}
        self._in_hand: dict[Any, tuple[Any, Batch]] = {}
        self._free: Counter[Any] = Counter()  # how many batches each station that is ready can still take
        self._again: deque[Batch] = deque()
        self._losses: Counter[Path] = Counter()
        self._n_false_starts = 0
        self._n_batch = SHELF_BATCH if shelf_of(hearing.keeping.features) else BATCH
        self._looked_at = float("-inf")
        self._alive_at = time.monotonic()

    def hear(self, works: Iterable[Work]) -> Generator[Kept, None, None]:
        waiting = iter(works)
        batch: Batch = list(islice(waiting, self._n_batch))
        try:
            while batch or self._again or self._in_hand:
                if batch or self._again:
                    self._enlist()
                batch = self._hand_out(batch, waiting)
                for ref in self._done():
                    yield from self._collect(ref)
            self._dismiss()
        finally:
            for actor in {*self._starting.values(), *self._free}:
                self._ray.kill(actor)

    def _done(self) -> list[Any]:
        """Wait for something to end."""
        if self._free:
            self._alive_at = time.monotonic()
        elif time.monotonic() - self._alive_at > START_SECONDS:
            raise WorkerError(f"the cluster has given no free processor for {START_SECONDS:.0f} s; is it busy?")
        refs = [*self._starting, *self._in_hand]
        if not refs:
            time.sleep(LOOK_SECONDS)
            return []
        done: list[Any] = self._ray.wait(refs, num_returns=1, timeout=LOOK_SECONDS)[0]
        return done

    def _dismiss(self) -> None:
        """Let the stations tidy up."""
        refs = [actor.close.remote() for actor in self._free]
        if refs:
            self._ray.wait(refs, num_returns=len(refs), timeout=LOOK_SECONDS)

    def _enlist(self) -> None:
        """Have a station on each processor that the cluster has now."""
        if time.monotonic() - self._looked_at < LOOK_SECONDS:
            return
        self._looked_at = time.monotonic()
        n_cpus = int(self._ray.cluster_resources().get("CPU", 0))
        n_wanted = min(n_cpus, self._hearing.config.n_workers or n_cpus, max(1, self._hearing.n_due))
        for _ in range(n_wanted - len(self._starting) - len(self._free)):
            actor = self._build.remote(*self._arguments)
            self._starting[actor.prepare.remote()] = actor

    def _hand_out(self, batch: Batch, waiting: Iterator[Work]) -> Batch:
        """Give batches to those who can take one, and give what is next to be given."""
        while any(self._free.values()):
            given = self._again.popleft() if self._again else batch
            if not given:
                break
            (actor, _), *_ = self._free.most_common(1)
            self._in_hand[actor.hear.remote(given)] = (actor, given)
            self._free[actor] -= 1
            if given is batch:
                batch = list(islice(waiting, self._n_batch))
        return batch

    def _collect(self, ref: Any) -> Iterator[Kept]:
        try:
            told = self._ray.get(ref)
        except self._ray.exceptions.RayError as error:
            yield from self._lose(ref, error)
            return
        if isinstance(told, str) and told:
            raise WorkerError(told)
        if ref in self._starting:
            self._free[self._starting.pop(ref)] = AHEAD
            self._n_false_starts = 0
            return
        actor, _ = self._in_hand.pop(ref)
        if actor in self._free:
            self._free[actor] += 1
        yield told

    def _lose(self, ref: Any, error: Exception) -> Iterator[Kept]:
        """Give what a lost station had in hand, and had not stored, to others: file by file."""
        self._looked_at = float("-inf")
        if ref in self._starting:
            del self._starting[ref]
            self._n_false_starts += 1
            if self._n_false_starts >= MOST_FALSE_STARTS:
                raise WorkerError(f"no process of the cluster can start: {_first_line(error)}") from error
            return
        actor, batch = self._in_hand.pop(ref)
        self._free.pop(actor, None)
        due, hopeless = self._store.files.are_due(batch), list[Failed]()
        if n_stored := len(batch) - len(due):
            yield Kept(n_stored=n_stored, n_recognised=0, n_failed=0, path=batch[0].path)
        for work in due:
            self._losses[work.path] += 1
            if self._losses[work.path] < MOST_LOSSES:
                self._again.append([work])
            else:
                hopeless.append(
                    Failed(work, UNREACHABLE, f"{MOST_LOSSES} processes were lost with it; the next scan tries again")
                )
        if hopeless:
            yield keep_heard(self._store, hopeless, self._hearing.keeping)


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
