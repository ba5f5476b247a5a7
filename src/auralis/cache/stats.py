"""What a cache can tell of itself."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CacheStats:
    """Counters since the cache was opened, and what it holds now."""

    hits: int = 0
    misses: int = 0
    evictions: int = 0
    corrupt: int = 0
    failed_writes: int = 0
    entries: int = 0
    bytes: int = 0
    budget_bytes: int = 0

    @property
    def hit_rate(self) -> float:
        """Share of look-ups that found something, 0..1; 0 before the first."""
        asked = self.hits + self.misses
        return self.hits / asked if asked else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, the hit rate included."""
        return {**asdict(self), "hit_rate": self.hit_rate}
