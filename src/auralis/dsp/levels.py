"""Energies and peaks of a signal in ticks of 10 ms: the one pass over the samples that all level measures share."""

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.highest import highest
from auralis.dsp.kernel import kernel
from auralis.dsp.kweighting import channel_weights, k_weighting

Samples = NDArray[np.float32]
Sums = NDArray[np.float64]

TICKS_PER_HOP = 10
"""A hop is the 100 ms step of BS.1770's gating blocks; maxima of momentary loudness need the finer ticks."""

WEIGHTED, POWER, PEAK, LEFT, RIGHT, CROSS, SIDE, FRAMES, LEFT_SUM, RIGHT_SUM = range(10)
"""Columns of a tick: K-weighted energy over all channels, energy of the loudest channel, highest absolute sample,
energies of left and right, sum of left times right, sum of (left minus right) squared, frames, and the sums of left and
of right, which tell a constant offset."""
COLUMNS = 10

_Z, _WEIGHTED, _POWER, _SUM = 0, 4, 5, 6


@kernel
def _filter_one(x: Samples, start: int, stop: int, c: Sums, z: Sums) -> None:
    """Filter one channel and add up its weighted and its plain energy."""
    l1, l2, l3, l4, weighted, power, total = z[0], z[1], z[2], z[3], z[4], z[5], z[6]
    for i in range(start, stop):
        v = np.float64(x[i])
        power += v * v
        total += v
        y = c[0] * v + l1
        l1 = (c[1] * v + l2) - c[3] * y
        l2 = c[2] * v - c[4] * y
        w = y + l3
        l3 = l4 - 2.0 * y - c[5] * w
        l4 = y - c[6] * w
        weighted += w * w
    z[0], z[1], z[2], z[3], z[4], z[5], z[6] = l1, l2, l3, l4, weighted, power, total


@kernel
def _filter_two(x: Samples, start: int, stop: int, c: Sums, z: Sums, tick: Sums) -> None:
    """Filter two channels side by side, so that their recursions overlap in the processor."""
    b0, b1, b2, a1, a2, d1, d2 = c[0], c[1], c[2], c[3], c[4], c[5], c[6]
    l1, l2, l3, l4, left_weighted, left_power = z[0, 0], z[0, 1], z[0, 2], z[0, 3], z[0, 4], z[0, 5]
    r1, r2, r3, r4, right_weighted, right_power = z[1, 0], z[1, 1], z[1, 2], z[1, 3], z[1, 4], z[1, 5]
    cross, left_sum, right_sum = tick[CROSS], z[0, _SUM], z[1, _SUM]
    for i in range(start, stop):
        left = np.float64(x[0, i])
        right = np.float64(x[1, i])
        left_power += left * left
        right_power += right * right
        cross += left * right
        left_sum += left
        right_sum += right
        y = b0 * left + l1
        l1 = (b1 * left + l2) - a1 * y
        l2 = b2 * left - a2 * y
        w = y + l3
        l3 = l4 - 2.0 * y - d1 * w
        l4 = y - d2 * w
        left_weighted += w * w
        y = b0 * right + r1
        r1 = (b1 * right + r2) - a1 * y
        r2 = b2 * right - a2 * y
        w = y + r3
        r3 = r4 - 2.0 * y - d1 * w
        r4 = y - d2 * w
        right_weighted += w * w
    z[0, 0], z[0, 1], z[0, 2], z[0, 3], z[0, 4], z[0, 5] = l1, l2, l3, l4, left_weighted, left_power
    z[1, 0], z[1, 1], z[1, 2], z[1, 3], z[1, 4], z[1, 5] = r1, r2, r3, r4, right_weighted, right_power
    tick[CROSS], z[0, _SUM], z[1, _SUM] = cross, left_sum, right_sum


@kernel
def _end_tick(weights: Sums, z: Sums, tick: Sums, row: Sums) -> None:
    """Write the sums of a finished tick into ``row`` and start the next one."""
    row[:] = tick
    row[LEFT] = z[0, _POWER]
    row[RIGHT] = z[z.shape[0] - 1, _POWER]
    row[LEFT_SUM] = z[0, _SUM]
    row[RIGHT_SUM] = z[z.shape[0] - 1, _SUM]
    if z.shape[0] == 1:
        row[CROSS] = row[LEFT]
    row[SIDE] = max(0.0, row[LEFT] + row[RIGHT] - 2.0 * row[CROSS])
    for channel in range(z.shape[0]):
        row[WEIGHTED] += weights[channel] * z[channel, _WEIGHTED]
        row[POWER] = max(row[POWER], z[channel, _POWER])
        z[channel, _WEIGHTED] = 0.0
        z[channel, _POWER] = 0.0
        z[channel, _SUM] = 0.0
        for i in range(4):
            # After the music, the recursion would decay into denormals, which are slow.
            if abs(z[channel, i]) < 1e-30:
                z[channel, i] = 0.0
    tick[:] = 0.0


@kernel
def _measure(x: Samples, hop: int, position: int, c: Sums, weights: Sums, z: Sums, tick: Sums, rows: Sums) -> int:
    """Fill ``rows`` with the ticks that end within ``x``; return how many."""
    channels, frames = x.shape
    start, count = 0, 0
    while start < frames:
        inside = (position + start) % hop
        index = inside * TICKS_PER_HOP // hop
        while hop * (index + 1) // TICKS_PER_HOP <= inside:
            index += 1
        left = hop * (index + 1) // TICKS_PER_HOP - inside
        stop = min(frames, start + left)
        if channels == 2:
            _filter_two(x, start, stop, c, z, tick)
        else:
            for channel in range(channels):
                _filter_one(x[channel], start, stop, c, z[channel])
        for channel in range(channels):
            tick[PEAK] = max(tick[PEAK], np.float64(highest(x[channel, start:stop])))
        tick[FRAMES] += stop - start
        if stop - start == left:
            _end_tick(weights, z, tick, rows[count])
            count += 1
        start = stop
    return count


class LevelMeter:
    """Turns blocks of samples into ticks of 10 ms, the same whatever the sizes of the blocks.

    Parameters
    ----------
    sample_rate : int
        Hz.
    channels : int
        Channels of the blocks, in FFmpeg's order. What a tick says of left and right is true of one and two channels.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        self.hop = max(1, (sample_rate + 5) // 10)
        self._position = 0
        self._coefficients = k_weighting(sample_rate)
        self._weights = channel_weights(channels)
        self._channels = np.zeros((channels, 7))
        self._tick = np.zeros(COLUMNS)

    def push(self, samples: Samples) -> Sums:
        """Return the ticks that ended within ``samples`` (channels, frames); shape (ticks, COLUMNS)."""
        frames = samples.shape[1]
        rows = np.zeros((frames * TICKS_PER_HOP // self.hop + TICKS_PER_HOP + 1, COLUMNS))
        count = _measure(
            samples, self.hop, self._position, self._coefficients, self._weights, self._channels, self._tick, rows,
        )  # fmt: skip
        self._position += frames
        return rows[:count]

    def rest(self) -> Sums:
        """Return the tick that the end of the signal cut short, shape (0 or 1, COLUMNS); the meter is then used up."""
        rows = np.zeros((1, COLUMNS))
        _end_tick(self._weights, self._channels, self._tick, rows[0])
        return rows[: int(rows[0, FRAMES] > 0)]
