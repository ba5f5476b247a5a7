"""Paths as the file system writes them: bytes, which pathlib does not take."""

import os


def joined(*parts: bytes) -> bytes:
    """Return the path made of ``parts``; empty ones are left out."""
    return b"/".join(part for part in parts if part)


def identity(path: bytes) -> tuple[int, int]:
    """Return device and inode of what is at ``path``, links followed; raise OSError if nothing is."""
    place = os.stat(path)  # noqa: PTH116 - bytes
    return place.st_dev, place.st_ino


def is_there(*parts: bytes) -> bool:
    """Return whether anything is at the path, be it a link that leads nowhere."""
    return os.path.lexists(joined(*parts))
