"""Pictures embedded in each kind of tag, as pairs of type and image bytes."""

import base64
import binascii
import struct
from collections.abc import Callable, Iterator
from typing import Any

from mutagen import MutagenError
from mutagen._file import FileType
from mutagen.apev2 import APEv2
from mutagen.asf import ASFTags
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3
from mutagen.mp4 import MP4Tags

from auralis.media.covers import FRONT_COVER


def read_pictures(audio: FileType) -> Iterator[tuple[int, bytes]]:
    """Yield the embedded pictures as pairs of type (3 is the front cover) and image bytes."""
    if isinstance(audio, FLAC):
        return iter([(picture.type, picture.data) for picture in audio.pictures])
    tags: Any = audio.tags
    for family, reader in _PICTURE_READERS:
        if isinstance(tags, family):
            return reader(tags)
    return _comment_pictures(tags or ())


def _id3_pictures(tags: Any) -> Iterator[tuple[int, bytes]]:
    yield from ((frame.type, frame.data) for frame in tags.getall("APIC"))


def _mp4_pictures(tags: Any) -> Iterator[tuple[int, bytes]]:
    yield from ((FRONT_COVER, bytes(cover)) for cover in tags.get("covr", ()))


def _ape_pictures(tags: Any) -> Iterator[tuple[int, bytes]]:
    for name, kind in (("cover art (front)", FRONT_COVER), ("cover art (back)", 4)):
        if name in tags:
            yield kind, bytes(tags[name].value).partition(b"\0")[2]


def _asf_pictures(tags: Any) -> Iterator[tuple[int, bytes]]:
    """Split each WM/Picture: type, length, two UTF-16 texts ended by NUL, then the image."""
    for value in tags.get("WM/Picture", ()):
        kind, length = struct.unpack_from("<BI", value.value.ljust(5, b"\0"))
        yield kind, value.value[-length:] if length else b""


def _comment_pictures(tags: Any) -> Iterator[tuple[int, bytes]]:
    for name, value in tags:
        if name.lower() == "metadata_block_picture":
            yield from _comment_picture(value)


def _comment_picture(value: str) -> Iterator[tuple[int, bytes]]:
    try:
        picture: Any = Picture(base64.b64decode(value, validate=False))
    except (binascii.Error, MutagenError):
        return
    yield picture.type, picture.data


_PICTURE_READERS: tuple[tuple[type, Callable[[Any], Iterator[tuple[int, bytes]]]], ...] = (
    (ID3, _id3_pictures),
    (MP4Tags, _mp4_pictures),
    (APEv2, _ape_pictures),
    (ASFTags, _asf_pictures),
)
