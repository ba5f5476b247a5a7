"""The width of two channels, changed by band: the side alone is filtered, the middle is never touched."""

import numpy as np

from auralis.dsp.biquad import Cascade
from auralis.dsp.equalizer import design_sections
from auralis.dsp.gain import Samples


class SideEqualizer:
    """An equalizer on the difference of two channels, with carried state; what both have in common stays as it is.

    Parameters
    ----------
    gains_db : sequence of 10 floats
        Gain of the side in each band of ``auralis.dsp.equalizer.BANDS_HZ``, dB.
    sample_rate : int
        Hz.
    """

    def __init__(self, gains_db: tuple[float, ...], sample_rate: int) -> None:
        sections = design_sections(gains_db, sample_rate)
        self._active = len(sections) > 0
        self._cascade = Cascade(sections)

    def apply(self, block: Samples) -> None:
        """Change a block of shape (2, frames) in place."""
        if not self._active:
            return
        side = np.zeros_like(block)
        side[0] = 0.5 * (block[0] - block[1])
        dry = side[0].copy()
        self._cascade.apply(side)
        added = side[0] - dry
        block[0] += added
        block[1] -= added
