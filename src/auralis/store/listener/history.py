"""What was played when: kept whatever becomes of the tracks."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, select

from auralis.store.database import Connection
from auralis.store.lists.order import Order, Stretch
from auralis.store.lists.walk import Walk
from auralis.store.schema import history, tracks
from auralis.store.statements import Statement, as_json, integers_in

_h = history.c
_own = _h.user_id == bindparam("user_id")
HISTORY_ORDER = Order(Stretch(history, _own, (_h.played_at,), _h.key))
_COUNT = Statement(select(func.count()).select_from(history).where(_own))
_BY_KEYS = Statement(
    select(_h.key, _h.played_at, _h.track_key, _h.title, _h.artist, _h.album, _h.duration_seconds).where(
        _h.key.in_(integers_in("keys"))
    )
)
_document = tracks.c.document.concat("}")
_ADD = Statement(
    history.insert().from_select(
        [_h.user_id, _h.played_at, _h.track_key, _h.title, _h.artist, _h.album, _h.duration_seconds],
        select(
            bindparam("user_id"),
            bindparam("at"),
            tracks.c.key,
            func.json_extract(_document, "$.title"),
            tracks.c.artist,
            func.json_extract(_document, "$.album"),
            tracks.c.duration_seconds,
        ).where(tracks.c.key == bindparam("wanted")),
    )
)


def add_to_history(connection: Connection, user_id: str, track_key: int, at: float) -> None:
    """Note that a track was played at epoch second ``at``."""
    _ADD.run(connection, user_id=user_id, at=round(at * 1000), wanted=track_key)


def history_walk(connection: Connection, user_id: str) -> Walk:
    """Return the walk along what a listener has played, the newest first."""
    total = int(_COUNT.value(connection, user_id=user_id))
    return Walk(connection, HISTORY_ORDER, descending=True, values={"user_id": user_id}, total=total)


def plays_by_keys(connection: Connection, keys: Sequence[int]) -> list[tuple[Any, ...]]:
    """Return key, epoch milliseconds, track key, title, artist, album and duration in the order of ``keys``."""
    found = {row[0]: row for row in _BY_KEYS.rows(connection, keys=as_json(keys))}
    return [found[key] for key in keys if key in found]
