"""Stage 6, missing: which tracks have no file any more, where the whole folder was seen."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from auralis.store.database import Connection
from auralis.store.library.directories import all_directories, present_tracks
from auralis.store.library.folders import is_within
from auralis.store.library.problems import problem_directories


@dataclass(frozen=True, slots=True)
class Missing:
    """Tracks whose files are gone, and problems that went with theirs."""

    tracks: list[int]
    solved: list[int]


def find_missing(
    connection: Connection, folder_key: int, start: bytes, seen: Collection[bytes], unreadable: Iterable[bytes]
) -> Missing:
    """Return what went with directories at or under ``start`` that are no more.

    Those that could not be looked into count as still there.
    """
    closed = tuple(unreadable)

    def is_gone(path: bytes) -> bool:
        if path in seen or (start and not is_within(path, start)):
            return False
        return not any(is_within(path, directory) for directory in closed)

    known = all_directories(connection, folder_key)
    lost = [key for path, key in known.items() if is_gone(path)]
    solved = [key for key, path in problem_directories(connection, folder_key) if is_gone(path)]
    return Missing(present_tracks(connection, lost), solved)
