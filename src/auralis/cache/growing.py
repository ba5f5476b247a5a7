"""A value that grows in its file while it is already read, and is kept only when it is whole."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO


class GrowingFile:
    """Bytes appended by one thread and read by others; safe where reads stay within ``size``.

    Nothing but ``keep`` makes it a value of the cache: what is not whole is removed by ``discard``.
    """

    def __init__(self, partial: Path, header_bytes: int, key: str, keep: Callable[[Path, bytes, int], None]) -> None:
        self._partial = partial
        self._header_bytes = header_bytes
        self._keep = keep
        self._digest = hashlib.blake2b(key.encode(), digest_size=16)
        partial.parent.mkdir(parents=True, exist_ok=True)
        self._file: IO[bytes] = partial.open("w+b", buffering=0)
        self._file.write(bytes(header_bytes))
        self.size = 0

    def append(self, data: bytes) -> None:
        """Add ``data`` at the end; raises OSError where the disk refuses it."""
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) or 0 :]
        self._digest.update(data)
        self.size += len(data)

    def read(self, start: int, length: int) -> bytes:
        """Return up to ``length`` bytes from ``start`` of what is there."""
        return os.pread(self._file.fileno(), max(0, min(length, self.size - start)), start + self._header_bytes)

    def keep(self) -> None:
        """Make it a value of the cache; it can still be read here."""
        self._keep(self._partial, self._digest.digest(), self.size)

    def discard(self) -> None:
        """Remove what was written unless it is kept; who reads it may read on."""
        self._partial.unlink(missing_ok=True)

    def __del__(self) -> None:
        """Close the file when the last who writes or reads it lets go: none of them knows who that is."""
        if hasattr(self, "_file"):
            self._file.close()
