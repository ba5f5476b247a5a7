"""The chain: any blocks, any plan, and errors that leave its state alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.mixes import mix, planned, rendered
from tests.signals import RATE

from auralis.mastering.chain import Chain, render
from auralis.mastering.warm import warm_chain
from auralis.model.errors import MediaError
from auralis.model.player import PRESETS


@settings(max_examples=6, deadline=None)
@given(cuts=st.lists(st.integers(0, 3 * RATE), max_size=5), preset=st.sampled_from(PRESETS))
def test_any_division_into_blocks_gives_the_same_samples(cuts: list[int], preset: str) -> None:
    source, plan = mix("hot")[:, : 3 * RATE], planned("hot", preset)
    chain = Chain(plan, RATE)
    pieces = [chain.process(piece) for piece in np.split(source, sorted(cuts), axis=1)]
    whole = Chain(plan, RATE).process(source)
    assert np.array_equal(np.concatenate(pieces, axis=1), whole)


def test_the_same_sound_gives_the_same_bytes() -> None:
    assert render(mix("band"), RATE, planned("band")).tobytes() == rendered("band").tobytes()


def test_intensity_zero_passes_the_samples_with_no_delay() -> None:
    chain = Chain(planned("band", intensity=0.0), RATE)
    assert chain.latency_frames == 0
    assert np.array_equal(chain.process(mix("band")), mix("band"))


def test_silence_stays_silence_and_comes_back_after_sound() -> None:
    chain = Chain(planned("shrill", "punchy"), RATE)
    assert not chain.process(np.zeros((2, RATE), np.float32)).any()
    chain.process(mix("band")[:, :RATE])
    chain.process(np.zeros((2, 3 * RATE), np.float32))
    assert not chain.process(np.zeros((2, RATE), np.float32)).any()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
def test_what_is_no_sound_is_refused_and_harms_nothing(bad: float) -> None:
    plan = planned("band")
    chain, other = Chain(plan, RATE), Chain(plan, RATE)
    head, tail = mix("band")[:, :RATE], mix("band")[:, RATE : 2 * RATE]
    broken = tail.copy()
    broken[1, 17] = bad
    assert np.array_equal(chain.process(head), other.process(head))
    with pytest.raises(MediaError) as refused:
        chain.process(broken)
    assert refused.value.code == "INVALID_AUDIO"
    assert np.array_equal(chain.process(tail), other.process(tail))


def test_the_reductions_told_are_those_of_the_block() -> None:
    chain = Chain(planned("hot"), RATE)
    chain.process(mix("hot"))
    assert chain.gain_reduction_db.shape == (mix("hot").shape[1],)
    assert chain.gain_reduction_db.max() > 0.5
    assert chain.gain_reduction_db.min() >= 0.0
    assert chain.bass_reduction_db.min() >= 0.0


def test_empty_blocks_are_legal() -> None:
    assert Chain(planned("band"), RATE).process(np.zeros((2, 0), np.float32)).shape == (2, 0)


def test_warming_runs_through() -> None:
    warm_chain()
