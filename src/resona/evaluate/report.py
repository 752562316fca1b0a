"""An evaluation for people and for programs: one self-contained page, the same in Markdown, and everything as JSON."""

import csv
import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from resona.evaluate import pictures
from resona.evaluate.evaluate import Evaluation
from resona.evaluate.measure import HUB_LISTS, Measured
from resona.metrics.hubness import k_occurrence
from resona.metrics.rankings import confusion, nearest

N_EXAMPLES = 10
LIST_LENGTH = 5

STYLE = """
:root { color-scheme: light dark; --ink: #1d2330; --paper: #fff; --line: #d8dbe0; --soft: #5c6470 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ec; --paper: #14171c; --line: #343a44; --soft: #a2a9b4 } }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 62rem;
  margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.7rem } h2 { font-size: 1.2rem; margin-top: 2.4rem } p.note { color: var(--soft) }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: right }
th:first-child, td:first-child, td.text { text-align: left }
figure { display: inline-block; margin: 1rem 1rem 0 0; vertical-align: top; background: #fff; border-radius: .5rem;
  padding: .5rem; max-width: 100% } figure svg { max-width: 100%; height: auto }
figcaption { color: #444; font-size: .85rem; max-width: 30rem } pre { overflow: auto; font-size: .8rem }
.scroll { overflow-x: auto }
"""


def write_report(evaluation: Evaluation, folder: Path, *, curves_path: Path | None = None) -> list[Path]:
    """Write ``report.html``, ``report.md`` and ``report.json``.

    Parameters
    ----------
    evaluation
        What was measured.
    folder
        Made where it does not exist.
    curves_path
        The training's ``curves.csv``, if the model in use was trained here.

    Returns
    -------
    The files.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    examples = list(_examples(evaluation))
    values = {**evaluation.values, "examples": examples}
    files = {
        "report.json": json.dumps(values, indent=1) + "\n",
        "report.md": "\n".join(["# How good are the lists?", "", describe(values), "", ladder_table(values), ""]),
        "report.html": _page(evaluation, values, examples, curves_path),
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8", errors="replace")
    return [folder / name for name in files]


def describe(values: dict[str, Any]) -> str:
    """Say what was measured, and what the numbers allow one to say."""
    which = "all artists" if values["split"] == "all" else "held-out artists"
    comparison = values["comparison"]
    own = values["contenders"][-1]["name"]
    difference = comparison["differences"].get(own)
    claim = ""
    if difference:
        interval = f"{difference['value']:+.3f}, 95 % interval {difference['low']:+.3f} to {difference['high']:+.3f}"
        baseline = f"the best method that learns nothing ({comparison['baseline']})"
        claim = f" Against {baseline}, {own} is: {difference['verdict']} ({interval})."
        if "trained on" in values["contenders"][-1]["note"]:
            claim += f" But it was {values['contenders'][-1]['note']}: its own number here is no test of new music."
    return (
        f"{values['n_tracks']} tracks by {values['n_artists']} {which}, {len(values['genres'])} genres. A track of the "
        f"list counts as right if it shares a genre with the query. Candidates by the same {values['filter']} are left "
        "out: lists that find them again show that a voice or a studio was recognised, not that songs are alike; the "
        f"column “all” shows how much that flatters. Intervals are resampled by artist.{claim}"
    )


def ladder_table(values: dict[str, Any]) -> str:
    """Write the ladder as a Markdown table."""
    head = f"| | MAP, without same {values['filter']} | MAP, all | P@10 | 10-NN | hub skew | vs best baseline |"
    rows = [head, "|---|---|---|---|---|---|---|"]
    for contender in values["contenders"]:
        cells = _cells(contender, values)
        note = f" ({contender['note']})" if contender["note"] else ""
        rows.append(f"| {contender['name']}{note} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _cells(contender: dict[str, Any], values: dict[str, Any]) -> list[str]:
    found, everything = (contender["genre"][name]["micro"] for name in (values["filter"], "none"))
    difference = values["comparison"]["differences"].get(contender["name"])
    is_compared = difference is not None and contender["name"] != "chance"
    headline = found["map"]
    return [
        f"{headline['value']:.3f} [{headline['low']:.3f}, {headline['high']:.3f}]",
        f"{everything['map']['value']:.3f}",
        f"{found['precision@10']['value']:.3f}",
        f"{found['knn_accuracy@10']['value']:.3f}",
        f"{contender['hubness']['skewness']:.1f}" if "hubness" in contender else "",
        f"{difference['value']:+.3f} [{difference['low']:+.3f}, {difference['high']:+.3f}]" if is_compared else "",
    ]


def _examples(evaluation: Evaluation) -> Iterator[dict[str, Any]]:
    """Give ten queries, spread over the genres, with the lists of the last contender."""
    material, measured = evaluation.material, evaluation.measured[-1]
    found = measured.rankings[evaluation.values["filter"]]
    tracks = [material.labelled.tracks[row] for row in material.rows.tolist()]
    for place in np.linspace(0, len(found.queries) - 1, min(N_EXAMPLES, len(found.queries))).astype(int).tolist():
        query = tracks[found.queries[place]]
        nearby = [tracks[row] for row in found.neighbours[place, :LIST_LENGTH].tolist() if row >= 0]
        yield {
            "query": query.label,
            "genre": ", ".join(query.tags.genres),
            "list": [{"track": track.label, "genre": ", ".join(track.tags.genres)} for track in nearby],
        }


def _page(
    evaluation: Evaluation, values: dict[str, Any], examples: list[dict[str, Any]], curves_path: Path | None
) -> str:
    figures = "".join(
        f"<figure>{picture}<figcaption>{html.escape(caption)}</figcaption></figure>"
        for caption, picture in _figures(evaluation, curves_path)
    )
    lists = "".join(_example_rows(example) for example in examples)
    facts = {name: value for name, value in values.items() if name not in {"contenders", "comparison", "examples"}}
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Resona: how good are the lists?</title><style>{STYLE}</style>
<h1>How good are the lists?</h1><p>{html.escape(describe(values))}</p>
<h2>The ladder</h2><div class="scroll">{_html_table(values)}</div>{figures}
<h2>Ten queries</h2><div class="scroll"><table><tr><th>query</th><th>genre</th><th>list</th></tr>{lists}</table></div>
<h2>How this was measured</h2><pre>{html.escape(json.dumps(facts, indent=1))}</pre></html>
"""


