"""The space that distances are taken in: each dimension by its usual spread, weighted by its group."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auralis.model.fingerprint import DIMENSION_NAMES, DIMENSIONS

Table = NDArray[np.float32]
Vector = NDArray[np.float64]

LEAST_TRACKS = 100
"""A library that has fewer measured tracks is judged by what is usual in music, not by itself."""
MOST_SPREADS = 4.0
"""Further from the middle than this, one odd dimension would outweigh all others."""
_LEAST_OF_BUILT_IN = 0.25
"""A library that is all alike in a dimension does not blow its small differences up by more than this."""

GROUP_WEIGHTS: dict[str, float] = {"spectrum": 0.91, "level": 0.99, "rhythm": 0.98, "tonal": 0.84, "stereo": 1.28}
"""The share of each group in a squared distance, whatever the number of its dimensions; learned by
``benchmarks/similarity.py`` from which tracks are by one artist and which stand on one album."""

USUAL: dict[str, tuple[float, float]] = {
    "sub_bass": (0.251, 0.208),
    "bass": (0.649, 0.121),
    "low_mid": (0.442, 0.131),
    "mid": (0.433, 0.158),
    "upper_mid": (0.129, 0.0657),
    "presence": (0.0672, 0.0467),
    "air": (0.0354, 0.0328),
    "loudness_lufs": (-15.1, 2.89),
    "crest_db": (15, 1.96),
    "bass_mid_ratio_db": (3.99, 4.17),
    "tempo_bpm": (6.91, 0.41),
    "rhythm_stability": (0.538, 0.318),
    "transient_density": (2.59, 1.93),
    "silence_ratio": (0.00322, 0.0101),
    "spectral_centroid_hz": (8.75, 0.604),
    "spectral_rolloff_hz": (9.39, 0.78),
    "spectral_flatness": (0.00888, 0.019),
    "harmonic_ratio": (0.759, 0.146),
    "pitch_stability": (0.648, 0.253),
    "chroma_energy": (0.153, 0.0615),
    "dynamic_range_variation": (1.3, 0.489),
    "loudness_variation_lu": (2.53, 1.66),
    "peak_consistency": (0.799, 0.147),
    "stereo_width": (0.335, 0.135),
    "phase_correlation": (0.598, 0.34),
}
"""Middle and spread (half of what lies between the 16th and the 84th percentile) of 142 freely licensed tracks of many
kinds, in the scale that distances are taken in: octaves for frequencies and tempo, square roots for shares of power."""

OCTAVES = tuple(name in {"tempo_bpm", "spectral_centroid_hz", "spectral_rolloff_hz"} for name in DIMENSION_NAMES)
ROOTS = tuple(dimension.unit == "share" for dimension in DIMENSIONS)
"""Which dimensions are taken in octaves, and which by their square root."""
_LOWEST_HZ = 20.0


def scaled(vectors: NDArray[np.floating]) -> Vector:
    """Return fingerprint vectors, shape (..., 25), in a scale where equal steps sound about equal."""
    result = np.array(vectors, np.float64)
    result[..., OCTAVES] = np.log2(np.maximum(result[..., OCTAVES], _LOWEST_HZ))
    result[..., ROOTS] = np.sqrt(np.maximum(result[..., ROOTS], 0.0))
    return result


@dataclass(frozen=True, slots=True)
class Space:
    """Middle, spread and root of the weight of each dimension; ``fitted`` on so many tracks, or on none."""

    middle: Vector
    spread: Vector
    weight: Vector
    fitted: int

    def place(self, vectors: NDArray[np.floating]) -> Table:
        """Return where fingerprint vectors lie, shape (..., 25); distances there are root mean squares of spreads."""
        return np.asarray(self.spreads(vectors) * self.weight, np.float32)

    def spreads(self, vectors: NDArray[np.floating]) -> Vector:
        """Return how many spreads from the middle each dimension lies, within ±4."""
        return np.clip((scaled(vectors) - self.middle) / self.spread, -MOST_SPREADS, MOST_SPREADS)


def fit_space(vectors: NDArray[np.floating]) -> Space:
    """Return the space of a library from the fingerprint vectors of its tracks, shape (tracks, 25).

    Middle and spread are the median and half of what lies between the 16th and the 84th percentile, which odd tracks
    hardly move.
    """
    middle, spread = np.array([USUAL[name] for name in DIMENSION_NAMES]).T
    fitted = len(vectors) if len(vectors) >= LEAST_TRACKS else 0
    if fitted:
        low, own, high = np.percentile(scaled(vectors), (16, 50, 84), axis=0)
        middle, spread = own, np.maximum((high - low) / 2, _LEAST_OF_BUILT_IN * spread)
    return Space(middle, spread, _weights(), fitted)


def _weights() -> Vector:
    groups = [dimension.group for dimension in DIMENSIONS]
    total = sum(GROUP_WEIGHTS.values())
    return np.sqrt([GROUP_WEIGHTS[group] / groups.count(group) / total for group in groups])
