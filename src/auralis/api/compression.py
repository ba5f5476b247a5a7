"""Gzip for answers whose greater part is kept: compressed once, its tail added as it is."""

import struct
import zlib
from functools import lru_cache

DEFLATED_FROM = 1024
"""Smaller bodies cost more to compress than to send."""

_LEVEL = 1
_MOST_CODINGS = 20
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LARGEST_STORED = 0xFFFF


@lru_cache(maxsize=256)
def accepts_gzip(header: bytes) -> bool:
    """Tell whether an ``Accept-Encoding`` allows gzip (RFC 9110, 12.5.3)."""
    found: dict[bytes, bool] = {}
    for part in header.lower().split(b",")[:_MOST_CODINGS]:
        name, *parameters = [piece.strip() for piece in part.split(b";")]
        weight = next((each[2:] for each in parameters if each.startswith(b"q=")), b"1")
        found[name.removeprefix(b"x-")] = any(digit in b"123456789" for digit in weight)
    return found.get(b"gzip", found.get(b"*", False))


class Deflated:
    """A gzip stream without its end, so that every request can have an end of its own."""

    __slots__ = ("_crc", "_length", "body")

    def __init__(self, beginning: bytes) -> None:
        squeezer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
        # The full flush ends on a whole byte and forgets what came before: any block may follow.
        self.body = _HEADER + squeezer.compress(beginning) + squeezer.flush(zlib.Z_FULL_FLUSH)
        self._crc = zlib.crc32(beginning)
        self._length = len(beginning)

    def followed_by(self, tail: bytes) -> tuple[bytes, ...]:
        """Return the whole stream in pieces, ``tail`` at its end stored rather than compressed (RFC 1951, 3.2.4)."""
        if len(tail) > _LARGEST_STORED:
            block = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
            ending = block.compress(tail) + block.flush()
        else:
            ending = b"\x01" + struct.pack("<HH", len(tail), len(tail) ^ 0xFFFF) + tail
        whole = struct.pack("<II", zlib.crc32(tail, self._crc), (self._length + len(tail)) & 0xFFFFFFFF)
        return (self.body, ending, whole)
