"""Samples of the server's own state now and then: where each figure is going, and what is wrong."""

import asyncio
import os
import resource
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auralis.cache import Alert
from auralis.kit.trend import Trend

if TYPE_CHECKING:
    from auralis.api.desk import Desk

SAMPLE_SECONDS = 5.0
LARGEST_LATENESS_MS = 150.0
CROWDED_SHARE = 0.9
_DIGITS = 4
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def process_figures() -> dict[str, Any]:
    """Return the process in figures: processor time, memory in use, threads."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "cpuSeconds": round(usage.ru_utime + usage.ru_stime, 3),
        "memoryMb": round(_memory_bytes(usage.ru_maxrss) / 1e6, 1),
        "threads": threading.active_count(),
    }


def _memory_bytes(most: int) -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES
    except (OSError, ValueError, IndexError):  # no Linux: the most it ever was stands for what it is
        return most if sys.platform == "darwin" else most * 1024


class Vitals:
    """Takes samples while the server runs."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk
        self._task: asyncio.Task[None] | None = None
        self._before = (time.monotonic(), float(process_figures()["cpuSeconds"]), 0, 0, 0, 0)
        self.alerts: tuple[Alert, ...] = ()
        self.connections: Callable[[], tuple[int, int]] = lambda: (0, 1)
        """How many sockets are open, and how many may be."""
        self.on_sample: Callable[[Mapping[str, float]], Awaitable[None]] | None = None
        """Told of every sample that is taken while the server runs."""
        self.trends: Mapping[str, Trend] = {
            "cpuShare": Trend(0.1, more_is_better=False),
            "memoryMb": Trend(20.0, more_is_better=False),
            "requestsPerSecond": Trend(5.0, more_is_better=True),
            "inFlight": Trend(5.0, more_is_better=False),
            "latenessMs": Trend(20.0, more_is_better=False),
            "rateLimitedShare": Trend(0.02, more_is_better=False),
            "shedShare": Trend(0.02, more_is_better=False),
            "errorShare": Trend(0.02, more_is_better=False),
            "connectionShare": Trend(0.1, more_is_better=False),
        }

    def start(self) -> None:
        """Begin to take samples."""
        self._task = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def sample(self) -> dict[str, float]:
        """Take a sample of everything."""
        metrics, overload = self._desk.metrics, self._desk.overload
        now, system = time.monotonic(), process_figures()
        then, cpu, requests, limited, shed, errors = self._before
        self._before = (
            now,
            system["cpuSeconds"],
            metrics.totals.requests,
            metrics.limited,
            metrics.shed,
            metrics.totals.server_errors,
        )
        connected, most = self.connections()
        came = max(1, metrics.totals.requests - requests)
        found = {
            "cpuShare": (system["cpuSeconds"] - cpu) / max(1e-3, now - then),
            "memoryMb": system["memoryMb"],
            "requestsPerSecond": (metrics.totals.requests - requests) / max(1e-3, now - then),
            "inFlight": float(metrics.in_flight),
            "latenessMs": overload.lateness_ms,
            "rateLimitedShare": (metrics.limited - limited) / came,
            "shedShare": (metrics.shed - shed) / came,
            # A call that is turned away gets a 503, which is no fault.
            "errorShare": (metrics.totals.server_errors - errors - metrics.shed + shed) / came,
            "connectionShare": connected / max(1, most),
        }
        for name, value in found.items():
            self.trends[name].add(value)
        self.alerts = tuple(_judge(found))
        return {name: round(value, _DIGITS) for name, value in found.items()}

    def view(self) -> dict[str, Any]:
        """Return the trends as clients see them."""
        return {
            name: {
                "latest": None if trend.latest is None else round(trend.latest, _DIGITS),
                "direction": trend.direction,
                "samples": len(trend.samples),
                "values": [round(value, _DIGITS) for value in trend.samples],
            }
            for name, trend in self.trends.items()
        }

    async def _watch(self) -> None:
        while True:
            found = self.sample()
            if self.on_sample is not None:
                await self.on_sample(found)
            await asyncio.sleep(SAMPLE_SECONDS)


def _judge(found: Mapping[str, float]) -> list[Alert]:
    alerts = []
    if found["latenessMs"] > LARGEST_LATENESS_MS or found["shedShare"] > 0.01:
        alerts.append(Alert("overload", "critical", "The server has more to do than it can."))
    if found["rateLimitedShare"] > 0.1:
        alerts.append(Alert("rateLimits", "warning", "More than a tenth of all calls come too often."))
    if found["connectionShare"] >= 1:
        alerts.append(Alert("connections", "critical", "As many sockets are open as may be: others are turned away."))
    elif found["connectionShare"] >= CROWDED_SHARE:
        alerts.append(Alert("connections", "warning", "Nearly as many sockets are open as may be."))
    if found["errorShare"] > 0.01:
        alerts.append(Alert("errors", "critical", "More than one answer in a hundred is a fault of the server."))
    return alerts
