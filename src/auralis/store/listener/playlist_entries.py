"""What stands in playlists. Places have gaps, so that putting something between two entries moves no other."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from auralis.model.playlists import Entry, Run
from auralis.store.database import Connection
from auralis.store.lists.order import Order, Stretch
from auralis.store.lists.walk import Walk
from auralis.store.schema import SHOWN_OF_FEW, directories, playlist_entries, tracks
from auralis.store.statements import BulkInsert, Statement, as_json, integers_in, texts_in

GAP = 1 << 32
"""Between entries at first: 32 halvings, and room for 2³¹ entries."""

_e = playlist_entries.c
_of_playlist = _e.playlist_key == bindparam("playlist_key")
ENTRY_ORDER = Order(Stretch(playlist_entries, _of_playlist, (_e.place,), _e.key))

_PLACE = Statement(select(_e.place).where(_e.id == bindparam("entry_id"), _of_playlist))
_BEFORE = Statement(
    select(_e.id, _e.place)
    .where(_of_playlist, _e.place < bindparam("at"))
    .order_by(_e.place.desc(), _e.key.desc())
    .limit(bindparam("one", 1))
)
_AFTER = Statement(
    select(_e.place)
    .where(_of_playlist, _e.place > bindparam("at"))
    .order_by(_e.place, _e.key)
    .limit(bindparam("one", 1))
)
_LAST = Statement(
    select(_e.id, _e.place).where(_of_playlist).order_by(_e.place.desc(), _e.key.desc()).limit(bindparam("one", 1))
)
_AT_INDEX = Statement(
    select(_e.id).where(_of_playlist).order_by(_e.place, _e.key).limit(bindparam("one", 1)).offset(bindparam("index"))
)
_full = select(_e.id, tracks.c.id, _e.title, _e.artist, _e.duration_seconds).select_from(
    playlist_entries.outerjoin(tracks, tracks.c.key == _e.track_key)
)
_ALL = Statement(_full.where(_of_playlist).order_by(_e.place, _e.key))
_SOME = Statement(_full.add_columns(_e.place).where(_of_playlist, _e.id.in_(texts_in("ids"))))
_BY_KEYS = Statement(
    select(_e.key, _e.id, _e.track_key, _e.title, _e.artist, _e.duration_seconds).where(_e.key.in_(integers_in("keys")))
)
_KEYS = Statement(
    select(_e.track_key)
    .join_from(playlist_entries, tracks, tracks.c.key == _e.track_key)
    .where(_of_playlist, SHOWN_OF_FEW)
    .order_by(_e.place, _e.key)
)
_SHOWN = Statement(select(tracks.c.key).where(tracks.c.key.in_(integers_in("keys")), SHOWN_OF_FEW))
_DURATION = Statement(
    select(func.coalesce(func.sum(func.coalesce(tracks.c.duration_seconds, _e.duration_seconds)), 0))
    .select_from(playlist_entries.outerjoin(tracks, tracks.c.key == _e.track_key))
    .where(_of_playlist)
)
_FILES = Statement(
    select(
        directories.c.path,
        tracks.c.name,
        func.coalesce(func.json_extract(tracks.c.document.concat("}"), "$.title"), _e.title),
        func.coalesce(tracks.c.artist, _e.artist),
        func.coalesce(tracks.c.duration_seconds, _e.duration_seconds),
    )
    .select_from(
        playlist_entries.outerjoin(tracks, tracks.c.key == _e.track_key).outerjoin(
            directories, directories.c.key == tracks.c.directory_key
        )
    )
    .where(_of_playlist)
    .order_by(_e.place, _e.key)
)
_PLACES = Statement(select(_e.key).where(_of_playlist).order_by(_e.place, _e.key))
_SET_PLACE = Statement(update(playlist_entries).where(_e.key == bindparam("entry_key")).values(place=bindparam("to")))
_MOVE = Statement(
    update(playlist_entries).where(_e.id == bindparam("entry_id"), _of_playlist).values(place=bindparam("to"))
)
_REMOVE = Statement(delete(playlist_entries).where(_e.id.in_(texts_in("ids")), _of_playlist))
_INSERT = BulkInsert(
    playlist_entries, [_e.id, _e.playlist_key, _e.place, _e.track_key, _e.title, _e.artist, _e.duration_seconds]
)
_TRACKS = Statement(
    select(
        tracks.c.id,
        tracks.c.key,
        func.json_extract(tracks.c.document.concat("}"), "$.title"),
        tracks.c.artist,
        tracks.c.duration_seconds,
    ).where(tracks.c.id.in_(texts_in("ids")), SHOWN_OF_FEW)
)
_KEYS_OF = Statement(select(tracks.c.id, tracks.c.key).where(tracks.c.id.in_(texts_in("ids"))))


def entry_walk(connection: Connection, playlist_key: int, total: int) -> Walk:
    """Return the walk along the entries of a playlist."""
    return Walk(connection, ENTRY_ORDER, descending=False, values={"playlist_key": playlist_key}, total=total)


def all_entries(connection: Connection, playlist_key: int) -> list[Entry]:
    """Return every entry in order."""
    return [Entry(*row) for row in _ALL.rows(connection, playlist_key=playlist_key)]


def entries_by_keys(connection: Connection, keys: Sequence[int]) -> list[tuple[Any, ...]]:
    """Return id, track key (None: gone for good), title, artist and duration of entries in the order of ``keys``."""
    found = {row[0]: row[1:] for row in _BY_KEYS.rows(connection, keys=as_json(keys))}
    return [found[key] for key in keys if key in found]


def track_keys(connection: Connection, playlist_key: int) -> list[int]:
    """Return the tracks of a playlist in order, without those that lists hide."""
    return [key for (key,) in _KEYS.rows(connection, playlist_key=playlist_key)]


def shown_tracks(connection: Connection, keys: Sequence[int]) -> set[int]:
    """Return those of ``keys`` that lists show."""
    return {key for (key,) in _SHOWN.rows(connection, keys=as_json(keys))}


def entry_files(
    connection: Connection, playlist_key: int
) -> list[tuple[bytes | None, bytes | None, str, str | None, float]]:
    """Return directory and name of each entry's file (None: gone for good), its title, artist and duration."""
    return _FILES.rows(connection, playlist_key=playlist_key)


