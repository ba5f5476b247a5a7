"""Compiles the chain's kernels, or loads them from the cache on disk, before they are needed."""

from dataclasses import replace

import numpy as np

from auralis.mastering.chain import Chain
from auralis.mastering.document import MasteringPlan

_SAMPLE_RATE = 44_100
_FLAT = (0.0,) * 10


def warm_chain() -> None:
    """Run a moment of sound through every step that a plan can ask for."""
    plan = MasteringPlan(
        preset="adaptive",
        intensity=1.0,
        rumble_hz=10.0,
        eq_gains_db=_FLAT,
        eq_curve_db=(0.0,) * 31,
        compressor_threshold_lufs=-20.0,
        compressor_slope=0.1,
        onset_db=1.0,
        side_gains_db=_FLAT,
        makeup_db=0.0,
        gain_db=0.0,
        ceiling_dbtp=-1.0,
        source_loudness_lufs=-20.0,
        source_true_peak_dbtp=0.0,
        wanted_lufs=-20.0,
        predicted_loudness_lufs=-20.0,
    )
    tone = 0.9 * np.sin(np.arange(_SAMPLE_RATE // 4) * 0.05).astype(np.float32)
    Chain(plan, _SAMPLE_RATE).process(np.stack((tone, tone)))
    Chain(replace(plan, side_gains_db=(1.0,) * 10), _SAMPLE_RATE).process(np.stack((tone, -tone)))
