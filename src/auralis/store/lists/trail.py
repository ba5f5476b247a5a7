"""What milestones have to know of the rows of a list: where they stand, which are new, and which have moved."""

from collections.abc import Mapping
from typing import Any

from auralis.store.database import Connection
from auralis.store.lists.order import Order, Place


class Trail:
    """One stretch of a list that nothing narrows, those rows included that it passes over."""

    def __init__(self, connection: Connection, order: Order, number: int, values: Mapping[str, Any]) -> None:
        self._connection = connection
        self._order = order
        self._number = number
        self._values = values

    def from_place(self, place: Place | None, skip: int) -> Place | None:
        """Return the row that follows ``skip`` others from ``place`` or the start on, or None at the end."""
        if place is None:
            return self._row(None, {}, skip)
        # Whether or not the row at the place is still there, it is the first that comes after the key before its own.
        at = {f"at_{number}": value for number, value in enumerate((*place.values, place.key - 1))}
        for ties in range(len(place.values), -1, -1):
            found = self._row(ties, at, skip)
            if found is not None:
                return found
            if skip:
                counted = self._order.count(self._number, (), ties, descending=True)
                skip = max(0, skip - int(counted.value(self._connection, **self._values, **_given(ties, at))))
        return None

    def added(self, after: int) -> list[Place]:
        """Return the rows of tracks with keys beyond ``after``."""
        rows = self._order.added(self._number).rows(self._connection, **self._values, after=after)
        return [Place(self._number, tuple(row[1:]), row[0]) for row in rows]

    def moved(self, after: int) -> list[tuple[int, Place]]:
        """Return the changes beyond ``after``: -1 and where a row was, 1 and where it is."""
        if not self._order.stretches[self._number].columns:
            return []
        rows = self._order.moved(self._number).rows(self._connection, after=after)
        return [(row[0], Place(self._number, tuple(row[2:]), row[1])) for row in rows]

    def _row(self, ties: int | None, at: Mapping[str, Any], skip: int) -> Place | None:
        statement = self._order.walk(self._number, (), ties, descending=False)
        given = {} if ties is None else _given(ties, at)
        row = statement.row(self._connection, **self._values, **given, limit=1, offset=skip)
        return None if row is None else Place(self._number, tuple(row[1:]), row[0])


def _given(ties: int, at: Mapping[str, Any]) -> dict[str, Any]:
    return {f"at_{number}": at[f"at_{number}"] for number in range(ties + 1)}
