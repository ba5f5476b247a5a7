"""What mastering does to music, judged by libebur128 and by plain spectra: level, tone, stage, distortion, joins."""

from itertools import pairwise

import numpy as np
import pytest
from benchmarks.judging import METER_LU, Judge
from numpy.typing import NDArray
from tests.mixes import MIXES, judge, mix, planned, rendered
from tests.signals import RATE, stereo, white_noise

from auralis.fingerprint.extractor import extract
from auralis.mastering.chain import PREROLL_SECONDS, Chain, render
from auralis.mastering.document import MasteringPlan
from auralis.mastering.plan import plan_mastering
from auralis.mastering.presets import PRESETS as CHARACTERS
from auralis.model.fingerprint import THIRD_OCTAVE_HZ
from auralis.model.player import PRESETS

CENTRES = np.array(THIRD_OCTAVE_HZ)
Powers = NDArray[np.float64]
Sound = NDArray[np.float32]


def plain(total_gain_db: float = 0.0) -> MasteringPlan:
    """A plan that only raises and limits."""
    return MasteringPlan(
        preset="adaptive", intensity=1.0, rumble_hz=10.0, eq_gains_db=(0.0,) * 10, eq_curve_db=(0.0,) * 31,
        compressor_threshold_lufs=0.0, compressor_slope=0.0, onset_db=0.0, side_gains_db=(0.0,) * 10, makeup_db=0.0,
        gain_db=total_gain_db, ceiling_dbtp=-1.0, source_loudness_lufs=-14.0, source_true_peak_dbtp=0.0,
        wanted_lufs=-14.0, predicted_loudness_lufs=-14.0,
    )  # fmt: skip


def bands(line: NDArray[np.float32], width: float = 1.0, middles: Powers | None = None) -> Powers:
    """Power of one line in bands of ``width`` octaves from 31.5 Hz to 16 kHz, or around these middles."""
    power = np.abs(np.fft.rfft(line.astype(np.float64) * np.hanning(line.size))) ** 2
    frequencies = np.fft.rfftfreq(line.size, 1 / RATE)
    middles = 1000 * 2.0 ** np.arange(-5, 4.01, width) if middles is None else middles
    edges = [(hz * 2 ** (-width / 2), hz * 2 ** (width / 2)) for hz in middles]
    return np.array([power[(frequencies >= low) & (frequencies < high)].sum() for low, high in edges])


def db(ratio: Powers) -> Powers:
    return np.asarray(10 * np.log10(np.maximum(ratio, 1e-30)))


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("name", MIXES)
def test_it_is_as_loud_as_planned_and_never_louder_than_the_original(name: str, preset: str) -> None:
    before, after = judge(mix(name)), judge(rendered(name, preset))
    plan = planned(name, preset)
    assert after.dbtp <= -1.0
    assert after.lufs == pytest.approx(plan.predicted_loudness_lufs, abs=0.5)
    assert after.lufs <= before.lufs + 0.1
    assert rendered(name, preset).shape == mix(name).shape


@pytest.mark.parametrize("name", ["chamber", "dull", "shrill"])
def test_a_track_with_room_plays_exactly_as_loud(name: str) -> None:
    assert judge(rendered(name)).lufs == pytest.approx(judge(mix(name)).lufs, abs=0.1)


@pytest.mark.parametrize("preset", ["adaptive", "gentle"])
@pytest.mark.parametrize("target_lufs", [-23.0, -16.0])
def test_an_export_comes_out_as_promised(preset: str, target_lufs: float) -> None:
    plan = planned("band", preset, target_lufs=target_lufs)
    assert judge(render(mix("band"), RATE, plan)).lufs == pytest.approx(plan.predicted_loudness_lufs, abs=0.5)


def spoken(seconds: float = 25.0) -> Sound:
    """A voice that speaks evenly and calls out five words, three of them at once, which reach beyond full scale."""
    t = np.arange(int(seconds * RATE)) / RATE
    phases = np.random.default_rng(3).uniform(0, 2 * np.pi, 24)
    voice = sum(np.sin(2 * np.pi * 140 * (n + 1) * t + phase) / (n + 1) for n, phase in enumerate(phases))
    spoken_db = np.full(t.size, 0.0)
    for start in (6.25, 9.25, 9.5, 9.75, 21.0):
        spoken_db[(t >= start) & (t < start + 0.1)] = 8.0
    syllables = np.abs(np.sin(np.pi * t / 0.25)) * np.where(t % 2.0 < 1.5, 1.0, 0.05)
    line = voice * 10 ** (spoken_db / 20) * np.where(spoken_db > 0.0, 1.0, syllables)
    return np.stack([line, line]).astype(np.float32) * np.float32(1.11 / np.abs(line).max())


