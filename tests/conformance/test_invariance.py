"""The same music in other files, at other rates and gains gives the same fingerprint, within a stated tolerance.

All are made from one float reference with headroom, so that nothing clips.
"""

import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray
from tests.conftest import PROOF
from tests.known_answers import INVARIANCE
from tests.mixes import mix
from tests.signals import RATE, concatenated, gain

from auralis.fingerprint.extractor import extract
from auralis.media.decode import read_audio
from auralis.media.encode import write_audio
from auralis.model.fingerprint import DIMENSION_NAMES

Samples = NDArray[np.float32]

HEADROOM_DB = -14.0
SECONDS = 30
PULSE = 0.15
"""Music whose beats repeat less than this has no tempo to speak of."""
MOST_LATE = 0.03
PIECES = ("band", "chamber", "swell", "dull", "shrill") if PROOF else ("band", "chamber")
SUFFIXES = (".flac", ".mp3", ".ogg", ".opus", ".m4a")
RATES = (22_050, 32_000, 48_000, 88_200, 96_000, 192_000) if PROOF else (22_050, 48_000, 96_000)


def resampled(samples: Samples, rate: int, wanted: int) -> Samples:
    return np.ascontiguousarray(soxr.resample(samples.T, rate, wanted, "VHQ").T, np.float32)


def deviations(samples: Samples, rate: int, before: dict[str, float]) -> dict[str, float]:
    """How far every dimension lies off: in octaves for frequencies, as a share for the tempo, else in its unit."""
    found = extract(samples, rate).dimensions
    off = {name: abs(found[name] - before[name]) for name in DIMENSION_NAMES}
    for name in ("spectral_centroid_hz", "spectral_rolloff_hz"):
        off[name] = abs(math.log2(found[name] / before[name]))
    off["tempo_bpm"] = abs(found["tempo_bpm"] / before["tempo_bpm"] - 1) if before["rhythm_stability"] > PULSE else 0.0
    return off


@cache
def piece(name: str) -> tuple[Samples, dict[str, float]]:
    samples = gain(concatenated([mix(name)] * 3)[:, : SECONDS * RATE], HEADROOM_DB)
    return samples, dict(extract(samples, RATE).dimensions)


def judge(off: dict[str, float], kind: str, what: str) -> None:
    late = {name: value for name, value in off.items() if not value <= INVARIANCE[name][kind]}
    assert not late, (what, late)


@pytest.mark.parametrize("name", PIECES)
@pytest.mark.parametrize("by_db", [-12, 12])
def test_gain_changes_the_loudness_and_nothing_else(name: str, by_db: float) -> None:
    samples, before = piece(name)
    judge(
        deviations(gain(samples, by_db), RATE, before | {"loudness_lufs": before["loudness_lufs"] + by_db}),
        "gain",
        name,
    )


@pytest.mark.parametrize("name", PIECES)
@pytest.mark.parametrize("rate", RATES)
def test_the_sample_rate_hardly_matters(name: str, rate: int) -> None:
    samples, before = piece(name)
    if rate < 44_100:
        # What a lower rate cannot hold is no fault of the measure.
        samples = resampled(resampled(samples, RATE, rate), rate, RATE)[:, : samples.shape[1]]
        before = dict(extract(samples, RATE).dimensions)
    judge(deviations(resampled(samples, RATE, rate), rate, before), "rate", f"{name} at {rate}")


@pytest.mark.parametrize("name", PIECES)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_file_format_hardly_matters(name: str, suffix: str, tmp_path: Path) -> None:
    samples, before = piece(name)
    rate = 48_000 if suffix == ".opus" else RATE
    write_audio(tmp_path / f"a{suffix}", resampled(samples, RATE, rate), rate)
    judge(deviations(*read_audio(tmp_path / f"a{suffix}"), before), "file", f"{name}{suffix}")


def excerpts(music: list[Path]) -> Iterator[tuple[str, Samples, int]]:
    for path in music:
        samples, rate = read_audio(path)
        middle = max(0, samples.shape[1] // 2 - SECONDS * rate // 2)
        yield path.stem, gain(samples[:, middle : middle + SECONDS * rate], HEADROOM_DB), rate


@pytest.mark.proof
def test_real_music_survives_being_encoded_and_resampled(music: list[Path], tmp_path: Path) -> None:
    """Nearly all values lie within their tolerance: a codec may take from a track what one measure sees."""
    values = 0
    late: list[tuple[str, str]] = []
    for name, samples, rate in excerpts(music if PROOF else music[1::6]):
        before = dict(extract(samples, rate).dimensions)
        found = []
        for suffix in SUFFIXES:
            wanted = 48_000 if suffix == ".opus" else rate
            write_audio(tmp_path / f"a{suffix}", resampled(samples, rate, wanted), wanted)
            found.append(("file", suffix, deviations(*read_audio(tmp_path / f"a{suffix}"), before)))
        found += [
            ("rate", f" at {wanted}", deviations(resampled(samples, rate, wanted), wanted, before))
            for wanted in (44_100, 48_000, 96_000)
        ]
        for kind, what, off in found:
            values += len(off)
            late += [(name + what, each) for each, value in off.items() if not value <= INVARIANCE[each][kind]]
    assert len(late) <= MOST_LATE * values, late
