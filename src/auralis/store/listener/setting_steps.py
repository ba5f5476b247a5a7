"""The steps of a listener's settings: what undo and redo set, kept over restarts."""

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import bindparam, delete, func, select, update

from auralis.store.database import Connection
from auralis.store.schema import setting_steps
from auralis.store.statements import Statement

_MOST = 50
_s = setting_steps.c
_own = _s.user_id == bindparam("user_id")
_step = _own & (_s.number == bindparam("at"))
_NEWEST = Statement(select(func.coalesce(func.max(_s.number), 0)).where(_own))
_UNDO = Statement(
    select(_s.number, _s.change).where(_own, _s.undone == bindparam("undone")).order_by(_s.number.desc()).limit(1)
)
_REDO = Statement(
    select(_s.number, _s.change).where(_own, _s.undone == bindparam("undone")).order_by(_s.number).limit(1)
)
_FORGET_UNDONE = Statement(delete(setting_steps).where(_own, _s.undone == bindparam("undone")))
_FORGET_BELOW = Statement(delete(setting_steps).where(_own, _s.number <= bindparam("at")))
_ADD = Statement(
    setting_steps.insert().values(
        user_id=bindparam("user_id"), number=bindparam("at"), change=bindparam("change"), undone=bindparam("undone")
    )
)
_REPLACE = Statement(update(setting_steps).where(_step).values(change=bindparam("new"), undone=bindparam("turned")))

Step = tuple[int, dict[str, Any]]


def add_step(connection: Connection, user_id: str, opposite: Mapping[str, Any]) -> None:
    """Keep what takes the newest change back (``...``: the default); what was undone cannot be done again any more."""
    _FORGET_UNDONE.run(connection, user_id=user_id, undone=1)
    at = _NEWEST.value(connection, user_id=user_id) + 1
    _FORGET_BELOW.run(connection, user_id=user_id, at=at - _MOST)
    _ADD.run(connection, user_id=user_id, at=at, change=_packed(opposite), undone=0)


def next_step(connection: Connection, user_id: str, *, undo: bool) -> Step | None:
    """Return the change that is to be undone or done again next, by its number; None if there is none."""
    statement, undone = (_UNDO, 0) if undo else (_REDO, 1)
    found = statement.row(connection, user_id=user_id, undone=undone)
    return None if found is None else (found[0], _unpacked(found[1]))


def turn_step(connection: Connection, user_id: str, number: int, opposite: Mapping[str, Any], *, undone: bool) -> None:
    """Keep the opposite of a step that was taken."""
    _REPLACE.run(connection, user_id=user_id, at=number, new=_packed(opposite), turned=int(undone))


def _packed(change: Mapping[str, Any]) -> bytes:
    """Return a change as JSON; values stand in lists, so that an empty one is the default."""
    return orjson.dumps({name: [] if value is ... else [value] for name, value in change.items()})


def _unpacked(data: bytes) -> dict[str, Any]:
    return {name: value[0] if value else ... for name, value in orjson.loads(data).items()}
