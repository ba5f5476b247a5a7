"""Rooms, spectra, widths and peaks."""

import numpy as np

from auralis.demo.effects import echoed, hold_peaks, in_room, panned, shape_spectrum, with_side_gain

RATE = 44100
NOISE = (0.1 * np.random.default_rng(3).standard_normal((2, RATE))).astype(np.float32)


def test_peaks_are_held_and_quiet_sound_is_left_alone() -> None:
    loud = NOISE.copy()
    loud[:, 20_000:20_100] *= 12
    assert np.abs(hold_peaks(loud, RATE, 0.5)).max() <= 0.5 + 1e-6
    assert np.array_equal(hold_peaks(NOISE, RATE, 0.9), NOISE)


def test_a_curve_is_followed() -> None:
    t = np.arange(RATE) / RATE
    for hz, gain_db in ((200.0, 0.0), (8000.0, -12.0)):
        tone = np.tile(np.sin(2 * np.pi * hz * t), (2, 1)).astype(np.float32)
        shaped = shape_spectrum(tone, RATE, ((1000, 0), (2000, -12)))
        middle = slice(RATE // 4, -RATE // 4)
        change = 10 * np.log10(np.mean(shaped[:, middle] ** 2) / np.mean(tone[:, middle] ** 2))
        assert abs(change - gain_db) < 0.2


def test_no_curve_changes_nothing() -> None:
    assert np.array_equal(shape_spectrum(NOISE, RATE, ()), NOISE)


def test_a_side_gain_of_nothing_is_mono() -> None:
    mono = with_side_gain(NOISE, 0.0)
    assert np.array_equal(mono[0], mono[1])
    assert np.allclose(with_side_gain(NOISE, 1.0), NOISE, atol=1e-7)


def test_a_room_answers_after_the_sound_and_dies_away() -> None:
    click = np.zeros((2, 2 * RATE), np.float32)
    click[:, 0] = 1
    wet = in_room(click, RATE, 1.0)
    assert np.abs(wet[:, : RATE // 200]).max() < 1e-6
    early, late = (np.mean(wet[:, s] ** 2) for s in (slice(0, RATE // 2), slice(RATE, 3 * RATE // 2)))
    assert late < early / 1000


def test_echoes_come_after_the_delay_from_the_other_side() -> None:
    click = np.zeros((2, RATE), np.float32)
    click[0, 0] = 1
    echoes = echoed(click, RATE, 0.25)
    assert not echoes[:, : RATE // 4].any()
    assert np.abs(echoes[1, RATE // 4 : RATE // 3]).max() > np.abs(echoes[0, RATE // 4 : RATE // 3]).max()


def test_pan_keeps_the_power() -> None:
    for pan in (-1.0, -0.3, 0.0, 0.8):
        assert np.isclose((panned(NOISE[0], pan) ** 2).sum(), 2 * (NOISE[0] ** 2).sum(), rtol=1e-4)
