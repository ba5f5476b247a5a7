"""Counts and durations of every route, kept as requests end; formats are made of them when somebody asks."""

import time
from dataclasses import dataclass, field
from typing import Any

from auralis.kit.histogram import Histogram

UNMATCHED = "unmatched"
"""The label of requests that no route answered: made-up paths must not fill the memory."""


@dataclass(slots=True)
class RouteMetrics:
    """The counts of one route."""

    requests: int = 0
    client_errors: int = 0
    server_errors: int = 0
    durations: Histogram = field(default_factory=Histogram)

    def view(self) -> dict[str, Any]:
        """Return the figures as clients see them, times in ms."""
        durations = self.durations
        return {
            "requests": self.requests,
            "clientErrors": self.client_errors,
            "serverErrors": self.server_errors,
            "errorRate": round((self.client_errors + self.server_errors) / self.requests, 4) if self.requests else 0.0,
            "avgMs": round(durations.mean_ms, 3),
            "p50Ms": round(durations.percentile(0.50), 3),
            "p95Ms": round(durations.percentile(0.95), 3),
            "p99Ms": round(durations.percentile(0.99), 3),
        }


class Metrics:
    """The counts of all routes together and of each."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.routes: dict[str, RouteMetrics] = {}
        self.totals = RouteMetrics()
        self.in_flight = 0
        self.limited = 0
        self.shed = 0

    def observe(self, label: str, status: int, milliseconds: float) -> None:
        """Count a request that has ended."""
        route = self.routes.get(label)
        if route is None:
            route = self.routes[label] = RouteMetrics()
        for counts in (route, self.totals):
            counts.requests += 1
            counts.durations.add(milliseconds)
            if status >= 500:
                counts.server_errors += 1
            elif status >= 400:
                counts.client_errors += 1

    def view(self) -> dict[str, Any]:
        """Return all figures as clients see them."""
        seconds = max(1e-9, time.monotonic() - self.started)
        return {
            **self.totals.view(),
            "inFlight": self.in_flight,
            "requestsPerSecond": round(self.totals.requests / seconds, 3),
            "rateLimited": self.limited,
            "shed": self.shed,
            "routes": {label: route.view() for label, route in sorted(self.routes.items())},
        }
