"""Values between the samples: the interpolation filters that true-peak meters and limiters share."""

import numpy as np
from numpy.typing import NDArray


def interpolation_filter(factor: int, taps_per_phase: int, *, beta: float = 5.0) -> NDArray[np.float64]:
    """Return the phases of a Kaiser-windowed sinc that reads a signal between its samples.

    Parameters
    ----------
    factor : int
        Points per sample, >= 1.
    taps_per_phase : int
        Samples each point is made of: even, >= 2. More reach closer to the Nyquist frequency.
    beta : float
        Kaiser's shape; 5 leaves ripples of about -50 dB.

    Returns
    -------
    ndarray, shape (factor, taps_per_phase)
        ``phases[p] @ x[n : n + taps_per_phase]`` is the signal at sample ``n + taps_per_phase // 2 - 1 + p / factor``.
        Phase 0 is the sample itself, and every phase has a gain of exactly 1 at 0 Hz.

    Raises
    ------
    ValueError
        If ``factor`` or ``taps_per_phase`` cannot be.

    References
    ----------
    ITU-R BS.1770-5, Annex 2 (a filter of this kind, 4 phases of 12 taps).
    """
    if factor < 1 or taps_per_phase < 2 or taps_per_phase % 2:
        raise ValueError(f"no interpolation filter of {factor} phases with {taps_per_phase} taps")
    half = taps_per_phase // 2
    offsets = np.arange(taps_per_phase)[np.newaxis, :] - (half - 1) - np.arange(factor)[:, np.newaxis] / factor
    window = np.i0(beta * np.sqrt(np.maximum(0.0, 1.0 - (offsets / half) ** 2))) / np.i0(beta)
    phases = np.sinc(offsets) * window
    phases[0] = np.arange(taps_per_phase) == half - 1
    return np.asarray(phases / phases.sum(axis=1, keepdims=True), dtype=np.float64)
