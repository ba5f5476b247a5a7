"""Answers kept as long as they are true: found by key, judged by what has changed, made once for all who ask."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

import structlog

from auralis.cache.changes import Changes, Stamp
from auralis.cache.memory import MemoryCache
from auralis.cache.stats import CacheStats
from auralis.cache.usage import Usage

T = TypeVar("T")
_log = structlog.get_logger(__name__)

LEAST_CONFIDENCE = 0.85
LIFETIME_SECONDS = 300.0
_OVERHEAD_BYTES = 2048


@dataclass(slots=True)
class Kept(Generic[T]):
    """An answer, what it is true of, and how it is made again."""

    value: T
    route: str
    stamp: Stamp
    generated_at: float
    expires_at: float
    make: Callable[[], Awaitable[T]]
    validation_score: float | None = None
    bytes: int = 0
    tolerant: bool = False
    """It may be served while it is nearly sure: a page of many things, not one thing that somebody has open."""


class Found(NamedTuple, Generic[T]):
    """What a caller is given: the answer, whether it was kept, and how sure it still equals a fresh one."""

    kept: Kept[T]
    hit: bool
    confidence: float


@dataclass
class ResponseCache(Generic[T]):
    """The first tier, in memory and within ``budget_bytes``; ``weigh`` and ``overlap`` know what an answer is."""

    changes: Changes
    budget_bytes: int
    weigh: Callable[[T], int]
    overlap: Callable[[T, T], float]
    tolerates: Callable[[T], bool] = lambda _: True
    now: Callable[[], float] = time.time
    busy: bool = False
    """Background work is changing the library: answers that are nearly sure may be served meanwhile."""
    usage: Usage = field(default_factory=Usage)

    def __post_init__(self) -> None:
        """Begin with nothing."""
        self._kept: MemoryCache[Kept[T]] = MemoryCache(self.budget_bytes, lambda kept: kept.bytes)
        self._flights: dict[str, _Flight[T]] = {}

    def find(self, key: str) -> Found[T] | None:
        """Return the answer under ``key`` if it may be served; one that is not quite sure is made anew meanwhile."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        confidence = self.changes.confidence(kept.stamp)
        least = LEAST_CONFIDENCE if self.busy and kept.tolerant else 1.0
        if confidence < least or self.now() >= kept.expires_at:
            self._kept.remove(key)
            return None
        if confidence < 1.0 and key not in self._flights:
            self._fly(key, kept.route, kept.stamp.topics, kept.make, kept)
        return Found(kept, hit=True, confidence=confidence)

    async def answer(self, route: str, key: str, topics: Collection[str], make: Callable[[], Awaitable[T]]) -> Found[T]:
        """Return what is kept under ``key``, or what ``make`` gives, once for all who ask at the same time."""
        started = time.perf_counter()
        found = self.find(key)
        if found is not None:
            self.usage.hit(route, (time.perf_counter() - started) * 1000)
            return found
        flight = self._flights.get(key)
        if flight is None or self.changes.confidence(flight.stamp) < 1.0:  # begun before what the caller has changed
            flight = self._fly(key, route, tuple(topics), make)
        kept = await asyncio.shield(flight.task)
        self.usage.miss(route, (time.perf_counter() - started) * 1000)
        return Found(kept, hit=False, confidence=1.0)

    def clear(self) -> int:
        """Forget every answer; return how many there were."""
        count = self._kept.stats().entries
        self._kept.clear()
        return count

    def items_by_route(self) -> dict[str, tuple[int, int]]:
        """Return how many answers of each route are held, and their bytes."""
        found: dict[str, tuple[int, int]] = {}
        for kept in self._kept.values():
            count, size = found.get(kept.route, (0, 0))
            found[kept.route] = (count + 1, size + kept.bytes)
        return found

    def stats(self) -> CacheStats:
        """Return what is held now; the counts are in ``usage``."""
        return self._kept.stats()

    def _fly(
        self,
        key: str,
        route: str,
        topics: tuple[str, ...],
        make: Callable[[], Awaitable[T]],
        served: Kept[T] | None = None,
    ) -> "_Flight[T]":
        stamp = self.changes.stamp(topics)
        flight = _Flight(stamp, asyncio.create_task(self._make(key, route, stamp, make, served)))
        self._flights[key] = flight
        flight.task.add_done_callback(lambda _: self._land(key, flight))
        return flight

    async def _make(
        self, key: str, route: str, stamp: Stamp, make: Callable[[], Awaitable[T]], served: Kept[T] | None
    ) -> Kept[T]:
        value = await make()
        now = self.now()
        kept = Kept(value, route, stamp, now, now + LIFETIME_SECONDS, make)
        if served is not None:
            kept.validation_score = self.overlap(served.value, value)
        kept.tolerant = self.tolerates(value)
        kept.bytes = self.weigh(value) + _OVERHEAD_BYTES
        self._kept.put(key, kept)
        return kept

    def _land(self, key: str, flight: "_Flight[T]") -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        if not flight.task.cancelled() and (error := flight.task.exception()) is not None:
            _log.debug("an answer could not be made", reason=str(error))  # whoever waits for it gets it


@dataclass(frozen=True, slots=True)
class _Flight(Generic[T]):
    stamp: Stamp
    task: asyncio.Task[Kept[T]]
