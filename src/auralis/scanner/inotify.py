"""Changes below directories as Linux tells them, names as bytes: not every name on a disk is text."""

import ctypes
import errno
import os
import select
import struct
from collections.abc import Iterable, Iterator

_MODIFY, _ATTRIB, _CLOSE_WRITE, _MOVED_FROM, _MOVED_TO, _CREATE, _DELETE = 0x2, 0x4, 0x8, 0x40, 0x80, 0x100, 0x200
_OVERFLOW, _IGNORED, _ONLY_DIRECTORIES, _IS_DIRECTORY = 0x4000, 0x8000, 0x01000000, 0x40000000
_MASK = _MODIFY | _ATTRIB | _CLOSE_WRITE | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE | _ONLY_DIRECTORIES
_NOT_THERE = {errno.ENOENT, errno.EACCES, errno.ENOTDIR, errno.ELOOP}
_HEAD = struct.Struct("iIII")
_BUFFER = 1 << 16

Change = tuple[bool, bytes]
"""Whether something is gone from a path, and the path."""


class Inotify:
    """Watches directories and all below them, those too that come later, until it is closed.

    Raises
    ------
    OSError
        When the system has no such watches, or not so many.
    """

    def __init__(self, roots: Iterable[bytes]) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._file = self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._file < 0:
            raise _error()
        self._roots = tuple(roots)
        self._paths: dict[int, bytes] = {}
        for root in self._roots:
            self._add(root)

    def close(self) -> None:
        """Watch no more."""
        os.close(self._file)

    def changes(self, seconds: float) -> set[Change]:
        """Return what has changed; wait for it for so long."""
        if not select.select([self._file], [], [], seconds)[0]:
            return set()
        return set(self._read(os.read(self._file, _BUFFER)))

    def _read(self, data: bytes) -> Iterator[Change]:
        at = 0
        while at < len(data):
            watch, mask, _, length = _HEAD.unpack_from(data, at)
            at += _HEAD.size + length
            name = data[at - length : at].rstrip(b"\0")
            if mask & _OVERFLOW:
                yield from ((False, root) for root in self._roots)
            elif mask & _IGNORED:
                self._paths.pop(watch, None)
            elif watch in self._paths:
                path = os.path.join(self._paths[watch], name) if name else self._paths[watch]  # noqa: PTH118 - bytes
                if mask & _IS_DIRECTORY and mask & (_CREATE | _MOVED_TO):
                    self._add(path)
                yield bool(mask & (_DELETE | _MOVED_FROM)), path

    def _add(self, top: bytes) -> None:
        """Watch a directory and all below it, links followed; each once, so that loops end."""
        waiting, seen = [top], set[int]()
        while waiting:
            path = waiting.pop()
            watch = self._libc.inotify_add_watch(self._file, path, _MASK)
            if watch < 0:
                error = _error()
                if error.errno in _NOT_THERE:
                    continue
                raise error
            if watch in seen:
                continue
            seen.add(watch)
            self._paths[watch] = path
            try:
                with os.scandir(path) as entries:
                    waiting += [entry.path for entry in entries if entry.is_dir()]
            except OSError:
                continue


def _error() -> OSError:
    code = ctypes.get_errno()
    return OSError(code, os.strerror(code))
