"""How soon do lists follow a person's taste? Simulated listeners with hidden tastes; prints a table and writes JSON.

    python benchmarks/taste.py --library copy-of-the-library.db --out taste.json

The library must hold real music with its files in reach: a listener hears the audio with code of this file (tempo by
autocorrelation at 16 kHz, spectral centroid, share of percussion, flatness), not with the numbers that are learned
from, which come from other code and agree with these only roughly. Genre folders stand for instrumentation; the learner
does not see them. No year is known of this music, so each soundtrack is given one at random; the learner sees it as a
tag, off by up to a year, and missing for every fifth track. Answers are wrong one time in ten. Half of the songs are
never asked about; agreement is measured on triplets of these.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.library import Library
from resona.pairs.labelled import LabelledTracks
from resona.store import Label, TrackRecord
from resona.teach.personal import songs_of
from resona.teach.taste import (
    Answers,
    Facets,
    Questions,
    Songs,
    choose_questions,
    fit_weights,
    most_likely,
    no_answers,
    try_out,
)
from resona.tracks import Tags

Numbers = NDArray[np.float64]
Rows = NDArray[np.intp]
Distance = Callable[[Rows, Rows], Numbers]

SAMPLE_RATE = 16_000
MARKS = (50, 120, 200)
BATCH = 5
N_TEST = 3000
GROUPS = {
    "orchestral": "orchestra",
    "classical": "orchestra",
    "world_folk": "orchestra",
    "rock": "guitars",
    "metal": "guitars",
    "electronic": "machines",
    "chiptune_tracker": "machines",
    "ambient": "pads",
}
COIN_ANSWERS, N_COINS = 60, 100
UNHEARD = "unheard (control)"


# What a listener hears


def hear(path: Path) -> tuple[float, ...]:
    """Measure tempo, brightness, percussion and flatness of a file, with code of its own."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-ac", "1", "-ar", str(SAMPLE_RATE), "-f", "f32le", "pipe:1"]
    samples = np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, "<f4")
    frames = np.lib.stride_tricks.sliding_window_view(samples, 512)[::160]
    spectrum = np.abs(np.fft.rfft(frames * np.hanning(512).astype(np.float32), axis=1)).astype(np.float32) + 1e-9
    edges = np.unique(np.geomspace(1, 257, 25).astype(int))
    bands = np.add.reduceat(spectrum, edges[:-1], axis=1)
    hertz = np.arange(257) * SAMPLE_RATE / 512
    centroid = np.median(spectrum @ hertz / spectrum.sum(axis=1))
    power = spectrum[:, 1:] ** 2
    flatness = np.median(np.log(power).mean(axis=1) - np.log(power.mean(axis=1)))
    return measure_tempo(bands), float(np.log2(centroid)), measure_percussion(bands), float(flatness)


