"""The static curve of the compressor: a soft knee, then a straight line."""

import numpy as np
from numpy.typing import NDArray

KNEE_DB = 6.0


def compression_db(loudness_lufs: NDArray[np.float64], threshold_lufs: float, slope: float) -> NDArray[np.float64]:
    """Return the compressor's gain (<= 0 dB) at a steady loudness.

    Parameters
    ----------
    loudness_lufs : ndarray
        LUFS.
    threshold_lufs : float
        Middle of the knee, which is ``KNEE_DB`` wide.
    slope : float
        dB taken for each dB over the threshold: 0 does nothing, 1 is a limiter.
    """
    over = loudness_lufs - threshold_lufs
    bent = np.clip(over + 0.5 * KNEE_DB, 0.0, KNEE_DB)
    return -slope * (bent * bent / (2.0 * KNEE_DB) + np.maximum(over - 0.5 * KNEE_DB, 0.0))
