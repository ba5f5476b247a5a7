"""The equalizer keeps to its curve at any rate, is minimum phase, and runs the same in any blocks."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.signals import white_noise

from auralis.dsp.biquad import Cascade
from auralis.dsp.equalizer import BANDS, curve_db, design_sections, fit_gains, highpass_section, sections_db
from auralis.model.fingerprint import THIRD_OCTAVE_HZ

CENTRES = np.array(THIRD_OCTAVE_HZ)
GAINS = st.lists(st.floats(-2.0, 1.5), min_size=BANDS, max_size=BANDS)


@settings(max_examples=40, deadline=None)
@given(gains=GAINS, rate=st.sampled_from((8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000)))
def test_the_digital_filter_keeps_to_the_curve_at_any_rate(gains: list[float], rate: int) -> None:
    heard = CENTRES[rate / 2 > CENTRES * 10**0.05]
    error = sections_db(design_sections(gains, rate), heard, rate) - curve_db(gains, heard)
    assert np.abs(error).max() <= 0.5


@settings(max_examples=20, deadline=None)
@given(gains=GAINS)
def test_every_section_is_minimum_phase(gains: list[float]) -> None:
    for b0, b1, b2, a1, a2 in design_sections(gains, 44_100):
        assert np.abs(np.roots([1.0, a1, a2])).max() < 1.0
        assert np.abs(np.roots([b0, b1, b2])).max() < 1.0


def test_what_the_filter_does_to_sound_is_what_its_response_says() -> None:
    sections = design_sections(np.linspace(-2.0, 2.0, BANDS), 44_100)
    impulse = np.zeros((2, 44_100))
    impulse[:, 0] = 1.0
    Cascade(sections).apply(impulse)
    spectrum = 20 * np.log10(np.abs(np.fft.rfft(impulse[0])))
    assert np.abs(spectrum[30:20_000] - sections_db(sections, np.arange(30.0, 20_000.0), 44_100)).max() < 0.01


def test_no_gain_is_no_filter() -> None:
    assert len(design_sections((0.0,) * BANDS, 44_100)) == 0


def test_the_rumble_filter_takes_direct_current_and_leaves_the_bass() -> None:
    section = highpass_section(10.0, 44_100)[np.newaxis]
    assert sections_db(section, [0.5], 44_100)[0] < -50
    assert sections_db(section, [25.0], 44_100)[0] > -0.2


@settings(max_examples=10, deadline=None)
@given(cuts=st.lists(st.integers(0, 5_000), max_size=6))
def test_blocks_of_any_size_give_the_same_samples(cuts: list[int]) -> None:
    sections = design_sections(np.linspace(2.0, -2.0, BANDS), 44_100)
    whole = white_noise(5_000 / 44_100).astype(np.float64)
    pieces = [piece.copy() for piece in np.split(whole, sorted(cuts), axis=1)]
    cascade = Cascade(sections)
    for piece in pieces:
        cascade.apply(piece)
    Cascade(sections).apply(whole)
    assert np.array_equal(np.concatenate(pieces, axis=1), whole)


def test_the_ringing_after_a_sound_ends_in_zeros() -> None:
    cascade = Cascade(np.stack([highpass_section(10.0, 44_100)]))
    cascade.apply(np.ones((2, 1_000)))
    for _ in range(20):
        after = np.zeros((2, 44_100))
        cascade.apply(after)
    assert not after.any()


def test_a_fit_comes_near_the_wanted_curve_and_stays_under_the_highest_allowed() -> None:
    wanted = 2.0 * np.exp(-0.5 * (np.log2(CENTRES / 1000) / 1.0) ** 2)
    free = curve_db(fit_gains(wanted, np.full(31, np.inf), CENTRES), CENTRES)
    assert np.abs(free - wanted).max() < 0.4
    most = np.where(CENTRES < 500, 0.0, np.inf)
    held = curve_db(fit_gains(wanted, most, CENTRES), CENTRES)
    assert held[CENTRES < 500].max() < 0.1
    assert held[17] > 1.0
