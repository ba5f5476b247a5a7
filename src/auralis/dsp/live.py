"""What a meter beside the player shows: levels, loudness, peaks, correlation and spectrum, twenty times a second."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.fourier import transform_real
from auralis.dsp.kweighting import OFFSET_LU
from auralis.dsp.levels import CROSS, FRAMES, LEFT, RIGHT, WEIGHTED, LevelMeter
from auralis.dsp.spectrum import band_weights
from auralis.dsp.truepeak import SILENCE_DB, TruePeakMeter
from auralis.model.fingerprint import SILENCE_LUFS
from auralis.model.meters import BANDS_HZ, READINGS_PER_SECOND

Samples = NDArray[np.float32]
Column = NDArray[np.float32]

_TICKS = 100 // READINGS_PER_SECOND
_MOMENTARY_TICKS, _SHORT_TERM_TICKS = 40, 300
_SPECTRUM_SECONDS = 0.17
_BATCH = 16


@dataclass(frozen=True, slots=True)
class LiveLevels:
    """Readings of one stretch, one row for each twentieth of a second; each says how things stand at its end.

    Attributes
    ----------
    momentary_lufs, short_term_lufs : ndarray, shape (readings,)
        BS.1770 over the last 0.4 s and 3 s; what lies before the sound counts as silence.
    true_peak_dbtp : ndarray, shape (readings,)
        Highest of both channels within the reading.
    rms_db, peak_db : ndarray, shape (readings, 2)
        Of each channel within the reading; a sine of full scale has an RMS of -3.
    correlation : ndarray, shape (readings,)
        Of left and right over the last 0.4 s, -1..1; NaN in silence.
    spectrum_db : ndarray, shape (readings, 31)
        Third-octave bands over the last 0.2 s, mean of both channels; a sine of full scale has 0.
    reduction_db, bass_reduction_db : ndarray, shape (readings,)
        The most that the limiter took within the reading: from everything, and from the bass alone.
    """

    momentary_lufs: Column
    short_term_lufs: Column
    true_peak_dbtp: Column
    rms_db: Column
    peak_db: Column
    correlation: Column
    spectrum_db: Column
    reduction_db: Column
    bass_reduction_db: Column

    def __len__(self) -> int:
        """Count the readings."""
        return len(self.momentary_lufs)

    @property
    def nbytes(self) -> int:
        """Memory held."""
        return sum(getattr(self, name).nbytes for name in self.__slots__)


def measure_live(samples: Samples, sample_rate: int, lead: int, reduction: NDArray[Any] | None = None) -> LiveLevels:
    """Measure two channels as a live meter would.

    Parameters
    ----------
    samples : ndarray of float32, shape (2, lead + frames)
    sample_rate : int
        Hz.
    lead : int
        Frames before the first reading, whole seconds of them; `LEAD_SECONDS` unless the sound begins later.
    reduction : ndarray, shape (readings, 2)
        What the limiter took, from everything and from the bass, dB; none where there was none.
    """
    frames = samples.shape[1] - lead
    edges = reading_edges(frames, sample_rate)
    count = len(edges) - 1
    body = samples[:, lead:]
    energies = _running(LevelMeter(sample_rate, 2).push(np.ascontiguousarray(samples)))
    ends = np.minimum(lead * 100 // sample_rate + _TICKS * np.arange(1, count + 1), len(energies) - 1)
    momentary = _window(energies, ends, _MOMENTARY_TICKS)
    peaks = _decibels(np.square(np.maximum.reduceat(np.abs(body), edges[:-1], axis=1).T, dtype=np.float64))
    taken = np.zeros((count, 2), np.float32)
    if reduction is not None:
        taken[: len(reduction)] = reduction[:count]
    return LiveLevels(
        _lufs(momentary[:, WEIGHTED], _MOMENTARY_TICKS * sample_rate / 100),
        _lufs(_window(energies, ends, _SHORT_TERM_TICKS)[:, WEIGHTED], _SHORT_TERM_TICKS * sample_rate / 100),
        # The meter reads in runs, so that a peak near the end may come one reading late.
        np.maximum(_true_peaks(body, sample_rate, edges), peaks.max(axis=1)),
        _decibels(np.add.reduceat(np.square(body, dtype=np.float64), edges[:-1], axis=1).T / np.diff(edges)[:, None]),
        peaks,
        _correlation(momentary),
        _spectra(samples, sample_rate, lead + edges[1:]),
        taken[:, 0],
        taken[:, 1],
    )


def reading_edges(frames: int, sample_rate: int) -> NDArray[np.int64]:
    """Return the first frame of each reading of a stretch, and the frame after the last one."""
    count = -(-frames * READINGS_PER_SECOND // sample_rate)
    return np.minimum(np.arange(count + 1) * sample_rate // READINGS_PER_SECOND, frames)


def _running(ticks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sums of all ticks before each, and of all, so that windows are differences."""
    return np.concatenate((np.zeros((1, ticks.shape[1])), np.cumsum(ticks, axis=0)))


