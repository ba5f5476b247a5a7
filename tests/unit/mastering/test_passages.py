"""Tone does not set quiet and loud passages further apart, nor nearer together, than is promised."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.mastering.test_plan import bent, normal

from auralis.dsp.equalizer import BANDS, curve_db
from auralis.mastering.album import plan_album
from auralis.mastering.document import MasteringPlan
from auralis.mastering.level import range_cap_lu
from auralis.mastering.passages import MOST_GAINED_LU, range_gained
from auralis.mastering.plan import plan_mastering
from auralis.mastering.presets import PRESETS
from auralis.mastering.programme import CENTRES_HZ, programme_of
from auralis.model.fingerprint import Fingerprint, Passage

SIDE = (-120.0,) * len(CENTRES_HZ)


def around(hz: float) -> tuple[float, ...]:
    """All power within two octaves of a frequency, dB."""
    power = np.exp(-((np.log2(CENTRES_HZ / hz) / 0.8) ** 2)) + 1e-9
    return tuple(10 * np.log10(power / power.sum()))


def parted(quiet_hz: float, loud_hz: float, track: Fingerprint | None = None) -> Fingerprint:
    """A track whose quiet half sounds around one frequency, and the loud half around another."""
    passages = tuple(Passage(-24.0 + 0.7 * n, 1 / 16, around(quiet_hz if n < 8 else loud_hz), SIDE) for n in range(16))
    return replace(track or normal(), passages=passages)


def gained(track: Fingerprint, plan: MasteringPlan) -> tuple[float, float]:
    return range_gained(programme_of(track), np.array(plan.eq_gains_db), np.array(plan.side_gains_db))


def held(plan: MasteringPlan) -> list[str]:
    return [decision.reason for decision in plan.decisions if decision.subject == "Range of loudness"]


def test_a_gain_that_is_the_same_everywhere_changes_nothing() -> None:
    found = range_gained(programme_of(parted(200, 4000)), np.zeros(BANDS), np.zeros(BANDS))
    assert found == pytest.approx((0.0, 0.0))


def test_raising_what_is_loud_widens_and_raising_what_is_quiet_narrows() -> None:
    gains = np.array([0.0] * 6 + [2.0] * 4)
    loud = range_gained(programme_of(parted(100, 8000)), gains, np.zeros(BANDS))
    quiet = range_gained(programme_of(parted(8000, 100)), gains, np.zeros(BANDS))
    step = curve_db(gains, CENTRES_HZ)
    assert max(loud) == pytest.approx(step.max() - step.min(), abs=0.4)
    assert min(quiet) == pytest.approx(step.min() - step.max(), abs=0.4)


@pytest.mark.parametrize("preset", ["warm", "bright", "punchy", "adaptive"])
@pytest.mark.parametrize("tones", [(150, 7000), (7000, 150)])
def test_tone_is_held_back_where_it_would_change_the_range_too_much(preset: str, tones: tuple[int, int]) -> None:
    track = parted(*tones, bent(200, 9.0))
    plan = plan_mastering(track, preset, 1.0)
    least, most = gained(track, plan)
    assert most <= MOST_GAINED_LU + 0.01
    assert least >= -range_cap_lu(programme_of(track), PRESETS[preset].caps)
    free = plan_mastering(bent(200, 9.0), preset, 1.0)
    assert max(np.abs(plan.eq_gains_db)) < max(np.abs(free.eq_gains_db))
    assert "do not sound alike" in held(plan)[0]
    assert not held(free)


def test_a_track_that_sounds_alike_everywhere_keeps_its_whole_tone() -> None:
    track = parted(500, 500, bent(200, 9.0))
    assert plan_mastering(track, "warm", 1.0) == plan_mastering(bent(200, 9.0), "warm", 1.0)


def test_an_album_shares_what_its_most_delicate_track_bears() -> None:
    tracks = [bent(200, 9.0), parted(150, 7000, bent(200, 9.0))]
    plans = plan_album(tracks, "warm", 1.0)
    assert plans[0].eq_gains_db == plans[1].eq_gains_db
    assert max(gained(tracks[1], plans[1])) <= MOST_GAINED_LU + 0.01
