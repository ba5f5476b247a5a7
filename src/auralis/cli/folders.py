"""Folders as people name them on the command line."""

from pathlib import Path

from auralis.cli.output import fail


def checked_folder(folder: Path) -> Path:
    """Return the absolute path of a folder that can be read, or say why it cannot."""
    path = folder.expanduser().resolve()
    if not path.exists():
        raise fail(f"There is no folder {path}.")
    if not path.is_dir():
        raise fail(f"{path} is not a folder.")
    try:
        next(path.iterdir(), None)
    except OSError as error:
        raise fail(f"The folder {path} cannot be read: {error.strerror}.") from error
    return path
