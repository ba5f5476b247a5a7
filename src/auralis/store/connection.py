"""The writer's connection, which notices what it changes: nobody who writes has to say so, and nobody can forget."""

import re
import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

_WRITES = re.compile(
    r'\b(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE
)


class WritingConnection(sqlite3.Connection):
    """Counts changed rows by table in ``changed``, from the statements it runs."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.changed: dict[str, int] = {}

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        """Run a statement."""
        cursor = super().execute(sql, parameters)
        table = _changed_table(sql)
        if table is not None and cursor.rowcount:
            self._note(table, cursor.rowcount)
        return cursor

    def executemany(self, sql: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        """Run a statement once for each set of parameters."""
        cursor = super().executemany(sql, parameters)
        table = _changed_table(sql)
        if table is not None and cursor.rowcount:
            self._note(table, cursor.rowcount)
        return cursor

    def _note(self, table: str, rows: int) -> None:
        # A statement with RETURNING has no count before its rows are read: it counts as one.
        self.changed[table] = self.changed.get(table, 0) + max(1, rows)


@lru_cache(maxsize=1024)
def _changed_table(sql: str) -> str | None:
    """Return the table that a statement changes, or None for one that only reads."""
    found = _WRITES.search(sql)
    return found[1] if found else None
