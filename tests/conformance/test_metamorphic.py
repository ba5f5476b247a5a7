"""What must stay and what must change when a signal is doubled, padded, swapped, inverted, cut up, or is no music."""

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from tests.conftest import PROOF
from tests.mixes import MIXES, SECONDS, mix
from tests.signals import RATE, concatenated, silence, sine, square, white_noise

from auralis.fingerprint.extractor import Extractor, extract
from auralis.model.errors import MediaError
from auralis.model.fingerprint import DIMENSIONS, Fingerprint

Samples = NDArray[np.float32]

SAME = 1e-9
CHOSEN = MIXES if PROOF else ("band", "chamber", "swell")


def values(samples: Samples, rate: int = RATE) -> dict[str, float]:
    return dict(extract(samples, rate).dimensions)


@pytest.mark.parametrize("name", CHOSEN)
def test_swapping_the_channels_changes_nothing(name: str) -> None:
    samples = mix(name)
    before, after = extract(samples, RATE), extract(samples[::-1].copy(), RATE)
    assert dict(after.dimensions) == pytest.approx(dict(before.dimensions), rel=1e-5, abs=1e-5)
    assert (after.key.tonic, after.key.mode) == (before.key.tonic, before.key.mode)
    assert after.true_peak_dbtp == before.true_peak_dbtp


@pytest.mark.parametrize("name", CHOSEN)
def test_inverting_both_channels_changes_nothing(name: str) -> None:
    samples = mix(name)
    before, after = extract(samples, RATE), extract(-samples, RATE)
    assert dict(after.dimensions) == pytest.approx(dict(before.dimensions), rel=SAME, abs=SAME)
    assert after.true_peak_dbtp == before.true_peak_dbtp
    assert after.waveform.minimum == tuple(-top for top in before.waveform.maximum)


@pytest.mark.parametrize("name", CHOSEN)
def test_inverting_one_channel_turns_the_stereo_round_and_leaves_level_and_spectrum(name: str) -> None:
    samples = mix(name)
    before, after = values(samples), values(samples * np.array([[1], [-1]], np.float32))
    assert after["phase_correlation"] == pytest.approx(-before["phase_correlation"], abs=1e-6)
    assert after["stereo_width"] == pytest.approx(1 - before["stereo_width"], abs=1e-6)
    for dimension in DIMENSIONS:
        if dimension.group in {"level", "spectrum", "tonal"}:
            tolerance = 0.02 if dimension.name == "crest_db" else 1e-6  # an offset is told apart by channel only
            assert after[dimension.name] == pytest.approx(before[dimension.name], rel=1e-6, abs=tolerance), (
                dimension.name
            )


REPEATED = {
    "loudness_lufs": 0.1, "crest_db": 0.2, "bass_mid_ratio_db": 0.1, "rhythm_stability": 0.12,
    "transient_density": 0.25, "spectral_centroid_hz": 60.0, "spectral_rolloff_hz": 60.0, "spectral_flatness": 0.01,
    "harmonic_ratio": 0.01, "pitch_stability": 0.1, "chroma_energy": 0.01, "dynamic_range_variation": 0.3,
    "loudness_variation_lu": 0.4, "peak_consistency": 0.03, "silence_ratio": 0.01,
}  # fmt: skip
"""How far a dimension of a track of 10 s may move when it is played twice: the seam and windows across it are new."""