def _window(sums: NDArray[np.float64], ends: NDArray[np.int64], ticks: int) -> NDArray[np.float64]:
    return np.asarray(sums[ends] - sums[np.maximum(0, ends - ticks)])


def _lufs(weighted: NDArray[np.float64], frames: float) -> Column:
    mean_square = np.maximum(weighted / frames, 1e-30)
    return np.maximum(OFFSET_LU + 10.0 * np.log10(mean_square), SILENCE_LUFS).astype(np.float32)


def _decibels(power: NDArray[np.float64]) -> Column:
    return np.maximum(10.0 * np.log10(np.maximum(power, 1e-30)), SILENCE_DB).astype(np.float32)


def _correlation(window: NDArray[np.float64]) -> Column:
    together = np.sqrt(np.maximum(window[:, LEFT] * window[:, RIGHT], 0.0))
    quiet = together < 1e-12 * np.maximum(window[:, FRAMES], 1.0)
    ratio = window[:, CROSS] / np.where(quiet, 1.0, together)
    return np.where(quiet, np.nan, np.clip(ratio, -1.0, 1.0)).astype(np.float32)


def _true_peaks(body: Samples, sample_rate: int, edges: NDArray[np.int64]) -> Column:
    meter = TruePeakMeter(sample_rate, 2)
    peaks = np.empty(len(edges) - 1, np.float32)
    for n in range(len(peaks)):
        meter.peak = 0.0
        meter.push(body[:, edges[n] : edges[n + 1]])
        if n == len(peaks) - 1:
            meter.close()
        peaks[n] = meter.peak_dbtp
    return peaks


def _spectra(samples: Samples, sample_rate: int, ends: NDArray[np.int64]) -> Column:
    """Return third-octave levels of the sound up to each of ``ends``, under a Hann window."""
    size = 1 << round(np.log2(_SPECTRUM_SECONDS * sample_rate))
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    middles = np.array(BANDS_HZ)
    step = 2.0 ** (1.0 / 6.0)
    edges = np.concatenate((middles / step, middles[-1:] * step))
    edges[1:-1] = np.sqrt(middles[:-1] * middles[1:])
    weights = band_weights(np.arange(size // 2 + 1) * (sample_rate / size), edges)
    padded = np.concatenate((np.zeros((2, size), np.float32), samples), axis=1)
    out = np.empty((len(ends), len(BANDS_HZ)), np.float32)
    # A sine of full scale has an energy of size * sum(window²) / 4 in the bins of one side: that is 0 dB.
    scale = 4.0 / (2.0 * size * float(np.square(window).sum()))
    for first in range(0, len(ends), _BATCH):
        stops = ends[first : first + _BATCH]
        pieces = np.stack([padded[:, stop : stop + size] for stop in stops]) * window
        power = np.square(np.abs(transform_real(pieces))).sum(axis=1)
        out[first : first + len(stops)] = _decibels(scale * (power @ weights))
    return out