@pytest.mark.parametrize("preset", ["adaptive", "punchy"])
def test_a_few_loud_words_keep_their_distance_to_the_others(preset: str) -> None:
    sound = spoken()
    plan = plan_mastering(extract(sound, RATE), preset, 1.0)
    ranges = []
    for samples in (sound, render(sound, RATE, plan)):
        meter = Judge(2, RATE)
        meter.push(samples)
        ranges.append(meter.figures()[2])
    cap = min(CHARACTERS[preset].caps.loudness_range_lu, max(0.5, 0.15 * ranges[0]))
    assert ranges[0] - ranges[1] <= cap + METER_LU
    assert plan.limited_by == "loudness range"
    assert plan.gain_db > -3.0


@pytest.mark.parametrize("preset", ["adaptive", "warm", "bright"])
def test_octaves_come_out_as_the_plan_draws_them(preset: str) -> None:
    source, plan = mix("shrill"), planned("shrill", preset)
    before, after = bands(source[0]), bands(rendered("shrill", preset)[0])
    thirds = 1000 * 2.0 ** np.arange(-5 - 1 / 3, 4.4, 1 / 3)
    drawn = 10 ** (np.interp(np.log(thirds), np.log(CENTRES), plan.eq_curve_db) / 10)
    narrow = bands(source[0], 1 / 3, thirds)
    planned_after = (narrow * drawn).reshape(-1, 3).sum(axis=1)
    heard = db(before / before.max()) > -40
    error = (db(after / planned_after) - plan.total_gain_db)[heard]
    assert np.abs(error).max() <= 1.0


def test_what_is_equal_left_and_right_stays_equal_bit_for_bit() -> None:
    for preset in PRESETS:
        out = rendered("mono", preset)
        assert np.array_equal(out[0], out[1])


@pytest.mark.parametrize("name", ["band", "shrill"])
def test_a_wider_stage_keeps_in_phase_and_out_of_the_bass(name: str) -> None:
    source, out = mix(name), rendered(name, "live")
    level = 10 ** (planned(name, "live").total_gain_db / 20)
    side_before, side_after = bands(source[0] - source[1]), bands((out[0] - out[1]) / level)
    mid_before, mid_after = bands(source[0] + source[1]), bands((out[0] + out[1]) / level)
    widened = db(side_after / mid_after) - db(side_before / mid_before)
    assert widened[:3].max() < 0.1
    assert widened.max() <= 2.0
    before = (mid_before - side_before) / (mid_before + side_before)
    after = (mid_after - side_after) / (mid_after + side_after)
    assert (after >= np.minimum(before, 0.0) - 0.01).all()
    lost = judge(out).lufs - judge(((out[0] + out[1]) / 2)[np.newaxis]).lufs
    loses = judge(source).lufs - judge(((source[0] + source[1]) / 2)[np.newaxis]).lufs
    assert lost - loses <= 0.5


def test_uncorrelated_sound_is_not_led_into_opposite_phase() -> None:
    noise = white_noise(6, -24)
    out = render(noise, RATE, plan := planned_for(noise, "live"))
    assert np.corrcoef(out)[0, 1] >= -0.02
    assert max(plan.side_gains_db) < 0.3


def planned_for(samples: Sound, preset: str) -> MasteringPlan:
    from auralis.fingerprint.extractor import extract
    from auralis.mastering.plan import plan_mastering

    return plan_mastering(extract(samples, RATE), preset, 1.0)


