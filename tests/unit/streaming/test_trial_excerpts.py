"""The excerpts of a trial: of a long file sought, of others read in one go, the same sound either way."""

from pathlib import Path

import numpy as np
import pytest

from auralis.mastering.trial import EXCERPT_SECONDS, EXCERPTS, LEAD_SECONDS
from auralis.media.decode import AudioReader
from auralis.media.encode import write_audio
from auralis.streaming import render

RATE = 24000
SECONDS = 60


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("suffix", [".flac", ".mp3", ".ogg"])
def test_excerpts_that_are_sought_hold_what_lies_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, channels: int
) -> None:
    path = tmp_path / f"long{suffix}"
    swell = np.linspace(0.01, 0.6, SECONDS * RATE, dtype=np.float32)
    tone = np.sin(np.arange(SECONDS * RATE) * 2 * np.pi * 440 / RATE).astype(np.float32)
    write_audio(path, np.tile(swell * tone, (channels, 1)), RATE)

    def excerpts() -> list[np.ndarray]:
        with AudioReader(path) as reader:
            return render._excerpts(reader, SECONDS, lambda: None)

    read = excerpts()
    monkeypatch.setattr(render, "_LONG_SECONDS", 1.0)
    sought = excerpts()
    assert len(sought) == len(read) == EXCERPTS
    for one, other in zip(sought, read, strict=True):
        assert one.shape[0] == 2
        assert one.shape[1] >= 0.95 * (EXCERPT_SECONDS + LEAD_SECONDS) * RATE or one is sought[-1]
        # Ogg is sought page by page: up to some seconds off, on a swell of 0.007 a second.
        assert float(np.sqrt(np.mean(one**2))) == pytest.approx(float(np.sqrt(np.mean(other**2))), abs=0.03)
