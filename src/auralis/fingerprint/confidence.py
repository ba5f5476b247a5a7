"""How sure each dimension is: from how much was heard, and from how much the value differs between the parts."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.tempo import Tempo
from auralis.fingerprint.calibration import OF_BEGINNINGS, OF_EXCERPTS

Table = NDArray[np.float64]

TYPICAL: dict[str, tuple[float, float]] = {
    "sub_bass": (0.05, 0.07),
    "bass": (0.05, 0.12),
    "low_mid": (0.05, 0.10),
    "mid": (0.05, 0.12),
    "upper_mid": (0.03, 0.05),
    "presence": (0.02, 0.03),
    "air": (0.02, 0.02),
    "loudness_lufs": (1.0, 3.0),
    "crest_db": (1.0, 2.0),
    "bass_mid_ratio_db": (1.5, 4.0),
    "rhythm_stability": (0.1, 0.15),
    "transient_density": (0.5, 1.0),
    "spectral_centroid_hz": (0.2, 0.5),
    "spectral_rolloff_hz": (0.3, 0.6),
    "spectral_flatness": (0.03, 0.06),
    "harmonic_ratio": (0.05, 0.1),
    "pitch_stability": (0.05, 0.1),
    "chroma_energy": (0.05, 0.1),
    "stereo_width": (0.05, 0.08),
    "phase_correlation": (0.1, 0.15),
}
"""Per dimension: the error that counts as right, and how much a stretch of 1.5 s of a real track usually differs from
the whole. Both are in the dimension's unit; those of centroid and rolloff in octaves."""
_SPREADS = {
    "dynamic_range_variation": (0.5, 1.0),
    "loudness_variation_lu": (0.7, 2.0),
    "peak_consistency": (0.07, 0.15),
}
"""The same for dimensions that are spreads over 3 s windows: the error that counts as right, and a usual value."""

_PRIOR_PARTS = 2.0
"""How many parts' worth of evidence the usual spread stands for."""
_KINSHIP = 1.5
"""Neighbouring stretches of music are alike: the error of a mean falls more slowly than with independent ones."""
_WINDOW_SECONDS = 6.0
"""Seconds of music that count as one independent look at a spread."""
TOLERANCES: dict[str, float] = {
    **{name: tolerance for name, (tolerance, _) in (TYPICAL | _SPREADS).items()},
    "silence_ratio": 0.03,
    "tempo_bpm": 0.02,
}
"""The error that counts as right, of every dimension; in octaves for centroid and rolloff, a share of the tempo."""
_LEAST_ODDS = 0.01
_TEMPO_BIAS, _TEMPO_SLOPE = 0.28, 12.5
"""Of the logistic curve from the margin of the octave rule to the share of right tempi, fitted to rendered music."""
_CLEAR_PULSE = 0.3


@dataclass(frozen=True, slots=True)
class Heard:
    """How much was heard: stretches of 1.5 s, seconds, of how many seconds it is a part (None: it is all).

    ``is_spread`` where the parts lie all over the whole, rather than at its beginning.
    """

    stretches: int
    seconds: float
    of_seconds: float | None = None
    is_spread: bool = False

    @property
    def share(self) -> float:
        """What was heard of the whole, 0..1."""
        return min(1.0, self.seconds / self.of_seconds) if self.of_seconds else 1.0

    @property
    def doubt(self) -> float:
        """What is left of the error that hearing a little of endless music would have, 0..1; all where it was all."""
        return math.sqrt(1.0 - self.share) if self.of_seconds else 1.0


def confidences(
    values: Mapping[str, float], parts: Mapping[str, Table], heard: Heard, tempo: Tempo
) -> dict[str, float]:
    """Return 0..1 for each dimension: about the probability that more of the same music would not change it.

    Parameters
    ----------
    values
        The dimensions of the whole.
    parts
        The dimensions that have a value in each part, in the unit of `TYPICAL`; parts without sound left out.
    heard
        How much that is.
    tempo
        What was found of the tempo.
    """
    looks = heard.seconds / _WINDOW_SECONDS
    silence = values["silence_ratio"]
    errors = {name: _of_mean(TYPICAL[name][1], parts.get(name, np.zeros(0)), heard.stretches) for name in TYPICAL}
    errors["silence_ratio"] = math.sqrt((silence * (1 - silence) + 0.01) / (looks + 0.1))
    for name, (_, usual) in _SPREADS.items():
        spread = 1.0 - values[name] if name == "peak_consistency" else values[name]
        errors[name] = math.sqrt((usual**2 + looks * spread**2) / (1 + looks) / (1 + 2 * looks))
    result = {name: _within(TOLERANCES[name], heard.doubt * error) for name, error in errors.items()}
    pulse = min(1.0, tempo.stability / _CLEAR_PULSE)
    result["tempo_bpm"] = pulse / (1.0 + math.exp(-_TEMPO_BIAS - _TEMPO_SLOPE * tempo.margin))
    if not heard.of_seconds:
        return result
    table = OF_EXCERPTS if heard.is_spread else OF_BEGINNINGS
    return {name: calibrated(confidence, *table.get(name, (0.0, 1.0))) for name, confidence in result.items()}


def calibrated(confidence: float, bias: float, slope: float) -> float:
    """Return the share of right ones among estimates of this raw confidence: a straight line between the log odds."""
    kept = min(max(confidence, _LEAST_ODDS), 1.0 - _LEAST_ODDS)
    return 1.0 / (1.0 + math.exp(-bias - slope * math.log(kept / (1.0 - kept))))


def _within(tolerance: float, error: float) -> float:
    """Return the probability that a normal error with standard deviation ``error`` is within ``tolerance``."""
    return math.erf(tolerance / (math.sqrt(2.0) * error)) if error > 0 else 1.0


def _of_mean(usual: float, parts: Table, stretches: int) -> float:
    """Return the error of a dimension that is, roughly, a mean over parts."""
    if not parts.size:
        return math.inf
    usual /= math.sqrt(max(1.0, stretches / parts.size))
    spread = float(((parts - parts.mean()) ** 2).sum())
    variance = (_PRIOR_PARTS * usual**2 + spread) / (_PRIOR_PARTS + parts.size - 1)
    return _KINSHIP * math.sqrt(variance / parts.size)
