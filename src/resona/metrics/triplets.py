"""Does a model agree with what people said about three tracks?

People cannot say *how* alike two tracks are, but they can say which of two is nearer to a third, or which of three is
the odd one out [1]_.

Conventions
-----------
- Distances: lower is nearer. A judgement on which the model's distances tie counts as the share a coin would win.
- One value per judgement, 1 where model and person agree; average them with `bootstrap.mean_intervals` when judgements
  come in groups (of one listener, of one artist), or with `evaluate` when they are independent.

Metrics
-------
- ``agreement`` with its 95 % Wilson interval [2]_. Chance is ½ for relative judgements, ⅓ for the odd one out.

References
----------
.. [1] D. Wolff and T. Weyde, "Adapting metrics for music similarity using comparative ratings", ISMIR 2011.
.. [2] E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the American
   Statistical Association 22, 1927.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from resona.errors import FeatureError

Values = NDArray[np.floating[Any]]

Z = 1.959964  # 95 % of a normal distribution lie within ± this


def relative_agreement(nearer: Values, farther: Values) -> NDArray[np.float64]:
    """Compare with judgements "the anchor is nearer to this track than to that one".

    Parameters
    ----------
    nearer, farther
        Shape (t,): the model's distances from the anchor to the track that people called nearer, and to the other.

    Returns
    -------
    Shape (t,): 1 where the model agrees, ½ where its distances tie, else 0.

    Raises
    ------
    FeatureError
        If shapes disagree or a distance is NaN.

    Examples
    --------
    >>> relative_agreement(np.array([0.1, 0.5, 0.3]), np.array([0.4, 0.2, 0.3]))
    array([1. , 0. , 0.5])
    """
    if nearer.ndim != 1 or nearer.shape != farther.shape or np.isnan(nearer).any() or np.isnan(farther).any():
        raise FeatureError(f"need two arrays (t,) of distances without NaN, got {nearer.shape} and {farther.shape}")
    agreement: NDArray[np.float64] = np.where(nearer == farther, 0.5, nearer < farther)
    return agreement


def odd_one_out_agreement(distances: Values, odd: NDArray[np.intp]) -> NDArray[np.float64]:
    """Compare with judgements "of these three, this one is the odd one out".

    Parameters
    ----------
    distances
        Shape (t, 3): the model's distance of the pair without the first track, without the second, without the third.
    odd
        Shape (t,): 0, 1 or 2, the track that people left out.

    Returns
    -------
    Shape (t,): 1 where the model's nearest pair is the pair that people kept; a share where nearest pairs tie.

    Raises
    ------
    FeatureError
        If shapes disagree, a distance is NaN or `odd` is out of range.

    Examples
    --------
    >>> odd_one_out_agreement(np.array([[0.1, 0.9, 0.8], [0.2, 0.2, 0.7]]), np.array([0, 1]))
    array([1. , 0.5])
    """
    if distances.shape != (len(odd), 3) or np.isnan(distances).any():
        raise FeatureError(f"need distances ({len(odd)}, 3) without NaN, got {distances.shape}")
    if ((odd < 0) | (odd > 2)).any():
        raise FeatureError("odd must be 0, 1 or 2")
    is_nearest = distances == distances.min(axis=1, keepdims=True)
    agreement: NDArray[np.float64] = is_nearest[np.arange(len(odd)), odd] / is_nearest.sum(axis=1)
    return agreement


def evaluate(agreement: Values, *, chance: float) -> dict[str, float]:
    """Average agreement and give its 95 % interval, for independent judgements.

    Parameters
    ----------
    agreement
        Shape (t,), 0…1.
    chance
        What guessing gives; passed through, to be shown beside the result.

    Examples
    --------
    >>> scores = evaluate(np.array([1.0, 1.0, 0.0, 1.0]), chance=1 / 2)
    >>> {name: round(value, 2) for name, value in scores.items()}
    {'agreement': 0.75, 'low': 0.3, 'high': 0.95, 'chance': 0.5, 'n_judgements': 4}
    """
    n = len(agreement)
    if not n:
        return {"agreement": np.nan, "low": np.nan, "high": np.nan, "chance": chance, "n_judgements": 0}
    share = float(agreement.mean())
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * float(np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2)))
    return {
        "agreement": share,
        "low": max(0.0, middle - half),
        "high": min(1.0, middle + half),
        "chance": chance,
        "n_judgements": n,
    }
