"""Resampling by windows: any window equals the whole, in place, in phase, and free of the source's other side."""

import numpy as np
import pytest

from auralis.streaming.resample import Resampling

PAIRS = [
    (44100, 48000),
    (48000, 44100),
    (96000, 44100),
    (22050, 48000),
    (44100, 96000),
    (192000, 44100),
    (44056, 48000),
]


def sweep(rate: int, seconds: float, top_hz: float) -> np.ndarray:
    time = np.arange(round(rate * seconds)) / rate
    return np.stack([0.5 * np.sin(np.pi * top_hz / seconds * time**2 + p) for p in (0, 1)]).astype(np.float32)


def window_of(way: Resampling, source: np.ndarray, start: int, stop: int) -> np.ndarray:
    first, last = way.source_window(start, stop)
    return way.apply(source[:, first:last], start, stop)


def decibels(difference: np.ndarray) -> float:
    return 20 * np.log10(np.abs(difference).max() + 1e-12)


@pytest.mark.parametrize(("source_rate", "rate"), PAIRS)
def test_any_window_equals_the_whole(source_rate: int, rate: int):
    # A ratio of big numbers is stepped by soxr in floating point, and drifts by some picoseconds.
    limit = -100 if source_rate == 44056 else -120
    way = Resampling(source_rate, rate)
    source = sweep(source_rate, 4.0, 9000)
    frames = way.frames(source.shape[1])
    whole = window_of(way, source, 0, frames)
    for start, stop in [(0, rate), (rate, 3 * rate), (12345 * rate // 48000, 2 * rate + 1), (3 * rate, frames)]:
        assert decibels(window_of(way, source, start, stop) - whole[:, start:stop]) < limit


@pytest.mark.parametrize(("source_rate", "rate"), PAIRS)
def test_a_tone_stays_in_its_place_and_phase(source_rate: int, rate: int):
    way = Resampling(source_rate, rate)
    tone = 0.5 * np.sin(2 * np.pi * 997 * np.arange(3 * source_rate) / source_rate)
    start, stop = rate, 2 * rate
    expected = 0.5 * np.sin(2 * np.pi * 997 * np.arange(start, stop) / rate)
    got = window_of(way, tone[None].astype(np.float32), start, stop)[0]
    assert decibels(got - expected) < -110


def test_the_same_rate_changes_nothing():
    way = Resampling(44100, 44100)
    source = sweep(44100, 1.0, 9000)
    assert not way.needed
    assert way.source_window(100, 200) == (100, 200)
    assert np.array_equal(way.apply(source[:, 100:200], 100, 200), source[:, 100:200])


def test_silence_follows_where_the_source_ends():
    same = Resampling(44100, 44100).apply(np.ones((1, 10), np.float32), 0, 25)
    assert np.array_equal(same[0], [1.0] * 10 + [0.0] * 15)
    way = Resampling(44100, 48000)
    source = sweep(44100, 1.0, 9000)
    tail = window_of(way, source, 48000 - 100, 48000 + 48000)
    assert tail.shape == (2, 48100)
    assert np.abs(tail[:, 2000:]).max() < 1e-6


def test_a_window_is_a_function_of_the_window_alone():
    way = Resampling(44100, 48000)
    source = sweep(44100, 3.0, 15000)
    first = window_of(way, source, 48000, 60000)
    window_of(way, source, 0, 144000)
    assert np.array_equal(window_of(way, source, 48000, 60000), first)
