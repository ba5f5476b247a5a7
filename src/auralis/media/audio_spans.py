"""Where the encoded audio of a file lies: tags, pictures, indexes and padding left out, format by format."""

import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from auralis.model.errors import MediaError

_MOST_PARTS = 100_000
"""No true file has more chunks, atoms or tags than this; a hostile one ends here."""

_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")
_ASF_DATA_HEAD = 50


class Span(NamedTuple):
    """A stretch of a file, in bytes."""

    start: int
    length: int


class Reader:
    """Reads a file by position, and never beyond its end."""

    __slots__ = ("_descriptor", "_head", "size")

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.size = os.fstat(descriptor).st_size
        self._head = os.pread(descriptor, 4096, 0)

    def read(self, start: int, length: int) -> bytes:
        """Return up to ``length`` bytes at ``start``."""
        if start + length <= len(self._head):
            return self._head[start : start + length]
        return os.pread(self._descriptor, length, start) if 0 <= start < self.size else b""


class opened:  # noqa: N801 - used as a function, a class because it costs a third of a generator
    """A file opened for reading by position.

    Raises
    ------
    MediaError
        If the file is not there or cannot be read.
    """

    __slots__ = ("_descriptor", "_path")

    def __init__(self, path: str | Path) -> None:
        self._path = path

    def __enter__(self) -> Reader:
        """Open the file."""
        try:
            self._descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            raise MediaError("The file is not there.") from None
        except PermissionError:
            raise MediaError("The file may not be read.") from None
        except OSError as error:
            raise MediaError("The file cannot be read.") from error
        try:
            return Reader(self._descriptor)
        except OSError as error:
            os.close(self._descriptor)
            raise MediaError("The file cannot be read.") from error

    def __exit__(self, *_: object) -> None:
        """Close it."""
        os.close(self._descriptor)


def audio_spans(file: Reader) -> tuple[str, list[Span]]:
    """Return the kind of a file, and where its encoded audio lies; nothing where no audio is found.

    Of an Ogg file the span is that of all pages, whose headers are still among the audio.
    """
    start, end = _without_leading_tags(file), file.size
    magic = file.read(start, 16)
    for place, mark, kind, find in _FINDERS:
        if magic.startswith(mark, place):
            spans = find(file, start, end)
            return kind, [span for span in spans if span.length > 0]
    end = _without_trailing_tags(file, start, end)
    return "frames", [Span(start, end - start)] if end > start else []


def _without_leading_tags(file: Reader) -> int:
    start = 0
    for _ in range(_MOST_PARTS):
        head = file.read(start, 10)
        if len(head) < 10 or not head.startswith(b"ID3"):
            break
        length = 0
        for byte in head[6:10]:
            length = length << 7 | byte & 0x7F
        start += 10 + length + (10 if head[5] & 0x10 else 0)
    return min(start, file.size)


def _without_trailing_tags(file: Reader, start: int, end: int) -> int:
    """Return where the audio ends before ID3v1, Lyrics3, APEv2 and appended ID3v2 tags, in any order."""
    for _ in range(_MOST_PARTS):
        tail_at = max(start, end - 128)
        tail = file.read(tail_at, end - tail_at)
        length = 0
        if tail.startswith(b"TAG") and len(tail) == 128:
            length = 128
        elif tail[-32:-24] == b"APETAGEX":
            size, _, flags = struct.unpack("<III", tail[-20:-8])
            length = size + (32 if flags & 0x80000000 else 0)
        elif tail[-9:] == b"LYRICS200" and tail[-15:-9].isdigit():
            length = int(tail[-15:-9]) + 15
        elif tail[-10:-7] == b"3DI":
            length = 20 + sum((byte & 0x7F) << shift for byte, shift in zip(tail[-4:], (21, 14, 7, 0), strict=True))
        if not 0 < length <= end - start:
            return end
        end -= length
    return end


def _flac(file: Reader, start: int, end: int) -> Iterator[Span]:
    """Yield the frames, which begin after the last block of metadata."""
    at = start + 4
    for _ in range(_MOST_PARTS):
        head = file.read(at, 4)
        if len(head) < 4:
            return
        at += 4 + int.from_bytes(head[1:], "big")
        if head[0] & 0x80:
            break
    end = _without_trailing_tags(file, min(at, end), end)
    yield Span(at, end - at)


def _wave(file: Reader, start: int, end: int) -> Iterator[Span]:
    """Yield the body of each data chunk; of RF64 the length stands in the ds64 chunk."""
    at, long_length = start + 12, 0
    for _ in range(_MOST_PARTS):
        head = file.read(at, 8)
        if len(head) < 8:
            return
        name, length = struct.unpack("<4sI", head)
        if name == b"ds64":
            long_length = int.from_bytes(file.read(at + 16, 8), "little")
        if name == b"data":
            if length == 0xFFFFFFFF:
                length = long_length or end
            yield Span(at + 8, min(length, end - at - 8))
        at += 8 + length + length % 2


def _aiff(file: Reader, start: int, end: int) -> Iterator[Span]:
    """Yield the body of the sound chunk without its offset and block size."""
    at = start + 12
    for _ in range(_MOST_PARTS):
        head = file.read(at, 8)
        if len(head) < 8:
            return
        name, length = struct.unpack(">4sI", head)
        if name == b"SSND":
            yield Span(at + 16, min(length - 8, end - at - 16))
        at += 8 + length + length % 2


def _mp4(file: Reader, start: int, end: int) -> Iterator[Span]:
    """Yield the bodies of the media data atoms; where they stand among the others does not matter."""
    at = start
    for _ in range(_MOST_PARTS):
        head = file.read(at, 16)
        if len(head) < 8:
            return
        length, name = struct.unpack(">I4s", head[:8])
        before = 8
        if length == 1:
            if len(head) < 16:
                return
            before, length = 16, int.from_bytes(head[8:], "big")
        length = length or end - at
        if length < before:
            return
        if name == b"mdat":
            yield Span(at + before, min(length, end - at) - before)
        at += length


def _asf(file: Reader, start: int, end: int) -> Iterator[Span]:
    """Yield the packets of the data object, without the head that names the file."""
    at = start
    for _ in range(_MOST_PARTS):
        head = file.read(at, 24)
        if len(head) < 24:
            return
        length = int.from_bytes(head[16:], "little")
        if head.startswith(_ASF_DATA):
            yield Span(at + _ASF_DATA_HEAD, min(length, end - at) - _ASF_DATA_HEAD)
            return
        if length < 24:
            return
        at += length


def _ogg(_: Reader, start: int, end: int) -> Iterator[Span]:
    yield Span(start, end - start)


_FINDERS: tuple[tuple[int, bytes, str, Callable[[Reader, int, int], Iterator[Span]]], ...] = (
    (0, b"fLaC", "flac", _flac),
    (0, b"OggS", "ogg", _ogg),
    (4, b"ftyp", "mp4", _mp4),
    (8, b"WAVE", "wave", _wave),
    (8, b"AIFF", "aiff", _aiff),
    (8, b"AIFC", "aiff", _aiff),
    (0, _ASF_HEADER, "asf", _asf),
)
