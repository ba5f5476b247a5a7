"""Gentle dynamics for two channels: a compressor that follows loudness, and an emphasis of onsets."""

from math import exp, log10

import numpy as np

from auralis.dsp.biquad import Cascade
from auralis.dsp.compression import KNEE_DB
from auralis.dsp.gain import Samples
from auralis.dsp.kernel import kernel
from auralis.dsp.kweighting import k_weighting

LEVEL_SECONDS = 0.15
"""Time constant of the compressor's loudness: it sees about what a momentary loudness meter (400 ms) sees."""
ONSET_START_DB = 3.0
ONSET_FULL_DB = 9.0
_ONSET_FLOOR = 1e-7


@kernel
def _compress(
    weighted: Samples, threshold: float, slope: float, smoothing: float, state: Samples, gain: Samples
) -> None:
    """Multiply the gain by what the K-weighted power of both channels asks for."""
    power = state[0]
    knee_starts = 10.0 ** ((threshold - 0.5 * KNEE_DB + 0.691) / 10.0)
    for i in range(weighted.shape[1]):
        now = weighted[0, i] * weighted[0, i] + weighted[1, i] * weighted[1, i]
        power = now + (power - now) * smoothing
        power = power if power > 1e-30 else 0.0
        if power > knee_starts:
            over = 10.0 * log10(power) - 0.691 - threshold
            bent = min(over + 0.5 * KNEE_DB, KNEE_DB)
            gain[i] *= 10.0 ** (-slope / 20.0 * (bent * bent / (2.0 * KNEE_DB) + max(over - 0.5 * KNEE_DB, 0.0)))
    state[0] = power


@kernel
def _emphasise(weighted: Samples, amount_db: float, poles: Samples, state: Samples, gain: Samples) -> None:
    """Multiply the gain by up to ``amount_db`` where the power stands out of that of the last tenth of a second."""
    fast, slow, lift = state[0], state[1], state[2]
    for i in range(weighted.shape[1]):
        now = weighted[0, i] * weighted[0, i] + weighted[1, i] * weighted[1, i]
        fast = now + (fast - now) * (poles[0] if now > fast else poles[1])
        slow = now + (slow - now) * poles[2]
        fast = fast if fast > 1e-30 else 0.0
        slow = slow if slow > 1e-30 else 0.0
        wanted = 0.0
        if fast > 2.0 * (slow + _ONSET_FLOOR):
            step = 10.0 * log10(fast / (slow + _ONSET_FLOOR)) - ONSET_START_DB
            wanted = min(1.0, max(0.0, step / (ONSET_FULL_DB - ONSET_START_DB)))
        lift = wanted + (lift - wanted) * poles[3]
        lift = lift if lift > 1e-12 else 0.0
        if lift > 0.0:
            gain[i] *= 10.0 ** (amount_db / 20.0 * lift)
    state[0], state[1], state[2] = fast, slow, lift


class Dynamics:
    """Compressor and onset emphasis over two channels, with carried state; both listen K-weighted and move all alike.

    Parameters
    ----------
    sample_rate : int
        Hz.
    threshold_lufs, slope : float
        See ``auralis.dsp.compression``; a slope of 0 leaves the compressor out.
    onset_db : float
        Most an onset is raised by, dB; 0 leaves the emphasis out.
    """

    def __init__(self, sample_rate: int, threshold_lufs: float, slope: float, onset_db: float) -> None:
        self._threshold, self._slope, self._onset_db = threshold_lufs, slope, onset_db
        shelf_and_highpass = k_weighting(sample_rate)
        self._weighting = Cascade(
            np.array([shelf_and_highpass[:5], np.concatenate(([1.0, -2.0, 1.0], shelf_and_highpass[5:]))])
        )
        self._smoothing = exp(-1.0 / (LEVEL_SECONDS * sample_rate))
        # Rise and fall of the quick level, the slow level, and the smoothing of the lift: seconds.
        self._poles = np.array([exp(-1.0 / (seconds * sample_rate)) for seconds in (0.002, 0.020, 0.080, 0.001)])
        self._level = np.zeros(1)
        self._onset = np.zeros(3)

    def apply(self, block: Samples) -> None:
        """Change a block of shape (2, frames) in place."""
        if self._slope <= 0.0 and self._onset_db <= 0.0:
            return
        weighted = block.copy()
        self._weighting.apply(weighted)
        gain = np.ones(block.shape[1])
        if self._slope > 0.0:
            _compress(weighted, self._threshold, self._slope, self._smoothing, self._level, gain)
        if self._onset_db > 0.0:
            _emphasise(weighted, self._onset_db, self._poles, self._onset, gain)
        block *= gain
