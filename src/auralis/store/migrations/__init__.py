"""The steps from each released schema to the next, for alembic."""

import sqlite3

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from auralis.model.errors import StorageError


def upgrade(connection: sqlite3.Connection, to: str = "head") -> None:
    """Bring the database up to ``to``, in one transaction."""
    _run(connection, to, down=False)


def downgrade(connection: sqlite3.Connection, to: str) -> None:
    """Bring the database back to ``to`` (``base``: empty)."""
    _run(connection, to, down=True)


def config() -> Config:
    """Return alembic's configuration: no file, the scripts lie in this package."""
    settings = Config()
    settings.set_main_option("script_location", "auralis.store:migrations")
    return settings


def _run(connection: sqlite3.Connection, to: str, *, down: bool) -> None:
    settings = config()
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    # Foreign keys must rest while tables are rebuilt; the pragma is void within a transaction.
    connection.execute("PRAGMA foreign_keys=OFF")
    try:
        with engine.connect() as bound:
            settings.attributes["connection"] = bound
            (command.downgrade if down else command.upgrade)(settings, to)
    except CommandError as error:
        raise StorageError(
            "The library was made by a newer Auralis than this one; update Auralis to open it."
        ) from error
    finally:
        connection.execute("PRAGMA foreign_keys=ON")
