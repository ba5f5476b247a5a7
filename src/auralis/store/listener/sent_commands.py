"""Commands that were sent under a key, from their beginning to their answer."""

from sqlalchemy import bindparam, func, insert, select

from auralis.model.commands import CommandAnswer, KnownCommand, SentCommand
from auralis.store.database import Connection
from auralis.store.schema import sent_commands as table
from auralis.store.statements import Statement

_here = (
    table.c.user_id == bindparam("user_id"),
    table.c.path == bindparam("path"),
    table.c.key == bindparam("key"),
)
_answer = (table.c.status, table.c.data, table.c.meta, table.c.links, table.c.message, table.c.etag)
_FIND = Statement(select(table.c.digest, *_answer).where(*_here))
_BEGIN = Statement(
    insert(table).values({name: bindparam(name) for name in ("user_id", "path", "key", "digest", "begun_at")})
)
_FINISH = Statement(
    table.update().where(*_here).values({column.name: bindparam(f"new_{column.name}") for column in _answer})
)
_FORGET = Statement(table.delete().where(*_here))
_FORGET_OLD = Statement(table.delete().where(table.c.begun_at < bindparam("before")))
_COUNT = Statement(select(func.count()).select_from(table))
_oldest = select(table.c.number).order_by(table.c.number).limit(bindparam("count"))
_FORGET_OLDEST = Statement(table.delete().where(table.c.number.in_(_oldest)))


def begin_command(
    connection: Connection, command: SentCommand, now_ms: int, lifetime_ms: int, most: int
) -> KnownCommand | None:
    """Note that a command begins, or return what is known of it; the old and those beyond ``most`` are forgotten."""
    _FORGET_OLD.run(connection, before=now_ms - lifetime_ms)
    place = {"user_id": command.user_id, "path": command.path, "key": command.key}
    row = _FIND.row(connection, **place)
    if row is not None:
        digest, status, *parts = row
        return KnownCommand(bytes(digest), None if status is None else CommandAnswer(status, *map(bytes, parts)))
    beyond = _COUNT.value(connection) + 1 - most
    if beyond > 0:
        _FORGET_OLDEST.run(connection, count=beyond)
    _BEGIN.run(connection, **place, digest=command.digest, begun_at=now_ms)
    return None


def finish_command(connection: Connection, command: SentCommand, answer: CommandAnswer) -> None:
    """Keep what a command was answered with."""
    _FINISH.run(
        connection,
        user_id=command.user_id,
        path=command.path,
        key=command.key,
        new_status=answer.status,
        new_data=answer.data,
        new_meta=answer.meta,
        new_links=answer.links,
        new_message=answer.message,
        new_etag=answer.etag,
    )


def forget_command(connection: Connection, command: SentCommand) -> None:
    """Let a command be sent again."""
    _FORGET.run(connection, user_id=command.user_id, path=command.path, key=command.key)
