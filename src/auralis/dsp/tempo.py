"""Tempo: the dominant pulse of an onset curve, how regular it is, and where its beats lie."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.kernel import kernel

Vector = NDArray[np.float64]

WINDOW = 1024
"""Values of the curve looked at together: 11.9 s."""
STEP = 512
_BEGINNING_SECONDS = 40.0
LAGS = 700
"""Longest period looked at: 8.1 s, two bars of the slowest music."""
PARTS = 32
SLOWEST_BPM, FASTEST_BPM = 30.0, 300.0

ONSET_RISE = 0.25
"""An onset rises this much (mean over bands, in bels) above the curve's mean around it."""
_ONSET_APART = 3
_MEAN_REACH = 22

_SMOOTHING = np.array([1, 8, 28, 56, 70, 56, 28, 8, 1]) / 256
_BEATS = np.arange(1, 5)
_GRID_BPM = SLOWEST_BPM * 2.0 ** (np.arange(0, math.log2(FASTEST_BPM / SLOWEST_BPM) * 96 + 1) / 96)
_PREFERRED_BPM, _RELUCTANCE = 131.0, 0.12
"""The octave rule: a tempo scores the mean autocorrelation of the onset curve one to four beats apart, less 0.12 times
the square of its distance from 131 BPM in octaves. So of a pulse and its multiples, which all repeat alike, the one
nearest to 131 BPM is the tempo, unless the others repeat clearly better. Both figures were fitted to rendered music."""
_APART = 0.04
_LEAST_WEIGHT = 0.1
"""Of a whole window: lags over which less overlaps count in part only."""
_UNHEARD_BPM = 120.0


@dataclass(frozen=True, slots=True)
class Tempo:
    """What was found.

    ``bpm`` and the runner-up ``alternative_bpm``; ``margin``, how far the runner-up scores behind; ``stability``, the
    mean autocorrelation at whole numbers of beats up to 8 s apart, 0..1; and the time of the first beat.
    """

    bpm: float
    alternative_bpm: float
    margin: float
    stability: float
    offset_seconds: float


def _local_mean(curve: Vector, reach: int) -> Vector:
    padded = np.concatenate((np.full(reach + 1, curve[0]), curve, np.full(reach, curve[-1])))
    sums = np.cumsum(padded)
    return np.asarray((sums[2 * reach + 1 :] - sums[: -2 * reach - 1]) / (2 * reach + 1))


@kernel
def _high_points(curve: Vector, mean: Vector, found: NDArray[np.int64]) -> int:
    """Write the places of the points that are the highest around and stand out of the mean; return how many."""
    count = 0
    for n in range(curve.size):
        value = curve[n]
        highest = value > mean[n] + ONSET_RISE
        for other in range(max(0, n - _ONSET_APART), n):
            highest = highest and value > curve[other]
        for other in range(n + 1, min(curve.size, n + _ONSET_APART + 1)):
            highest = highest and value >= curve[other]
        if highest:
            found[count] = n
            count += 1
    return count


def find_onsets(curve: Vector) -> NDArray[np.int64]:
    """Return the indices of the onsets in a curve of `OnsetCurve`: its highest points within ±35 ms that stand out."""
    if not curve.size:
        return np.zeros(0, np.int64)
    found = np.empty(curve.size, np.int64)
    return found[: _high_points(curve, _local_mean(curve, _MEAN_REACH), found)]


def _at(correlation: Vector, lags: Vector) -> Vector:
    return np.interp(lags, np.arange(LAGS), correlation)


def _scores(correlation: Vector, rate_hz: float) -> Vector:
    """Return how well each tempo of the grid does by the octave rule."""
    periods = 60.0 * rate_hz / _GRID_BPM
    repeats = _at(correlation, np.minimum(np.outer(_BEATS, periods), LAGS - 1.0)).mean(axis=0)
    return np.asarray(repeats - _RELUCTANCE * np.log2(_GRID_BPM / _PREFERRED_BPM) ** 2)


def _refined(correlation: Vector, rate_hz: float, bpm: float) -> tuple[float, float]:
    """Return the tempo near ``bpm`` whose beats repeat best over all lags, and its mean autocorrelation there."""
    near = bpm * (1.0 + np.arange(-60, 61) * 0.00025)
    periods = 60.0 * rate_hz / near
    beats = np.arange(1, max(2, int(LAGS / periods.max()) + 1))
    lags = np.outer(beats, periods)
    repeats = _at(correlation, np.minimum(lags, LAGS - 1.0)).mean(axis=0)
    best = int(repeats.argmax())
    around = np.max([_at(correlation, lags[:, best] + shift) for shift in (-1.0, -0.5, 0.0, 0.5, 1.0)], axis=0)
    return float(near[best]), float(np.clip(around.mean(), 0.0, 1.0))


def _first_beat(curve: Vector, rate_hz: float, bpm: float) -> float:
    """Return the time of the first beat, in seconds: the phase at which the beats gather most of the curve."""
    period = 60.0 * rate_hz / bpm
    count = int(curve.size / period)
    if count < 1 or curve.max() <= 0:
        return 0.0
    rises = np.convolve(np.maximum(0.0, curve - _local_mean(curve, _MEAN_REACH)), _SMOOTHING, "same")
    phases = np.arange(0, period, 0.25)
    grid = phases[:, np.newaxis] + np.arange(count) * period
    return float(phases[np.interp(grid, np.arange(curve.size), rises).sum(axis=1).argmax()] / rate_hz)


