"""A library of one folder, not scanned yet."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.factories import Library

from auralis.catalog import Catalog
from auralis.store import Database


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    music = tmp_path / "music"
    music.mkdir()
    database = Database(tmp_path / "data" / "auralis.db")
    Catalog(database).library_folders.add(music)
    yield Library(music, database)
    database.close()
