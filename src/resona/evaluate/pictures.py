"""Measures as pictures: each function draws one figure and gives it as SVG text. Needs matplotlib (extra "train").

The figures have no background of their own, and their lines and letters take the colour of the page's text, so that
they are as readable on a dark page as on a light one.
"""

import io
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from resona.errors import MissingExtraError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE, ORANGE, GREY = "#3b7de8", "#d9822b", "#8a8f98"
INK = "#010203"  # stands for the colour of the page's text
STYLE: dict[Any, Any] = {
    **dict.fromkeys(("text.color", "axes.labelcolor", "xtick.color", "ytick.color"), INK),
    "axes.edgecolor": GREY,
    "font.size": 9,
    "legend.frameon": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "resona",
}


def draw_ladder(contenders: Sequence[Mapping[str, Any]], exclude: str) -> str:
    """Draw each contender's mean average precision with its interval, filtered and unfiltered."""
    measured = [contender for contender in contenders if contender["genre"][exclude].get("micro")]
    names = [contender["name"] for contender in measured]
    places = np.arange(len(names))[::-1]

    def draw(axes: "Axes") -> None:
        kinds = ((0.14, exclude, BLUE, f"without same {exclude}"), (-0.14, "none", GREY, "all candidates"))
        for shift, name, colour, label in kinds:
            found = [contender["genre"][name]["micro"]["map"] for contender in measured]
            values = np.array([interval["value"] for interval in found])
            ends = np.array([[interval["low"], interval["high"]] for interval in found], float).T
            spread = np.nan_to_num(np.abs(ends - values))
            axes.errorbar(values, places + shift, xerr=spread, fmt="o", color=colour, label=label, markersize=5)
        axes.set_yticks(places, names)
        axes.set_xlabel("mean average precision, 95 % interval")
        axes.grid(visible=True, axis="x", color=GREY, alpha=0.3, linewidth=0.6)
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2)

    return _svg(8.6, 1.1 + 0.36 * len(names), draw)


def draw_reliability(curves: Mapping[str, Mapping[str, Any]]) -> str:
    """Draw how often pairs that were given a probability really were alike, for each model."""

    def draw(axes: "Axes") -> None:
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=":")
        for (name, curve), colour in zip(curves.items(), _colours(len(curves)), strict=True):
            shown, observed = (np.array(curve[part], float) for part in ("predicted", "observed"))
            is_filled = np.isfinite(shown) & np.isfinite(observed)
            axes.plot(shown[is_filled], observed[is_filled], "o-", color=colour, label=name, markersize=4)
        axes.set(xlabel="similarity shown", ylabel="share of pairs with a genre in common", xlim=(0, 1), ylim=(0, 1))
        axes.legend(loc="upper left", fontsize=8)

    return _svg(4.4, 3.8, draw)


def draw_confusion(confusion: NDArray[np.float64], genres: Sequence[str]) -> str:
    """Draw which genres the neighbours of each genre have."""

    def draw(axes: "Axes") -> None:
        shades = np.zeros((*confusion.shape, 4))
        shades[..., :3] = [int(BLUE[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        shades[..., 3] = np.clip(confusion, 0, 1)
        axes.imshow(shades, interpolation="nearest")
        axes.set_xticks(range(len(genres)), genres, rotation=50, ha="right", rotation_mode="anchor")
        axes.set_yticks(range(len(genres)), genres)
        for row, column in np.ndindex(confusion.shape):
            value = confusion[row, column]
            if value >= 0.05:
                ink = "white" if value > 0.6 else INK
                axes.text(column, row, f"{value:.0%}", ha="center", va="center", fontsize=7, color=ink)
        axes.set(xlabel="genre of the ten nearest", ylabel="genre of the query")

    return _svg(2.0 + 0.42 * len(genres), 1.7 + 0.42 * len(genres), draw)


def draw_hubs(occurrences: Mapping[str, NDArray[np.intp]]) -> str:
    """Draw in how many lists of ten the tracks turn up; the first is filled, others are outlines."""
    bins = (np.arange(max(int(found.max(initial=0)) for found in occurrences.values()) + 2) - 0.5).tolist()

    def draw(axes: "Axes") -> None:
        for number, (name, found) in enumerate(occurrences.items()):
            is_first = number == 0
            colour = BLUE if is_first else ORANGE
            axes.hist(found, bins, histtype="step", fill=is_first, color=colour, alpha=0.8, linewidth=1.5, label=name)
        axes.set(xlabel="lists of ten that a track is in", ylabel="tracks")
        axes.legend(loc="upper right", fontsize=8)

    return _svg(4.8, 3.4, draw)


def draw_similarities(similarities: NDArray[np.float64], is_match: NDArray[np.bool_]) -> str:
    """Draw the similarities of pairs that share a genre and of those that do not."""
    bins = np.linspace(0, 1, 41).tolist()

    def draw(axes: "Axes") -> None:
        for chosen, label, colour in ((is_match, "same genre", BLUE), (~is_match, "other genre", ORANGE)):
            axes.hist(similarities[chosen], bins=bins, density=True, alpha=0.6, label=label, color=colour)
        axes.set(xlabel="similarity shown", ylabel="density", xlim=(0, 1))
        axes.legend(loc="upper right", fontsize=8)

    return _svg(4.8, 3.4, draw)


def draw_learning(epochs: Sequence[Mapping[str, float]]) -> str:
    """Draw what each epoch of training brought."""

    def draw(axes: "Axes") -> None:
        numbers = [epoch["number"] for epoch in epochs]
        axes.plot(numbers, [epoch["train_loss"] for epoch in epochs], color=GREY, label="loss, training")
        axes.plot(numbers, [epoch["validation_loss"] for epoch in epochs], color=BLUE, label="loss, held-out artists")
        axes.set(xlabel="epoch", ylabel="cross-entropy")
        axes.legend(loc="best", fontsize=8)

    return _svg(4.8, 3.4, draw)


def _colours(n_curves: int) -> list[str]:
    return [GREY, ORANGE, BLUE][-n_curves:] if n_curves <= 3 else [*([GREY] * (n_curves - 2)), ORANGE, BLUE]


def require_matplotlib() -> None:
    """Say how to install matplotlib where it is missing.

    Raises
    ------
    MissingExtraError
        If it is.
    """
    if find_spec("matplotlib") is None:
        raise MissingExtraError("the report's pictures need matplotlib: pip install 'resona-music[train]'")


def _svg(width: float, height: float, draw: "Callable[[Axes], None]") -> str:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    content = io.StringIO()
    with rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.subplots()
        axes.spines[["top", "right"]].set_visible(False)
        draw(axes)
        figure.savefig(content, format="svg", transparent=True, metadata={"Date": None})
    text = content.getvalue()
    return text[text.index("<svg") :].replace(INK, "currentColor")
