"""Search: words, beginnings of words and parts of unspaced text, ranked while the hits are few enough to be ranked."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, column, func, literal_column, select, table

from auralis.store.database import Connection
from auralis.store.lists.expressions import match_expression
from auralis.store.schema import albums, annotations, artists, tracks
from auralis.store.statements import Statement, as_json, integers_in

RANKED_HITS = 3000
"""Up to so many hits are ranked one by one; ranking more would take longer than anyone reads."""

TRACKS, ALBUMS, ARTISTS = "track_search", "album_search", "artist_search"
_WEIGHTS = {TRACKS: "10.0, 6.0, 3.0", ALBUMS: "10.0, 5.0", ARTISTS: "10.0"}


@dataclass(frozen=True, slots=True)
class Hits:
    """Keys of what was found on one page, the best first, and how many there are in all."""

    keys: list[int]
    total: int


def _matching(name: str) -> Any:
    return literal_column(f'"{name}"').op("MATCH")(bindparam("expression"))


def _count(name: str) -> Statement:
    return Statement(select(func.count()).select_from(table(name)).where(_matching(name)))


def _ranked(name: str) -> Statement:
    rank: ColumnElement[float] = literal_column(f"bm25({name}, {_WEIGHTS[name]})")
    hits = table(name, column("rowid"))
    return Statement(
        select(hits.c.rowid)
        .where(_matching(name))
        .order_by(rank, hits.c.rowid)
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )


def _first(name: str) -> Statement:
    hits = table(name, column("rowid"))
    return Statement(
        select(hits.c.rowid)
        .where(_matching(name))
        .order_by(hits.c.rowid)
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )


_COUNT = {name: _count(name) for name in _WEIGHTS}
_RANKED = {name: _ranked(name) for name in _WEIGHTS}
_FIRST = {name: _first(name) for name in _WEIGHTS}
_plays = func.coalesce(annotations.c.play_count, bindparam("none", 0)).desc()
_own = (annotations.c.track_key == tracks.c.key) & (annotations.c.user_id == bindparam("user_id"))
_POPULAR = {
    TRACKS: Statement(
        select(tracks.c.key)
        .select_from(tracks.outerjoin(annotations, _own))
        .where(tracks.c.key.in_(integers_in("keys")))
        .order_by(_plays, tracks.c.title_sort, tracks.c.key)
    ),
    ALBUMS: Statement(
        select(albums.c.key)
        .where(albums.c.key.in_(integers_in("keys")), bindparam("user_id").is_not(None))
        .order_by(albums.c.track_count.desc(), albums.c.title_sort, albums.c.key)
    ),
    ARTISTS: Statement(
        select(artists.c.key)
        .where(artists.c.key.in_(integers_in("keys")), bindparam("user_id").is_not(None))
        .order_by(artists.c.track_count.desc(), artists.c.name_sort, artists.c.key)
    ),
}


def count(connection: Connection, name: str, query: str) -> int:
    """Count what ``find`` would find."""
    expression = match_expression(query)
    return 0 if expression is None else int(_COUNT[name].value(connection, expression=expression))


def find(connection: Connection, name: str, query: str, offset: int, limit: int, user_id: str) -> Hits:
    """Look in search table ``name`` for ``query``, in which every character means itself."""
    expression = match_expression(query)
    if expression is None:
        return Hits([], 0)
    total = int(_COUNT[name].value(connection, expression=expression))
    if limit <= 0 or offset >= total:
        return Hits([], total)
    if total <= RANKED_HITS:
        rows = _RANKED[name].rows(connection, expression=expression, limit=limit, offset=offset)
        return Hits([key for (key,) in rows], total)
    return Hits(_many(connection, name, expression, offset, limit, user_id), total)


def _many(connection: Connection, name: str, expression: str, offset: int, limit: int, user_id: str) -> list[int]:
    """Return a page of very many hits: the first ``RANKED_HITS`` by what is played most, the others as they come."""
    keys: list[int] = []
    if offset < RANKED_HITS:
        first = _FIRST[name].rows(connection, expression=expression, limit=RANKED_HITS, offset=0)
        ordered = _POPULAR[name].rows(connection, keys=as_json(key for (key,) in first), user_id=user_id)
        keys = [key for (key,) in ordered[offset : offset + limit]]
    if len(keys) < limit:
        rest = _FIRST[name].rows(
            connection, expression=expression, limit=limit - len(keys), offset=max(offset, RANKED_HITS)
        )
        keys += [key for (key,) in rest]
    return keys
