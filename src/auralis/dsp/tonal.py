"""Pitch classes: which ones sound, how long they hold, and the key they make."""

import math

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.kernel import kernel

Power = NDArray[np.float32]
Vector = NDArray[np.float64]

LOWEST_HZ, HIGHEST_HZ = 60.0, 5_000.0
STEPS = 10
"""Steps a semitone of the fine chroma, from which the tuning is read."""
PITCH_CLASSES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")

_C_HZ = 440.0 * 2.0 ** (-9 / 12)
_PEAK_SHARE = 3e-5
_NEIGHBOURS = 5
_NEIGHBOUR_SHARE = 0.03
"""A peak counts from 45 dB under the frame's highest on, and from 15 dB under anything within five bins: what is weaker
than that may be a side lobe of the window."""
_CONTRAST = 1.25
_HOLD_SHARE = 0.4
"""A pitch class sounds while what it has over 1.25 times the frame's mean is 0.4 of what the strongest one has."""


@kernel
def _is_peak(row: Power, k: int) -> bool:
    value = row[k]
    if value < row[k - 1] or value <= row[k + 1]:
        return False
    top = value
    for other in range(k - _NEIGHBOURS, k + _NEIGHBOURS + 1):
        top = max(top, row[other])
    return bool(value >= top * _NEIGHBOUR_SHARE)


@kernel
def _refined(row: Power, k: int) -> float:
    """Return the place of a peak between bins, from the ratio of its bin's amplitude to that of its higher neighbour.

    Under a sine window a sine's amplitude d bins away goes with cos(pi d) / (1 - 4 d^2), so the ratio of two neighbours
    is (1 + 2 d) / (3 - 2 d).
    """
    side = 1 if row[k + 1] > row[k - 1] else -1
    ratio = math.sqrt(row[k + side] / row[k])
    return k + side * (3.0 * ratio - 1.0) / (2.0 + 2.0 * ratio)


@kernel
def _add_peaks(row: Power, top: np.float32, first: int, last: int, bin_hz: float, fine: Vector, chroma: Vector) -> None:
    """Add the amplitude of each spectral peak to its step of the fine chroma and to its pitch class."""
    floor = max(top * np.float32(_PEAK_SHARE), np.float32(1e-30))
    steps = 12 * STEPS
    for k in range(first, last):
        if row[k] > floor and _is_peak(row, k):
            place = steps * math.log2(_refined(row, k) * bin_hz / _C_HZ)
            low = math.floor(place)
            amplitude = math.sqrt(row[k])
            fine[low % steps] += amplitude * (1.0 - (place - low))
            fine[(low + 1) % steps] += amplitude * (place - low)
            chroma[math.floor(place / STEPS + 0.5) % 12] += amplitude


@kernel
def _hold(chroma: Vector, runs: Vector, held: Vector) -> None:
    """Go on with, begin or end the run of each pitch class; add the ended ones to ``held``.

    ``runs`` has the length in frames and the summed amplitude of each pitch class's run.
    """
    mean = _CONTRAST * chroma.mean()
    top = chroma.max() - mean
    for pitch in range(12):
        # A pitch class that sounds may weaken for a while: tremolo, the attack of another note.
        needed = _HOLD_SHARE * (0.5 if runs[0, pitch] > 0 else 1.0)
        if top > 0.0 and chroma[pitch] - mean >= needed * top:
            runs[0, pitch] += 1.0
            runs[1, pitch] += chroma[pitch]
        elif runs[0, pitch] > 0.0:
            held[0] += runs[0, pitch] * runs[1, pitch]
            held[1] += runs[1, pitch]
            runs[:, pitch] = 0.0


@kernel
def _listen(
    power: Power, tops: Power, first: int, last: int, bin_hz: float,
    fine: Vector, coarse: Vector, runs: Vector, held: Vector,
) -> None:  # fmt: skip
    chroma = np.empty(12)
    for frame in range(power.shape[0]):
        chroma[:] = 0.0
        _add_peaks(power[frame], tops[frame], first, last, bin_hz, fine, chroma)
        _hold(chroma, runs, held)
        for pitch in range(12):
            coarse[pitch] += chroma[pitch]


