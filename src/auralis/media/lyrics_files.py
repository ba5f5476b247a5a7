"""LRC files that lie beside the music, under its names."""

import os
from pathlib import Path

LYRICS_SUFFIXES = (".lrc", ".LRC")
LARGEST_LYRICS_BYTES = 1024 * 1024


def read_beside(path: Path) -> str | None:
    """Return the LRC file that has the name of the music file at ``path``, if there is one of sensible size."""
    for suffix in LYRICS_SUFFIXES:
        try:
            data = _read(path.with_suffix(suffix))
        except (OSError, ValueError):
            continue
        if len(data) <= LARGEST_LYRICS_BYTES:
            return _decoded(data).replace("\0", " ").strip() or None
    return None


def _read(path: Path) -> bytes:
    # A pipe that nobody writes to would keep whoever opens it waiting.
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:  # noqa: PTH123 - a descriptor
        return file.read(LARGEST_LYRICS_BYTES + 1) or b""


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", "replace")
