"""Search: words, beginnings of words and parts of unspaced text, ranked while the hits are few enough to be ranked."""

from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, column, func, literal_column, select, table

from auralis.store.database import Connection
from auralis.store.lists.expressions import at_the_beginning, match_expression
from auralis.store.schema import albums, annotations, artists, tracks
from auralis.store.statements import Statement, as_json, integers_in

RANKED_HITS = 2000
"""Up to so many hits are ranked one by one; ranking more would take longer than a person typing waits."""

_CANDIDATES = 500
"""Of more hits, so many of those that begin with the query, and so many of all, are put in order; the rest follows."""


class SearchTable:
    """One full-text table; ``weights`` say how much a hit in each column counts, ``popular`` orders given keys."""

    def __init__(self, name: str, weights: str, popular: Select[Any]) -> None:
        hits = table(name, column("rowid"))
        matching: ColumnElement[bool] = literal_column(f'"{name}"').op("MATCH")(bindparam("expression"))
        rank: ColumnElement[float] = literal_column(f"bm25({name}, {weights})")
        page = select(hits.c.rowid).where(matching).limit(bindparam("limit"))
        self.first_column = "name" if name == "artist_search" else "title"
        self.count = Statement(select(func.count()).select_from(hits).where(matching))
        self.ranked = Statement(page.order_by(rank, hits.c.rowid).offset(bindparam("offset")))
        self.unranked = Statement(page.order_by(hits.c.rowid))
        self.popular = Statement(popular)


_given = integers_in("keys")
_own = (annotations.c.track_key == tracks.c.key) & (annotations.c.user_id == bindparam("user_id"))
_plays = func.coalesce(annotations.c.play_count, literal_column("0"))
TRACKS = SearchTable(
    "track_search",
    "10.0, 6.0, 3.0",
    select(tracks.c.key)
    .select_from(tracks.outerjoin(annotations, _own))
    .where(tracks.c.key.in_(_given))
    .order_by(_plays.desc(), tracks.c.title_sort, tracks.c.key),
)
ALBUMS = SearchTable(
    "album_search",
    "10.0, 5.0",
    select(albums.c.key)
    .where(albums.c.key.in_(_given))
    .order_by(albums.c.track_count.desc(), albums.c.title_sort, albums.c.key),
)
ARTISTS = SearchTable(
    "artist_search",
    "10.0",
    select(artists.c.key)
    .where(artists.c.key.in_(_given))
    .order_by(artists.c.track_count.desc(), artists.c.name_sort, artists.c.key),
)


def count(connection: Connection, searched: SearchTable, query: str) -> int:
    """Count all that a query finds."""
    expression = match_expression(query)
    return 0 if expression is None else int(searched.count.value(connection, expression=expression))


def find(connection: Connection, searched: SearchTable, query: str, offset: int, limit: int, user_id: str) -> list[int]:
    """Return the keys of a page of what ``query`` finds, the best first; every character of it means itself."""
    expression = match_expression(query)
    if expression is None or limit <= 0:
        return []
    some = _unranked(connection, searched, expression, RANKED_HITS + 1)
    if len(some) > RANKED_HITS:
        return _many(connection, searched, expression, some[:_CANDIDATES], offset, limit, user_id)
    rows = searched.ranked.rows(connection, expression=expression, limit=limit, offset=offset) if some else []
    return [key for (key,) in rows]


def _unranked(connection: Connection, searched: SearchTable, expression: str, limit: int) -> list[int]:
    return [key for (key,) in searched.unranked.rows(connection, expression=expression, limit=limit)]


def _many(
    connection: Connection,
    searched: SearchTable,
    expression: str,
    some: list[int],
    offset: int,
    limit: int,
    user_id: str,
) -> list[int]:
    """Return a page of very many hits: those that begin with the query, then ``some``, by popularity; then the rest."""
    beginning = _unranked(connection, searched, at_the_beginning(expression, searched.first_column), _CANDIDATES)
    user = {"user_id": user_id} if searched is TRACKS else {}
    head: list[int] = []
    for group in (beginning, set(some).difference(beginning)):
        head += [key for (key,) in searched.popular.rows(connection, keys=as_json(group), **user)]
    page = head[offset : offset + limit]
    if len(page) == limit:
        return page
    # The rest comes as it lies in the table, without what stood in front already.
    known = set(head)
    skip = max(0, offset - len(head))
    rest = (key for key in _unranked(connection, searched, expression, skip + limit + len(head)) if key not in known)
    return page + list(rest)[skip : skip + limit - len(page)]
