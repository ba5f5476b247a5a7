"""One fake a Protocol, for tests that need no disk and no waiting."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from auralis.model.errors import NotFoundError
from auralis.model.queue import Change, Memento, Recalled


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
    """A library of tracks t0, t1 … with given durations."""

    def __init__(self, durations: Mapping[str, float]) -> None:
        self.durations = dict(durations)
        self.plays: list[str] = []
        self.skips: list[str] = []
        self.lost: set[str] = set()

    async def context_tracks(
        self, context: Mapping[str, Any], *, around: str | None = None, limit: int = 1000
    ) -> list[tuple[str, float]]:
        ids = context.get("trackIds") if context["type"] == "tracks" else list(self.durations)
        for track_id in ids:
            if track_id not in self.durations:
                raise NotFoundError("track", track_id)
        return [(track_id, self.durations[track_id]) for track_id in ids]

    async def artists_of(self, track_ids: Sequence[str]) -> dict[str, str]:
        return {track_id: f"artist of {track_id}" for track_id in track_ids}

    async def lost_files(self, track_ids: Collection[str]) -> dict[str, str | None]:
        return {track_id: "/music" for track_id in track_ids if track_id in self.lost}

    async def record_play(self, user_id: str, track_id: str) -> None:
        self.plays.append(track_id)

    async def record_skip(self, user_id: str, track_id: str) -> None:
        self.skips.append(track_id)


class FakePlayerMemory:
    """A memory that forgets with the test."""

    def __init__(self) -> None:
        self.kept: dict[str, Memento] = {}
        self.changes: dict[int, Change] = {}
        self.commands: list[str] = []

    async def recall(self, user_id: str) -> Recalled | None:
        kept = self.kept.get(user_id)
        return None if kept is None else Recalled(kept.state, kept.entries, tuple(self.commands))

    async def keep(self, user_id: str, memento: Memento) -> None:
        self.kept[user_id] = memento
        self.changes.update(memento.changes)
        self.commands += memento.commands

    async def change(self, user_id: str, revision: int) -> Change | None:
        return self.changes.get(revision)
