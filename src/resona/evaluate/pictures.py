"""Measures as pictures: each function draws one figure and gives it as SVG text. Needs matplotlib (extra "train")."""

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from resona.errors import MissingExtraError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE, ORANGE, GREY = "#2f6fde", "#d9822b", "#8a8f98"


def draw_ladder(contenders: Sequence[dict[str, Any]], exclude: str) -> str:
    """Draw each contender's mean average precision with its interval, filtered and unfiltered."""
    axes, save = _figure(7.2, 0.7 + 0.36 * len(contenders))
    names = [contender["name"] for contender in contenders]
    places = np.arange(len(names))[::-1]
    for shift, name, colour, label in ((0.12, exclude, BLUE, f"without same {exclude}"), (-0.12, "none", GREY, "all")):
        intervals = [contender["genre"][name]["micro"]["map"] for contender in contenders]
        values = np.array([interval["value"] for interval in intervals])
        ends = np.array([[interval["low"], interval["high"]] for interval in intervals]).T
        axes.errorbar(values, places + shift, xerr=np.abs(ends - values), fmt="o", color=colour, label=label, capsize=2)
    axes.set_yticks(places, names)
    axes.set_xlabel("mean average precision, 95 % interval")
    axes.legend(frameon=False)
    return save()


def draw_reliability(reliability: dict[str, list[float]]) -> str:
    """Draw how often pairs that were given a probability really were alike."""
    axes, save = _figure(4.0, 3.6)
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=":")
    axes.plot(reliability["predicted"], reliability["observed"], "o-", color=BLUE)
    axes.set(xlabel="similarity shown", ylabel="share of pairs with a genre in common", xlim=(0, 1), ylim=(0, 1))
    return save()


def draw_confusion(confusion: NDArray[np.float64], genres: Sequence[str]) -> str:
    """Draw which genres the neighbours of each genre have."""
    axes, save = _figure(1.8 + 0.42 * len(genres), 1.5 + 0.42 * len(genres))
    axes.imshow(confusion, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(genres)), genres, rotation=60, ha="right")
    axes.set_yticks(range(len(genres)), genres)
    for row, column in np.ndindex(confusion.shape):
        value = confusion[row, column]
        if value >= 0.05:
            ink = "white" if value > 0.5 else "black"
            axes.text(column, row, f"{value:.0%}", ha="center", va="center", fontsize=7, color=ink)
    axes.set(xlabel="genre of the ten nearest", ylabel="genre of the query")
    return save()


def draw_hubs(occurrence: NDArray[np.intp]) -> str:
    """Draw in how many lists of ten the tracks turn up."""
    axes, save = _figure(4.6, 3.2)
    axes.hist(occurrence, bins=(np.arange(occurrence.max() + 2) - 0.5).tolist(), color=BLUE)
    axes.set(xlabel="lists of ten a track is in", ylabel="tracks")
    return save()


def draw_similarities(similarities: NDArray[np.float64], is_match: NDArray[np.bool_]) -> str:
    """Draw the similarities of pairs that share a genre and of those that do not."""
    axes, save = _figure(4.6, 3.2)
    bins = np.linspace(similarities.min(), similarities.max(), 41).tolist()
    for chosen, label, colour in ((is_match, "same genre", BLUE), (~is_match, "other genre", ORANGE)):
        axes.hist(similarities[chosen], bins=bins, density=True, alpha=0.6, label=label, color=colour)
    axes.set(xlabel="similarity shown", ylabel="density")
    axes.legend(frameon=False)
    return save()


def draw_learning(epochs: Sequence[dict[str, float]]) -> str:
    """Draw what each epoch of training brought."""
    axes, save = _figure(4.6, 3.2)
    numbers = [epoch["epoch"] for epoch in epochs]
    axes.plot(numbers, [epoch["train_loss"] for epoch in epochs], color=GREY, label="loss, training")
    axes.plot(numbers, [epoch["validation_loss"] for epoch in epochs], color=BLUE, label="loss, held-out artists")
    axes.set(xlabel="epoch", ylabel="cross-entropy")
    axes.legend(frameon=False)
    return save()


def _figure(width: float, height: float) -> "tuple[Axes, Callable[[], str]]":
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise MissingExtraError("the report's pictures need matplotlib: pip install 'resona-music[train]'") from error
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)

    def save() -> str:
        content = io.StringIO()
        with rc_context({"svg.fonttype": "none", "svg.hashsalt": "resona"}):
            figure.savefig(content, format="svg", transparent=True, metadata={"Date": None})
        text = content.getvalue()
        return text[text.index("<svg") :]

    return axes, save
