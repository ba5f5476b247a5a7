"""Tracks whose files are gone beside copies of them that nobody has made anything of: which they are, made one."""

import re
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import and_, bindparam, delete, exists, literal_column, or_, select

from auralis.store.database import Connection
from auralis.store.library import search_index
from auralis.store.library.figures import Touched, touched_by
from auralis.store.library.identity import hand_over_fingerprint
from auralis.store.library.records import Reunited, TrackRecord
from auralis.store.schema import (
    HIDDEN_BY_OWNER,
    annotations,
    compare_trials,
    directories,
    history,
    jobs,
    library_folders,
    player_states,
    playlist_entries,
    playlist_steps,
    queue_changes,
    queues,
    track_edits,
    tracks,
)
from auralis.store.statements import Statement, as_json, integers_in, texts_in

_lost, _copy = tracks.alias("lost"), tracks.alias("copy")
_d, _f = directories.c, library_folders.c
_KEPT_BY = (annotations, history, playlist_entries, track_edits)
_is_lost = or_(_lost.c.missing == literal_column("1"), _lost.c.hidden == literal_column("1"))
_is_free = and_(
    _copy.c.missing == bindparam("present", 0),
    _copy.c.hidden + literal_column("0") == bindparam("shown", 0),
    *(~exists().where(table.c.track_key == _copy.c.key) for table in _KEPT_BY),
)
_is_worth_it = or_(
    *(exists().where(table.c.track_key == _lost.c.key) for table in _KEPT_BY), _lost.c.id.in_(texts_in("mentioned"))
)
"""Somebody has made something of it, which would be lost to them."""
_may_be_one = and_(
    _copy.c.audio_sketch == _lost.c.audio_sketch,
    _copy.c.key != _lost.c.key,
    _lost.c.audio_sketch != bindparam("no_sketch", 0),
    _lost.c.hidden + literal_column("0") != bindparam("by_owner", HIDDEN_BY_OWNER),
    or_(_copy.c.audio_hash.is_(None), _lost.c.audio_hash.is_(None), _copy.c.audio_hash == _lost.c.audio_hash),
    _is_free,
)
_pairs = (
    select(
        _lost.c.key,
        _lost.c.audio_sketch,
        _lost.c.audio_hash,
        and_(_copy.c.inode == _lost.c.inode, _copy.c.mtime_ns == _lost.c.mtime_ns),
        and_(_copy.c.name == _lost.c.name, _copy.c.size == _lost.c.size),
        _copy.c.key,
        _copy.c.audio_hash,
        _f.key,
        _f.path,
        _d.path,
        _copy.c.name,
        _copy.c.size,
        _copy.c.mtime_ns,
        _copy.c.inode,
        _copy.c.words,
    )
    .select_from(_lost)
    .join(_copy, _may_be_one)
    .join(directories, _d.key == _copy.c.directory_key)
    .join(library_folders, _f.key == _d.folder_key)
    .where(
        _lost.c.folder_key == bindparam("folder"),
        _is_worth_it,
        _copy.c.id.not_in(texts_in("mentioned")),
        _f.removed == bindparam("kept", 0),
        _f.away.is_(None),
    )
    .limit(bindparam("limit"))
)
_MISSING = Statement(_pairs.where(_lost.c.missing == literal_column("1")))
_HIDDEN = Statement(_pairs.where(_lost.c.hidden == literal_column("1")))
_ANY_MISSING = Statement(
    select(tracks.c.key)
    .where(tracks.c.folder_key == bindparam("folder"), tracks.c.missing == literal_column("1"))
    .limit(literal_column("1"))
)
_STILL = Statement(
    select(_copy.c.id)
    .select_from(_lost)
    .join(_copy, _may_be_one)
    .where(_lost.c.key == bindparam("lost_key"), _copy.c.key == bindparam("copy_key"), _is_lost)
)
_NOT_LOOKED_AT = Statement(
    select(_f.key).where(_f.removed == bindparam("gone", 1), _f.scanned_at.is_(None)).order_by(_f.key)
)
_NOTE_LOOK = Statement(
    library_folders.update()
    .where(_f.key == bindparam("folder_key"), _f.removed == bindparam("gone", 1))
    .values(scanned_at=bindparam("now"))
)
_MENTIONS = [
    Statement(select(column))
    for column in (
        queues.c.entries,
        queue_changes.c.change,
        player_states.c.state,
        playlist_steps.c.change,
        jobs.c.order,
        compare_trials.c.a_track_id,
        compare_trials.c.b_track_id,
    )
]
_ID = re.compile(r"[0-9a-z]{16}")
_DELETE = Statement(delete(tracks).where(tracks.c.key.in_(integers_in("keys"))))


