"""The library as it lies in its folders: what a directory holds, addressed by paths that begin with a folder's id."""

from pathlib import PurePosixPath
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from auralis.store.database import Connection
from auralis.store.schema import SHOWN_OF_FEW, directories, library_folders, tracks
from auralis.store.statements import Statement

_d, _t = directories.c, tracks.c
_FOLDERS = Statement(
    select(library_folders.c.id, library_folders.c.path)
    .where(library_folders.c.removed == bindparam("kept", 0))
    .order_by(library_folders.c.path)
)
_FOLDER = Statement(
    select(library_folders.c.key).where(
        library_folders.c.id == bindparam("wanted"), library_folders.c.removed == bindparam("kept", 0)
    )
)
_in_folder = _d.folder_key == bindparam("folder")
_DIRECTORY = Statement(select(_d.key).where(_in_folder, _d.path == bindparam("at")))
_NEXT = Statement(
    select(_d.path)
    .where(_in_folder, _d.path >= bindparam("least"), _d.path < bindparam("end"))
    .order_by(_d.path)
    .limit(bindparam("one", 1))
)
_HAS_TRACKS = Statement(
    select(_t.key)
    .join_from(directories, tracks, _t.directory_key == _d.key)
    .where(_in_folder, _d.path >= bindparam("least"), _d.path < bindparam("end"), SHOWN_OF_FEW)
    .limit(bindparam("one", 1))
)
_TRACKS = Statement(
    select(_t.key, _t.name)
    .where(_t.directory_key == bindparam("directory"), SHOWN_OF_FEW)
    .order_by(_t.name)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_COUNT = Statement(
    select(func.count()).select_from(tracks).where(_t.directory_key == bindparam("directory"), SHOWN_OF_FEW)
)
_AFTER_SLASH = b"0"
"""The character after ``/``: what begins with ``a/`` lies between ``a/`` and ``a0``."""

_AFTER_ALL = b"\xff" * 256
"""After every name: none is longer than 255 bytes."""

_STAND_INS = 0xF700
"""Bytes that are not UTF-8 are shown as private-use characters from here on, so that any name can be asked for."""


class Subdirectory(NamedTuple):
    """A directory: its name, and the path to ask for it by."""

    name: str
    path: str


class Directory(NamedTuple):
    """What can be listed of a directory: its subdirectories, and the key under which its tracks are found, if any."""

    subdirectories: list[Subdirectory]
    key: int | None


def top(connection: Connection) -> Directory:
    """Return the library's folders as the directories of the top."""
    return Directory([Subdirectory(_name(path), folder_id) for folder_id, path in _FOLDERS.rows(connection)], None)


def directory(connection: Connection, path: str) -> Directory | None:
    """Return the directory at ``path``, or None if the library has none there."""
    folder_id, _, below = path.partition("/")
    folder = _FOLDER.value(connection, wanted=folder_id)
    at = _bytes(below)
    if folder is None or (at and not _holds_music(connection, folder, at)):
        return None
    key: int | None = _DIRECTORY.value(connection, folder=folder, at=at)
    found = [Subdirectory(name, f"{path}/{name}") for name in map(_text, _children(connection, folder, at))]
    return Directory(found, key)


def count_tracks(connection: Connection, key: int) -> int:
    """Count the tracks that lie in a directory itself."""
    return int(_COUNT.value(connection, directory=key))


def tracks_in(connection: Connection, key: int, offset: int, limit: int) -> list[tuple[int, str]]:
    """Return key and file name of the tracks that lie in a directory itself, by name."""
    rows = _TRACKS.rows(connection, directory=key, offset=offset, limit=limit)
    return [(track, _text(name.rpartition(b"/")[2])) for track, name in rows]  # without a place: see library.writing


def _children(connection: Connection, folder: int, at: bytes) -> list[bytes]:
    """Return the names of subdirectories that hold music somewhere: few searches each, however much lies below."""
    prefix = at + b"/" if at else b""
    least, end = (prefix, at + _AFTER_SLASH) if at else (b"\x01", _AFTER_ALL)
    found_names: set[bytes] = set()
    while (found := _NEXT.value(connection, folder=folder, least=least, end=end)) is not None:
        name = found[len(prefix) :].partition(b"/")[0]
        if name not in found_names and _holds_music(connection, folder, prefix + name):
            found_names.add(name)
        # The directory itself comes first; others that begin with its name may lie before what lies in it.
        least = prefix + name + (b"\x00" if found == prefix + name else _AFTER_SLASH)
    return sorted(found_names)


def _holds_music(connection: Connection, folder: int, at: bytes) -> bool:
    spans = ((at, at + b"\x00"), (at + b"/", at + _AFTER_SLASH))
    return any(_HAS_TRACKS.row(connection, folder=folder, least=low, end=high) is not None for low, high in spans)


def _name(path: bytes) -> str:
    return PurePosixPath(_text(path)).name or "/"


def _text(name: bytes) -> str:
    shown = name.decode("utf-8", "surrogateescape")
    return "".join(chr(ord(c) - 0xDC00 + _STAND_INS) if 0xDC80 <= ord(c) <= 0xDCFF else c for c in shown)


def _bytes(path: str) -> bytes:
    return b"".join(
        bytes([ord(c) - _STAND_INS]) if 0x80 <= ord(c) - _STAND_INS <= 0xFF else c.encode("utf-8", "replace")
        for c in path
    )
