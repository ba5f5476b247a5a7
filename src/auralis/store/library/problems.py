"""What is wrong with files and folders, and why."""

import time
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.dialects.sqlite import insert

from auralis.model.library import Problem
from auralis.store.database import Connection
from auralis.store.library.records import ANALYSIS, FoundProblem
from auralis.store.schema import directories, library_folders, problems, tracks
from auralis.store.statements import Statement, as_json, integers_in


class KnownProblem(NamedTuple):
    """A problem as it was last found; ``size`` and ``mtime_ns`` are those of the file that was looked at."""

    key: int
    name: bytes
    kind: str
    size: int | None
    mtime_ns: int | None


_values = ("folder_key", "kind", "directory", "name", "reason", "size", "mtime_ns", "found_at")
_new = insert(problems).values({name: bindparam(name) for name in _values})
_ADD = Statement(
    _new.on_conflict_do_update(
        index_elements=["folder_key", "directory", "name", "kind"],
        set_={name: _new.excluded[name] for name in ("reason", "size", "mtime_ns", "found_at")},
    )
)
_of_file = and_(
    problems.c.folder_key == bindparam("folder"),
    problems.c.directory == bindparam("in_directory"),
    problems.c.name == bindparam("of_name"),
)
_FORGET_FILE = Statement(problems.delete().where(_of_file, problems.c.kind == bindparam("of_kind")))
_FORGET = Statement(problems.delete().where(problems.c.key.in_(integers_in("keys"))))
_of_track = and_(problems.c.directory == directories.c.path, problems.c.folder_key == directories.c.folder_key)
_PLACE = Statement(
    select(directories.c.folder_key, directories.c.path, tracks.c.name)
    .join_from(tracks, directories, tracks.c.directory_key == directories.c.key)
    .where(tracks.c.key == bindparam("track_key"))
)
_visible = problems.join(
    library_folders,
    and_(library_folders.c.key == problems.c.folder_key, library_folders.c.removed == bindparam("kept", 0)),
)
_LIST = Statement(
    select(library_folders.c.path, problems.c.directory, problems.c.name, problems.c.reason, problems.c.found_at)
    .select_from(_visible)
    .order_by(problems.c.key)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_COUNT = Statement(select(func.count()).select_from(_visible))
_COUNT_ANALYSIS = Statement(
    select(func.count()).select_from(_visible).where(problems.c.kind == bindparam("of_kind", ANALYSIS))
)
_AWAY = Statement(
    select(library_folders.c.path, library_folders.c.away, library_folders.c.scanned_at)
    .where(library_folders.c.away.is_not(None), library_folders.c.removed == bindparam("kept", 0))
    .order_by(library_folders.c.key)
)
_IN_DIRECTORY = Statement(
    select(problems.c.key, problems.c.name, problems.c.kind, problems.c.size, problems.c.mtime_ns).where(
        problems.c.folder_key == bindparam("folder"), problems.c.directory == bindparam("in_directory")
    )
)
_DIRECTORIES = Statement(
    select(problems.c.key, problems.c.directory).where(problems.c.folder_key == bindparam("folder"))
)


def add_problems(connection: Connection, folder_key: int, found: Iterable[FoundProblem]) -> None:
    """Note problems; one of the same kind with the same file is replaced."""
    now = round(time.time() * 1000)
    _ADD.run_many(connection, ({**each._asdict(), "folder_key": folder_key, "found_at": now} for each in found))


def forget_problems(connection: Connection, keys: Iterable[int]) -> None:
    """Strike out problems that are no more."""
    _FORGET.run(connection, keys=as_json(keys))


def add_analysis_problem(connection: Connection, track_key: int, reason: str) -> None:
    """Note that a track could not be measured."""
    folder_key, directory, name = _PLACE.row(connection, track_key=track_key)
    add_problems(connection, folder_key, [FoundProblem(directory, name, ANALYSIS, reason)])


def forget_analysis_problem(connection: Connection, track_key: int) -> None:
    """Strike out that a track could not be measured."""
    folder_key, directory, name = _PLACE.row(connection, track_key=track_key)
    _FORGET_FILE.run(connection, folder=folder_key, in_directory=directory, of_name=name, of_kind=ANALYSIS)


def count_analysis_problems(connection: Connection) -> int:
    """Count the tracks that could not be measured."""
    return int(_COUNT_ANALYSIS.value(connection))


def count_problems(connection: Connection) -> int:
    """Count all problems, folders that are away among them."""
    return int(_COUNT.value(connection)) + len(_AWAY.rows(connection))


def list_problems(connection: Connection, offset: int, limit: int) -> list[Problem]:
    """Return problems in the order they were found; folders that are away come first."""
    away = [Problem(_shown(path), "", reason, at / 1000) for path, reason, at in _AWAY.rows(connection)]
    head = away[offset : offset + limit]
    rows = _LIST.rows(connection, limit=limit - len(head), offset=max(0, offset - len(away)))
    return head + [
        Problem(_shown(folder), _shown(b"/".join(part for part in (directory, name) if part)), reason, at / 1000)
        for folder, directory, name, reason, at in rows
    ]


def problems_in(connection: Connection, folder_key: int, directory: bytes) -> list[KnownProblem]:
    """Return the problems known in one directory."""
    return [KnownProblem(*row) for row in _IN_DIRECTORY.rows(connection, folder=folder_key, in_directory=directory)]


def problem_directories(connection: Connection, folder_key: int) -> list[tuple[int, bytes]]:
    """Return the key of every problem of a folder, and the directory it lies in."""
    return _DIRECTORIES.rows(connection, folder=folder_key)


def _shown(path: bytes) -> str:
    return path.decode("utf-8", "replace")
