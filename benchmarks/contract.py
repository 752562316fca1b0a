"""Does the API keep what its OpenAPI document promises?

    pip install schemathesis
    python benchmarks/contract.py --examples 15

Fills a library with made-up tracks, serves it, and lets schemathesis ask every operation in the document with values
that are allowed, at the edges, and forbidden: no 500, and only answers that the document describes. The stream of the
scan is left out, because it does not end. Not in the test suite, which has a smaller check of its own: this takes two
minutes and two dozen more packages.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from page import fill, served

CHECKS = "not_a_server_error,response_schema_conformance,status_code_conformance,content_type_conformance"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=15, help="for each operation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=8791)
    options = parser.parse_args()
    program = shutil.which("schemathesis") or shutil.which("schemathesis", path=Path(sys.executable).parent)
    if program is None:
        raise SystemExit("schemathesis is not installed: pip install schemathesis")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library.db"
        fill(library, 200)
        with served(library, options.port):
            document = f"http://127.0.0.1:{options.port}/openapi.json"
            command = [program, "run", document, "--exclude-path", "/api/v1/job/events", "--checks", CHECKS]
            command += ["--max-examples", str(options.examples), "--seed", str(options.seed)]
            command += ["--phases", "examples,coverage,fuzzing", "--request-timeout", "30"]
            done = subprocess.run(command, check=False)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
