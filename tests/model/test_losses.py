"""The losses are small where embeddings are good."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from resona.model.losses import contrastive_loss, neighbour_loss, relation_loss, vector_loss


def cosines(seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    vectors = functional.normalize(torch.randn(6, 4, generator=generator), dim=1)
    return vectors @ vectors.T


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_matching_the_teacher_costs_nothing_and_nothing_costs_less(seed: int) -> None:
    student, teacher = cosines(seed), cosines(seed + 1)
    for loss in (relation_loss, neighbour_loss):
        assert loss(teacher, teacher).item() < 1e-6
        assert loss(student, teacher).item() >= 0


def test_direction_counts_and_length_does_not() -> None:
    a = torch.tensor([[1.0, 2.0]])
    assert abs(vector_loss(a, 5 * a).item()) < 1e-6
    assert abs(vector_loss(a, -a).item() - 2) < 1e-6


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


def test_the_neighbour_loss_minds_near_candidates_more_than_far_ones() -> None:
    teacher = torch.tensor([[0.9, 0.5, -0.5]])
    near_wrong, far_wrong = torch.tensor([[0.7, 0.5, -0.5]]), torch.tensor([[0.9, 0.5, -0.7]])
    assert neighbour_loss(near_wrong, teacher) > neighbour_loss(far_wrong, teacher)
