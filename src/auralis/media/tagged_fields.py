"""Each kind of tag that mutagen opens, read into the same fields."""

from collections.abc import Callable
from typing import Any

from mutagen._file import FileType
from mutagen.apev2 import APEv2
from mutagen.asf import ASFTags
from mutagen.id3 import ID3
from mutagen.mp4 import MP4Tags

from auralis.media.lyrics import LyricLine, as_lrc
from auralis.media.tag_fields import ASF_NAMES, ID3_NAMES, MP4_NAMES, FoundFields, RawFields, comment_fields

_PEOPLE = "TIPL:"
_MILLISECONDS = 2


def read_fields(audio: FileType) -> RawFields:
    """Return the tags of an opened file by field."""
    tags: Any = audio.tags
    if tags is None:
        return {}
    for family, reader in _READERS:
        if isinstance(tags, family):
            return reader(tags)
    return comment_fields(tags)


def _id3_fields(tags: Any) -> RawFields:
    found = FoundFields(is_old_id3=tags.version[1] < 4)
    for frame in tags.values():
        reader = _FRAME_READERS.get(frame.FrameID)
        if reader is not None:
            reader(found, frame)
        else:
            place = ID3_NAMES.get(frame.FrameID.lower())
            if place is not None:
                found.add(place, [str(value) for value in frame.text])
    return found.fields


def _add_user_text(found: FoundFields, frame: Any) -> None:
    found.add(ID3_NAMES.get(f"txxx:{frame.desc.lower()}"), list(frame.text))


def _add_genres(found: FoundFields, frame: Any) -> None:
    found.add(("genre", 0), list(frame.genres))


def _add_lyrics(found: FoundFields, frame: Any) -> None:
    if "lyrics" not in found.fields:
        found.add(("lyrics", 0), [frame.text])
        found.add(("language", 1), [frame.lang])


def _add_synced_lyrics(found: FoundFields, frame: Any) -> None:
    if frame.format == _MILLISECONDS and frame.type in {0, 1} and "synced_lyrics" not in found.fields:
        lines = [LyricLine(at / 1000, " ".join(text.split())) for text, at in frame.text]
        found.add(("synced_lyrics", 0), [as_lrc(lines)])
        found.add(("language", 1), [frame.lang])


def _add_people(found: FoundFields, frame: Any) -> None:
    """Take pairs of what somebody did and their name; before ID3v2.4 instruments stand among the roles."""
    for did, name in frame.people:
        place = ID3_NAMES.get(f"{_PEOPLE}{did}".lower())
        if place is not None:
            found.add(place, [name])
        elif frame.FrameID == "TMCL" or found.is_old_id3:
            found.add(("performer", 0), [f"{name} ({did})" if did else name])


def _add_id(found: FoundFields, frame: Any) -> None:
    found.add(ID3_NAMES.get(f"ufid:{frame.owner}".lower()), [frame.data.decode("latin-1")])


_FRAME_READERS: dict[str, Callable[[FoundFields, Any], None]] = {
    "TXXX": _add_user_text,
    "TCON": _add_genres,
    "USLT": _add_lyrics,
    "SYLT": _add_synced_lyrics,
    "TIPL": _add_people,
    "IPLS": _add_people,
    "TMCL": _add_people,
    "UFID": _add_id,
}


def _mp4_fields(tags: Any) -> RawFields:
    found = FoundFields()
    for key, value in tags.items():
        place = MP4_NAMES.get(key.lower())
        if place is not None:
            found.add(place, [_mp4_text(item) for item in (value if isinstance(value, list) else [value])])
    return found.fields


def _mp4_text(item: Any) -> str:
    if isinstance(item, bytes):
        return item.decode("utf-8", "replace")
    if isinstance(item, bool):
        return str(int(item))
    if isinstance(item, tuple):
        return f"{item[0]}/{item[1]}" if item[1] else str(item[0])
    return str(item)


def _ape_fields(tags: Any) -> RawFields:
    return comment_fields(
        (name, text) for name, value in tags.items() if value.kind == 0 for text in str(value).split("\0")
    )


def _asf_fields(tags: Any) -> RawFields:
    found = FoundFields()
    for name, value in tags:
        found.add(ASF_NAMES.get(name.lower()), [str(value)])
    return found.fields


_READERS: tuple[tuple[type, Callable[[Any], RawFields]], ...] = (
    (ID3, _id3_fields),
    (MP4Tags, _mp4_fields),
    (APEv2, _ape_fields),
    (ASFTags, _asf_fields),
)
