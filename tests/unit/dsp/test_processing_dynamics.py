"""Compressor and onset emphasis do what their figures say, and the side's equalizer leaves the middle alone."""

import numpy as np
import pytest
from tests.mixes import judge
from tests.signals import RATE, gain, sine, stereo, white_noise

from auralis.dsp.compression import compression_db
from auralis.dsp.dynamics import Dynamics
from auralis.dsp.equalizer import BANDS, curve_db
from auralis.dsp.stereo import SideEqualizer


def test_the_curve_is_nothing_below_and_a_line_above() -> None:
    curve = compression_db(np.array([-40.0, -23.0, -20.0, -17.0, -10.0]), -20.0, 0.2)
    assert curve == pytest.approx([0.0, 0.0, -0.15, -0.6, -2.0])


@pytest.mark.parametrize("level_db", [-30.0, -12.0])
def test_a_steady_sound_is_compressed_as_the_curve_says(level_db: float) -> None:
    tone = sine(1000, 3, level_db)
    before = judge(tone).lufs
    x = tone.astype(np.float64)
    Dynamics(RATE, -20.0, 0.2, 0.0).apply(x)
    after = judge(x[:, RATE:].astype(np.float32)).lufs
    assert after - before == pytest.approx(float(compression_db(np.array([before]), -20.0, 0.2)[0]), abs=0.1)


def test_an_onset_stands_out_and_what_follows_does_not() -> None:
    x = np.zeros((2, 2 * RATE))
    x[:, RATE:] = sine(1000, 1, -12)
    dry = x.copy()
    Dynamics(RATE, 0.0, 0.0, 2.0).apply(x)
    onset, body = slice(RATE + 200, RATE + 1500), slice(RATE + RATE // 2, 2 * RATE)
    assert 20 * np.log10(np.std(x[:, onset]) / np.std(dry[:, onset])) > 1.0
    assert np.abs(x[:, body] - dry[:, body]).max() < 1e-6
    assert not x[:, :RATE].any()


def test_the_steady_hum_of_a_bass_is_no_onset() -> None:
    x = sine(50, 2, -6).astype(np.float64)
    dry = x.copy()
    Dynamics(RATE, 0.0, 0.0, 2.0).apply(x)
    assert np.abs(x - dry)[:, RATE:].max() < 1e-3


def test_what_both_channels_share_keeps_its_bits() -> None:
    same = white_noise(0.5, channels=1).repeat(2, axis=0).astype(np.float64)
    after = same.copy()
    SideEqualizer((1.5,) * BANDS, RATE).apply(after)
    assert np.array_equal(after, same)


def test_the_side_is_filtered_and_the_middle_is_not() -> None:
    gains = np.array([0, 0, 0, 0.5, 1.2, 1.5, 1.5, 1.5, 1.5, 1.5])
    tone, side = sine(2000, 1, -12), gain(sine(2000, 1, -12, phase=0.25), -6)
    x = stereo(tone, side).astype(np.float64)
    SideEqualizer(tuple(gains), RATE).apply(x)
    assert (x[0] + x[1]) / 2 == pytest.approx(tone[0], abs=1e-6)
    raised = 20 * np.log10(np.std((x[0] - x[1])[RATE // 4 :]) / np.std(2 * side[0][RATE // 4 :]))
    assert raised == pytest.approx(float(curve_db(gains, [2000.0])[0]), abs=0.05)