def measure_tempo(bands: NDArray[np.float32]) -> float:
    """Find the logarithm of the tempo: the best comb over the autocorrelation of the spectral flux."""
    level = np.log1p(100 * bands / bands.mean())
    flux = np.maximum(level[2:] - level[:-2], 0).sum(axis=1)
    flux -= np.convolve(flux, np.ones(100) / 100, "same")
    correlation = np.fft.irfft(np.abs(np.fft.rfft(flux, 2**13)) ** 2)[: len(flux) // 2]
    bpm = np.geomspace(50, 220, 300)
    teeth = ((0.5, 0.3), (1, 1), (2, 0.7), (3, 0.3), (4, 0.5))
    comb = sum(w * np.interp(k * 6000 / bpm, np.arange(len(correlation)), correlation) for k, w in teeth)
    return float(np.log2(bpm[np.argmax(comb * np.exp(-0.5 * (np.log2(bpm / 120) / 0.9) ** 2))]))


def measure_percussion(bands: NDArray[np.float32]) -> float:
    """Find the share of what is broad in frequency and short in time (median filters, Fitzgerald 2010)."""
    from scipy.ndimage import median_filter

    thin = bands[::3]
    steady, broad = median_filter(thin, (17, 1)), median_filter(thin, (1, 7))
    return float((thin * broad**2 / (steady**2 + broad**2 + 1e-12)).sum() / thin.sum())


def hear_all(library: Library, cache: Path) -> Numbers:
    """Measure every track of a library, shape (n, 4), once."""
    if not cache.exists():
        np.save(cache, np.array([hear(track.path) for track in library.labels.base.tracks]))
    measured: Numbers = np.load(cache)
    return measured


# Hidden tastes


def tastes_of(heard: Numbers, labelled: LabelledTracks, year: Numbers, rng: np.random.Generator) -> dict[str, Distance]:
    """Make ten tastes, and one of something that nobody can hear."""
    tempo, brightness, percussion, flatness = ((column - column.mean()) / column.std() for column in heard.T)
    group = np.array([GROUPS.get(genres[0], genres[0]) if genres else "" for genres in labelled.genres])
    artist, era = np.array(labelled.main_artists), (year - year.mean()) / year.std()

    def far(values: Numbers) -> Distance:
        return lambda i, j: np.abs(values[i] - values[j])

    def other(values: NDArray[Any]) -> Distance:
        return lambda i, j: 1.5 * (values[i] != values[j])

    def mixed(*parts: tuple[float, Distance]) -> Distance:
        return lambda i, j: np.sum([weight * part(i, j) for weight, part in parts], axis=0)

    return {
        "tempo": far(tempo),
        "brightness": far(brightness),
        "noise or tone": far(flatness),
        "percussion": far(percussion),
        "instruments": mixed((1, other(group)), (0.3, far(percussion))),
        "era": mixed((1, far(era)), (0.1, far(percussion))),
        "artist": mixed((1, other(artist)), (0.3, far(brightness))),
        "tempo + brightness": mixed((1, far(tempo)), (1, far(brightness))),
        "instruments + era": mixed((1, other(group)), (1, far(era))),
        "artist + tempo": mixed((1, other(artist)), (0.6, far(tempo))),
        "tempo + percussion + instruments": mixed((1, far(tempo)), (1, far(percussion)), (1, other(group))),
        UNHEARD: far(rng.standard_normal(len(year))),
    }


class Listener:
    """Somebody with a hidden taste, asked about one half of the songs and measured on the other."""

    def __init__(self, world: "World", distance: Distance, seed: int) -> None:
        self.world, self.distance = world, distance
        self.rng = np.random.default_rng(seed)
        self.answers = no_answers()

    def reply(self, questions: Questions) -> None:
        """Answer, one time in ten wrongly."""
        chosen = truth(self.distance, questions)
        wrong = self.rng.random(len(chosen)) < 0.1
        chosen = np.where(wrong, (chosen + self.rng.integers(1, 3, len(chosen))) % 3, chosen)
        self.answers = Answers(
            rows=np.concatenate([self.answers.rows, questions.rows]),
            chosen=np.concatenate([self.answers.chosen, chosen]),
            strength=np.ones(len(self.answers) + len(chosen)),
        )

    def interview(self, n: int, *, is_active: bool) -> None:
        """Answer up to n questions in all."""
        world = self.world
        while len(self.answers) < n:
            if is_active:
                chosen = choose_questions(
                    world.facets, world.places, self.answers, form="odd", n=BATCH, rng=self.rng, among=world.asked
                )
            else:
                chosen = draw(world.asked, n - len(self.answers), self.rng)
            self.reply(chosen)

    def gain(self) -> tuple[float, float, bool]:
        """Give what was gained on unseen songs: always learning, with the safeguard; and whether it let it pass."""
        world = self.world
        costs = self.answers.costs(world.facets, world.places)
        is_right = truth(self.distance, world.unseen)
        weights, is_used = fit_weights(costs, self.answers), try_out(costs, self.answers).is_better
        base = np.eye(len(weights))[0]
        agreement, before = (np.mean(most_likely(world.unseen_costs, w) == is_right) for w in (weights, base))
        gained = 100 * float(agreement - before)
        return gained, gained if is_used else 0.0, is_used


class World:
    """The songs, as the learner sees them, and which of them are asked about."""

    def __init__(self, songs: Songs, seed: int = 3) -> None:
        rng = np.random.default_rng(seed)
        self.facets = Facets.fit(songs)
        self.places = self.facets.place(songs)
        mixed = rng.permutation(len(songs))
        self.asked = mixed[: len(songs) // 2]
        self.unseen = draw(mixed[len(songs) // 2 :], N_TEST, rng)
        self.unseen_costs = self.unseen.costs(self.facets, self.places)


def draw(rows: Rows, n: int, rng: np.random.Generator) -> Questions:
    """Draw triplets at random."""
    return Questions(rows=np.array([rng.choice(rows, 3, replace=False) for _ in range(n)]))


def truth(distance: Distance, questions: Questions) -> Rows:
    """Name the odd one of each three."""
    a, b, c = questions.rows.T
    return np.stack([distance(b, c), distance(a, c), distance(a, b)], axis=1).argmin(axis=1)


# Measures


def measure_gains(world: World, tastes: Mapping[str, Distance], n_listeners: int) -> dict[str, dict[str, Any]]:
    """Teach each taste from random and from chosen questions."""
    table = {}
    for number, (name, distance) in enumerate(tastes.items()):
        base = np.eye(len(world.facets.names) + 1)[0]
        row: dict[str, Any] = {
            "base": 100 * float(np.mean(most_likely(world.unseen_costs, base) == truth(distance, world.unseen)))
        }
        for way in ("random", "active"):
            listeners = [Listener(world, distance, 100 * number + seed) for seed in range(n_listeners)]
            for mark in MARKS:
                for listener in listeners:
                    listener.interview(mark, is_active=way == "active")
                always, guarded, used = np.mean([listener.gain() for listener in listeners], axis=0).tolist()
                row[f"{way} {mark}"] = {"always": always, "guarded": guarded, "used": used}
        table[name] = row
        cells = "  ".join(f"{row[f'{way} {mark}']['guarded']:+6.1f}" for way in ("random", "active") for mark in MARKS)
        print(f"{name:34s} {row['base']:5.1f}  {cells}", flush=True)
    return table


def measure_coins(world: World) -> int:
    """Count the coins, of a hundred, that are believed."""
    believed = 0
    for seed in range(N_COINS):
        rng = np.random.default_rng(1000 + seed)
        questions = draw(world.asked, COIN_ANSWERS, rng)
        answers = Answers(rows=questions.rows, chosen=rng.integers(0, 3, COIN_ANSWERS), strength=np.ones(COIN_ANSWERS))
        believed += try_out(answers.costs(world.facets, world.places), answers).is_better
    return believed


def measure_large(n_tracks: int = 100_000, n_answers: int = 500) -> dict[str, float]:
    """Teach a library with invented tags and vectors; time learning and all that lists need."""
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder, Library(Path(folder) / "large.db") as library:
        store, model = library.store, library.model
        vectors = rng.standard_normal((n_tracks, model.n_dims)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        tempo = rng.uniform(60, 180, n_tracks)
        with store.writing():
            ids = [store.tracks.put(_record(number)) for number in range(n_tracks)]
            store.embeddings.put_many(model.model_id, zip(ids, vectors, strict=True))
            for track_id, bpm in zip(ids, tempo.tolist(), strict=True):
                store.features.put_descriptors(track_id, "made", {"tempo_bpm": bpm, "brightness_hz": 500 + 20 * bpm})
        questions = draw(np.arange(n_tracks), n_answers, rng)
        pace = np.log2(tempo)
        odd = truth(lambda i, j: np.abs(pace[i] - pace[j]), questions)
        labels = []
        for row, place in zip(questions.rows.tolist(), odd.tolist(), strict=True):
            a, b = (ids[song] for i, song in enumerate(row) if i != place)
            labels.append(Label(kind="odd", a=a, b=b, c=ids[row[place]]))
        library.recommend("#1")  # the library as it is in use
        library.labels.label(labels)
        begin, begin_cpu = time.perf_counter(), time.process_time()
        is_used = library.labels.lesson.is_used
        library.recommend("#1")
        return {
            "seconds": time.perf_counter() - begin,
            "cpu_seconds": time.process_time() - begin_cpu,
            "is_used": float(is_used),
            "n_dims": float(library.catalogue.vectors.shape[1]),
            "torch": float("torch" in sys.modules),
        }


def _record(number: int) -> TrackRecord:
    tags = Tags(
        artist=f"Artist {number // 30}", title=f"Song {number}", album=f"Album {number // 10}", duration_seconds=200
    )
    path = Path(f"/made/{number}.mp3")
    return TrackRecord(path=path, size_bytes=1, mtime_ns=1, audio_hash=str(number), tags=tags)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("taste.json"))
    parser.add_argument("--listeners", type=int, default=3, help="for each taste")
    arguments = parser.parse_args()
    with Library(arguments.library, is_new_allowed=False) as library:
        songs, labelled = songs_of(library.labels.base), LabelledTracks.of(library.labels.base.tracks)
        heard = hear_all(library, arguments.library.with_suffix(".heard.npy"))
    rng = np.random.default_rng(5)
    soundtracks, place = np.unique(labelled.albums, return_inverse=True)
    year = rng.integers(1985, 2022, len(soundtracks))[place].astype(np.float64)
    tag = np.where(rng.random(len(year)) < 0.2, np.nan, year + rng.integers(-1, 2, len(year)))
    world = World(replace(songs, numbers={**songs.numbers, "year": tag}))
    tastes = tastes_of(heard, labelled, year, rng)
    heads = "  ".join(f"{way[0]} {mark:4d}" for way in ("random", "active") for mark in MARKS)
    print(f"{'points gained, with the safeguard':34s}  base  {heads}")
    table = measure_gains(world, tastes, arguments.listeners)
    bars = bars_of({name: row for name, row in table.items() if name != UNHEARD})
    bars |= {"coins believed of 100": measure_coins(world), "100,000 tracks, 500 answers": measure_large()}
    bars["peak memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    bars["CPU seconds in all"] = time.process_time()
    print(json.dumps(bars, indent=2))
    arguments.out.write_text(json.dumps({"tastes": table, "bars": bars}, indent=1) + "\n", encoding="utf-8")


def bars_of(table: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Put together what was promised."""

    def over(key: str, kind: str = "guarded") -> Numbers:
        return np.array([row[key][kind] for row in table.values()])

    return {
        "50 answers, mean gain": float(over("active 50").mean()),
        "50 answers, least gain": float(over("active 50").min()),
        "200 answers, mean gain": float(over("active 200").mean()),
        "random, 200 answers": float(over("random 200").mean()),
        "active, 120 answers": float(over("active 120").mean()),
    }


if __name__ == "__main__":
    main()
