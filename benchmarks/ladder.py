"""Fill in the tables of README.md and docs/evaluation.md from docs/evaluation.json; nothing of them is written by hand.

    .venv/bin/resona --library corpus.db scan ../shared/corpus
    .venv/bin/resona --library corpus.db train --arch classic --pairs 4000      once; the original recipe
    .venv/bin/resona --library corpus.db train --init none                      once; our network, from nothing
    .venv/bin/resona --library corpus.db models add musicnn                     once; an ear
    .venv/bin/python benchmarks/ladder.py --library corpus.db --people ../shared/corpus/manifest-a.csv

`--library` measures the base model that ships, beside everything else in the library, ears included; `--people` names a
manifest, by which the same is measured once more on all tracks whose label people have set, under the filter of the
artist alone, and base and MusiCNN also as one. A row stays as it was where this library lacks the model, or this
machine the program, and tracks and labels are the same; its difference, where the best baseline is, to the third digit.
`--experiment DIR` takes over what `resona experiment pairs --out DIR` wrote. Without any, the pages are made anew from
the numbers there.
"""

import argparse
import csv
import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from resona.evaluate import evaluate, tables
from resona.evaluate.tables import ResultTable
from resona.library import Library

ROOT = Path(__file__).parents[1]
MEASURED, EXPERIMENT = ROOT / "docs" / "evaluation.json", ROOT / "docs" / "experiment.json"
CARD = ROOT / "src" / "resona" / "base_model" / "README.md"
PAGES = ("README.md", "docs/evaluation.md", "docs/ears.md")
FILTER = "artist+album"  # the corpus has soundtracks by many hands
MACRO = ("map", "knn_accuracy@10")
CALLED = {"musicnn": "MusiCNN"}
REMARKS = {"MusiCNN": "what AudioMuse ranks by"}
BOUNDS, SAME = ("value", "low", "high"), 0.0005
BOTH, BY_MACHINE = "base+musicnn", "auto"

Values = Mapping[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path, help="the library to measure")
    parser.add_argument("--report", type=Path, help="also write the page with pictures there")
    parser.add_argument("--people", type=Path, help="a manifest with the columns path, label_source")
    parser.add_argument("--experiment", type=Path, help="folder of `resona experiment pairs --out`")
    options = parser.parse_args()
    if options.library:
        fresh = kept(measure(options.library, options.report), FILTER)
        if options.people:
            fresh["people"] = kept(measure_by_people(options.library, options.people), "artist")
        MEASURED.write_text(as_lines(merged(fresh, _values())), encoding="utf-8")
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
        evaluation = library.evaluate(
            exclude=FILTER, ears=("all",), on_progress=lambda *facts: print(*facts, flush=True)
        )
        if report:
            library.measures.write_report(evaluation, report)
    wall, cpu = time.monotonic() - begin, sum(os.times()[:4]) - before
    return {**evaluation.values, "seconds": {"wall": round(wall), "cpu": round(cpu)}}


def measure_by_people(path: Path, manifest: Path) -> dict[str, Any]:
    """Evaluate on all tracks whose label people have set; by the others, plain statistics are standardised."""
    with manifest.open(newline="", encoding="utf-8") as file:
        by_people = {Path(row["path"]).name for row in csv.DictReader(file) if row["label_source"] != BY_MACHINE}
    with Library(path, is_new_allowed=False) as library:
        library.use_model(BOTH)
        tracks = library.store.tracks.all()
        given = {track.track_id: "test" if track.path.name in by_people else "train" for track in tracks}
        others = {name: library.models.fitted(name) for name in library.models.competitors(("all",))}
        return evaluate(library.store, library.model, others, exclude="artist", given=given).values


def kept(values: Values, exclude: str) -> dict[str, Any]:
    """Leave out what no table shows, and digits that mean nothing; call ears as people do."""
    contenders = [_short(_shown(_called(contender), exclude)) for contender in values["contenders"]]
    comparison = values["comparison"]
    differences = {CALLED.get(name, name): found for name, found in comparison["differences"].items()}
    return {
        **_short(values),
        "contenders": contenders,
        "comparison": _short({**comparison, "differences": differences}),
    }


def merged(fresh: dict[str, Any], stored: dict[str, Any]) -> dict[str, Any]:
    """Keep rows that only the stored numbers have, of all tracks and of those labelled by people."""
    if "people" in stored:
        fresh["people"] = _joined(fresh.get("people", stored["people"]), stored["people"], "artist")
    return _joined(fresh, stored, FILTER)


def _joined(fresh: dict[str, Any], stored: dict[str, Any], exclude: str) -> dict[str, Any]:
    """Keep rows that only the stored numbers have, of the same tracks; differences only to the same baseline."""
    if fresh["data"] != stored["data"]:
        return fresh
    new, old = ({row["name"]: row for row in values["contenders"]} for values in (fresh, stored))
    best = fresh["comparison"]["baseline"]
    found, known = (rows[best]["genre"][exclude]["micro"]["map"] if best in rows else {} for rows in (new, old))
    is_same = best == stored["comparison"]["baseline"] and all(abs(found[key] - known[key]) < SAME for key in BOUNDS)
    names = [name for name in old if name not in new]
    places = {name: place for place, name in enumerate(old)}
    last = fresh["contenders"].pop()  # the model in use stands last
    rows = [*fresh["contenders"], *(old[name] for name in names)]
    fresh["contenders"] = [*sorted(rows, key=lambda row: places.get(row["name"], len(old))), last]
    fresh["absent"] = {name: why for name, why in fresh["absent"].items() if name not in names}
    if is_same:
        differences = stored["comparison"]["differences"]
        fresh["comparison"]["differences"] |= {name: differences[name] for name in names if name in differences}
    return fresh


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


def _called(contender: Values) -> dict[str, Any]:
    name = CALLED.get(contender["name"], contender["name"])
    return {**contender, "name": name, "note": REMARKS.get(name, contender["note"])}


def _shown(contender: Values, exclude: str) -> dict[str, Any]:
    genre = {
        name: {**found, "micro": {"map": found["micro"]["map"]}, "macro": {}} if name != exclude else found
        for name, found in contender["genre"].items()
    }
    genre[exclude] = {**genre[exclude], "macro": {name: genre[exclude]["macro"][name] for name in MACRO}}
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


def _people() -> str:
    """Give the ladder on labels of people, once it was measured."""
    values = _values().get("people")
    if not values:
        return ""
    table = tables.ladder(values)
    facts = f"All {values['n_tracks']} tracks whose label people have set, by {values['n_artists']} artists"
    return f"{facts}, {len(values['genres'])} genres. {table.note.partition('. ')[2]}\n\n{table.as_markdown()}"


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
    "people": _people,
    "measures": _measures,
    "card": _card,
    "experiment": _experiment,
}


if __name__ == "__main__":
    main()
