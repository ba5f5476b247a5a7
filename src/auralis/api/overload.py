"""When the server has more to do than it can: what is let go first, so that what sounds goes on sounding."""

import asyncio
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from auralis.api.rules import Urgency
from auralis.model.errors import OverloadedError

MOST_IN_FLIGHT = {Urgency.ORDINARY: 96, Urgency.SOUND: 384}
LATEST_MS = {Urgency.ORDINARY: 150.0, Urgency.SOUND: 1500.0}
"""How late the event loop may come to its work before it refuses some."""

_BEAT_SECONDS = 0.05
_LATE_BEATS = 4
_CROWD = 100
"""One pause, or a slow machine that nobody asks much of, is no overload: it lasts, and many are asking."""

_RETRY_SECONDS = 1


class Overload:
    """Watches how many requests are under way, and how late the event loop is under how many."""

    def __init__(self) -> None:
        self.in_flight = 0
        self.arrived = 0
        self.lateness_ms = 0.0
        self._beats: deque[tuple[float, int]] = deque(maxlen=_LATE_BEATS)
        self._task: asyncio.Task[None] | None = None

    @property
    def strained(self) -> bool:
        """Whether there is anything to refuse at all."""
        return self.in_flight > MOST_IN_FLIGHT[Urgency.ORDINARY] or self.lateness_ms > LATEST_MS[Urgency.ORDINARY]

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Count a request as no work while its client is waited for: slow ones must not keep others out."""
        self.in_flight -= 1
        try:
            yield
        finally:
            self.in_flight += 1

    def admit(self, urgency: Urgency) -> None:
        """Refuse a request of ``urgency`` while there is too much of more pressing work.

        Raises
        ------
        OverloadedError
            When the request is better sent again later.
        """
        if urgency is Urgency.VITAL:
            return
        if self.in_flight > MOST_IN_FLIGHT[urgency] or self.lateness_ms > LATEST_MS[urgency]:
            raise OverloadedError(_RETRY_SECONDS)

    def beat(self, late_ms: float, arrived: int) -> None:
        """Take note of how late the event loop was, and how many requests came meanwhile."""
        self._beats.append((late_ms, arrived))
        crowded = sum(count for _, count in self._beats) >= _CROWD
        lasting = min((late for late, _ in self._beats), default=0.0) if len(self._beats) == _LATE_BEATS else 0.0
        self.lateness_ms = lasting if crowded else 0.0

    def start(self) -> None:
        """Begin to watch the running event loop."""
        self._task = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Stop watching."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self) -> None:
        while True:
            before, arrived = time.perf_counter(), self.arrived
            await asyncio.sleep(_BEAT_SECONDS)
            late_ms = max(0.0, (time.perf_counter() - before - _BEAT_SECONDS) * 1000)
            self.beat(late_ms, self.arrived - arrived)
