"""What sounds in quiet and in loud passages."""

import numpy as np
import pytest
from tests.signals import RATE, sine, stereo

from auralis.fingerprint.extractor import Extractor, extract
from auralis.model.fingerprint import Fingerprint

LOW, HIGH = 7, 20  # 100 Hz and 2 kHz


def test_quiet_and_loud_passages_have_a_spectrum_each() -> None:
    quiet, loud = sine(100, 40, -30), sine(2000, 40, -10)
    passages = extract(np.concatenate((quiet, loud), axis=1), RATE).passages
    first, last = passages[0], passages[-1]
    assert first.third_octave_db[LOW] == pytest.approx(0.0, abs=0.2)
    assert last.third_octave_db[HIGH] == pytest.approx(0.0, abs=0.2)
    assert last.loudness_lufs - first.loudness_lufs > 18.0
    assert sum(passage.share for passage in passages) == pytest.approx(1.0, abs=0.01)
    levels = [passage.loudness_lufs for passage in passages]
    assert levels == sorted(levels)


def test_the_side_is_told_apart() -> None:
    (passage, *_) = extract(stereo(sine(100, 6), sine(2000, 6)), RATE).passages
    assert passage.side_third_octave_db[HIGH] == pytest.approx(passage.third_octave_db[HIGH], abs=0.2)
    assert passage.side_third_octave_db[LOW] < passage.third_octave_db[LOW] - 40


@pytest.mark.parametrize("seconds", [0.0, 0.1, 1.0, 30.0])
def test_silence_has_no_passage(seconds: float) -> None:
    assert extract(np.zeros((2, round(seconds * RATE)), np.float32), RATE).passages == ()


def test_a_sound_shorter_than_a_window_is_one_passage_and_survives_storing() -> None:
    found = extract(sine(1000, 0.7), RATE)
    assert len(found.passages) == 1
    assert Fingerprint.from_dict(found.to_dict()) == found


def test_an_estimate_takes_nothing_away() -> None:
    extractor = Extractor(RATE, 2)
    extractor.push(sine(440, 10))
    before = extractor.estimate().passages
    assert extractor.estimate().passages == before
    assert extractor.finish().passages == before
