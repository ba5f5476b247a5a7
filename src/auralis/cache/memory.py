"""A cache in memory that forgets the least recently used values when its bytes run out."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from auralis.cache.stats import CacheStats

V = TypeVar("V")


class MemoryCache(Generic[V]):
    """Values by key within ``budget_bytes``, each weighed by ``size``; safe from any thread."""

    def __init__(self, budget_bytes: int, size: Callable[[V], int]) -> None:
        self._budget_bytes = budget_bytes
        self._size = size
        self._values: OrderedDict[str, V] = OrderedDict()
        self._lock = threading.Lock()
        self._bytes = self._hits = self._misses = self._evictions = 0

    def get(self, key: str) -> V | None:
        """Return the value of ``key`` and make it the most recently used, or None."""
        with self._lock:
            value = self._values.get(key)
            if value is None:
                self._misses += 1
                return None
            self._hits += 1
            self._values.move_to_end(key)
            return value

    def put(self, key: str, value: V) -> None:
        """Hold ``value``, at the cost of the least recently used; one bigger than the budget is not held."""
        size = self._size(value)
        with self._lock:
            self._drop(key)
            if size > self._budget_bytes:
                return
            self._values[key] = value
            self._bytes += size
            while self._bytes > self._budget_bytes:
                self._drop(next(iter(self._values)))
                self._evictions += 1

    def remove(self, key: str) -> None:
        """Forget ``key`` if it is held."""
        with self._lock:
            self._drop(key)

    def clear(self) -> None:
        """Forget everything; the counters go on."""
        with self._lock:
            self._values.clear()
            self._bytes = 0

    def values(self) -> list[V]:
        """Return what is held now."""
        with self._lock:
            return list(self._values.values())

    def __contains__(self, key: str) -> bool:
        """Tell whether ``key`` is held, without counting it as a use."""
        return key in self._values

    def stats(self) -> CacheStats:
        """Return the counters and what is held now."""
        with self._lock:
            return CacheStats(
                hits=self._hits,
                misses=self._misses,
                evictions=self._evictions,
                entries=len(self._values),
                bytes=self._bytes,
                budget_bytes=self._budget_bytes,
            )

    def _drop(self, key: str) -> None:
        value = self._values.pop(key, None)
        if value is not None:
            self._bytes -= self._size(value)
