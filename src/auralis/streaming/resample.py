"""Another sample rate, so that any window of the result is the same however it was come by."""

from dataclasses import dataclass
from math import gcd

import numpy as np
import soxr
from numpy.typing import NDArray

from auralis.streaming.segments import resampled_frames

_MARGIN_SECONDS = 0.1
"""Source heard before and after a window: many times the length of soxr's filters at any ratio in use."""


@dataclass(frozen=True, slots=True)
class Resampling:
    """The way from ``source_rate`` to ``rate``, both in Hz.

    Output frame ``k`` lies at source time ``k * source_rate / rate``. Every window is computed by its own one-shot run,
    which begins at a source frame where both grids meet: so the phase is right and the result a function of the window.
    """

    source_rate: int
    rate: int

    @property
    def needed(self) -> bool:
        """Whether the two rates differ at all."""
        return self.source_rate != self.rate

    def frames(self, source_frames: int) -> int:
        """Return how many output frames ``source_frames`` become, to the nearest."""
        return resampled_frames(source_frames, self.source_rate, self.rate)

    def source_window(self, start: int, stop: int) -> tuple[int, int]:
        """Return the source frames, first and past the last, that the output frames ``start`` to ``stop`` need."""
        if not self.needed:
            return start, stop
        step = self.source_rate // gcd(self.source_rate, self.rate)
        margin = round(_MARGIN_SECONDS * self.source_rate)
        first = max(0, start * self.source_rate // self.rate - margin) // step * step
        return first, -(-stop * self.source_rate // self.rate) + margin

    def apply(self, samples: NDArray[np.float32], start: int, stop: int) -> NDArray[np.float32]:
        """Return the output frames ``start`` to ``stop``.

        Parameters
        ----------
        samples : ndarray of float32, shape (channels, frames)
            What lies in ``source_window(start, stop)``; fewer frames where the source ends, and silence follows.

        Returns
        -------
        ndarray of float32, shape (channels, stop - start)
        """
        if self.needed:
            first, last = self.source_window(start, stop)
            whole = np.zeros((last - first, len(samples)), np.float32)
            whole[: samples.shape[1]] = samples.T
            skipped = start - first * self.rate // self.source_rate
            samples = soxr.resample(whole, self.source_rate, self.rate, quality="VHQ").T[:, skipped:]
        out = np.zeros((len(samples), stop - start), np.float32)
        count = min(stop - start, samples.shape[1])
        out[:, :count] = samples[:, :count]
        return out
