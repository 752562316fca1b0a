"""Fill in the tables of README.md and docs/evaluation.md from docs/evaluation.json; nothing of them is written by hand.

    .venv/bin/resona --library corpus.db scan ../shared/corpus
    .venv/bin/resona --library corpus.db train --arch classic --pairs 4000      once; the original recipe
    .venv/bin/resona --library corpus.db train --init none                      once; our network, from nothing
    .venv/bin/python benchmarks/ladder.py --library corpus.db                   measures, and fills in

`--library` measures the base model that ships, beside everything else in the library; `--experiment DIR` takes over
what `resona experiment pairs --out DIR` wrote. Without either, the pages are made anew from the numbers that are there.
"""

import argparse
import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from resona.evaluate import tables
from resona.evaluate.tables import ResultTable
from resona.library import Library

ROOT = Path(__file__).parents[1]
MEASURED, EXPERIMENT = ROOT / "docs" / "evaluation.json", ROOT / "docs" / "experiment.json"
CARD = ROOT / "src" / "resona" / "base_model" / "README.md"
PAGES = ("README.md", "docs/evaluation.md")
FILTER = "artist+album"  # the corpus has soundtracks by many hands
MACRO = ("map", "knn_accuracy@10")

Values = Mapping[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, help="the library to measure")
    parser.add_argument("--report", type=Path, help="also write the page with pictures there")
    parser.add_argument("--experiment", type=Path, help="folder of `resona experiment pairs --out`")
    options = parser.parse_args()
    if options.library:
        MEASURED.write_text(as_lines(kept(measure(options.library, options.report))), encoding="utf-8")
    if options.experiment:
        found = json.loads((options.experiment / "experiment.json").read_text(encoding="utf-8"))
        EXPERIMENT.write_text(as_lines(found), encoding="utf-8")
        shutil.copy(options.experiment / "experiment.png", ROOT / "docs" / "images" / "experiment.png")
    for name in PAGES:
        path = ROOT / name
        path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")


def measure(path: Path, report: Path | None) -> dict[str, Any]:
    """Evaluate the base model in a library, beside all that is there."""
    begin, before = time.monotonic(), sum(os.times()[:4])
    with Library(path, is_new_allowed=False) as library:
        library.use_model("base")
        evaluation = library.evaluate(exclude=FILTER, on_progress=lambda *facts: print(*facts, flush=True))
        if report:
            library.measures.write_report(evaluation, report)
    wall, cpu = time.monotonic() - begin, sum(os.times()[:4]) - before
    return {**evaluation.values, "seconds": {"wall": round(wall), "cpu": round(cpu)}}


def kept(values: Values) -> dict[str, Any]:
    """Leave out what no table shows, and digits that mean nothing."""
    return {**_short(values), "contenders": [_short(_shown(contender)) for contender in values["contenders"]]}


def filled(page: str) -> str:
    """Put each section between its markers."""
    for name, write in SECTIONS.items():
        begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
        if begin in page:
            before, _, rest = page.partition(begin)
            page = f"{before}{begin}\n{write()}\n{end}{rest.partition(end)[2]}"
    return page


def as_lines(values: Values) -> str:
    """Write JSON with a line for each entry, and for each member of a list of objects."""
    lines = []
    for name, value in values.items():
        text = json.dumps(value, ensure_ascii=False)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            text = "[\n  " + ",\n  ".join(json.dumps(item, ensure_ascii=False) for item in value) + "\n ]"
        lines.append(f" {json.dumps(name)}: {text}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _shown(contender: Values) -> dict[str, Any]:
    genre = {
        name: {**found, "micro": {"map": found["micro"]["map"]}, "macro": {}} if name != FILTER else found
        for name, found in contender["genre"].items()
    }
    genre[FILTER] = {**genre[FILTER], "macro": {name: genre[FILTER]["macro"][name] for name in MACRO}}
    pairs = {name: value for name, value in contender.get("pairs", {}).items() if name != "reliability"}
    return {**contender, "genre": genre, "pairs": pairs}


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _short(item) for name, item in value.items() if name not in {"n_clusters", "remark"}}
    if isinstance(value, list):
        return [_short(item) for item in value]
    return round(value, 4) if isinstance(value, float) else value


def _values() -> dict[str, Any]:
    values: dict[str, Any] = json.loads(MEASURED.read_text(encoding="utf-8"))
    return values


def _ladder() -> str:
    values = _values()
    table = tables.ladder(values)
    parts = (table.note, table.as_markdown(), tables.describe_absent(values))
    return "\n\n".join(part for part in parts if part)


def _measures() -> str:
    values = _values()
    parts = [f"Measured in {values['seconds']['cpu']} s of CPU time, {values['seconds']['wall']} s by the clock."]
    parts += [f"**{table.title}.** {table.note}\n\n{table.as_markdown()}" for table in tables.details(values)]
    return "\n\n".join(parts)


def _card() -> str:
    """Give what the base model's card says about how it was measured."""
    _, _, rest = CARD.read_text(encoding="utf-8").partition("## Measured\n")
    return rest.partition("\n## ")[0].strip()


def _experiment() -> str:
    """Give the result of the experiment on pairs, once there is one."""
    if not EXPERIMENT.exists():
        return ""
    found = json.loads(EXPERIMENT.read_text(encoding="utf-8"))
    has_spread = len({trial["seed"] for trial in found["trials"]}) > 1
    rows = [
        (
            f"{row['arch']}, {row['n_pairs']:,} pairs",
            *(
                f"{row[side]:.1%}" + (f" ± {row[f'{side}_spread']:.1%}" if has_spread else "")
                for side in ("leaky", "honest")
            ),
        )
        for row in found["rows"]
    ]
    head = ("", "pairs split at random", "unseen artists")
    table = ResultTable(title="", note="", head=head, rows=rows).as_markdown()
    return f"{table}\n\n{found['explanation']}\n\n![Leaky beside honest accuracy](images/experiment.png)"


SECTIONS: dict[str, Callable[[], str]] = {
    "ladder": _ladder,
    "measures": _measures,
    "card": _card,
    "experiment": _experiment,
}


if __name__ == "__main__":
    main()
