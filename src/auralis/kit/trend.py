"""Where a figure is going, told from its last samples."""

from collections import deque
from typing import Literal

Direction = Literal["improving", "stable", "degrading"]
WINDOW = 100
_FEWEST = 10


class Trend:
    """Samples of one figure; a change of ``tells`` (in its own unit) between the window's halves means something."""

    def __init__(self, tells: float, *, more_is_better: bool) -> None:
        self.samples: deque[float] = deque(maxlen=WINDOW)
        self._tells = tells
        self._more_is_better = more_is_better

    def add(self, value: float) -> None:
        """Take a sample."""
        self.samples.append(value)

    @property
    def latest(self) -> float | None:
        """The last sample, or None before the first."""
        return self.samples[-1] if self.samples else None

    @property
    def direction(self) -> Direction:
        """Whether the later half of the window is better or worse than the earlier one."""
        values = list(self.samples)
        if len(values) < _FEWEST:
            return "stable"
        middle = len(values) // 2
        change = sum(values[middle:]) / (len(values) - middle) - sum(values[:middle]) / middle
        if abs(change) < self._tells:
            return "stable"
        return "improving" if (change > 0) == self._more_is_better else "degrading"
