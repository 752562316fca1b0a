"""An evaluation for people and for programs: one self-contained page, the same in Markdown, and everything as JSON."""

import contextlib
import csv
import html
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from resona.errors import StoreError
from resona.evaluate import pictures, tables
from resona.evaluate.evaluate import Evaluation
from resona.evaluate.measure import HUB_LISTS, Measured, pair_distances
from resona.metrics.hubness import k_occurrence
from resona.metrics.rankings import confusion, nearest

N_EXAMPLES = 10
LIST_LENGTH = 5
TITLE = "How good are the lists?"

STYLE = """
:root { color-scheme: light dark; --ink: #1d2330; --paper: #fff; --card: #f5f6f8; --line: #d8dbe0; --soft: #566069;
  --right: #2f6fde }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8ec; --paper: #14171c; --card: #1c2027; --line: #343a44;
  --soft: #a2a9b4; --right: #7fadff } }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 70rem;
  margin: 2rem auto 4rem; padding: 0 1rem }
h1 { font-size: 1.8rem; line-height: 1.2 } h2 { font-size: 1.25rem; margin: 2.6rem 0 .3rem }
p { max-width: 46rem } p.note { color: var(--soft); margin-top: 0 }
.scroll { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .875rem; line-height: 1.35 }
th, td { padding: .35rem .7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap }
thead th { color: var(--soft); font-weight: 600; vertical-align: bottom; white-space: normal }
th:first-child { text-align: left }
tbody th { font-weight: 400; white-space: normal; min-width: 13rem }
.contenders tbody tr:last-child > * { font-weight: 600 }
.figures { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start; margin-top: 1rem }
figure { margin: 0; background: var(--card); border-radius: .5rem; padding: .8rem; max-width: 100%;
  box-sizing: border-box }
figure svg { max-width: 100%; height: auto; display: block } figure svg text { font-family: inherit !important }
figcaption { color: var(--soft); font-size: .85rem; max-width: 28rem; margin-bottom: .4rem }
.queries { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: 1rem; margin-top: 1rem }
.queries section { background: var(--card); border-radius: .5rem; padding: .8rem 1rem; font-size: .875rem }
.queries h3 { font-size: .95rem; margin: 0 } .queries ol { margin: .5rem 0 0; padding-left: 1.3rem }
.queries small { color: var(--soft) } .queries .right small { color: var(--right); font-weight: 600 }
pre { overflow: auto; font-size: .8rem; background: var(--card); padding: 1rem; border-radius: .5rem }
"""


