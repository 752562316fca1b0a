"""Which embeddings are good: losses for distillation and for grouping by genre.

All take unit-length embeddings, so that a product is a cosine. Shape comments: B batch, N candidates, D dimensions.

References
----------
.. [1] P. Khosla et al., "Supervised contrastive learning", NeurIPS 2020.
.. [2] W. Park et al., "Relational knowledge distillation", CVPR 2019.
.. [3] Z. Fang et al., "SEED: Self-supervised distillation for visual representation", ICLR 2021: matching the
   distribution over neighbours.
"""

from torch import Tensor
from torch.nn import functional


def vector_loss(predicted: Tensor, target: Tensor) -> Tensor:
    """Measure how far predictions of a teacher's vectors point away from them.

    Parameters
    ----------
    predicted, target
        Shape (batch, d).

    Returns
    -------
    Mean cosine distance, 0 to 2.

    Examples
    --------
    >>> import torch
    >>> vector_loss(torch.eye(2), 3 * torch.eye(2)).item()
    0.0
    """
    return 1 - functional.cosine_similarity(predicted, target, dim=1).mean()


def relation_loss(cosines: Tensor, target: Tensor) -> Tensor:
    """Measure how far the student's cosines are from the teacher's [2]_.

    Parameters
    ----------
    cosines, target
        Shape (batch, n).

    Returns
    -------
    Mean squared difference.

    Examples
    --------
    >>> import torch
    >>> relation_loss(torch.ones(2, 3), torch.zeros(2, 3)).item()
    1.0
    """
    return (cosines - target).square().mean()


def neighbour_loss(cosines: Tensor, target: Tensor, temperature: float = 0.1) -> Tensor:
    """Measure how differently student and teacher choose neighbours [3]_.

    Nearer neighbours weigh more than in `relation_loss`, as they do in a list of recommendations.

    Parameters
    ----------
    cosines, target
        Shape (batch, n); −infinity in both where a candidate is the query itself.
    temperature
        Smaller looks at fewer neighbours.

    Returns
    -------
    Mean Kullback-Leibler divergence from the teacher's choice, ≥ 0.

    Examples
    --------
    >>> import torch
    >>> same = torch.tensor([[0.9, 0.1, 0.4]])
    >>> neighbour_loss(same, same).item()
    0.0
    """
    student = (cosines / temperature).log_softmax(dim=1)
    teacher = (target / temperature).log_softmax(dim=1)
    return functional.kl_div(student, teacher, log_target=True, reduction="none").nan_to_num(0.0).sum(dim=1).mean()


def contrastive_loss(
    cosines: Tensor, is_match: Tensor, is_candidate: Tensor, weights: Tensor | None = None, *, temperature: float = 0.1
) -> Tensor:
    """Measure how badly matches stand out among candidates: supervised contrastive loss [1]_.

    Leaving a query's own artist out of the candidates keeps the network from learning to recognise artists where it
    should learn genres.

    Parameters
    ----------
    cosines
        Shape (batch, n).
    is_match, is_candidate
        Shape (batch, n), boolean; matches that are no candidates do not count.
    weights
        Shape (batch,), how much each query counts; all alike by default.
    temperature
        Smaller looks harder at the nearest wrong candidates.

    Returns
    -------
    Weighted mean over the queries that have a match; 0 if none has.

    Examples
    --------
    >>> import torch
    >>> cosines = torch.tensor([[1.0, -1.0]])
    >>> far = contrastive_loss(cosines, torch.tensor([[False, True]]), torch.ones(1, 2, dtype=torch.bool))
    >>> near = contrastive_loss(cosines, torch.tensor([[True, False]]), torch.ones(1, 2, dtype=torch.bool))
    >>> near < far
    tensor(True)
    """
    matches = (is_match & is_candidate).float()
    logits = (cosines / temperature).masked_fill(~is_candidate, -1e4)
    n_matches = matches.sum(dim=1)
    per_query = -(logits.log_softmax(dim=1) * matches).sum(dim=1) / n_matches.clamp_min(1)
    counts = (n_matches > 0).float() * (1 if weights is None else weights)
    return (per_query * counts).sum() / counts.sum().clamp_min(1e-6)
