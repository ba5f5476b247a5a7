"""The power spectrum of a signal over time: made once, read by every spectral and tonal measure."""

import math

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.fourier import transform_complex, transform_real
from auralis.dsp.kernel import kernel

Samples = NDArray[np.float32]
Power = NDArray[np.float32]
Vector = NDArray[np.float64]

HOP_SECONDS = 2048 / 44_100
FRAMES_PER_BLOCK = 32
_BATCH = 8
FLATNESS_FRAMES = 8
_FLATNESS_FLOOR = 1e-9
"""90 dB under the mean: bins that hold less hold nothing but rounding."""
LOWEST_HZ, HIGHEST_HZ = 20.0, 20_000.0
BAND_EDGES_HZ = (20.0, 60.0, 250.0, 500.0, 2_000.0, 4_000.0, 8_000.0, 20_000.0)


def hop_frames(sample_rate: int) -> int:
    """Return the hop of the spectrum: about 46 ms at any rate, of small prime factors, a multiple of 4 `decimation`."""
    step = 4 * decimation(sample_rate)
    wanted = max(1, round(HOP_SECONDS * sample_rate / step))
    return step * min(
        (n for n in range(max(1, wanted // 2), 2 * wanted + 1) if _is_smooth(n)), key=lambda n: abs(n - wanted)
    )


def decimation(sample_rate: int) -> int:
    """Return the power of two that brings a rate nearest to 22.05 kHz from above, or 1."""
    return 1 << max(0, math.floor(math.log2(sample_rate / 22_050) + 1e-9))


def _is_smooth(n: int) -> bool:
    for prime in (2, 3, 5, 7):
        while n % prime == 0:
            n //= prime
    return n == 1


@kernel
def _weave(signal: Samples, first: int, window: Samples, woven: Samples) -> None:
    """Write windowed frames of two channels as complex numbers: sum the real, difference the imaginary part.

    ``first`` is where the first frame begins; ``woven`` is (frames, 2 window lengths), both parts in turns.
    """
    size = window.shape[0]
    for frame in range(woven.shape[0]):
        start = first + frame * (size // 2)
        left, right = signal[0, start : start + size], signal[1, start : start + size]
        out = woven[frame]
        for i in range(size):
            out[2 * i] = window[i] * (left[i] + right[i])
            out[2 * i + 1] = window[i] * (left[i] - right[i])


@kernel
def _part(spectra: Samples, scale: np.float32, room: Samples, power: Power, side: Samples) -> None:
    """Write the energy per frame and bin of both channels, and add what their difference has to ``side``.

    One transform of sum and difference gives both: what is even about the middle belongs to the sum, what is odd to the
    difference. ``spectra`` are those of `_weave`, real and imaginary parts in turns; ``room`` is (2, length + 1).
    """
    size = room.shape[1] - 1
    real, imaginary = room[0], room[1]
    quarter = np.float32(0.125) * scale
    for frame in range(power.shape[0]):
        line, row = spectra[frame], power[frame]
        for k in range(size):
            real[k], imaginary[k] = line[2 * k], line[2 * k + 1]
        real[size], imaginary[size] = real[0], imaginary[0]
        for k in range(row.shape[0]):
            a, b = real[k] + real[size - k], imaginary[k] - imaginary[size - k]
            c, d = imaginary[k] + imaginary[size - k], real[k] - real[size - k]
            difference = quarter * (c * c + d * d)
            row[k] = quarter * (a * a + b * b) + difference
            side[k] += difference


@kernel
def _add_power(spectra: NDArray[np.complex64], scale: np.float32, power: Power) -> None:
    """Write the energy per frame and bin of one channel; ``spectra`` is (frames, bins)."""
    for frame in range(power.shape[0]):
        row, line = power[frame], spectra[frame]
        for k in range(row.shape[0]):
            re, im = line[k].real, line[k].imag
            row[k] = scale * (re * re + im * im)


class PowerSpectrum:
    """Energy per frame and frequency bin, over all channels, fed in blocks.

    Frames are two hops long, under a sine window, whose squares add up to one at every sample: the energies of all
    frames and bins add up to the energy of the signal.

    Parameters
    ----------
    sample_rate : int
        Hz.
    channels : int
        Channels of the blocks.

    Attributes
    ----------
    hop : int
        Frames of the signal from one spectrum to the next.
    block : int
        Frames of the signal that every push but the last brings.
    frequencies : ndarray, shape (hop + 1,)
        Middle of each bin, Hz.
    side : ndarray, shape (hop + 1,)
        What the side of two channels, (L - R) / 2, has of the energy per bin, over the whole signal; 0 for mono.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        self.hop = hop_frames(sample_rate)
        self.block = FRAMES_PER_BLOCK * self.hop
        self.frequencies = np.arange(self.hop + 1, dtype=np.float64) * (sample_rate / (2 * self.hop))
        self._window = np.sin(np.pi * (np.arange(2 * self.hop) + 0.5) / (2 * self.hop)).astype(np.float32)
        self._signal = np.zeros((channels, (FRAMES_PER_BLOCK + 2) * self.hop), np.float32)
        self._frames = np.empty((_BATCH, 2 * self.hop * channels), np.float32)
        self._room = np.empty((2, 2 * self.hop + 1), np.float32)
        self._power = np.empty((FRAMES_PER_BLOCK + 1, self.hop + 1), np.float32)
        self.side = np.zeros(self.hop + 1)

    def push(self, samples: Samples, *, last: bool = False) -> Power:
        """Return the spectra of the frames that end with these samples, shape (frames, hop + 1), until the next push.

        Parameters
        ----------
        samples : ndarray, shape (channels, frames)
            A whole block; the last one may be shorter, even empty, and is taken as followed by silence.
        last : bool
            The signal ends here.
        """
        size = samples.shape[1]
        signal = self._signal
        signal[:, self.hop : self.hop + size] = samples
        signal[:, self.hop + size :] = 0.0
        frames = -(-size // self.hop) + 1 if last else size // self.hop
        power = self._power[:frames]
        side = np.zeros(self.hop + 1, np.float32)
        # Few frames at a time stay in the processor's cache, and in memory that is used again and again.
        for first in range(0, frames, _BATCH):
            self._transform(first * self.hop, power[first : first + _BATCH], side)
        self.side += side
        power[:, 0] *= 0.5
        power[:, -1] *= 0.5
        signal[:, : self.hop] = signal[:, size : size + self.hop]
        return power

    def _transform(self, start: int, power: Power, side: Samples) -> None:
        """Write the spectra of neighbouring frames, the first of which begins at ``start`` of the signal at hand."""
        signal, scale = self._signal, np.float32(1.0 / self.hop)
        frames = self._frames[: len(power)]
        if len(signal) == 2:
            _weave(signal, start, self._window, frames)
            spectra = transform_complex(frames.view(np.complex64))
            _part(spectra.view(np.float32), scale, self._room, power, side)
            return
        for n, frame in enumerate(frames):
            np.multiply(signal[0, start + n * self.hop : start + (n + 2) * self.hop], self._window, out=frame)
        _add_power(transform_real(frames), scale, power)


def band_weights(frequencies: NDArray[np.float64], edges_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much of each bin lies in each band between neighbouring edges, shape (bins, bands).

    A bin's energy is taken as spread evenly over its width, so that a band's energy changes smoothly with its edges.
    """
    half = frequencies[1] / 2
    low = np.maximum(frequencies[:, np.newaxis] - half, edges_hz[np.newaxis, :-1])
    high = np.minimum(frequencies[:, np.newaxis] + half, edges_hz[np.newaxis, 1:])
    return np.asarray(np.maximum(0.0, high - low) / (2 * half))


@kernel
def _sum_bands(energy: Vector, weights: Vector, spans: NDArray[np.int64], out: Vector) -> None:
    for band in range(out.shape[0]):
        total = 0.0
        for k in range(spans[band, 0], spans[band, 1]):
            total += energy[k] * weights[band, k]
        out[band] = total


class BandSums:
    """What a spectrum has in each band between neighbouring edges; see `band_weights`.

    A product of matrices would do, but wakes the threads of the algebra library at every block, which then wait for
    more by keeping a core busy.
    """

    def __init__(self, frequencies: Vector, edges_hz: Vector) -> None:
        self._weights = np.ascontiguousarray(band_weights(frequencies, edges_hz).T)
        touched = self._weights > 0.0
        past = np.where(touched.any(axis=1), len(frequencies) - touched[:, ::-1].argmax(axis=1), 0)
        self._spans = np.stack((touched.argmax(axis=1), past), axis=1)

    def of(self, energy: Vector) -> Vector:
        """Return the sums of ``energy``, shape (bins,), over the bands."""
        sums = np.empty(len(self._weights))
        _sum_bands(energy, self._weights, self._spans, sums)
        return sums


def rolloff_hz(frequencies: NDArray[np.float64], energy: NDArray[np.float64], share: float) -> float:
    """Return the frequency under which ``share`` of the energy of the bins lies; 0 for silence."""
    below = np.cumsum(energy)
    if below[-1] <= 0:
        return 0.0
    return float(np.interp(share * below[-1], below, frequencies + frequencies[1] / 2))


@kernel
def _flatness(power: Power, size: int, flatness: NDArray[np.float64], energy: NDArray[np.float64]) -> None:
    bins = power.shape[1]
    line = np.empty(bins, np.float32)
    for group in range(flatness.shape[0]):
        line[:] = 0.0
        rows = power[group * size : (group + 1) * size]
        for frame in range(rows.shape[0]):
            for k in range(bins):
                line[k] += rows[frame, k]
        total = 0.0
        for k in range(bins):
            total += line[k]
        energy[group] = total / rows.shape[0]
        logarithm, product = 0.0, 1.0
        for k in range(bins):
            # The logarithm of a product is that of its factors, eight at a time.
            product *= line[k] * bins / max(total, 1e-30) + _FLATNESS_FLOOR
            if k % 8 == 7 or k == bins - 1:
                logarithm += math.log(product)
                product = 1.0
        flatness[group] = math.exp(logarithm / bins)


def spectral_flatness(power: Power) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how flat the spectrum is (geometric over arithmetic mean of the bins), and its energy, over time.

    Eight neighbouring spectra, 0.37 s, are averaged first: a single one of white noise is far from flat.

    Parameters
    ----------
    power : ndarray, shape (frames, bins)

    Returns
    -------
    flatness, energy : ndarray, shape (groups,)
        0..1, and the sum over the bins of the averaged spectrum.
    """
    groups = -(-len(power) // FLATNESS_FRAMES)
    flatness, energy = np.empty(groups), np.empty(groups)
    _flatness(power, FLATNESS_FRAMES, flatness, energy)
    return flatness, energy
