"""What a server can do in the background: scan, train, measure, and let another model listen."""

from functools import partial
from typing import TYPE_CHECKING

from resona.library import Library, ScanProgress
from resona.web.jobs import LongTask, Tell

if TYPE_CHECKING:
    from resona.library import ScanSummary

N_NAMED = 3  # folders that could not be looked at


def scanning(library: Library) -> LongTask:
    """Look for new and changed files in the library's folders."""

    def work(tell: Tell) -> str:
        return _scanned(library.scan(on_progress=partial(_tell_scan, tell)))

    stopped = "Stopped; what was heard is kept, and the next scan goes on from here."
    return LongTask(kind="scan", stage="finding", work=work, stopped=stopped)


def training(library: Library, *, arch: str, is_resumed: bool) -> LongTask:
    """Fit a model to the library, and use it if it is better.

    Raises
    ------
    MissingExtraError, ConfigError
        If PyTorch is not installed, or there is no such architecture.
    """
    config = library.models.train_config(arch)

    def work(tell: Tell) -> str:
        return library.train(config, is_resumed=is_resumed, on_progress=partial(_tell_steps, tell)).message

    stopped = "Stopped; what was learned up to the last whole epoch is kept, and training can go on from there."
    return LongTask(kind="training", stage="training", work=work, stopped=stopped)


def evaluation(library: Library) -> LongTask:
    """Measure the model in use on artists that it did not learn from."""

    def work(tell: Tell) -> str:
        library.evaluate(on_progress=partial(_tell_steps, tell))
        return "The model is measured."

    return LongTask(
        kind="evaluation", stage="measuring", work=work, stopped="Stopped; the last measures are as they were."
    )


def choosing(library: Library, name: str) -> LongTask:
    """Let another model listen from now on.

    Raises
    ------
    CheckpointError
        If there is no such model, or it cannot be read.
    """
    library.models.parts(name)

    def work(tell: Tell) -> str:
        library.use_model(name, on_progress=lambda done, due: tell(state="embedding", n_done=done, n_due=due))
        return f"{library.model.name} listens from now on."

    stopped = "Stopped; tracks that the model has not heard yet are in no list until a scan has gone on with it."
    return LongTask(kind="model", stage="embedding", work=work, stopped=stopped)


def _tell_scan(tell: Tell, progress: ScanProgress) -> None:
    tell(
        state=progress.stage,
        n_found=progress.n_found,
        n_due=progress.n_due,
        n_done=progress.n_done,
        n_failed=progress.n_failed,
        file_name=progress.path.name if progress.path else "",
    )


def _tell_steps(tell: Tell, n_done: int, n_due: int, words: str) -> None:
    tell(n_done=n_done, n_due=n_due, words=words)


def _scanned(summary: "ScanSummary") -> str:
    n_heard = summary.n_stored - summary.n_recognised
    known = f", {summary.n_recognised} recognised" if summary.n_recognised else ""
    gone = f", {summary.n_missing} gone" if summary.n_missing else ""
    passed_over = "".join(f" Not looked at: {path}: {reason}." for path, reason in summary.unreadable[:N_NAMED])
    return f"{n_heard} heard{known}, {summary.n_failed} failed{gone}.{passed_over}"
