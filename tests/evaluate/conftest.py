"""Libraries of made-up features."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from made_features import fill_library

from resona.evaluate import Evaluation, evaluate
from resona.library import Library

Fill = Callable[..., Library]


@pytest.fixture
def fill(tmp_path: Path) -> Iterator[Fill]:
    """Make a library; `spread` is how far apart the genres are, `shuffled` gives genres at random."""
    opened: list[Library] = []

    def make(*, spread: float = 8.0, shuffled: bool = False) -> Library:
        library = Library(tmp_path / f"{len(opened)}.db")
        opened.append(library)
        fill_library(library, spread=spread, shuffled=shuffled)
        return library

    yield make
    for library in opened:
        library.close()


@pytest.fixture(scope="session")
def evaluation(tmp_path_factory: pytest.TempPathFactory) -> Evaluation:
    """One evaluation of such a library, for tests that only read it."""
    with Library(tmp_path_factory.mktemp("measured") / "library.db") as library:
        fill_library(library)
        return evaluate(library.store, library.model, {})
