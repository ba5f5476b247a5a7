"""Where a signal begins and ends to sound: by the level that it turns out to have, at any gain."""

import numpy as np
import pytest
from numpy.typing import NDArray

from auralis.dsp.edges import Edges

TICK = 441.0


def silence(peaks: NDArray[np.float64], step: int = 7) -> tuple[int, int]:
    edges = Edges()
    for first in range(0, len(peaks), step):
        part = peaks[first : first + step]
        edges.push(part, np.full(len(part), TICK))
    return edges.silence_frames()


@pytest.mark.parametrize("gain", [1.0, 0.25, 4.0, 1e-4])
@pytest.mark.parametrize("step", [1, 7, 1000])
def test_what_lies_60_db_under_the_peak_is_silence(gain: float, step: int) -> None:
    peaks = np.concatenate((np.full(20, 3e-4), [0.003], np.full(50, 0.9), [0.002], np.zeros(9), np.full(4, 5e-4)))
    assert silence(gain * peaks, step) == (20 * TICK, 13 * TICK)


def test_a_pause_within_is_no_edge() -> None:
    assert silence(np.concatenate(([0.5], np.zeros(100), [0.5]))) == (0, 0)


def test_silence_is_silent_from_the_start() -> None:
    assert silence(np.zeros(30)) == (30 * TICK, 0)
    assert silence(np.zeros(0)) == (0, 0)


def test_the_loudest_and_the_faintest_have_edges() -> None:
    assert silence(np.array([0.0, 1e6, 0.0])) == (TICK, TICK)
    assert silence(np.array([0.0, 1e-7, 0.0])) == (TICK, TICK)
    assert silence(np.array([0.0, 1e-9, 0.0])) == (3 * TICK, 0)
