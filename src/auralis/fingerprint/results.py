"""The fingerprint from everything that was measured."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.edges import Edges
from auralis.dsp.histogram import BINS, FLOOR_DB, STEP_DB
from auralis.dsp.loudness import BLOCKS, HOP_PEAKS, LoudnessStatistics
from auralis.dsp.spectrum import band_weights
from auralis.dsp.tempo import TempoTracker
from auralis.dsp.tonal import PitchClasses, chroma_concentration, chroma_vector, find_key, tuning_steps
from auralis.dsp.truepeak import to_db
from auralis.dsp.waveform import Outline
from auralis.fingerprint.confidence import Heard, confidences
from auralis.fingerprint.dimensions import level_dimensions, part_values, summed_dimensions, swing_of
from auralis.fingerprint.ledger import Ledger
from auralis.fingerprint.passages import THIRD_OCTAVE_EDGES_HZ
from auralis.fingerprint.spectral import SpectralMeasures
from auralis.fingerprint.version import VERSION
from auralis.model.fingerprint import (
    DIMENSIONS,
    HISTOGRAM_BINS,
    HISTOGRAM_FLOOR_DB,
    HISTOGRAM_STEP_DB,
    THIRD_OCTAVE_HZ,
    Fingerprint,
    Key,
    Waveform,
)

Table = NDArray[np.float64]

AUDIBLE_SHARE = 1e-4
"""Frames 40 dB under the mean power say nothing about the timbre."""
WAVEFORM_POINTS = 2_000
THIRD_OCTAVE_FLOOR_DB = -120.0


@dataclass(frozen=True, slots=True)
class Measured:
    """All that an extractor has gathered by the end of a signal; peaks are linear."""

    sample_rate: int
    channels: int
    frames: int
    parts: Ledger
    loudness: LoudnessStatistics
    spectral: SpectralMeasures
    tempo: TempoTracker
    outline: Outline
    edges: Edges
    sample_peak: float
    true_peak: float
    of_seconds: float | None = None
    """Length of what this is a part of; None if it is the whole."""
    is_spread: bool = False
    """Whether the parts lie all over it."""


def fingerprint_of(measured: Measured) -> Fingerprint:
    """Return the fingerprint of what was measured; every value lies within its declared range."""
    spectral, loudness = measured.spectral, measured.loudness
    hop_seconds = spectral.spectrum.hop / measured.sample_rate
    tempo = measured.tempo.result()
    parts = measured.parts.parts()
    total = parts.sum(axis=0)
    values = {
        **summed_dimensions(total, measured.sample_rate, hop_seconds),
        **level_dimensions(loudness, swing_of(total, *measured.outline.extremes())),
        **_shape_dimensions(spectral),
        "chroma_energy": chroma_concentration(chroma_vector(spectral.pitches.fine)),
        "tempo_bpm": tempo.bpm,
        "rhythm_stability": tempo.stability,
    }
    by_part = part_values(parts, measured.sample_rate, hop_seconds)
    by_part["rhythm_stability"] = measured.tempo.part_stabilities(tempo.bpm)
    seconds = measured.frames / measured.sample_rate
    heard = Heard(measured.parts.stretches, seconds, measured.of_seconds, measured.is_spread)
    confidence = confidences(values, by_part, heard, tempo)
    silence = measured.edges.silence_frames()
    key = _key(spectral.pitches)
    return Fingerprint(
        version=VERSION,
        sample_rate=measured.sample_rate,
        channels=measured.channels,
        frames=measured.frames if heard.of_seconds is None else round(heard.of_seconds * measured.sample_rate),
        dimensions={d.name: min(max(float(values[d.name]), d.low), d.high) for d in DIMENSIONS},
        confidence={d.name: min(max(float(confidence[d.name]), 0.0), 1.0) for d in DIMENSIONS},
        loudness_range_lu=loudness.loudness_range_lu(),
        true_peak_dbtp=to_db(measured.true_peak),
        sample_peak_dbfs=to_db(measured.sample_peak),
        key=key,
        tempo_alternative_bpm=tempo.alternative_bpm,
        beat_offset_seconds=tempo.offset_seconds,
        third_octave_db=_third_octaves(spectral, spectral.energy),
        side_third_octave_db=_third_octaves(spectral, spectral.spectrum.side),
        momentary_histogram=_coarse(loudness.blocks[:, BLOCKS]),
        peak_histogram=_coarse(loudness.hops[:, HOP_PEAKS]),
        waveform=_waveform(measured.outline),
        start_silence_seconds=silence[0] / measured.sample_rate,
        end_silence_seconds=silence[1] / measured.sample_rate,
        heard_share=heard.share,
        passages=spectral.passages.result(),
    )


def _key(pitches: PitchClasses) -> Key:
    tuning = tuning_steps(pitches.fine)
    return Key(*find_key(chroma_vector(pitches.shares, tuning), chroma_vector(pitches.bass_shares, tuning)))


def _shape_dimensions(spectral: SpectralMeasures) -> dict[str, float]:
    """Return centroid, rolloff and flatness; 0 for silence."""
    gate = AUDIBLE_SHARE * float(spectral.energy.sum()) / max(1, spectral.frames)
    octaves = spectral.octaves.median(gate)
    return {
        "spectral_centroid_hz": 0.0 if octaves is None else 2.0**octaves,
        "spectral_rolloff_hz": spectral.rolloff_hz(),
        "spectral_flatness": spectral.flatness.median(gate) or 0.0,
    }


def _third_octaves(spectral: SpectralMeasures, energy: Table) -> tuple[float, ...]:
    """Return what ``energy`` has in each third octave over what the signal has in all, dB."""
    weights = band_weights(spectral.spectrum.frequencies, THIRD_OCTAVE_EDGES_HZ)
    total = (spectral.energy @ weights).sum()
    if total <= 0:
        return (THIRD_OCTAVE_FLOOR_DB,) * len(THIRD_OCTAVE_HZ)
    return tuple(10.0 * math.log10(max(band / total, 1e-12)) for band in energy @ weights)


def _coarse(counts: Table) -> tuple[int, ...]:
    """Return the counts of fine bins in the bins of the model's histograms."""
    levels = FLOOR_DB + STEP_DB * (np.arange(BINS) + 0.5)
    bins = np.clip((levels - HISTOGRAM_FLOOR_DB) / HISTOGRAM_STEP_DB, 0, HISTOGRAM_BINS - 1).astype(np.int64)
    return tuple(int(n) for n in np.bincount(bins, counts, HISTOGRAM_BINS))


def _waveform(outline: Outline) -> Waveform:
    points = np.clip(np.round(outline.points(WAVEFORM_POINTS) * 127), -127, 127).astype(np.int64)
    return Waveform(*(tuple(column) for column in points.T.tolist()))
