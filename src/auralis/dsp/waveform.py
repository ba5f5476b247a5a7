"""The outline of a signal in a bounded number of points, whatever its length."""

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.kernel import kernel

Samples = NDArray[np.float32]
Cells = NDArray[np.float64]

CELL_FRAMES = 64
CAPACITY = 16_384

_MINIMUM, _MAXIMUM, _ENERGY = range(3)


@kernel
def _outline(x: Samples, cells: Cells) -> None:
    """Fill ``cells`` with the lowest and highest sample and the energy of each CELL_FRAMES of all channels.

    Four of each go side by side: one alone would wait for itself at every sample.
    """
    for cell in range(cells.shape[0]):
        low0 = low1 = low2 = low3 = high0 = high1 = high2 = high3 = x[0, cell * CELL_FRAMES]
        sum0 = sum1 = sum2 = sum3 = np.float32(0.0)
        for channel in range(x.shape[0]):
            line = x[channel, cell * CELL_FRAMES : (cell + 1) * CELL_FRAMES]
            for i in range(0, CELL_FRAMES, 4):
                a, b, c, d = line[i], line[i + 1], line[i + 2], line[i + 3]
                low0, low1, low2, low3 = min(low0, a), min(low1, b), min(low2, c), min(low3, d)
                high0, high1, high2, high3 = max(high0, a), max(high1, b), max(high2, c), max(high3, d)
                sum0, sum1, sum2, sum3 = sum0 + a * a, sum1 + b * b, sum2 + c * c, sum3 + d * d
        cells[cell, _MINIMUM] = min(low0, low1, low2, low3)
        cells[cell, _MAXIMUM] = max(high0, high1, high2, high3)
        cells[cell, _ENERGY] = (sum0 + sum1) + (sum2 + sum3)


@kernel
def _join(fine: Cells, first: int, joined: int, cells: Cells) -> None:
    """Join ``fine`` cells, the first of which is number ``first`` of the signal, into cells of ``joined`` of them."""
    for n in range(fine.shape[0]):
        cell = cells[(first + n) // joined]
        cell[_MINIMUM] = min(cell[_MINIMUM], fine[n, _MINIMUM])
        cell[_MAXIMUM] = max(cell[_MAXIMUM], fine[n, _MAXIMUM])
        cell[_ENERGY] += fine[n, _ENERGY]


class Outline:
    """Minimum, maximum and RMS of a signal over its whole length, fed in blocks.

    Cells of 64 frames are joined two by two whenever there would be too many of them.

    Parameters
    ----------
    channels : int
        Channels of the blocks. Minimum and maximum are those of all channels, the RMS is over all.
    """

    def __init__(self, channels: int) -> None:
        self._channels = channels
        self._cells = _empty(CAPACITY)
        self._fine_cells = 0
        self._joined = 1

    def push(self, samples: Samples) -> None:
        """Add the next samples, shape (channels, frames); all blocks but the last are whole cells of 64 frames."""
        short = -samples.shape[1] % CELL_FRAMES
        if short:
            samples = np.pad(samples, ((0, 0), (0, short)), mode="edge")
        fine = np.empty((samples.shape[1] // CELL_FRAMES, 3))
        _outline(samples, fine)
        while (self._fine_cells + len(fine) - 1) // self._joined >= CAPACITY:
            self._halve()
        _join(fine, self._fine_cells, self._joined, self._cells)
        self._fine_cells += len(fine)

    def points(self, wanted: int) -> Cells:
        """Return the outline so far.

        Returns
        -------
        ndarray, shape (points, 3)
            Minimum, maximum and RMS, linear, of equal parts of the signal; fewer than ``wanted`` if it is very short.
        """
        used = -(-self._fine_cells // self._joined)
        points = min(wanted, used)
        if not points:
            return np.zeros((0, 3))
        starts = np.arange(points) * used // points
        cells = self._cells[:used]
        frames = np.diff(np.append(starts * self._joined, self._fine_cells)) * CELL_FRAMES * self._channels
        return np.stack(
            (
                np.minimum.reduceat(cells[:, _MINIMUM], starts),
                np.maximum.reduceat(cells[:, _MAXIMUM], starts),
                np.sqrt(np.add.reduceat(cells[:, _ENERGY], starts) / frames),
            ),
            axis=1,
        )

    def extremes(self) -> tuple[float, float]:
        """Return the lowest and the highest sample of all channels so far; zeros before there is one."""
        cells = self._cells[: -(-self._fine_cells // self._joined)]
        return (float(cells[:, _MINIMUM].min()), float(cells[:, _MAXIMUM].max())) if cells.size else (0.0, 0.0)

    def _halve(self) -> None:
        pairs = self._cells.reshape(-1, 2, 3)
        joined = _empty(CAPACITY)
        half = CAPACITY // 2
        joined[:half, _MINIMUM] = pairs[:, :, _MINIMUM].min(axis=1)
        joined[:half, _MAXIMUM] = pairs[:, :, _MAXIMUM].max(axis=1)
        joined[:half, _ENERGY] = pairs[:, :, _ENERGY].sum(axis=1)
        self._cells, self._joined = joined, self._joined * 2


def _empty(cells: int) -> Cells:
    return np.tile(np.array([np.inf, -np.inf, 0.0]), (cells, 1))
