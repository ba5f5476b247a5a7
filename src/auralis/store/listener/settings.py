"""Settings as they were set: the server's, and each listener's own."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.sqlite import insert

from auralis.store.database import Connection
from auralis.store.schema import server_settings, user_settings
from auralis.store.statements import Statement

_SERVER = Statement(select(server_settings.c.name, server_settings.c.value))
_OWN = Statement(select(user_settings.c.user_id, user_settings.c.name, user_settings.c.value))
_REVISION = Statement(select(func.coalesce(func.max(server_settings.c.revision), 0)))
_OWN_REVISION = Statement(
    select(func.coalesce(func.max(user_settings.c.revision), 0)).where(user_settings.c.user_id == bindparam("user_id"))
)
_new = insert(server_settings).values(
    name=bindparam("name"), value=bindparam("value"), revision=bindparam("new_revision")
)
_SET = Statement(
    _new.on_conflict_do_update(
        index_elements=["name"], set_={"value": _new.excluded.value, "revision": _new.excluded.revision}
    )
)
_own = insert(user_settings).values(
    user_id=bindparam("user_id"), name=bindparam("name"), value=bindparam("value"), revision=bindparam("new_revision")
)
_SET_OWN = Statement(
    _own.on_conflict_do_update(
        index_elements=["user_id", "name"], set_={"value": _own.excluded.value, "revision": _own.excluded.revision}
    )
)


class StoredSettings(NamedTuple):
    """What differs from the defaults, by name; the personal ones by user and name."""

    server: dict[str, Any]
    personal: dict[str, dict[str, Any]]


def read_settings(connection: Connection) -> StoredSettings:
    """Return all that is set."""
    server = {name: orjson.loads(value) for name, value in _SERVER.rows(connection) if value is not None}
    personal: dict[str, dict[str, Any]] = {}
    for user_id, name, value in _OWN.rows(connection):
        if value is not None:
            personal.setdefault(user_id, {})[name] = orjson.loads(value)
    return StoredSettings(server, personal)


def settings_revision(connection: Connection, user_id: str) -> int:
    """Return the revision of the settings as one listener sees them; it only grows."""
    return int(_REVISION.value(connection) + _OWN_REVISION.value(connection, user_id=user_id))


def save_settings(connection: Connection, user_id: str, server: Mapping[str, Any], personal: Mapping[str, Any]) -> None:
    """Keep settings of the server and of a listener; ``...`` takes one back to its default."""
    after = _REVISION.value(connection) + 1
    _SET.run_many(
        connection, ({"name": name, "value": _packed(value), "new_revision": after} for name, value in server.items())
    )
    after = _OWN_REVISION.value(connection, user_id=user_id) + 1
    rows = ({"name": name, "value": _packed(value), "new_revision": after} for name, value in personal.items())
    _SET_OWN.run_many(connection, ({"user_id": user_id, **row} for row in rows))


def _packed(value: Any) -> str | None:
    return None if value is ... else orjson.dumps(value).decode()
