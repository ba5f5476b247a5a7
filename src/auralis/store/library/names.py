"""Artists, albums and genres by what makes them one: looked up, or made when they are met for the first time."""

import struct
import time
from collections.abc import Iterable
from functools import lru_cache
from secrets import token_bytes
from typing import NamedTuple

from sqlalchemy import Table, bindparam, func, insert, select, update

from auralis.kit.text import sort_key
from auralis.store.database import Connection
from auralis.store.library.records import AlbumName, Name
from auralis.store.schema import albums, artists, genres, name_aliases
from auralis.store.statements import BulkInsert, Statement, as_json, texts_in

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [high + low for high in _DIGITS for low in _DIGITS]
_MOST_REMEMBERED = 50_000
_DRAWN_AT_ONCE = 512
_drawn: list[int] = []
_ALIASES = Statement(
    select(name_aliases.c.identity, name_aliases.c.key).where(
        name_aliases.c.kind == bindparam("kind"), name_aliases.c.identity.in_(texts_in("identities"))
    )
)
_ADD_ALIAS = Statement(
    insert(name_aliases)
    .values(kind=bindparam("kind"), identity=bindparam("identity"), key=bindparam("key"))
    .prefix_with("OR IGNORE")
)


class Known(NamedTuple):
    """A row's key and public id."""

    key: int
    id: str


def ordered_id(key: int) -> str:
    """Return a new id that nobody can guess and that sorts as ``key`` does."""
    chance = _chance()
    return (
        _digits(key >> 10)
        + _PAIRS[key & 1023]
        + _PAIRS[chance & 1023]
        + _PAIRS[chance >> 10 & 1023]
        + _PAIRS[chance >> 20 & 1023]
        + _PAIRS[chance >> 30 & 1023]
        + _DIGITS[chance >> 40 & 31]
    )


def _chance() -> int:
    """Return 64 bits that nobody can guess; the system is asked for many at once, as each time costs as much."""
    while True:
        try:
            return _drawn.pop()
        except IndexError:
            _drawn.extend(struct.unpack(f"<{_DRAWN_AT_ONCE}Q", token_bytes(8 * _DRAWN_AT_ONCE)))


@lru_cache(maxsize=4)
def _digits(number: int) -> str:
    return "".join(_DIGITS[(number >> shift) & 31] for shift in range(20, -5, -5))


