"""What can a program ask of a music library? `Library`: the only door of the command line, the page and the scripts.

Its groups are small classes, each in a file of its own: `library.folders` (where the music is, scans, failures),
`library.models` (which model listens, training), `library.lists` (what sounds alike, and why), `library.labels` (a
person's judgements), `library.measures` (how good it is). Everything that a face names comes from here; each name is
imported from its room when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from resona.library.library import Library

if TYPE_CHECKING:
    from resona.evaluate import Evaluation as Evaluation
    from resona.ingest import ScanConfig as ScanConfig
    from resona.ingest import ScanProgress as ScanProgress
    from resona.ingest import ScanSummary as ScanSummary
    from resona.recommend import Query as Query
    from resona.recommend import Reasons as Reasons
    from resona.recommend import Recommendation as Recommendation
    from resona.recommend import Recommendations as Recommendations
    from resona.store import Label as Label
    from resona.teach import Moved as Moved
    from resona.teach import Question as Question

ROOMS = {
    "Evaluation": "evaluate",
    "Label": "store",
    "Moved": "teach",
    "Query": "recommend",
    "Question": "teach",
    "Reasons": "recommend",
    "Recommendation": "recommend",
    "Recommendations": "recommend",
    "ScanConfig": "ingest",
    "ScanProgress": "ingest",
    "ScanSummary": "ingest",
}
__all__ = ["Library", *ROOMS]  # noqa: PLE0604 - names of `ROOMS`


def __getattr__(name: str) -> Any:
    if name not in ROOMS:
        raise AttributeError(f"module 'resona.library' has no attribute {name!r}")
    return getattr(import_module(f"resona.{ROOMS[name]}"), name)