class Copy(NamedTuple):
    """A track without a file, and one with its audio that has one; the flags say how sure it is that it moved there."""

    lost_key: int
    sketch: int
    lost_hash: bytes | None
    is_same_file: int
    is_same_name: int
    key: int
    hash: bytes | None
    folder_key: int
    folder: bytes
    directory: bytes
    name: bytes
    size: int
    mtime_ns: int
    inode: int
    words: int


def copies_of_missing(connection: Connection, folder_key: int, limit: int) -> list[Copy]:
    """Return copies of tracks whose files are gone from a folder and of which somebody has made something."""
    if _ANY_MISSING.value(connection, folder=folder_key) is None:
        return []
    return _found(connection, _MISSING, folder_key, limit)


def copies_of_removed(connection: Connection, folder_key: int, limit: int) -> list[Copy]:
    """Return copies of tracks of a folder that was taken out of the library."""
    return _found(connection, _HIDDEN, folder_key, limit)


def removed_folders(connection: Connection) -> list[int]:
    """Return the folders that were taken out and whose tracks nobody has looked for elsewhere yet."""
    return [key for (key,) in _NOT_LOOKED_AT.rows(connection)]


def note_look(connection: Connection, folder_key: int) -> None:
    """Note that the tracks of a folder that was taken out were looked for."""
    _NOTE_LOOK.run(connection, folder_key=folder_key, now=round(time.time() * 1000))


def make_one(connection: Connection, reunited: Iterable[Reunited]) -> tuple[list[TrackRecord], Touched, int]:
    """Make room for tracks that take the places of their copies.

    A copy that somebody has made something of since is left alone. Returned are the records that are to be written,
    what the copies took part in, and how many they were.
    """
    mentioned = _mentioned(connection)
    records: list[TrackRecord] = []
    gone: dict[int, None] = {}
    for each in reunited:
        copy_id = _STILL.value(connection, lost_key=each.record.key, copy_key=each.copy_key)
        if copy_id is not None and copy_id not in mentioned and each.copy_key not in gone:
            hand_over_fingerprint(connection, each.copy_key, each.record.key or 0)
            records.append(each.record)
            gone[each.copy_key] = None
    touched = touched_by(connection, gone)
    search_index.drop(connection, "track_search", gone)
    _DELETE.run(connection, keys=as_json(gone))
    return records, touched, len(gone)


def _found(connection: Connection, statement: Statement, folder_key: int, limit: int) -> list[Copy]:
    mentioned = as_json(_mentioned(connection))
    return [Copy(*row) for row in statement.rows(connection, folder=folder_key, limit=limit, mentioned=mentioned)]


def _mentioned(connection: Connection) -> set[str]:
    """Return the ids that queues, players and what can be undone speak of, and what only looks like one."""
    found: set[str] = set()
    for statement in _MENTIONS:
        rows: Sequence[tuple[bytes | str]] = statement.rows(connection)
        for (text,) in rows:
            found.update(_ID.findall(text if isinstance(text, str) else text.decode("utf-8", "replace")))
    return found