class Registry:
    """One table of names, with those remembered that were lately met."""

    def __init__(self, table: Table, insert: BulkInsert) -> None:
        self._table = table
        self._insert = insert
        self._known: dict[str, Known] = {}
        self._sorts: dict[int, str] = {}
        sort = table.c.title_sort if "title_sort" in table.c else table.c.name_sort
        self._find = Statement(
            select(table.c.identity, table.c.key, table.c.id, sort).where(table.c.identity.in_(texts_in("identities")))
        )
        self._set_sort = Statement(
            update(table).where(table.c.key == bindparam("of_key")).values({sort.name: bindparam("new_sort")})
        )
        self._by_key = Statement(select(table.c.key, table.c.id).where(table.c.key == bindparam("wanted")))
        self._take_over = Statement(
            update(table).where(table.c.key == bindparam("of_key")).values(identity=bindparam("new_identity"))
        )
        self._last = Statement(select(func.coalesce(func.max(table.c.key), 0)))

    def resolve(self, connection: Connection, names: Iterable[Name | AlbumName]) -> dict[str, Known]:
        """Return key and id of each name by its identity; a sort name of its own is the row's from now on."""
        wanted: dict[str, Name | AlbumName] = {}
        for name in names:
            if wanted.setdefault(name.identity, name).sort != name.sort and _has_own_sort(name):
                wanted[name.identity] = name
        unknown = [identity for identity in wanted if identity not in self._known]
        if unknown:
            if len(self._known) > _MOST_REMEMBERED:
                self.forget()
                unknown = list(wanted)
            for identity, key, row_id, sort in self._find.rows(connection, identities=as_json(unknown)):
                self._known[identity] = Known(key, row_id)
                self._sorts[key] = sort
            self._meet(connection, [wanted[identity] for identity in unknown if identity not in self._known])
        found = {identity: self._known[identity] for identity in wanted}
        for identity, known in found.items():
            sort = wanted[identity].sort
            if self._sorts.get(known.key) != sort and _has_own_sort(wanted[identity]):
                self._set_sort.run(connection, of_key=known.key, new_sort=sort)
                self._sorts[known.key] = sort
        return found

    def forget(self) -> None:
        """Forget what was met, because it may never have been saved."""
        self._known.clear()
        self._sorts.clear()

    def _meet(self, connection: Connection, names: list[Name | AlbumName]) -> None:
        """Make rows of ``names``, which no row has as its identity, or find the rows that they stand for.

        A name alone stands for the first one with an id that has this name, and one with an id takes over the row that
        its name alone had: so a library in which only some files carry ids does not show everybody twice.
        """
        claimed = {alias: name for name in reversed(names) if (alias := name.alias) is not None}
        asked = as_json([*(name.identity for name in names), *claimed])
        standing_for = dict(_ALIASES.rows(connection, kind=self._table.name, identities=asked))
        plain = self._find.rows(connection, identities=as_json(claimed)) if claimed else ()
        rows = {identity: Known(key, row_id) for identity, key, row_id, _ in plain}
        new: list[Name | AlbumName] = []
        for name in names:
            if name.identity in standing_for:
                self._known[name.identity] = Known(*self._by_key.row(connection, wanted=standing_for[name.identity]))
            elif (alias := name.alias) in rows and alias not in standing_for and claimed[str(alias)] is name:
                known = self._known[name.identity] = self._known[str(alias)] = rows[str(alias)]
                self._take_over.run(connection, of_key=known.key, new_identity=name.identity)
                self._stand_for(connection, {str(alias): known.key})
            elif name.identity not in claimed:
                new.append(name)
        self._add(connection, new)
        self._stand_for(
            connection,
            {
                alias: self._known[name.identity].key
                for alias, name in claimed.items()
                if alias not in standing_for and alias not in rows
            },
        )
        for name in names:
            if name.identity not in self._known:
                self._known[name.identity] = self._known[claimed[name.identity].identity]

    def _stand_for(self, connection: Connection, keys: dict[str, int]) -> None:
        rows = [{"kind": self._table.name, "identity": identity, "key": key} for identity, key in keys.items()]
        _ADD_ALIAS.run_many(connection, rows)

    def _add(self, connection: Connection, names: list[Name | AlbumName]) -> None:
        if not names:
            return
        now = round(time.time() * 1000)
        first = self._last.value(connection) + 1
        rows = []
        for key, name in enumerate(names, first):
            known = self._known[name.identity] = Known(key, ordered_id(key))
            self._sorts[key] = name.sort
            row = (key, known.id, name.identity, *name[:1], name.sort)
            rows.append((*row, name.artist, now) if isinstance(name, AlbumName) else row)
        self._insert.run(connection, rows)


def _has_own_sort(name: Name | AlbumName) -> bool:
    """Return whether a name sorts as its tags say rather than as it is spelled."""
    shown = name[0]
    return name.sort != (sort_key(shown) or shown)


def artist_registry() -> Registry:
    """Return the registry of artists."""
    c = artists.c
    return Registry(artists, BulkInsert(artists, [c.key, c.id, c.identity, c.name, c.name_sort]))


def album_registry() -> Registry:
    """Return the registry of albums."""
    c = albums.c
    columns = [c.key, c.id, c.identity, c.title, c.title_sort, c.album_artist, c.added_at]
    return Registry(albums, BulkInsert(albums, columns))


def genre_registry() -> Registry:
    """Return the registry of genres."""
    c = genres.c
    return Registry(genres, BulkInsert(genres, [c.key, c.id, c.identity, c.name, c.name_sort]))
