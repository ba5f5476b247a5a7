"""A dozen real tracks, fetched where that is possible, else demo pieces: measured, and mastered as planned."""

from pathlib import Path

import pytest
from benchmarks.corpus import MOST_ERROR_LU, MOST_PEAK_DBTP, judge
from benchmarks.fetch_music import SMALL, MusicUnavailableError, fetch
from platformdirs import user_cache_path

from auralis.model.library import AUDIO_SUFFIXES

TRACKS = 12


@pytest.fixture(scope="module")
def music(demo_music: Path) -> list[Path]:
    """Real music, kept for next time; where none can be had, pieces of all kinds from the demo library."""
    folder = user_cache_path("auralis") / "test-music"
    try:
        if not folder.is_dir():
            fetch(folder, SMALL)
    except MusicUnavailableError:
        folder = demo_music
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in AUDIO_SUFFIXES)
    step = max(1, len(found) // TRACKS)
    return found[::step][:TRACKS]


def test_every_track_keeps_what_its_plan_promises(music: list[Path]) -> None:
    assert len(music) == TRACKS
    for path in music:
        judged = judge(path, preset="adaptive", intensity=1.0)
        assert judged.error is None, judged
        assert judged.output_dbtp <= MOST_PEAK_DBTP, judged
        assert abs(judged.output_lufs - judged.planned_lufs) <= MOST_ERROR_LU, judged
        assert judged.output_lufs <= judged.source_lufs + 0.1, judged
