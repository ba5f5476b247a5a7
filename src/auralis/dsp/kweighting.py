"""K-weighting: the filter and the channel weights of ITU-R BS.1770 at any sample rate."""

import math

import numpy as np
from numpy.typing import NDArray

# The analogue prototypes whose bilinear transforms at 48 kHz are the two filters tabulated in BS.1770-5, Annex 1.
_SHELF_HZ, _SHELF_Q, _SHELF_DB = 1681.974450955533, 0.7071752369554196, 3.999843853973347
_SHELF_BAND_EXPONENT = 0.4996667741545416
_HIGHPASS_HZ, _HIGHPASS_Q = 38.13547087602444, 0.5003270373238773

SURROUND_WEIGHT = 1.41
"""Weight of the surround channels' power (BS.1770-5, Table 4)."""

OFFSET_LU = -0.691
"""Makes a 0 dBFS sine of 997 Hz in one channel read -3.01 LUFS (BS.1770-5, eq. 2)."""


def k_weighting(sample_rate: int) -> NDArray[np.float64]:
    """Return the coefficients of the K-weighting filter.

    Parameters
    ----------
    sample_rate : int
        In Hz.

    Returns
    -------
    ndarray, shape (7,)
        ``b0, b1, b2, a1, a2`` of the head shelf and ``a1, a2`` of the high-pass, whose numerator is ``1, -2, 1``; all
        over their ``a0``.

    References
    ----------
    ITU-R BS.1770-5, Annex 1, Tables 1 and 2.
    """
    # Below 3.4 kHz the shelf would lie above the Nyquist frequency; there it is held just under it.
    k = math.tan(math.pi * min(_SHELF_HZ / sample_rate, 0.49))
    high = 10.0 ** (_SHELF_DB / 20.0)
    band = high**_SHELF_BAND_EXPONENT
    a0 = 1.0 + k / _SHELF_Q + k * k
    shelf = (
        (high + band * k / _SHELF_Q + k * k) / a0,
        2.0 * (k * k - high) / a0,
        (high - band * k / _SHELF_Q + k * k) / a0,
        2.0 * (k * k - 1.0) / a0,
        (1.0 - k / _SHELF_Q + k * k) / a0,
    )
    k = math.tan(math.pi * min(_HIGHPASS_HZ / sample_rate, 0.49))
    a0 = 1.0 + k / _HIGHPASS_Q + k * k
    highpass = (2.0 * (k * k - 1.0) / a0, (1.0 - k / _HIGHPASS_Q + k * k) / a0)
    return np.array(shelf + highpass)


def channel_weights(channels: int) -> NDArray[np.float64]:
    """Return the weight of each channel's power, in FFmpeg's channel order.

    One to three channels count in full (mono counts once); of L R C LFE and the surrounds after them, the LFE counts
    nothing and each surround 1.41; four and five are taken as quadrophony and 5.0, without an LFE.
    """
    weights = np.ones(channels)
    if channels in (4, 5):
        weights[channels - 2 :] = SURROUND_WEIGHT
    elif channels > 5:
        weights[3] = 0.0
        weights[4:] = SURROUND_WEIGHT
    return weights
