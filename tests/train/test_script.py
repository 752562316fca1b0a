"""The original's command works from a checkout."""

import subprocess
import sys
from pathlib import Path


def test_python_train_py_is_resona_train() -> None:
    script = Path(__file__).parents[2] / "train.py"
    result = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True, check=True)
    assert result.stdout.startswith("Usage: resona train")