@pytest.mark.parametrize("name", [name for name in CHOSEN if name != "swell"])
def test_a_track_played_twice_is_the_same_music(name: str) -> None:
    beat = 60 / (84 if name in {"chamber", "dull", "shrill"} else 112)
    samples = mix(name)[:, : round(SECONDS // beat * beat * RATE)]
    before, after = values(samples), values(concatenated((samples, samples)))
    assert after["tempo_bpm"] == pytest.approx(before["tempo_bpm"], rel=0.01)
    for dimension in DIMENSIONS:
        if dimension.name != "tempo_bpm":
            tolerance = REPEATED.get(dimension.name, 0.005)
            assert after[dimension.name] == pytest.approx(before[dimension.name], abs=tolerance), dimension.name


@pytest.mark.parametrize("name", CHOSEN)
def test_silence_around_a_track_is_silence_and_no_more(name: str) -> None:
    samples = mix(name)
    found = values(samples)
    padded = values(concatenated((silence(2.5), samples, silence(2.5))))
    assert padded["silence_ratio"] == pytest.approx(found["silence_ratio"] + 1 / 3, abs=0.02)
    assert padded["transient_density"] == pytest.approx(found["transient_density"] * 2 / 3, abs=0.15)
    assert padded["tempo_bpm"] == pytest.approx(found["tempo_bpm"], rel=0.01)
    expected = {
        "loudness_lufs": 0.3, "crest_db": 0.3, "bass_mid_ratio_db": 0.05, "spectral_centroid_hz": 40.0,
        "spectral_rolloff_hz": 20.0, "spectral_flatness": 0.01, "harmonic_ratio": 0.01, "pitch_stability": 0.11,
    }  # fmt: skip
    unmoved = {"rhythm_stability", "dynamic_range_variation", "loudness_variation_lu", "peak_consistency"}
    for dimension in DIMENSIONS:
        if dimension.name not in {"silence_ratio", "transient_density", "tempo_bpm", *unmoved}:
            tolerance = expected.get(dimension.name, 0.002)
            assert padded[dimension.name] == pytest.approx(found[dimension.name], abs=tolerance), dimension.name


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_the_sizes_of_the_blocks_do_not_matter(channels: int) -> None:
    samples = np.resize(mix("band"), (channels, RATE * 4)).astype(np.float32)
    whole = extract(samples, RATE)
    random = np.random.default_rng(8)
    for sizes in ([1, 100_000], [4096], [333, 1, 65_536], list(random.integers(1, 50_000, 40))):
        extractor = Extractor(RATE, channels)
        start = turn = 0
        while start < samples.shape[1]:
            size = int(sizes[turn % len(sizes)])
            extractor.push(samples[:, start : start + size])
            start, turn = start + size, turn + 1
        assert extractor.finish() == whole, sizes


def _whole(found: Fingerprint) -> None:
    """Every figure of a fingerprint is finite and within its range."""
    for dimension in DIMENSIONS:
        assert dimension.low <= found.dimensions[dimension.name] <= dimension.high, dimension.name
        assert 0.0 <= found.confidence[dimension.name] <= 1.0, dimension.name
    beside = [
        found.loudness_range_lu, found.true_peak_dbtp, found.sample_peak_dbfs, found.key.confidence,
        found.tempo_alternative_bpm, found.beat_offset_seconds, *found.third_octave_db, *found.side_third_octave_db,
    ]  # fmt: skip
    assert all(math.isfinite(value) for value in beside)
    assert Fingerprint.from_dict(found.to_dict()) == found


def _alternating(value: float) -> Samples:
    return np.tile(np.array([value, -value], np.float32), (2, RATE))


def _steep() -> Samples:
    random = np.random.default_rng(9)
    return (10.0 ** random.uniform(-40, 5, (2, RATE))).astype(np.float32) * random.choice([-1, 1], (2, RATE)).astype(
        np.float32
    )


ODD: dict[str, Callable[[], Samples]] = {
    "nothing": lambda: np.zeros((2, 0), np.float32),
    "one sample": lambda: np.ones((2, 1), np.float32),
    "two samples, one channel": lambda: np.array([[1.0, -1.0]], np.float32),
    "silence": lambda: silence(3),
    "minus zero": lambda: -silence(3),
    "denormals": lambda: np.full((2, RATE * 2), 1e-42, np.float32),
    "denormal noise": lambda: white_noise(2) * np.float32(1e-38),
    "the smallest there is": lambda: np.full((1, RATE), np.float32(1.4e-45)),
    "a full-scale square": lambda: square(1000, 3, 0),
    "every sample the other way": lambda: _alternating(1.0),
    "far over full scale": lambda: _alternating(1000.0),
    "the highest that is taken": lambda: _alternating(2.0**19),
    "an offset and nothing else": lambda: np.full((2, RATE * 4), 0.5, np.float32),
    "opposite offsets": lambda: np.full((2, RATE * 4), 0.5, np.float32) * np.array([[1], [-1]], np.float32),
    "one impulse": lambda: np.eye(1, RATE * 5, RATE, dtype=np.float32).repeat(2, axis=0),
    "an impulse at the end": lambda: np.eye(1, RATE * 5, RATE * 5 - 1, dtype=np.float32),
    "levels from nothing to absurd": _steep,
    "one silent channel": lambda: np.stack((sine(440, 4)[0], silence(4)[0])),
    "shorter than a gating block": lambda: white_noise(0.3),
    "just a short-term window": lambda: white_noise(3.0),
    "eight channels": lambda: white_noise(2, channels=8),
    "thirteen channels": lambda: white_noise(2, channels=13),
}


@pytest.mark.parametrize("rate", [8000, 44_100, 192_000])
@pytest.mark.parametrize("name", ODD)
def test_odd_signals_give_whole_figures(name: str, rate: int) -> None:
    _whole(extract(ODD[name](), rate))


@pytest.mark.parametrize("rate", [1, 2, 10, 99, 1000, 3000, 11_025, 768_000])
def test_odd_rates_give_whole_figures(rate: int) -> None:
    _whole(extract(white_noise(1), rate))
    _whole(extract(np.ones((1, 1), np.float32), rate))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30])
@pytest.mark.parametrize("place", [0, 1, RATE, 3 * RATE - 1])
def test_what_is_no_sound_is_refused_wherever_it_stands(value: float, place: int) -> None:
    samples = white_noise(3)
    samples[1, place] = value
    with pytest.raises(MediaError) as raised:
        extract(samples, RATE)
    assert raised.value.code == "INVALID_AUDIO"


@pytest.mark.proof
@settings(max_examples=400 if PROOF else 40, derandomize=not PROOF)
@given(
    hnp.arrays(
        np.float32,
        st.tuples(st.integers(1, 3), st.integers(0, 20_000)),
        elements=st.floats(-4, 4, width=32),
        fill=st.sampled_from([np.float32(0), np.float32(1), np.float32(-1), np.float32(1e-40)]),
    ),
    st.sampled_from([8000, 22_050, 44_100, 48_000, 96_000]),
)
def test_random_arrays_give_whole_figures(samples: Samples, rate: int) -> None:
    _whole(extract(samples, rate))


def test_mono_equals_the_same_in_both_channels_but_for_what_a_second_channel_adds() -> None:
    both = mix("mono")
    mono, stereo = values(both[:1]), values(both)
    assert stereo["loudness_lufs"] == pytest.approx(mono["loudness_lufs"] + 3.0103, abs=0.02)
    for dimension in DIMENSIONS:
        if dimension.name != "loudness_lufs":
            assert stereo[dimension.name] == pytest.approx(mono[dimension.name], rel=1e-4, abs=1e-3), dimension.name


def test_a_fingerprint_is_the_same_each_time() -> None:
    first, second = (extract(mix("band"), RATE) for _ in range(2))
    assert dataclasses.asdict(first) == dataclasses.asdict(second)
