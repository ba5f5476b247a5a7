"""Albums planned together keep their relations; a library of enough tracks has a range of its own."""

from dataclasses import replace

import numpy as np
import pytest
from tests.mixes import judge, measured, mix
from tests.signals import RATE

from auralis.mastering.album import plan_album
from auralis.mastering.chain import render
from auralis.mastering.fitting import fit_range
from auralis.mastering.normal import BUILT_IN, LEAST_TRACKS, NormalRange
from auralis.mastering.plan import plan_mastering
from auralis.model.errors import InvalidInputError
from auralis.model.fingerprint import Fingerprint
from auralis.model.player import PRESETS

NAMES = ("chamber", "shrill", "band", "loud")


def album() -> list[Fingerprint]:
    return [measured(name) for name in NAMES]


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("target_lufs", [None, -14.0])
def test_tracks_keep_their_distances_in_loudness_and_share_their_tone(preset: str, target_lufs: float | None) -> None:
    plans = plan_album(album(), preset, 1.0, target_lufs=target_lufs)
    shifts = [plan.predicted_loudness_lufs - plan.source_loudness_lufs for plan in plans]
    assert max(shifts) - min(shifts) <= 0.1
    assert len({plan.eq_gains_db for plan in plans}) == len({plan.side_gains_db for plan in plans}) == 1
    if target_lufs is not None:
        assert max(plan.predicted_loudness_lufs for plan in plans) <= target_lufs + 0.01


def test_what_comes_out_keeps_the_distances_too() -> None:
    plans = plan_album(album()[:3], "warm", 1.0)
    renders = {name: render(mix(name), RATE, plan) for name, plan in zip(NAMES, plans, strict=False)}
    shifts = [judge(sound).lufs - judge(mix(name)).lufs for name, sound in renders.items()]
    assert max(shifts) - min(shifts) <= 0.2


def test_silence_and_intensity_zero_are_left_as_they_are() -> None:
    silent = replace(measured("band"), dimensions={**measured("band").dimensions, "loudness_lufs": -70.0})
    plans = plan_album([silent, *album()], "warm", 1.0)
    assert not any(plans[0].eq_gains_db)
    assert any(plans[1].eq_gains_db)
    assert all(plan.is_identity for plan in plan_album(album(), "warm", 0.0))
    assert plan_album([], "warm", 1.0) == []
    with pytest.raises(InvalidInputError):
        plan_album(album(), "louder", 1.0)


def library(tilt_db: float, tracks: int = LEAST_TRACKS) -> list[Fingerprint]:
    rng = np.random.default_rng(1)
    slope = np.linspace(-tilt_db, tilt_db, 31)
    middle = np.array(measured("band").third_octave_db) + slope
    return [replace(measured("band"), third_octave_db=tuple(middle + rng.normal(0, 3, 31))) for _ in range(tracks)]


def test_a_small_library_has_no_range_of_its_own() -> None:
    assert fit_range(library(0.0, LEAST_TRACKS - 1)) is None
    assert BUILT_IN.tracks == 0


def test_what_is_usual_in_a_library_is_not_corrected_in_it() -> None:
    found = fit_range(library(10.0))
    assert found is not None
    assert found.tracks == LEAST_TRACKS
    assert NormalRange.from_dict(found.to_dict()) == found
    usual = library(10.0)[0]
    corrected = np.abs(plan_mastering(usual, "adaptive", 1.0).eq_curve_db).max()
    left = np.abs(plan_mastering(usual, "adaptive", 1.0, normal=found).eq_curve_db).max()
    assert left < corrected
    assert (np.array(found.high_db) - np.array(found.low_db) >= 5.9).all()


@pytest.mark.parametrize("change", [{"low_db": [1.0]}, {"stereo_width": [0.1]}, {"tracks": "many"}])
def test_a_range_that_was_damaged_is_refused(change: dict) -> None:
    with pytest.raises((ValueError, TypeError)):
        NormalRange.from_dict({**BUILT_IN.to_dict(), **change})


def test_the_decisions_of_an_album_tell_what_is_done_in_it() -> None:
    plans = plan_album(album(), "punchy", 1.0)
    assert {plan.onset_db for plan in plans} == {0.0}
    assert all(decision.change == 0.0 for plan in plans for decision in plan.decisions if decision.subject == "Onsets")
    for plan in plan_album(album()[:3], "live", 1.0):
        widest = max(plan.side_gains_db, key=abs)
        told = [decision.change for decision in plan.decisions if decision.subject == "Stage"]
        assert told == ([] if widest == 0.0 else [pytest.approx(widest, abs=0.01)])


def test_an_album_of_which_one_track_is_not_sure_is_planned_more_gently() -> None:
    sure = plan_album(album()[:3], "warm", 1.0)
    guessed = replace(measured("chamber"), confidence=dict.fromkeys(measured("chamber").confidence, 0.3))
    unsure = plan_album([guessed, *album()[1:3]], "warm", 1.0)
    assert len({plan.eq_gains_db for plan in unsure}) == 1
    assert 0.3 < np.abs(unsure[1].eq_gains_db).max() / np.abs(sure[1].eq_gains_db).max() < 0.6
    assert any(decision.subject == "Certainty" for decision in unsure[1].decisions)
