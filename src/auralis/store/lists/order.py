"""Lists in order: the rows of a page, by offset or after a place, found along an index and never by sorting."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, func, select

from auralis.model.errors import FieldError, InvalidInputError
from auralis.store.database import Connection
from auralis.store.statements import Statement


class Stretch(NamedTuple):
    """A part of a list that one index holds in order; ``key`` breaks the ties of ``columns``."""

    source: FromClause
    condition: ColumnElement[bool]
    columns: tuple[ColumnElement[Any], ...]
    key: ColumnElement[int]


class Place(NamedTuple):
    """Where a row stands in a list: its stretch, its values there, its key."""

    stretch: int
    values: tuple[Any, ...]
    key: int

    @classmethod
    def from_json(cls, data: Sequence[Any]) -> "Place":
        """Rebuild a place from a cursor."""
        stretch, values, key = data
        return cls(stretch, tuple(values), key)


class Order:
    """A way to sort: its stretches one after the other, each walked up or down.

    ``conditions`` are the ways in which a list of this order can be narrowed.
    """

    def __init__(self, *stretches: Stretch, conditions: Mapping[str, ColumnElement[bool]] | None = None) -> None:
        self.stretches = stretches
        self._conditions = conditions or {}
        self._statements: dict[tuple[Any, ...], Statement] = {}

    def walk(self, stretch: int, narrowed: tuple[str, ...], ties: int | None, *, descending: bool) -> Statement:
        """Return the walk along a stretch, from its start or past a place whose first ``ties`` values are equal."""
        return self._cached(("walk", stretch, narrowed, ties, descending), self._walk)

    def count(self, stretch: int, narrowed: tuple[str, ...], ties: int | None, *, descending: bool) -> Statement:
        """Return the count of a stretch, or of what comes before a place and ties with it in ``ties`` values."""
        return self._cached(("count", stretch, narrowed, ties, descending), self._count)

    def place(self, stretch: int, narrowed: tuple[str, ...]) -> Statement:
        """Return how the row of key ``:key`` stands in a stretch."""
        return self._cached(("place", stretch, narrowed, None, False), self._place)

    def _cached(self, shape: tuple[Any, ...], build: Any) -> Statement:
        found = self._statements.get(shape)
        if found is None:
            found = self._statements[shape] = Statement(build(*shape[1:]))
        return found

    def _base(self, query: Select[Any], stretch: int, narrowed: tuple[str, ...]) -> Select[Any]:
        source, condition, _, _ = self.stretches[stretch]
        return query.select_from(source).where(and_(condition, *(self._conditions[name] for name in narrowed)))

    def _past(self, query: Select[Any], stretch: int, ties: int | None, *, downward: bool) -> Select[Any]:
        if ties is None:
            return query
        _, _, columns, key = self.stretches[stretch]
        ordered = (*columns, key)
        for number, column in enumerate(ordered[:ties]):
            query = query.where(column == bindparam(f"at_{number}"))
        bound: Any = bindparam(f"at_{ties}")
        return query.where(ordered[ties] < bound if downward else ordered[ties] > bound)

    def _walk(self, stretch: int, narrowed: tuple[str, ...], ties: int | None, descending: bool) -> Select[Any]:  # noqa: FBT001 - a shape's last part
        _, _, columns, key = self.stretches[stretch]
        query = self._base(select(key, *columns), stretch, narrowed)
        query = self._past(query, stretch, ties, downward=descending)
        query = query.order_by(*(column.desc() if descending else column.asc() for column in (*columns, key)))
        return query.limit(bindparam("limit")).offset(bindparam("offset"))

    def _count(self, stretch: int, narrowed: tuple[str, ...], ties: int | None, descending: bool) -> Select[Any]:  # noqa: FBT001 - a shape's last part
        query = self._base(select(func.count()), stretch, narrowed)
        return self._past(query, stretch, ties, downward=not descending)

    def _place(self, stretch: int, narrowed: tuple[str, ...], _ties: None, _descending: bool) -> Select[Any]:  # noqa: FBT001 - a shape's last part
        _, _, columns, key = self.stretches[stretch]
        return self._base(select(key, *columns), stretch, narrowed).where(key == bindparam("key"))


class Walk:
    """One list within one state of the database; ``values`` are the parameters of its conditions."""

    def __init__(
        self,
        connection: Connection,
        order: Order,
        *,
        descending: bool,
        narrowed: tuple[str, ...] = (),
        values: Mapping[str, Any] | None = None,
    ) -> None:
        self._connection = connection
        self._order = order
        self._descending = descending
        self._narrowed = narrowed
        self._values = values or {}
        count = len(order.stretches)
        self._numbers = range(count - 1, -1, -1) if descending else range(count)

    def total(self) -> int:
        """Count the whole list."""
        return sum(self._count(number) for number in self._numbers)

    def page(self, offset: int, limit: int, total: int) -> list[Place]:
        """Return the places ``offset`` to ``offset + limit`` of the list of ``total``."""
        limit = max(0, min(limit, total - offset))
        if limit == 0:
            return []
        if offset > total // 2:
            # The end is nearer: walk the mirrored list from there.
            return self._skip(total - offset - limit, limit, mirrored=True)[::-1]
        return self._skip(offset, limit, mirrored=False)

    def after(self, place: Place, limit: int) -> list[Place]:
        """Return up to ``limit`` places that come after ``place``."""
        at = self._at(place)
        found: list[Place] = []
        # What ties in all values but the key comes first, then what ties in fewer: each is one search of the index.
        for ties in range(len(place.values), -1, -1):
            if len(found) < limit:
                found += self._fetch(place.stretch, 0, limit - len(found), self._descending, ties, at)
        for number in list(self._numbers)[list(self._numbers).index(place.stretch) + 1 :]:
            if len(found) < limit:
                found += self._fetch(number, 0, limit - len(found), self._descending)
        return found

    def rank(self, place: Place) -> int:
        """Count what comes before ``place``."""
        at = self._at(place)
        before = 0
        for number in self._numbers:
            if number == place.stretch:
                return before + sum(self._count(number, ties, at) for ties in range(len(place.values) + 1))
            before += self._count(number)
        return before

    def place_of(self, key: int) -> Place | None:
        """Return where the row of ``key`` stands, or None if it is not in the list."""
        for number in self._numbers:
            row = self._order.place(number, self._narrowed).row(self._connection, **self._values, key=key)
            if row is not None:
                return Place(number, tuple(row[1:]), row[0])
        return None

    def _at(self, place: Place) -> dict[str, Any]:
        fits = place.stretch in self._numbers and len(place.values) == len(self._order.stretches[place.stretch].columns)
        if not fits:
            raise InvalidInputError("The cursor does not fit this list.", [FieldError("cursor", "Does not fit.")])
        return {f"at_{number}": value for number, value in enumerate((*place.values, place.key))}

    def _skip(self, offset: int, limit: int, *, mirrored: bool) -> list[Place]:
        found: list[Place] = []
        for number in reversed(self._numbers) if mirrored else self._numbers:
            rows = self._fetch(number, offset, limit - len(found), self._descending != mirrored)
            found += rows
            if len(found) == limit:
                break
            offset = 0 if rows or len(self._numbers) == 1 else max(0, offset - self._count(number))
        return found

    def _fetch(
        self,
        number: int,
        offset: int,
        limit: int,
        descending: bool,  # noqa: FBT001 - a direction, passed on
        ties: int | None = None,
        at: Mapping[str, Any] | None = None,
    ) -> list[Place]:
        statement = self._order.walk(number, self._narrowed, ties, descending=descending)
        given = {} if ties is None or at is None else {name: at[name] for name in _names(ties)}
        rows = statement.rows(self._connection, **self._values, **given, limit=limit, offset=offset)
        return [Place(number, tuple(row[1:]), row[0]) for row in rows]

    def _count(self, number: int, ties: int | None = None, at: Mapping[str, Any] | None = None) -> int:
        statement = self._order.count(number, self._narrowed, ties, descending=self._descending)
        given = {} if ties is None or at is None else {name: at[name] for name in _names(ties)}
        return int(statement.value(self._connection, **self._values, **given))


def _names(ties: int) -> list[str]:
    return [f"at_{number}" for number in range(ties + 1)]
