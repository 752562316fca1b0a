"""An evaluation in tables and words: the same for the terminal, the page, Markdown and the documentation.

Everything here reads the plain values of `resona.evaluate.Evaluation`, as they also stand in ``report.json``; a value
that could not be measured is None and shown as nothing.
"""

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from resona.metrics.rankings import LEFT_OUT

Values = Mapping[str, Any]

WHICH = {"all": "artists (all)", "test": "held-out artists", "given": "artists of the data set's own test split"}
LABELS = {
    "map": "MAP",
    "r_precision": "R-precision",
    "ndcg@10": "nDCG@10",
    "precision@1": "P@1",
    "precision@5": "P@5",
    "precision@10": "P@10",
    "knn_accuracy@1": "1-NN",
    "knn_accuracy@5": "5-NN",
    "knn_accuracy@10": "10-NN",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultTable:
    """A table for people.

    Attributes
    ----------
    title, note
        What it shows, and how it is to be read.
    head
        Names of the columns; the first is that of the rows' names.
    rows
        A row's name and its cells.
    """

    title: str
    note: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    def as_markdown(self) -> str:
        """Write it as Markdown, without title and note."""
        lines = [self.head, ("---",) * len(self.head), *self.rows]
        return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)

    def as_html(self) -> str:
        """Write it as HTML, without title and note."""
        head = "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in self.head)
        rows = (
            f'<tr><th scope="row">{html.escape(name)}</th>'
            + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells)
            + "</tr>"
            for name, *cells in self.rows
        )
        kind = "" if self.head[0] else ' class="contenders"'
        table = f"<table{kind}><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        return f'<div class="scroll">{table}</div>'


def ladder(values: Values) -> ResultTable:
    """Give the headline: each contender's lists, filtered and unfiltered, with intervals."""
    exclude, differences = values["filter"], values["comparison"]["differences"]
    rows = []
    for contender in values["contenders"]:
        found, everything = _micro(contender, exclude), _micro(contender, "none")
        is_compared = contender["name"] not in {"chance", values["comparison"]["baseline"]}
        rows.append(
            (
                f"{contender['name']} ({contender['note']})" if contender["note"] else contender["name"],
                interval(found.get("map")),
                _flattered(found, everything),
                number(found.get("precision@10")),
                number(found.get("knn_accuracy@10")),
                number(contender.get("hubness", {}).get("skewness"), digits=1),
                interval(differences.get(contender["name"]), sign="+") if is_compared else "",
            )
        )
    head = ("", f"MAP, {_without(exclude)}", "MAP, all", "P@10", "10-NN", "hub skew", "vs best baseline")
    return ResultTable(title="The ladder", note=describe_data(values), head=head, rows=rows)


def describe_absent(values: Values) -> str:
    """Say who does not compete, and why; nothing where all do.

    Examples
    --------
    >>> describe_absent({"absent": {"musly": "is not installed: pip install pymusly"}})
    'Not in the ladder: musly is not installed: pip install pymusly.'
    """
    reasons = "; ".join(f"{name} {why}" for name, why in values["absent"].items())
    return f"Not in the ladder: {reasons}." if reasons else ""


def details(values: Values) -> Iterator[ResultTable]:
    """Give everything else, one table for each question."""
    exclude = values["filter"]
    yield _by_contender(
        values,
        "Lists by genre",
        f"Candidates: {_without(exclude)}. Micro: the mean over queries; macro: over genres, so that a large one does "
        "not decide.",
        {
            **{label: _measure(exclude, "micro", name) for name, label in LABELS.items()},
            "MAP, macro": _measure(exclude, "macro", "map"),
            "10-NN, macro": _measure(exclude, "macro", "knn_accuracy@10"),
        },
    )
    yield _by_contender(
        values,
        "Filters, and finding the artist again",
        "Mean average precision of genre under each filter. The last two columns ask for the artist, with no filter: a "
        "truth without label noise, but an easier one.",
        {
            **{_without(name): _measure(name, "micro", "map") for name in LEFT_OUT},
            "artist MAP": lambda contender: number(contender["artist"].get("micro", {}).get("map")),
            "artist P@1": lambda contender: number(contender["artist"].get("micro", {}).get("precision@1")),
        },
    )
    yield _by_contender(
        values,
        "Pairs: alike or not",
        "Pairs of different artists. The threshold of the accuracy is chosen on one half of the artists and measured "
        "on the other, both ways round. ECE and Brier judge the similarity shown as a probability.",
        {
            "ROC-AUC": lambda contender: interval(contender.get("pairs", {}).get("intervals", {}).get("roc_auc")),
            "average precision": _in_pairs("average_precision"),
            "accuracy": _in_pairs("accuracy"),
            "equal error rate": _in_pairs("equal_error_rate"),
            "ECE": _in_pairs("expected_calibration_error"),
            "Brier": _in_pairs("brier"),
        },
    )
    yield _by_contender(
        values,
        "Hubs, in lists of ten",
        "Skewness above 1: a few tracks crowd everybody's lists. Never found: share of tracks in nobody's list. "
        "Reachable: share of the tracks that following lists leads to.",
        {
            "skewness": _in_hubs("skewness"),
            "most lists of one track": lambda contender: f"{contender.get('hubness', {}).get('max_occurrence', '')}",
            "never found": _in_hubs("antihub_share"),
            "reachable": _in_hubs("reachable_share"),
            "Gini": _in_hubs("gini"),
        },
    )
    if values.get("robustness"):
        yield _robustness(values)
    if "taught" in values.get("judgements", {}):
        yield _judgements(values["judgements"])


