"""What sounds alike, and why?"""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.errors import QueryError, StoreError, VectorIndexError
from resona.library.warm import Warm
from resona.recommend import (
    Exclusions,
    Found,
    Mix,
    Query,
    Reasons,
    Recommendations,
    Request,
    SimilarGroups,
    Versions,
    Way,
    draw_mix,
    explain_tracks,
    export_distances,
    export_embeddings,
    export_features,
    find,
    find_path,
    list_versions,
    nearest_to_mean,
    needs_all,
    recommend,
    recommend_nearby,
    shared_words,
    similar_groups,
    split_library,
    word_columns,
)
from resona.recommend.catalogue.catalogue import Catalogue
from resona.recommend.catalogue.graph import MEMORY, Graph
from resona.recommend.filters.exclusions import count_excluded
from resona.recommend.mixes.radio import RadioConfig
from resona.recommend.words.find import fitting
from resona.recommend.words.said import heard_tracks
from resona.store import Recipe
from resona.teach import Teacher
from resona.tracks import Track

HISTORY_SECONDS = 0.5  # a list is worth more than being remembered: it does not wait longer for a scan


class Lists:
    """The lists that a library gives: ``library.lists``.

    Options of lists are the fields of `resona.recommend.Request` and, by their own names, of its `Limits`.
    """

    def __init__(
        self, labels: Teacher, genre_groups: Mapping[str, Sequence[str]], *, warm: Warm[Catalogue] | None = None
    ) -> None:
        self._labels, self._genre_groups, self._warm = labels, genre_groups, warm

    def warmed(self) -> "Lists":
        """Give the same lists, but quick while the library changes; see `Warm`."""
        return Lists(self._labels, self._genre_groups, warm=Warm(self._loaded, lambda: self._labels.key))

    @property
    def key(self) -> str:
        """What changes whenever lists may: with judgements, words of one's own, library, model and exclusions."""
        exclusions = self._exclusions
        return json.dumps([self._labels.key, exclusions.patterns, exclusions.default])

    @property
    def is_preparing(self) -> bool:
        """Whether lists are being worked out anew, as after a change; until then `warmed` ones give the last state."""
        return self._warm is not None and self._warm.is_loading

    def renew(self) -> None:
        """Wait until `warmed` lists give the state of now: for whoever has just changed it."""
        if self._warm is not None:
            self._warm.renew()

    def settle(self) -> None:
        """Wait until `warmed` lists are not being worked out: before the library is closed."""
        if self._warm is not None:
            self._warm.settle()

    def load(self) -> None:
        """Load what lists come from, so that the first one need not wait for it.

        Raises
        ------
        VectorIndexError
            If the library is empty.
        """
        _ = self.catalogue

    def _loaded(self) -> Catalogue:
        catalogue = self._labels.catalogue
        _ = catalogue.ranker, catalogue.attributes  # loaded now, not at the first request
        return catalogue

    @property
    def catalogue(self) -> Catalogue:
        """What lists come from: the vectors and tracks as the profile's owner hears them."""
        return self._warm.get() if self._warm else self._labels.catalogue

    def recommend(self, *queries: str | Query, **options: Any) -> Recommendations:
        """Find the most similar tracks.

        Parameters
        ----------
        queries
            Titles, artists and titles, paths in the library, or any audio files.
        options
            Such as ``k=10`` or ``per_artist=1``.

        Raises
        ------
        UnknownTrackError
            If a query means nothing, or several songs.
        AudioError
            If an audio file outside the library cannot be heard.
        VectorIndexError
            If the library is empty.
        """
        request = self._request(queries, options)
        graph = None if needs_all(request) else self._labels.graph
        return recommend_nearby(graph, request) if graph else recommend(self.catalogue, request)

    def index(
        self,
        *,
        memory: str = MEMORY,
        is_anew: bool = False,
        on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> int:
        """Let lists of a large library in PostgreSQL be found without looking at every track; see `Graph.build`.

        Returns
        -------
        How many tracks were added to the index.

        Raises
        ------
        StoreError
            If the library is a file, which needs none, or its server or model cannot have one.
        """
        return Graph(self._labels.store, self._labels.base_model).build(
            memory=memory, is_anew=is_anew, on_progress=on_progress
        )

    def artists(self, *queries: str | Query, **options: Any) -> SimilarGroups:
        """Find the artists whose songs are most like the queries; see `resona.recommend.groups`."""
        return similar_groups(self.catalogue, self._request(queries, options), "artist")

    def albums(self, *queries: str | Query, **options: Any) -> SimilarGroups:
        """Find the albums whose songs are most like the queries; see `resona.recommend.groups`."""
        return similar_groups(self.catalogue, self._request(queries, options), "album")

    def find(self, text: str, **options: Any) -> Found:
        """Find tracks by words, such as "calm piano, no drums"; see `resona.recommend.words.find`.

        Raises
        ------
        QueryError
            If the model tells no words, or none of these.
        """
        return find(self.catalogue, text, self._request((text,), options))

    def gather(self, recipe: Recipe) -> list[int]:
        """Find the numbers of the tracks that a recipe asks for; see `resona.library.recipes`.

        Raises
        ------
        QueryError
            If its words are not told, or its filter cannot be read.
        """
        options = {"k": recipe.k, "where": recipe.where}
        if not recipe.words:
            tracks = heard_tracks(self.catalogue, (), recipe.where, self._genre_groups)
            return [track.track_id for track in tracks[: recipe.k]]
        found = self.find(recipe.words, **options)
        if found.asked.unknown:
            raise QueryError(" ".join(found.asked.sentences))
        return [match.track.track_id for match in found.results if match.likelihood >= recipe.least]

    def fits(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Say how well every track that was heard fits words: their numbers and 0…1, each of shape (n,).

        Raises
        ------
        QueryError
            If the model tells no words, or not these.
        """
        catalogue = self.catalogue
        return catalogue.track_ids, fitting(catalogue, text)

    def words(self) -> dict[str, str]:
        """List the words that can be told, each with its kind: "genre", "instrument", "voice", "mood" and so on.

        Raises
        ------
        QueryError
            If the model tells none.
        """
        return self.catalogue.vocabulary.kinds

    def radio(self, *queries: str | Query, hours: float = 1.0, **options: Any) -> Recommendations:
        """Draw a mix that drifts from song to song but stays near the queries; see `resona.recommend.draw_mix`."""
        config = {name: options.pop(name) for name in ("drift", "spacing", "seed", "lean") if name in options}
        return draw_mix(self.catalogue, self._request(queries, options), RadioConfig(seconds=3600 * hours, **config))

    def path(self, start: str | Query, end: str | Query, **options: Any) -> Way:
        """Find a way from one song to another in even steps; see `resona.recommend.find_path`."""
        return find_path(self.catalogue, self._request((start, end), options))

    def heard(self, tracks: Sequence[Track]) -> list[Track]:
        """Leave out the tracks that the model has not heard, in their order.

        Raises
        ------
        VectorIndexError
            If the library is empty.
        """
        catalogue = self.catalogue
        return [track for track in tracks if len(catalogue.rows_of([track]))]

    def typical(self, tracks: Sequence[Track]) -> list[Track]:
        """Find the three tracks nearest to the mean of some, such as an artist's; those not heard are left out."""
        rows = self.catalogue.rows_of(tracks)
        return self.catalogue.tracks_at(nearest_to_mean(self.catalogue, rows)) if len(rows) else []

    def similarities(self, track: Track, others: Sequence[Track]) -> list[float]:
        """Say how alike one track is to each of others, 0–1; all must have been heard."""
        catalogue = self.catalogue
        vector, rows = catalogue.vectors[catalogue.rows_of([track])], catalogue.rows_of(others)
        likely = catalogue.ranker.probabilities(catalogue.ranker.distances(vector, rows)[0]).tolist()
        return [1.0 if other == track else value for other, value in zip(others, likely, strict=True)]

    def mixes(self, n_mixes: int = 0, *, where: str = "", seed: int = 0) -> list[Mix]:
        """Split the library into groups that sound alike, and name them; see `resona.recommend.split_library`."""
        return split_library(self.catalogue, n_mixes=n_mixes, where=where, genre_groups=self._genre_groups, seed=seed)

    def explain(self, a: str | Query, b: str | Query) -> Reasons:
        """Say why two tracks are alike, or not; see `resona.recommend.explain_tracks`."""
        return explain_tracks(self.catalogue, a, b)

    def shared_words(self, track: Track, others: Sequence[Track]) -> list[tuple[str, ...]]:
        """Name what a track shares with each of others in words, the most telling first; all must have been heard."""
        return shared_words(self.catalogue, track, others)

    def versions(self, **wanted: Any) -> list[Versions]:
        """Group the versions of each song; what may be wanted says `resona.recommend.list_versions`."""
        return list_versions(self.catalogue, **wanted)

    # What is left out

    def exclusions(self) -> list[dict[str, Any]]:
        """Say what is never recommended, and how many tracks that is; see `count_excluded`."""
        try:
            catalogue = self.catalogue
        except VectorIndexError:  # nothing was heard yet, but patterns may be there
            known = self._exclusions
            return [
                {"pattern": text, "n_tracks": 0, "is_default": text == known.default, "is_applied": True}
                for text in (known.default, *known.patterns)
                if text
            ]
        return count_excluded(catalogue, self._genre_groups)

    def exclude(self, *patterns: str) -> None:
        """Never recommend what matches a pattern or filter.

        Raises
        ------
        QueryError
            If one cannot be read; then none is added.
        """
        self._exclusions.add(patterns, genre_groups=self._genre_groups)

    def include(self, *patterns: str) -> None:
        """Take exclusions back.

        Raises
        ------
        QueryError
            If one was never added; then none is removed.
        """
        self._exclusions.remove(patterns)

    def set_default_exclusion(self, text: str | None) -> None:
        """Change the default exclusion; None brings back Resona's own, an empty text switches it off.

        Raises
        ------
        QueryError
            If the filter cannot be read.
        """
        self._exclusions.set_default(text, genre_groups=self._genre_groups)

    # What is remembered and written

    def remember(self, found: Recommendations, *, is_forgetting: bool = False) -> None:
        """Keep what was given, so that `is_fresh` can leave it out; forget what was given before, if asked.

        A library that may only be read, or is being written to, still answers.

        Raises
        ------
        StoreError
            If it should forget, and cannot.
        """
        store = self._labels.store
        try:
            with store.writing(patience_seconds=HISTORY_SECONDS):
                if is_forgetting:
                    store.history.clear(found.history_key)
                store.history.add(found.history_key, [result.track.track_id for result in found.results])
        except StoreError:
            if is_forgetting:
                raise

    def export_embeddings(self, path: Path) -> int:
        """Write `paths` and `embeddings` as .npz; see `resona.recommend.export`."""
        return export_embeddings(self.catalogue, path)

    def export_distances(self, path: Path) -> int:
        """Write the distances that lists are ordered by, in the MIREX format; see `resona.recommend.export`."""
        return export_distances(self.catalogue, path)

    def export_features(self, path: Path, words: Sequence[str] = ()) -> int:
        """Write tags, descriptors and words as a table; see `resona.recommend.export`."""
        columns = word_columns(self.catalogue, words) if words else {}
        return export_features(self._labels.store, path, columns)

    @property
    def _exclusions(self) -> Exclusions:
        return Exclusions(self._labels.store)

    def _request(self, queries: Sequence[str | Query], options: dict[str, Any]) -> Request:
        return Request.of(queries, **{"genre_groups": self._genre_groups, **options})
