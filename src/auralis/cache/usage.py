"""How often answers were kept or made, route by route, and what each way took."""

from dataclasses import dataclass, field
from typing import Any

from auralis.kit.histogram import Histogram

UNTIMED = 0.0005
"""Less than this (ms) is not told apart from nothing."""


@dataclass(slots=True)
class RouteUsage:
    """The counts of one route."""

    kept: Histogram = field(default_factory=Histogram)
    made: Histogram = field(default_factory=Histogram)

    def view(self, items: int = 0, size_bytes: int = 0, budget_bytes: int = 0) -> dict[str, Any]:
        """Return the figures as clients see them; times in ms, null before the first."""
        hits, misses = self.kept.count, self.made.count
        queries = hits + misses
        both = Histogram()
        both.counts = [a + b for a, b in zip(self.kept.counts, self.made.counts, strict=True)]
        both.count, both.total_ms = queries, self.kept.total_ms + self.made.total_ms
        speedup = self.made.mean_ms / max(self.kept.mean_ms, UNTIMED) if hits and misses else None
        return {
            "hitRate": round(hits / queries, 4) if queries else None,
            "avgResponseTimeMs": round(both.mean_ms, 4) if queries else None,
            "p95ResponseTimeMs": round(both.percentile(0.95), 4) if queries else None,
            "sizeMb": round(size_bytes / 1e6, 3),
            "budgetMb": round(budget_bytes / 1e6, 3) if budget_bytes else None,
            "items": items,
            "totalQueries": queries,
            "hits": hits,
            "misses": misses,
            "avgCacheTimeMs": round(self.kept.mean_ms, 4) if hits else None,
            "avgQueryTimeMs": round(self.made.mean_ms, 4) if misses else None,
            "speedup": round(speedup, 1) if speedup is not None else None,
        }


class Usage:
    """The counts of every route, and of all together."""

    def __init__(self) -> None:
        self.routes: dict[str, RouteUsage] = {}
        self.totals = RouteUsage()

    def hit(self, route: str, milliseconds: float) -> None:
        """Count an answer that was kept."""
        self._of(route).kept.add(milliseconds)
        self.totals.kept.add(milliseconds)

    def miss(self, route: str, milliseconds: float) -> None:
        """Count an answer that had to be made."""
        self._of(route).made.add(milliseconds)
        self.totals.made.add(milliseconds)

    def _of(self, route: str) -> RouteUsage:
        found = self.routes.get(route)
        if found is None:
            found = self.routes[route] = RouteUsage()
        return found
