"""The level: the cap that is named is the one that binds, a few loud words count, what narrows the range adds up."""

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.mastering.test_passages import parted
from tests.unit.mastering.test_plan import bent, normal

from auralis.mastering.level import Level, find_level, limiter_work, room_to_shape_lu
from auralis.mastering.motion import range_lost
from auralis.mastering.passages import range_narrowed
from auralis.mastering.plan import plan_mastering
from auralis.mastering.presets import PRESETS, Caps
from auralis.mastering.programme import Programme, programme_of

CAPS = {
    "mean limiting": "mean_reduction_db",
    "peak limiting": "peak_reduction_db",
    "loudness range": "loudness_range_lu",
    "peak-to-loudness ratio": "peak_to_loudness_db",
}


def words(share: float) -> Programme:
    """A programme that is even but for a share of loud words, whose peaks reach full scale."""
    momentary, peaks = [0] * 160, [0] * 160
    momentary[100:108] = [100] * 8
    momentary[126] = peaks[140] = round(800 * share / (1.0 - share))
    peaks[118:126] = [100] * 8
    return programme_of(normal(momentary_histogram=tuple(momentary), peak_histogram=tuple(peaks), true_peak_dbtp=0.5))


def test_what_a_few_loud_words_lose_is_taken_from_the_loudness_range() -> None:
    assert limiter_work(words(0.04), 1.5, -1.0).peak_db < limiter_work(words(0.2), 1.5, -1.0).peak_db
    lost = [limiter_work(words(0.04), raised_db, -1.0).range_lu for raised_db in (-3.0, 0.0, 1.5, 3.0)]
    assert lost[0] == 0.0
    assert (np.diff(lost) > 0.1).all()


def test_nothing_is_lost_where_no_peak_comes_near() -> None:
    assert limiter_work(programme_of(normal()), 0.0, -1.0).range_lu == 0.0


@pytest.mark.parametrize("name", CAPS)
def test_the_cap_that_is_named_is_the_one_that_binds(name: str) -> None:
    programme = programme_of(normal(loudness_range_lu=60.0, true_peak_dbtp=-1.0))

    def level(**tight: float) -> Level:
        caps = Caps(**dict.fromkeys(CAPS.values(), 9.0) | tight)
        return find_level(programme, caps, wanted_lufs=-6.0, raised_db=0.0, range_taken_lu=0.0, ceiling_dbtp=-1.0)

    bound = level(**{CAPS[name]: 0.6})
    assert bound.limited_by == name
    assert level(**{CAPS[name]: 0.5}).gain_db < bound.gain_db < level().gain_db
    far = {cap: 4.0 for cap in CAPS.values() if cap != CAPS[name]}
    assert level(**{CAPS[name]: 0.1}, **far).limited_by == name


@pytest.mark.parametrize("tones", [(150, 7000), (7000, 150)])
def test_tone_and_compressor_share_what_they_may_take_of_the_loudness_range(tones: tuple[int, int]) -> None:
    wide = {"loudness_range_lu": 20.0, "momentary_histogram": tuple(10 if 70 <= n < 122 else 0 for n in range(160))}
    alone = plan_mastering(replace(bent(200, 9.0), **wide), "adaptive", 1.0)
    track = parted(*tones, replace(bent(200, 9.0), **wide))
    programme, plan = programme_of(track), plan_mastering(track, "adaptive", 1.0)
    narrowed = range_narrowed(programme, np.array(plan.eq_gains_db), np.array(plan.side_gains_db))
    room = room_to_shape_lu(programme, PRESETS["adaptive"].caps)
    assert range_lost(programme, plan.compressor_slope) + narrowed <= room + 0.01
    assert (plan.compressor_slope < alone.compressor_slope) == (narrowed > 0.01)
    told = [decision for decision in plan.decisions if decision.stage == "dynamics"]
    assert all(
        decision.change == pytest.approx(-range_lost(programme, plan.compressor_slope), abs=0.01) for decision in told
    )
