"""Places at every so many rows of long lists, so that a page at any depth is found without passing over what is before.

They hold while the library is at one revision. Placing them takes a walk along the whole list, so they are placed when
a list is asked for at depth the second time: while a scan writes, the revision moves on before they would pay.
"""

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import NamedTuple

from auralis.store.lists.order import Place

STEP = 1000
"""Rows from one milestone to the next."""

DEEP = 4 * STEP
"""What lies less deep is reached by counting."""

_MOST_LISTS = 32


class State(NamedTuple):
    """What a library has to be at for its milestones to hold: its own secret, its revision, the size of the list."""

    secret: bytes
    revision: int
    total: int


class Milestones:
    """The milestones of lists lately asked for at depth; shared by all that read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, tuple[State, list[Place] | None]] = OrderedDict()

    def of(self, listing: Hashable, state: State, place: Callable[[], list[Place]]) -> list[Place] | None:
        """Return the milestones of a list, placed now if it was asked for before in this state; else None."""
        name = (listing, state.secret)
        with self._lock:
            known = self._known.get(name)
            self._known[name] = known if known is not None and known[0] == state else (state, None)
            self._known.move_to_end(name)
            while len(self._known) > _MOST_LISTS:
                self._known.popitem(last=False)
        if known is None or known[0] != state:
            return None
        if known[1] is not None:
            return known[1]
        placed = place()
        with self._lock:
            self._known[name] = (state, placed)
        return placed


def last_before(count: int, rows_before: Callable[[int], int], offset: int) -> int:
    """Return the last of ``count`` milestones with at most ``offset`` rows of a list before it."""
    return bisect_right(range(count), offset, key=rows_before) - 1
