"""Places at every so many rows of long lists, so that a page at any depth is found without passing over what is before.

They follow the library as it changes: of a row that is new, gone from its place or come to another, only the stretch
between two milestones that it lies in has to be known. Placing them takes a walk along the whole list, so they are
placed when a list is asked for at depth the second time.
"""

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple, Protocol

from auralis.store.lists.order import Place

STEP = 1000
"""Rows from one milestone to the next, where nothing has changed since they were placed."""

DEEP = 4 * STEP
"""What lies less deep is reached by counting."""

_MOST_LISTS = 32
_MOST_ADDED = 20_000
"""Of more new rows than these it is cheaper to place the milestones anew."""

_MOST_MOVED = 2000
"""Fewer than are kept, so that none is missed."""


class State(NamedTuple):
    """What a library is at, and which changes there have been by then.

    Its milestones hold for its own ``secret`` and ``upheavals`` only. ``last_key`` is that of its newest track,
    ``last_move`` that of the last change of place.
    """

    secret: bytes
    revision: int
    total: int
    upheavals: int = 0
    annotation_changes: int = 0
    last_key: int = 0
    last_move: int = 0


class Marks(NamedTuple):
    """Milestones in order, and how many rows of the list come before each."""

    places: list[Place]
    ranks: list[int]

    def before(self, row: int) -> tuple[Place, int]:
        """Return the last milestone with at most ``row`` rows before it, and how many rows beyond it that is."""
        at = last_before(len(self.ranks), self.ranks.__getitem__, row)
        return self.places[at], row - self.ranks[at]


class Rows(Protocol):
    """The rows of a list within one state of the database."""

    def from_place(self, place: Place | None, skip: int) -> Place | None:
        """Return the row that follows ``skip`` others from ``place`` or the start on, or None at the end."""

    def added(self, after: int) -> list[Place]:
        """Return the rows of tracks with keys beyond ``after``."""

    def moved(self, after: int) -> list[tuple[int, Place]]:
        """Return the changes beyond ``after``: -1 and where a row was, 1 and where it is."""


class Milestones:
    """The milestones of lists lately asked for at depth; shared by all that read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, _Followed | int] = OrderedDict()

    def of(self, listing: Hashable, state: State, rows: Rows) -> Marks | None:
        """Return the milestones of a list, placed now if it was asked for before since the last upheaval; else None."""
        name = (listing, state.secret)
        with self._lock:
            known = self._known.pop(name, None)
            self._known[name] = state.upheavals if known is None else known
            while len(self._known) > _MOST_LISTS:
                self._known.popitem(last=False)
            if isinstance(known, _Followed):
                if known.is_newer(state):
                    return None
                if known.follow(state, rows):
                    return known.marks
            if known != state.upheavals:
                self._known[name] = state.upheavals
                return None
        placed = _Followed(state, rows)
        if not placed.marks.places:
            return None
        with self._lock:
            self._known[name] = placed
        return placed.marks


@dataclass(slots=True)
class _Change:
    """What a list is after some changes, none of which holds unless all of them do."""

    places: list[Place]
    counts: list[int]

    def count(self, place: Place, step: int) -> None:
        at = bisect_right(self.places, _in_order(place), key=_in_order) - 1
        if at < 0:
            at, self.places[0] = 0, place
        self.counts[at] += step

    def split(self, rows: Rows) -> None:
        """Put milestones between those that have come to lie far apart."""
        at = 0
        while at < len(self.counts):
            if self.counts[at] > 2 * STEP and (place := rows.from_place(self.places[at], STEP)) is not None:
                self.places.insert(at + 1, place)
                self.counts[at : at + 1] = STEP, self.counts[at] - STEP
            at += 1


class _Followed:
    """The milestones of one list, and what they are up to date with."""

    def __init__(self, state: State, rows: Rows) -> None:
        places: list[Place] = []
        place = rows.from_place(None, 0)
        while place is not None:
            places.append(place)
            place = rows.from_place(place, STEP)
        self._state = state
        ranks = list(range(0, len(places) * STEP, STEP))
        self._counts = [STEP] * (len(places) - 1) + [state.total - ranks[-1]] if places else []
        self.marks = Marks(places, ranks)

    def is_newer(self, state: State) -> bool:
        """Return whether a reader with ``state`` looks at what was before these milestones."""
        mine = self._state
        if mine.upheavals != state.upheavals:
            return mine.upheavals > state.upheavals
        return mine.last_key > state.last_key or mine.last_move > state.last_move

    def follow(self, state: State, rows: Rows) -> bool:
        """Take in what has changed by ``state``; return whether these milestones still hold."""
        before = self._state
        if (before.last_key, before.last_move, before.total) == (state.last_key, state.last_move, state.total):
            return before.upheavals == state.upheavals
        if (
            before.upheavals != state.upheavals
            or state.last_key - before.last_key > _MOST_ADDED
            or state.last_move - before.last_move > _MOST_MOVED
        ):
            return False
        now = _Change([*self.marks.places], [*self._counts])
        for step, place in rows.moved(before.last_move):
            # A track that is new as well is counted below, where it is now.
            if place.key <= before.last_key:
                now.count(place, step)
        for place in rows.added(before.last_key):
            now.count(place, 1)
        now.split(rows)
        if sum(now.counts) != state.total:
            return False
        self._state, self._counts = state, now.counts
        self.marks = Marks(now.places, [0, *accumulate(now.counts[:-1])])
        return True


def last_before(count: int, rows_before: Callable[[int], int], offset: int) -> int:
    """Return the last of ``count`` milestones with at most ``offset`` rows of a list before it."""
    return bisect_right(range(count), offset, key=rows_before) - 1


def _in_order(place: Place) -> tuple[tuple[object, ...], int]:
    return place.values, place.key
