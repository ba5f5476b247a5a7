"""The scanner: brings the library up to date with the files on disk."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auralis.scanner.hashing import AudioHasher
    from auralis.scanner.scanner import Scanner
    from auralis.scanner.watcher import Watcher

__all__ = ["AudioHasher", "Scanner", "Watcher"]
_HOMES = {"AudioHasher": "hashing", "Scanner": "scanner", "Watcher": "watcher"}


def __getattr__(name: str) -> Any:
    """Load the scanner when it is asked for: the reading processes need this package without the database."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"auralis.scanner.{_HOMES[name]}"), name)
