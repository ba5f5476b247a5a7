"""The chain on signals made to break it, with libebur128 as the judge of what comes out."""

import numpy as np
import pytest
from benchmarks.judging import Judge
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from auralis.dsp.fold import fold
from auralis.fingerprint.extractor import extract
from auralis.mastering.chain import Chain, render
from auralis.mastering.plan import MasteringPlan, plan_mastering
from auralis.model.errors import MediaError
from auralis.model.player import PRESETS

RATE = 44_100
Sound = NDArray[np.float32]


def torture() -> dict[str, Sound]:
    t = np.arange(4 * RATE) / RATE
    rng = np.random.default_rng(7)
    bursts = np.sin(2 * np.pi * 60 * t) * (np.floor(t * 4) % 2)
    impulses = np.zeros_like(t)
    impulses[:: RATE // 3] = 1.0
    signals = {
        "square": np.sign(np.sin(2 * np.pi * 997 * t)),
        "noise": rng.uniform(-1, 1, t.size),
        "between the samples": np.sin(2 * np.pi * RATE / 4 * t + np.pi / 4),
        "bursts": bursts,
        "impulses": impulses,
        "direct current": np.full_like(t, 0.9),
        "sweep": np.sin(2 * np.pi * 20 * 4 * (1000 ** (t / 4)) / np.log(1000)),
    }
    return {name: np.stack([wave, 0.7 * np.roll(wave, 3)]).astype(np.float32) for name, wave in signals.items()}


SIGNALS = torture()


def rendered(samples: Sound, plan: MasteringPlan, cuts: tuple[int, ...] = ()) -> Sound:
    chain = Chain(plan, RATE)
    padded = np.concatenate([samples, np.zeros((2, chain.latency_frames), np.float32)], axis=1)
    blocks = np.split(padded, sorted(cut % padded.shape[1] for cut in cuts), axis=1)
    return np.concatenate([chain.process(block) for block in blocks], axis=1)[:, chain.latency_frames :]


def true_peak(samples: Sound) -> float:
    judge = Judge(2, RATE)
    judge.push(samples)
    return judge.figures()[1]


def plan_for(samples: Sound, preset: str = "adaptive", intensity: float = 1.0) -> MasteringPlan:
    return plan_mastering(extract(samples, RATE), preset, intensity)


@pytest.mark.parametrize("name", SIGNALS)
@pytest.mark.parametrize("preset", PRESETS)
def test_no_true_peak_leaves_above_the_ceiling(name: str, preset: str) -> None:
    samples = SIGNALS[name]
    out = rendered(samples, plan_for(samples, preset))
    assert out.shape == samples.shape
    assert np.isfinite(out).all()
    assert true_peak(out) <= -1.0


@given(st.lists(st.integers(0, 4 * RATE), max_size=12))
@settings(max_examples=8)
def test_any_chunking_gives_the_same_samples(cuts: list[int]) -> None:
    samples = SIGNALS["bursts"] + 0.2 * SIGNALS["noise"]
    plan = plan_for(samples)
    assert np.array_equal(rendered(samples, plan, tuple(cuts)), rendered(samples, plan))


@pytest.mark.parametrize(("rate", "seconds"), [(8_000, 2.0), (192_000, 0.5), (44_100, 0.1), (44_100, 1 / 44_100)])
@pytest.mark.parametrize("preset", ["adaptive", "punchy"])
def test_any_rate_and_any_length_keeps_the_ceiling(rate: int, seconds: float, preset: str) -> None:
    noise = np.random.default_rng(3).uniform(-1, 1, (2, round(seconds * rate))).astype(np.float32)
    out = render(noise, rate, plan_mastering(extract(noise, rate), preset, 1.0))
    judge = Judge(2, rate)
    judge.push(out)
    assert out.shape == noise.shape
    assert np.isfinite(out).all()
    assert judge.figures()[1] <= -1.0


def test_six_channels_folded_and_one_doubled_keep_the_ceiling() -> None:
    six = np.concatenate([SIGNALS["noise"], SIGNALS["square"], SIGNALS["impulses"]])
    for sound in (fold(six), np.repeat(SIGNALS["noise"][:1], 2, axis=0)):
        assert true_peak(rendered(sound, plan_for(sound))) <= -1.0


def test_intensity_zero_is_the_original_itself() -> None:
    samples = SIGNALS["noise"]
    plan = plan_for(samples, intensity=0.0)
    assert plan.is_identity
    assert np.array_equal(rendered(samples, plan), samples)


def test_silence_stays_silence_and_mono_stays_mono() -> None:
    plan = plan_for(SIGNALS["bursts"])
    assert not rendered(np.zeros((2, RATE), np.float32), plan).any()
    mono = np.repeat(SIGNALS["noise"][:1] * np.float32(0.3), 2, axis=0)
    out = rendered(mono, plan_for(mono, "live"))
    assert np.array_equal(out[0], out[1])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_sound_is_refused(bad: float) -> None:
    samples = SIGNALS["noise"].copy()
    samples[1, 1000] = bad
    with pytest.raises(MediaError):
        rendered(samples, plan_for(SIGNALS["noise"]))


def test_a_plan_survives_json_and_its_hash_tells_sounds_apart() -> None:
    plan = plan_for(SIGNALS["sweep"], "warm", 0.5)
    assert MasteringPlan.from_dict(plan.to_dict()) == plan
    hashes = {plan_for(SIGNALS["sweep"], preset, 1.0).plan_hash for preset in ("warm", "bright")}
    assert len(hashes) == 2
    assert plan.decisions
    assert all(decision.reason for decision in plan.decisions)
