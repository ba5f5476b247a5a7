"""What sqlite3 raises, in words for people."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from auralis.model.errors import StorageError

_BUSY = "Another program has been writing to the library for too long; try again in a moment."
_PERMISSIONS = "look at the permissions of the data directory"
_RESCUE = "restore it from a backup, or move it away to begin anew"
_REASONS = {
    sqlite3.SQLITE_FULL: "The disk that holds the library is full; nothing more can be saved until there is room.",
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_CORRUPT: f"The library's database is damaged; {_RESCUE}.",
    sqlite3.SQLITE_NOTADB: f"The library's file is not a database; {_RESCUE}.",
    sqlite3.SQLITE_READONLY: f"The library's database cannot be written to; {_PERMISSIONS}.",
    sqlite3.SQLITE_CANTOPEN: f"The library's database cannot be opened; {_PERMISSIONS}.",
    sqlite3.SQLITE_PERM: f"The library's database cannot be opened; {_PERMISSIONS}.",
    sqlite3.SQLITE_IOERR: "The disk that holds the library failed to read or write.",
}


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn any error of the database itself into a ``StorageError``."""
    try:
        yield
    except sqlite3.Error as error:
        raise storage_error(error) from error


def storage_error(error: sqlite3.Error) -> StorageError:
    """Return ``error`` as one of ours."""
    # The low byte is the primary code; the rest tells variants of it apart.
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    reason = _REASONS.get(primary, "The library's database refused an operation.")
    return StorageError(reason, code="STORAGE_FULL" if primary == sqlite3.SQLITE_FULL else None)
