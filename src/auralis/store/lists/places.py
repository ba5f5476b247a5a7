"""Tracks found by where their files lie, or by what they are called."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select

from auralis.store.database import Connection
from auralis.store.schema import SHOWN, SHOWN_OF_FEW, directories, tracks
from auralis.store.statements import Statement, as_json, integers_in

_AT = Statement(
    select(tracks.c.id)
    .join_from(directories, tracks, tracks.c.directory_key == directories.c.key)
    .where(
        directories.c.folder_key.in_(integers_in("folders")),
        directories.c.path == bindparam("directory"),
        tracks.c.name == bindparam("file_name"),
        SHOWN_OF_FEW,
    )
)
_CALLED = Statement(
    select(tracks.c.id, tracks.c.artist, tracks.c.duration_seconds)
    .where(SHOWN, tracks.c.title_sort == bindparam("title"))
    .limit(bindparam("limit"))
)
MOST_OF_ONE_NAME = 1000


class PlacedTrack(NamedTuple):
    """A track as far as an M3U names it."""

    id: str
    artist: str | None
    duration_seconds: float


def tracks_at(connection: Connection, folder_keys: Sequence[int], directory: bytes, name: bytes) -> list[str]:
    """Return the tracks whose file lies at a place within one of the folders."""
    rows = _AT.rows(connection, folders=as_json(folder_keys), directory=directory, file_name=name)
    return [track_id for (track_id,) in rows]


def tracks_called(connection: Connection, title_sort: str) -> list[PlacedTrack]:
    """Return the tracks of a title."""
    return [PlacedTrack(*row) for row in _CALLED.rows(connection, title=title_sort, limit=MOST_OF_ONE_NAME)]
