"""Watches a cache over its last samples: is it getting better or worse, and what is wrong with it."""

from collections import deque
from dataclasses import dataclass
from typing import Literal

from auralis.kit.trend import WINDOW, Direction, Trend

LEAST_REQUESTS = 100
WARNING_RATE, CRITICAL_RATE = 0.70, 0.50
_TELLING_CHANGE = 0.05


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that is wrong; ``level`` is warning or critical."""

    subject: str
    level: Literal["warning", "critical"]
    message: str


class Monitor:
    """Takes a sample of a cache's counters now and then."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.alerts: tuple[Alert, ...] = ()
        self._rates = Trend(_TELLING_CHANGE, more_is_better=True)
        self._counts: deque[tuple[int, int]] = deque(maxlen=WINDOW)
        self._before = (0, 0)

    def sample(self, hits: int, misses: int, size_bytes: int, budget_bytes: int) -> tuple[Alert, ...]:
        """Take the counters as they stand; return the alerts that were not there at the sample before."""
        new = (hits - self._before[0], misses - self._before[1])
        self._before = (hits, misses)
        if sum(new) > 0:
            self._rates.add(new[0] / sum(new))
            self._counts.append(new)
        found = tuple(self._judge(size_bytes, budget_bytes))
        fresh = tuple(alert for alert in found if alert not in self.alerts)
        self.alerts = found
        return fresh

    @property
    def samples(self) -> int:
        """How many samples with requests the window holds."""
        return len(self._rates.samples)

    @property
    def hit_rate(self) -> float | None:
        """The share of look-ups in the window that found something, or None before the first."""
        asked = sum(hits + misses for hits, misses in self._counts)
        return sum(hits for hits, _ in self._counts) / asked if asked else None

    @property
    def trend(self) -> Direction:
        """Whether the later half of the window found more or less than the earlier half."""
        return self._rates.direction

    def _judge(self, size_bytes: int, budget_bytes: int) -> list[Alert]:
        found: list[Alert] = []
        rate = self.hit_rate
        if rate is not None and sum(sum(counts) for counts in self._counts) >= LEAST_REQUESTS and rate < WARNING_RATE:
            critical = rate < CRITICAL_RATE
            bound = CRITICAL_RATE if critical else WARNING_RATE
            level: Literal["warning", "critical"] = "critical" if critical else "warning"
            found.append(Alert("hitRate", level, f"The {self.name} cache answers less than {bound:.0%} of requests."))
        if size_bytes > budget_bytes:
            found.append(Alert("size", "warning", f"The {self.name} cache holds more than its budget."))
        return found
