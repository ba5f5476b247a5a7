"""What has changed in the tables behind answers, and how sure an older answer still is."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stamp:
    """The moment an answer was made: of each table it shows, the edits and the rows that had changed by then."""

    topics: tuple[str, ...]
    edits: tuple[int, ...]
    rows: tuple[int, ...]
    epoch: int


class Changes:
    """Counts edits (which outdate answers at once) and rows changed by background work (which do so by degrees).

    Written by the database's writer before a change is acknowledged, read by the event loop; each count only grows.
    """

    def __init__(self) -> None:
        self.epoch = 0
        self.library_tracks = 0
        self._edits: dict[str, int] = {}
        self._rows: dict[str, int] = {}
        self._lock = threading.Lock()

    def note(self, rows: Mapping[str, int], *, edited: bool) -> None:
        """Count changed rows by table; ``edited`` outdates everything that shows these tables."""
        with self._lock:
            counts = self._edits if edited else self._rows
            for topic, number in rows.items():
                counts[topic] = counts.get(topic, 0) + number
            self.epoch += 1

    def settle(self) -> None:
        """Let what background work has changed so far outdate answers: the work is done, nobody is kept waiting."""
        with self._lock:
            for topic, number in self._rows.items():
                self._edits[topic] = self._edits.get(topic, 0) + number
            self._rows = {}
            self.epoch += 1

    def stamp(self, topics: Iterable[str]) -> Stamp:
        """Return the present moment of ``topics``."""
        epoch, named = self.epoch, tuple(topics)
        return Stamp(
            named, tuple(self._edits.get(t, 0) for t in named), tuple(self._rows.get(t, 0) for t in named), epoch
        )

    def confidence(self, made: Stamp) -> float:
        """Return how sure an answer made at ``made`` equals a fresh one: 1 unchanged, 0 outdated.

        In between, it falls with the share of the library that background work has changed since.
        """
        if made.epoch == self.epoch:
            return 1.0
        changed = 0
        for topic, edits, rows in zip(made.topics, made.edits, made.rows, strict=True):
            if self._edits.get(topic, 0) != edits:
                return 0.0
            changed = max(changed, self._rows.get(topic, 0) - rows)
        return max(0.0, 1.0 - changed / max(1, self.library_tracks)) if changed else 1.0
