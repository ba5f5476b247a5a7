"""Each family of tags read into the same fields, and its pictures into the same pairs."""

import base64
import binascii
import struct
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from mutagen import MutagenError
from mutagen._file import FileType
from mutagen.apev2 import APEv2
from mutagen.asf import ASFTags
from mutagen.flac import FLAC, Picture
from mutagen.id3 import ID3
from mutagen.mp4 import MP4Tags

RawFields = dict[str, list[str]]
FRONT_COVER = 3

_COMMENTS = {
    "title": "title",
    "artist": "artist",
    "artists": "artists",
    "album": "album",
    "albumartist": "album_artist",
    "album artist": "album_artist",
    "album_artist": "album_artist",
    "tracknumber": "track",
    "track": "track",
    "discnumber": "disc",
    "disc": "disc",
    "date": "date",
    "year": "date",
    "genre": "genre",
    "lyrics": "lyrics",
    "unsyncedlyrics": "lyrics",
    "bpm": "bpm",
    "tempo": "bpm",
    "compilation": "compilation",
}
"""Names of Vorbis comments, of APEv2 items and of what FFmpeg calls metadata, in lower case."""

_ID3 = {
    "TIT2": "title",
    "TPE1": "artist",
    "TXXX:ARTISTS": "artists",
    "TXXX:Artists": "artists",
    "TALB": "album",
    "TPE2": "album_artist",
    "TRCK": "track",
    "TPOS": "disc",
    "TDRC": "date",
    "TYER": "date",
    "TBPM": "bpm",
    "TCMP": "compilation",
}
_MP4 = {
    "\xa9nam": "title",
    "\xa9ART": "artist",
    "----:com.apple.iTunes:ARTISTS": "artists",
    "\xa9alb": "album",
    "aART": "album_artist",
    "trkn": "track",
    "disk": "disc",
    "\xa9day": "date",
    "\xa9gen": "genre",
    "\xa9lyr": "lyrics",
    "tmpo": "bpm",
    "cpil": "compilation",
}
_ASF = {
    "Title": "title",
    "Author": "artist",
    "WM/ARTISTS": "artists",
    "WM/AlbumTitle": "album",
    "WM/AlbumArtist": "album_artist",
    "WM/TrackNumber": "track",
    "WM/PartOfSet": "disc",
    "WM/Year": "date",
    "WM/Genre": "genre",
    "WM/Lyrics": "lyrics",
    "WM/BeatsPerMinute": "bpm",
    "WM/IsCompilation": "compilation",
}


def read_fields(audio: FileType) -> RawFields:
    """Return the tags of an opened file by field."""
    tags: Any = audio.tags
    if tags is None:
        return {}
    for family, reader in _READERS:
        if isinstance(tags, family):
            return reader(tags)
    return comment_fields(tags)


def comment_fields(pairs: Iterable[tuple[str, str]]) -> RawFields:
    """Return pairs of comment name and value by field, names in any case."""
    fields: RawFields = {}
    for name, value in pairs:
        field = _COMMENTS.get(name.lower())
        if field is not None:
            fields.setdefault(field, []).append(value)
    return fields


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


def _id3_fields(tags: Any) -> RawFields:
    fields: RawFields = {}
    for key, field in _ID3.items():
        frame = tags.get(key)
        if frame is not None and field not in fields:
            fields[field] = [str(value) for value in frame.text]
    genre = tags.get("TCON")
    if genre is not None:
        fields["genre"] = list(genre.genres)
    lyrics = tags.getall("USLT")
    if lyrics:
        fields["lyrics"] = [lyrics[0].text]
    return fields


def _mp4_fields(tags: Any) -> RawFields:
    fields: RawFields = {}
    for key, field in _MP4.items():
        value = tags.get(key)
        if value is not None:
            fields[field] = [_mp4_text(item) for item in (value if isinstance(value, list) else [value])]
    return fields


def _mp4_text(item: Any) -> str:
    if isinstance(item, bytes):
        return item.decode("utf-8", "replace")
    if isinstance(item, bool):
        return str(int(item))
    return str(item[0] if isinstance(item, tuple) else item)


def _ape_fields(tags: Any) -> RawFields:
    return comment_fields(
        (name, text) for name, value in tags.items() if value.kind == 0 for text in str(value).split("\0")
    )


def _asf_fields(tags: Any) -> RawFields:
    return {field: [str(value) for value in tags[name]] for name, field in _ASF.items() if name in tags}


_READERS: tuple[tuple[type, Callable[[Any], RawFields]], ...] = (
    (ID3, _id3_fields),
    (MP4Tags, _mp4_fields),
    (APEv2, _ape_fields),
    (ASFTags, _asf_fields),
)
_PICTURE_READERS: tuple[tuple[type, Callable[[Any], Iterator[tuple[int, bytes]]]], ...] = (
    (ID3, _id3_pictures),
    (MP4Tags, _mp4_pictures),
    (APEv2, _ape_pictures),
    (ASFTags, _asf_pictures),
)
