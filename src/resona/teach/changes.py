"""What did the answers change? The songs that moved most in other songs' lists, up and down."""

from dataclasses import dataclass

import numpy as np

from resona.recommend.catalogue.catalogue import Catalogue
from resona.tracks import Track, track_dict

N_SEEDS = 50  # songs whose lists are compared
N_PLACES = 10  # a list's length


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A song that is now nearer to another, or farther from it.

    Attributes
    ----------
    seed, track
        The song that was asked for, and the one that moved in its list.
    before, after
        Its place in the list of all songs by the model alone, and by what was learned; 1 is the nearest.
    """

    seed: Track
    track: Track
    before: int
    after: int

    def as_dict(self) -> dict[str, object]:
        """Give the fields that programs rely on."""
        return {
            "seed": track_dict(self.seed),
            "track": track_dict(self.track),
            "before": self.before,
            "after": self.after,
        }


def find_moved(base: Catalogue, personal: Catalogue, *, n: int = 5, seed: int = 0) -> tuple[list[Moved], list[Moved]]:
    """Compare the lists of songs drawn at random, before and after.

    Parameters
    ----------
    base, personal
        The same tracks, without and with what was learned.
    n
        How many in each direction.
    seed
        Draws the songs.

    Returns
    -------
    Songs that came into somebody's first ten, those from farthest away first; and songs that fell out of them, those
    that fell farthest first. Each song, and each list, appears once.
    """
    rng = np.random.default_rng(seed)
    seeds = rng.choice(len(base), min(N_SEEDS, len(base)), replace=False)
    before, after = (_places(catalogue, seeds) for catalogue in (base, personal))
    risen = _largest(np.where(after <= N_PLACES, before - after, 0), n)
    fallen = _largest(np.where(before <= N_PLACES, after - before, 0), n)

    def moved(line: int, row: int) -> Moved:
        seed_track, track = base.tracks_at(np.array([seeds[line], row]))
        return Moved(seed=seed_track, track=track, before=int(before[line, row]), after=int(after[line, row]))

    return [moved(*place) for place in risen], [moved(*place) for place in fallen]


def _places(catalogue: Catalogue, seeds: np.ndarray) -> np.ndarray:
    """Count the songs that are nearer to each seed, shape (s, n); the seed itself is 0."""
    distances = catalogue.ranker.distances(np.asarray(catalogue.vectors)[seeds])
    distances[np.arange(len(seeds)), seeds] = -np.inf
    order = np.argsort(distances, axis=1, kind="stable")
    places = np.empty(order.shape, np.int64)
    np.put_along_axis(places, order, np.arange(order.shape[1])[None], axis=1)
    return places


def _largest(moves: np.ndarray, n: int) -> list[tuple[int, int]]:
    """Find the largest moves, no line and no row twice."""
    found: list[tuple[int, int]] = []
    moves = moves.copy()
    while len(found) < n and moves.size and moves.max() > 0:
        line, row = np.unravel_index(moves.argmax(), moves.shape)
        found.append((int(line), int(row)))
        moves[line], moves[:, row] = 0, 0
    return found
