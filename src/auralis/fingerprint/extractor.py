"""The extractor: samples in, in blocks of any size; a fingerprint out. See README.md for its flow."""

import copy

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.edges import Edges
from auralis.dsp.fold import fold
from auralis.dsp.levels import COLUMNS as TICK_COLUMNS
from auralis.dsp.levels import (
    CROSS,
    FRAMES,
    LEFT,
    LEFT_SUM,
    PEAK,
    POWER,
    RIGHT,
    RIGHT_SUM,
    SIDE,
    WEIGHTED,
    LevelMeter,
)
from auralis.dsp.loudness import LoudnessStatistics
from auralis.dsp.onsets import OnsetCurve
from auralis.dsp.tempo import TempoTracker
from auralis.dsp.truepeak import TruePeakMeter
from auralis.dsp.waveform import Outline
from auralis.fingerprint import ledger
from auralis.fingerprint.ledger import Ledger, pair_energies
from auralis.fingerprint.results import Measured, fingerprint_of
from auralis.fingerprint.spectral import SpectralMeasures
from auralis.model.errors import MediaError
from auralis.model.fingerprint import Fingerprint

Samples = NDArray[np.float32]

LOUDEST = np.float32(2.0**20)
"""No recording is 120 dB over full scale; what claims to be is broken, as NaN and infinity are."""


class Extractor:
    """Measures a signal as it comes, in constant memory: a block of about 1.5 s and the sums so far.

    The signal is cut into the same blocks whatever the sizes it is pushed in, so the result is the same bit for bit.

    Parameters
    ----------
    sample_rate : int
        Hz.
    channels : int
        1 and 2 are mono and stereo; more are in FFmpeg's order. Loudness and peaks are those of all channels, all else
        is measured on the pair they fold down to.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        if sample_rate < 1 or channels < 1:
            raise ValueError(f"no audio has {channels} channels at {sample_rate} Hz")
        width = min(channels, 2)
        self._sample_rate, self._channels = sample_rate, channels
        self._levels = LevelMeter(sample_rate, channels)
        self._pair_levels = LevelMeter(sample_rate, width) if channels > width else None
        self._loudness = LoudnessStatistics()
        self._true_peak = TruePeakMeter(sample_rate, channels)
        self._outline = Outline(channels)
        self._edges = Edges()
        self._spectral = SpectralMeasures(sample_rate, width)
        self._onset_curve = OnsetCurve(sample_rate)
        self._tempo = TempoTracker(self._onset_curve.rate_hz)
        self._ledger = Ledger()
        self._buffer = np.zeros((channels, self._spectral.spectrum.block), np.float32)
        self._filled = 0
        self._frames = self._onsets = self._leaps = 0
        self._sample_peak = 0.0

    def push(self, samples: Samples) -> None:
        """Measure the next samples.

        Parameters
        ----------
        samples : ndarray of float32, shape (channels, frames)

        Raises
        ------
        MediaError
            ``INVALID_AUDIO`` if a sample is NaN, infinite or absurdly high.
        ValueError
            If the shape does not fit.
        """
        if samples.ndim != 2 or len(samples) != self._channels:
            raise ValueError(f"samples of shape {samples.shape} where {self._channels} channels are due")
        size = self._buffer.shape[1]
        start = 0
        while start < samples.shape[1]:
            count = min(size - self._filled, samples.shape[1] - start)
            self._buffer[:, self._filled : self._filled + count] = samples[:, start : start + count]
            self._filled += count
            start += count
            if self._filled == size:
                self._measure(self._buffer, last=False)
                self._filled = 0

    @property
    def block(self) -> int:
        """Frames that are measured together."""
        return self._buffer.shape[1]

    def leap(self) -> None:
        """Take what comes next for another part of the signal: no beat lies across the gap."""
        self._tempo.close()
        self._leaps += 1

    def finish(self, of_seconds: float | None = None) -> Fingerprint:
        """Return the fingerprint of all that was pushed; the extractor is then used up.

        Parameters
        ----------
        of_seconds
            Length of the signal that it was a part of; None if it was the whole.
        """
        self._measure(np.ascontiguousarray(self._buffer[:, : self._filled]), last=True)
        self._true_peak.close()
        return fingerprint_of(
            Measured(
                self._sample_rate, self._channels, self._frames, self._ledger, self._loudness, self._spectral,
                self._tempo, self._outline, self._edges, self._sample_peak, self._true_peak.peak,
                of_seconds, self._leaps > 1,
            )
        )  # fmt: skip

    def estimate(self, of_seconds: float | None = None) -> Fingerprint:
        """Return what `finish` would, and leave the extractor as it is: for an estimate while sound still comes."""
        return copy.deepcopy(self).finish(of_seconds)

    def _measure(self, samples: Samples, *, last: bool) -> None:
        """Measure one block, or the shorter last one."""
        # Comparisons with NaN are false, so one pair of them finds NaN, infinity and absurd levels alike.
        if samples.size and not (samples.max() < LOUDEST and samples.min() > -LOUDEST):
            raise MediaError("The audio holds values that are no sound (NaN or infinity).", code="INVALID_AUDIO")
        pair = fold(samples)
        row = np.zeros(ledger.COLUMNS)
        self._measure_levels(samples, pair, row, last=last)
        self._spectral.push(pair, row, last=last)
        left, right, cross, side = pair_energies(row)
        self._tempo.push(self._onset_curve.push(pair, side=side > left + right + 2.0 * cross))
        if last:
            self._tempo.close()
        row[ledger.ONSETS] = self._tempo.onsets - self._onsets
        self._onsets = self._tempo.onsets
        self._ledger.add(row)
        self._frames += samples.shape[1]

    def _measure_levels(self, samples: Samples, pair: Samples, row: NDArray[np.float64], *, last: bool) -> None:
        ticks = self._levels.push(samples)
        rest = self._levels.rest() if last else ticks[:0]
        self._loudness.add(ticks)
        if last:
            self._loudness.close(rest)
        self._true_peak.push(samples)
        self._outline.push(samples)
        ticks = np.concatenate((ticks, rest))
        self._edges.push(ticks[:, PEAK], ticks[:, FRAMES])
        of_pair = ticks
        if self._pair_levels is not None:
            of_pair = np.concatenate(
                (self._pair_levels.push(pair), self._pair_levels.rest() if last else np.zeros((0, TICK_COLUMNS)))
            )
        sums, pair_sums = ticks.sum(axis=0), of_pair.sum(axis=0)
        top = float(ticks[:, PEAK].max(initial=0.0))
        self._sample_peak = max(self._sample_peak, top)
        row[[ledger.FRAMES, ledger.WEIGHTED, ledger.POWER]] = sums[[FRAMES, WEIGHTED, POWER]]
        row[ledger.TOP] = top * sums[FRAMES]
        row[[ledger.LEFT, ledger.RIGHT, ledger.CROSS, ledger.SIDE]] = pair_sums[[LEFT, RIGHT, CROSS, SIDE]]
        row[[ledger.LEFT_SUM, ledger.RIGHT_SUM]] = pair_sums[[LEFT_SUM, RIGHT_SUM]]


def extract(samples: Samples, sample_rate: int) -> Fingerprint:
    """Return the fingerprint of whole ``samples``, shape (channels, frames).

    Raises
    ------
    MediaError
        ``INVALID_AUDIO`` if a sample is NaN, infinite or absurdly high.
    """
    extractor = Extractor(sample_rate, samples.shape[0])
    extractor.push(samples)
    return extractor.finish()
