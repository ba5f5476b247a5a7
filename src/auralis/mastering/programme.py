"""A track as the plan sees it: the fingerprint's figures made ready for reckoning."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.equalizer import sections_db
from auralis.dsp.kweighting import k_weighting
from auralis.model.fingerprint import (
    HISTOGRAM_FLOOR_DB,
    HISTOGRAM_STEP_DB,
    SILENCE_LUFS,
    THIRD_OCTAVE_HZ,
    Fingerprint,
)

Values = NDArray[np.float64]

CENTRES_HZ: Values = np.array(THIRD_OCTAVE_HZ)
_QUANTILES = (np.arange(1000) + 0.5) / 1000
_STEADY_LU, _UNSTEADY_LU = 0.2, 0.4
"""Of 142 freely licensed tracks fetched by ``benchmarks/fetch_music``, 133 are wholly steady and one is not at all."""
_FLAT_CREST_DB, _OPEN_CREST_DB = 1.5, 6.5
"""Nine of these tracks lie below the open one, the lowest at 4.9 dB."""
_SPECTRAL = ("sub_bass", "bass", "low_mid", "mid", "upper_mid", "presence", "air")


def _k_power() -> Values:
    c = k_weighting(48_000)
    sections = np.array([c[:5], (1.0, -2.0, 1.0, c[5], c[6])])
    return np.asarray(10.0 ** (sections_db(sections, CENTRES_HZ, 48_000) / 10.0))


K_POWER: Values = _k_power()
"""Power gain of the K-weighting in the middle of each third octave."""


@dataclass(frozen=True, slots=True)
class Programme:
    """What the plan needs to know of a track.

    Attributes
    ----------
    loudness_lufs, true_peak_dbtp, loudness_range_lu, stereo_width
        As in the fingerprint.
    onsets_per_second, percussive
        Density of onsets, and the percussive share of the energy, 0..1.
    power, side_power : shape (31,)
        Power per third octave over the power of all, and the side's part of it.
    side_known
        Whether the side was measured per band.
    usable : shape (31,)
        Which bands the sample rate carries and something was found in.
    loudness, peaks : shape (1000,)
        Quantiles of momentary loudness (LUFS) and of the peaks of 100 ms (dBFS), rising.
    passage_lufs, passage_share : shape (passages,)
        Loudness of the passages from quiet to loud, and what part of the track each is; none where not measured.
    passage_power, passage_side : shape (passages, 31)
        Power per third octave over the power of the passage, and the side's part of it.
    confidence
        Of the spectrum, 0..1.
    """

    loudness_lufs: float
    true_peak_dbtp: float
    between_samples_db: float
    loudness_range_lu: float
    stereo_width: float
    onsets_per_second: float
    percussive: float
    power: Values
    side_power: Values
    side_known: bool
    usable: NDArray[np.bool_]
    loudness: Values
    peaks: Values
    passage_lufs: Values
    passage_share: Values
    passage_power: Values
    passage_side: Values
    confidence: float

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing to measure, and so nothing to master."""
        return self.loudness_lufs <= SILENCE_LUFS or not self.usable.any()

    @property
    def peak_to_loudness_db(self) -> float:
        """True peak over loudness, dB."""
        return self.true_peak_dbtp - self.loudness_lufs

    @property
    def is_already_loud(self) -> bool:
        """Whether this is a master with no room left: it must not be driven further."""
        return is_loud_master(self.loudness_lufs, self.true_peak_dbtp)

    @property
    def crest_db(self) -> float:
        """Median over the heard passages of how far their peaks stand over their momentary loudness, dB."""
        heard = self.loudness > self.loudness_lufs - 10.0
        return float(np.median((self.peaks - self.loudness)[heard])) if heard.any() else 20.0

    @property
    def crushed(self) -> float:
        """How far the master has been squashed against full scale, 0..1: its peaks have become flat tops.

        Any filter that turns phases makes peaks of flat tops again, and there are enough of them for the limiter to be
        at work all the time.
        """
        return float(np.clip((_OPEN_CREST_DB - self.crest_db) / (_OPEN_CREST_DB - _FLAT_CREST_DB), 0.0, 1.0))

    @property
    def steadiness(self) -> float:
        """How well the loudness can be foretold after a change of tone or dynamics, 0..1.

        It falls with what the integrated loudness changes when the relative gate moves by 1 LU either way. Where that
        is much, a few loud moments stand over a background near the gate, and a small change moves it across.
        """
        slip = max(abs(self._gated(10.0 + moved) - self._gated(10.0)) for moved in (-1.0, 1.0))
        return float(np.clip((_UNSTEADY_LU - slip) / (_UNSTEADY_LU - _STEADY_LU), 0.0, 1.0))

    def _gated(self, gate_lu: float) -> float:
        # The lowest bin holds silence too.
        levels = self.loudness[self.loudness > HISTOGRAM_FLOOR_DB + HISTOGRAM_STEP_DB]
        if not len(levels):
            return SILENCE_LUFS
        energy = 10.0 ** (levels / 10.0)
        heard = energy[levels > 10.0 * np.log10(energy.mean()) - gate_lu]
        return float(10.0 * np.log10(heard.mean()))

    @property
    def bands_db(self) -> Values:
        """Power per third octave over the K-weighted power of all, dB: the spectrum at equal loudness."""
        weighted = float((self.power * K_POWER).sum())
        return np.asarray(10.0 * np.log10(np.maximum(self.power, 1e-12) / max(weighted, 1e-12)))


