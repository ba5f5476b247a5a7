"""Gains that move in time: a follower that looks ahead, and the delay that goes with it."""

from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.kernel import kernel

Samples = NDArray[np.float64]

_QUANTUM = 2.0**-30


@dataclass(frozen=True, slots=True)
class Timing:
    """How a gain moves: it falls within ``lookahead_ms``, rests for ``hold_ms``, recovers with ``release_ms`` (1/e)."""

    lookahead_ms: float
    hold_ms: float
    release_ms: float


@kernel
def _follow(
    need: Samples,
    recovery: float,
    values: Samples,
    stamps: NDArray[np.int64],
    wide: Samples,
    narrow: Samples,
    sums: Samples,
    counters: NDArray[np.int64],
    out: Samples,
) -> None:
    """Write a smooth gain that has reached every need ``len(wide) + len(narrow) - 2`` frames later.

    Sliding minimum (a queue of falling needs), exponential recovery, then two running means. The means add multiples
    of 2^-30, which is exact: no drift over hours, and a gain of exactly 1 where nothing is to be done.
    """
    span, size = counters[5], values.shape[0]
    now, head, tail, at_wide, at_narrow = counters[0], counters[1], counters[2], counters[3], counters[4]
    envelope, sum_wide, sum_narrow = sums[0], sums[1], sums[2]
    for i in range(need.shape[0]):
        want = need[i]
        while head != tail and values[(tail - 1) % size] >= want:
            tail -= 1
        if want < 1.0:
            values[tail % size] = want
            stamps[tail % size] = now
            tail += 1
        if head != tail and stamps[head % size] <= now - span:
            head += 1
        lowest = values[head % size] if head != tail else 1.0
        envelope = min(lowest, envelope + (1.0 - envelope) * recovery)
        step = np.floor(envelope / _QUANTUM + 0.5) * _QUANTUM
        sum_wide += step - wide[at_wide]
        wide[at_wide] = step
        at_wide = at_wide + 1 if at_wide + 1 < wide.shape[0] else 0
        mean = np.floor(sum_wide / (wide.shape[0] * _QUANTUM) + 0.5) * _QUANTUM
        sum_narrow += mean - narrow[at_narrow]
        narrow[at_narrow] = mean
        at_narrow = at_narrow + 1 if at_narrow + 1 < narrow.shape[0] else 0
        out[i] = sum_narrow / narrow.shape[0]
        now += 1
    counters[0], counters[1], counters[2], counters[3], counters[4] = now, head, tail, at_wide, at_narrow
    sums[0], sums[1], sums[2] = envelope, sum_wide, sum_narrow


class GainFollower:
    """Turns the gain needed at each frame into one that moves smoothly and is there in time, with carried state.

    The gain that comes out at frame ``i + latency_frames`` belongs to frame ``i`` of the signal.
    """

    def __init__(self, timing: Timing, sample_rate: int) -> None:
        lookahead = max(2, round(timing.lookahead_ms * 1e-3 * sample_rate))
        span = lookahead + 1 + round(timing.hold_ms * 1e-3 * sample_rate)
        self.latency_frames = lookahead
        self._recovery = 1.0 - exp(-1.0 / (timing.release_ms * 1e-3 * sample_rate))
        self._values = np.ones(span + 2)
        self._stamps = np.zeros(span + 2, np.int64)
        self._narrow = np.ones(lookahead // 2 + 1)
        self._wide = np.ones(lookahead + 1 - lookahead // 2)
        self._sums = np.array([1.0, self._wide.size, self._narrow.size])
        self._counters = np.array([0, 0, 0, 0, 0, span], np.int64)

    def follow(self, need: Samples) -> Samples:
        """Return the gain for each frame, from the gains needed at each frame (shape ``(frames,)``, 0..1)."""
        out = np.empty_like(need)
        _follow(
            need,
            self._recovery,
            self._values,
            self._stamps,
            self._wide,
            self._narrow,
            self._sums,
            self._counters,
            out,
        )
        return out


class Delay:
    """A delay of a fixed number of frames for blocks of any length."""

    def __init__(self, channels: int, frames: int, filled_with: float = 0.0) -> None:
        self._kept: Samples = np.full((channels, frames), filled_with)

    def push(self, block: Samples) -> Samples:
        """Return as many frames as came in, late by the delay."""
        joined = np.concatenate((self._kept, block), axis=1)
        self._kept = joined[:, block.shape[1] :].copy()
        return joined[:, : block.shape[1]]
