"""How far the analysis of the library is, in figures for people who wait."""

from collections import deque

from auralis.bus import Bus
from auralis.fingerprint.repository import Counts
from auralis.kit.clock import Clock
from auralis.model.events import AnalysisProgressed

_PROGRESS_SECONDS = 0.25
_RATE_WINDOW = 32


class Progress:
    """Counts tracks and tells the bus, four times a second at most."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._state = "idle"
        self._done = self._total = self._failed = 0
        self._finished: deque[float] = deque(maxlen=_RATE_WINDOW)
        self._told_at = float("-inf")

    def current(self) -> AnalysisProgressed:
        """Return the figures of this moment."""
        rate = 0.0
        if self._state != "idle" and len(self._finished) > 1:
            rate = (len(self._finished) - 1) / max(self._clock.monotonic() - self._finished[0], 1e-3)
        left = max(0, self._total - self._done - self._failed)
        return AnalysisProgressed(
            self._state, self._done, self._total, self._failed, rate, left / rate if rate else None
        )

    def count(self, counts: Counts) -> None:
        """Take over the repository's figures."""
        self._done, self._total, self._failed = counts.done, counts.total, counts.failed

    def move(self, state: str) -> None:
        """Enter ``state``."""
        self._tell(state)

    def done(self) -> None:
        """Count a track that was measured."""
        self._done += 1
        self._finish()

    def failed(self) -> None:
        """Count a track that could not be measured."""
        self._failed += 1
        self._finish()

    def rest(self) -> None:
        """Enter the idle state, and say so if it is new."""
        self._finished.clear()
        if self._state != "idle":
            self._tell("idle", at_once=True)

    def _finish(self) -> None:
        self._finished.append(self._clock.monotonic())
        self._tell(self._state)

    def _tell(self, state: str, *, at_once: bool = False) -> None:
        self._state = state
        now = self._clock.monotonic()
        if at_once or now - self._told_at >= _PROGRESS_SECONDS:
            self._told_at = now
            self._bus.publish(self.current())
