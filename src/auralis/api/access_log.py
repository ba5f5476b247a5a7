"""One line for every request, written in batches: a line costs less than the request, and none is held up by it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

FLUSH_SECONDS = 0.25
MOST_WAITING = 500


class Entry(NamedTuple):
    """One request that has ended, at epoch second ``at``."""

    at: float
    method: str
    path: str
    status: int
    duration_ms: float
    request_id: str


WriteLog = Callable[[Sequence[Entry]], None]


class AccessLog:
    """Collects entries and hands them to ``write`` a few times a second; without one, it keeps none."""

    def __init__(self, write: WriteLog | None = None) -> None:
        self._write = write
        self._waiting: list[Entry] = []
        self._timer: asyncio.TimerHandle | None = None

    def add(self, entry: Entry) -> None:
        """Note a request; faults are written at once."""
        if self._write is None:
            return
        self._waiting.append(entry)
        if entry.status >= 500 or len(self._waiting) >= MOST_WAITING:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_SECONDS, self.flush)

    def flush(self) -> None:
        """Write what has been collected."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waiting, self._waiting = self._waiting, []
        if waiting and self._write is not None:
            self._write(waiting)
