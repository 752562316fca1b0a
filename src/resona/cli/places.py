"""How are places typed that may be addresses?"""

import os
from pathlib import Path
from typing import Any

import click

from resona.addresses import place


class LibraryPlace(click.Path):
    """A file, or the address of a database."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Leave an address as it is."""
        return value if "://" in str(value) else super().convert(value, param, ctx)


class FolderPlace(click.Path):
    """A folder, or an address in object storage."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Give the path that is meant."""
        return place(os.fsdecode(super().convert(value, param, ctx)))
