"""The loss is small where embeddings are good."""

import torch

from resona.model.losses import contrastive_loss


def test_candidates_that_are_left_out_change_nothing() -> None:
    near, is_match = torch.tensor([[0.8, 0.1, 0.9]]), torch.tensor([[True, False, False]])
    without = contrastive_loss(near[:, :2], is_match[:, :2], torch.ones(1, 2, dtype=torch.bool))
    left_out = contrastive_loss(near, is_match, torch.tensor([[True, True, False]]))
    torch.testing.assert_close(left_out, without)


def test_a_query_without_a_match_teaches_nothing() -> None:
    near = torch.tensor([[0.8, 0.1]], requires_grad=True)
    loss = contrastive_loss(near, torch.zeros(1, 2, dtype=torch.bool), torch.ones(1, 2, dtype=torch.bool))
    loss.backward()  # type: ignore[no-untyped-call]
    assert loss.item() == 0
    assert near.grad is not None
    assert not near.grad.any()
