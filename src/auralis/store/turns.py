"""Turns at writing among the processes that have one database open: a listener's change comes before the next batch.

SQLite lets whoever asks first at the right moment write next, and lets those sleep who asked in vain. Beside a scan
that writes batch after batch, a listener's change would hardly ever come at the right moment.
"""

import fcntl
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_STEP_SECONDS = 0.001
_LONGEST_WAIT_SECONDS = 10.0
_LONGEST_YIELD_SECONDS = 1.0


class Turns:
    """Begins transactions that write; who is kept waiting says so by a lock on a file, which large batches heed."""

    def __init__(self, database: Path) -> None:
        self._wish = database.with_suffix(".waiting").open("wb")

    def begin(self, connection: sqlite3.Connection, *, gives_way: bool) -> None:
        """Begin a transaction on ``connection``; raises sqlite3.OperationalError where another lasts too long."""
        if gives_way:
            self._give_way()
        if not _has_begun(connection):
            with self._waiting():
                until = time.monotonic() + _LONGEST_WAIT_SECONDS
                while not _has_begun(connection):
                    if time.monotonic() > until:
                        connection.execute("BEGIN IMMEDIATE")
                        return
                    time.sleep(_STEP_SECONDS)

    def close(self) -> None:
        """Let go of the file."""
        self._wish.close()

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        fcntl.flock(self._wish, fcntl.LOCK_SH)
        try:
            yield
        finally:
            fcntl.flock(self._wish, fcntl.LOCK_UN)

    def _give_way(self) -> None:
        """Let others write first who wait for it; one that is stopped while it waits is not waited for without end."""
        until = time.monotonic() + _LONGEST_YIELD_SECONDS
        while time.monotonic() < until:
            try:
                fcntl.flock(self._wish, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(_STEP_SECONDS)
            else:
                fcntl.flock(self._wish, fcntl.LOCK_UN)
                return


def _has_begun(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        # The low byte is the primary code; the rest tells variants of it apart.
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True
