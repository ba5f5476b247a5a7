"""The spectrum of quiet and of loud passages: what a change of tone does to the loudness of each."""

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.spectrum import BandSums
from auralis.model.fingerprint import SILENCE_LUFS, THIRD_OCTAVE_HZ, Passage

Table = NDArray[np.float64]

MOST_PASSAGES = 16
THIRD_OCTAVE_EDGES_HZ: Table = 1000.0 * 10.0 ** (np.arange(-17.5, 14.5) / 10.0)
FLOOR_DB = -120.0
_STEP_LU, _BINS = 0.25, 320
_OFFSET_LUFS = -0.691
"""Of loudness over K-weighted power (ITU-R BS.1770)."""
_WEIGHTED, _FRAMES, _BANDS = 0, 1, 2
_SIDE = _BANDS + len(THIRD_OCTAVE_HZ)
_COLUMNS = _SIDE + len(THIRD_OCTAVE_HZ)


class Passages:
    """Sums over windows of two blocks, about 3 s, that overlap by half: a row for each 0.25 LU of loudness.

    Parameters
    ----------
    frequencies : ndarray, shape (bins,)
        Of the spectrum, Hz.
    """

    def __init__(self, frequencies: Table) -> None:
        self._bands = BandSums(frequencies, THIRD_OCTAVE_EDGES_HZ)
        self._rows = np.zeros((_BINS, _COLUMNS))
        self._before: Table | None = None
        self._windows = 0

    def add(self, energy: Table, side: Table, weighted: float, frames: float) -> None:
        """Add a block: energy per bin and the side's part of it, K-weighted energy over all channels, frames."""
        block = np.concatenate(((weighted, frames), self._bands.of(energy), self._bands.of(side)))
        if self._before is not None:
            self._count(self._rows, self._before + block)
            self._windows += 1
        self._before = block

    def result(self) -> tuple[Passage, ...]:
        """Return passages from the quietest to the loudest, each about a sixteenth of what is not silent."""
        rows = self._rows.copy()
        if self._windows == 0 and self._before is not None:
            self._count(rows, self._before)
        frames = rows[:, _FRAMES]
        total = float(frames.sum())
        if total <= 0.0:
            return ()
        middle = (np.cumsum(frames) - 0.5 * frames) / total
        group = np.minimum((middle * MOST_PASSAGES).astype(np.int64), MOST_PASSAGES - 1)
        sums = np.array([rows[group == number].sum(axis=0) for number in range(MOST_PASSAGES)])
        return tuple(_passage(row, total) for row in sums if row[_BANDS:_SIDE].sum() > 0.0)

    @staticmethod
    def _count(rows: Table, window: Table) -> None:
        level = (_loudness(window) - SILENCE_LUFS) / _STEP_LU
        if level >= 0.0:
            rows[min(int(level), _BINS - 1)] += window


def _loudness(row: Table) -> float:
    if row[_WEIGHTED] <= 0.0 or row[_FRAMES] <= 0.0:
        return -np.inf
    return float(_OFFSET_LUFS + 10.0 * np.log10(row[_WEIGHTED] / row[_FRAMES]))


def _passage(row: Table, frames: float) -> Passage:
    shares = np.maximum(row[_BANDS:] / row[_BANDS:_SIDE].sum(), 10.0 ** (FLOOR_DB / 10.0))
    bands, side = np.split(np.round(10.0 * np.log10(shares), 1) + 0.0, 2)
    share = round(float(row[_FRAMES] / frames), 4)
    return Passage(round(_loudness(row), 2), share, tuple(bands.tolist()), tuple(side.tolist()))
