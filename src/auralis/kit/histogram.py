"""A histogram of durations in fixed memory, cheap enough to be always on."""

from bisect import bisect_left
from itertools import accumulate

_STEP = 2**0.25
BOUNDS_MS = tuple(0.01 * _STEP**n for n in range(93))
"""Upper bounds of the buckets, ms: 0.01 to 84,000, each a fifth wider than the one before (error under 10 %)."""


class Histogram:
    """Counts durations by size; percentiles are read between the bounds of their bucket."""

    __slots__ = ("count", "counts", "total_ms")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS_MS) + 1)
        self.count = 0
        self.total_ms = 0.0

    def add(self, milliseconds: float) -> None:
        """Count one duration."""
        self.counts[bisect_left(BOUNDS_MS, milliseconds)] += 1
        self.count += 1
        self.total_ms += milliseconds

    @property
    def mean_ms(self) -> float:
        """The mean, or 0 before the first."""
        return self.total_ms / self.count if self.count else 0.0

    def percentile(self, share: float) -> float:
        """Return the duration (ms) that ``share`` (0..1) of all do not exceed, or 0 before the first."""
        if not self.count:
            return 0.0
        wanted, before = share * self.count, 0
        for n, count in enumerate(self.counts):
            if count and before + count >= wanted:
                low = BOUNDS_MS[n - 1] if n else 0.0
                high = BOUNDS_MS[n] if n < len(BOUNDS_MS) else low
                return low + (high - low) * max(0.0, wanted - before) / count
            before += count
        return BOUNDS_MS[-1]

    def cumulative(self) -> list[tuple[float, int]]:
        """Return (upper bound in ms, how many do not exceed it) for every fourth bucket, as Prometheus counts."""
        sums = list(accumulate(self.counts))
        return [(BOUNDS_MS[n], sums[n]) for n in range(0, len(BOUNDS_MS), 4)]
