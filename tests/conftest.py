"""What every test may ask for: the demo library, made once, and a server on it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from tests.server import RunningServer, running_server

PROOF = os.environ.get("AURALIS_PROOF") == "full"

# The same examples each time, so that what passes here passes everywhere; the long proofs look for new ones.
settings.register_profile("auralis", deadline=None, print_blob=True, derandomize=not PROOF)
settings.load_profile("auralis")


@pytest.fixture(scope="session")
def demo_music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo library: 24 pieces whose tempo, key, loudness and width are known."""
    from auralis.demo.library import make_demo_library

    folder = tmp_path_factory.mktemp("demo")
    make_demo_library(folder)
    return folder


@pytest.fixture(scope="session")
def demo_server(demo_music: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server over the demo library, scanned; tests that change its player put it back or do not mind."""
    with running_server(tmp_path_factory.mktemp("data"), music=demo_music) as server:
        server.wait_until_scanned(24)
        yield server
