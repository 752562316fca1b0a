"""How far is a student from its teacher: losses of distillation.

Embeddings have length 1, so that a product is a cosine.

References
----------
.. [1] W. Park et al., "Relational knowledge distillation", CVPR 2019.
.. [2] Z. Fang et al., "SEED: Self-supervised distillation for visual representation", ICLR 2021: matching the
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
    """Measure how far the student's cosines are from the teacher's [1]_.

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
    """Measure how differently student and teacher choose neighbours [2]_.

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
