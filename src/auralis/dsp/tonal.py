"""Pitch classes: which ones sound, how long they hold, and the key they make."""

import math

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.highest import highest
from auralis.dsp.kernel import kernel

Power = NDArray[np.float32]
Vector = NDArray[np.float64]
Places = NDArray[np.int64]

LOWEST_HZ, HIGHEST_HZ = 60.0, 5_000.0
BASS_HZ = 130.0
"""What sounds under this is the bass, whose notes tell the roots of chords."""
STEPS = 10
"""Steps a semitone of the fine chroma, from which the tuning is read."""
PITCH_CLASSES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")

_C_HZ = 440.0 * 2.0 ** (-9 / 12)
_LOWEST_C_HZ = _C_HZ / 32
"""Steps are counted from here, so that none is negative."""
_STEPS_PER_LOG = 12 * STEPS / math.log(2.0)
_PEAK_SHARE = 0.0055
_NEIGHBOURS = 5
_NEIGHBOUR_SHARE = 0.173
"""A peak counts from 45 dB under the frame's highest on, and from 15 dB under anything within five bins: what is weaker
than that may be a side lobe of the window."""
_CONTRAST = 1.25
_HOLD_SHARE = 0.4
"""A pitch class sounds while what it has over 1.25 times the frame's mean is 0.4 of what the strongest one has."""


@kernel
def _find_peaks(line: Power, first: int, last: int, floor: np.float32, tops: Power, peaks: Places) -> int:
    """Write the bins from ``first`` to before ``last`` that are peaks of amplitudes ``line``; return how many.

    ``tops`` is room for what is highest within five bins of each: the maxima of 2, 4, 8 and then 11 bins from the first
    of them on. No branches, so that all of it compiles to vector instructions.
    """
    size, before = last - first, first - _NEIGHBOURS
    if size <= 0:
        return 0
    for i in range(size + 9):
        tops[i] = max(line[before + i], line[before + i + 1])
    for i in range(size + 7):
        tops[i] = max(tops[i], tops[i + 2])
    for i in range(size + 3):
        tops[i] = max(tops[i], tops[i + 4])
    for i in range(size):
        tops[i] = max(tops[i], tops[i + 3])
    count = 0
    for i in range(size):
        k = first + i
        value = line[k]
        peaks[count] = k
        count += int(
            (value > floor)
            & (value >= line[k - 1])
            & (value > line[k + 1])
            & (value >= np.float32(_NEIGHBOUR_SHARE) * tops[i])
        )
    return count


@kernel
def _between_bins(line: Power, k: int) -> float:
    """Return how far from bin ``k`` its peak lies, from the ratio of its amplitude to that of its higher neighbour.

    Under a sine window a sine's amplitude d bins away goes with cos(pi d) / (1 - 4 d^2), so the ratio of two neighbours
    is (1 + 2 d) / (3 - 2 d).
    """
    side = 1 if line[k + 1] > line[k - 1] else -1
    ratio = line[k + side] / line[k]
    return float(side * (3.0 * ratio - 1.0) / (2.0 + 2.0 * ratio))


