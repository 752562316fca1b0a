"""Small facts about the library itself: which model is in use, which folders were scanned, what is excluded."""

import json
from typing import Any

from resona.store.tables import Table, to_json, upsert


class SettingTable(Table):
    """Named JSON values.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from resona.store import Store
    >>> with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "library.db") as store:
    ...     store.settings.put("current_model", "abc")
    ...     store.settings.get("current_model"), store.settings.get("folders", [])
    ('abc', [])
    """

    def get(self, name: str, default: Any = None) -> Any:
        """Give a value, or `default` where there is none."""
        rows = self._rows("SELECT value FROM settings WHERE name = ?", (name,))
        return json.loads(rows[0][0]) if rows else default

    def put(self, name: str, value: Any) -> None:
        """Set a value; None removes it."""
        if value is None:
            self._write("DELETE FROM settings WHERE name = ?", (name,))
        else:
            self._write(upsert("settings", ("name",), ("name", "value")), (name, to_json(value)))
