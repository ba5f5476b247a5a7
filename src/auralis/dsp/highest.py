"""The highest magnitude of some samples, as fast as they can be read."""

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.kernel import kernel

_MAGNITUDE = np.int32(0x7FFFFFFF)


@kernel
def highest(line: NDArray[np.float32]) -> np.float32:
    """Return the highest magnitude in ``line``, shape (samples,); 0 for none, and no NaN is allowed.

    Magnitudes are in the order of their bits, and a maximum of integers compiles to vector instructions, where one of
    floats would have to heed NaN at every step.
    """
    top = np.int32(0)
    for i in range(line.shape[0]):
        top = max(top, np.int32(np.float32(line[i]).view(np.int32) & _MAGNITUDE))
    return np.int32(top).view(np.float32)
