"""The map of the library: every track's place in the plane that shows most of what sets tracks apart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auralis.model.fingerprint import DIMENSION_NAMES

Table = NDArray[np.float32]
Vector = NDArray[np.float64]

AXES: dict[str, tuple[float, float]] = {
    "sub_bass": (0.085, -0.022),
    "bass": (0.091, -0.219),
    "low_mid": (-0.057, -0.101),
    "mid": (-0.101, 0.098),
    "upper_mid": (-0.042, 0.337),
    "presence": (0.074, 0.302),
    "air": (0.120, 0.105),
    "loudness_lufs": (0.057, -0.266),
    "crest_db": (-0.125, 0.354),
    "bass_mid_ratio_db": (0.115, -0.208),
    "tempo_bpm": (-0.045, 0.028),
    "rhythm_stability": (0.345, -0.081),
    "transient_density": (0.366, 0.059),
    "silence_ratio": (-0.265, 0.101),
    "spectral_centroid_hz": (-0.043, 0.309),
    "spectral_rolloff_hz": (-0.091, 0.290),
    "spectral_flatness": (0.134, 0.216),
    "harmonic_ratio": (-0.137, -0.179),
    "pitch_stability": (-0.164, -0.121),
    "chroma_energy": (-0.037, -0.191),
    "dynamic_range_variation": (-0.195, 0.063),
    "loudness_variation_lu": (-0.309, 0.072),
    "peak_consistency": (0.337, -0.163),
    "stereo_width": (-0.366, -0.254),
    "phase_correlation": (0.369, 0.214),
}
"""Of 142 freely licensed tracks of many kinds: the plane that shows most of their distances; livelier and steadier
to the right, brighter upwards. Printed by ``benchmarks/similarity.py``."""
SPREADS = (0.549, 0.407)
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
