"""Loudness by ITU-R BS.1770 and EBU R 128: integrated, momentary, short-term and range, in constant memory."""

import math

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.histogram import BINS, bin_at, bin_of, percentile
from auralis.dsp.kernel import kernel
from auralis.dsp.kweighting import OFFSET_LU
from auralis.dsp.levels import COLUMNS, FRAMES, PEAK, POWER, TICKS_PER_HOP, WEIGHTED, LevelMeter
from auralis.model.fingerprint import SILENCE_LUFS

Table = NDArray[np.float64]

ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
RANGE_GATE_LU = -20.0
MOMENTARY_TICKS, SHORT_TERM_TICKS = 40, 300

HOPS, HOP_PEAKS = range(2)
BLOCKS, BLOCK_WEIGHTED, BLOCK_POWER = range(3)
"""Columns of the table of 400 ms blocks: how many, the sum of their weighted and of their plain mean squares."""
WINDOWS, WINDOW_WEIGHTED, WINDOW_LEVEL, WINDOW_LEVEL2, WINDOW_CREST, WINDOW_CREST2, WINDOW_TOP, WINDOW_TOP2 = range(8)
"""Columns of the table of 3 s windows: how many, the sum of their weighted mean squares, and sums and sums of squares
of their loudness (LUFS), their crest (dB) and their peak (linear)."""


_SEEN, _MAX_MOMENTARY, _MAX_SHORT_TERM = range(3)
_WINDOW_UPDATE_TICKS = 5


def lufs(mean_square: float) -> float:
    """Return the loudness of a K-weighted mean square, at least -70 LUFS (which is silence)."""
    if mean_square <= 0:
        return SILENCE_LUFS
    return max(SILENCE_LUFS, OFFSET_LU + 10.0 * math.log10(mean_square))


@kernel
def _level(mean_square: float) -> float:
    return OFFSET_LU + 10.0 * math.log10(max(mean_square, 1e-30))


@kernel
def _mean(ring: Table, seen: int, column: int, ticks: int) -> float:
    """Return the mean square over the newest ``ticks`` ticks."""
    total, frames = 0.0, 0.0
    place = (seen - ticks) % SHORT_TERM_TICKS
    for _ in range(ticks):
        total += ring[place, column]
        frames += ring[place, FRAMES]
        place = place + 1 if place + 1 < SHORT_TERM_TICKS else 0
    return total / max(frames, 1.0)


@kernel
def _count_block(ring: Table, seen: int, blocks: Table) -> None:
    """Count the 400 ms block that ends here."""
    weighted = _mean(ring, seen, WEIGHTED, MOMENTARY_TICKS)
    row = blocks[bin_of(_level(weighted))]
    row[BLOCKS] += 1
    row[BLOCK_WEIGHTED] += weighted
    row[BLOCK_POWER] += _mean(ring, seen, POWER, MOMENTARY_TICKS)


@kernel
def _count_window(ring: Table, seen: int, windows: Table) -> None:
    """Count the 3 s window that ends here."""
    weighted = _mean(ring, seen, WEIGHTED, SHORT_TERM_TICKS)
    power = _mean(ring, seen, POWER, SHORT_TERM_TICKS)
    top = 0.0
    for i in range(SHORT_TERM_TICKS):
        top = max(top, ring[i, PEAK])
    level = _level(weighted)
    crest = 10.0 * math.log10(max(top * top, 1e-30) / max(power, 1e-30))
    row = windows[bin_of(level)]
    row[WINDOWS] += 1
    row[WINDOW_WEIGHTED] += weighted
    row[WINDOW_LEVEL] += level
    row[WINDOW_LEVEL2] += level * level
    row[WINDOW_CREST] += crest
    row[WINDOW_CREST2] += crest * crest
    row[WINDOW_TOP] += top
    row[WINDOW_TOP2] += top * top


@kernel
def _advance(ticks: Table, ring: Table, state: Table, hops: Table, blocks: Table, windows: Table) -> None:
    """Add finished ticks to the distributions."""
    seen = int(state[_SEEN])
    for n in range(ticks.shape[0]):
        ring[seen % SHORT_TERM_TICKS] = ticks[n]
        seen += 1
        if seen >= MOMENTARY_TICKS:
            state[_MAX_MOMENTARY] = max(state[_MAX_MOMENTARY], _mean(ring, seen, WEIGHTED, MOMENTARY_TICKS))
        if seen >= SHORT_TERM_TICKS and seen % _WINDOW_UPDATE_TICKS == 0:
            state[_MAX_SHORT_TERM] = max(state[_MAX_SHORT_TERM], _mean(ring, seen, WEIGHTED, SHORT_TERM_TICKS))
        if seen % TICKS_PER_HOP:
            continue
        top = 0.0
        for age in range(TICKS_PER_HOP):
            top = max(top, ring[(seen - 1 - age) % SHORT_TERM_TICKS, PEAK])
        hops[bin_of(_level(_mean(ring, seen, WEIGHTED, TICKS_PER_HOP))), HOPS] += 1
        hops[bin_of(20.0 * math.log10(max(top, 1e-30))), HOP_PEAKS] += 1
        if seen >= MOMENTARY_TICKS:
            _count_block(ring, seen, blocks)
        if seen >= SHORT_TERM_TICKS:
            _count_window(ring, seen, windows)
    state[_SEEN] = seen


