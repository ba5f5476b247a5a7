"""A ten-band minimum-phase equalizer: its bands, the curve they make, and their design at any sample rate."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]

PEAK_HZ: tuple[float, ...] = (80.0, 160.0, 315.0, 630.0, 1250.0, 2500.0, 5000.0, 10000.0)
BANDS_HZ: tuple[float, ...] = (40.0, *PEAK_HZ, 14000.0)
"""A low shelf, eight peaks an octave apart, and a high shelf."""
Q = 1.0
SHELF_SLOPE = 0.8
BANDS = len(BANDS_HZ)

_NEGLIGIBLE_DB = 0.02
_USABLE = 0.44
_GRID_PER_OCTAVE = 6


def curve_db(gains_db: Sequence[float] | Curve, frequencies_hz: Sequence[float] | Curve) -> Curve:
    """Return the equalizer's magnitude as its analogue prototypes have it.

    Parameters
    ----------
    gains_db : shape (10,)
        Gain of each band of ``BANDS_HZ``, dB.
    frequencies_hz : shape (n,)
        Hz.

    Returns
    -------
    ndarray, shape (n,)
        dB.

    References
    ----------
    R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients": the prototypes H(s).
    """
    s = 1j * np.asarray(frequencies_hz, dtype=np.float64)
    total = np.zeros(s.shape)
    kinds = (-1, *(0 for _ in PEAK_HZ), 1)
    for kind, hz, gain in zip(kinds, BANDS_HZ, gains_db, strict=True):
        b, a = _prototype(kind, float(gain))
        p = s / hz
        total += 20.0 * np.log10(np.abs((b[0] * p * p + b[1] * p + b[2]) / (a[0] * p * p + a[1] * p + a[2])))
    return total


def fit_gains(wanted_db: Curve, most_db: Curve, frequencies_hz: Sequence[float] | Curve) -> Curve:
    """Return the band gains whose curve comes nearest to a wanted one without rising above another.

    Parameters
    ----------
    wanted_db : ndarray, shape (n,)
        Wanted magnitude, dB, a few dB at most: responses are taken as proportional to the gains.
    most_db : ndarray, shape (n,)
        The curve stays under this, to some hundredths of a dB; infinity where it is free.
    frequencies_hz : shape (n,)
        Hz.

    Returns
    -------
    ndarray, shape (10,)
        dB.
    """
    shapes = np.stack([curve_db(row, frequencies_hz) for row in np.eye(BANDS)], axis=1)
    aim = np.minimum(wanted_db, most_db)
    weights = np.ones(len(aim))
    gains: Curve = np.zeros(BANDS)
    for _ in range(12):
        weighted = shapes * weights[:, np.newaxis]
        gains = np.asarray(np.linalg.solve(shapes.T @ weighted + 0.05 * np.eye(BANDS), weighted.T @ aim), np.float64)
        over = shapes @ gains > most_db + 0.01
        if not over.any():
            break
        aim = np.where(over, most_db, aim)
        weights = np.where(over, weights * 4.0, weights)
    return np.asarray(gains, dtype=np.float64)


def design_sections(gains_db: Sequence[float] | Curve, sample_rate: int) -> Curve:
    """Return the biquad sections that follow ``curve_db(gains_db, …)`` at ``sample_rate``.

    The bilinear transform narrows a filter near the Nyquist frequency; the gains are refitted so that the whole keeps
    to the analogue curve below 0.44 times the sample rate.

    Parameters
    ----------
    gains_db : shape (10,)
        Gain of each band of ``BANDS_HZ``, dB.
    sample_rate : int
        Hz.

    Returns
    -------
    ndarray, shape (sections, 5)
        ``b0 b1 b2 a1 a2`` of each section that does something, with ``a0 = 1``.
    """
    gains = np.asarray(gains_db, dtype=np.float64)
    if np.all(np.abs(gains) < _NEGLIGIBLE_DB):
        return np.zeros((0, 5))
    top = min(20_000.0, _USABLE * sample_rate)
    grid = 20.0 * 2.0 ** (np.arange(int(np.log2(top / 20.0) * _GRID_PER_OCTAVE) + 1) / _GRID_PER_OCTAVE)
    bands = _bands_at(sample_rate)
    wanted = curve_db(gains, grid)
    fitted = np.array([gains[min(range(BANDS), key=lambda band: abs(BANDS_HZ[band] - hz))] for _, hz in bands])
    slopes = np.stack([sections_db(_section(*band, 1.0, sample_rate), grid, sample_rate) for band in bands], axis=1)
    normal = slopes.T @ slopes + 1e-3 * np.eye(len(bands))
    for _ in range(4):
        made = np.concatenate([_section(*band, g, sample_rate) for band, g in zip(bands, fitted, strict=True)])
        fitted = fitted + np.linalg.solve(normal, slopes.T @ (wanted - sections_db(made, grid, sample_rate)))
    heard = [(band, g) for band, g in zip(bands, fitted, strict=True) if abs(g) >= _NEGLIGIBLE_DB]
    return np.concatenate([np.zeros((0, 5)), *(_section(*band, g, sample_rate) for band, g in heard)])


def highpass_section(frequency_hz: float, sample_rate: int) -> Curve:
    """Return a Butterworth high-pass of second order, -3 dB at ``frequency_hz``, as ``b0 b1 b2 a1 a2``."""
    w = 2.0 * np.pi * frequency_hz / sample_rate
    alpha, cosine = np.sin(w) / np.sqrt(2.0), np.cos(w)
    a0 = 1.0 + alpha
    b0 = 0.5 * (1.0 + cosine) / a0
    return np.array([b0, -2.0 * b0, b0, -2.0 * cosine / a0, (1.0 - alpha) / a0])


def sections_db(sections: Curve, frequencies_hz: Sequence[float] | Curve, sample_rate: int) -> Curve:
    """Return the magnitude of cascaded sections, dB, at each frequency."""
    z = np.exp(-2j * np.pi * np.asarray(frequencies_hz, dtype=np.float64) / sample_rate)
    total = np.zeros(z.shape)
    for b0, b1, b2, a1, a2 in sections:
        total += 20.0 * np.log10(np.abs((b0 + (b1 + b2 * z) * z) / (1.0 + (a1 + a2 * z) * z)))
    return total


def _bands_at(sample_rate: int) -> list[tuple[int, float]]:
    """Return kind (-1 low shelf, 0 peak, 1 high shelf) and frequency of the bands below the Nyquist frequency."""
    shelf = min(BANDS_HZ[-1], 0.3 * sample_rate)
    return [(-1, BANDS_HZ[0]), *((0, hz) for hz in PEAK_HZ if hz < 0.46 * sample_rate), (1, shelf)]


def _prototype(kind: int, gain_db: float) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Return numerator and denominator of H(s), highest power first, with the band's frequency at s = j."""
    amp = 10.0 ** (gain_db / 40.0)
    if kind == 0:
        return (1.0, amp / Q, 1.0), (1.0, 1.0 / (amp * Q), 1.0)
    mid = np.sqrt(amp) * np.sqrt((amp + 1.0 / amp) * (1.0 / SHELF_SLOPE - 1.0) + 2.0)
    if kind < 0:
        return (amp, amp * mid, amp * amp), (amp, mid, 1.0)
    return (amp * amp, amp * mid, amp), (1.0, mid, amp)


def _section(kind: int, frequency_hz: float, gain_db: float, sample_rate: int) -> Curve:
    (b2, b1, b0), (a2, a1, a0) = _prototype(kind, gain_db)
    k = 1.0 / np.tan(np.pi * frequency_hz / sample_rate)
    numerator = np.array([b2 * k * k + b1 * k + b0, 2.0 * (b0 - b2 * k * k), b2 * k * k - b1 * k + b0])
    denominator = np.array([a2 * k * k + a1 * k + a0, 2.0 * (a0 - a2 * k * k), a2 * k * k - a1 * k + a0])
    section: Curve = np.concatenate((numerator, denominator[1:]))[np.newaxis] / denominator[0]
    return section
