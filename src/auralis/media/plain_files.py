"""FLAC files as nearly all of them are, read straight from their bytes; whatever is unusual is left to mutagen."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from auralis.media.audio_spans import Reader
from auralis.media.tag_fields import RawFields, comment_fields
from auralis.model.library import StreamInfo

_MOST_BLOCKS = 32
_STREAMINFO, _PADDING, _APPLICATION, _SEEKTABLE, _COMMENTS, _PICTURE = 0, 1, 2, 3, 4, 6
_KNOWN = frozenset((_STREAMINFO, _PADDING, _APPLICATION, _SEEKTABLE, _COMMENTS, _PICTURE))
_ONCE = frozenset((_STREAMINFO, _SEEKTABLE, _COMMENTS))
_SEEKPOINT_BYTES = 18
_STREAMINFO_BYTES = 34
_length = struct.Struct("<I").unpack_from
_lengths = struct.Struct(">2I").unpack_from


class Plain(NamedTuple):
    """What a file says: its stream, its tags by field, and its pictures as pairs of type and image."""

    stream: StreamInfo
    fields: RawFields
    pictures: list[tuple[int, bytes]]


class UnusualError(Exception):
    """A file is to be looked at by mutagen."""


def read_flac(file: Reader) -> Plain:
    """Return what a FLAC file says.

    Raises
    ------
    UnusualError
        Where a block is broken, doubled or of no known kind, or a comment is not a name and a value: what to make of
        such a file is mutagen's to say.
    """
    at, info, fields = 4, b"", RawFields()
    pictures: list[tuple[int, bytes]] = []
    for kind, start, size in _blocks(file):
        at = start + size
        if kind == _STREAMINFO:
            info = file.read(start, size)
        elif kind == _COMMENTS:
            fields = comment_fields(_comments(file.read(start, size)))
        elif kind == _PICTURE:
            pictures.append(_picture(file.read(start, size)))
        elif kind == _SEEKTABLE and size % _SEEKPOINT_BYTES:
            raise UnusualError
    return Plain(_stream(info, file.size - at), fields, pictures)


def _blocks(file: Reader) -> Iterator[tuple[int, int, int]]:
    """Yield kind, start and size of each block of metadata."""
    at, met = 4, set[int]()
    for _ in range(_MOST_BLOCKS):
        head = file.read(at, 4)
        if len(head) < 4:
            raise UnusualError
        kind, size = head[0] & 127, int.from_bytes(head[1:], "big")
        at += 4
        if at + size > file.size or kind not in _KNOWN or (kind in _ONCE and kind in met):
            raise UnusualError
        yield kind, at, size
        met.add(kind)
        at += size
        if head[0] & 128:
            return
    raise UnusualError


def _stream(block: bytes, audio_bytes: int) -> StreamInfo:
    if len(block) != _STREAMINFO_BYTES:
        raise UnusualError
    # 20 bits of rate, 3 of channels, 5 of depth, 36 of samples, from the tenth byte on (RFC 9639, 8.2).
    packed = int.from_bytes(block[10:18], "big")
    rate, frames = packed >> 44, packed & 0xFFFFFFFFF
    if not rate:
        raise UnusualError
    seconds = frames / rate
    return StreamInfo(
        format="flac",
        codec="flac",
        sample_rate=rate,
        channels=(packed >> 41 & 7) + 1,
        duration_seconds=seconds,
        frames=frames or round(seconds * rate),
        bitrate=int(float(audio_bytes) * 8 / seconds) if seconds else 0,
        bit_depth=(packed >> 36 & 31) + 1,
    )


def _comments(block: bytes) -> list[tuple[str, str]]:
    """Return the names and values of a block of Vorbis comments, which have to fill it to its end."""
    pairs = []
    try:
        at = 4 + _length(block)[0]
        (count,) = _length(block, at)
        at += 4
        for _ in range(count):
            end = at + 4 + _length(block, at)[0]
            name, equals, value = block[at + 4 : end].decode("utf-8", "replace").partition("=")
            if not equals or not name or not name.isascii() or not name.isprintable() or "~" in name:
                raise UnusualError
            pairs.append((name, value))
            at = end
    except struct.error:
        raise UnusualError from None
    if at != len(block):
        raise UnusualError
    return pairs


def _picture(block: bytes) -> tuple[int, bytes]:
    """Return type and image of a picture block, which have to fill it to its end."""
    try:
        kind, length = _lengths(block)
        at = 8 + length
        at += 20 + int.from_bytes(block[at : at + 4], "big")
        length = int.from_bytes(block[at : at + 4], "big")
    except struct.error:
        raise UnusualError from None
    if at + 4 + length != len(block):
        raise UnusualError
    return kind, block[at + 4 :]
