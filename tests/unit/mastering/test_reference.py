"""Towards a reference: nearer in every dimension that is led, never further than may be, and told with figures."""

from dataclasses import replace

import numpy as np
import pytest
from tests.mixes import MIXES, judge, measured, mix
from tests.signals import RATE

from auralis.dsp.equalizer import curve_db
from auralis.fingerprint.extractor import extract
from auralis.mastering.chain import render
from auralis.mastering.document import MasteringPlan
from auralis.mastering.plan import plan_mastering
from auralis.mastering.programme import CENTRES_HZ, programme_of

PAIRS = [("dull", "shrill"), ("shrill", "dull"), ("band", "chamber"), ("chamber", "band")]


def towards(name: str, reference: str, intensity: float = 1.0, **options: float) -> MasteringPlan:
    return plan_mastering(measured(name), "reference:x", intensity, reference=measured(reference), **options)


@pytest.mark.parametrize(("name", "reference"), PAIRS)
def test_the_render_comes_as_near_to_the_reference_as_the_plan_foretells(name: str, reference: str) -> None:
    plan = towards(name, reference)
    told = {distance.dimension: distance for distance in plan.distances}
    after = programme_of(extract(render(mix(name), RATE, plan), RATE))
    goal = programme_of(measured(reference))
    usable = programme_of(measured(name)).usable & goal.usable & (CENTRES_HZ <= 17_000)
    away = float(np.sqrt(np.mean((after.bands_db - goal.bands_db)[usable] ** 2)))
    assert told["spectrum"].after < told["spectrum"].before
    assert away == pytest.approx(told["spectrum"].after, abs=0.5)
    assert after.stereo_width == pytest.approx(told["stereo_width"].after, abs=0.03)


@pytest.mark.parametrize("name", MIXES)
@pytest.mark.parametrize("reference", ["dull"])
def test_it_is_led_no_further_than_6_db_and_plays_no_louder(name: str, reference: str) -> None:
    plan = towards(name, reference)
    curve = np.array(plan.eq_curve_db)
    assert np.abs(curve).max() <= 6.0 + 1e-6
    assert curve_db(plan.side_gains_db, CENTRES_HZ).max() <= 2.0
    assert plan.predicted_loudness_lufs <= plan.source_loudness_lufs + 0.01
    out = judge(render(mix(name), RATE, plan))
    assert out.dbtp <= -1.0
    assert out.lufs <= judge(mix(name)).lufs + 0.2


def test_a_track_that_is_its_own_reference_is_left_as_it_is() -> None:
    plan = towards("chamber", "chamber")
    assert np.abs(plan.eq_curve_db).max() < 0.05
    assert not any(plan.side_gains_db)


def test_an_export_goes_to_the_loudness_of_the_reference_within_the_caps() -> None:
    loudness = measured("band").dimensions["loudness_lufs"] - 3.0
    plan = towards("band", "chamber", target_lufs=loudness)
    assert plan.predicted_loudness_lufs == pytest.approx(loudness, abs=0.1)


def test_less_intensity_is_less_of_the_way_and_none_is_the_original() -> None:
    half, whole = (towards("dull", "shrill", intensity) for intensity in (0.5, 1.0))
    assert 0.0 < np.abs(half.eq_curve_db).max() < np.abs(whole.eq_curve_db).max()
    assert towards("dull", "shrill", 0.0).is_identity


def test_silence_leads_nowhere_and_is_led_nowhere() -> None:
    silence = extract(np.zeros((2, RATE), np.float32), RATE)
    assert plan_mastering(silence, "reference:x", 1.0, reference=measured("band")).predicted_loudness_lufs <= -70.0
    assert not any(plan_mastering(measured("band"), "reference:x", 1.0, reference=silence).eq_gains_db)


def test_a_plan_with_distances_survives_json() -> None:
    plan = towards("dull", "shrill")
    assert plan.distances
    assert MasteringPlan.from_dict(plan.to_dict()) == plan


def test_figures_that_are_not_sure_make_a_gentler_plan() -> None:
    unsure = replace(measured("shrill"), confidence=dict.fromkeys(measured("shrill").confidence, 0.3))
    for preset in ("adaptive", "warm", "punchy", "live"):
        sure_plan = plan_mastering(measured("shrill"), preset, 1.0)
        plan = plan_mastering(unsure, preset, 1.0)
        assert np.abs(plan.eq_curve_db).max() <= 0.6 * np.abs(sure_plan.eq_curve_db).max()
        assert plan.onset_db <= 0.6 * sure_plan.onset_db
        assert any(decision.stage == "confidence" for decision in plan.decisions)
        assert not any(decision.stage == "confidence" for decision in sure_plan.decisions)
