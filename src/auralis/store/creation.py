"""How a database comes to have the declared tables: made whole when it is new, migrated when it is older."""

import secrets
import sqlite3
import time

from auralis.model.errors import StorageError
from auralis.model.library import LOCAL_OWNER
from auralis.store.schema import HEAD
from auralis.store.statements import schema_ddl


def bring_up_to_date(connection: sqlite3.Connection) -> None:
    """Make ``connection``'s database current; alembic is loaded only if it is behind."""
    found = schema_version(connection)
    if found == HEAD:
        return
    if found is None:
        create(connection)
        return
    from auralis.store import migrations  # noqa: PLC0415 - alembic takes 0.3 s to load and is needed once a release

    migrations.upgrade(connection)


def schema_version(connection: sqlite3.Connection) -> str | None:
    """Return the migration the database stands at, or None if it is empty."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise StorageError("The library's file is a database of another program; move it away to begin anew.")
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return "" if row is None else str(row[0])


def create(connection: sqlite3.Connection) -> None:
    """Make all tables at once, as the migrations would have."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        if schema_version(connection) is None:
            for statement in schema_ddl():
                connection.execute(statement)
            connection.execute(
                "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
                "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
            )
            connection.execute("INSERT INTO alembic_version VALUES (?)", (HEAD,))
            first_rows(connection)
    except BaseException:
        connection.rollback()
        raise
    connection.execute("COMMIT")


def first_rows(connection: sqlite3.Connection) -> None:
    """Put in what every library begins with: its one owner, its revision and its secret."""
    connection.execute("INSERT INTO users VALUES (?, 'Owner', ?)", (LOCAL_OWNER, int(time.time() * 1000)))
    connection.execute(
        "INSERT INTO library(key, revision, track_count, stale, cursor_secret) VALUES (1, 0, 0, 0, ?)",
        (secrets.token_bytes(32),),
    )
