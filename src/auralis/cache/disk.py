"""A cache of files that survives a restart, keeps to its bytes and never hands out a damaged value."""

import contextlib
import hashlib
import os
import threading
import time
from collections import OrderedDict
from pathlib import Path
from typing import IO

import structlog

from auralis.cache.growing import GrowingFile
from auralis.cache.stats import CacheStats
from auralis.kit.files import replacing
from auralis.kit.ids import new_id

_MAGIC = b"AUR1"
_DIGEST_BYTES = 16
_HEADER_BYTES = len(_MAGIC) + _DIGEST_BYTES
_PIECE_BYTES = 1 << 20
_PARTIAL_LIFETIME_SECONDS = 3600.0
_log = structlog.get_logger(__name__)


class DiskCache:
    """Values by key in files under ``folder``, within ``budget_bytes``; safe from any thread.

    The folder itself is the index: a file's name is the digest of its key, its time of change the last use. Each file
    begins with a checksum over key and value, so that a truncated, damaged or misplaced file is a miss and is removed.
    """

    def __init__(self, folder: Path, budget_bytes: int) -> None:
        self._folder = folder
        self._budget_bytes = budget_bytes
        self._sizes: OrderedDict[str, int] | None = None
        self._checked: set[str] = set()
        self._lock = threading.Lock()
        self._bytes = self._hits = self._misses = self._evictions = self._corrupt = self._failed_writes = 0

    def get(self, key: str) -> bytes | None:
        """Return the value of ``key`` and make it the most recently used, or None."""
        name = _name(key)
        with self._lock:
            known = name in self._index()
        value = self._read(name, key) if known else None
        with self._lock:
            if value is None:
                self._misses += 1
                self._forget(name)
            else:
                self._hits += 1
                if name in self._index():
                    self._index().move_to_end(name)
        return value

    def put(self, key: str, value: bytes) -> None:
        """Keep ``value``, at the cost of the least recently used; a disk that refuses it is logged, not raised."""
        name, size = _name(key), _HEADER_BYTES + len(value)
        if size > self._budget_bytes:
            return
        path = self._path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as partial, partial.open("wb") as file:
                file.write(_MAGIC)
                file.write(_digest(key, value))
                file.write(value)
        except OSError as error:
            self._failed_writes += 1
            _log.warning("cache write failed", folder=str(self._folder), reason=str(error))
            return
        self._take_in(name, size)

    def begin(self, key: str) -> GrowingFile:
        """Return a file for a value that comes piece by piece; raises OSError where the disk refuses it."""
        path = self._path(_name(key))
        partial = path.with_name(f".{new_id(8)}.partial")
        return GrowingFile(partial, _HEADER_BYTES, key, lambda *written: self._adopt(path, *written))

    def open(self, key: str) -> tuple[IO[bytes], int, int] | None:
        """Return the file of ``key``, where its value begins in it and how long it is, or None.

        The value is checked the first time; the file stays readable also when the cache lets go of it.
        """
        name = _name(key)
        with self._lock:
            known, checked = name in self._index(), name in self._checked
        file = self._opened(name, key, checked=checked) if known else None
        with self._lock:
            if file is None:
                self._misses += 1
                self._forget(name)
                return None
            self._hits += 1
            self._checked.add(name)
            if name in self._index():
                self._index().move_to_end(name)
        return file, _HEADER_BYTES, os.fstat(file.fileno()).st_size - _HEADER_BYTES

    def clear(self) -> None:
        """Remove every value; the counters go on."""
        with self._lock:
            names = list(self._index())
            self._index().clear()
            self._bytes = 0
        for name in names:
            self._path(name).unlink(missing_ok=True)

    def __contains__(self, key: str) -> bool:
        """Tell whether a file for ``key`` is held, without reading it or counting it as a use."""
        with self._lock:
            return _name(key) in self._index()

    def stats(self) -> CacheStats:
        """Return the counters and what is held now."""
        with self._lock:
            entries = len(self._index())
            return CacheStats(
                hits=self._hits,
                misses=self._misses,
                evictions=self._evictions,
                corrupt=self._corrupt,
                failed_writes=self._failed_writes,
                entries=entries,
                bytes=self._bytes,
                budget_bytes=self._budget_bytes,
            )

    def _adopt(self, path: Path, partial: Path, digest: bytes, size: int) -> None:
        """Take over a value that was written piece by piece."""
        if _HEADER_BYTES + size > self._budget_bytes:
            return
        with partial.open("r+b") as file:
            file.write(_MAGIC + digest)
        partial.replace(path)
        self._take_in(path.name, _HEADER_BYTES + size)

    def _take_in(self, name: str, size: int) -> None:
        with self._lock:
            self._forget(name)
            self._index()[name] = size
            self._bytes += size
            evicted = self._evict()
        for old in evicted:
            self._path(old).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name

    def _index(self) -> OrderedDict[str, int]:
        """Return sizes by name, least recently used first; listed from the folder on first use."""
        if self._sizes is None:
            found = sorted(_list_files(self._folder), key=lambda entry: entry[2])
            self._sizes = OrderedDict((name, size) for name, size, _ in found)
            self._bytes = sum(self._sizes.values())
        return self._sizes

    def _read(self, name: str, key: str) -> bytes | None:
        path = self._path(name)
        try:
            data = path.read_bytes()
            if data[: len(_MAGIC)] == _MAGIC and data[len(_MAGIC) : _HEADER_BYTES] == _digest(
                key, data[_HEADER_BYTES:]
            ):
                os.utime(path)
                return data[_HEADER_BYTES:]
            path.unlink(missing_ok=True)
        except OSError:
            return None
        self._corrupt += 1
        _log.warning("damaged cache file removed", file=name)
        return None

    def _opened(self, name: str, key: str, *, checked: bool) -> IO[bytes] | None:
        try:
            file = self._path(name).open("rb")
        except OSError:
            return None
        try:
            if checked or _is_whole(file, key):
                os.utime(self._path(name))
                return file
            self._path(name).unlink(missing_ok=True)
        except OSError:
            file.close()
            return None
        file.close()
        self._corrupt += 1
        _log.warning("damaged cache file removed", file=name)
        return None

    def _forget(self, name: str) -> None:
        self._checked.discard(name)
        size = self._index().pop(name, 0)
        self._bytes -= size

    def _evict(self) -> list[str]:
        evicted = []
        while self._bytes > self._budget_bytes:
            name = next(iter(self._index()))
            self._forget(name)
            evicted.append(name)
        self._evictions += len(evicted)
        return evicted


def _name(key: str) -> str:
    return hashlib.blake2b(key.encode(), digest_size=20).hexdigest()


def _is_whole(file: IO[bytes], key: str) -> bool:
    """Read a file to its end, and tell whether it holds what was written for ``key``."""
    header = file.read(_HEADER_BYTES)
    digest = hashlib.blake2b(key.encode(), digest_size=_DIGEST_BYTES)
    while piece := file.read(_PIECE_BYTES):
        digest.update(piece)
    return header == _MAGIC + digest.digest()


def _digest(key: str, value: bytes) -> bytes:
    digest = hashlib.blake2b(key.encode(), digest_size=_DIGEST_BYTES)
    digest.update(value)
    return digest.digest()


def _list_files(folder: Path) -> list[tuple[str, int, int]]:
    """List (name, size, time of last use) under ``folder``; remove what interrupted writes left there long ago."""
    found = []
    for path in folder.glob("??/*"):
        with contextlib.suppress(FileNotFoundError):
            state = path.stat()
            if not path.name.startswith("."):
                found.append((path.name, state.st_size, state.st_mtime_ns))
            elif state.st_mtime < time.time() - _PARTIAL_LIFETIME_SECONDS:
                path.unlink()
    return found
