"""Which folders make up the library: added, taken out with their tracks kept in mind, never one within another."""

import os
from pathlib import Path
from typing import Any

from auralis.model.errors import FieldError, InvalidInputError, NotFoundError
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.library import folders
from auralis.store.library.state import library_revision


class LibraryFolders:
    """The folders of the library. The owner's music, once there is any, takes the place of the demo library."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> list[folders.LibraryFolder]:
        """Return the folders in the order they were added."""
        return self._database.read_now(folders.list_folders)

    def add(self, path: Path, kind: str = folders.MUSIC) -> tuple[int, int]:
        """Add a folder of ``kind`` music or demo; one that is there already stays as it is.

        Returned are its key and the library's revision.
        """
        wanted = _checked(path)

        def write(connection: Connection) -> tuple[int, int]:
            return _add(connection, wanted, kind), library_revision(connection)

        return self._database.write_now(write, edit=True)

    def replace(self, paths: list[Path]) -> None:
        """Make ``paths`` the owner's folders; others are removed."""
        wanted = [_checked(path) for path in paths]
        from auralis.store.library.removal import remove_folder  # noqa: PLC0415 - a scan has no need of it

        def write(connection: Connection) -> None:
            for folder in folders.list_folders(connection):
                if folder.kind == folders.MUSIC and folder.path not in wanted:
                    remove_folder(connection, folder)
            for path in wanted:
                _add(connection, path, folders.MUSIC)

        self._database.write_now(write)

    def remove(self, folder_id: str) -> int:
        """Take a folder out; its tracks are no longer shown, and come back with plays and all if it is added again.

        Returned is the library's revision.
        """
        from auralis.store.library.removal import remove_folder  # noqa: PLC0415 - the same

        def write(connection: Connection) -> int:
            for folder in folders.list_folders(connection):
                if folder.id == folder_id:
                    remove_folder(connection, folder)
                    return library_revision(connection)
            raise NotFoundError("folder", folder_id)

        return self._database.write_now(write, edit=True)

    @staticmethod
    def describe(connection: Connection) -> list[dict[str, Any]]:
        """Return the folders as clients see them."""
        return [
            {
                "id": folder.id,
                "path": folder.shown_path,
                "kind": folder.kind,
                "available": folder.away is None,
                "trackCount": folders.count_tracks(connection, folder.key),
            }
            for folder in folders.list_folders(connection)
        ]


def _checked(path: Path) -> bytes:
    try:
        resolved = path.expanduser().resolve()
        is_folder, is_there = resolved.is_dir(), resolved.exists()
    except (OSError, RuntimeError, ValueError) as error:
        raise InvalidInputError("The path is none.", [FieldError("path", "Is no path of a folder.")]) from error
    if not is_folder:
        problem = "is not a folder" if is_there else "does not exist"
        raise InvalidInputError(f"{path} {problem}.", [FieldError("path", f"It {problem}.", str(path))])
    return os.fsencode(resolved)


def _add(connection: Connection, path: bytes, kind: str) -> int:
    from auralis.store.library.removal import bring_back_folder, remove_folder  # noqa: PLC0415 - the same

    present = folders.list_folders(connection)
    if kind == folders.MUSIC:
        for folder in present:
            if folder.kind == folders.DEMO and folder.path != path:
                remove_folder(connection, folder)
        present = [folder for folder in present if folder.kind != folders.DEMO or folder.path == path]
    for folder in present:
        if folder.path == path:
            return folder.key
        if folders.is_within(path, folder.path) or folders.is_within(folder.path, path):
            shown = path.decode("utf-8", "replace")
            sentence = f"{shown} and {folder.shown_path}, which is in the library, lie one within the other."
            raise InvalidInputError(sentence, [FieldError("path", sentence, shown)])
    known = folders.find_folder(connection, path)
    if known is None:
        return folders.insert_folder(connection, path, kind)
    bring_back_folder(connection, known, kind)
    return known
