"""Which tracks of the library are versions of one song?"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from resona.recommend.catalogue.building import KINDS
from resona.recommend.catalogue.catalogue import Catalogue
from resona.tracks import Track, track_dict


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Tracks that are versions of one song, and what each is.

    Attributes
    ----------
    tracks
        The one whose title says least about a version first.
    kinds
        As `tracks`: "original" for the first, then "same recording" or "version".
    """

    tracks: tuple[Track, ...]
    kinds: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give what `resona duplicates --json` prints."""
        pairs = zip(self.tracks, self.kinds, strict=True)
        return {"tracks": [{**track_dict(track), "kind": kind} for track, kind in pairs]}


def list_versions(
    catalogue: Catalogue, *, is_recording: bool = False, offset: int = 0, limit: int | None = None
) -> list[Versions]:
    """Group the versions of each song; see `resona.recommend.versions.groups` for the rules.

    Lists show one of each group, whichever is most like the seeds. Nothing is merged or deleted.

    Parameters
    ----------
    catalogue
        The library.
    is_recording
        Only groups that hold one recording twice or more.
    offset, limit
        Which groups are wanted; the tracks of all others are not read.
    """
    numbers, kinds = (np.asarray(catalogue.snapshot.arrays[name]) for name in ("versions", "kinds"))
    order = np.lexsort((np.arange(len(numbers)), kinds != KINDS.index("original"), numbers))
    order = order[numbers[order] >= 0]
    groups = np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1) if len(order) else []
    if is_recording:
        groups = [rows for rows in groups if KINDS.index("same recording") in kinds[rows]]
    return [
        Versions(tracks=tuple(catalogue.tracks_at(rows)), kinds=tuple(KINDS[kind] for kind in kinds[rows]))
        for rows in groups[offset : None if limit is None else offset + limit]
    ]
