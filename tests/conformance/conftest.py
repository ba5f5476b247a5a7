"""Music to judge by: real tracks, fetched where that is possible, else demo pieces."""

from pathlib import Path

import pytest
from benchmarks.fetch_music import SMALL, MusicUnavailableError, fetch
from platformdirs import user_cache_path

from auralis.model.library import AUDIO_SUFFIXES

TRACKS = 12


@pytest.fixture(scope="session")
def music(demo_music: Path) -> list[Path]:
    """A dozen real tracks, kept for next time; where none can be had, pieces of all kinds from the demo library."""
    folder = user_cache_path("auralis") / "test-music"
    try:
        if not folder.is_dir():
            fetch(folder, SMALL)
    except MusicUnavailableError:
        folder = demo_music
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in AUDIO_SUFFIXES)
    step = max(1, len(found) // TRACKS)
    return found[::step][:TRACKS]
