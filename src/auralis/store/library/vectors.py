"""The 25 figures of each fingerprint apart from the rest of it: all of a library's are read together."""

from array import array
from collections.abc import Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.sqlite import insert

from auralis.store.database import Connection
from auralis.store.schema import SHOWN, SHOWN_OF_FEW, fingerprint_vectors, tracks
from auralis.store.statements import Statement, as_json, integers_in

_new = insert(fingerprint_vectors).values(track_key=bindparam("track_key"), vector=bindparam("vector"))
_SAVE = Statement(_new.on_conflict_do_update(index_elements=["track_key"], set_={"vector": _new.excluded["vector"]}))
_joined = select(tracks.c.id, fingerprint_vectors.c.vector).select_from(
    fingerprint_vectors.join(tracks, tracks.c.key == fingerprint_vectors.c.track_key)
)
_PAGE = Statement(
    _joined.add_columns(tracks.c.key)
    .where(SHOWN, tracks.c.key > bindparam("after"))
    .order_by(tracks.c.key)
    .limit(bindparam("limit"))
)
_COUNT = Statement(
    select(func.count())
    .select_from(fingerprint_vectors.join(tracks, tracks.c.key == fingerprint_vectors.c.track_key))
    .where(SHOWN)
)
_SOME = Statement(_joined.where(tracks.c.id.in_(integers_in("ids")), SHOWN_OF_FEW))


def save_vector(connection: Connection, track_key: int, vector: Sequence[float]) -> None:
    """Keep the vector of a track whose fingerprint is saved."""
    _SAVE.run(connection, track_key=track_key, vector=array("f", vector).tobytes())


def read_vectors(connection: Connection, ids: Sequence[str]) -> list[tuple[str, bytes]]:
    """Return id and vector (25 floats of single precision) of those of the tracks named that have one."""
    return _SOME.rows(connection, ids=as_json(ids))


def vectors_page(connection: Connection, after: int, limit: int) -> tuple[list[tuple[str, bytes]], int]:
    """Return id and vector of the next ``limit`` tracks that have one, and the place to go on from, 0 at the end."""
    rows = _PAGE.rows(connection, after=after, limit=limit)
    return [(track_id, vector) for track_id, vector, _ in rows], rows[-1][2] if len(rows) == limit else 0


def count_vectors(connection: Connection) -> int:
    """Count the tracks that have a vector."""
    return int(_COUNT.value(connection))
