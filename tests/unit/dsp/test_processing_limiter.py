"""The limiter holds its ceiling, between the samples too, moves its gain gently, and lets quiet sound be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.mixes import judge

from auralis.dsp.gain import Delay, GainFollower, Timing
from auralis.dsp.limiter import Limiter
from auralis.dsp.oversampling import interpolation_filter

RATE = 44_100
Lines = NDArray[np.float64]


def limited(samples: Lines, rate: int = RATE, ceiling_dbtp: float = -1.0) -> Lines:
    limiter = Limiter(rate, ceiling_dbtp)
    late = np.concatenate((samples, np.zeros((2, limiter.latency_frames))), axis=1)
    return limiter.apply(late)[0][:, limiter.latency_frames :]


def steep_peak_dbtp(samples: Lines) -> float:
    """The highest true peak by an interpolator steeper than any meter's."""
    phases = interpolation_filter(16, 64, beta=8.0)
    return 20 * float(np.log10(max(np.abs(np.convolve(line, phase)).max() for line in samples for phase in phases)))


def torture(rate: int) -> dict[str, Lines]:
    t = np.arange(rate // 2) / rate
    noise = np.random.default_rng(4)
    bursts = (np.floor(t * 50) % 3 == 0) * 2.0
    between = np.sin(0.5 * np.pi * np.arange(t.size) + 0.25 * np.pi)
    signs = np.sign(noise.standard_normal(t.size))
    lines = {
        "square": np.sign(np.sin(2 * np.pi * 0.0226 * np.arange(t.size) + 0.1)),
        "noise": noise.uniform(-1, 1, t.size),
        "signs": signs,
        "bursts of signs": signs * bursts,
        "between the samples": 1.414 * between,
        "bursts between the samples": 1.414 * between * bursts,
        "impulses": np.where(np.arange(t.size) % 441 == 7, 3.0, 0.0),
        "steps": np.where(np.floor(t * 20) % 2 == 0, 1.0, -1.0),
        "bursts of bass": 3.0 * np.sin(2 * np.pi * 60 * t) * (np.floor(t * 8) % 2),
    }
    return {name: np.stack((line, 0.9 * np.roll(line, 3))) for name, line in lines.items()}


@pytest.mark.parametrize("rate", [8_000, 44_100, 96_000])
@pytest.mark.parametrize("name", torture(8_000))
def test_no_true_peak_is_over_the_ceiling(name: str, rate: int) -> None:
    out = limited(torture(rate)[name], rate)
    assert judge(out.astype(np.float32), rate).dbtp <= -1.0
    assert steep_peak_dbtp(out) <= -0.9


def test_what_is_under_the_ceiling_passes_bit_for_bit() -> None:
    quiet = 0.25 * np.random.default_rng(1).uniform(-1, 1, (2, 30_000))
    assert np.array_equal(limited(quiet), quiet)


@settings(max_examples=10, deadline=None)
@given(cuts=st.lists(st.integers(0, 20_000), max_size=6))
def test_blocks_of_any_size_give_the_same_samples(cuts: list[int]) -> None:
    loud = np.random.default_rng(2).normal(0, 0.6, (2, 20_000))
    limiter = Limiter(RATE, -1.0)
    pieces = [limiter.apply(piece)[0] for piece in np.split(loud, sorted(cuts), axis=1)]
    assert np.array_equal(np.concatenate(pieces, axis=1), Limiter(RATE, -1.0).apply(loud)[0])


def test_the_gains_told_are_those_applied() -> None:
    t = np.arange(RATE) / RATE
    hot = np.tile(1.5 * np.sin(2 * np.pi * 1000 * t), (2, 1))
    limiter = Limiter(RATE, -1.0)
    out, gain, bass_gain = limiter.apply(hot)
    late = Delay(2, limiter.latency_frames).push(hot)
    assert np.allclose(out, late * gain, atol=1e-9)
    assert (bass_gain == 1.0).all()
    assert gain[RATE // 2 :].min() == pytest.approx(10 ** (-1.08 / 20) / 1.5, rel=0.015)


def test_bass_that_is_too_high_gives_way_alone() -> None:
    t = np.arange(2 * RATE) / RATE
    limiter = Limiter(RATE, -1.0)
    _, gain, bass_gain = limiter.apply(np.tile(1.1 * np.sin(2 * np.pi * 60 * t), (2, 1)))
    assert 20 * np.log10(bass_gain[RATE:].max()) < -1.5
    assert 20 * np.log10(gain[RATE:].min()) > -0.3


@settings(max_examples=20, deadline=None)
@given(places=st.lists(st.integers(0, 3_000), min_size=1, max_size=8), depth=st.floats(0.1, 0.9))
def test_a_gain_is_there_in_time_and_never_above_what_is_needed(places: list[int], depth: float) -> None:
    need = np.ones(4_000)
    need[places] = depth
    follower = GainFollower(Timing(lookahead_ms=2.0, hold_ms=1.0, release_ms=20.0), RATE)
    gain = follower.follow(need)
    late = Delay(1, follower.latency_frames, 1.0).push(need[np.newaxis])[0]
    assert (gain <= late + 1e-9).all()
    assert np.abs(np.diff(gain)).max() < 3.0 / follower.latency_frames


def test_a_gain_comes_back_to_one_and_to_nothing_else() -> None:
    need = np.ones(RATE)
    need[100] = 0.3
    assert GainFollower(Timing(2.0, 1.0, 20.0), RATE).follow(need)[-1] == 1.0
