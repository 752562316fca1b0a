"""How well are held-out judgements predicted, with what was learned and by the model alone?"""

from dataclasses import asdict
from typing import Any

import numpy as np

from resona.metrics.bootstrap import mean_differences, mean_intervals
from resona.recommend.catalogue.catalogue import Catalogue
from resona.teach.lesson import answers_of, can_learn, costs_of
from resona.teach.taste import FEWEST, try_out


def measure_judgements(catalogue: Catalogue, profile: str) -> dict[str, Any]:
    """Predict each judgement from judgements of other songs, and compare.

    Parameters
    ----------
    catalogue
        The library as the base model hears it.
    profile
        Whose judgements.

    Returns
    -------
    Shares that were predicted, and their difference, with 95 % intervals resampled by the first song of each judgement;
    only `n_judgements` where there are fewer than 10.
    """
    answers = answers_of(catalogue, catalogue.store.labels.all(profile))
    if len(answers) < FEWEST or not can_learn(catalogue.model):
        return {"profile": profile, "n_judgements": len(answers)}
    trial = try_out(costs_of(catalogue, answers)[1], answers)
    shares = {"model": trial.base_agreed, "taught": trial.agreed}
    by_song = answers.rows[:, 0]
    found = mean_intervals(shares, by_song, rng=np.random.default_rng(0))
    difference = mean_differences(shares, "model", by_song, rng=np.random.default_rng(0))["taught"]
    chance = float(np.where(answers.is_pair, 1 / 2, 1 / 3).mean())
    taught, model = (f"{i.value:.3f} [{i.low:.3f}, {i.high:.3f}]" for i in (found["taught"], found["model"]))
    return {
        "profile": profile,
        "n_judgements": len(answers),
        "chance": chance,
        **{name: asdict(interval) for name, interval in found.items()},
        "difference": asdict(difference),
        "confidence": trial.confidence,
        "is_used": trial.is_better,
        "sentence": f"Of {len(answers)} judgements, held out by song, {taught} are predicted with what was learned "
        f"from the others, {model} by the model alone, {chance:.3f} by chance; lists follow "
        f"{'the judgements' if trial.is_better else 'the model'}.",
    }
