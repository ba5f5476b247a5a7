"""Compiles the measuring kernels, or loads them from the cache on disk, before they are needed."""

import numpy as np

from auralis.dsp.distribution import GatedMedian
from auralis.dsp.edges import Edges
from auralis.dsp.harmonic import HarmonicSplit
from auralis.dsp.loudness import LoudnessMeter
from auralis.dsp.onsets import OnsetCurve
from auralis.dsp.spectrum import BandSums, PowerSpectrum, spectral_flatness
from auralis.dsp.tempo import find_onsets
from auralis.dsp.tonal import PitchClasses
from auralis.dsp.truepeak import TruePeakMeter
from auralis.dsp.waveform import Outline

_SAMPLE_RATE = 44_100


def warm() -> None:
    """Run every measuring kernel once, for mono and stereo."""
    for channels in (1, 2):
        spectrum = PowerSpectrum(_SAMPLE_RATE, channels)
        samples = np.zeros((channels, spectrum.block), np.float32)
        LoudnessMeter(_SAMPLE_RATE, channels).push(samples)
        TruePeakMeter(_SAMPLE_RATE, channels).push(samples)
        Outline(channels).push(samples)
        OnsetCurve(_SAMPLE_RATE).push(samples)
        power = spectrum.push(samples)
        BandSums(spectrum.frequencies, spectrum.frequencies[:2]).of(spectrum.side)
        HarmonicSplit(power.shape[1], len(power)).push(power)
        PitchClasses(spectrum.frequencies[1]).push(power)
        flatness, energy = spectral_flatness(power)
        GatedMedian(0.0, 1.0, 1).add(flatness, energy)
        Edges().push(energy, energy)
        find_onsets(energy)
