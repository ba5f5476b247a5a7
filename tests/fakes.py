"""One fake a Protocol, for tests that need no disk and no waiting."""

from collections.abc import Mapping
from typing import Any

from auralis.model.errors import NotFoundError


class FakeClock:
    """A clock that moves when it is told to."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.time = now

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    def advance(self, seconds: float) -> None:
        self.time += seconds


class FakePlayerRepository:
    """A library of tracks t0, t1 … with given durations, and a memory for the player's state."""

    def __init__(self, durations: Mapping[str, float]) -> None:
        self.durations = dict(durations)
        self.saved: dict[str, Any] = {}
        self.plays: list[str] = []

    async def context_tracks(
        self, context: Mapping[str, Any], *, around: str | None = None, limit: int = 1000
    ) -> list[tuple[str, float]]:
        ids = context.get("trackIds") if context["type"] == "tracks" else list(self.durations)
        for track_id in ids:
            if track_id not in self.durations:
                raise NotFoundError("track", track_id)
        return [(track_id, self.durations[track_id]) for track_id in ids]

    async def player_state(self, user_id: str) -> Mapping[str, Any] | None:
        return self.saved.get(user_id)

    async def save_player_state(self, user_id: str, state: Mapping[str, Any]) -> None:
        self.saved[user_id] = state

    async def record_play(self, user_id: str, track_id: str) -> None:
        self.plays.append(track_id)
