"""The disk cache keeps to its bytes, survives a restart, and never hands out a damaged value."""

import os
import time
from pathlib import Path

import pytest

from auralis.cache import DiskCache

HEADER = 20


def only_file(folder: Path) -> Path:
    (path,) = (p for p in folder.rglob("*") if p.is_file())
    return path


def test_gives_back_what_was_put(tmp_path: Path):
    cache = DiskCache(tmp_path / "new" / "folder", 1000)
    cache.put("a/b?c", b"one")
    assert cache.get("a/b?c") == b"one"
    assert cache.get("x") is None


def test_survives_a_restart_with_sizes_and_order_of_use(tmp_path: Path):
    first = DiskCache(tmp_path, 3 * (100 + HEADER))
    for n, name in enumerate("abc"):
        first.put(name, bytes(100))
        for path in tmp_path.rglob("??*"):
            if path.is_file() and path.stat().st_mtime > 10_000:
                os.utime(path, (n, n))
    assert first.get("a") is not None

    second = DiskCache(tmp_path, 3 * (100 + HEADER))
    assert second.stats().bytes == 3 * (100 + HEADER)
    second.put("d", bytes(100))
    assert second.get("b") is None
    assert second.get("a") == bytes(100)
    assert second.get("c") == bytes(100)


def test_keeps_to_its_budget_and_removes_the_files(tmp_path: Path):
    cache = DiskCache(tmp_path, 1000)
    for n in range(50):
        cache.put(str(n), bytes(90))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) == cache.stats().bytes <= 1000
    assert cache.stats().evictions == 50 - len(files)


def test_a_smaller_budget_after_a_restart_is_kept_from_the_next_write_on(tmp_path: Path):
    large = DiskCache(tmp_path, 10_000)
    for n in range(20):
        large.put(str(n), bytes(90))
    small = DiskCache(tmp_path, 300)
    small.put("x", bytes(90))
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 300


@pytest.mark.parametrize("damage", ["truncate", "empty", "flip", "header"])
def test_a_damaged_file_is_a_miss_and_is_removed(tmp_path: Path, damage: str):
    cache = DiskCache(tmp_path, 10_000)
    cache.put("a", bytes(range(200)))
    path = only_file(tmp_path)
    data = bytearray(path.read_bytes())
    if damage == "truncate":
        del data[-50:]
    elif damage == "empty":
        data.clear()
    elif damage == "flip":
        data[150] ^= 1
    else:
        data[0] ^= 1
    path.write_bytes(data)
    assert DiskCache(tmp_path, 10_000).get("a") is None
    assert cache.get("a") is None
    assert not path.exists()
    cache.put("a", b"again")
    assert cache.get("a") == b"again"


def test_a_file_under_anothers_name_is_a_miss(tmp_path: Path):
    cache = DiskCache(tmp_path, 10_000)
    cache.put("a", b"sound of a")
    of_a = only_file(tmp_path)
    cache.put("b", b"sound of b")
    (of_b,) = (path for path in tmp_path.rglob("*") if path.is_file() and path != of_a)
    of_b.write_bytes(of_a.read_bytes())
    assert cache.get("b") is None
    assert cache.stats().corrupt == 1


def test_a_vanished_file_is_a_miss_and_uncounted(tmp_path: Path):
    cache = DiskCache(tmp_path, 10_000)
    cache.put("a", b"one")
    only_file(tmp_path).unlink()
    assert cache.get("a") is None
    assert cache.stats().bytes == 0
    assert "a" not in cache


def test_a_disk_that_refuses_is_no_error_and_keeps_nothing(tmp_path: Path):
    blocked = tmp_path / "file"
    blocked.write_bytes(b"not a folder")
    cache = DiskCache(blocked / "cache", 10_000)
    cache.put("a", b"one")
    assert cache.get("a") is None
    assert cache.stats().failed_writes == 1
    assert cache.stats().bytes == 0


def test_a_value_over_the_budget_is_not_kept(tmp_path: Path):
    cache = DiskCache(tmp_path, 100)
    cache.put("a", bytes(100))
    assert cache.get("a") is None


def test_old_partial_files_are_removed_and_fresh_ones_left_alone(tmp_path: Path):
    folder = tmp_path / "ab"
    folder.mkdir()
    old, fresh = folder / ".aaaa.partial", folder / ".bbbb.partial"
    for path in (old, fresh):
        path.write_bytes(b"half")
    long_ago = time.time() - 7200
    os.utime(old, (long_ago, long_ago))
    assert DiskCache(tmp_path, 1000).stats().entries == 0
    assert not old.exists()
    assert fresh.exists()


def test_clear_removes_every_file(tmp_path: Path):
    cache = DiskCache(tmp_path, 10_000)
    for n in range(5):
        cache.put(str(n), b"value")
    cache.clear()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert cache.stats().bytes == 0
