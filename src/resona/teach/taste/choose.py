"""Which question is worth asking next? The one whose answer would tell most about the person.

A committee of tastes stands for what is still open: each is fitted to the answers with random importance [1]_, so that
members agree on what is settled. A question on which every member is sure, but not of the same answer, is worth most:
the information it is expected to give is the entropy of the mean prediction less the mean entropy [2]_. Questions of
one batch share no song.

Candidates are drawn so that every facet has a say: half are songs at random, the others contain a song that is near in
some facet, drawn at random, not only in the network's ear.

References
----------
.. [1] M. Newton, N. Polson and J. Xu, "Weighted Bayesian bootstrap for scalable posterior distributions", Canadian
   Journal of Statistics 49(2), 2021.
.. [2] N. Houlsby et al., "Bayesian active learning for classification and preference learning", arXiv:1112.5745, 2011.
"""

from collections.abc import Mapping

import numpy as np

from resona.errors import FeatureError
from resona.teach.taste.answers import NOBODY, Answers, Numbers, Questions, Rows
from resona.teach.taste.facets import Array, Facets
from resona.teach.taste.fit import fit_weights, prior_rates, probabilities

FORMS = ("pair", "odd")
N_CANDIDATES = 400
N_MEMBERS = 12
N_LOOKED_AT = 40  # songs among which a near one is looked for


def choose_questions(  # noqa: PLR0913 - what is known, what is wanted, and of which songs
    facets: Facets,
    places: Mapping[str, Array],
    answers: Answers,
    *,
    form: str,
    n: int,
    rng: np.random.Generator,
    among: Rows | None = None,
) -> Questions:
    """Choose questions, the most telling first.

    Parameters
    ----------
    facets, places
        The library's facets, and its songs in them.
    answers
        What was answered so far; the same question is not put again.
    form
        "pair" (are two alike?) or "odd" (which of three is the odd one out?).
    n
        How many at most.
    rng
        Draws candidates and committee.
    among
        Rows that may be asked about; all if None.

    Raises
    ------
    FeatureError
        If the form is unknown, or there are too few songs for it.

    Examples
    --------
    >>> from resona.teach.taste.facets import Songs
    >>> rng = np.random.default_rng(0)
    >>> songs = Songs(vectors=np.eye(9, dtype=np.float32), numbers={"year": np.arange(9.0)}, artists=[""] * 9)
    >>> facets = Facets.fit(songs)
    >>> chosen = choose_questions(facets, facets.place(songs), no_answers(), form="odd", n=2, rng=rng)
    >>> len(set(chosen.rows.ravel().tolist()))
    6
    """
    n_songs = 3 if form == "odd" else 2
    rows = np.arange(len(next(iter(places.values())))) if among is None else among
    if form not in FORMS:
        raise FeatureError(f"a question is one of {', '.join(FORMS)}, got {form!r}")
    if len(rows) < n_songs:
        raise FeatureError(f"a question needs {n_songs} songs, the library has {len(rows)}")
    candidates = _unasked(_draw(facets, places, rows, n_songs, rng), answers)
    if not len(candidates):
        return candidates
    costs = candidates.costs(facets, places)
    members = _committee(answers.costs(facets, places), answers, costs, rng)
    predictions = np.stack([probabilities(costs, weights) for weights in members])
    telling = _entropy(predictions.mean(axis=0)) - _entropy(predictions).mean(axis=0)
    return _apart(candidates, np.argsort(-telling, kind="stable"), n)


def no_answers() -> Answers:
    """Give the answers of somebody who was not asked yet."""
    return Answers(rows=np.zeros((0, 3), np.intp), chosen=np.zeros(0, np.intp), strength=np.zeros(0))


def _draw(facets: Facets, places: Mapping[str, Array], rows: Rows, n_songs: int, rng: np.random.Generator) -> Questions:
    drawn = np.full((N_CANDIDATES, 3), NOBODY)
    for number in range(N_CANDIDATES):
        drawn[number, :n_songs] = rng.choice(rows, n_songs, replace=False)
        if number % 2:
            place = places[facets.names[rng.integers(len(facets.names))]]
            others = np.setdiff1d(rng.choice(rows, min(N_LOOKED_AT, len(rows)), replace=False), drawn[number])
            if len(others):
                drawn[number, 1] = others[np.argmax(place[others] @ place[drawn[number, 0]])]
    return Questions(rows=drawn)


def _unasked(candidates: Questions, answers: Answers) -> Questions:
    asked = {frozenset(row) for row in answers.rows.tolist()}
    is_new = [frozenset(row) not in asked for row in candidates.rows.tolist()]
    return Questions(rows=candidates.rows[np.array(is_new, np.bool_)])


def _committee(costs: Numbers, answers: Answers, asked: Numbers, rng: np.random.Generator) -> list[Numbers]:
    n_weights = asked.shape[2]
    if not len(answers):
        return [_from_prior(asked, rng) for _ in range(N_MEMBERS)]
    start = fit_weights(costs, answers) + 0.02
    return [
        fit_weights(
            costs,
            answers,
            importance=np.asarray(rng.exponential(size=len(answers))),
            penalties=np.asarray(rng.exponential(size=n_weights)),
            start=start,
        )
        for _ in range(N_MEMBERS)
    ]


def _from_prior(asked: Numbers, rng: np.random.Generator) -> Numbers:
    """Draw a taste that is mostly the network's; its threshold is somewhere among the distances asked about."""
    rates = prior_rates(asked.shape[2])
    weights: Numbers = np.r_[1.0, rng.exponential(1 / rates[1:-1]), 0.0]
    weights[-1] = np.quantile(asked[:, 0] @ weights, rng.uniform(0.1, 0.5))
    return weights


def _apart(candidates: Questions, order: Rows, n: int) -> Questions:
    chosen: list[int] = []
    used: set[int] = set()
    for number in order.tolist():
        songs = set(candidates.rows[number].tolist()) - {NOBODY}
        if not songs & used:
            chosen.append(number)
            used |= songs
        if len(chosen) == n:
            break
    return Questions(rows=candidates.rows[chosen])


def _entropy(predictions: Numbers) -> Numbers:
    """In nats, over the last axis; an impossible answer adds nothing."""
    entropy: Numbers = -(predictions * np.log(np.maximum(predictions, 1e-12))).sum(axis=-1)
    return entropy
