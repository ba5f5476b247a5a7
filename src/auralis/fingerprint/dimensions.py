"""The 25 dimensions from the sums of a ledger, for the whole signal as for each of its parts."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.histogram import bin_at, percentile
from auralis.dsp.loudness import (
    HOP_PEAKS,
    HOPS,
    WINDOW_CREST,
    WINDOW_CREST2,
    WINDOW_LEVEL,
    WINDOW_LEVEL2,
    WINDOW_TOP,
    WINDOW_TOP2,
    WINDOWS,
    LoudnessStatistics,
    lufs,
)
from auralis.dsp.tonal import chroma_concentration, hold_ratio
from auralis.dsp.truepeak import to_db
from auralis.fingerprint import ledger
from auralis.fingerprint.ledger import pair_energies
from auralis.model.fingerprint import SILENCE_LUFS

Table = NDArray[np.float64]

BAND_NAMES = ("sub_bass", "bass", "low_mid", "mid", "upper_mid", "presence", "air")
ROBUST_PEAK = 0.999
SILENCE_LU = 40.0
_ROUNDING = 1e-4
"""Of the peak: what moves less than 80 dB under a constant offset is what its subtraction lost."""


def _ratio(above: float, below: float, otherwise: float) -> float:
    return above / below if below > 0 else otherwise


def _ratio_db(above: float, below: float) -> float:
    if above <= 0 or below <= 0:
        return 0.0 if above == below else math.copysign(120.0, above - below)
    return 10.0 * math.log10(above / below)


def summed_dimensions(row: Table, sample_rate: int, hop_seconds: float) -> dict[str, float]:
    """Return the dimensions that come from sums alone.

    Parameters
    ----------
    row : ndarray, shape (ledger.COLUMNS,)
        A part of a ledger, or its total.
    sample_rate : int
        Hz.
    hop_seconds : float
        From one spectrum to the next.
    """
    bands = row[ledger.BANDS]
    total = bands.sum()
    values = {name: _ratio(band, total, 0.0) for name, band in zip(BAND_NAMES, bands, strict=True)}
    values["bass_mid_ratio_db"] = _ratio_db(bands[1], bands[3])
    values["transient_density"] = _ratio(row[ledger.ONSETS] * sample_rate, row[ledger.FRAMES], 0.0)
    values["harmonic_ratio"] = _ratio(row[ledger.HARMONIC], row[ledger.HARMONIC] + row[ledger.PERCUSSIVE], 0.0)
    values["pitch_stability"] = hold_ratio(np.array([row[ledger.HELD], row[ledger.HELD_WEIGHT]]), hop_seconds)
    values["chroma_energy"] = chroma_concentration(row[ledger.CHROMA])
    left, right, cross, of_side = pair_energies(row)
    side, middle = math.sqrt(of_side), math.sqrt(max(0.0, left + right + 2.0 * cross))
    values["stereo_width"] = _ratio(side, side + middle, 0.0)
    values["phase_correlation"] = _ratio(cross, math.sqrt(left * right), 0.0 if left + right > 0 else 1.0)
    return values


@dataclass(frozen=True, slots=True)
class Swing:
    """How far a signal goes, linear: its highest magnitude, the same from its own offset, and that offset."""

    peak: float
    from_offset: float
    offset: float


def swing_of(total: Table, low: float, high: float) -> Swing:
    """Return the swing of a signal from the total of its ledger and its lowest and highest sample."""
    offsets = total[[ledger.LEFT_SUM, ledger.RIGHT_SUM]] / max(1.0, total[ledger.FRAMES])
    return Swing(
        peak=max(high, -low),
        from_offset=max(high - float(offsets.min()), float(offsets.max()) - low),
        offset=float(np.abs(offsets).max()),
    )


def level_dimensions(loudness: LoudnessStatistics, swing: Swing) -> dict[str, float]:
    """Return the dimensions that come from distributions of level."""
    blocks, weighted, power = loudness.gated_blocks()
    level = lufs(weighted / blocks) if blocks else SILENCE_LUFS
    return {
        "loudness_lufs": level,
        "crest_db": _crest_db(loudness, power / blocks if blocks else 0.0, swing),
        "silence_ratio": _silence_ratio(loudness, level),
        **_window_dimensions(loudness.gated_windows().sum(axis=0)),
    }


def _crest_db(loudness: LoudnessStatistics, mean_square: float, swing: Swing) -> float:
    """Return the robust peak over the gated RMS, both from the signal's own offset; 0 for what is all offset."""
    sounding = mean_square - swing.offset**2
    if swing.from_offset <= _ROUNDING * swing.peak or sounding <= (_ROUNDING * swing.peak) ** 2:
        return 0.0
    robust_peak_db = min(percentile(loudness.hops[:, HOP_PEAKS], ROBUST_PEAK), to_db(swing.peak))
    return robust_peak_db + _ratio_db(swing.from_offset**2, swing.peak**2) - 10.0 * math.log10(sounding)


