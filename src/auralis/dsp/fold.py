"""Any number of channels made into two by a stated matrix."""

import numpy as np
from numpy.typing import NDArray

_HALF = 0.5**0.5
_LEFT, _RIGHT, _BOTH, _NONE = (1.0, 0.0), (0.0, 1.0), (_HALF, _HALF), (0.0, 0.0)
_SIDE_LEFT, _SIDE_RIGHT = (_HALF, 0.0), (0.0, _HALF)

_LAYOUTS: dict[int, tuple[tuple[float, float], ...]] = {
    3: (_LEFT, _RIGHT, _BOTH),
    4: (_LEFT, _RIGHT, _SIDE_LEFT, _SIDE_RIGHT),
    5: (_LEFT, _RIGHT, _BOTH, _SIDE_LEFT, _SIDE_RIGHT),
    6: (_LEFT, _RIGHT, _BOTH, _NONE, _SIDE_LEFT, _SIDE_RIGHT),
    7: (_LEFT, _RIGHT, _BOTH, _NONE, (0.5, 0.5), _SIDE_LEFT, _SIDE_RIGHT),
    8: (_LEFT, _RIGHT, _BOTH, _NONE, _SIDE_LEFT, _SIDE_RIGHT, _SIDE_LEFT, _SIDE_RIGHT),
}
"""Gains to left and right per channel, in the channel order of WAVE and FLAC: 3.0, quad, 5.0, 5.1, 6.1, 7.1."""


def fold_matrix(channels: int) -> NDArray[np.float32]:
    """Return the gains ``(2, channels)`` that fold more than two channels down.

    ITU-R BS.775-4, table 2: the centre goes to both sides and the surrounds to theirs at -3 dB, the low-frequency
    effects are left out. The sum is scaled so that no programme can clip, by -7.7 dB in 5.1. Layouts without a name put
    their channels left and right in turn.
    """
    rows = _LAYOUTS.get(channels) or [(_LEFT, _RIGHT)[n % 2] for n in range(channels)]
    gains = np.array(rows, np.float64).T
    return np.asarray(gains / gains.sum(axis=1).max(), np.float32)


def fold(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return one or two channels as they are, and more of them folded down to two.

    Parameters
    ----------
    samples : ndarray of float32, shape (channels, frames)

    Returns
    -------
    ndarray of float32, shape (min(channels, 2), frames)
    """
    channels, frames = samples.shape
    if channels <= 2:
        return samples
    folded = np.zeros((2, frames), np.float32)
    # Summed in a fixed order, element by element: a matrix product may round by its block size.
    for side, gains in enumerate(fold_matrix(channels)):
        for gain, channel in zip(gains, samples, strict=True):
            if gain:
                folded[side] += gain * channel
    return folded
