"""Changes of a queue as values: lists of splices that can be stored, told and taken back; what of them is kept."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from auralis.model.player import QueueEntry

Action = Literal["load", "add", "remove", "clear", "reorder", "shuffle", "undo", "redo"]
Entries = tuple[QueueEntry, ...]


@dataclass(frozen=True, slots=True)
class Splice:
    """At place ``at``, ``removed`` gives way to ``inserted``."""

    at: int
    removed: Entries
    inserted: Entries

    def inverse(self) -> "Splice":
        """Return what takes this back."""
        return Splice(self.at, self.inserted, self.removed)


@dataclass(frozen=True, slots=True)
class Change:
    """What led from one revision to the next, with the place of the player before and after it."""

    action: Action
    splices: tuple[Splice, ...]
    entry_before: str | None = None
    seconds_before: float = 0.0
    entry_after: str | None = None

    @property
    def size(self) -> int:
        """How many entries it names."""
        return sum(len(splice.removed) + len(splice.inserted) for splice in self.splices)


def spliced(entries: Entries, splices: Sequence[Splice]) -> Entries:
    """Return ``entries`` after the splices, one after the other."""
    result = list(entries)
    for splice in splices:
        result[splice.at : splice.at + len(splice.removed)] = splice.inserted
    return tuple(result)


def inverted(splices: Sequence[Splice]) -> tuple[Splice, ...]:
    """Return the splices that take others back."""
    return tuple(splice.inverse() for splice in reversed(splices))


@dataclass(frozen=True, slots=True)
class Memento:
    """What is to be kept in one go: the state, the queue it belongs to, and what has happened since the last one.

    ``needed`` are the revisions whose changes can still be undone or redone; others may be forgotten. ``commands`` are
    the ids of the commands that led here, so that none of them is done again after a restart.
    """

    state: Mapping[str, Any]
    revision: int
    entries: Entries
    changes: Sequence[tuple[int, Change]] = ()
    needed: Collection[int] = ()
    commands: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Recalled:
    """What was kept: the state, the queue, and the ids of the commands that were done last."""

    state: Mapping[str, Any]
    entries: Entries = ()
    commands: Sequence[str] = ()