def _silence_ratio(loudness: LoudnessStatistics, level_lufs: float) -> float:
    hops = loudness.hops[:, HOPS]
    if level_lufs <= SILENCE_LUFS or not hops.any():
        return 1.0 if level_lufs <= SILENCE_LUFS else 0.0
    return float(hops[: bin_at(level_lufs - SILENCE_LU)].sum() / hops.sum())


def _window_dimensions(windows: Table) -> dict[str, float]:
    """Return the spreads over the gated 3 s windows, summed."""
    count = windows[WINDOWS]
    if not count:
        return {"dynamic_range_variation": 0.0, "loudness_variation_lu": 0.0, "peak_consistency": 1.0}
    crest = _deviation(count, windows[WINDOW_CREST], windows[WINDOW_CREST2])
    level = _deviation(count, windows[WINDOW_LEVEL], windows[WINDOW_LEVEL2])
    top = _deviation(count, windows[WINDOW_TOP], windows[WINDOW_TOP2])
    return {
        "dynamic_range_variation": crest,
        "loudness_variation_lu": level,
        "peak_consistency": 1.0 - min(1.0, _ratio(top * count, windows[WINDOW_TOP], 0.0)),
    }


def _deviation(count: float, total: float, squares: float) -> float:
    mean = total / count
    variance = squares / count - mean * mean
    # Below this lies only what the subtraction lost.
    return math.sqrt(variance) if variance > 1e-9 * (mean * mean + 1e-6) else 0.0


def part_values(parts: Table, sample_rate: int, hop_seconds: float) -> dict[str, Table]:
    """Return the dimensions that each audible part has a value of, in the units of `confidence.TYPICAL`."""
    heard = parts[(parts[:, ledger.WEIGHTED] > 0) & (parts[:, ledger.AUDIBLE] > 0)]
    power = heard[:, ledger.WEIGHTED] / heard[:, ledger.FRAMES] if heard.size else np.zeros(0)
    # As loudness itself: what lies 10 LU under the mean counts no more.
    heard = heard[power >= 0.1 * power.mean()] if heard.size else heard
    rows = [summed_dimensions(row, sample_rate, hop_seconds) for row in heard]
    values = {name: np.array([row[name] for row in rows]) for name in rows[0]} if rows else {}
    frames, audible = heard[:, ledger.FRAMES], heard[:, ledger.AUDIBLE]
    power = np.maximum(heard[:, ledger.POWER] / frames, 1e-30)
    values["loudness_lufs"] = 10.0 * np.log10(heard[:, ledger.WEIGHTED] / frames)
    values["crest_db"] = 20.0 * np.log10(np.maximum(heard[:, ledger.TOP] / frames, 1e-15)) - 10.0 * np.log10(power)
    values["spectral_centroid_hz"] = heard[:, ledger.PITCH] / audible
    values["spectral_rolloff_hz"] = np.log2(np.maximum(heard[:, ledger.ROLLOFF] / audible, 1.0))
    values["spectral_flatness"] = heard[:, ledger.FLATNESS] / audible
    return values
