"""Changes of a playlist: each is made together with the one that takes it back, so undo and redo are the same walk."""

import time
from collections.abc import Callable

from auralis.model.errors import ConflictError
from auralis.model.playlists import Change, Describe, Insert, Move, Playlist, Remove
from auralis.store.database import Connection
from auralis.store.listener import playlist_entries as entries
from auralis.store.listener import playlist_steps as steps
from auralis.store.listener.playlists import advance_playlist, describe_playlist


def make_change(connection: Connection, playlist: Playlist, change: Change) -> None:
    """Make a change that can be taken back."""
    opposite, more = _apply(connection, playlist, change)
    step = playlist.step + 1
    steps.add_step(connection, playlist.key, step, opposite)
    advance_playlist(connection, playlist.key, more=more, step=step, now=now_ms())


def undo(connection: Connection, playlist: Playlist) -> None:
    """Take back the newest change.

    Raises
    ------
    ConflictError
        When there is nothing to take back.
    """
    _take_step(connection, playlist, playlist.step, playlist.step - 1, "There is nothing to undo.")


def redo(connection: Connection, playlist: Playlist) -> None:
    """Make again the change that was taken back last.

    Raises
    ------
    ConflictError
        When nothing was taken back, or something else was changed since.
    """
    _take_step(connection, playlist, playlist.step + 1, playlist.step + 1, "There is nothing to redo.")


Edit = Callable[[Connection, Playlist], None]


def now_ms() -> int:
    """Return the time as it is kept, in epoch milliseconds."""
    return round(time.time() * 1000)


def _take_step(connection: Connection, playlist: Playlist, number: int, after: int, otherwise: str) -> None:
    change = steps.read_step(connection, playlist.key, number)
    if change is None:
        raise ConflictError(otherwise, details={"current": {"id": playlist.id, "revision": playlist.revision}})
    opposite, more = _apply(connection, playlist, change)
    steps.replace_step(connection, playlist.key, number, opposite)
    advance_playlist(connection, playlist.key, more=more, step=after, now=now_ms())


def _apply(connection: Connection, playlist: Playlist, change: Change) -> tuple[Change, int]:
    """Make a change; return its opposite, and how many entries there are more."""
    key = playlist.key
    match change:
        case Describe(name, description):
            describe_playlist(connection, key, name, description)
            return Describe(playlist.name, playlist.description), 0
        case Insert(runs):
            for run in runs:
                entries.insert_run(connection, key, run)
            ids = tuple(entry.id for run in runs for entry in run.entries)
            return Remove(ids), len(ids)
        case Remove(entry_ids):
            if len(entry_ids) == playlist.entry_count:
                removed = entries.remove_all(connection, key)
            else:
                removed = entries.remove_entries(connection, key, entry_ids)
            return Insert(removed), -sum(len(run.entries) for run in removed)
        case Move(entry_id, after):
            before = entries.entry_before(connection, key, entry_id)
            entries.move_entry(connection, key, entry_id, after)
            return Move(entry_id, before), 0
