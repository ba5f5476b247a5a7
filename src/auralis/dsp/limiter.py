"""A look-ahead true-peak limiter: the bass gives way where the bass is too high, then everything, then what is left."""

from math import exp, pi

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.gain import Delay, GainFollower, Samples, Timing
from auralis.dsp.kernel import kernel
from auralis.dsp.oversampling import interpolation_filter

BASS_SPLIT_HZ = 100.0
BASS_SHARE = 0.4
BASS_FLOOR = 0.6
"""Lowest gain of the bass stage (-4.4 dB); what is over then is left to the next stage."""
MARGIN_DB = 0.08
"""How far under the ceiling the limiter aims; meters with other filters read a few hundredths more."""

# Each hold spans half a period of the lowest tones it meets (24 ms: 21 Hz), so that the gain rests between the crests
# of a steady tone instead of bending its shape.
_BASS = Timing(lookahead_ms=6.0, hold_ms=18.0, release_ms=150.0)
_FIRST = Timing(lookahead_ms=4.0, hold_ms=8.0, release_ms=90.0)
_LAST = Timing(lookahead_ms=1.5, hold_ms=0.0, release_ms=40.0)
_RUN = 64


def detection_filters() -> NDArray[np.float64]:
    """Return what the last stage reads peaks with: eight points a sample, long and short filters, shape (11, 32).

    The long ones are steep, for near the Nyquist frequency noise and clipped sound have their highest peaks. The short
    ones, four points a sample as in the example of BS.1770-5, Annex 2, stand for the meters in use, which let images
    above the Nyquist frequency through and read up to 0.3 dB more there.
    """
    offsets = np.arange(32)[np.newaxis, :] - 15 - np.array([[0.25], [0.5], [0.75]])
    short = np.where(np.abs(offsets) < 6.0, np.sinc(offsets) * (0.5 + 0.5 * np.cos(pi * offsets / 6.0)), 0.0)
    return np.concatenate((interpolation_filter(8, 32, beta=2.5), short))