def _autocorrelation(curve: Vector) -> Vector:
    """Return the autocorrelation of what stands out of a curve, shape (LAGS,): 1 at lag 0, or all zeros.

    It is biased: at each lag over the whole length, not over what overlaps.
    """
    rises = np.convolve(np.maximum(0.0, curve - _local_mean(curve, _MEAN_REACH)), _SMOOTHING, "same")
    rises -= rises.mean()
    result = np.fft.irfft(np.abs(np.fft.rfft(rises, 2 * WINDOW)) ** 2)[:LAGS]
    return np.asarray(result / result[0] if result[0] > 1e-9 else np.zeros(LAGS))


class TempoTracker:
    """The tempo of a signal from its onset curve, in constant memory: autocorrelations of windows of 12 s, averaged.

    Parameters
    ----------
    rate_hz : float
        Values of the curve per second.

    Attributes
    ----------
    onsets : int
        Onsets so far.
    """

    def __init__(self, rate_hz: float) -> None:
        self.onsets = 0
        self._rate = rate_hz
        self._curve = np.zeros(0)
        self._beginning = np.zeros(0)
        self._position = 0
        self._counted = 0
        self._parts = np.zeros((PARTS, LAGS))
        self._weights = np.zeros((PARTS, LAGS))
        self._windows = 0
        self._joined = 1

    def push(self, curve: Vector) -> None:
        """Add the next values of the curve, shape (values,)."""
        wanted = max(0, round(_BEGINNING_SECONDS * self._rate) - self._beginning.size)
        self._beginning = np.concatenate((self._beginning, curve[:wanted]))
        self._curve = np.concatenate((self._curve, curve))
        while self._curve.size >= WINDOW:
            self._look(self._curve[:WINDOW], self._position + WINDOW - STEP // 2)
            self._curve = self._curve[STEP:]
            self._position += STEP

    def close(self) -> None:
        """Look at what is left at the end of the signal, or of a stretch of it: what comes next begins anew."""
        self._look(self._curve, self._position + self._curve.size)
        self._position += self._curve.size
        self._curve = np.zeros(0)

    def _look(self, curve: Vector, certain: int) -> None:
        """Count the onsets before index ``certain`` of the signal, and add the window's autocorrelation."""
        found = find_onsets(curve) + self._position
        self.onsets += int(np.count_nonzero((found >= self._counted) & (found < certain)))
        self._counted = certain
        if curve.size < WINDOW // 4:
            return
        if self._windows // self._joined >= PARTS:
            self._parts[: PARTS // 2] = self._parts[0::2] + self._parts[1::2]
            self._weights[: PARTS // 2] = self._weights[0::2] + self._weights[1::2]
            self._parts[PARTS // 2 :] = 0.0
            self._weights[PARTS // 2 :] = 0.0
            self._joined *= 2
        part = self._windows // self._joined
        self._windows += 1
        correlation = _autocorrelation(curve)
        if correlation[0] > 0:
            share = curve.size / WINDOW
            self._parts[part] += correlation * share
            self._weights[part] += np.maximum(0.0, 1.0 - np.arange(LAGS) / curve.size) * share

    def result(self) -> Tempo:
        """Return the tempo of what was heard; 120 BPM with a stability of 0 if no pulse was."""
        weight = self._weights.sum(axis=0)
        if weight[0] <= 0:
            return Tempo(_UNHEARD_BPM, _UNHEARD_BPM / 2, 0.0, 0.0, 0.0)
        correlation = self._parts.sum(axis=0) / np.maximum(weight, _LEAST_WEIGHT)
        scores = _scores(correlation, self._rate)
        best = int(scores.argmax())
        rising = np.concatenate(([True], scores[1:] > scores[:-1]))
        falling = np.concatenate((scores[:-1] >= scores[1:], [True]))
        others = rising & falling & (np.abs(np.log2(_GRID_BPM / _GRID_BPM[best])) > _APART)
        other = int(np.where(others, scores, -np.inf).argmax())
        bpm, stability = _refined(correlation, self._rate, _GRID_BPM[best])
        alternative, _ = _refined(correlation, self._rate, _GRID_BPM[other])
        return Tempo(
            bpm=float(np.clip(bpm, SLOWEST_BPM, FASTEST_BPM)),
            alternative_bpm=float(np.clip(alternative, SLOWEST_BPM, FASTEST_BPM)),
            margin=float(scores[best] - scores[other]),
            stability=stability,
            offset_seconds=_first_beat(self._beginning, self._rate, bpm),
        )

    def part_stabilities(self, bpm: float) -> Vector:
        """Return how well beats of ``bpm`` repeat within each part of the signal, shape (parts,)."""
        heard = self._weights[:, 0] > 0
        parts = self._parts[heard] / np.maximum(self._weights[heard], _LEAST_WEIGHT)
        return np.array([_refined(part, self._rate, bpm)[1] for part in parts])
