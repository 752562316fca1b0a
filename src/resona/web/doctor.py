"""What the doctor found when it last looked at the library; an examination runs in the background."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from resona.library import Library
from resona.web.jobs import LongTask, Tell
from resona.web.views import TrackView, track_fields

if TYPE_CHECKING:
    from resona.library import Finding

MOST_SHOWN = 500  # tracks of each kind that are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedView(TrackView):
    """A track, and a remark on it."""

    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """Something that harms lists or measures: why it matters, and the tracks concerned, the worst first."""

    kind: str
    why: str
    n_tracks: int
    tracks: list[NotedView]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminationView:
    """What was found, and when; null before the first examination since the server began.

    `is_current` says whether library and model are still as they were then.
    """

    examined_at: str | None
    is_current: bool
    findings: list[FindingView]


class Doctor:
    """Examines a library, and remembers what it found.

    Parameters
    ----------
    library
        The library.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._last: tuple[str, object, list[FindingView]] | None = None

    def task(self) -> LongTask:
        """Give what runs in the background."""
        stopped = "Stopped; what was found before is as it was."
        return LongTask(kind="doctor", stage="comparing", work=self._examine, stopped=stopped)

    def view(self, n: int) -> ExaminationView:
        """Tell what was found, with up to `n` tracks of each kind."""
        if self._last is None:
            return ExaminationView(examined_at=None, is_current=False, findings=[])
        moment, key, found = self._last
        shown = [FindingView(kind=one.kind, why=one.why, n_tracks=one.n_tracks, tracks=one.tracks[:n]) for one in found]
        return ExaminationView(examined_at=moment, is_current=key == self._key, findings=shown)

    @property
    def _key(self) -> object:
        return self._library.model.model_id, self._library.music.version

    def _examine(self, tell: Tell) -> str:
        moment, key = datetime.now(UTC).isoformat(timespec="seconds"), self._key
        found = self._library.measures.examine(on_progress=lambda done, due: tell(n_done=done, n_due=due))
        self._last = moment, key, [_view(finding) for finding in found]
        return "The library is examined." if found else "Nothing to put right."


def _view(finding: "Finding") -> FindingView:
    noted = zip(finding.tracks[:MOST_SHOWN], finding.details, strict=False)
    return FindingView(
        kind=finding.kind,
        why=finding.why,
        n_tracks=len(finding.tracks),
        tracks=[NotedView(note=note, **track_fields(track)) for track, note in noted],  # type: ignore[arg-type]
    )