@kernel
def _raise_to_peaks(row: NDArray[np.float32], phases: NDArray[np.float32], top: NDArray[np.float32]) -> None:
    """Raise ``top`` to the highest magnitude from each sample of a channel up to the next."""
    taps, run = phases.shape[1], top.shape[0]
    line = np.empty(run, np.float32)
    for i in range(run):
        top[i] = max(top[i], abs(row[i + taps // 2 - 1]))
    for p in range(1, phases.shape[0]):
        line[:] = np.float32(0.0)
        # Frames run innermost, taps in eights: a fixed order of additions that still runs as vectors.
        for k in range(0, taps, 8):
            r = row[k : k + run + 7]
            h0, h1, h2, h3 = phases[p, k], phases[p, k + 1], phases[p, k + 2], phases[p, k + 3]
            h4, h5, h6, h7 = phases[p, k + 4], phases[p, k + 5], phases[p, k + 6], phases[p, k + 7]
            for i in range(run):
                line[i] += ((h0 * r[i] + h1 * r[i + 1]) + (h2 * r[i + 2] + h3 * r[i + 3])) + (
                    (h4 * r[i + 4] + h5 * r[i + 5]) + (h6 * r[i + 6] + h7 * r[i + 7])
                )
        for i in range(run):
            top[i] = max(top[i], abs(line[i]))


@kernel
def _interpolated_peaks(x: NDArray[np.float32], phases: NDArray[np.float32], quiet: float, out: Samples) -> None:
    """Write the highest magnitude of both channels from each sample up to the next; 0 where all is surely quiet."""
    channels, taps, frames = x.shape[0], phases.shape[1], out.shape[0]
    for start in range(0, frames, _RUN):
        run = min(_RUN, frames - start)
        loudest = np.float32(0.0)
        for c in range(channels):
            for value in x[c, start : start + run + taps - 1]:
                loudest = max(loudest, abs(value))
        top = np.zeros(run, np.float32)
        if loudest > quiet:
            for c in range(channels):
                _raise_to_peaks(x[c, start : start + run + taps - 1], phases, top)
        out[start : start + run] = top


@kernel
def _peak_need(peaks: Samples, ceiling: float, before: Samples, out: Samples) -> None:
    """Write the gain that keeps the peaks on both sides of each sample under the ceiling."""
    last = before[0]
    for i in range(peaks.shape[0]):
        peak = max(last, peaks[i])
        last = peaks[i]
        out[i] = ceiling / peak if peak > ceiling else 1.0
    before[0] = last


@kernel
def _bass_need(x: Samples, ceiling: float, pole: float, state: Samples, low: Samples, out: Samples) -> None:
    """Split off the low part of both channels, and write how far it must fall for each frame to fit."""
    left, right = state[0], state[1]
    for i in range(x.shape[1]):
        left = x[0, i] + (left - x[0, i]) * pole
        right = x[1, i] + (right - x[1, i]) * pole
        left = left if abs(left) > 1e-30 else 0.0
        right = right if abs(right) > 1e-30 else 0.0
        low[0, i] = left
        low[1, i] = right
        need = 1.0
        for c in range(2):
            height = abs(x[c, i])
            if height > ceiling:
                part = low[c, i] if x[c, i] > 0.0 else -low[c, i]
                # Only what the bass caused is the bass's to give back.
                share = min(1.0, (part / height - BASS_SHARE) / 0.3)
                if share > 0.0:
                    need = min(need, max(1.0 - (1.0 - BASS_FLOOR) * share, 1.0 - (height - ceiling) / part))
        out[i] = need
    state[0] = left
    state[1] = right


class BassStage:
    """A stage that turns down only what lies under ``BASS_SPLIT_HZ``, where that part makes the peaks."""

    def __init__(self, sample_rate: int, ceiling: float) -> None:
        self._ceiling = ceiling
        self._pole = exp(-2.0 * pi * BASS_SPLIT_HZ / sample_rate)
        self._state = np.zeros(2)
        self._follower = GainFollower(_BASS, sample_rate)
        self.latency_frames = self._follower.latency_frames
        self._delay = Delay(2, self.latency_frames)
        self._low_delay = Delay(2, self.latency_frames)

    def apply(self, block: Samples) -> tuple[Samples, Samples]:
        """Return the block late by ``latency_frames`` with its bass held, and the gain of the bass in each frame."""
        low, need = np.empty_like(block), np.empty(block.shape[1])
        _bass_need(block, self._ceiling, self._pole, self._state, low, need)
        gain = self._follower.follow(need)
        return self._delay.push(block) - self._low_delay.push(low) * (1.0 - gain), gain


class PeakStage:
    """A stage that turns down all channels together, to hold the true peak at a ceiling."""

    def __init__(self, sample_rate: int, ceiling: float, timing: Timing, phases: NDArray[np.float64]) -> None:
        taps = phases.shape[1]
        self._phases = phases.astype(np.float32)
        self._quiet = ceiling / (1.001 * float(np.abs(phases).sum(axis=1).max()))
        self._ceiling = ceiling
        self._follower = GainFollower(timing, sample_rate)
        self.latency_frames = self._follower.latency_frames + taps // 2
        self._history = np.zeros((2, taps - 1), np.float32)
        self._delay = Delay(2, self.latency_frames)
        self._before = np.zeros(1)

    def apply(self, block: Samples) -> tuple[Samples, Samples]:
        """Return the block late by ``latency_frames`` and limited, and the gain of each frame."""
        frames = block.shape[1]
        joined = np.concatenate((self._history, block.astype(np.float32)), axis=1)
        self._history = joined[:, frames:].copy()
        peaks = np.empty(frames)
        _interpolated_peaks(joined, self._phases, self._quiet, peaks)
        _peak_need(peaks, self._ceiling, self._before, peaks)
        gain = self._follower.follow(peaks)
        return self._delay.push(block) * gain, gain


class Limiter:
    """The whole limiter for two channels, with carried state.

    One stage alone would miss the ceiling, because a gain that moves makes new peaks: the last stage takes what the
    first has left, a fraction of a dB, with eight points a sample.

    Parameters
    ----------
    sample_rate : int
        Hz.
    ceiling_dbtp : float
        Highest true peak that may come out, dBTP.

    Attributes
    ----------
    latency_frames : int
        Frames by which the output is late.
    """

    def __init__(self, sample_rate: int, ceiling_dbtp: float) -> None:
        ceiling = 10.0 ** ((ceiling_dbtp - MARGIN_DB) / 20.0)
        self._bass = BassStage(sample_rate, ceiling)
        self._first = PeakStage(sample_rate, ceiling, _FIRST, interpolation_filter(4, 16))
        self._last = PeakStage(sample_rate, ceiling, _LAST, detection_filters())
        self._late_bass = Delay(1, self._first.latency_frames + self._last.latency_frames, 1.0)
        self._late_first = Delay(1, self._last.latency_frames, 1.0)
        self.latency_frames = self._bass.latency_frames + self._first.latency_frames + self._last.latency_frames

    def apply(self, block: Samples) -> tuple[Samples, Samples, Samples]:
        """Limit a block of shape (2, frames).

        Returns
        -------
        limited : shape (2, frames)
            The signal, late by ``latency_frames``.
        gain, bass_gain : shape (frames,)
            What was applied to each of these frames, linear: to everything, and to the bass alone.
        """
        held, bass_gain = self._bass.apply(block)
        first, first_gain = self._first.apply(held)
        last, last_gain = self._last.apply(first)
        gain = self._late_first.push(first_gain[np.newaxis])[0] * last_gain
        return last, gain, self._late_bass.push(bass_gain[np.newaxis])[0]
