"""Walks along lists: the rows of a page, by offset or after a place, found along an index and never by sorting."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from auralis.model.errors import FieldError, InvalidInputError
from auralis.store.database import Connection
from auralis.store.lists.milestones import DEEP, Marks, Milestones, State, last_before
from auralis.store.lists.order import Order, Place
from auralis.store.lists.remembered import remembered
from auralis.store.lists.trail import Trail
from auralis.store.statements import Statement

_LARGEST_STEP = 8192
_MILESTONES = Milestones()


class Walk:
    """One list within one state of the database; ``values`` are its conditions' parameters, ``total`` its size.

    With a ``state``, milestones are used, and the list is narrowed by nothing.
    """

    def __init__(
        self,
        connection: Connection,
        order: Order,
        *,
        descending: bool,
        narrowed: tuple[str, ...] = (),
        values: Mapping[str, Any] | None = None,
        total: int | None = None,
        state: State | None = None,
    ) -> None:
        self._connection = connection
        self._order = order
        self._descending = descending
        self._narrowed = narrowed
        self._values = values or {}
        self._total = total
        self._state = state
        self._gaps: dict[int, list[int]] = {}
        count = len(order.stretches)
        self._numbers = range(count - 1, -1, -1) if descending else range(count)

    @cached_property
    def total(self) -> int:
        """How many rows the whole list has."""
        return sum(map(self._count, self._numbers)) if self._total is None else self._total

    def page(self, offset: int, limit: int) -> list[Place]:
        """Return the places from ``offset`` on, up to ``limit`` of them."""
        limit = max(0, min(limit, self.total - offset))
        if limit == 0:
            return []
        jumped = self._jump(offset, limit)
        if jumped is not None:
            return jumped
        if offset > self.total // 2:
            # The end is nearer: walk the mirrored list from there.
            return self._skip(self.total - offset - limit, limit, mirrored=True)[::-1]
        return self._skip(offset, limit, mirrored=False)

    def after(self, place: Place, limit: int) -> list[Place]:
        """Return up to ``limit`` places that come after ``place``."""
        found = self._beyond(place, 0, limit, descending=self._descending)
        for number in self._numbers[self._numbers.index(place.stretch) + 1 :]:
            if len(found) < limit:
                found += self._fetch(number, 0, limit - len(found), self._descending)
        return found

    def rank(self, place: Place) -> int:
        """Count what comes before ``place``."""
        at = self._at(place)
        before = 0
        for number in self._numbers:
            if number == place.stretch:
                return before + sum(self._count_before(number, ties, at) for ties in range(len(place.values) + 1))
            before += self._count(number)
        return before

    def place_of(self, key: int) -> Place | None:
        """Return where the row of ``key`` stands, or None if it is not in the list."""
        for number in self._numbers:
            row = self._order.row(number, self._narrowed).row(self._connection, **self._values, key=key)
            if row is not None and key not in self._passed_over(number):
                return Place(number, tuple(row[1:]), row[0])
        return None

    def _beyond(self, place: Place, skip: int, limit: int, *, descending: bool) -> list[Place]:
        """Return up to ``limit`` places of the same stretch beyond ``place``, ``skip`` of them passed over."""
        at = self._at(place)
        found: list[Place] = []
        # What ties in all values but the key comes first, then what ties in fewer: each is one search of the index.
        for ties in range(len(place.values), -1, -1):
            if len(found) == limit:
                break
            rows = self._fetch(place.stretch, skip, limit - len(found), descending, ties, at)
            found += rows
            if rows:
                skip = 0
            elif skip:
                counted = self._order.count(place.stretch, self._narrowed, ties, descending=not descending)
                skip = max(0, skip - int(counted.value(self._connection, **self._values, **_given(ties, at))))
        return found

    def _jump(self, offset: int, limit: int) -> list[Place] | None:
        """Return a page far from both ends, found from the milestone before it; None where there are none."""
        if self._state is None or min(offset, self.total - offset) < DEEP:
            return None
        if len(self._order.stretches) > 1:
            return None
        (number,) = self._numbers
        marks = _MILESTONES.of(id(self._order), self._state, self._trail(number))
        if marks is None:
            return None
        rising = self.total - offset - limit if self._descending else offset
        first, skip = marks.before(rising)
        # The row at the milestone may have gone to another place: the walk begins just before that one.
        found = self._beyond(first._replace(key=first.key - 1), skip, limit, descending=False)
        return found[::-1] if self._descending else found

    def _trail(self, number: int) -> Trail:
        return Trail(self._connection, self._order, number, self._values)

    def _at(self, place: Place) -> dict[str, Any]:
        fits = place.stretch in self._numbers and len(place.values) == len(self._order.stretches[place.stretch].columns)
        if not fits:
            raise InvalidInputError("The cursor does not fit this list.", [FieldError("cursor", "Does not fit.")])
        return {f"at_{number}": value for number, value in enumerate((*place.values, place.key))}

    def _skip(self, offset: int, limit: int, *, mirrored: bool) -> list[Place]:
        found: list[Place] = []
        for number in reversed(self._numbers) if mirrored else self._numbers:
            size = self._known_size(number)
            if size is not None and offset >= size:
                offset -= size
                continue
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
        if self._order.stretches[number].without is not None:
            keys = self._fetch_between(number, offset, limit, descending, None if at is None else at["at_0"])
            return [Place(number, (), key) for key in keys]
        # A page of a list of one stretch never goes beyond its total, so neither does what is passed over before it.
        is_within = self._total is not None and len(self._numbers) == 1
        statement = self._statement(number, ties, descending=descending, is_within=is_within)
        given = _given(ties, at)
        rows = statement.rows(self._connection, **self._values, **given, limit=limit, offset=offset)
        return [Place(number, tuple(row[1:]), row[0]) for row in rows]

    def _statement(self, number: int, ties: int | None, *, descending: bool, is_within: bool) -> Statement:
        """Return the walk past a place, or from the start of a stretch; ``is_within`` it is all that is asked for."""
        if ties is None and is_within and not self._narrowed:
            return self._order.skip(number, descending=descending)
        return self._order.walk(number, self._narrowed, ties, descending=descending)

    def _fetch_between(
        self,
        number: int,
        offset: int,
        limit: int,
        descending: bool,  # noqa: FBT001 - a direction, passed on
        last: int | None,
    ) -> list[int]:
        """Return the keys of a stretch less those of another: walk along all, and make up for what is passed over."""
        passed_over = self._passed_over(number)
        is_within = self._total is not None and offset + limit <= self._count(number)
        if last is None and self._state is not None and offset >= DEEP:
            # All such stretches are the library's tracks by key, whatever they pass over.
            marks = _MILESTONES.of("keys", self._state, self._trail(number))
            if marks is not None:
                return self._keys_from(marks, number, offset, limit, descending=descending)

        def step(count: int, skip: int) -> list[int]:
            ties = None if last is None else 0
            statement = self._statement(number, ties, descending=descending, is_within=is_within)
            given = {} if last is None else {"at_0": last}
            rows = statement.rows(self._connection, **self._values, **given, limit=count, offset=skip)
            return [row[0] for row in rows]

        while offset:
            reached = step(1, offset - 1)
            if not reached:
                return []
            offset = _count_between(passed_over, last, reached[0], descending=descending)
            last = reached[0]
        found: list[int] = []
        size = limit
        while len(found) < limit:
            keys = step(size, 0)
            found += [key for key in keys if not _contains(passed_over, key)]
            if len(keys) < size:
                break
            last, size = keys[-1], min(2 * size, _LARGEST_STEP)
        return found[:limit]

    def _keys_from(self, marks: Marks, number: int, offset: int, limit: int, *, descending: bool) -> list[int]:
        """Return the keys of a stretch that passes others over, from the milestone before them."""
        passed_over = self._passed_over(number)
        size = self._count(number)
        limit = min(limit, size - offset)
        rising = size - offset - limit if descending else offset

        def rows_before(milestone: int) -> int:
            return marks.ranks[milestone] - bisect_left(passed_over, marks.places[milestone].key)

        nearest = last_before(len(marks.ranks), rows_before, rising)
        start = marks.places[nearest].key - 1
        keys = self._fetch_between(number, rising - rows_before(nearest), limit, False, start)  # noqa: FBT003
        return keys[::-1] if descending else keys

    def _passed_over(self, number: int) -> list[int]:
        """Return, in order, the keys that a stretch passes over."""
        other = self._order.stretches[number].without
        if other is None:
            return []
        if number not in self._gaps:
            self._gaps[number] = self._keys_of(other)
        return self._gaps[number]

    def _keys_of(self, number: int) -> list[int]:
        def read() -> list[int]:
            rows = self._order.keys(number, self._narrowed).rows(self._connection, **self._values)
            return sorted(key for (key,) in rows)

        if self._narrowed:
            return read()
        name = (id(self._order), number, self._values.get("user_id"))
        state = self._state
        return remembered(self._connection, name, read, state and (state.upheavals, state.annotation_changes))

    def _count(self, number: int) -> int:
        if self._total is not None and self._order.stretches[number].without is not None:
            # What a stretch passes over is all that the other one holds.
            return self._total - len(self._passed_over(number))
        return self._count_before(number, None, None) - len(self._passed_over(number))

    def _known_size(self, number: int) -> int | None:
        """Return the size of a stretch that passes another over, or is passed over: what is passed over is known."""
        for passing, stretch in enumerate(self._order.stretches):
            if stretch.without == number:
                return len(self._passed_over(passing))
        if self._order.stretches[number].without is None or self._total is None:
            return None
        return self._count(number)

    def _count_before(self, number: int, ties: int | None, at: Mapping[str, Any] | None) -> int:
        statement = self._order.count(number, self._narrowed, ties, descending=self._descending)
        count = int(statement.value(self._connection, **self._values, **_given(ties, at)))
        if at is not None and self._order.stretches[number].without is not None:
            passed_over = self._passed_over(number)
            before = bisect_left(passed_over, at["at_0"])
            count -= len(passed_over) - before if self._descending else before
        return count


def _given(ties: int | None, at: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the part of a place that a statement for ``ties`` asks for."""
    return {} if ties is None or at is None else {f"at_{n}": at[f"at_{n}"] for n in range(ties + 1)}


def _contains(ordered: list[int], key: int) -> bool:
    place = bisect_left(ordered, key)
    return place < len(ordered) and ordered[place] == key


def _count_between(ordered: list[int], last: int | None, key: int, *, descending: bool) -> int:
    """Count those of ``ordered`` that lie beyond ``last`` (None: the start) up to ``key`` and on it."""
    if descending:
        return (len(ordered) if last is None else bisect_left(ordered, last)) - bisect_left(ordered, key)
    return bisect_right(ordered, key) - (0 if last is None else bisect_right(ordered, last))
