"""Estimates: from a few excerpts and while sound still comes, each sure of itself as far as it may be."""

import math
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.streams import lively

from auralis.fingerprint.calibration import OF_BEGINNINGS, OF_EXCERPTS
from auralis.fingerprint.confidence import TOLERANCES, calibrated
from auralis.fingerprint.estimate import ACCURATE_EXCERPTS, FAST_EXCERPTS, estimate_file, excerpt_starts
from auralis.fingerprint.extractor import Extractor, extract
from auralis.media.decode import read_audio
from auralis.media.encode import write_audio
from auralis.model.fingerprint import DIMENSION_NAMES

RATE = 24000


@pytest.fixture(scope="module")
def music() -> np.ndarray:
    return lively(RATE, 70)


def off(name: str, estimate: float, whole: float) -> float:
    if name in {"spectral_centroid_hz", "spectral_rolloff_hz"}:
        return abs(math.log2(estimate / whole))
    return abs(estimate / whole - 1.0) if name == "tempo_bpm" else abs(estimate - whole)


@pytest.mark.parametrize("suffix", [".flac", ".mp3", ".ogg", ".opus", ".m4a"])
def test_excerpts_of_even_music_tell_what_all_of_it_does(tmp_path: Path, music: np.ndarray, suffix: str) -> None:
    path = tmp_path / f"track{suffix}"
    write_audio(path, music, RATE)
    estimate = estimate_file(path)
    assert estimate is not None
    assert estimate.is_estimate
    assert 0.5 < estimate.heard_share < 0.65
    assert estimate.frames / estimate.sample_rate == pytest.approx(70, abs=0.2)
    # What a codec takes from the music is no fault of the estimate: it tells of this file.
    whole = extract(*read_audio(path))
    wrong = [n for n in DIMENSION_NAMES if off(n, estimate.dimensions[n], whole.dimensions[n]) > TOLERANCES[n]]
    assert len(wrong) <= 1, wrong
    assert 0.6 < estimate.overall_confidence < 1


def test_what_is_short_is_not_worth_estimating(tmp_path: Path, music: np.ndarray) -> None:
    write_audio(tmp_path / "short.flac", music[:, : 40 * RATE], RATE)
    assert estimate_file(tmp_path / "short.flac") is None
    assert estimate_file(tmp_path / "short.flac", ACCURATE_EXCERPTS) is None


def test_a_file_that_ends_long_before_its_word_is_not_estimated(tmp_path: Path, music: np.ndarray) -> None:
    whole = tmp_path / "whole.wav"
    soundfile.write(whole, music.T, RATE)
    torn = tmp_path / "torn.wav"
    torn.write_bytes(whole.read_bytes()[: whole.stat().st_size // 8])
    estimate = estimate_file(torn)
    assert estimate is None or estimate.frames < 20 * RATE


def test_excerpts_lie_all_over_a_track() -> None:
    starts = excerpt_starts(100.0, 10.0, FAST_EXCERPTS)
    assert starts == [7.5, 32.5, 57.5, 82.5]


def test_an_estimate_leaves_the_extractor_as_it_is(music: np.ndarray) -> None:
    extractor = Extractor(RATE, 2)
    sure = []
    for first in range(0, 60 * RATE, 10 * RATE):
        extractor.push(music[:, first : first + 10 * RATE])
        estimate = extractor.estimate(70.0)
        assert estimate.heard_share == pytest.approx((first + 10 * RATE) / RATE / 70)
        sure.append(estimate.overall_confidence)
    assert sure[-1] > sure[0]
    extractor.push(music[:, 60 * RATE :])
    assert extractor.finish() == extract(music, RATE)


def test_the_whole_heard_piece_by_piece_is_no_estimate(music: np.ndarray) -> None:
    extractor = Extractor(RATE, 2)
    extractor.push(music)
    assert not extractor.estimate(music.shape[1] / RATE).is_estimate


def test_onsets_of_all_excerpts_count(music: np.ndarray) -> None:
    extractor, together = Extractor(RATE, 2), Extractor(RATE, 2)
    span = 7 * extractor.block
    for n in range(4):
        extractor.push(music[:, n * span : (n + 1) * span])
        extractor.leap()
        together.push(music[:, n * span : (n + 1) * span])
    density = extractor.finish(70.0).dimensions["transient_density"]
    assert density == pytest.approx(together.finish(70.0).dimensions["transient_density"], abs=0.3)


@pytest.mark.parametrize("table", [OF_BEGINNINGS, OF_EXCERPTS])
def test_every_dimension_is_calibrated(table: dict[str, tuple[float, float]]) -> None:
    assert tuple(table) == DIMENSION_NAMES == tuple(n for n in DIMENSION_NAMES if n in TOLERANCES)
    for bias, slope in table.values():
        assert 0 < calibrated(0.0, bias, slope) < 1
        assert 0 < calibrated(1.0, bias, slope) < 1
    assert calibrated(0.3, 0.0, 1.0) == pytest.approx(0.3)
