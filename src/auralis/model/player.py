"""The player's vocabulary: enhancement, queue entries and the state that every device shares."""

from dataclasses import dataclass, field
from typing import Literal

Lane = Literal["next", "later", "context"]
"""How an entry came into the queue: asked for next, asked for later, or with the context that is played."""

Repeat = Literal["off", "one", "all"]
SleepEnd = Literal["track", "queue"]

PRESETS: tuple[str, ...] = ("adaptive", "gentle", "warm", "bright", "punchy", "live")
"""Names of the mastering presets, the default first."""
_REFERENCE = "reference:"
_LONGEST_ID = 64


def preset_of_reference(reference_id: str) -> str:
    """Return the name by which mastering towards a reference is chosen, wherever a preset is."""
    return _REFERENCE + reference_id


def reference_of(preset: str) -> str | None:
    """Return the id of the reference that a preset leads to, or None for one of `PRESETS`."""
    return preset.removeprefix(_REFERENCE) if preset.startswith(_REFERENCE) else None


def is_preset(name: str) -> bool:
    """Tell whether ``name`` is a preset, or has the form of one that leads to a reference."""
    reference = reference_of(name)
    return name in PRESETS if reference is None else reference.isalnum() and len(reference) <= _LONGEST_ID


@dataclass(frozen=True, slots=True)
class Enhancement:
    """The listener's choice of sound; ``intensity`` 0..1, where 0 is the original."""

    enabled: bool = True
    preset: str = "adaptive"
    intensity: float = 1.0


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """One place in the queue; ``entry_id`` never changes, also when the same track stands twice.

    ``rank`` is the place in the context, for the way back from a shuffled order.
    """

    entry_id: str
    track_id: str
    duration_seconds: float
    lane: Lane = "context"
    rank: int = 0


@dataclass(frozen=True, slots=True)
class SleepTimer:
    """When playback is to pause: at an epoch second, or at the end of the track or of the queue."""

    at: float | None = None
    end_of: SleepEnd | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where the player is: ``seconds`` at server time ``at`` (epoch seconds), moving at ``rate`` (0 or 1)."""

    seconds: float = 0.0
    at: float = 0.0
    rate: float = 0.0

    def seconds_at(self, now: float) -> float:
        """Return the position at epoch second ``now``."""
        return self.seconds + self.rate * max(0.0, now - self.at)


@dataclass(frozen=True, slots=True)
class PlayerState:
    """The whole state of a zone; ``output_client_id`` is the client that sounds, or None."""

    revision: int = 0
    queue_revision: int = 0
    entries: tuple[QueueEntry, ...] = ()
    current_index: int | None = None
    is_playing: bool = False
    position: Position = field(default_factory=Position)
    volume: float = 1.0
    enhancement: Enhancement = field(default_factory=Enhancement)
    output_client_id: str | None = None
    repeat: Repeat = "off"
    shuffle: bool = False
    shuffle_seed: int = 0
    crossfade_seconds: float = 0.0
    sleep: SleepTimer | None = None
    underruns: int = 0
    missing: frozenset[str] = frozenset()
    """Tracks of the queue whose files were looked for in vain: playback passes over them."""

    @property
    def current(self) -> QueueEntry | None:
        """The entry that plays or would play."""
        return None if self.current_index is None else self.entries[self.current_index]

    @property
    def duration_seconds(self) -> float | None:
        """How long the current track is."""
        return None if self.current is None else self.current.duration_seconds

    @property
    def upcoming(self) -> QueueEntry | None:
        """The entry that follows the current one without a pause, or None where it is not known yet or none does."""
        if self.current_index is None or self.repeat == "one":
            return None
        ends_with = None if self.sleep is None else self.sleep.end_of
        if ends_with == "track":
            return None
        following = self.next_index(self.current_index + 1)
        if following is None and self.repeat == "all" and not self.shuffle and ends_with is None:
            following = self.next_index(0, self.current_index)
        return None if following is None else self.entries[following]

    def next_index(self, start: int, end: int | None = None) -> int | None:
        """Return the first place from ``start`` on (and before ``end``) whose track is not known to be missing."""
        places = range(start, len(self.entries) if end is None else end)
        return next((index for index in places if self.entries[index].track_id not in self.missing), None)