def is_loud_master(loudness_lufs: float, true_peak_dbtp: float) -> bool:
    """Tell whether a master has no room left."""
    return loudness_lufs > -10.0 or true_peak_dbtp - loudness_lufs < 9.0


def programme_of(fingerprint: Fingerprint) -> Programme:
    """Make a fingerprint ready for planning."""
    bands = fingerprint.third_octave_db or (-120.0,) * len(CENTRES_HZ)
    side = fingerprint.side_third_octave_db
    power = 10.0 ** (np.array(bands) / 10.0)
    # The two figures are measured apart; a hair's breadth of rounding must not make the side more than the whole.
    side_power = np.minimum(10.0 ** (np.array(side) / 10.0), power) if side else np.zeros(len(CENTRES_HZ))
    confidence = [fingerprint.confidence.get(name, 1.0) for name in _SPECTRAL]
    passages = fingerprint.passages
    return Programme(
        loudness_lufs=fingerprint.dimensions["loudness_lufs"],
        true_peak_dbtp=fingerprint.true_peak_dbtp,
        between_samples_db=max(0.0, fingerprint.true_peak_dbtp - fingerprint.sample_peak_dbfs),
        loudness_range_lu=fingerprint.loudness_range_lu,
        stereo_width=fingerprint.dimensions["stereo_width"] if fingerprint.channels > 1 else 0.0,
        onsets_per_second=fingerprint.dimensions["transient_density"],
        percussive=1.0 - fingerprint.dimensions["harmonic_ratio"],
        power=power,
        side_power=side_power,
        side_known=bool(side),
        usable=(np.array(bands) > -100.0) & (fingerprint.sample_rate / 2 > CENTRES_HZ * 1.15),
        loudness=_levels(fingerprint.momentary_histogram),
        peaks=_levels(fingerprint.peak_histogram),
        passage_lufs=np.array([passage.loudness_lufs for passage in passages]),
        passage_share=np.array([passage.share for passage in passages]),
        passage_power=10.0 ** (np.array([passage.third_octave_db for passage in passages]) / 10.0),
        passage_side=10.0 ** (np.array([passage.side_third_octave_db for passage in passages]) / 10.0),
        confidence=float(np.clip(np.mean(confidence), 0.0, 1.0)),
    )


def _levels(histogram: tuple[int, ...]) -> Values:
    """Return the quantiles of a level histogram, dB, rising."""
    counts = np.array(histogram, dtype=np.float64)
    if counts.sum() <= 0.0:
        return np.full(len(_QUANTILES), HISTOGRAM_FLOOR_DB)
    edges = HISTOGRAM_FLOOR_DB + HISTOGRAM_STEP_DB * np.arange(len(counts) + 1)
    return np.asarray(np.interp(_QUANTILES, np.concatenate(([0.0], np.cumsum(counts) / counts.sum())), edges))
