"""Plans: honest about loudness, within their caps, the identity at nothing, and the same from the same."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from tests.mixes import MIXES, measured, planned

from auralis.dsp.equalizer import curve_db
from auralis.mastering.document import ALGORITHM_VERSION, MasteringPlan
from auralis.mastering.normal import BUILT_IN
from auralis.mastering.plan import plan_mastering
from auralis.mastering.presets import PRESETS
from auralis.mastering.programme import CENTRES_HZ, programme_of
from auralis.model.errors import InvalidInputError
from auralis.model.fingerprint import Fingerprint
from auralis.model.player import PRESETS as NAMES


def normal(**changes: object) -> Fingerprint:
    """A track in the middle of every normal range, at -16 LUFS."""
    middle = 0.5 * (np.array(BUILT_IN.low_db) + np.array(BUILT_IN.high_db))
    power = 10 ** (middle / 10)
    plain = replace(
        measured("chamber"),
        third_octave_db=tuple(10 * np.log10(power / power.sum())),
        side_third_octave_db=tuple(10 * np.log10(0.1 * power / power.sum())),
        loudness_range_lu=6.0,
        true_peak_dbtp=-3.0,
        sample_peak_dbfs=-3.0,
        dimensions={**measured("chamber").dimensions, "loudness_lufs": -16.0, "stereo_width": 0.25},
        confidence={},
        momentary_histogram=tuple(40 if 100 <= n < 116 else 0 for n in range(160)),
        peak_histogram=tuple(40 if 118 <= n < 134 else 0 for n in range(160)),
    )
    return replace(plain, **changes)


def bent(hz: float, excess_db: float) -> Fingerprint:
    """A normal track but for one octave, which lies that far from the middle."""
    bands = np.array(normal().third_octave_db)
    bands[np.abs(np.log2(CENTRES_HZ / hz)) < 0.6] += excess_db
    power = 10 ** (bands / 10)
    return normal(third_octave_db=tuple(10 * np.log10(power / power.sum())))


def test_there_is_a_preset_for_every_name_that_a_listener_can_choose() -> None:
    assert tuple(PRESETS) == NAMES


def test_a_normal_track_is_left_as_it_is() -> None:
    plan = plan_mastering(normal(), "adaptive", 1.0)
    assert set(plan.eq_gains_db) == {0.0}
    assert set(plan.side_gains_db) == {0.0}
    assert plan.compressor_slope == plan.onset_db == 0.0
    assert plan.predicted_loudness_lufs == pytest.approx(-16.0, abs=0.05)


@pytest.mark.parametrize(("hz", "excess_db", "sign"), [(250, 14, -1), (3000, 16, -1), (1000, -14, 1)])
def test_what_lies_outside_the_normal_range_goes_part_of_the_way_back(hz: float, excess_db: float, sign: int) -> None:
    plan = plan_mastering(bent(hz, excess_db), "adaptive", 1.0)
    at = float(curve_db(plan.eq_gains_db, [hz])[0])
    assert 0.4 < sign * at <= (2.0 if sign > 0 else 3.0)
    told = [decision for decision in plan.decisions if decision.stage == "equalizer"]
    assert any(
        sign * decision.change > 0.3 and "range in which most music lies" in decision.reason for decision in told
    )


def test_nothing_is_raised_that_is_hardly_there_nor_in_the_depths() -> None:
    hiss = plan_mastering(bent(10_000, -40), "bright", 1.0)
    assert curve_db(hiss.eq_gains_db, [10_000.0])[0] < 0.15
    deep = plan_mastering(bent(32, -30), "adaptive", 1.0)
    assert np.max(curve_db(deep.eq_gains_db, CENTRES_HZ[:4])) < 0.15


@pytest.mark.parametrize("preset", NAMES)
@pytest.mark.parametrize("name", MIXES)
def test_every_plan_keeps_within_the_caps_of_the_equalizer_and_the_stage(name: str, preset: str) -> None:
    plan = planned(name, preset)
    curve = np.array(plan.eq_curve_db)
    assert curve.max() <= 2.0 + 1e-6
    assert curve.min() >= -3.0 - 1e-6
    assert np.abs(np.diff(curve)).max() <= 1.5 + 1e-3
    side = curve_db(plan.side_gains_db, CENTRES_HZ)
    assert side[CENTRES_HZ <= 120].max() < 0.1
    assert side.max() <= 2.0
    assert plan.gain_db <= 6.0
    assert plan.predicted_loudness_lufs <= plan.source_loudness_lufs + 0.01


@pytest.mark.parametrize("preset", NAMES)
def test_character_leads_no_band_out_of_the_normal_range(preset: str) -> None:
    programme = programme_of(normal())
    after = programme.bands_db + np.array(plan_mastering(normal(), preset, 1.0).eq_curve_db)
    inside = (CENTRES_HZ >= 40) & programme.usable
    assert (after[inside] >= np.array(BUILT_IN.low_db)[inside] - 0.3).all()
    assert (after[inside] <= np.array(BUILT_IN.high_db)[inside] + 0.3).all()


def test_the_presets_differ_in_character() -> None:
    plans = {preset: plan_mastering(normal(), preset, 1.0) for preset in NAMES}
    assert curve_db(plans["warm"].eq_gains_db, [9000.0])[0] < -0.8
    assert curve_db(plans["bright"].eq_gains_db, [9000.0])[0] > 0.8
    assert plans["punchy"].onset_db == 1.5
    assert max(plans["live"].side_gains_db) > 0.5
    assert len({plan.plan_hash for plan in plans.values()} | {plans["adaptive"].plan_hash}) >= 5


def test_an_unusually_wide_range_of_loudness_is_narrowed_a_little_and_only_by_the_adaptive_preset() -> None:
    wide = normal(loudness_range_lu=20.0, momentary_histogram=tuple(10 if 70 <= n < 122 else 0 for n in range(160)))
    assert 0.0 < plan_mastering(wide, "adaptive", 1.0).compressor_slope <= 0.3
    assert plan_mastering(wide, "gentle", 1.0).compressor_slope == 0.0


def test_a_loud_master_gets_no_dynamics_and_no_gain() -> None:
    plan = planned("loud", "punchy")
    assert plan.source_loudness_lufs > -10
    assert plan.onset_db == plan.compressor_slope == 0.0
    assert plan.gain_db <= 0.0


def test_a_wish_beyond_the_caps_is_granted_in_part_and_the_plan_says_why() -> None:
    plan = planned("chamber", target_lufs=-6.0)
    assert plan.wanted_lufs == -6.0
    assert plan.predicted_loudness_lufs < -12.0
    assert plan.limited_by is not None
    assert any(decision.stage == "level" and "asked for" in decision.reason for decision in plan.decisions)


def test_a_wish_below_is_granted() -> None:
    assert planned("band", target_lufs=-23.0).predicted_loudness_lufs == pytest.approx(-23.0, abs=0.1)


def test_intensity_scales_every_move_and_never_lets_one_fall() -> None:
    for preset in NAMES:
        steps = [planned("shrill", preset, intensity) for intensity in (0.0, 0.25, 0.5, 0.75, 1.0)]
        assert steps[0].is_identity
        for less, more in pairwise(steps):
            for name in ("eq_gains_db", "side_gains_db"):
                assert (np.abs(getattr(more, name)) >= np.abs(getattr(less, name)) - 0.002).all()
            assert more.rumble_hz > less.rumble_hz
            assert more.onset_db >= less.onset_db
            assert abs(more.makeup_db) >= abs(less.makeup_db) - 0.1


def test_nothing_and_silence_are_left_alone() -> None:
    assert planned("band", intensity=0.0).is_identity
    silent = replace(
        measured("band"),
        dimensions={**measured("band").dimensions, "loudness_lufs": -70.0},
        third_octave_db=(-120.0,) * 31,
        momentary_histogram=(0,) * 160,
        peak_histogram=(0,) * 160,
        true_peak_dbtp=-120.0,
    )
    plan = plan_mastering(silent, "bright", 1.0, target_lufs=-14.0)
    assert plan.total_gain_db == 0.0
    assert plan.predicted_loudness_lufs == -70.0


def test_a_fingerprint_without_spectrum_can_still_be_planned() -> None:
    bare = replace(
        measured("band"), third_octave_db=(), side_third_octave_db=(), momentary_histogram=(), peak_histogram=()
    )
    assert plan_mastering(bare, "warm", 1.0).total_gain_db <= 0.0


def test_a_plan_survives_json() -> None:
    plan = planned("shrill", "live")
    shown = json.loads(json.dumps(plan.to_dict()))
    assert MasteringPlan.from_dict(shown) == plan
    assert shown["targetLufs"] == plan.predicted_loudness_lufs
    assert shown["planHash"] == plan.plan_hash
    assert {"stage", "subject", "measured", "target", "unit", "change", "changeUnit", "reason"} == set(
        shown["decisions"][0]
    )


def test_the_hash_is_of_the_sound_alone() -> None:
    plan = planned("band")
    assert replace(plan, decisions=(), predicted_loudness_lufs=0.0, limited_by="x").plan_hash == plan.plan_hash
    assert replace(plan, gain_db=plan.gain_db - 0.5).plan_hash != plan.plan_hash
    assert plan_mastering(Fingerprint.from_dict(measured("band").to_dict()), "adaptive", 1.0) == plan
    assert ALGORITHM_VERSION >= 1


@pytest.mark.parametrize(
    ("preset", "intensity"), [("loudest", 1.0), ("warm", -0.1), ("warm", 1.1), ("warm", float("nan"))]
)
def test_what_cannot_be_is_refused(preset: str, intensity: float) -> None:
    with pytest.raises(InvalidInputError):
        plan_mastering(measured("band"), preset, intensity)
