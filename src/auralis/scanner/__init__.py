"""The scanner: brings the library up to date with the files on disk."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auralis.scanner.scanner import Scanner

__all__ = ["Scanner"]


def __getattr__(name: str) -> Any:
    """Load the scanner when it is asked for: the reading processes need this package without the database."""
    if name != "Scanner":
        raise AttributeError(name)
    from auralis.scanner.scanner import Scanner  # noqa: PLC0415

    return Scanner
