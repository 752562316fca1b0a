"""Which embeddings are good? The loss that groups them by genre.

Embeddings have length 1, so that a product is a cosine. Shape comments: B batch, N candidates.

References
----------
.. [1] P. Khosla et al., "Supervised contrastive learning", NeurIPS 2020.
"""

from torch import Tensor


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
