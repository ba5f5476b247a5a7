"""The 25 figures of each fingerprint apart from the rest of it: all of a library's are read in one go."""

from array import array
from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert

from auralis.store.database import Connection
from auralis.store.schema import SHOWN, SHOWN_OF_FEW, fingerprint_vectors, tracks
from auralis.store.statements import Statement, as_json, integers_in

_new = insert(fingerprint_vectors).values(track_key=bindparam("track_key"), vector=bindparam("vector"))
_SAVE = Statement(_new.on_conflict_do_update(index_elements=["track_key"], set_={"vector": _new.excluded["vector"]}))
_joined = select(tracks.c.id, fingerprint_vectors.c.vector).select_from(
    fingerprint_vectors.join(tracks, tracks.c.key == fingerprint_vectors.c.track_key)
)
_ALL = Statement(_joined.where(SHOWN))
_SOME = Statement(_joined.where(tracks.c.id.in_(integers_in("ids")), SHOWN_OF_FEW))


def save_vector(connection: Connection, track_key: int, vector: Sequence[float]) -> None:
    """Keep the vector of a track whose fingerprint is saved."""
    _SAVE.run(connection, track_key=track_key, vector=array("f", vector).tobytes())


def read_vectors(connection: Connection, ids: Sequence[str] | None = None) -> list[tuple[str, bytes]]:
    """Return id and vector (25 floats of single precision) of the tracks named, or of all that have one."""
    return _ALL.rows(connection) if ids is None else _SOME.rows(connection, ids=as_json(ids))
