"""References of mastering, with what was measured of them."""

import orjson
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert

from auralis.model.fingerprint import Fingerprint
from auralis.model.references import Reference
from auralis.store.database import Connection
from auralis.store.schema import sound_references
from auralis.store.statements import Statement

_columns = tuple(sound_references.c)
_of_user = sound_references.c.user_id == bindparam("user_id")
_ADD = Statement(insert(sound_references).values({column.name: bindparam(column.name) for column in _columns}))
_READ = Statement(select(*_columns).where(sound_references.c.id == bindparam("id")))
_LIST = Statement(
    select(*_columns)
    .where(_of_user)
    .order_by(sound_references.c.created_at.desc(), sound_references.c.id)
    .limit(bindparam("limit"))
)
_REMOVE = Statement(sound_references.delete().where(sound_references.c.id == bindparam("id"), _of_user))


def add_reference(connection: Connection, reference: Reference) -> None:
    """Keep a new reference."""
    _ADD.run(
        connection,
        id=reference.id,
        user_id=reference.user_id,
        name=reference.name,
        track_id=reference.track_id,
        file=reference.file,
        fingerprint=orjson.dumps(reference.fingerprint.to_dict()),
        created_at=reference.created_at,
    )


def read_reference(connection: Connection, reference_id: str) -> Reference | None:
    """Return a reference, or None."""
    rows = _READ.rows(connection, id=reference_id)
    return _reference(*rows[0]) if rows else None


def list_references(connection: Connection, user_id: str, limit: int) -> list[Reference]:
    """Return a user's references, the newest first."""
    return [_reference(*row) for row in _LIST.rows(connection, user_id=user_id, limit=limit)]


def remove_reference(connection: Connection, user_id: str, reference_id: str) -> None:
    """Forget a reference."""
    _REMOVE.run(connection, id=reference_id, user_id=user_id)


def _reference(
    reference_id: str,
    user_id: str,
    name: str,
    track_id: str | None,
    file: str | None,
    fingerprint: bytes,
    created_at: int,
) -> Reference:
    measured = Fingerprint.from_dict(orjson.loads(fingerprint))
    return Reference(reference_id, user_id, name, track_id, file, measured, created_at)