def describe_data(values: Values) -> str:
    """Say what was measured, and what the numbers allow one to say."""
    which = WHICH[values["split"]]
    return " ".join(
        [
            f"{values['n_tracks']} tracks by {values['n_artists']} {which}, {len(values['genres'])} genres. A track of "
            "the list counts as right if it shares a genre with the query.",
            *_about_filter(values["filter"]),
            "In brackets: 95 % intervals, resampled by artist.",
            *claims(values),
        ]
    )


def claims(values: Values) -> list[str]:
    """Say of each learned contender how it stands against the best one that has learned nothing."""
    comparison = values["comparison"]
    learned = [contender for contender in values["contenders"] if contender["is_learned"]]
    said = []
    for contender in learned:
        found = comparison["differences"].get(contender["name"])
        if not found or found["value"] is None:
            continue
        exactly = f"{found['value']:+.3f}, 95 % interval {found['low']:+.3f} to {found['high']:+.3f}"
        claim = f"{contender['name']}: {found['verdict']} ({exactly})"
        if contender.get("n_known_artists"):
            claim += f", but {contender['note']}, which is no test of new music"
        said.append(claim)
    against = f"Against {comparison['baseline']}, the best of those that learn nothing, "
    return [against + "; ".join(said) + "."] if said else []


def interval(found: Values | None, *, sign: str = "") -> str:
    """Write a value and its interval.

    Examples
    --------
    >>> interval({"value": 0.4, "low": 0.31, "high": 0.5})
    '0.400 [0.310, 0.500]'
    >>> interval({"value": None, "low": None, "high": None})
    ''
    """
    if not found or None in (found["value"], found["low"], found["high"]):
        return ""
    return f"{found['value']:{sign}.3f} [{found['low']:{sign}.3f}, {found['high']:{sign}.3f}]"


def number(found: Values | float | None, *, digits: int = 3, sign: str = "") -> str:
    """Write a value alone, that of an interval or a plain one.

    Examples
    --------
    >>> number({"value": 0.25}), number(1.5, digits=1), number(None)
    ('0.250', '1.5', '')
    """
    value = found["value"] if isinstance(found, Mapping) else found
    return "" if value is None else f"{round(value, digits) + 0.0:{sign}.{digits}f}"  # never -0


def _by_contender(values: Values, title: str, note: str, columns: Mapping[str, Callable[[Values], str]]) -> ResultTable:
    rows = [
        (contender["name"], *(write(contender) for write in columns.values())) for contender in values["contenders"]
    ]
    return ResultTable(title=title, note=note, head=("", *columns), rows=[row for row in rows if any(row[1:])])


def _robustness(values: Values) -> ResultTable:
    rows = [
        (change, f"{found['first']:.0%}", f"{found['median_rank']:.0f}", f"{found['worst_rank']:.0f}")
        for change, found in values["robustness"].items()
        if found["n_tracks"]
    ]
    n_tracks = max((found["n_tracks"] for found in values["robustness"].values()), default=0)
    return ResultTable(
        title="The same recording, changed",
        note=f"{n_tracks} tracks were changed, heard again and looked up in the whole library by the model in use: "
        "each should find itself first.",
        head=("change", "find themselves first", "median rank", "worst rank"),
        rows=rows,
    )


def _judgements(found: Values) -> ResultTable:
    names = {"model": "the model alone", "taught": "what was learned from the others", "difference": "difference"}
    rows = [
        (name, f"{part['value']:.3f} [{part['low']:.3f}, {part['high']:.3f}]")
        for name, part in ((written, found[key]) for key, written in names.items())
    ]
    return ResultTable(
        title="The owner's judgements",
        note=f"{found['n_judgements']} judgements, each predicted from judgements of other songs. In brackets: 95 % "
        f"intervals, resampled by song. Guessing predicts {found['chance']:.3f}.",
        head=("predicted by", "agreement"),
        rows=rows,
    )


def _about_filter(exclude: str) -> Sequence[str]:
    if exclude == "none":
        return ["No candidate was left out: recognising a voice or a studio counts as success, which flatters."]
    return [
        f"Candidates by the same {exclude} are left out: lists that find them again show that a voice or a studio was "
        "recognised, not that songs are alike. The column “all” leaves nobody out, and says by how much that flatters."
    ]


def _without(exclude: str) -> str:
    return "all" if exclude == "none" else f"without same {exclude}"


def _flattered(found: Values, everything: Values) -> str:
    """Write the unfiltered value, and by how much it exceeds the filtered one."""
    if not found or not everything:
        return number(everything.get("map"))
    gap = everything["map"]["value"] - found["map"]["value"]
    return f"{number(everything['map'])} ({gap:+.3f})"


def _micro(contender: Values, exclude: str) -> Values:
    found: Values = contender["genre"][exclude].get("micro", {})
    return found


def _measure(exclude: str, kind: str, name: str) -> Callable[[Values], str]:
    return lambda contender: number(contender["genre"][exclude].get(kind, {}).get(name))


def _in_pairs(name: str) -> Callable[[Values], str]:
    return lambda contender: number(contender.get("pairs", {}).get(name))


def _in_hubs(name: str) -> Callable[[Values], str]:
    return lambda contender: number(contender.get("hubness", {}).get(name))
