"""What the player is asked for, and what it asks of others."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from auralis.model.player import Enhancement
from auralis.playback.editing import TrackSource


@dataclass(frozen=True, slots=True)
class PlayRequest:
    """What to play: an entry of the queue, a track, a context, or (empty) whatever stands there."""

    track_id: str | None = None
    entry_id: str | None = None
    context: Mapping[str, Any] | None = None
    start_at: float | None = None


@dataclass(frozen=True, slots=True)
class PlayerPreferences:
    """What a listener has chosen: how a player that was never used sounds, and when a track counts as played."""

    enhancement: Enhancement = field(default_factory=Enhancement)
    played_fraction: float = 0.5
    played_seconds: float = 240.0


class PlayerRepository(TrackSource, Protocol):
    """What the player needs of the library."""

    async def lost_files(self, track_ids: Collection[str]) -> Mapping[str, str | None]:
        """Return those tracks whose files cannot be read, each with the directory where its file should be."""
        ...

    async def record_play(self, user_id: str, track_id: str) -> None:
        """Count one play of a track."""
        ...

    async def record_skip(self, user_id: str, track_id: str) -> None:
        """Count one skip of a track."""
        ...
