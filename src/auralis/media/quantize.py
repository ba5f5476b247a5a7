"""From float samples to integers, exactly and always the same way."""

import numpy as np
from numpy.typing import NDArray

from auralis.model.errors import MediaError

_DITHER_KEY = 0x4175_7261_6C69_7321


def to_int24(samples: NDArray[np.float32]) -> NDArray[np.int32]:
    """Round ``samples`` to 24-bit integers, half to even, clipped at full scale.

    Parameters
    ----------
    samples : ndarray of float32
        Any shape, ±1.0 full scale. Audio that came from 24-bit integers gives these very integers back.

    Returns
    -------
    ndarray of int32
        Same shape, within [-2^23, 2^23 - 1].

    Raises
    ------
    MediaError
        ``INVALID_AUDIO`` for NaN or infinity.
    """
    require_finite(samples)
    # 24 significant bits fit a float32, so scaling, rounding and clipping are all exact in single precision.
    scaled = np.rint(np.multiply(samples, np.float32(2**23), dtype=np.float32))
    return np.clip(scaled, -(2**23), 2**23 - 1, out=scaled).astype(np.int32)


class Int16Dither:
    """Reduction to 16 bits with triangular dither, for one stream of blocks.

    Values that stand on the 16-bit grid already pass untouched, so silence stays silent and 16-bit sources stay exact.
    The dither depends only on the sample's index: cutting a stream into other blocks changes nothing.
    """

    def __init__(self) -> None:
        streams = np.random.SeedSequence(_DITHER_KEY).spawn(2)
        self._first, self._second = (np.random.Generator(np.random.Philox(stream)) for stream in streams)

    def apply(self, samples: NDArray[np.float32]) -> NDArray[np.int16]:
        """Return float32 ``(channels, frames)`` as int16 of the same shape.

        Raises
        ------
        MediaError
            ``INVALID_AUDIO`` for NaN or infinity.
        """
        require_finite(samples)
        by_frame = samples.T.shape
        triangular = (self._first.random(by_frame) - self._second.random(by_frame)).T
        scaled = samples.astype(np.float64) * 2**15
        dithered = np.rint(np.where(scaled == np.rint(scaled), scaled, scaled + triangular))
        return np.clip(dithered, -(2**15), 2**15 - 1).astype(np.int16)


def require_finite(samples: NDArray[np.float32]) -> None:
    """Refuse NaN and infinity.

    Raises
    ------
    MediaError
        ``INVALID_AUDIO``.
    """
    if samples.size and not (samples.max() < np.inf and samples.min() > -np.inf):
        raise MediaError("The audio holds values that are no sound (NaN or infinity).", code="INVALID_AUDIO")
