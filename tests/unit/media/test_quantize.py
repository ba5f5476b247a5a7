"""Rounding to integers is exact, clipped, and independent of how a stream is cut."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from auralis.media.quantize import Int16Dither, to_int24
from auralis.model.errors import MediaError


@given(arrays(np.int32, 64, elements=st.integers(-(2**23), 2**23 - 1)))
@settings(max_examples=50)
def test_24_bit_integers_survive_the_way_through_float(integers: np.ndarray) -> None:
    assert np.array_equal(to_int24(integers.astype(np.float32) / np.float32(2**23)), integers)


@given(arrays(np.float32, 64, elements=st.floats(-2, 2, width=32)))
@settings(max_examples=50)
def test_rounding_is_half_to_even_of_the_true_product_and_clipped(samples: np.ndarray) -> None:
    expected = np.clip(np.rint(samples.astype(np.float64) * 2**23), -(2**23), 2**23 - 1)
    assert np.array_equal(to_int24(samples), expected)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_no_sound_is_refused(bad: float) -> None:
    samples = np.zeros((2, 8), np.float32)
    samples[1, 3] = bad
    for convert in (to_int24, Int16Dither().apply):
        with pytest.raises(MediaError) as caught:
            convert(samples)
        assert caught.value.code == "INVALID_AUDIO"


def test_dither_depends_on_the_sample_index_only() -> None:
    samples = np.random.default_rng(1).uniform(-1.1, 1.1, (2, 5000)).astype(np.float32)
    whole = Int16Dither().apply(samples)
    dither = Int16Dither()
    pieces = [dither.apply(samples[:, start:end]) for start, end in ((0, 1), (1, 700), (700, 700), (700, 5000))]
    assert np.array_equal(np.concatenate(pieces, axis=1), whole)


def test_dither_leaves_what_fits_16_bits_already() -> None:
    integers = np.arange(-(2**15), 2**15, dtype=np.int16).reshape(2, -1)
    assert np.array_equal(Int16Dither().apply(integers.astype(np.float32) / np.float32(2**15)), integers)


def test_dither_is_triangular_and_keeps_the_mean() -> None:
    level = 0.3 / 2**15
    rounded = Int16Dither().apply(np.full((1, 200_000), level, np.float32))
    assert rounded.mean() == pytest.approx(0.3, abs=0.01)
    assert rounded.var() == pytest.approx(2 / 12 + 1 / 12, abs=0.01)
    assert set(np.unique(rounded)) <= {-1, 0, 1}
