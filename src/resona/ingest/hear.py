"""How are the files that are due heard, and what was heard of them stored?

Results are stored in small groups, each in one transaction, so that a scan that is killed loses seconds of work and the
next one goes on where it stopped.
"""

import os
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from resona.config import check_range
from resona.errors import ConfigError
from resona.ingest.analyse import AnalysisConfig, Failed, Outcome
from resona.ingest.analyser import Analyser
from resona.ingest.copies import Copies
from resona.ingest.keep import Keeping, Kept, keep_heard
from resona.ingest.shelved import check_keep
from resona.ingest.workers import WorkerPool
from resona.store import IN_LIBRARY, Store, Work

GROUP = 64  # results in one transaction, at the most
GROUP_SECONDS = 1.0
LOCAL, RAY = ENGINES = ("local", "ray")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanConfig:
    """How a scan works.

    Attributes
    ----------
    n_workers
        Processes that analyse; 0 means one for each core.
    max_minutes
        Stop cleanly after this time; 0 means never.
    patience_seconds
        How long one file may take.
    engine
        `LOCAL`: processes of this machine; `RAY`: a cluster, see `resona.ingest.cluster`. There `n_workers` is the
        number of its processors that are used; 0 means all.
    keep_features
        Where features go: `IN_LIBRARY`, `NOWHERE`, or `PARQUET` and a folder or address; empty for where they went
        before, the library at first.
    """

    analysis: AnalysisConfig = field(default_factory=AnalysisConfig)
    n_workers: int = 0
    max_minutes: float = 0.0
    patience_seconds: float = 120.0
    engine: str = LOCAL
    keep_features: str = ""

    def __post_init__(self) -> None:
        if self.engine not in ENGINES:
            raise ConfigError(f"engine must be {' or '.join(ENGINES)}, got {self.engine!r}")
        check_keep(self.keep_features or IN_LIBRARY)
        check_range("n_workers", self.n_workers, 0, 256)
        check_range("max_minutes", self.max_minutes, 0, 10_000_000)
        check_range("patience_seconds", self.patience_seconds, 0.1, 86_400)

    @property
    def n_processes(self) -> int:
        """The number of processes that will analyse."""
        if self.n_workers:
            return self.n_workers
        return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """What whoever hears files must know.

    Attributes
    ----------
    bundle_dir
        The model that embeds; None for the plain baseline.
    roots
        The scanned folders.
    n_due
        How many files there are.
    """

    config: ScanConfig
    bundle_dir: Path | None
    roots: tuple[Path, ...]
    keeping: Keeping
    n_due: int


def hear_here(store: Store, works: Iterable[Work], hearing: Hearing) -> Generator[Kept, None, None]:
    """Hear files with processes of this machine, and store what was heard.

    Yields
    ------
    What became of each group of files, once it is stored.
    """
    with closing(_outcomes(works, hearing)) as outcomes:
        for group in _grouped(outcomes):
            yield keep_heard(store, group, hearing.keeping)


def _outcomes(works: Iterable[Work], hearing: Hearing) -> Generator[Outcome, None, None]:
    n_workers = min(hearing.config.n_processes, max(hearing.n_due, 1))
    with closing(Copies(hearing.roots, n_workers)) as copies:
        pool = pool_of(hearing, copies.roots, n_workers=n_workers)
        yield from copies.heard(pool.run, works)


def pool_of(hearing: Hearing, roots: tuple[Path, ...], *, n_workers: int) -> WorkerPool[Work, Outcome]:
    """Give the processes that analyse files below some folders."""
    return WorkerPool(
        partial(_build_analyser, hearing.config.analysis, hearing.bundle_dir, roots),
        _lost,
        n_workers=n_workers,
        patience_seconds=hearing.config.patience_seconds,
        retries_killed=True,
    )


def _lost(work: Work, reason: str) -> Outcome:
    return Failed(work, "DecodeError", f"{reason}; not tried again until it changes")


def _build_analyser(
    config: AnalysisConfig, bundle_dir: Path | None, roots: tuple[Path, ...]
) -> Callable[[Work], Outcome]:
    return Analyser(config, bundle_dir, roots)


def _grouped(outcomes: Iterator[Outcome]) -> Iterator[list[Outcome]]:
    """Gather results for one transaction; what is gathered is not lost when the scan is interrupted."""
    gathered: list[Outcome] = []
    since = time.monotonic()
    try:
        for outcome in outcomes:
            gathered.append(outcome)
            if len(gathered) >= GROUP or time.monotonic() - since > GROUP_SECONDS:
                group, gathered = gathered, []  # a group that cannot be stored is not tried again at the end
                yield group
                since = time.monotonic()
    finally:
        if gathered:
            yield gathered