def write_report(evaluation: Evaluation, folder: Path, *, curves_paths: Mapping[str, Path] | None = None) -> list[Path]:
    """Write ``report.html``, ``report.md`` and ``report.json``.

    Parameters
    ----------
    evaluation
        What was measured.
    folder
        Made where it does not exist.
    curves_paths
        Name of a model that was trained here to the ``curves.csv`` of its training.

    Returns
    -------
    The files.

    Raises
    ------
    MissingExtraError, StoreError
        As `prepare_report`.
    """
    prepare_report(folder)
    values = {**evaluation.values, "examples": list(_examples(evaluation))}
    files = {
        "report.json": as_json(values),
        "report.md": _markdown(values),
        "report.html": _page(evaluation, values, curves_paths or {}),
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8", errors="replace")
    return [folder / name for name in files]


def prepare_report(folder: Path) -> None:
    """Make sure that a report can be written, before hours are spent on measuring.

    Raises
    ------
    MissingExtraError
        If matplotlib is not installed.
    StoreError
        If the folder cannot be made.
    """
    pictures.require_matplotlib()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(folder, f"the report's folder cannot be made: {error.strerror}") from error


def as_json(values: Mapping[str, Any]) -> str:
    """Write the values of an evaluation so that every program can read them."""
    return json.dumps(values, indent=1, allow_nan=False) + "\n"


def keep(values: Mapping[str, Any], side_dir: Path) -> None:
    """Write the values beside the library, where the page looks for them; not where nothing may be written."""
    with contextlib.suppress(OSError):
        side_dir.mkdir(parents=True, exist_ok=True)
        (side_dir / "evaluation.json").write_text(as_json(values), encoding="utf-8")


def _examples(evaluation: Evaluation) -> Iterator[dict[str, Any]]:
    """Give ten queries, by turns from each genre, with the lists of the library's model."""
    material, own = evaluation.material, evaluation.measured[-1]
    found, genres = own.rankings[evaluation.values["filter"]], material.genres
    tracks = [material.labelled.tracks[row] for row in material.rows.tolist()]
    first_genre = np.argmax(genres[found.queries], axis=1)
    turn = np.array([(first_genre[:place] == genre).sum() for place, genre in enumerate(first_genre)], np.int64)
    for place in np.lexsort((first_genre, turn))[:N_EXAMPLES].tolist():
        query = found.queries[place]
        yield {
            "query": tracks[query].label,
            "genre": ", ".join(tracks[query].tags.genres),
            "list": [
                {
                    "track": tracks[row].label,
                    "genre": ", ".join(tracks[row].tags.genres),
                    "is_right": bool((genres[row] & genres[query]).any()),
                }
                for row in found.neighbours[place, :LIST_LENGTH].tolist()
                if row >= 0
            ],
        }


def _how(values: Mapping[str, Any]) -> str:
    """Write down what is needed to measure the same again."""
    shown = {name: values[name] for name in ("split", "filter", "data", "genres", "settings", "versions")}
    return json.dumps(shown, indent=1, ensure_ascii=False)


def _markdown(values: Mapping[str, Any]) -> str:
    ladder = tables.ladder(values)
    parts = [f"# {TITLE}", ladder.note, ladder.as_markdown(), tables.describe_absent(values)]
    for table in tables.details(values):
        parts += [f"## {table.title}", table.note, table.as_markdown()]
    parts.append("## Ten queries")
    for example in values["examples"]:
        names = [f"   - {item['track']} ({item['genre']})" for item in example["list"]]
        parts.append("\n".join([f"1. **{example['query']}** ({example['genre']})", *names]))
    parts += ["## How this was measured", f"```json\n{_how(values)}\n```"]
    return "\n\n".join(part for part in parts if part) + "\n"


def _page(evaluation: Evaluation, values: Mapping[str, Any], curves_paths: Mapping[str, Path]) -> str:
    ladder = tables.ladder(values)
    own = values["contenders"][-1]["name"]
    picture = pictures.draw_ladder(values["contenders"], values["filter"])
    parts = [
        f"<h1>{TITLE}</h1><p>{html.escape(ladder.note)}</p>",
        f"<h2>{ladder.title}</h2>{ladder.as_html()}<p class='note'>{html.escape(tables.describe_absent(values))}</p>",
        _figures([("Everybody's lists, with and without the filter.", picture)]),
        f"<h2>A closer look at {html.escape(own)}</h2>",
        _figures([*_own_figures(evaluation), *_curves(curves_paths)]),
        *(_section(table) for table in tables.details(values)),
        "<h2>Ten queries</h2><p class='note'>The five nearest, under the filter. Genres in colour are the query's.</p>",
        f"<div class='queries'>{''.join(_query(example) for example in values['examples'])}</div>",
        f"<h2>How this was measured</h2><pre>{html.escape(_how(values))}</pre>",
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Resona: {TITLE}</title><style>{STYLE}</style></head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def _section(table: tables.ResultTable) -> str:
    return f"<h2>{html.escape(table.title)}</h2><p class='note'>{html.escape(table.note)}</p>{table.as_html()}"


def _figures(drawn: Sequence[tuple[str, str]]) -> str:
    figures = (
        f"<figure><figcaption>{html.escape(caption)}</figcaption>{picture}</figure>" for caption, picture in drawn
    )
    return f"<div class='figures'>{''.join(figures)}</div>"


def _query(example: Mapping[str, Any]) -> str:
    items = "".join(
        f"<li{' class=right' if item['is_right'] else ''}>{html.escape(item['track'])} "
        f"<small>{html.escape(item['genre'])}</small></li>"
        for item in example["list"]
    )
    query, genre = html.escape(example["query"]), html.escape(example["genre"])
    return f"<section><h3>{query}</h3><small>{genre}</small><ol>{items}</ol></section>"


def _own_figures(evaluation: Evaluation) -> Iterator[tuple[str, str]]:
    """Draw what the library's model does."""
    material, own = evaluation.material, evaluation.measured[-1]
    found = own.rankings[evaluation.values["filter"]]
    table = np.nan_to_num(confusion(found.neighbours, found.queries, material.genres))
    caption = "Which genres the neighbours have. An empty row: no query of that genre had anything to find."
    yield caption, pictures.draw_confusion(table, material.genre_names)
    pairs = material.pairs(material.rows)
    if own.contender.probabilities is not None and pairs is not None:
        shown = own.contender.probabilities(pair_distances(own.contender, pairs))
        caption = "The similarity shown of pairs by different artists: the further apart, the better."
        yield caption, pictures.draw_similarities(shown, pairs.is_match)
    curves = {
        contender["name"]: contender["pairs"]["reliability"]
        for contender in evaluation.values["contenders"]
        if "reliability" in contender.get("pairs", {})
    }
    if curves:
        caption = "Is the similarity shown a probability? On the diagonal it is."
        yield caption, pictures.draw_reliability(curves)
    baseline = evaluation.values["comparison"]["baseline"]
    shown_for = [own, *(item for item in evaluation.measured if item.contender.name == baseline)]
    occurrences = {item.contender.name: _occurrence(item, len(material.rows)) for item in shown_for}
    yield "Hubs: in how many lists the tracks turn up; all equally would be ten.", pictures.draw_hubs(occurrences)


def _occurrence(measured: Measured, n_tracks: int) -> Any:
    return k_occurrence(nearest(measured.contender.distances, n_tracks, HUB_LISTS))


def _curves(curves_paths: Mapping[str, Path]) -> Iterator[tuple[str, str]]:
    for name, path in curves_paths.items():
        if path.exists():
            with path.open(newline="", encoding="utf-8") as file:
                epochs = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]
            yield f"Training of {name}: where the lines part, it learns by heart.", pictures.draw_learning(epochs)
