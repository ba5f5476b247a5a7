"""The library's memory: the only room that speaks SQL."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auralis.store.database import Database

__all__ = ["Database"]


def __getattr__(name: str) -> Any:
    """Load the database when it is asked for: the scanner's reading processes need the records alone."""
    if name != "Database":
        raise AttributeError(name)
    from auralis.store.database import Database  # noqa: PLC0415

    return Database
