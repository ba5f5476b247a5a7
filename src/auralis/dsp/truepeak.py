"""True peak: the highest value between the samples too (ITU-R BS.1770-5, Annex 2)."""

import math

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.highest import highest
from auralis.dsp.kernel import kernel
from auralis.dsp.oversampling import interpolation_filter

Samples = NDArray[np.float32]

TAPS = 16
SILENCE_DB = -120.0
"""What a peak of zero reads."""

_RUN = 64


@kernel
def _between(x: Samples, phases: Samples, line: Samples) -> np.float32:
    """Return the highest magnitude between the samples of one run and its neighbours, shape (_RUN + TAPS - 1,).

    The loops over the run are innermost and of fixed length, so that they compile to vector instructions.
    """
    top = np.float32(0.0)
    for p in range(1, phases.shape[0]):
        line[:] = 0.0
        for k in range(0, TAPS, 4):
            a, b, c, d = phases[p, k], phases[p, k + 1], phases[p, k + 2], phases[p, k + 3]
            for i in range(_RUN):
                line[i] += (a * x[k + i] + b * x[k + i + 1]) + (c * x[k + i + 2] + d * x[k + i + 3])
        top = max(top, highest(line))
    return top


@kernel
def _highest(x: Samples, phases: Samples, reach: float, peak: float) -> float:
    """Return the highest magnitude at and between the samples of one channel, or ``peak`` if that is higher.

    ``x`` begins with the TAPS - 1 samples before; what is more than whole runs is left. Runs whose samples are too low
    to make a new peak, whatever their signs, are passed over.
    """
    line = np.empty(_RUN, np.float32)
    for run in range((x.shape[0] - TAPS + 1) // _RUN):
        near = x[run * _RUN : (run + 1) * _RUN + TAPS - 1]
        top = highest(near)
        if top * reach > peak:
            peak = max(peak, np.float64(top), np.float64(_between(near, phases, line)))
    return peak


def to_db(peak: float) -> float:
    """Return a linear peak in dB of full scale; at least -120."""
    return max(SILENCE_DB, 20.0 * math.log10(peak)) if peak > 0 else SILENCE_DB


class TruePeakMeter:
    """The highest true peak of all channels, fed in blocks of any size.

    The signal is taken as silent before its start and after its end. Up to 96 kHz it is read at four points a sample,
    from there at two, from 192 kHz on at one.

    Parameters
    ----------
    sample_rate : int
        Hz.
    channels : int
        Channels of the blocks.

    Attributes
    ----------
    peak : float
        Linear; 1.0 is full scale. The newest 80 samples may show with the next block only, or after `close`.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        factor = 4 if sample_rate < 96_000 else 2 if sample_rate < 192_000 else 1
        self._phases = interpolation_filter(factor, TAPS, beta=4.5).astype(np.float32)
        self._reach = float(np.abs(self._phases).sum(axis=1).max()) * (1 + 1e-6)
        self._pending = np.zeros((channels, TAPS - 1), np.float32)
        self.peak = 0.0

    def push(self, samples: Samples) -> None:
        """Measure the next samples, shape (channels, frames)."""
        before = TAPS - 1
        # As many samples as complete the run begun before, and as many again as the runs after it look back on.
        joint = before + (before - self._pending.shape[1]) % _RUN
        head = np.concatenate((self._pending, samples[:, :joint]), axis=1)
        body = samples[:, joint - before :] if samples.shape[1] > joint else samples[:, :0]
        for near, far in zip(head, body, strict=True):
            self.peak = _highest(near, self._phases, self._reach, self.peak)
            self.peak = _highest(far, self._phases, self._reach, self.peak)
        rest = body if body.shape[1] else head
        read = max(0, rest.shape[1] - before) // _RUN * _RUN
        self._pending = rest[:, read:].copy()

    def close(self) -> None:
        """Measure the last samples, with silence after them."""
        self.push(np.zeros((len(self._pending), TAPS + _RUN), np.float32))

    @property
    def peak_dbtp(self) -> float:
        """The peak in dBTP; at least -120."""
        return to_db(self.peak)


def measure_true_peak(samples: Samples, sample_rate: int) -> float:
    """Return the true peak of whole ``samples`` (channels, frames) in dBTP; silence is -120."""
    meter = TruePeakMeter(sample_rate, samples.shape[0])
    meter.push(samples)
    meter.close()
    return meter.peak_dbtp
