"""What the side has of each third octave."""

import pytest
from tests.signals import RATE, sine, stereo, white_noise

from auralis.fingerprint.extractor import extract
from auralis.model.fingerprint import Fingerprint


def test_a_tone_in_the_side_is_all_side_and_one_in_the_middle_none() -> None:
    found = extract(stereo(sine(500, 3), sine(2000, 3, -26)), RATE)
    low, high = 14, 20  # 500 Hz and 2 kHz
    assert found.side_third_octave_db[high] == pytest.approx(found.third_octave_db[high], abs=0.01)
    assert found.third_octave_db[high] == pytest.approx(-7.0, abs=0.1)
    assert found.side_third_octave_db[low] < found.third_octave_db[low] - 60


def test_independent_channels_have_half_of_everything_in_the_side() -> None:
    found = extract(white_noise(6), RATE)
    for whole, side in zip(found.third_octave_db[10:29], found.side_third_octave_db[10:29], strict=True):
        assert side == pytest.approx(whole - 3.01, abs=0.4)


def test_mono_has_no_side_and_the_figures_survive_storing() -> None:
    found = extract(sine(500, 2, channels=1), RATE)
    assert set(found.side_third_octave_db) == {-120.0}
    assert Fingerprint.from_dict(found.to_dict()) == found