class LoudnessStatistics:
    """Distributions of level over a programme, made from the ticks of a `LevelMeter`; their size does not grow.

    Attributes
    ----------
    hops : ndarray, shape (BINS, 2)
        How many 100 ms hops had a loudness (``HOPS``) and a sample peak (``HOP_PEAKS``) in each bin.
    blocks : ndarray, shape (BINS, 3)
        The 400 ms gating blocks, every 100 ms, by loudness.
    windows : ndarray, shape (BINS, 8)
        The 3 s windows, every 100 ms, by loudness.
    """

    def __init__(self) -> None:
        self.hops = np.zeros((BINS, 2))
        self.blocks = np.zeros((BINS, 3))
        self.windows = np.zeros((BINS, 8))
        self._ring = np.zeros((SHORT_TERM_TICKS, COLUMNS))
        self._state = np.zeros(3)

    def add(self, ticks: Table) -> None:
        """Add finished ticks, shape (ticks, COLUMNS)."""
        _advance(ticks, self._ring, self._state, self.hops, self.blocks, self.windows)

    def close(self, rest: Table) -> None:
        """Add the tick that the end cut short, shape (0 or 1, COLUMNS).

        BS.1770 leaves unfinished blocks uncounted, but their peak counts, and so does all of a programme shorter than
        one block.
        """
        seen = int(self._state[_SEEN])
        if seen < MOMENTARY_TICKS:
            self.add(rest)
        unfinished = [self._ring[(seen - 1 - age) % SHORT_TERM_TICKS, PEAK] for age in range(seen % TICKS_PER_HOP)]
        tops = [*unfinished, *rest[:, PEAK]]
        if tops:
            self.hops[bin_at(20.0 * math.log10(max(*tops, 1e-30))), HOP_PEAKS] += 1

    def gated_blocks(self) -> Table:
        """Return the blocks over both gates of BS.1770, summed: how many, weighted and plain mean squares.

        A programme shorter than one block is taken as one block of its own length.
        """
        if self._state[_SEEN] < MOMENTARY_TICKS:
            ticks = self._ring[: int(self._state[_SEEN])]
            frames = max(1.0, float(ticks[:, FRAMES].sum()))
            return np.array([1.0, ticks[:, WEIGHTED].sum() / frames, ticks[:, POWER].sum() / frames])
        return np.asarray(_gated(self.blocks, RELATIVE_GATE_LU).sum(axis=0))

    def gated_windows(self) -> Table:
        """Return the rows of ``windows`` over the gates of EBU Tech 3342 (-70 LUFS, and 20 LU under their mean)."""
        return _gated(self.windows, RANGE_GATE_LU)

    def integrated_lufs(self) -> float:
        """Return the integrated loudness (BS.1770-5, Annex 1), LUFS."""
        count, weighted, _ = self.gated_blocks()
        return lufs(weighted / count) if count else SILENCE_LUFS

    def loudness_range_lu(self) -> float:
        """Return the loudness range (EBU Tech 3342), LU; 0 for a programme shorter than a window."""
        counts = self.gated_windows()[:, WINDOWS]
        return percentile(counts, 0.95) - percentile(counts, 0.10)

    def momentary_lufs(self) -> float:
        """Return the loudness of the newest 400 ms, LUFS."""
        return self._newest(MOMENTARY_TICKS)

    def short_term_lufs(self) -> float:
        """Return the loudness of the newest 3 s, LUFS."""
        return self._newest(SHORT_TERM_TICKS)

    def maximum_momentary_lufs(self) -> float:
        """Return the highest momentary loudness so far, LUFS."""
        return lufs(self._state[_MAX_MOMENTARY])

    def maximum_short_term_lufs(self) -> float:
        """Return the highest short-term loudness so far, LUFS."""
        return lufs(self._state[_MAX_SHORT_TERM])

    def _newest(self, ticks: int) -> float:
        seen = int(self._state[_SEEN])
        return lufs(_mean(self._ring, seen, WEIGHTED, ticks)) if seen >= ticks else SILENCE_LUFS


def _gated(table: Table, relative_gate_lu: float) -> Table:
    """Return the rows of ``table`` over -70 LUFS and over its gate relative to the mean of those."""
    audible = table[bin_at(ABSOLUTE_GATE_LUFS) :]
    count, weighted = audible[:, :2].sum(axis=0)
    if not count:
        return table[:0]
    gate = max(ABSOLUTE_GATE_LUFS, lufs(weighted / count) + relative_gate_lu)
    kept = table.copy()
    kept[: bin_at(gate)] = 0.0
    return kept


class LoudnessMeter(LoudnessStatistics):
    """A meter of integrated, momentary and short-term loudness and of loudness range, fed in blocks of any size.

    Parameters
    ----------
    sample_rate : int
        Hz.
    channels : int
        In FFmpeg's order; mono counts as one channel.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        super().__init__()
        self._levels = LevelMeter(sample_rate, channels)

    def push(self, samples: NDArray[np.float32]) -> None:
        """Measure the next samples, shape (channels, frames)."""
        self.add(self._levels.push(np.ascontiguousarray(samples, np.float32)))


def measure_loudness(samples: NDArray[np.float32], sample_rate: int) -> float:
    """Return the integrated loudness of whole ``samples`` (channels, frames) in LUFS; silence is -70."""
    meter = LoudnessMeter(sample_rate, samples.shape[0])
    meter.push(samples)
    return meter.integrated_lufs()
