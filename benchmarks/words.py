"""Do words find what people call so, and are words of one's own learned from five songs?

    .venv/bin/resona --library corpus.db scan ../shared/corpus ../shared/corpus-extra         once
    python benchmarks/words.py corpus.db --shared ../shared
    python benchmarks/words.py large.db                                            speed alone, on any library

Twenty plain queries on the tracks whose genre people gave (`tag` and `curated`, and the guesses of `corpus-extra`):
precision at 10 by sound and by searching titles alone, beside chance. Then words of one's own: five songs of a genre by
five artists, and how well the word ranks songs by others (ROC-AUC, three seeds); five songs drawn at random, and how
often they are refused. Beside that, the same over forty draws, and what a linear map tells that was learned from the
labels of all tracks by other artists (ridge, five folds, the best of five strengths): five songs can hardly tell more
than all labels do. The same on music that people own (`validation`), on which the way of learning was chosen. The base
model has heard the rest in training, though never these labels.
"""

import argparse
import csv
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resona.inference import Model
from resona.library import Library
from resona.metrics.pairs import roc_auc
from resona.teach.own_words import FEWEST, LEAST, OwnWord, learn_word, library_rows

Mask = NDArray[np.bool_]

K, N_SEEDS, N_TRIES, FEWEST_ARTISTS = 10, 3, 300, 6
N_DRAWS, N_FOLDS, STRENGTHS = 40, 5, (0.1, 0.3, 1.0, 3.0, 10.0)  # for what three seeds and five songs leave open
QUERIES = {  # and the labels that answer them; "+" has vocals, "-" has none
    "electronic": "electronic electronic_synth electronic_vocal dance hiphop_electronic rock_electronic",
    "metal": "metal rock_metal_game death_metal",
    "orchestral": "orchestral orchestral_game orchestral_piano",
    "classical music": "classical classical_wind_quintet classical_piano orchestral_piano orchestral",
    "ambient": "ambient game_ambient",
    "folk": "world_folk folk acoustic_folk_rock",
    "rock": "rock rock_metal_game noise_rock psychedelic_rock pop_rock funk_rock country_rock game_rock_pop",
    "jazz": "jazz jazz_funk",
    "pop": "pop pop_rock chinese_pop",
    "hip-hop": "hiphop rap lofi_hiphop hiphop_electronic",
    "country": "western_country country country_rock",
    "chiptune": "chiptune chiptune_tracker game_retro",
    "acoustic": "acoustic acoustic_folk_rock folk",
    "funk": "funk jazz_funk funk_rock",
    "blues": "blues",
    "piano": "piano orchestral_piano classical_piano",
    "songs with vocals": "+",
    "electronic with vocals": "electronic+ electronic_synth+ electronic_vocal+ dance+",
    "rock, no vocals": "rock- rock_metal_game- game_rock_pop-",
    "psychedelic rock": "psychedelic_rock",
}


def read_labels(shared: Path) -> dict[str, tuple[str, str]]:
    """Give the genre and the sign of vocals of each file that people labelled, by the end of its path."""
    found = {}
    for folder, name, column in (("corpus", "manifest-a", "genre"), ("corpus-extra", "manifest", "genre_guess")):
        with (shared / folder / f"{name}.csv").open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if row.get("label_source") != "auto":
                    sign = {"yes": "+", "no": "-"}.get(row["has_vocals"], "")
                    found["/".join([*folder.split(), row["path"]])] = row[column], sign
    return found


class Labelled:
    """The tracks of a library that people labelled."""

    def __init__(self, library: Library, shared: Path) -> None:
        labels = read_labels(shared)
        self.library, self.catalogue = library, library.catalogue
        ends = ["/".join(Path(path).parts[-n:]) for path in self.catalogue.columns.texts["path"] for n in (3, 2)]
        each = [
            labels.get(long, labels.get(short, ("", ""))) for long, short in zip(ends[::2], ends[1::2], strict=True)
        ]
        self.genres, self.signs = (np.array(column) for column in zip(*each, strict=True))
        self.is_known: Mask = self.genres != ""
        self.artists = np.array([min(keys, default="") for keys in self.catalogue.attributes.artists])

    def answers(self, labels: str) -> tuple[Mask, Mask]:
        """Say which tracks answer a query, and of which it is known whether they do."""
        wanted = labels.split()
        has_signs = labels[-1] in "+-"
        said = np.char.add(self.genres, self.signs) if has_signs and wanted != ["+"] else self.genres
        right = self.signs == "+" if wanted == ["+"] else np.isin(said, wanted)
        return right, self.is_known & (self.signs != "") if has_signs else self.is_known

    def precision(self, track_ids: list[int], right: Mask, known: Mask) -> float:
        """Give the share of right tracks among the first ten of which it is known."""
        rows = self.catalogue.rows_of_ids(track_ids)
        listed = rows[known[rows]][:K]
        return float(right[listed].sum() / K)


def measure_queries(data: Labelled) -> None:
    """Print precision at 10."""
    sums = np.zeros(3)
    print("| query | right | by sound | titles | chance |\n|---|---|---|---|---|")
    for query, labels in QUERIES.items():
        right, known = data.answers(labels)
        options = {"k": len(right), "per_artist": 0, "per_album": 0, "with_versions": True, "with_excluded": True}
        sounding = [match.track.track_id for match in data.library.lists.find(query, **options).results]
        named = [track.track_id for track in data.library.tracks.search(query, limit=len(right))]
        values = [data.precision(ids, right, known) for ids in (sounding, named)] + [float(right[known].mean())]
        sums += values
        cells = " | ".join(f"{value:.2f}" for value in values)
        print(f"| {query} | {right[known].sum()} | {cells} |")
    sound, titles, chance = sums / len(QUERIES)
    print(f"mean: by sound {sound:.3f}, titles {titles:.3f}, chance {chance:.3f}: {sound / chance:.1f} times chance")


