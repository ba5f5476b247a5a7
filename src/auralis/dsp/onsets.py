"""Onsets: a curve of how much begins at each moment, and the onsets in it."""

import math

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.fourier import transform_real
from auralis.dsp.kernel import kernel
from auralis.dsp.spectrum import decimation, hop_frames

Samples = NDArray[np.float32]
Vector = NDArray[np.float64]

BANDS = 24
LOWEST_HZ, HIGHEST_HZ = 30.0, 10_000.0
_BATCH = 32
LAG = 2
"""A rise is taken over two hops, one frame."""

_BAND_FLOOR = 1e-3
"""Of a band's own highest energy of the last seconds: a band is as good as silent 30 dB below it."""
_TOTAL_FLOOR = 1e-5
"""Of the highest energy of all bands: what stays 50 dB below it is not worth hearing."""
_FORGET_SECONDS = 4.0


@kernel
def _fold(pair: Samples, sign: np.float32, fold: int, out: Samples) -> None:
    """Write left plus ``sign`` times right (or the only channel), each value the sum of ``fold`` samples."""
    left, right = pair[0], pair[pair.shape[0] - 1]
    if fold == 2:
        for i in range(out.shape[0]):
            out[i] = (left[2 * i] + left[2 * i + 1]) + sign * (right[2 * i] + right[2 * i + 1])
        return
    for i in range(out.shape[0]):
        total = np.float32(0.0)
        for j in range(i * fold, (i + 1) * fold):
            total += left[j] + sign * right[j]
        out[i] = total


@kernel
def _band_energies(spectra: NDArray[np.complex64], edges: NDArray[np.int64], out: Vector) -> None:
    for frame in range(spectra.shape[0]):
        line = spectra[frame]
        for band in range(BANDS):
            total = np.float32(0.0)
            for k in range(edges[band], edges[band + 1]):
                total += line[k].real * line[k].real + line[k].imag * line[k].imag
            out[frame, band] = total


@kernel
def _rises(energy: Vector, decay: float, tops: Vector, past: Vector, out: Vector) -> None:
    """Write how much the bands rise, frame by frame: the mean over bands of the rise of the logarithm, in bels.

    ``tops`` has the decaying highest energy of each band and, last, of all; ``past`` the last LAG frames' logarithms.
    """
    for frame in range(energy.shape[0]):
        total = 0.0
        for band in range(BANDS):
            total += energy[frame, band]
        tops[BANDS] = max(total, decay * tops[BANDS], 1e-30)
        rise = 0.0
        for band in range(BANDS):
            value = energy[frame, band]
            tops[band] = max(value, decay * tops[band], _TOTAL_FLOOR * tops[BANDS])
            level = math.log10(value / tops[band] + _BAND_FLOOR)
            rise += max(0.0, level - past[0, band])
            past[0, band] = past[1, band]
            past[1, band] = level
        out[frame] = rise / BANDS


class OnsetCurve:
    """How much begins at each moment of a signal.

    The middle (or the side) is folded to about 22 kHz and looked at in frames of 23 ms, every 11.6 ms, in 24 bands;
    each band is measured against its own recent maximum, so that neither gain nor the balance of bands matters.

    Parameters
    ----------
    sample_rate : int
        Hz.

    Attributes
    ----------
    rate_hz : float
        Values of the curve per second.
    """

    def __init__(self, sample_rate: int) -> None:
        self._fold = decimation(sample_rate)
        self._hop = hop_frames(sample_rate) // (4 * self._fold)
        self.rate_hz = sample_rate / (self._hop * self._fold)
        self._window = np.hanning(2 * self._hop + 1)[:-1].astype(np.float32)
        self._signal = np.zeros(self._hop, np.float32)
        self._frames = np.empty((_BATCH, 2 * self._hop), np.float32)
        bin_hz = sample_rate / self._fold / (2 * self._hop)
        wanted = np.geomspace(LOWEST_HZ, HIGHEST_HZ, BANDS + 1) / bin_hz
        edges = np.maximum.accumulate(np.round(wanted) - np.arange(BANDS + 1)) + np.arange(BANDS + 1)
        self._edges = np.clip(edges, 1, self._hop).astype(np.int64)
        self._decay = math.exp(-1.0 / (_FORGET_SECONDS * self.rate_hz))
        self._tops = np.zeros(BANDS + 1)
        self._past = np.full((LAG, BANDS), math.log10(_BAND_FLOOR))

    def push(self, pair: Samples, *, side: bool = False) -> Vector:
        """Return the curve over the next frames of the signal, shape (frames,).

        Parameters
        ----------
        pair : ndarray, shape (1 or 2, samples)
            Whole hops of the signal.
        side : bool
            Listen to left minus right, because the middle holds less.
        """
        frames = pair.shape[1] // (self._hop * self._fold)
        if not frames:
            return np.zeros(0)
        signal = np.empty((frames + 1) * self._hop, np.float32)
        signal[: self._hop] = self._signal
        _fold(pair, np.float32(-1.0 if side else 1.0), self._fold, signal[self._hop :])
        self._signal = signal[-self._hop :].copy()
        views = np.lib.stride_tricks.sliding_window_view(signal, 2 * self._hop)[:: self._hop]
        energy = np.empty((frames, BANDS))
        for first in range(0, frames, _BATCH):
            windowed = np.multiply(
                views[first : first + _BATCH], self._window, out=self._frames[: min(_BATCH, frames - first)]
            )
            _band_energies(transform_real(windowed), self._edges, energy[first : first + _BATCH])
        curve = np.empty(frames)
        _rises(energy, self._decay, self._tops, self._past, curve)
        return curve
