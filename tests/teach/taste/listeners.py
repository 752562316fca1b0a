"""Made-up songs, and listeners who judge them by something they do not say."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from resona.teach.taste import Answers, Facets, Questions, Songs

Distance = Callable[[NDArray[np.intp], NDArray[np.intp]], NDArray[np.float64]]


def made_songs(rng: np.random.Generator, n: int = 200) -> Songs:
    """Invent songs whose sound, tempo, brightness and artist have nothing to do with each other."""
    vectors = rng.standard_normal((n, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    numbers = {"tempo_bpm": rng.uniform(60, 180, n), "brightness_hz": rng.uniform(500, 4000, n)}
    return Songs(vectors=vectors, numbers=numbers, artists=[f"artist {i % 40}" for i in range(n)])


def by_tempo(songs: Songs) -> Distance:
    pace = np.log2(songs.numbers["tempo_bpm"])
    return lambda i, j: np.abs(pace[i] - pace[j])


def by_sound(songs: Songs) -> Distance:
    return lambda i, j: 1 - np.einsum("nd,nd->n", songs.vectors[i], songs.vectors[j]).astype(np.float64)


def answer(distance: Distance, questions: Questions, rng: np.random.Generator, *, wrong: float = 0.1) -> Answers:
    """Name the odd one of three; one answer in ten is wrong."""
    a, b, c = questions.rows.T
    chosen = np.stack([distance(b, c), distance(a, c), distance(a, b)], axis=1).argmin(axis=1)
    is_wrong = rng.random(len(chosen)) < wrong
    chosen = np.where(is_wrong, (chosen + rng.integers(1, 3, len(chosen))) % 3, chosen)
    return Answers(rows=questions.rows, chosen=chosen, strength=np.ones(len(chosen)))


def draw(n: int, rng: np.random.Generator, n_songs: int = 200) -> Questions:
    return Questions(rows=np.array([rng.choice(n_songs, 3, replace=False) for _ in range(n)]))


def costs_of(songs: Songs, questions: Questions) -> NDArray[np.float64]:
    facets = Facets.fit(songs)
    return questions.costs(facets, facets.place(songs))
