"""Fill in the tables of README.md and docs/evaluation.md from one evaluation, and keep its numbers as JSON.

    .venv/bin/resona --library corpus.db scan ../shared/corpus
    .venv/bin/resona --library corpus.db evaluate --filter artist+album --report report
    .venv/bin/python benchmarks/ladder.py report/report.json

Nothing between the markers of those files is written by hand.
"""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from resona.evaluate.report import describe, ladder_table

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- ladder:begin -->", "<!-- ladder:end -->"
PAGES = ("README.md", "docs/evaluation.md")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("report", type=Path, help="report.json of an evaluation")
    options = parser.parse_args()
    values = json.loads(options.report.read_text(encoding="utf-8"))
    for name in PAGES:
        path = ROOT / name
        path.write_text(filled(path.read_text(encoding="utf-8"), values), encoding="utf-8")
    shutil.copy(options.report, ROOT / "docs" / "evaluation.json")


def filled(page: str, values: dict[str, Any]) -> str:
    """Put the table between the markers of a page."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{describe(values)}\n\n{ladder_table(values)}\n{END}{after}"


if __name__ == "__main__":
    main()
