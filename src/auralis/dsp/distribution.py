"""The median over the audible frames of a signal whose own level is not known before its end."""

import math

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.kernel import kernel

Vector = NDArray[np.float64]

_LEVEL_FLOOR_DB, _LEVEL_STEP_DB, _LEVELS = -160.0, 2.0, 100


@kernel
def _count(values: Vector, energies: Vector, low: float, high: float, counts: Vector, sums: Vector) -> None:
    levels, bins = counts.shape
    for i in range(values.shape[0]):
        if energies[i] > 0.0:
            level = (10.0 * math.log10(energies[i]) - _LEVEL_FLOOR_DB) / _LEVEL_STEP_DB
            place = (values[i] - low) / (high - low) * bins
            row, column = int(min(max(level, 0.0), levels - 1.0)), int(min(max(place, 0.0), bins - 1.0))
            counts[row, column] += 1.0
            sums[row, column] += values[i]


class GatedMedian:
    """Counts values by the level of their frame; the gate is named at the end.

    Parameters
    ----------
    low, high : float
        Range of the values; what lies outside falls into the end bins.
    bins : int
        How finely values are told apart; within a bin the mean is kept, so the median is finer than that.
    """

    def __init__(self, low: float, high: float, bins: int) -> None:
        self._low, self._high = low, high
        self._counts = np.zeros((_LEVELS, bins))
        self._sums = np.zeros((_LEVELS, bins))

    def add(self, values: Vector, energies: Vector) -> None:
        """Add one value per frame, with the frame's energy; frames without energy are passed over."""
        _count(values, energies, self._low, self._high, self._counts, self._sums)

    def median(self, gate_energy: float) -> float | None:
        """Return the median of the values of frames at or above an energy; None if there are none."""
        level = 10.0 * np.log10(max(gate_energy, 1e-30))
        first = int(np.clip((level - _LEVEL_FLOOR_DB) / _LEVEL_STEP_DB, 0, _LEVELS - 1))
        counts = self._counts[first:].sum(axis=0)
        total = counts.sum()
        if not total:
            return None
        middle = int(np.searchsorted(np.cumsum(counts), total / 2))
        return float(self._sums[first:, middle].sum() / counts[middle])
