"""What is measured, added up in a bounded number of parts: their sum gives values, their spread tells how sure."""

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]

PARTS = 32

FRAMES, AUDIBLE = 0, 1
WEIGHTED, POWER, TOP = 2, 3, 4
LEFT, RIGHT, CROSS, SIDE = 5, 6, 7, 8
HARMONIC, PERCUSSIVE, HELD, HELD_WEIGHT, ONSETS = 9, 10, 11, 12, 13
PITCH, FLATNESS, ROLLOFF = 14, 15, 16
BANDS = slice(17, 24)
CHROMA = slice(24, 36)
LEFT_SUM, RIGHT_SUM = 36, 37
COLUMNS = 38
"""Columns of a part. Frames of the signal and how many of them were audible; K-weighted energy, energy and peak (times
frames); stereo sums; harmonic and percussive energy; how long pitch classes held, times weight, and weight; onsets; the
medians of pitch (octaves of the centroid), flatness and rolloff (Hz), each times audible frames; energies of the seven
bands; amplitudes of the twelve pitch classes; the sums of left and of right."""

_ROUNDING = 1e-9
"""Of an energy: what is left of it under this, once the offset is taken out, is what the subtraction lost."""


class Ledger:
    """Rows of sums, one for each stretch of the signal; neighbours are added together when there are too many.

    Attributes
    ----------
    stretches : int
        How many were added.
    """

    def __init__(self) -> None:
        self._rows = np.zeros((PARTS, COLUMNS))
        self.stretches = 0
        self._joined = 1

    def add(self, row: Table) -> None:
        """Add the sums of the next stretch, shape (COLUMNS,)."""
        if self.stretches // self._joined >= PARTS:
            self._rows[: PARTS // 2] = self._rows[0::2] + self._rows[1::2]
            self._rows[PARTS // 2 :] = 0.0
            self._joined *= 2
        self._rows[self.stretches // self._joined] += row
        self.stretches += 1

    def parts(self) -> Table:
        """Return the parts that have begun, shape (parts, COLUMNS)."""
        return self._rows[: -(-self.stretches // self._joined)]


def pair_energies(row: Table) -> tuple[float, float, float, float]:
    """Return the energies of left and right, the sum of left times right, and the energy of left minus right.

    A constant offset is no sound, and some codecs take it out: it does not count.
    """
    frames = max(1.0, row[FRAMES])
    left_sum, right_sum = row[LEFT_SUM], row[RIGHT_SUM]
    left = _without(row[LEFT], left_sum * left_sum / frames)
    right = _without(row[RIGHT], right_sum * right_sum / frames)
    side = _without(row[SIDE], (left_sum - right_sum) ** 2 / frames)
    cross = row[CROSS] - left_sum * right_sum / frames if left and right else 0.0
    return left, right, cross, side


def _without(energy: float, offset: float) -> float:
    rest = energy - offset
    return rest if rest > _ROUNDING * energy else 0.0