@kernel
def _add_peaks(
    line: Power, peaks: Places, bin_hz: float, steps_of: Vector, fine: Vector, bass: Vector, chroma: Vector
) -> None:
    """Add the amplitude of each peak to its step of the fine chroma, or of the bass, and to its pitch class."""
    for k in peaks:
        between = _between_bins(line, k)
        # The logarithm of 1 + x to the fourth power: exact to a hundredth of a step from bin 6 on.
        x = between / k
        place = steps_of[k] + _STEPS_PER_LOG * x * (1.0 - x * (0.5 - x * (1.0 / 3.0 - x * 0.25)))
        low = int(place)
        share = place - low
        amplitude = line[k]
        target = bass if (k + between) * bin_hz < BASS_HZ else fine
        target[low % (12 * STEPS)] += amplitude * (1.0 - share)
        target[(low + 1) % (12 * STEPS)] += amplitude * share
        chroma[int(place / STEPS + 0.5) % 12] += amplitude


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
    power: Power, first: int, last: int, bin_hz: float, steps_of: Vector,
    fine: Vector, shares: Vector, bass_shares: Vector, coarse: Vector, runs: Vector, held: Vector,
) -> None:  # fmt: skip
    bins = last + _NEIGHBOURS + 1
    line, tops, peaks = np.zeros(bins, np.float32), np.empty(bins, np.float32), np.empty(bins, np.int64)
    chroma, high, low = np.empty(12), np.empty(12 * STEPS), np.empty(12 * STEPS)
    for frame in range(power.shape[0]):
        for k in range(first - _NEIGHBOURS, bins):
            line[k] = np.sqrt(power[frame, k])
        chroma[:] = 0.0
        high[:] = 0.0
        low[:] = 0.0
        floor = max(np.float32(_PEAK_SHARE) * np.sqrt(highest(power[frame])), np.float32(1e-15))
        count = _find_peaks(line, first, last, floor, tops, peaks)
        _add_peaks(line, peaks[:count], bin_hz, steps_of, high, low, chroma)
        _hold(chroma, runs, held)
        total = 0.0
        for pitch in range(12):
            coarse[pitch] += chroma[pitch]
            total += chroma[pitch]
        share = 1.0 / max(total, 1e-30)
        for step in range(12 * STEPS):
            both = high[step] + low[step]
            fine[step] += both
            shares[step] += share * both
            bass_shares[step] += share * low[step]


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
    shares, bass_shares : ndarray, shape (120,)
        The same as shares of each spectrum's own sum, so that loud and soft passages count alike: of all peaks, and of
        those in the bass.
    coarse : ndarray, shape (12,)
        The same per semitone of A = 440 Hz.
    held : ndarray, shape (2,)
        Over all runs of pitch classes that have ended: length in frames times amplitude, and amplitude.
    """

    def __init__(self, bin_hz: float) -> None:
        self.fine = np.zeros(12 * STEPS)
        self.shares = np.zeros(12 * STEPS)
        self.bass_shares = np.zeros(12 * STEPS)
        self.coarse = np.zeros(12)
        self.held = np.zeros(2)
        self._bin_hz = bin_hz
        self._steps_of = np.zeros(0)
        self._runs = np.zeros((2, 12))

    def push(self, power: Power) -> None:
        """Add the next spectra, shape (frames, bins)."""
        first = max(_NEIGHBOURS + 1, math.ceil(LOWEST_HZ / self._bin_hz))
        last = min(power.shape[1] - _NEIGHBOURS - 1, math.floor(HIGHEST_HZ / self._bin_hz))
        if self._steps_of.size != power.shape[1]:
            self._steps_of = (
                12 * STEPS * np.log2(np.maximum(1.0, np.arange(power.shape[1])) * self._bin_hz / _LOWEST_C_HZ)
            )
        _listen(
            power, first, last, self._bin_hz, self._steps_of,
            self.fine, self.shares, self.bass_shares, self.coarse, self._runs, self.held,
        )  # fmt: skip

    def close(self) -> None:
        """End the runs that still go on."""
        self.held += (self._runs[0] * self._runs[1]).sum(), self._runs[1].sum()
        self._runs[:] = 0.0


def tuning_steps(fine: Vector) -> float:
    """Return how far the peaks lie above the semitones of A = 440 Hz, -5..5 tenths of a semitone (circular mean)."""
    turn = np.exp(2j * np.pi * np.arange(STEPS) / STEPS)
    return float(np.angle(fine.reshape(12, STEPS).sum(axis=0) @ turn) * STEPS / (2 * np.pi))


def chroma_vector(fine: Vector, tuning: float | None = None) -> Vector:
    """Return the amplitude of each of the 12 pitch classes, C first, in a tuning, or in that of ``fine`` itself."""
    shift = STEPS // 2 - round(tuning_steps(fine) if tuning is None else tuning)
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


# How much each step of the scale, from the tonic, belongs to a key: the ratings of Krumhansl and Kessler (1982), and
# how often it is played, by Albrecht and Shanahan (2013).
_RATED = np.array(
    [
        [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
        [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
    ]
)
_PLAYED = np.array(
    [
        [0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081],
        [0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052],
    ]
)
_ROOT_WEIGHT, _FIFTH_SHARE = 0.4, 0.3
"""What the bass adds to the likeness of a key: its share on the tonic, and a part of that on the fifth above."""
_LEAST_BASS = 0.1
"""Of all that sounds: a bass that has less tells as much less."""
_KEY_SHARPNESS = 15.0
_TONAL_CONCENTRATION = 0.12
"""Chroma concentration of music is above this; that of noise is half of it."""


def find_key(chroma: Vector, bass: Vector) -> tuple[str, str, float]:
    """Return tonic, mode and confidence of the key that fits ``chroma`` best, and whose tonic the bass dwells on.

    A key's profile is the mean of the two above, each with mean 0 and deviation 1; its likeness is the correlation of
    profile and chroma, and what the bass adds, by which a key is told from its relative, whose scale is the same.

    The confidence is the key's share among all 24, each weighted by the exponential of its likeness, and less where the
    chroma is as even as noise makes it; one without contrast gives C major with a confidence of 0.

    Parameters
    ----------
    chroma, bass : ndarray, shape (12,)
        What each pitch class has of all that sounds, and of that in the bass, in the same unit.

    References
    ----------
    C. Krumhansl, "Cognitive Foundations of Musical Pitch", 1990 (key finding by correlation with key profiles).
    J. Albrecht and D. Shanahan, "The use of large corpora to train a new type of key-finding algorithm", Music
    Perception 31 (2013).
    """
    if chroma.max() <= 0 or chroma.std() <= 1e-9 * chroma.max():
        return PITCH_CLASSES[0], "major", 0.0
    modes = _even(_RATED) + _even(_PLAYED)
    profiles = np.array([np.roll(mode, tonic) for mode in modes for tonic in range(12)])
    likeness = _even(profiles) @ _even(chroma) / 12
    roots = bass / max(bass.sum(), _LEAST_BASS * chroma.sum())
    likeness += _ROOT_WEIGHT * np.tile(roots + _FIFTH_SHARE * np.roll(roots, -7), 2)
    best = int(likeness.argmax())
    contrast = min(1.0, chroma_concentration(chroma) / _TONAL_CONCENTRATION) ** 2
    weights = np.exp(_KEY_SHARPNESS * (likeness - likeness[best]))
    return PITCH_CLASSES[best % 12], "major" if best < 12 else "minor", float(contrast / weights.sum())


def _even(rows: Vector) -> Vector:
    """Return rows with mean 0 and standard deviation 1."""
    return np.asarray((rows - rows.mean(axis=-1, keepdims=True)) / rows.std(axis=-1, keepdims=True))
