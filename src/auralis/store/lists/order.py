"""Orders of lists: the indexes to walk along, and the statements that do."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, func, literal_column, select

from auralis.store.schema import track_moves
from auralis.store.statements import Statement


class Stretch(NamedTuple):
    """A part of a list that one index holds in order; ``key`` breaks the ties of ``columns``.

    ``of_few`` is the condition to be used instead of ``condition`` where the list is narrowed to so few rows that they
    are better sorted than sought along the index. ``without`` is the number of another stretch whose rows this one
    passes over; it then has no columns. ``alone`` are source and condition where nothing narrows the list. ``first`` is
    the column that begins the index, where ``condition`` is that it is 0, the least there is.
    """

    source: FromClause
    condition: ColumnElement[bool]
    columns: tuple[ColumnElement[Any], ...]
    key: ColumnElement[int]
    of_few: ColumnElement[bool] | None = None
    without: int | None = None
    alone: tuple[FromClause, ColumnElement[bool]] | None = None
    first: ColumnElement[int] | None = None


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

    ``conditions`` are the ways in which a list of this order can be narrowed, ``few`` the names of those that leave few
    rows. Statements are compiled when they are first used.
    """

    def __init__(
        self,
        *stretches: Stretch,
        conditions: Mapping[str, ColumnElement[bool]] | None = None,
        few: frozenset[str] = frozenset(),
    ) -> None:
        self.stretches = stretches
        self._conditions = conditions or {}
        self._few = few
        self._statements: dict[tuple[Any, ...], Statement] = {}

    def walk(self, number: int, narrowed: tuple[str, ...], ties: int | None, *, descending: bool) -> Statement:
        """Return the walk along a stretch, from its start or past a place whose first ``ties`` values are equal."""

        def build() -> Select[Any]:
            _, _, columns, key, *_ = self.stretches[number]
            query = self._past(self._rows(number, narrowed), number, ties, downward=descending)
            query = query.order_by(*(column.desc() if descending else column.asc() for column in (*columns, key)))
            return query.limit(bindparam("limit")).offset(bindparam("offset"))

        return self._cached(("walk", number, narrowed, ties, descending), build)

    def skip(self, number: int, *, descending: bool) -> Statement:
        """Return the walk along a stretch that nothing narrows, where it is known to have the rows that are asked for.

        Rows beyond the stretch would follow. Not to ask of each whether it is still of the stretch makes what is
        passed over cost a third.
        """
        stretch = self.stretches[number]
        first = stretch.first
        if first is None:
            return self.walk(number, (), None, descending=descending)

        def build() -> Select[Any]:
            edge = first <= literal_column("0") if descending else first >= literal_column("0")
            ordered = [
                column.desc() if descending else column.asc() for column in (first, *stretch.columns, stretch.key)
            ]
            query = select(stretch.key, *stretch.columns).select_from(stretch.source).where(edge).order_by(*ordered)
            return query.limit(bindparam("limit")).offset(bindparam("offset"))

        return self._cached(("skip", number, descending), build)

    def count(self, number: int, narrowed: tuple[str, ...], ties: int | None, *, descending: bool) -> Statement:
        """Return the count of a stretch, or of what comes before a place and ties with it in ``ties`` values."""

        def build() -> Select[Any]:
            query = self._past(self._rows(number, narrowed), number, ties, downward=not descending)
            return query.with_only_columns(func.count(), maintain_column_froms=True)

        return self._cached(("count", number, narrowed, ties, descending), build)

    def row(self, number: int, narrowed: tuple[str, ...]) -> Statement:
        """Return how the row of key ``:key`` stands in a stretch."""

        def build() -> Select[Any]:
            return self._rows(number, narrowed).where(self.stretches[number].key == bindparam("key"))

        return self._cached(("row", number, narrowed), build)

    def keys(self, number: int, narrowed: tuple[str, ...]) -> Statement:
        """Return the keys of a stretch, in their own order."""

        def build() -> Select[Any]:
            key = self.stretches[number].key
            return self._rows(number, narrowed).with_only_columns(key, maintain_column_froms=True)

        return self._cached(("keys", number, narrowed), build)

    def added(self, number: int) -> Statement:
        """Return the rows of a stretch of tracks with keys beyond ``:after``."""

        def build() -> Select[Any]:
            stretch = self.stretches[number]
            query = select(stretch.key, *stretch.columns).select_from(stretch.source)
            # Only an index that has nothing but keys to sort by gives them in order of keys.
            shown = stretch.of_few if stretch.columns and stretch.of_few is not None else stretch.condition
            return query.where(and_(shown, stretch.key > bindparam("after")))

        return self._cached(("added", number), build)

    def moved(self, number: int) -> Statement:
        """Return which tracks have changed places in a stretch, beyond ``:after``."""

        def build() -> Select[Any]:
            columns = (track_moves.c[column.name] for column in self.stretches[number].columns)
            query = select(track_moves.c.step, track_moves.c.track_key, *columns)
            return query.where(track_moves.c.key > bindparam("after")).order_by(track_moves.c.key)

        return self._cached(("moved", number), build)

    def _cached(self, shape: tuple[Any, ...], build: Callable[[], Select[Any]]) -> Statement:
        found = self._statements.get(shape)
        if found is None:
            found = self._statements[shape] = Statement(build())
        return found

    def _rows(self, number: int, narrowed: tuple[str, ...]) -> Select[Any]:
        stretch = self.stretches[number]
        condition = stretch.condition
        if stretch.of_few is not None and not self._few.isdisjoint(narrowed):
            condition = stretch.of_few
        source = stretch.source
        if stretch.alone is not None and not narrowed:
            source, condition = stretch.alone
        query = select(stretch.key, *stretch.columns).select_from(source)
        return query.where(and_(condition, *(self._conditions[name] for name in narrowed)))

    def _past(self, query: Select[Any], number: int, ties: int | None, *, downward: bool) -> Select[Any]:
        if ties is None:
            return query
        ordered = (*self.stretches[number].columns, self.stretches[number].key)
        for place, column in enumerate(ordered[:ties]):
            query = query.where(column == bindparam(f"at_{place}"))
        bound: Any = bindparam(f"at_{ties}")
        return query.where(ordered[ties] < bound if downward else ordered[ties] > bound)
