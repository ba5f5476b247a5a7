"""Time as a value that is handed in, so that state machines can be tested without waiting."""

import time
from datetime import UTC, datetime
from functools import lru_cache
from typing import Protocol

_STARTED_AT = time.time() - time.monotonic()


def server_time() -> float:
    """Return what the server calls now: epoch seconds as they were at its start, running on evenly ever since.

    It neither jumps nor stands still when the wall clock is set, and sleeps when the machine does; so two of its
    stamps can always be compared, whereas it may come to differ from the wall clock.
    """
    return _STARTED_AT + time.monotonic()


class Clock(Protocol):
    """A source of even time."""

    def now(self) -> float:
        """Epoch seconds that run evenly (`server_time`)."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards; only differences mean anything."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Epoch seconds that run evenly."""
        return server_time()

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()


def iso_utc(seconds: float) -> str:
    """Write epoch ``seconds`` as ISO 8601 in UTC with milliseconds and ``Z``."""
    second, microseconds = divmod(round(seconds * 1_000_000), 1_000_000)
    return f"{_second(second)}.{microseconds // 1000:03d}Z"


@lru_cache(maxsize=64)
def _second(epoch: int) -> str:
    return f"{datetime.fromtimestamp(epoch, UTC):%Y-%m-%dT%H:%M:%S}"
