"""Player states as JSON, one for each listener and zone."""

import time
from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert

from auralis.store.database import Connection
from auralis.store.schema import player_states
from auralis.store.statements import Statement

_READ = Statement(
    select(player_states.c.state).where(
        player_states.c.user_id == bindparam("user_id"), player_states.c.zone == bindparam("zone")
    )
)
_new = insert(player_states).values(
    user_id=bindparam("user_id"), zone=bindparam("zone"), state=bindparam("state"), saved_at=bindparam("saved_at")
)
_SAVE = Statement(
    _new.on_conflict_do_update(
        index_elements=["user_id", "zone"], set_={"state": _new.excluded.state, "saved_at": _new.excluded.saved_at}
    )
)


def read_player_state(connection: Connection, user_id: str, zone: str) -> dict[str, Any] | None:
    """Return what was last saved, or None."""
    state = _READ.value(connection, user_id=user_id, zone=zone)
    return None if state is None else dict(orjson.loads(state))


def save_player_state(connection: Connection, user_id: str, zone: str, state: Mapping[str, Any]) -> None:
    """Replace the saved state."""
    _SAVE.run(connection, user_id=user_id, zone=zone, state=orjson.dumps(state), saved_at=round(time.time() * 1000))
