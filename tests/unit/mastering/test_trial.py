"""Crushed masters: the promise holds within 0.5 LU, after a trial within 0.2."""

import numpy as np
import pytest
from tests.mixes import judge, mix
from tests.signals import RATE

from auralis.fingerprint.extractor import extract
from auralis.mastering.chain import render
from auralis.mastering.plan import MasteringPlan, plan_mastering
from auralis.mastering.trial import corrected_by_trial, excerpt_starts, needs_trial


def crushed(name: str, drive_db: float) -> np.ndarray:
    """A mix driven into tanh, as hot masters are."""
    samples = mix(name)
    driven = samples / np.abs(samples).max() * 10 ** (drive_db / 20)
    return np.tanh(np.repeat(driven, 2, axis=0) if len(driven) == 1 else driven).astype(np.float32)


def off_lu(samples: np.ndarray, plan: MasteringPlan) -> float:
    return judge(render(samples, RATE, plan)).lufs - plan.predicted_loudness_lufs


@pytest.mark.parametrize("name", ["band", "chamber", "swell"])
@pytest.mark.parametrize("drive_db", [6, 12])
@pytest.mark.parametrize("preset", ["adaptive", "warm"])
def test_the_promise_holds_on_crushed_masters(name: str, drive_db: float, preset: str):
    samples = crushed(name, drive_db)
    plan = plan_mastering(extract(samples, RATE), preset, 1.0)
    assert abs(off_lu(samples, plan)) <= 0.5
    tried = corrected_by_trial(plan, [samples], RATE)
    assert abs(off_lu(samples, tried)) <= 0.2
    assert judge(render(samples, RATE, tried)).lufs <= judge(samples).lufs + 0.1
    assert tried.gain_db <= plan.gain_db


def test_only_masters_that_the_limiter_works_on_need_a_trial():
    assert needs_trial(plan_mastering(extract(crushed("band", 12), RATE), "adaptive", 1.0))
    assert not needs_trial(plan_mastering(extract(mix("chamber"), RATE), "adaptive", 1.0))
    assert not needs_trial(plan_mastering(extract(crushed("band", 12), RATE), "adaptive", 0.0))


def test_excerpts_are_spread_over_the_track():
    assert excerpt_starts(20.0) == [0.0]
    starts = excerpt_starts(300.0)
    assert (starts[0], starts[-1], len(starts)) == (0.0, 297.0, 12)


def test_silence_leaves_the_plan_as_it_is():
    plan = plan_mastering(extract(crushed("band", 12), RATE), "adaptive", 1.0)
    assert corrected_by_trial(plan, [np.zeros((2, RATE), np.float32)], RATE) == plan
