"""Where players outlive the server: states and queues, packed for the store."""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any, cast

import orjson

from auralis.model.player import Lane, QueueEntry
from auralis.model.queue import Action, Change, Entries, Memento, Recalled, Splice, spliced
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.listener import player_states, queues

ZONE = "main"
WHOLE_EVERY = 64
"""After so many changes the queue is saved whole, so that a start has few to repeat."""

_LANES: tuple[Lane, ...] = ("next", "later", "context")
_PLAIN_BYTES = 2048
_PACKED = b"z"


class QueueMemory:
    """Keeps what a player remembers; each state is on disk wholly or not at all."""

    def __init__(self, database: Database, zone: str = ZONE) -> None:
        self._database = database
        self._zone = zone

    async def recall(self, user_id: str) -> Recalled | None:
        """Return what was kept last, or None."""
        return await self._database.read(lambda db: self._recall(db, user_id))

    async def keep(self, user_id: str, memento: Memento) -> None:
        """Keep a state with all that led to it; it is on disk when this returns."""
        await self._database.write(lambda db: self._keep(db, user_id, memento), edit=False)

    async def change(self, user_id: str, revision: int) -> Change | None:
        """Return the change that led to a revision of the queue, if it is still known."""
        packed = await self._database.read(lambda db: queues.read_change(db, user_id, self._zone, revision))
        return None if packed is None else _change_from(_unpacked(packed))

    def _recall(self, connection: Connection, user_id: str) -> Recalled | None:
        state = player_states.read_player_state(connection, user_id, self._zone)
        if state is None:
            return None
        revision, packed = queues.read_queue(connection, user_id, self._zone) or (0, _packed([]))
        entries = _entries_from(_unpacked(packed))
        for _, change in queues.read_changes_since(connection, user_id, self._zone, revision):
            entries = spliced(entries, _change_from(_unpacked(change)).splices)
        return Recalled(state, entries, queues.read_commands(connection, user_id, self._zone))

    def _keep(self, connection: Connection, user_id: str, memento: Memento) -> None:
        zone = self._zone
        for revision, change in memento.changes:
            queues.add_change(connection, user_id, zone, revision, _packed(_change_to(change)))
        if memento.commands:
            queues.add_commands(connection, user_id, zone, memento.commands)
        if memento.changes:
            saved = queues.read_revision(connection, user_id, zone)
            if saved is None or memento.revision - saved >= WHOLE_EVERY:
                queues.save_queue(connection, user_id, zone, memento.revision, _packed(_entries_to(memento.entries)))
                queues.forget_changes(connection, user_id, zone, memento.revision, memento.needed)
        player_states.save_player_state(connection, user_id, zone, memento.state)


def _entries_to(entries: Entries) -> list[list[Any]]:
    return [[e.entry_id, e.track_id, e.duration_seconds, _LANES.index(e.lane), e.rank] for e in entries]


def _entries_from(rows: Sequence[Sequence[Any]]) -> Entries:
    return tuple(
        QueueEntry(entry_id, track_id, seconds, _LANES[lane], rank) for entry_id, track_id, seconds, lane, rank in rows
    )


def _change_to(change: Change) -> dict[str, Any]:
    return {
        "action": change.action,
        "splices": [[s.at, _entries_to(s.removed), _entries_to(s.inserted)] for s in change.splices],
        "before": [change.entry_before, change.seconds_before],
        "after": change.entry_after,
    }


def _change_from(saved: Mapping[str, Any]) -> Change:
    splices = tuple(
        Splice(at, _entries_from(removed), _entries_from(inserted)) for at, removed, inserted in saved["splices"]
    )
    entry_id, seconds = saved["before"]
    return Change(cast("Action", saved["action"]), splices, entry_id, seconds, saved["after"])


def _packed(value: object) -> bytes:
    plain = orjson.dumps(value)
    return plain if len(plain) < _PLAIN_BYTES else _PACKED + zlib.compress(plain, 1)


def _unpacked(data: bytes) -> Any:
    return orjson.loads(zlib.decompress(data[1:]) if data[:1] == _PACKED else data)
