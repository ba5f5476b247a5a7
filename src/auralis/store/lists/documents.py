"""A track's JSON: the stored document, and the listener's own part that is joined to it when it is read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import and_, bindparam, select

from auralis.kit.clock import iso_utc
from auralis.store.database import Connection
from auralis.store.schema import SHOWN_OF_FEW, annotations, library_folders, tracks
from auralis.store.statements import Statement, as_json, integers_in

_own = and_(annotations.c.track_key == tracks.c.key, annotations.c.user_id == bindparam("user_id"))
_columns = (
    tracks.c.key,
    tracks.c.document,
    tracks.c.missing,
    tracks.c.folder_key,
    annotations.c.play_count,
    annotations.c.skip_count,
    annotations.c.rating,
    annotations.c.favorite,
    annotations.c.last_played_at,
)
_BY_KEYS = Statement(
    select(*_columns).select_from(tracks.outerjoin(annotations, _own)).where(tracks.c.key.in_(integers_in("keys")))
)
_KEYS_OF_IDS = Statement(select(tracks.c.id, tracks.c.key).where(tracks.c.id.in_(integers_in("ids")), SHOWN_OF_FEW))
_AWAY = Statement(select(library_folders.c.key).where(library_folders.c.away.is_not(None)))
_DOCUMENT = Statement(select(tracks.c.document).where(tracks.c.key == bindparam("track_key")))
_REWRITE = Statement(
    tracks.update().where(tracks.c.key == bindparam("track_key")).values(document=bindparam("new_document"))
)

_UNTOUCHED = b',"missing":%s,"lastPlayed":null,"playCount":0,"skipCount":0,"rating":null,"favorite":false}'
_HERE, _MISSING = _UNTOUCHED % b"false", _UNTOUCHED % b"true"


def packed(document: Mapping[str, Any]) -> bytes:
    """Return a document as it is stored: JSON without its closing brace, which the listener's part brings."""
    return orjson.dumps(document)[:-1]


def unpacked(document: bytes) -> dict[str, Any]:
    """Return the members of a stored document."""
    found: dict[str, Any] = orjson.loads(bytes(document) + b"}")
    return found


def keys_of(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """Return the keys of those ids that name a track."""
    return dict(_KEYS_OF_IDS.rows(connection, ids=as_json(ids)))


def folders_away(connection: Connection) -> set[int]:
    """Return the folders that cannot be seen now; whatever is in them is missing for the time being."""
    return {key for (key,) in _AWAY.rows(connection)}


def track_documents(connection: Connection, keys: Iterable[int], user_id: str) -> list[bytes]:
    """Return the JSON of tracks in the order of ``keys``; keys of no track are left out."""
    wanted = list(keys)
    away = folders_away(connection)
    found = {row[0]: _joined(row, away) for row in _BY_KEYS.rows(connection, keys=as_json(wanted), user_id=user_id)}
    return [found[key] for key in wanted if key in found]


def amend(connection: Connection, track_key: int, changes: Mapping[str, Any]) -> None:
    """Change members of a stored document."""
    document = orjson.loads(_DOCUMENT.value(connection, track_key=track_key) + b"}")
    _REWRITE.run(connection, track_key=track_key, new_document=packed({**document, **changes}))


def _joined(row: tuple[Any, ...], away: set[int]) -> bytes:
    _, document, missing, folder_key, plays, skips, rating, favorite, last_played_at = row
    gone = bool(missing) or folder_key in away
    if plays is None:
        return bytes(document) + (_MISSING if gone else _HERE)
    own = {
        "missing": gone,
        "lastPlayed": None if last_played_at is None else iso_utc(last_played_at / 1000),
        "playCount": plays,
        "skipCount": skips,
        "rating": rating,
        "favorite": bool(favorite),
    }
    return bytes(document) + b"," + orjson.dumps(own)[1:]
