"""Distributions of levels in constant memory: fine bins that keep the sums of what fell into them."""

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.kernel import kernel

Table = NDArray[np.float64]

FLOOR_DB = -120.0
STEP_DB = 0.01
BINS = 14_000
"""From -120 to +20 dB; what lies outside falls into the end bins. Means come from the sums and are exact; only gates
and percentiles are as fine as a bin."""


@kernel
def bin_of(level_db: float) -> int:
    """Return the bin of a level in dB."""
    place = (level_db - FLOOR_DB) / STEP_DB
    return int(min(max(place, 0.0), BINS - 1.0))


def bin_at(level_db: float) -> int:
    """Return the bin of a level in dB; as `bin_of`, for callers that are not compiled."""
    return int(min(max((level_db - FLOOR_DB) / STEP_DB, 0.0), BINS - 1.0))


def percentile(counts: Table, share: float) -> float:
    """Return the level in dB below which ``share`` (0..1) of ``counts`` lies: the middle of a bin.

    The rank is that of EBU Tech 3342: of n sorted values, value number ``round((n - 1) * share)``, counted from 0.
    Nothing counted gives the floor.
    """
    total = counts.sum()
    if total <= 0:
        return FLOOR_DB
    rank = np.floor((total - 1) * share + 0.5)
    return float(FLOOR_DB + STEP_DB * (np.searchsorted(np.cumsum(counts), rank, side="right") + 0.5))