def playlist_seconds(connection: Connection, playlist_key: int) -> float:
    """Return how long all entries take together."""
    return float(_DURATION.value(connection, playlist_key=playlist_key))


def tracks_to_add(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, str | None, float]]:
    """Return title, artist and duration of those ids that name a track which lists show."""
    rows = _TRACKS.rows(connection, ids=as_json(set(ids)))
    return {track_id: (title, artist, seconds) for track_id, _, title, artist, seconds in rows}


def has_entry(connection: Connection, playlist_key: int, entry_id: str) -> bool:
    """Return whether the entry stands in the playlist."""
    return _PLACE.value(connection, playlist_key=playlist_key, entry_id=entry_id) is not None


def entry_at(connection: Connection, playlist_key: int, index: int) -> str | None:
    """Return the entry at ``index`` (from 0), or None beyond the last one."""
    found: str | None = _AT_INDEX.value(connection, playlist_key=playlist_key, index=index)
    return found


def last_entry(connection: Connection, playlist_key: int) -> str | None:
    """Return the last entry."""
    found: str | None = _LAST.value(connection, playlist_key=playlist_key)
    return found


def entry_before(connection: Connection, playlist_key: int, entry_id: str) -> str | None:
    """Return what stands just before an entry, or None if it is the first."""
    place = _PLACE.value(connection, playlist_key=playlist_key, entry_id=entry_id)
    found: str | None = _BEFORE.value(connection, playlist_key=playlist_key, at=place)
    return found


def insert_run(connection: Connection, playlist_key: int, run: Run) -> None:
    """Put entries in after the one that the run names; tracks that are gone for good leave their names."""
    places = _room(connection, playlist_key, run.after, len(run.entries))
    wanted = {entry.track_id for entry in run.entries if entry.track_id is not None}
    keys = dict(_KEYS_OF.rows(connection, ids=as_json(wanted)))
    rows = (
        (entry.id, playlist_key, place, keys.get(entry.track_id), entry.title, entry.artist, entry.duration_seconds)
        for entry, place in zip(run.entries, places, strict=True)
    )
    _INSERT.run(connection, rows)


def remove_entries(connection: Connection, playlist_key: int, entry_ids: Sequence[str]) -> tuple[Run, ...]:
    """Take entries out; return them as the runs in which they stood."""
    rows = _SOME.rows(connection, playlist_key=playlist_key, ids=as_json(entry_ids))
    rows.sort(key=lambda row: row[-1])
    runs: list[tuple[str | None, list[Entry]]] = []
    for row in rows:
        before = _BEFORE.value(connection, playlist_key=playlist_key, at=row[-1])
        if runs and runs[-1][1][-1].id == before:
            runs[-1][1].append(Entry(*row[:-1]))
        else:
            runs.append((before, [Entry(*row[:-1])]))
    _REMOVE.run(connection, playlist_key=playlist_key, ids=as_json(entry_ids))
    return tuple(Run(after, tuple(entries)) for after, entries in runs)


def remove_all(connection: Connection, playlist_key: int) -> tuple[Run, ...]:
    """Take all entries out; return them as one run."""
    entries = all_entries(connection, playlist_key)
    _REMOVE.run(connection, playlist_key=playlist_key, ids=as_json(entry.id for entry in entries))
    return (Run(None, tuple(entries)),) if entries else ()


def move_entry(connection: Connection, playlist_key: int, entry_id: str, after: str | None) -> None:
    """Put an entry after another (None: first of all)."""
    (place,) = _room(connection, playlist_key, after, 1)
    _MOVE.run(connection, playlist_key=playlist_key, entry_id=entry_id, to=place)


def _room(connection: Connection, playlist_key: int, after: str | None, count: int) -> list[int]:
    """Return ``count`` free places after an entry; where the gap is too narrow, all entries are spread anew first."""
    for _ in range(2):
        low = None if after is None else _PLACE.value(connection, playlist_key=playlist_key, entry_id=after)
        high = _AFTER.value(connection, playlist_key=playlist_key, at=-1 << 62 if low is None else low)
        if high is None:
            first = 0 if low is None else low
            return [first + GAP * number for number in range(1, count + 1)]
        if low is None:
            return [high - GAP * number for number in range(count, 0, -1)]
        step = (high - low) // (count + 1)
        if step >= 1:
            return [low + step * number for number in range(1, count + 1)]
        _spread(connection, playlist_key, max(GAP, 2 * count + 2))
    raise AssertionError("a gap of 2³² has room for every list that is allowed")


def _spread(connection: Connection, playlist_key: int, gap: int) -> None:
    keys = _PLACES.rows(connection, playlist_key=playlist_key)
    _SET_PLACE.run_many(connection, ({"entry_key": key, "to": gap * number} for number, (key,) in enumerate(keys, 1)))