def _html_table(values: dict[str, Any]) -> str:
    heads = ("", f"MAP, without same {values['filter']}", "MAP, all", "P@10", "10-NN", "hub skew", "vs best baseline")
    rows = ["<tr>" + "".join(f"<th>{html.escape(head)}</th>" for head in (*heads, "")) + "</tr>"]
    for contender in values["contenders"]:
        cells = [contender["name"], *_cells(contender, values)]
        note = f'<td class="text">{html.escape(contender["note"])}</td>'
        rows.append("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + note + "</tr>")
    return f"<table>{''.join(rows)}</table>"


def _example_rows(example: dict[str, Any]) -> str:
    items = "<br>".join(html.escape(f"{item['track']} ({item['genre']})") for item in example["list"])
    query, genre = html.escape(example["query"]), html.escape(example["genre"])
    return f'<tr><td>{query}</td><td class="text">{genre}</td><td class="text">{items}</td></tr>'


def _figures(evaluation: Evaluation, curves_path: Path | None) -> Iterator[tuple[str, str]]:
    values, own = evaluation.values, evaluation.measured[-1]
    exclude, name = values["filter"], own.contender.name
    yield "Mean average precision of everybody.", pictures.draw_ladder(values["contenders"], exclude)
    yield from _figures_of(evaluation, own, exclude)
    if reliability := own.values.get("pairs", {}).get("reliability"):
        yield f"Is the similarity shown a probability? {name}.", pictures.draw_reliability(reliability)
    if curves_path is not None and curves_path.exists():
        with curves_path.open(newline="", encoding="utf-8") as file:
            epochs = [{key: float(value or "nan") for key, value in row.items()} for row in csv.DictReader(file)]
        yield "Training.", pictures.draw_learning(epochs[1:])


def _figures_of(evaluation: Evaluation, own: Measured, exclude: str) -> Iterator[tuple[str, str]]:
    material, found = evaluation.material, own.rankings[exclude]
    table = confusion(found.neighbours, found.queries, material.genres)
    yield "Which genres the neighbours have.", pictures.draw_confusion(np.nan_to_num(table), material.genre_names)
    lists = nearest(own.contender.distances, len(material.rows), HUB_LISTS)
    yield "Hubs: how often tracks turn up.", pictures.draw_hubs(k_occurrence(lists))
    if own.contender.probabilities is not None:
        pairs = material.pairs(material.rows)
        distances = own.contender.distances(np.arange(len(material.rows)))[pairs.a, pairs.b]
        drawn = pictures.draw_similarities(own.contender.probabilities(distances), pairs.is_match)
        yield "Similarities of pairs by different artists.", drawn