def measure_own(data: Labelled) -> list[float]:
    """Print how well own words find others, and how often random songs are refused."""
    tasks = {
        query: data.answers(labels)
        for query, labels in QUERIES.items()
        if labels[-1] not in "+-" and len(set(data.artists[np.logical_and(*data.answers(labels))])) >= FEWEST_ARTISTS
    }
    traits = data.catalogue.model.words.traits(data.catalogue.vectors)
    return measure_learning("people's labels", traits, data.artists, tasks)


def measure_owned(shared: Path, model: Model) -> list[float]:
    """Print the same on music that people own; the way of learning was chosen on it."""
    stored = np.load(shared / "validation" / "validation.npz")
    with (shared / "validation" / "labels.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    genres, artists = (np.array([row[name] for row in rows]) for name in ("genre", "artist"))
    clips = stored["scale"][:, :, None] * stored["q"].astype(np.float32)
    vectors = np.stack([model.embed(clips[stored["track"] == row]) for row in range(len(genres))])
    known = np.ones(len(genres), np.bool_)
    tasks = {genre: (genres == genre, known) for genre in np.unique(genres)}
    tasks = {genre: task for genre, task in tasks.items() if len(set(artists[task[0]])) >= FEWEST_ARTISTS}
    return measure_learning("music that people own", model.words.traits(vectors), artists, tasks)


def measure_learning(
    name: str, traits: NDArray[np.float32], artists: NDArray[np.str_], tasks: Mapping[str, tuple[Mask, Mask]]
) -> list[float]:
    """Learn each genre from five songs by five artists and rank those of others; then words from random songs.

    Returns the area of each genre, a mean over `N_SEEDS`.
    """
    library = library_rows(len(traits))

    def learn(rows: Sequence[int]) -> OwnWord:
        return learn_word(traits[list(rows)], traits[library[~np.isin(library, rows)]])

    areas: dict[str, list[float]] = {}
    for genre, (right, known) in tasks.items():
        for seed in range(N_DRAWS):
            rng = np.random.default_rng(seed)
            chosen = rng.permutation(sorted(set(artists[right & known])))[:FEWEST]
            rows = [int(rng.choice(np.flatnonzero(right & known & (artists == artist)))) for artist in chosen]
            others = known & ~np.isin(artists, chosen)
            areas.setdefault(genre, []).append(roc_auc(traits[others] @ learn(rows).weights, right[others]))
    means = {genre: statistics.mean(values[:N_SEEDS]) for genre, values in areas.items()}
    print(f"own words, {name}: " + ", ".join(f"{genre} {value:.2f}" for genre, value in means.items()))
    print(f"median area over {len(means)} genres: {statistics.median(means.values()):.3f}")
    median = statistics.median(map(statistics.mean, areas.values()))
    told = statistics.median(told_by_labels(traits, artists, task) for task in tasks.values())
    print(f"over {N_DRAWS} draws: {median:.3f}; learned from all labels of other artists: {told:.3f}")
    rng = np.random.default_rng(9)
    draws = [rng.choice(len(traits), FEWEST, replace=False).tolist() for _ in range(N_TRIES)]
    print(f"five random songs: refused in {sum(learn(rows).agreement < LEAST for rows in draws)} of {N_TRIES}")
    return list(means.values())


def told_by_labels(traits: NDArray[np.float32], artists: NDArray[np.str_], task: tuple[Mask, Mask]) -> float:
    """Give the area of a linear map learned from the labels of all tracks by other artists."""
    right, known = task
    names, of_artist = np.unique(artists, return_inverse=True)
    folds = np.random.default_rng(0).integers(0, N_FOLDS, len(names))[of_artist]
    centred, areas = traits - traits.mean(axis=0), []
    for strength in STRENGTHS:
        values = np.zeros(len(traits))
        for fold in range(N_FOLDS):
            rows, label = centred[known & (folds != fold)], right[known & (folds != fold)].astype(float)
            spread = rows.T @ rows
            spread += strength * np.trace(spread) / len(spread) * np.eye(len(spread))
            values[folds == fold] = centred[folds == fold] @ np.linalg.solve(spread, rows.T @ (label - label.mean()))
        areas.append(roc_auc(values[known], right[known]))
    return max(areas)


def measure_speed(path: Path) -> None:
    """Print how long an answer takes, warm and cold."""
    query = "calm piano, no drums, 70s feel"
    with Library(path, is_new_allowed=False) as library:
        library.lists.find(query)
        times = []
        for _ in range(5):
            start = time.perf_counter()
            library.lists.find(query)
            times.append(time.perf_counter() - start)
        warm, n_tracks = min(times), len(library.catalogue)
    command = [sys.executable, "-m", "resona", "--library", str(path), "find", query, "--paths"]
    times = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    print(f"{n_tracks:,} tracks: {1000 * warm:.0f} ms warm, {1000 * min(times):.0f} ms cold")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("--shared", type=Path, help="the folder with `corpus` and `corpus-extra`")
    options = parser.parse_args()
    if options.shared:
        with Library(options.library, is_new_allowed=False) as library:
            data = Labelled(library, options.shared)
            measure_queries(data)
            areas = measure_own(data) + measure_owned(options.shared, library.model)
            print(f"median area over all {len(areas)} genres: {statistics.median(areas):.3f}")
    measure_speed(options.library)


if __name__ == "__main__":
    main()
