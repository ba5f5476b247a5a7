"""Playlists themselves: made, listed, renamed, deleted so that they can be brought back."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, select, update

from auralis.kit.search_text import searchable
from auralis.kit.text import sort_key
from auralis.model.playlists import Playlist
from auralis.store.database import Connection
from auralis.store.library import search_index
from auralis.store.lists.order import Order, Stretch
from auralis.store.lists.walk import Walk
from auralis.store.schema import playlists
from auralis.store.statements import Statement, as_json, integers_in

_p = playlists.c
_columns = (
    _p.key,
    _p.id,
    _p.user_id,
    _p.name,
    _p.description,
    _p.created_at,
    _p.updated_at,
    _p.revision,
    _p.entry_count,
    _p.step,
)
_own = (_p.user_id == bindparam("user_id")) & (_p.deleted_at == bindparam("here", 0))
PLAYLIST_ORDERS = {
    "name": Order(Stretch(playlists, _own, (_p.name_sort,), _p.key)),
    "dateAdded": Order(Stretch(playlists, _own, (_p.created_at,), _p.key)),
    "dateModified": Order(Stretch(playlists, _own, (_p.updated_at,), _p.key)),
}
_BY_KEYS = Statement(select(*_columns).where(_p.key.in_(integers_in("keys"))))
_FIND = Statement(select(*_columns).where(_p.id == bindparam("wanted"), _p.user_id == bindparam("user_id")))
_DELETED_AT = Statement(select(_p.deleted_at).where(_p.key == bindparam("playlist_key")))
_COUNT = Statement(select(func.count()).select_from(playlists).where(_own))
_ADD = Statement(
    playlists.insert().values(
        id=bindparam("id"),
        user_id=bindparam("user_id"),
        name=bindparam("name"),
        name_sort=bindparam("name_sort"),
        description=bindparam("description"),
        created_at=bindparam("now"),
        updated_at=bindparam("now"),
    )
)
_at_key = _p.key == bindparam("playlist_key")
_DESCRIBE = Statement(
    update(playlists)
    .where(_at_key)
    .values(name=bindparam("new_name"), name_sort=bindparam("new_sort"), description=bindparam("new_description"))
)
_ADVANCE = Statement(
    update(playlists)
    .where(_at_key)
    .values(
        revision=_p.revision + bindparam("one", 1),
        updated_at=bindparam("now"),
        entry_count=_p.entry_count + bindparam("more"),
        step=bindparam("new_step"),
    )
)
_COUNT_ENTRIES = Statement(update(playlists).where(_at_key).values(entry_count=bindparam("new_count")))
_SET_DELETED = Statement(
    update(playlists).where(_at_key).values(deleted_at=bindparam("at"), revision=_p.revision + bindparam("one", 1))
)
_FORGET_OLD = Statement(
    delete(playlists).where(
        _p.user_id == bindparam("user_id"),
        _p.deleted_at > bindparam("here", 0),
        _p.deleted_at < bindparam("before"),
    )
)


def playlist_walk(connection: Connection, user_id: str, sort: str, *, descending: bool) -> Walk:
    """Return the walk along a listener's playlists."""
    total = int(_COUNT.value(connection, user_id=user_id))
    return Walk(connection, PLAYLIST_ORDERS[sort], descending=descending, values={"user_id": user_id}, total=total)


def playlists_by_keys(connection: Connection, keys: Sequence[int]) -> list[Playlist]:
    """Return playlists in the order of ``keys``."""
    found = {row[0]: Playlist(*row) for row in _BY_KEYS.rows(connection, keys=as_json(keys))}
    return [found[key] for key in keys if key in found]


def find_playlist(connection: Connection, user_id: str, playlist_id: str, *, deleted: bool = False) -> Playlist | None:
    """Return a listener's playlist, or None if there is none of this id; ``deleted`` finds those that were deleted."""
    row = _FIND.row(connection, wanted=playlist_id, user_id=user_id)
    if row is None or bool(_DELETED_AT.value(connection, playlist_key=row[0])) != deleted:
        return None
    return Playlist(*row)


def add_playlist(
    connection: Connection, user_id: str, playlist_id: str, name: str, description: str, now: int
) -> Playlist:
    """Make an empty playlist."""
    _ADD.run(
        connection,
        id=playlist_id,
        user_id=user_id,
        name=name,
        name_sort=sort_key(name),
        description=description,
        now=now,
    )
    made = find_playlist(connection, user_id, playlist_id)
    assert made is not None
    _let_find(connection, made.key, name, description)
    return made


def describe_playlist(connection: Connection, key: int, name: str, description: str) -> None:
    """Give a playlist a name and a description."""
    _DESCRIBE.run(connection, playlist_key=key, new_name=name, new_sort=sort_key(name), new_description=description)
    _let_find(connection, key, name, description)


def _let_find(connection: Connection, key: int, name: str, description: str) -> None:
    search_index.drop(connection, "playlist_search", [key])
    search_index.put(connection, "playlist_search", [(key, searchable(name), searchable(description))])


def advance_playlist(connection: Connection, key: int, *, more: int, step: int, now: int) -> None:
    """Note that a playlist has changed by so many entries, and the last step that undo takes back."""
    _ADVANCE.run(connection, playlist_key=key, more=more, new_step=step, now=now)


def count_entries(connection: Connection, key: int, count: int) -> None:
    """Note how many entries a playlist begins with."""
    _COUNT_ENTRIES.run(connection, playlist_key=key, new_count=count)


def set_deleted(connection: Connection, key: int, at: int) -> None:
    """Delete a playlist at epoch millisecond ``at``, or bring it back (0)."""
    _SET_DELETED.run(connection, playlist_key=key, at=at)
    if at:
        search_index.drop(connection, "playlist_search", [key])
    else:
        (playlist,) = playlists_by_keys(connection, [key])
        _let_find(connection, key, playlist.name, playlist.description)


def forget_deleted(connection: Connection, user_id: str, before: int) -> None:
    """Forget for good what was deleted before epoch millisecond ``before``."""
    _FORGET_OLD.run(connection, user_id=user_id, before=before)
