"""The vocabulary of playlists: a playlist, what stands in it, and the changes that can be taken back."""

from dataclasses import dataclass
from typing import NamedTuple

LONGEST_NAME = 200
LONGEST_DESCRIPTION = 2000
MOST_ENTRIES = 100_000
"""So many entries a playlist may have."""

UNDO_STEPS = 50
"""So many changes of a playlist can be taken back."""


@dataclass(frozen=True, slots=True)
class Playlist:
    """A playlist without what stands in it; times are epoch milliseconds."""

    key: int
    id: str
    user_id: str
    name: str
    description: str
    created_at: int
    updated_at: int
    revision: int
    entry_count: int
    step: int


class Entry(NamedTuple):
    """One place in a playlist; its id never changes. The rest tells what it was should the track be gone for good."""

    id: str
    track_id: str | None
    title: str
    artist: str | None
    duration_seconds: float


class Run(NamedTuple):
    """Entries that follow each other, to stand after the entry ``after`` (None: first of all)."""

    after: str | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Describe:
    """Give a playlist this name and this description."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Insert:
    """Put entries in, run by run."""

    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Remove:
    """Take entries out."""

    entry_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """Put one entry after another (None: first of all)."""

    entry_id: str
    after: str | None


Change = Describe | Insert | Remove | Move
