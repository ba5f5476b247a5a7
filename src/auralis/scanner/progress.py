"""How far a scan is: counts, rate, time that remains; told a few times a second."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from auralis.model.library import ScanCounts, ScanStatus

_TOLD_EVERY_SECONDS = 0.2
_RATE_SECONDS = 3.0


class Progress:
    """Keeps the status of one scan and tells ``listener`` of it, five times a second at most."""

    def __init__(self, listener: Callable[[ScanStatus], None]) -> None:
        self._listener = listener
        self._started = self._told_at = time.monotonic()
        self._marks: deque[tuple[float, int]] = deque([(self._started, 0)])
        self._done = 0
        self._walked = False
        self._counts: dict[str, int] = dict.fromkeys(("files", "added", "updated", "moved", "missing", "failed"), 0)

    def count(self, *, done: int = 0, **counts: int) -> None:
        """Add to the counts, and tell if it is time."""
        self._done += done
        for name, number in counts.items():
            self._counts[name] += number
        if time.monotonic() - self._told_at >= _TOLD_EVERY_SECONDS:
            self.tell()

    def walked(self) -> None:
        """Note that all files have been counted."""
        self._walked = True

    def tell(self) -> None:
        """Tell how far the scan is."""
        self._told_at = time.monotonic()
        self._marks.append((self._told_at, self._done))
        while self._told_at - self._marks[0][0] > _RATE_SECONDS and len(self._marks) > 2:
            self._marks.popleft()
        self._listener(self.status())

    def status(self, state: str = "running") -> ScanStatus:
        """Return how far the scan is."""
        now = time.monotonic()
        at, done = self._marks[0]
        rate = (self._done - done) / max(now - at, 1e-6)
        total = self._counts["files"] if self._walked else None
        running = state == "running"
        remaining = (total - self._done) / rate if running and total is not None and rate > 0 else None
        counts = ScanCounts(**self._counts, seconds=round(now - self._started, 3))
        return ScanStatus(state, self._done, total, counts, rate if running else 0.0, remaining)


def idle(status: ScanStatus) -> ScanStatus:
    """Return the status of a scan that is over."""
    return replace(status, state="idle", rate_per_second=0.0, remaining_seconds=None)
