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
COLUMNS = 36
"""Columns of a part. Frames of the signal and how many of them were audible; K-weighted energy, energy and peak (times
frames); stereo sums; harmonic and percussive energy; how long pitch classes held, times weight, and weight; onsets; the
medians of pitch (octaves of the centroid), flatness and rolloff (Hz), each times audible frames; energies of the seven
bands; amplitudes of the twelve pitch classes."""


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
