"""What did each epoch bring? As a table for programs, and as a picture for people."""

import csv
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """One line of the learning curves.

    Attributes
    ----------
    number
        0 is the start, before anything was learned.
    train_loss
        Mean cross-entropy of the training pairs; nan at the start.
    validation_loss, validation_map
        Cross-entropy of the validation pairs, and mean average precision on held-out artists; nan where there is none.
    learning_rate
        At the end of the epoch.
    seconds
        It took.
    """

    number: int
    train_loss: float
    validation_loss: float
    validation_map: float
    learning_rate: float
    seconds: float


def write_curves(path: Path, epochs: Sequence[Epoch]) -> None:
    """Write the table as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(field.name for field in fields(Epoch))
        writer.writerows((f"{value:.6g}" for value in astuple(epoch)) for epoch in epochs)


def draw_curves(path: Path, epochs: Sequence[Epoch], best: int) -> None:
    """Draw the curves as a PNG; without matplotlib there is no picture.

    Parameters
    ----------
    path
        Of the picture.
    epochs
        In order.
    best
        Number of the epoch that was chosen.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    losses, precision = figure.subplots(1, 2)
    numbers = [epoch.number for epoch in epochs]
    losses.plot(numbers, [epoch.train_loss for epoch in epochs], label="training pairs")
    losses.plot(numbers, [epoch.validation_loss for epoch in epochs], label="pairs with held-out artists")
    losses.set(xlabel="epoch", ylabel="cross-entropy")
    losses.legend()
    precision.plot(numbers, [epoch.validation_map for epoch in epochs], color="tab:green")
    precision.axvline(best, color="grey", linestyle=":", label=f"chosen: epoch {best}")
    precision.set(xlabel="epoch", ylabel="mean average precision, held-out artists")
    precision.legend()
    figure.savefig(path, dpi=110)
