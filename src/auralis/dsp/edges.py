"""Where a signal begins and ends to sound, in constant memory and whatever its level turns out to be."""

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

_FLOOR_DB = -140
_LEVELS = 161
UNHEARD_DB = 60
"""What lies so far under the highest peak counts as silence."""


class Edges:
    """The first and the last moment at which a signal reaches each level, in steps of 1 dB from -140 to +20 dBFS."""

    def __init__(self) -> None:
        self._first = np.full(_LEVELS, -1, np.int64)
        self._last = np.zeros(_LEVELS, np.int64)
        self._frames = 0

    def push(self, peaks: Vector, frames: Vector) -> None:
        """Add the next ticks: their highest magnitudes and how many frames each has, both of shape (ticks,)."""
        ends = self._frames + np.cumsum(frames).astype(np.int64)
        if not ends.size:
            return
        with np.errstate(divide="ignore"):
            reached = np.clip(np.floor(20.0 * np.log10(np.abs(peaks))) - _FLOOR_DB, -1, _LEVELS - 1)
        steps = np.arange(int(reached.max()) + 1)
        rising = np.searchsorted(np.maximum.accumulate(reached), steps)
        new = self._first[steps] < 0
        self._first[steps[new]] = np.concatenate(([self._frames], ends))[rising[new]]
        self._last[steps] = ends[-1 - np.searchsorted(np.maximum.accumulate(reached[::-1]), steps)]
        self._frames = int(ends[-1])

    def silence_frames(self) -> tuple[int, int]:
        """Return how many frames at the start and at the end are 60 dB under the highest peak; all and none if all."""
        heard = np.flatnonzero(self._first >= 0)
        if not heard.size:
            return self._frames, 0
        level = max(0, int(heard[-1]) - UNHEARD_DB)
        return int(self._first[level]), self._frames - int(self._last[level])
