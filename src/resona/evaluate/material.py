"""Which tracks is a model measured on? Those whose artists it has not met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resona.errors import SplitError
from resona.metrics.rankings import label_matrix
from resona.pairs import PairConfig, PairSet, SplitConfig, draw_pairs, split_artists
from resona.pairs.labelled import LabelledTracks
from resona.store import Store

N_PAIRS = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The tracks that are asked, and what is known of them.

    Attributes
    ----------
    labelled
        All tracks with features, by position.
    splits
        Shape (n,): each track's split.
    rows
        Positions of the tracks that are measured: queries and candidates alike.
    """

    labelled: LabelledTracks
    splits: NDArray[np.str_]
    rows: NDArray[np.int64]

    @property
    def genres(self) -> NDArray[np.bool_]:
        """Shape (m, n_genres), of the measured tracks."""
        return label_matrix([self.labelled.genres[row] for row in self.rows.tolist()]).members

    @property
    def genre_names(self) -> tuple[str, ...]:
        """The genres of the measured tracks, in the order of `genres`."""
        return label_matrix([self.labelled.genres[row] for row in self.rows.tolist()]).names

    @property
    def artists(self) -> list[frozenset[str]]:
        """Everybody credited by the measured tracks."""
        return [self.labelled.artists[row] for row in self.rows.tolist()]

    @property
    def main_artists(self) -> list[str]:
        """The one artist of each measured track by whom it is counted and resampled."""
        return [self.labelled.main_artists[row] for row in self.rows.tolist()]

    @property
    def groups(self) -> dict[str, Sequence[str | frozenset[str]]]:
        """Artists and album of the measured tracks."""
        return {"artist": self.artists, "album": [self.labelled.albums[row] for row in self.rows.tolist()]}

    @property
    def artist_labels(self) -> NDArray[np.bool_]:
        """Shape (m, n_artists): artists as labels, for artist retrieval."""
        return label_matrix(self.artists).members

    def require_measurable(self) -> None:
        """Refuse what no measure would say anything about.

        Raises
        ------
        SplitError
            If there is nobody to ask, nobody to learn from, or nothing to tell apart.
        """
        if not len(self.rows):
            raise SplitError("nothing can be measured: no test track has a genre and could be heard; add some")
        if not (self.splits == "train").any():
            raise SplitError(
                "nothing can be compared: there is no training track, by which the plain MFCC baseline is "
                "standardised; keep some back from --test, or leave --test out and measure on all tracks with --all"
            )
        if len(self.genre_names) == 1:
            raise SplitError(
                f"nothing can be measured: the tracks are all {len(self.rows)} of the genre {self.genre_names[0]!r}: "
                "whatever is found is right"
            )

    def track_ids(self, rows: NDArray[np.int64]) -> list[int]:
        """Give the ids of tracks by position."""
        return [self.labelled.tracks[row].track_id for row in rows.tolist()]

    def pairs(self, rows: NDArray[np.int64], *, seed: int = 0) -> PairSet | None:
        """Draw labelled pairs among some tracks, across artists, if there are any; positions are those of `rows`."""
        genres = [self.labelled.genres[row] for row in rows.tolist()]
        artists = [self.labelled.artists[row] for row in rows.tolist()]
        config = PairConfig(n_pairs=N_PAIRS, across_artists=True)
        try:
            return draw_pairs(genres, artists, config, rng=np.random.default_rng(seed))
        except SplitError:
            return None


def gather(
    store: Store,
    features_id: str,
    *,
    is_all: bool = False,
    given: Mapping[int, str] | None = None,
    config: SplitConfig | None = None,
) -> Material:
    """Choose what to measure on.

    Parameters
    ----------
    store
        The library.
    features_id
        Only tracks with features under this fingerprint count, so that everybody is asked the same.
    is_all
        Take every track with a genre, not only the test split's: fair only to models that were not trained here.
    given
        Track to split, as a data set has it: other tracks are left out. Without, or with none named, artists are split.
    config
        The split.

    Raises
    ------
    SplitError
        If there are too few artists or genres.
    """
    store.features.check_kept()
    heard = set(store.features.track_ids(features_id))
    if given is not None:
        heard &= set(given)
    labelled = LabelledTracks.of([track for track in store.tracks.all() if track.track_id in heard])
    if given and any(given.values()):
        splits = np.array([given[track.track_id] for track in labelled.tracks], "<U10")
    else:
        splits = split_artists(labelled.artists, labelled.genres, config)
    has_genre = np.array([bool(genres) for genres in labelled.genres], np.bool_)
    return Material(labelled=labelled, splits=splits, rows=np.flatnonzero(has_genre & (is_all | (splits == "test"))))
