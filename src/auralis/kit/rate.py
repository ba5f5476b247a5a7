"""How often something may happen: a bucket of tokens that fills again with time."""

from auralis.kit.clock import Clock


class TokenBucket:
    """Holds ``capacity`` tokens at most and gains ``per_second`` of them; taking one costs what it costs."""

    __slots__ = ("_at", "_clock", "_per_second", "_tokens", "capacity")

    def __init__(self, capacity: float, per_second: float, clock: Clock) -> None:
        self.capacity = capacity
        self._per_second = per_second
        self._clock = clock
        self._tokens = capacity
        self._at = clock.monotonic()

    @property
    def tokens(self) -> float:
        """How many there are now."""
        now = self._clock.monotonic()
        self._tokens = min(self.capacity, self._tokens + (now - self._at) * self._per_second)
        self._at = now
        return self._tokens

    def take(self, cost: float) -> float:
        """Take ``cost`` tokens and return 0; where there are too few, take none and return the seconds to wait."""
        if self.tokens >= cost:
            self._tokens -= cost
            return 0.0
        return (cost - self._tokens) / self._per_second
