"""Search: words, beginnings of words and parts of unspaced text, ranked while the hits are few enough to be ranked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, bindparam, column, func, literal_column, select, table

from auralis.model.library import LOCAL_OWNER
from auralis.store.database import Connection
from auralis.store.lists.expressions import Part, joined, parse
from auralis.store.lists.filters import CONDITIONS, TrackFilter, filter_values
from auralis.store.lists.mistyped import one_edit_away
from auralis.store.schema import albums, annotations, artists, playlists, tracks
from auralis.store.statements import Statement, as_json, integers_in

RANKED_HITS = 2000
"""Up to so many hits are ranked one by one; ranking more would take longer than a person typing waits."""

_CANDIDATES = 500
"""Of more hits, so many of those that begin with the query, and so many of all, are put in order; the rest follows."""


class Searches:
    """The statements of a search, narrowed by conditions on the tracks that are found."""

    def __init__(
        self, name: str, weights: str, of: Table = tracks, conditions: Sequence[ColumnElement[bool]] = ()
    ) -> None:
        hits: Any = table(name, column("rowid"))
        key: ColumnElement[int] = literal_column(f'"{name}".rowid')
        matching: ColumnElement[bool] = literal_column(f'"{name}"').op("MATCH")(bindparam("expression"))
        rank: ColumnElement[float] = literal_column(f"bm25({name}, {weights})")
        # The plus keeps SQLite from asking the full-text index about each track in turn.
        source = hits.join(of, of.c.key == literal_column(f'+"{name}".rowid')) if conditions else hits
        found = select(key).select_from(source).where(matching, *conditions)
        page = found.limit(bindparam("limit"))
        rest = page.where(literal_column(f'+"{name}".rowid').not_in(integers_in("known")))
        self.count = Statement(found.with_only_columns(func.count(), maintain_column_froms=True))
        self.ranked = Statement(page.order_by(rank, key).offset(bindparam("offset")))
        self.unranked = Statement(page.order_by(key))
        self.rest = Statement(rest.order_by(key).offset(bindparam("offset")))


class SearchTable:
    """One full-text table; ``weights`` say how much a hit in each column counts, ``popular`` orders given keys.

    ``always`` are conditions on ``of``, the table of what is found.
    """

    def __init__(
        self,
        name: str,
        first_column: str,
        weights: str,
        popular: Select[Any],
        *,
        of: Table = tracks,
        always: Sequence[ColumnElement[bool]] = (),
    ) -> None:
        self.first_column = first_column
        self.popular = Statement(popular)
        self.plain = Searches(name, weights, of, always)
        self._name, self._weights, self._of, self._always = name, weights, of, always
        self._narrowed: dict[tuple[str, ...], Searches] = {(): self.plain}

    def narrowed(self, names: tuple[str, ...]) -> Searches:
        """Return the statements narrowed by named conditions on tracks."""
        if names not in self._narrowed:
            conditions = [*self._always, *(CONDITIONS[name] for name in names)]
            self._narrowed[names] = Searches(self._name, self._weights, self._of, conditions)
        return self._narrowed[names]


_given = integers_in("keys")
_own = (annotations.c.track_key == tracks.c.key) & (annotations.c.user_id == bindparam("user_id"))
_plays = func.coalesce(annotations.c.play_count, literal_column("0"))
_popular_tracks = (
    select(tracks.c.key)
    .select_from(tracks.outerjoin(annotations, _own))
    .where(tracks.c.key.in_(_given))
    .order_by(_plays.desc(), tracks.c.title_sort, tracks.c.key)
)
TRACKS = SearchTable("track_search", "title", "10.0, 6.0, 3.0", _popular_tracks)
ALBUMS = SearchTable(
    "album_search",
    "title",
    "10.0, 5.0",
    select(albums.c.key)
    .where(albums.c.key.in_(_given))
    .order_by(albums.c.track_count.desc(), albums.c.title_sort, albums.c.key),
)
ARTISTS = SearchTable(
    "artist_search",
    "name",
    "10.0",
    select(artists.c.key)
    .where(artists.c.key.in_(_given))
    .order_by(artists.c.track_count.desc(), artists.c.name_sort, artists.c.key),
)

PLAYLISTS = SearchTable(
    "playlist_search",
    "name",
    "10.0, 3.0",
    select(playlists.c.key)
    .where(playlists.c.key.in_(_given))
    .order_by(playlists.c.updated_at.desc(), playlists.c.name_sort, playlists.c.key),
    of=playlists,
    always=[playlists.c.user_id == bindparam("user_id")],
)
_named: Select[Any] = select(literal_column("track_search.rowid")).select_from(table("track_search"))
LYRICS = SearchTable(
    "lyrics_search",
    "words",
    "1.0",
    _popular_tracks,
    always=[tracks.c.key.not_in(_named.where(literal_column("track_search").op("MATCH")(bindparam("expression"))))],
)
"""Tracks in whose words something is sung that their names do not say."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a query is taken to mean: its parts, and, where nothing is found as it was typed, other words for some."""

    parts: Sequence[Part]
    meant: Mapping[str, Sequence[str]] = field(default_factory=dict)
    some: "Mapping[SearchTable, list[int]]" = field(default_factory=dict)
    """What some tables are known to find, as far as hits are ranked, in no order."""

    @property
    def is_guessed(self) -> bool:
        """Whether words are taken for others, as nothing is found by those that were typed."""
        return bool(self.meant)

    @property
    def expression(self) -> str | None:
        """The full-text expression, None if there is nothing to look for."""
        return joined(self.parts, self.meant)


