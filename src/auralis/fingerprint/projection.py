"""The map of the library: every track's place in the plane that shows most of what sets tracks apart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auralis.model.fingerprint import DIMENSION_NAMES

Table = NDArray[np.float32]
Vector = NDArray[np.float64]

AXES: dict[str, tuple[float, float]] = {
    "sub_bass": (0.070, -0.027),
    "bass": (0.040, -0.177),
    "low_mid": (-0.066, -0.125),
    "mid": (-0.080, 0.120),
    "upper_mid": (0.017, 0.319),
    "presence": (0.111, 0.261),
    "air": (0.114, 0.092),
    "loudness_lufs": (-0.004, -0.110),
    "crest_db": (-0.038, 0.238),
    "bass_mid_ratio_db": (0.072, -0.208),
    "tempo_bpm": (-0.025, 0.004),
    "rhythm_stability": (0.250, -0.141),
    "transient_density": (0.291, -0.006),
    "silence_ratio": (-0.146, 0.091),
    "spectral_centroid_hz": (0.004, 0.291),
    "spectral_rolloff_hz": (-0.035, 0.277),
    "spectral_flatness": (0.148, 0.180),
    "harmonic_ratio": (-0.246, -0.274),
    "pitch_stability": (-0.267, -0.180),
    "chroma_energy": (-0.095, -0.491),
    "dynamic_range_variation": (-0.108, 0.136),
    "loudness_variation_lu": (-0.187, 0.129),
    "peak_consistency": (0.199, -0.183),
    "stereo_width": (-0.525, 0.061),
    "phase_correlation": (0.505, -0.067),
}
"""Of 142 freely licensed tracks of many kinds: the plane that shows most of their distances; livelier and steadier
to the right, brighter upwards. Printed by ``benchmarks/similarity.py``."""
SPREADS = (0.581, 0.399)
"""Standard deviations along them."""
_PRIOR_TRACKS = 100.0
"""So many tracks' worth of evidence the built-in plane is: a growing library turns its map little by little."""
_ROUNDING = 1e-6
_SAMPLE = 100_000


@dataclass(frozen=True, slots=True)
class Projection:
    """A plane in the space of distances: its two axes, shape (25, 2), and the share of all differences on each."""

    axes: Vector
    explained: tuple[float, float]

    def place(self, places: Table) -> Table:
        """Return where tracks lie on the map, shape (tracks, 2), in usual spreads; ``places`` as `Space.place` has."""
        return np.asarray(places @ self.axes.astype(np.float32), np.float32)


def fit_projection(places: Table, fitted: int) -> Projection:
    """Return the plane that shows most of a library, turned as the built-in one is.

    Principal components of the library and of the built-in plane together, then the rotation within the plane that
    brings its axes nearest to the built-in ones: the same library always has the same map, and a library that grows has
    nearly the same.

    Parameters
    ----------
    places : ndarray, shape (tracks, 25)
        As `Space.place` returns them.
    fitted
        How many of the tracks may decide: 0 while the library is small.
    """
    known = np.array([AXES[name] for name in DIMENSION_NAMES])
    prior = (known * np.square(SPREADS)) @ known.T
    covariance = _covariance(places)
    mixed = (fitted * covariance + _PRIOR_TRACKS * prior) / (fitted + _PRIOR_TRACKS)
    plane = np.linalg.eigh(mixed)[1][:, -2:] if fitted else known
    left, _, right = np.linalg.svd(plane.T @ known)
    axes = plane @ (left @ right)
    total = float(np.trace(covariance))
    # What is left of one place alone is rounding.
    shown = np.einsum("ij,ik,kj->j", axes, covariance, axes) / total if total > _ROUNDING else np.zeros(2)
    return Projection(axes, (float(shown[0]), float(shown[1])))


def correlations(places: Table, points: Table) -> Vector:
    """Return how each dimension goes with each axis of the map, shape (25, 2), -1..1; 0 for what does not vary."""
    if len(places) < 2:
        return np.zeros((len(DIMENSION_NAMES), 2))
    own, shown = places - places.mean(axis=0), points - points.mean(axis=0)
    scale = np.sqrt(np.einsum("ij,ij->j", own, own))[:, np.newaxis] * np.sqrt(np.einsum("ij,ij->j", shown, shown))
    return np.asarray((own.T @ shown) / np.where(scale > 0, scale, 1.0), np.float64)


def _covariance(places: Table) -> Vector:
    if not len(places):
        return np.zeros((places.shape[1], places.shape[1]))
    sample = places[:: max(1, len(places) // _SAMPLE)]
    apart = sample - sample.mean(axis=0)
    return np.asarray(apart.T @ apart, np.float64) / len(sample)
