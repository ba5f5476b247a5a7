"""A file mastered to a file: what is told of it is true of the file that was written."""

from pathlib import Path

import numpy as np
import pytest
from tests.mixes import judge
from tests.signals import RATE, sine

from auralis.mastering.level import MOST_GAIN_DB
from auralis.media.decode import read_audio
from auralis.media.encode import write_audio
from auralis.processing.export import export_file


@pytest.mark.parametrize("frames", [1, 600, 8000])
def test_a_sound_too_short_to_be_measured_is_not_driven_up(tmp_path: Path, frames: int) -> None:
    source, target = tmp_path / "short.wav", tmp_path / "out.wav"
    write_audio(source, np.full((2, frames), 0.05, np.float32), RATE)
    done = export_file(source, target, "adaptive", 1.0)
    assert done.plan.gain_db <= MOST_GAIN_DB


def test_the_levels_told_are_those_of_the_file(tmp_path: Path) -> None:
    source, target = tmp_path / "over.wav", tmp_path / "out.flac"
    write_audio(source, sine(440.0, 2.0, 12.0), RATE, bit_depth=32)
    done = export_file(source, target, "adaptive", 0.0)
    written, _ = read_audio(target)
    meter = judge(written)
    assert abs(done.result.loudness_lufs - meter.lufs) <= 0.1
    assert abs(done.result.true_peak_dbtp - meter.dbtp) <= 0.3