def meaning(connection: Connection, query: str, *searched: SearchTable, user_id: str = LOCAL_OWNER) -> Meaning:
    """Return what ``query`` means to the ``searched`` tables.

    What is found as it was typed is meant. Else the words that nothing holds are taken to be mistyped; and if that
    finds nothing either, all are.
    """
    typed = _looked_for(connection, Meaning(parse(query)), searched, user_id)
    words = {part.word: part for part in typed.parts if part.word is not None}
    if not words or any(typed.some.values()):
        return typed
    unknown = {w: part for w, part in words.items() if not _finds(connection, joined([part]), searched, user_id)}
    for mistyped in (unknown, words):
        meant = {word: _likely(connection, part, word in unknown) for word, part in mistyped.items()}
        guessed = Meaning(typed.parts, {word: others for word, others in meant.items() if others})
        if guessed.is_guessed:
            guessed = _looked_for(connection, guessed, searched, user_id)
            if any(guessed.some.values()):
                return guessed
    return typed


def _likely(connection: Connection, part: Part, is_unknown: bool) -> Sequence[str]:  # noqa: FBT001 - a fact of the part
    """Return what a word may have meant, itself among it unless nothing holds it."""
    word = part.word or ""
    found = one_edit_away(connection, word, begins=part.begins)
    if part.begins:
        # Whatever begins with a longer one begins with the shorter one as well.
        found = [each for each in found if not any(each != other and each.startswith(other) for other in found)]
    return found if is_unknown or not found else [word, *found]


def _looked_for(connection: Connection, meant: Meaning, searched: Sequence[SearchTable], user_id: str) -> Meaning:
    """Return a meaning with what it finds, up to the first table that has anything."""
    expression, some = meant.expression, dict[SearchTable, list[int]]()
    for each in searched if expression is not None else ():
        rows = each.plain.unranked.rows(connection, user_id=user_id, expression=expression, limit=RANKED_HITS + 1)
        some[each] = [key for (key,) in rows]
        if rows:
            break
    return Meaning(meant.parts, meant.meant, some)


def _finds(connection: Connection, expression: str | None, searched: Sequence[SearchTable], user_id: str) -> bool:
    given = {"user_id": user_id, "expression": expression, "limit": 1}
    return any(each.plain.unranked.rows(connection, **given) for each in searched)


class Search:
    """What a meaning finds in one table, narrowed by a filter where it is the tracks'."""

    def __init__(
        self,
        connection: Connection,
        searched: SearchTable,
        meant: Meaning,
        narrowed: TrackFilter | None = None,
        user_id: str = LOCAL_OWNER,
    ) -> None:
        self._connection = connection
        self._table = searched
        self._meant = meant
        self._expression = meant.expression
        self._statements = searched.narrowed(narrowed.active if narrowed else ())
        self._known = None if narrowed and narrowed.active else meant.some.get(searched)
        self._values = {**(filter_values(connection, narrowed) if narrowed else {}), "user_id": user_id}

    def count(self) -> int:
        """Count all that is found."""
        if self._expression is None:
            return 0
        return int(self._statements.count.value(self._connection, **self._values, expression=self._expression))

    def keys(self, offset: int, limit: int) -> list[int]:
        """Return the keys of a page of what is found, the best first."""
        if self._expression is None or limit <= 0:
            return []
        some = self._unranked(self._expression, RANKED_HITS + 1) if self._known is None else self._known
        if len(some) > RANKED_HITS:
            return self._many(self._expression, some[:_CANDIDATES], offset, limit)
        if not some:
            return []
        rows = self._statements.ranked.rows(
            self._connection, **self._values, expression=self._expression, limit=limit, offset=offset
        )
        return [key for (key,) in rows]

    def _many(self, expression: str, some: list[int], offset: int, limit: int) -> list[int]:
        """Return a page of very many hits: those that begin with the query, then ``some``, by popularity; the rest."""
        opening = joined(self._meant.parts, self._meant.meant, self._table.first_column) or ""
        beginning = self._unranked(opening, _CANDIDATES)
        head: list[int] = []
        for group in (beginning, set(some).difference(beginning)):
            rows = self._table.popular.rows(self._connection, keys=as_json(group), **self._values)
            head += [key for (key,) in rows]
            if len(head) >= offset + limit:
                return head[offset : offset + limit]
        page = head[offset : offset + limit]
        # The rest comes as it lies in the table, without what stood in front already.
        rest = self._statements.rest.rows(
            self._connection,
            **self._values,
            expression=expression,
            known=as_json(head),
            limit=limit - len(page),
            offset=max(0, offset - len(head)),
        )
        return page + [key for (key,) in rest]

    def _unranked(self, expression: str, limit: int) -> list[int]:
        rows = self._statements.unranked.rows(self._connection, **self._values, expression=expression, limit=limit)
        return [key for (key,) in rows]


class Hits:
    """The tracks that a meaning finds by their names and, with ``lyrics``, behind them those found by their words."""

    def __init__(
        self,
        connection: Connection,
        meant: Meaning,
        narrowed: TrackFilter | None = None,
        user_id: str = LOCAL_OWNER,
        *,
        lyrics: bool = False,
    ) -> None:
        tables = (TRACKS, LYRICS) if lyrics else (TRACKS,)
        self._searches = [Search(connection, table, meant, narrowed, user_id) for table in tables]

    def count(self) -> int:
        """Count all that is found."""
        return sum(search.count() for search in self._searches)

    def keys(self, offset: int, limit: int) -> list[int]:
        """Return the keys of a page of what is found, the best first."""
        found: list[int] = []
        for number, search in enumerate(self._searches, 1):
            rows = search.keys(offset, limit - len(found))
            found += rows
            if len(found) == limit or number == len(self._searches):
                break
            offset = 0 if rows else offset - search.count()
        return found
