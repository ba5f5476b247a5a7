"""The whole library in a random order, sorted once for each seed and revision.

SQLite can sort by a seed's places too, and does where a list is narrowed; to sort a million rows for every page would
take too long. Loaded only when such a list is asked for, as numpy takes its time to load.
"""

import threading
from collections import OrderedDict
from typing import Any

import numpy as np

from auralis.store.database import Connection
from auralis.store.lists.milestones import State
from auralis.store.lists.order import Order, Place
from auralis.store.lists.walk import Walk

_MOST_ORDERS = 3


class ShuffledWalk(Walk):
    """A walk along the whole library in a random order; ``values`` hold the seed's line."""

    def __init__(
        self,
        connection: Connection,
        order: Order,
        *,
        descending: bool,
        values: dict[str, Any],
        state: State,
        keys_order: Order,
    ) -> None:
        super().__init__(connection, order, descending=descending, values=values, total=state.total)
        line = (int(values["seed_factor"]), int(values["seed_start"]), int(values["prime"]))
        self._sorted = _ORDERS.of(connection, state, line, keys_order)

    def page(self, offset: int, limit: int) -> list[Place]:
        """Return the places from ``offset`` on, up to ``limit`` of them."""
        limit = max(0, min(limit, self.total - offset))
        if self._descending:
            return self._sorted.part(self.total - offset - limit, limit)[::-1]
        return self._sorted.part(offset, limit)

    def after(self, place: Place, limit: int) -> list[Place]:
        """Return up to ``limit`` places that come after ``place``."""
        self._at(place)
        return self._sorted.after(place, limit, descending=self._descending)


class Sorted:
    """Keys by where a line puts them: its cube modulo the prime, as the SQL has it; keys break ties."""

    def __init__(self, keys: list[int], line: tuple[int, int, int]) -> None:
        factor, start, prime = line
        column = np.array(keys, dtype=np.int64)
        on_line = (column * factor + start) % prime
        places = on_line * on_line % prime * on_line % prime
        order = np.lexsort((column, places))
        self._keys, self._places = column[order], places[order]

    def part(self, first: int, limit: int) -> list[Place]:
        """Return the places from ``first`` on."""
        chosen = slice(first, first + limit)
        pairs = zip(self._keys[chosen].tolist(), self._places[chosen].tolist(), strict=True)
        return [Place(0, (place,), key) for key, place in pairs]

    def after(self, place: Place, limit: int, *, descending: bool) -> list[Place]:
        """Return up to ``limit`` places beyond ``place``, which need not be one of them any more."""
        low, high = (int(np.searchsorted(self._places, place.values[0], side)) for side in ("left", "right"))
        ties = self._keys[low:high]
        if descending:
            end = low + int(np.searchsorted(ties, place.key, "left"))
            first = max(0, end - limit)
            return self.part(first, end - first)[::-1]
        return self.part(low + int(np.searchsorted(ties, place.key, "right")), limit)


class _Orders:
    """The orders lately asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[State, tuple[int, int, int]], Sorted] = OrderedDict()

    def of(self, connection: Connection, state: State, line: tuple[int, int, int], keys_order: Order) -> Sorted:
        """Return the order of a line, sorted now if it was not lately asked for."""
        with self._lock:
            found = self._known.get((state, line))
        if found is None:
            found = Sorted([key for (key,) in keys_order.keys(0, ()).rows(connection)], line)
        with self._lock:
            self._known[state, line] = found
            self._known.move_to_end((state, line))
            while len(self._known) > _MOST_ORDERS:
                self._known.popitem(last=False)
        return found


_ORDERS = _Orders()
