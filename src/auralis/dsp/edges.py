"""Where a signal begins and ends to sound, in constant memory and whatever its level turns out to be."""

import math

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.kernel import kernel

Vector = NDArray[np.float64]
Frames = NDArray[np.int64]

_FLOOR_DB = -140
_LEVELS = 161
_FAINTEST = 1e-30
UNHEARD_DB = 60
"""What lies so far under the highest peak counts as silence."""


@kernel
def _reach(peaks: Vector, frames: Vector, position: int, first: Frames, last: Frames) -> int:
    """Note where the levels up to each tick's are reached, first and last; return the frame after the last tick."""
    for n in range(peaks.shape[0]):
        end = position + int(frames[n])
        magnitude = abs(peaks[n])
        level = math.floor(20.0 * math.log10(magnitude)) - _FLOOR_DB if magnitude > _FAINTEST else -1
        for step in range(min(level, _LEVELS - 1) + 1):
            if first[step] < 0:
                first[step] = position
            last[step] = end
        position = end
    return position


class Edges:
    """The first and the last moment at which a signal reaches each level, in steps of 1 dB from -140 to +20 dBFS."""

    def __init__(self) -> None:
        self._first = np.full(_LEVELS, -1, np.int64)
        self._last = np.zeros(_LEVELS, np.int64)
        self._frames = 0

    def push(self, peaks: Vector, frames: Vector) -> None:
        """Add the next ticks: their highest magnitudes and how many frames each has, both of shape (ticks,)."""
        self._frames = _reach(peaks, frames, self._frames, self._first, self._last)

    def silence_frames(self) -> tuple[int, int]:
        """Return how many frames at the start and at the end are 60 dB under the highest peak; all and none if all."""
        heard = np.flatnonzero(self._first >= 0)
        if not heard.size:
            return self._frames, 0
        level = max(0, int(heard[-1]) - UNHEARD_DB)
        return int(self._first[level]), self._frames - int(self._last[level])