@pytest.mark.parametrize("preset", ["adaptive", "punchy", "live"])
def test_more_intensity_is_never_less_change(preset: str) -> None:
    def distance(intensity: float) -> float:
        before, after = bands(mix("shrill")[0], 1 / 3), bands(rendered("shrill", preset, intensity)[0], 1 / 3)
        change = db(after / before)[db(before / before.max()) > -50]
        return float(np.sqrt(np.mean((change - np.median(change)) ** 2)))

    steps = [distance(intensity) for intensity in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert steps[0] == 0.0
    assert all(more >= less - 0.1 for less, more in pairwise(steps))


def left_over_db(line: Sound, frequencies_hz: list[float]) -> float:
    """Everything but these tones, over everything, dB, without the first second."""
    heard = line[RATE : 3 * RATE].astype(np.float64)
    t = np.arange(heard.size) / RATE
    tones = np.stack([wave(2 * np.pi * hz * t) for hz in frequencies_hz for wave in (np.sin, np.cos)], axis=1)
    found, *_ = np.linalg.lstsq(tones, heard, rcond=None)
    return 20 * float(np.log10(np.std(heard - tones @ found) / np.std(heard)))


def test_limiting_by_3_db_bends_no_waves() -> None:
    t = np.arange(3 * RATE) / RATE
    hot = 10 ** (2 / 20)
    low = hot * np.sin(2 * np.pi * 60 * t)
    both = hot * (0.8 * np.sin(2 * np.pi * 60 * t) + 0.2 * np.sin(2 * np.pi * 7000 * t))
    out = [render(np.stack((line, line)).astype(np.float32), RATE, plain())[0] for line in (low, both)]
    assert left_over_db(out[0], [60.0]) <= -50.0
    assert left_over_db(out[1], [60.0, 7000.0]) <= -45.0


def test_a_tone_hardly_moves_under_bursts_of_bass() -> None:
    t = np.arange(3 * RATE) / RATE
    swell = 0.5 - 0.5 * np.cos(np.pi * np.clip(np.minimum(t * 2 % 1 / 0.05, (0.35 - t * 2 % 1) / 0.05), 0, 1))
    line = 10 ** (2 / 20) * 0.97 * np.sin(2 * np.pi * 60 * t) * swell + 0.03 * np.sin(2 * np.pi * 5000 * t)
    out = render(np.stack((line, line)).astype(np.float32), RATE, plain())[0]
    window = np.hanning(2205) / np.hanning(2205).sum()
    tone = 2 * np.abs(np.convolve(out * np.exp(-2j * np.pi * 5000 * t), window, "same"))[RATE : 2 * RATE]
    assert 20 * np.log10(tone.max() / tone.min()) <= 1.0


def test_nothing_sounds_before_an_impulse() -> None:
    line = np.zeros(RATE, np.float32)
    line[RATE // 2] = 1.4
    for plan in (plain(6.0), planned("shrill", "punchy")):
        assert not render(np.stack((line, line)), RATE, plan)[:, : RATE // 2].any()


def test_a_tail_is_not_raised_over_the_body() -> None:
    source = mix("band").copy()
    source[:, -3 * RATE :] *= np.geomspace(1, 1e-3, 3 * RATE).astype(np.float32)
    for preset in PRESETS:
        out = render(source, RATE, planned("band", preset)).astype(np.float64)
        body, tail = slice(2 * RATE, 6 * RATE), slice(-RATE, None)
        raised = np.std(out[:, tail]) / np.std(source[:, tail])
        assert 20 * np.log10(raised * np.std(source[:, body]) / np.std(out[:, body])) <= 1.0


@pytest.mark.parametrize(("name", "preset"), [("loud", "adaptive"), ("swell", "adaptive"), ("hot", "punchy")])
def test_a_chain_begun_a_pre_roll_before_equals_the_one_from_the_start(name: str, preset: str) -> None:
    source, plan = mix(name), planned(name, preset)
    start = 8 * RATE
    chain = Chain(plan, RATE)
    lead = round(PREROLL_SECONDS * RATE)
    late = chain.process(source[:, start - lead : start + RATE + chain.latency_frames])
    joined = late[:, lead + chain.latency_frames :]
    whole = rendered(name, preset)[:, start : start + RATE]
    assert 20 * np.log10(np.abs(joined - whole).max() + 1e-12) <= -90.0


@pytest.mark.parametrize("rate", [8_000, 22_050, 96_000])
def test_any_rate_keeps_level_and_ceiling(rate: int) -> None:
    tone = stereo(white_noise(4, -20, 1, rate), white_noise(4, -26, 1, rate, seed=2))
    out = render(tone, rate, plain(-3.0))
    assert judge(out, rate).lufs == pytest.approx(judge(tone, rate).lufs - 3.0, abs=0.1)
    assert judge(render(tone, rate, plain(18.0)), rate).dbtp <= -1.0
