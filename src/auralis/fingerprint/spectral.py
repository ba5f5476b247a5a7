"""What the fingerprint reads from the power spectra of a block."""

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.distribution import GatedMedian
from auralis.dsp.harmonic import HIGHEST_HZ as HARMONIC_HIGHEST_HZ
from auralis.dsp.harmonic import HarmonicSplit
from auralis.dsp.spectrum import (
    BAND_EDGES_HZ,
    FLATNESS_FRAMES,
    FRAMES_PER_BLOCK,
    HIGHEST_HZ,
    LOWEST_HZ,
    BandSums,
    PowerSpectrum,
    band_weights,
    rolloff_hz,
    spectral_flatness,
)
from auralis.dsp.tonal import PitchClasses
from auralis.fingerprint import ledger
from auralis.fingerprint.passages import Passages

Table = NDArray[np.float64]

FLATNESS_HZ = (100.0, 10_000.0)
_NEXT_TO_NOTHING = 1e-5
"""Of all energy: where the flatness range holds less, what sounds lies elsewhere, and is not flat there."""
_OCTAVES = (4.0, 14.5)
ROLLOFF_SHARE = 0.85


class SpectralMeasures:
    """Bands, centroid, rolloff, flatness, chroma and harmonic share of a signal, from one spectrum.

    Parameters
    ----------
    sample_rate : int
        Hz.
    channels : int
        1 or 2.

    Attributes
    ----------
    energy : ndarray, shape (bins,)
        Energy per bin over the whole signal.
    passages : Passages
        What sounds in quiet and in loud passages.
    octaves, flatness : GatedMedian
        Of the frames' centroids (octaves above 1 Hz) and of the flatness.
    flat_range : tuple of int
        First bin, and bin after the last, whose flatness is taken.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        self.spectrum = PowerSpectrum(sample_rate, channels)
        frequencies = self.spectrum.frequencies
        self.energy = np.zeros(frequencies.size)
        self.octaves = GatedMedian(*_OCTAVES, 630)
        self.flatness = GatedMedian(0.0, 1.0, 500)
        self.pitches = PitchClasses(frequencies[1])
        self._bands = BandSums(frequencies, np.array(BAND_EDGES_HZ))
        self._heard = band_weights(frequencies, np.array([LOWEST_HZ, HIGHEST_HZ]))[:, 0]
        self._moments = np.stack((self._heard, self._heard * frequencies), axis=1).astype(np.float32)
        # What lies under hearing, an offset above all, is not harmonic.
        first, last = np.searchsorted(frequencies, (LOWEST_HZ, HARMONIC_HIGHEST_HZ))
        self._split_bins = slice(int(min(first, last - 1)), int(last))
        self._harmonic = HarmonicSplit(int(last) - self._split_bins.start, FRAMES_PER_BLOCK + 1)
        low, high = FLATNESS_HZ
        limits = np.searchsorted(frequencies, (low, min(high, 0.9 * frequencies[-1])))
        first = int(min(limits[0], frequencies.size - 1))
        self.flat_range = first, int(max(limits[1], first + 1))
        self.passages = Passages(frequencies)
        self.frames = 0

    def push(self, pair: NDArray[np.float32], row: Table, *, last: bool) -> None:
        """Measure a block, shape (channels, frames), and write its sums into ``row`` of the ledger."""
        side = self.spectrum.side.copy()
        power = self.spectrum.push(pair, last=last)
        self.frames += len(power)
        energy = power.sum(axis=0).astype(np.float64)
        self.energy += energy
        row[ledger.BANDS] = self._bands.of(energy)
        row[ledger.HARMONIC], row[ledger.PERCUSSIVE] = self._harmonic.push(power[:, self._split_bins], last=last)
        self.passages.add(energy, self.spectrum.side - side, row[ledger.WEIGHTED], row[ledger.FRAMES])
        self._add_pitches(power, row, last=last)
        self._add_shape(power, energy, row)

    def _add_pitches(self, power: NDArray[np.float32], row: Table, *, last: bool) -> None:
        pitches = self.pitches
        coarse, held = pitches.coarse.copy(), pitches.held.copy()
        pitches.push(power)
        if last:
            pitches.close()
        row[[ledger.HELD, ledger.HELD_WEIGHT]] = pitches.held - held
        row[ledger.CHROMA] = pitches.coarse - coarse

    def _add_shape(self, power: NDArray[np.float32], energy: Table, row: Table) -> None:
        moments = power @ self._moments
        heard, moment = moments[:, 0].astype(np.float64), moments[:, 1].astype(np.float64)
        octaves = np.log2(np.maximum(moment, 1.0e-30) / np.maximum(heard, 1.0e-30))
        self.octaves.add(octaves, heard)
        flatness, level = spectral_flatness(power[:, slice(*self.flat_range)])
        total = heard.sum()
        groups = np.arange(0, len(power), FLATNESS_FRAMES)
        audible = np.add.reduceat(heard, groups) / np.diff(np.append(groups, len(power)))
        flatness[level < _NEXT_TO_NOTHING * audible] = 0.0
        self.flatness.add(flatness, audible)
        if total > 0:
            row[ledger.AUDIBLE] = 1.0
            row[ledger.PITCH] = octaves.mean()
            row[ledger.FLATNESS] = flatness.mean()
            row[ledger.ROLLOFF] = self._rolloff_hz(energy)

    def rolloff_hz(self) -> float:
        """Return the frequency under which 85 % of the signal's energy from 20 Hz to 20 kHz lies; 0 for silence."""
        return self._rolloff_hz(self.energy)

    def _rolloff_hz(self, energy: Table) -> float:
        return rolloff_hz(self.spectrum.frequencies, energy * self._heard, ROLLOFF_SHARE)
