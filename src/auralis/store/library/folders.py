"""The library's folders: added, taken away with their tracks hidden, and seen or not."""

import os
import time
from dataclasses import dataclass

from sqlalchemy import and_, bindparam, delete, exists, func, literal_column, null, or_, select, update

from auralis.kit.ids import new_id
from auralis.store.database import Connection
from auralis.store.schema import SHOWN, directories, library_folders, problems, tracks
from auralis.store.statements import Statement

MUSIC, DEMO = "music", "demo"


@dataclass(frozen=True, slots=True)
class LibraryFolder:
    """A folder of music; ``away`` says why it cannot be seen, or is None."""

    key: int
    id: str
    path: bytes
    kind: str
    away: str | None
    scanned_at: int | None

    @property
    def decoded_path(self) -> str:
        """The path as Python's file functions take it."""
        return os.fsdecode(self.path)

    @property
    def shown_path(self) -> str:
        """The path as people read it; bytes that are no text are replaced."""
        return self.path.decode("utf-8", "replace")


_LIST = Statement(
    select(
        library_folders.c.key,
        library_folders.c.id,
        library_folders.c.path,
        library_folders.c.kind,
        library_folders.c.away,
        library_folders.c.scanned_at,
    )
    .where(library_folders.c.removed == bindparam("kept", 0))
    .order_by(library_folders.c.key)
)
_FIND = Statement(select(library_folders.c.key).where(library_folders.c.path == bindparam("at")))
_ADD = Statement(
    library_folders.insert().values(
        id=bindparam("id"), path=bindparam("path"), kind=bindparam("kind"), added_at=bindparam("added_at")
    )
)
_BRING_BACK = Statement(
    update(library_folders)
    .where(library_folders.c.key == bindparam("folder_key"))
    .values(removed=bindparam("kept", 0), kind=bindparam("new_kind"))
)
_UNSIGN = Statement(
    update(directories).where(directories.c.folder_key == bindparam("of_folder")).values(signature=null())
)
_TAKE_AWAY = Statement(
    update(library_folders)
    .where(library_folders.c.key == bindparam("folder_key"))
    .values(removed=bindparam("gone", 1), scanned_at=null())
)
_DELETE = Statement(delete(library_folders).where(library_folders.c.key == bindparam("folder_key")))
_IS_KEPT = Statement(
    select(library_folders.c.key).where(
        library_folders.c.key == bindparam("folder_key"), library_folders.c.removed == bindparam("kept", 0)
    )
)
_FORGET_PROBLEMS = Statement(delete(problems).where(problems.c.folder_key == bindparam("folder_key")))
_SET_AWAY = Statement(
    update(library_folders)
    .where(library_folders.c.key == bindparam("folder_key"))
    .values(away=bindparam("reason"), scanned_at=bindparam("now"))
)
_COUNT = Statement(
    select(func.count()).select_from(tracks).where(SHOWN, tracks.c.folder_key == bindparam("folder_key"))
)
_ANY_LOST = Statement(
    select(library_folders.c.key)
    .where(
        or_(
            and_(library_folders.c.removed == bindparam("gone", 1), library_folders.c.scanned_at.is_(None)),
            exists().where(tracks.c.folder_key == library_folders.c.key, tracks.c.missing == literal_column("1")),
        )
    )
    .limit(literal_column("1"))
)
_COUNT_PRESENT = Statement(
    select(func.count())
    .select_from(tracks)
    .where(SHOWN, tracks.c.folder_key == bindparam("folder_key"), tracks.c.missing == bindparam("present", 0))
)


def list_folders(connection: Connection) -> list[LibraryFolder]:
    """Return the folders of the library in the order they were added."""
    return [LibraryFolder(*row) for row in _LIST.rows(connection)]


def find_folder(connection: Connection, path: bytes) -> int | None:
    """Return the key of the folder at ``path``, removed ones included."""
    key: int | None = _FIND.value(connection, at=path)
    return key


def insert_folder(connection: Connection, path: bytes, kind: str) -> int:
    """Add a folder that the database has never seen, and return its key."""
    _ADD.run(connection, id=new_id(), path=path, kind=kind, added_at=round(time.time() * 1000))
    return int(_FIND.value(connection, at=path))


def mark_kept(connection: Connection, folder_key: int, kind: str) -> None:
    """Make a removed folder one of the library's again; its tracks may have found their files elsewhere meanwhile."""
    _UNSIGN.run(connection, of_folder=folder_key)
    _BRING_BACK.run(connection, folder_key=folder_key, new_kind=kind)


def mark_removed(connection: Connection, folder_key: int) -> None:
    """Take a folder out of the library; its problems go with it, and the next scan looks for its tracks elsewhere."""
    _TAKE_AWAY.run(connection, folder_key=folder_key)
    _FORGET_PROBLEMS.run(connection, folder_key=folder_key)


def delete_folder(connection: Connection, folder_key: int) -> None:
    """Forget a folder and everything in it."""
    _DELETE.run(connection, folder_key=folder_key)


def is_in_library(connection: Connection, folder_key: int) -> bool:
    """Return whether a folder is one of the library's: it may have been taken out while it was scanned."""
    return _IS_KEPT.value(connection, folder_key=folder_key) is not None


def note_scan(connection: Connection, folder_key: int, away: str | None) -> None:
    """Note that a folder was scanned just now, or why it could not be."""
    _SET_AWAY.run(connection, folder_key=folder_key, reason=away, now=round(time.time() * 1000))


def has_lost_tracks(connection: Connection) -> bool:
    """Return whether files of tracks are gone, or a folder was taken out whose tracks nobody has looked for since."""
    return _ANY_LOST.value(connection) is not None


def count_tracks(connection: Connection, folder_key: int) -> int:
    """Count the tracks of a folder that lists show."""
    return int(_COUNT.value(connection, folder_key=folder_key))


def count_present(connection: Connection, folder_key: int) -> int:
    """Count the tracks of a folder whose files were there when last looked for."""
    return int(_COUNT_PRESENT.value(connection, folder_key=folder_key))


def is_within(inner: bytes, outer: bytes) -> bool:
    """Return whether path ``inner`` is ``outer`` or lies in it."""
    return inner == outer or inner.startswith(outer.rstrip(os.fsencode(os.sep)) + os.fsencode(os.sep))
