"""The steps of playlists: the changes that undo and redo make, kept over restarts."""

import orjson
from sqlalchemy import bindparam, delete, select, update

from auralis.model.playlists import UNDO_STEPS, Change, Describe, Entry, Insert, Move, Remove, Run
from auralis.store.database import Connection
from auralis.store.schema import playlist_steps
from auralis.store.statements import Statement

_s = playlist_steps.c
_step = (_s.playlist_key == bindparam("playlist_key")) & (_s.number == bindparam("at"))
_READ = Statement(select(_s.change).where(_step))
_FORGET_ABOVE = Statement(
    delete(playlist_steps).where(_s.playlist_key == bindparam("playlist_key"), _s.number > bindparam("at"))
)
_FORGET_BELOW = Statement(
    delete(playlist_steps).where(_s.playlist_key == bindparam("playlist_key"), _s.number <= bindparam("at"))
)
_ADD = Statement(
    playlist_steps.insert().values(
        playlist_key=bindparam("playlist_key"), number=bindparam("at"), change=bindparam("change")
    )
)
_REPLACE = Statement(update(playlist_steps).where(_step).values(change=bindparam("new_change")))
_HAS = Statement(select(_s.number).where(_step))


def add_step(connection: Connection, playlist_key: int, number: int, change: Change) -> None:
    """Keep how to take back the newest change; what could be done again cannot any more, the oldest is forgotten."""
    _FORGET_ABOVE.run(connection, playlist_key=playlist_key, at=number - 1)
    _FORGET_BELOW.run(connection, playlist_key=playlist_key, at=number - UNDO_STEPS)
    _ADD.run(connection, playlist_key=playlist_key, at=number, change=_packed(change))


def read_step(connection: Connection, playlist_key: int, number: int) -> Change | None:
    """Return the change of a step, or None if there is no such step."""
    change = _READ.value(connection, playlist_key=playlist_key, at=number)
    return None if change is None else _unpacked(change)


def replace_step(connection: Connection, playlist_key: int, number: int, change: Change) -> None:
    """Keep the opposite of a step that was taken."""
    _REPLACE.run(connection, playlist_key=playlist_key, at=number, new_change=_packed(change))


def has_step(connection: Connection, playlist_key: int, number: int) -> bool:
    """Return whether there is such a step."""
    return _HAS.value(connection, playlist_key=playlist_key, at=number) is not None


def _packed(change: Change) -> bytes:
    match change:
        case Describe(name, description):
            return orjson.dumps(["describe", name, description])
        case Insert(runs):
            return orjson.dumps(["insert", [[run.after, [list(entry) for entry in run.entries]] for run in runs]])
        case Remove(entry_ids):
            return orjson.dumps(["remove", entry_ids])
        case Move(entry_id, after):
            return orjson.dumps(["move", entry_id, after])


def _unpacked(data: bytes) -> Change:
    kind, *parts = orjson.loads(data)
    match kind:
        case "describe":
            return Describe(*parts)
        case "insert":
            return Insert(tuple(Run(after, tuple(Entry(*entry) for entry in entries)) for after, entries in parts[0]))
        case "remove":
            return Remove(tuple(parts[0]))
        case _:
            return Move(*parts)
