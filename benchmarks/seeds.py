"""How should several seeds be joined?

Draws seeds of one genre by different artists, asks for a list without these artists, and counts how much of it has that
genre; and draws two seeds each of two genres, and counts how much of the list has the rarer of the two. All methods get
the same seeds; differences have 95 % intervals over the draws::

    python benchmarks/seeds.py library.db --model mfcc

Artists that the model has learned from are left out, as seeds and as results, unless told otherwise.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resona.artists import artist_key
from resona.inference import Bundle
from resona.library import Library
from resona.pairs import artist_digest
from resona.recommend import Catalogue, Query, Request, recommend
from resona.recommend.limits import Limits
from resona.recommend.queries.seeds import centroid
from resona.tracks import Track, fold

K = 10
METHODS = ("one seed", "centre", "mean", "best", "fusion")


class Draws:
    """Seeds with known answers, drawn from the tracks that may be used."""

    def __init__(self, catalogue: Catalogue, *, with_known: bool, seed: int = 0) -> None:
        self.catalogue = catalogue
        self.rng = np.random.default_rng(seed)
        manifest = catalogue.model.manifest if isinstance(catalogue.model, Bundle) else None
        known = set(manifest.trained_artists) if manifest and not with_known else set()
        self.tracks = [
            track
            for track in catalogue.tracks
            if track.tags.genres and artist_digest(artist_key(track.tags.artist)) not in known
        ]
        self.allowed = {track.track_id for track in self.tracks}
        self.genres = {track.track_id: fold(track.tags.genres[0]) for track in self.tracks}
        artists: dict[str, set[str]] = {}
        for track in self.tracks:
            artists.setdefault(self.genres[track.track_id], set()).add(artist_key(track.tags.artist))
        self.choices = sorted(genre for genre, names in artists.items() if len(names) >= 6)

    def seeds(self, genre: str, n: int) -> list[Track]:
        """Draw tracks of a genre, each by another artist."""
        of_genre = [track for track in self.tracks if self.genres[track.track_id] == genre]
        chosen: dict[str, Track] = {}
        for place in self.rng.permutation(len(of_genre)):
            chosen.setdefault(artist_key(of_genre[place].tags.artist), of_genre[place])
            if len(chosen) == n:
                break
        return list(chosen.values())

    def answer(self, tracks: list[Track], method: str) -> list[str]:
        """Give the genres of a list."""
        queries = [Query(text=track.label, tracks=(track,)) for track in tracks]
        if method == "one seed":
            queries = queries[:1]
        elif method == "centre":
            rows = self.catalogue.rows_of(tracks)
            names = "; ".join(track.tags.artist for track in tracks)
            queries = [Query(text="centre", vector=centroid(self.catalogue.directions[rows]), artist=names)]
        request = Request(
            queries=tuple(queries),
            k=len(self.catalogue) - len(tracks),
            method=method if method in ("mean", "best", "fusion") else "mean",
            limits=Limits(per_artist=0, per_album=0, with_versions=True, is_strict=True),
            with_excluded=True,
        )
        artists = {artist_key(track.tags.artist) for track in tracks}
        listed = [result.track for result in recommend(self.catalogue, request).results]
        fair = [
            track for track in listed if track.track_id in self.allowed and artist_key(track.tags.artist) not in artists
        ]
        return [self.genres[track.track_id] for track in fair[:K]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("--model", default="mfcc")
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--with-known", action="store_true", help="Artists that the model has learned from, too.")
    arguments = parser.parse_args()
    with Library(arguments.library) as library:
        library.use_model(arguments.model)
        draws = Draws(library.catalogue, with_known=arguments.with_known)
        print(f"{library.model.name}: {len(draws.tracks)} tracks, genres {', '.join(draws.choices)}")
        if len(draws.choices) < 2:
            print("fewer than two genres with six artists that the model has not learned from")
            return
        print(f"\none genre, 3 seeds: share of the first {K} with it")
        report(draws, arguments.draws, one_genre)
        print(f"\ntwo genres, 2 seeds each: share of the first {K} with the rarer one")
        report(draws, arguments.draws, two_genres)


def one_genre(draws: Draws) -> dict[str, float]:
    genre = str(draws.rng.choice(draws.choices))
    tracks = draws.seeds(genre, 3)
    return {method: draws.answer(tracks, method).count(genre) / K for method in METHODS}


def two_genres(draws: Draws) -> dict[str, float]:
    genres = [str(name) for name in draws.rng.choice(draws.choices, 2, replace=False)]
    tracks = [track for genre in genres for track in draws.seeds(genre, 2)]
    lists = {method: draws.answer(tracks, method) for method in METHODS}
    return {method: min(found.count(genre) for genre in genres) / K for method, found in lists.items()}


def report(draws: Draws, n_draws: int, draw: Callable[[Draws], dict[str, float]]) -> None:
    """Print means and differences to the mean of similarities."""
    rows = [draw(draws) for _ in range(n_draws)]
    values = {method: np.array([row[method] for row in rows]) for method in METHODS}
    for method, scores in values.items():
        low, high = interval(scores - values["mean"])
        print(f"{method:<10} {scores.mean():.3f}   minus mean: {low:+.3f} to {high:+.3f}")


def interval(differences: NDArray[np.float64]) -> tuple[float, float]:
    """Resample the draws."""
    rng = np.random.default_rng(0)
    means = [rng.choice(differences, len(differences)).mean() for _ in range(2000)]
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


if __name__ == "__main__":
    main()