class PitchClasses:
    """What pitch classes sound in a signal, from its power spectra.

    Parameters
    ----------
    bin_hz : float
        Distance between the bins of the spectra, Hz.

    Attributes
    ----------
    fine : ndarray, shape (120,)
        Summed amplitude of the spectral peaks per tenth of a semitone of the octave, from C at A = 440 Hz.
    coarse : ndarray, shape (12,)
        The same per semitone of A = 440 Hz.
    held : ndarray, shape (2,)
        Over all runs of pitch classes that have ended: length in frames times amplitude, and amplitude.
    """

    def __init__(self, bin_hz: float) -> None:
        self.fine = np.zeros(12 * STEPS)
        self.coarse = np.zeros(12)
        self.held = np.zeros(2)
        self._bin_hz = bin_hz
        self._runs = np.zeros((2, 12))

    def push(self, power: Power) -> None:
        """Add the next spectra, shape (frames, bins)."""
        first = max(_NEIGHBOURS + 1, math.ceil(LOWEST_HZ / self._bin_hz))
        last = min(power.shape[1] - _NEIGHBOURS - 1, math.floor(HIGHEST_HZ / self._bin_hz))
        tops = power.max(axis=1)
        _listen(power, tops, first, last, self._bin_hz, self.fine, self.coarse, self._runs, self.held)

    def close(self) -> None:
        """End the runs that still go on."""
        self.held += (self._runs[0] * self._runs[1]).sum(), self._runs[1].sum()
        self._runs[:] = 0.0


def tuning_steps(fine: Vector) -> float:
    """Return how far the peaks lie above the semitones of A = 440 Hz, -5..5 tenths of a semitone (circular mean)."""
    turn = np.exp(2j * np.pi * np.arange(STEPS) / STEPS)
    return float(np.angle(fine.reshape(12, STEPS).sum(axis=0) @ turn) * STEPS / (2 * np.pi))


def chroma_vector(fine: Vector) -> Vector:
    """Return the amplitude of each of the 12 pitch classes, C first, in the tuning of the signal itself."""
    shift = STEPS // 2 - round(tuning_steps(fine))
    return np.asarray(np.roll(fine, shift).reshape(12, STEPS).sum(axis=1))


def chroma_concentration(chroma: Vector) -> float:
    """Return how much of the amplitude lies in few pitch classes: the spread of the vector over that of a single one.

    1 for one pitch class, 0.52 for an even triad, 0 for all twelve alike and for nothing.
    """
    total = chroma.sum()
    if total <= 0:
        return 0.0
    share = chroma / total
    return math.sqrt(max(0.0, (float(share @ share) - 1 / 12) / (1 - 1 / 12)))


def hold_ratio(held: Vector, hop_seconds: float) -> float:
    """Return ``1 - exp(-T)``, T how long a pitch class holds on the average in seconds, weighted by amplitude."""
    return 1.0 - math.exp(-hop_seconds * held[0] / held[1]) if held[1] > 0 else 0.0


# How well each step of the scale fits a key, from the tonic: the ratings of Krumhansl and Kessler (1982).
_MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])
_KEY_SHARPNESS = 15.0
_TONAL_CONCENTRATION = 0.12
"""Chroma concentration of music is above this; that of noise is half of it."""


def find_key(chroma: Vector) -> tuple[str, str, float]:
    """Return tonic, mode and confidence of the key whose profile is most like ``chroma``.

    The confidence is the key's share among all 24, each weighted by the exponential of its correlation, and less where
    the chroma is as even as noise makes it; one without contrast gives C major with a confidence of 0.

    References
    ----------
    C. Krumhansl, "Cognitive Foundations of Musical Pitch", 1990 (key finding by correlation with key profiles).
    """
    if chroma.max() <= 0 or chroma.std() <= 1e-9 * chroma.max():
        return PITCH_CLASSES[0], "major", 0.0
    profiles = np.array([np.roll(mode, tonic) for mode in (_MAJOR, _MINOR) for tonic in range(12)])
    likeness = np.array([np.corrcoef(profile, chroma)[0, 1] for profile in profiles])
    best = int(likeness.argmax())
    contrast = min(1.0, chroma_concentration(chroma) / _TONAL_CONCENTRATION) ** 2
    weights = np.exp(_KEY_SHARPNESS * (likeness - likeness[best]))
    return PITCH_CLASSES[best % 12], "major" if best < 12 else "minor", float(contrast / weights.sum())
