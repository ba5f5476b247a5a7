"""Queues as rows: one whole state now and then, every change since, and the commands that were done."""

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.sqlite import insert

from auralis.store.database import Connection
from auralis.store.schema import player_commands, queue_changes, queues
from auralis.store.statements import Statement, as_json, integers_in

REMEMBERED_COMMANDS = 1000

_OF_QUEUE = (queues.c.user_id == bindparam("user_id"), queues.c.zone == bindparam("zone"))
_OF_CHANGES = (queue_changes.c.user_id == bindparam("user_id"), queue_changes.c.zone == bindparam("zone"))
_OF_COMMANDS = (player_commands.c.user_id == bindparam("user_id"), player_commands.c.zone == bindparam("zone"))

_QUEUE = Statement(select(queues.c.revision, queues.c.entries).where(*_OF_QUEUE))
_REVISION = Statement(select(queues.c.revision).where(*_OF_QUEUE))
_new = insert(queues).values(
    user_id=bindparam("user_id"), zone=bindparam("zone"), revision=bindparam("revision"), entries=bindparam("entries")
)
_SAVE_QUEUE = Statement(
    _new.on_conflict_do_update(
        index_elements=["user_id", "zone"], set_={"revision": _new.excluded.revision, "entries": _new.excluded.entries}
    )
)
_CHANGE = Statement(
    select(queue_changes.c.change).where(*_OF_CHANGES, queue_changes.c.revision == bindparam("revision"))
)
_CHANGES_SINCE = Statement(
    select(queue_changes.c.revision, queue_changes.c.change)
    .where(*_OF_CHANGES, queue_changes.c.revision > bindparam("revision"))
    .order_by(queue_changes.c.revision)
)
_added = insert(queue_changes).values(
    user_id=bindparam("user_id"), zone=bindparam("zone"), revision=bindparam("revision"), change=bindparam("change")
)
_ADD_CHANGE = Statement(
    _added.on_conflict_do_update(
        index_elements=["user_id", "zone", "revision"], set_={"change": _added.excluded.change}
    )
)
_FORGET_CHANGES = Statement(
    queue_changes.delete().where(
        *_OF_CHANGES,
        queue_changes.c.revision <= bindparam("revision"),
        queue_changes.c.revision.not_in(integers_in("needed")),
    )
)
_COMMANDS = Statement(
    select(player_commands.c.command_id)
    .where(*_OF_COMMANDS)
    .order_by(player_commands.c.key.desc())
    .limit(bindparam("limit"))
)
_ADD_COMMAND = Statement(
    player_commands.insert().values(
        user_id=bindparam("user_id"), zone=bindparam("zone"), command_id=bindparam("command_id")
    )
)
_FORGET_COMMANDS = Statement(
    player_commands.delete().where(
        *_OF_COMMANDS,
        player_commands.c.key
        <= select(func.max(player_commands.c.key)).where(*_OF_COMMANDS).scalar_subquery() - bindparam("kept"),
    )
)


def read_queue(connection: Connection, user_id: str, zone: str) -> tuple[int, bytes] | None:
    """Return the whole queue that was saved last and its revision, or None."""
    row = _QUEUE.row(connection, user_id=user_id, zone=zone)
    return None if row is None else (row[0], row[1])


def read_revision(connection: Connection, user_id: str, zone: str) -> int | None:
    """Return the revision at which the whole queue was saved last, or None."""
    revision: int | None = _REVISION.value(connection, user_id=user_id, zone=zone)
    return revision


def save_queue(connection: Connection, user_id: str, zone: str, revision: int, entries: bytes) -> None:
    """Save the whole queue."""
    _SAVE_QUEUE.run(connection, user_id=user_id, zone=zone, revision=revision, entries=entries)


def read_change(connection: Connection, user_id: str, zone: str, revision: int) -> bytes | None:
    """Return the change that led to ``revision``, or None."""
    change = _CHANGE.value(connection, user_id=user_id, zone=zone, revision=revision)
    return None if change is None else bytes(change)


def read_changes_since(connection: Connection, user_id: str, zone: str, revision: int) -> list[tuple[int, bytes]]:
    """Return the changes after ``revision`` in their order."""
    rows = _CHANGES_SINCE.rows(connection, user_id=user_id, zone=zone, revision=revision)
    return [(number, bytes(change)) for number, change in rows]


def add_change(connection: Connection, user_id: str, zone: str, revision: int, change: bytes) -> None:
    """Save the change that led to ``revision``."""
    _ADD_CHANGE.run(connection, user_id=user_id, zone=zone, revision=revision, change=change)


def forget_changes(connection: Connection, user_id: str, zone: str, revision: int, needed: Iterable[int]) -> None:
    """Forget the changes up to ``revision`` that nobody needs."""
    _FORGET_CHANGES.run(connection, user_id=user_id, zone=zone, revision=revision, needed=as_json(needed))


def read_commands(connection: Connection, user_id: str, zone: str) -> list[str]:
    """Return the ids of the newest commands, the oldest of them first."""
    rows = _COMMANDS.rows(connection, user_id=user_id, zone=zone, limit=REMEMBERED_COMMANDS)
    return [command_id for (command_id,) in reversed(rows)]


def add_commands(connection: Connection, user_id: str, zone: str, command_ids: Sequence[str]) -> None:
    """Remember commands as done, and forget the oldest."""
    _ADD_COMMAND.run_many(
        connection, ({"user_id": user_id, "zone": zone, "command_id": command_id} for command_id in command_ids)
    )
    _FORGET_COMMANDS.run(connection, user_id=user_id, zone=zone, kept=REMEMBERED_COMMANDS)
