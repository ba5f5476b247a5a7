"""Biquad sections in a row, run over blocks with carried state."""

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.kernel import kernel

_FLUSH_FRAMES = 256


@kernel
def _cascade(
    x: NDArray[np.float64], sections: NDArray[np.float64], state: NDArray[np.float64], count: NDArray[np.int64]
) -> None:
    """Filter two channels in place; ``state`` holds x1 x2 y1 y2 of each section and channel (direct form I)."""
    frames = x.shape[1]
    start = count[0]
    for s in range(sections.shape[0]):
        b0, b1, b2, a1, a2 = sections[s]
        lx1, lx2, ly1, ly2 = state[s, 0]
        rx1, rx2, ry1, ry2 = state[s, 1]
        until = _FLUSH_FRAMES - start % _FLUSH_FRAMES
        for i in range(frames):
            lx = x[0, i]
            ly = (b0 * lx + b1 * lx1 + b2 * lx2 - a2 * ly2) - a1 * ly1
            lx2, lx1, ly2, ly1 = lx1, lx, ly1, ly
            x[0, i] = ly
            rx = x[1, i]
            ry = (b0 * rx + b1 * rx1 + b2 * rx2 - a2 * ry2) - a1 * ry1
            rx2, rx1, ry2, ry1 = rx1, rx, ry1, ry
            x[1, i] = ry
            until -= 1
            if until == 0:
                until = _FLUSH_FRAMES
                # Long after the sound has gone, numbers near 1e-308 would make every operation slow.
                if abs(ly1) + abs(ly2) < 1e-30:
                    ly1 = ly2 = 0.0
                if abs(ry1) + abs(ry2) < 1e-30:
                    ry1 = ry2 = 0.0
        state[s, 0, 0], state[s, 0, 1], state[s, 0, 2], state[s, 0, 3] = lx1, lx2, ly1, ly2
        state[s, 1, 0], state[s, 1, 1], state[s, 1, 2], state[s, 1, 3] = rx1, rx2, ry1, ry2
    count[0] = start + frames


class Cascade:
    """A row of biquad sections for two channels, with carried state.

    Parameters
    ----------
    sections : ndarray, shape (sections, 5)
        ``b0 b1 b2 a1 a2`` of each, with ``a0 = 1``.
    """

    def __init__(self, sections: NDArray[np.float64]) -> None:
        self._sections = np.ascontiguousarray(sections, dtype=np.float64)
        self._state = np.zeros((len(sections), 2, 4))
        self._count = np.zeros(1, np.int64)

    def apply(self, block: NDArray[np.float64]) -> None:
        """Filter a block of shape (2, frames) in place."""
        if len(self._sections):
            _cascade(block, self._sections, self._state, self._count)
