"""Several changes in one transaction, each able to fail alone."""

import sqlite3
from collections.abc import Callable, Iterable

from auralis.model.errors import AuralisError

Change = Callable[[sqlite3.Connection], None]


def run_each(connection: sqlite3.Connection, changes: Iterable[Change]) -> list[AuralisError | None]:
    """Run each change within its own savepoint; return why it was refused, or None where it was done."""
    outcomes: list[AuralisError | None] = []
    for change in changes:
        connection.execute("SAVEPOINT item")
        try:
            change(connection)
        except AuralisError as error:
            connection.execute("ROLLBACK TO item")
            outcomes.append(error)
        else:
            outcomes.append(None)
        connection.execute("RELEASE item")
    return outcomes
