"""A source file is the same only while size, time and name are."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from auralis.model.errors import MediaError
from auralis.streaming.source import SourceFile, digest


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.flac"
    path.write_bytes(b"sound")
    os.utime(path, (1000, 1000))
    return path


def test_an_untouched_file_stays_the_same(file: Path):
    source = SourceFile.look(file)
    source.verify()
    assert SourceFile.look(file).identity == source.identity


def test_a_changed_size_or_time_is_another_source(file: Path):
    source = SourceFile.look(file)
    os.utime(file, (1000, 1001))
    with pytest.raises(MediaError, match="changed"):
        source.verify()
    assert SourceFile.look(file).identity != source.identity
    file.write_bytes(b"other sound")
    os.utime(file, (1000, 1000))
    assert SourceFile.look(file).identity != source.identity


def test_a_vanished_file_is_a_clear_error(file: Path):
    source = SourceFile.look(file)
    file.unlink()
    with pytest.raises(MediaError, match="not there"):
        source.verify()


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_a_clear_error(tmp_path: Path, make: Callable[[Path], None]):
    path = tmp_path / "a.flac"
    make(path)
    with pytest.raises(MediaError, match="something else"):
        SourceFile.look(path)


def test_names_that_are_no_unicode_are_names_too(tmp_path: Path):
    path = tmp_path / os.fsdecode(b"caf\xe9\n.flac")
    path.write_bytes(b"sound")
    assert SourceFile.look(path).identity


def test_digests_differ_where_any_part_does():
    assert digest("a", 1) == digest("a", 1)
    assert len({digest("a", 1), digest("a", "1"), digest("a", 1, None), digest("a1")}) == 4
