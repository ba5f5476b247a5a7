"""Live readings against signals whose levels are known, and against the meters of whole tracks."""

import numpy as np
import pytest
from tests.streams import lively

from auralis.dsp.live import measure_live, reading_edges
from auralis.dsp.loudness import LoudnessMeter
from auralis.dsp.truepeak import measure_true_peak
from auralis.model.meters import BANDS_HZ, LEAD_SECONDS, READINGS_PER_SECOND


def tone(rate: int, seconds: float, hz: float, left: float = 1.0, right: float = 1.0) -> np.ndarray:
    wave = np.sin(2 * np.pi * hz * np.arange(round(rate * seconds)) / rate)
    return np.stack((left * wave, right * wave)).astype(np.float32)


@pytest.mark.parametrize("rate", [22_050, 44_100, 48_000, 96_000])
def test_a_tone_reads_as_what_it_is(rate: int):
    levels = measure_live(tone(rate, 5, 1000, left=0.5, right=0.25), rate, LEAD_SECONDS * rate)
    assert len(levels) == 2 * READINGS_PER_SECOND
    assert levels.rms_db[7] == pytest.approx([-9.03, -15.05], abs=0.05)
    assert levels.peak_db[7] == pytest.approx([-6.02, -12.04], abs=0.05)
    assert levels.true_peak_dbtp[7] == pytest.approx(-6.02, abs=0.1)
    assert levels.momentary_lufs[0] == pytest.approx(levels.short_term_lufs[0], abs=0.05)
    assert levels.momentary_lufs[7] == pytest.approx(-8.06, abs=0.1)
    assert levels.correlation[7] == pytest.approx(1.0, abs=1e-3)
    loudest = int(levels.spectrum_db[7].argmax())
    assert BANDS_HZ[loudest] == 1000
    assert levels.spectrum_db[7, loudest] == pytest.approx(10 * np.log10((0.25 + 0.0625) / 2), abs=0.1)
    assert sorted(levels.spectrum_db[7])[-2] < -60


def test_opposite_channels_correlate_by_minus_one_and_silence_by_nothing():
    assert measure_live(tone(44_100, 1, 300, right=-1.0), 44_100, 0).correlation[-1] == pytest.approx(-1.0, abs=1e-3)
    silent = measure_live(np.zeros((2, 44_100), np.float32), 44_100, 0)
    assert np.isnan(silent.correlation).all()
    assert set(silent.momentary_lufs) == {-70.0}
    assert set(silent.true_peak_dbtp) == {-120.0}
    assert silent.spectrum_db.max() == -120.0


def test_the_highest_readings_are_those_of_the_whole_track():
    rate = 44_100
    sound = lively(rate, 8)
    levels = measure_live(sound, rate, 0)
    meter = LoudnessMeter(rate, 2)
    meter.push(sound)
    assert levels.true_peak_dbtp.max() == pytest.approx(measure_true_peak(sound, rate), abs=1e-3)
    assert levels.momentary_lufs.max() == pytest.approx(meter.maximum_momentary_lufs(), abs=0.5)
    assert levels.short_term_lufs.max() == pytest.approx(meter.maximum_short_term_lufs(), abs=0.1)


def test_readings_do_not_depend_on_where_a_segment_begins():
    rate = 44_100
    sound = lively(rate, 9)
    whole = measure_live(sound, rate, 0)
    part = measure_live(sound[:, 2 * rate :], rate, LEAD_SECONDS * rate)
    for name in ("momentary_lufs", "short_term_lufs", "rms_db", "peak_db", "correlation", "spectrum_db"):
        there = getattr(whole, name)[5 * READINGS_PER_SECOND :]
        assert getattr(part, name) == pytest.approx(there, abs=0.01), name


@pytest.mark.parametrize("frames", [1, 100, 2205, 2206, 44_100])
def test_every_frame_lies_in_one_reading(frames: int):
    edges = reading_edges(frames, 44_100)
    assert edges[0] == 0
    assert edges[-1] == frames
    assert (np.diff(edges) > 0).all()
    levels = measure_live(np.full((2, frames), 0.5, np.float32), 44_100, 0)
    assert len(levels) == len(edges) - 1
    assert np.isfinite(levels.spectrum_db).all()
