"""Each kind of tag read into the same fields."""

from collections.abc import Callable, Iterable
from typing import Any

from mutagen._file import FileType
from mutagen.apev2 import APEv2
from mutagen.asf import ASFTags
from mutagen.id3 import ID3
from mutagen.mp4 import MP4Tags

from auralis.media.lyrics import LyricLine, as_lrc
from auralis.media.tag_names import FIELDS, Names, TagName

RawFields = dict[str, list[str]]
Index = dict[str, tuple[str, int]]
"""Field and rank of each name in lower case: of several names of a field, that of the lowest rank counts."""

_PEOPLE = "TIPL:"
_MILLISECONDS = 2


def _index(names_of: Callable[[TagName], Names]) -> Index:
    return {name.lower(): (tag.field, rank) for tag in FIELDS for rank, name in enumerate(names_of(tag))}


_COMMENTS = _index(lambda tag: (*tag.comment, *(name for name in tag.ape if name.upper() not in tag.comment)))
"""Names of Vorbis comments, of APEv2 items and of what FFmpeg calls metadata."""

_ID3, _MP4, _ASF = _index(lambda tag: tag.id3), _index(lambda tag: tag.mp4), _index(lambda tag: tag.asf)
ID3_FRAMES = frozenset(name.partition(":")[0] for tag in FIELDS for name in tag.id3) | {"IPLS"}


class _Found:
    """Fields as they are met, the better name before the worse."""

    __slots__ = ("_ranks", "fields", "is_old_id3")

    def __init__(self, *, is_old_id3: bool = False) -> None:
        self.is_old_id3 = is_old_id3
        self.fields: RawFields = {}
        self._ranks: dict[str, int] = {}

    def add(self, place: tuple[str, int] | None, values: list[str]) -> None:
        """Take ``values`` of a name, if it has a ``place``, unless a better name's were met; of equal ones all."""
        if place is None:
            return
        field, rank = place
        known = self._ranks.get(field)
        if known is None or rank < known:
            self._ranks[field] = rank
            self.fields[field] = values
        elif rank == known:
            self.fields[field] = [*self.fields[field], *values]


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
    found = _Found()
    for name, value in pairs:
        place = _COMMENTS.get(name.lower())
        if place is None and name[:10].lower() == "performer:":  # PERFORMER:INSTRUMENT=name, as some write it
            found.add(("performer", 0), [f"{value} ({name[10:].lower()})"])
        else:
            found.add(place, [value])
    return found.fields


def id3_fields(frames: Iterable[tuple[str, list[str]]]) -> RawFields:
    """Return the texts of ID3 frames by field; a frame is named as in `tag_names`, its description in any case."""
    found = _Found()
    for name, texts in frames:
        found.add(_ID3.get(name.lower()), texts)
    return found.fields


def _id3_fields(tags: Any) -> RawFields:
    found = _Found(is_old_id3=tags.version[1] < 4)
    for frame in tags.values():
        reader = _FRAME_READERS.get(frame.FrameID)
        if reader is not None:
            reader(found, frame)
        else:
            place = _ID3.get(frame.FrameID.lower())
            if place is not None:
                found.add(place, [str(value) for value in frame.text])
    return found.fields


def _add_user_text(found: _Found, frame: Any) -> None:
    found.add(_ID3.get(f"txxx:{frame.desc.lower()}"), list(frame.text))


def _add_genres(found: _Found, frame: Any) -> None:
    found.add(("genre", 0), list(frame.genres))


def _add_lyrics(found: _Found, frame: Any) -> None:
    if "lyrics" not in found.fields:
        found.add(("lyrics", 0), [frame.text])
        found.add(("language", 1), [frame.lang])


def _add_synced_lyrics(found: _Found, frame: Any) -> None:
    if frame.format == _MILLISECONDS and frame.type in {0, 1} and "synced_lyrics" not in found.fields:
        lines = [LyricLine(at / 1000, " ".join(text.split())) for text, at in frame.text]
        found.add(("synced_lyrics", 0), [as_lrc(lines)])
        found.add(("language", 1), [frame.lang])


def _add_people(found: _Found, frame: Any) -> None:
    """Take pairs of what somebody did and their name; before ID3v2.4 instruments stand among the roles."""
    for did, name in frame.people:
        place = _ID3.get(f"{_PEOPLE}{did}".lower())
        if place is not None:
            found.add(place, [name])
        elif frame.FrameID == "TMCL" or found.is_old_id3:
            found.add(("performer", 0), [f"{name} ({did})" if did else name])


def _add_id(found: _Found, frame: Any) -> None:
    found.add(_ID3.get(f"ufid:{frame.owner}".lower()), [frame.data.decode("latin-1")])


_FRAME_READERS: dict[str, Callable[[_Found, Any], None]] = {
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
    found = _Found()
    for key, value in tags.items():
        place = _MP4.get(key.lower())
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
    found = _Found()
    for name, value in tags:
        found.add(_ASF.get(name.lower()), [str(value)])
    return found.fields


_READERS: tuple[tuple[type, Callable[[Any], RawFields]], ...] = (
    (ID3, _id3_fields),
    (MP4Tags, _mp4_fields),
    (APEv2, _ape_fields),
    (ASFTags, _asf_fields),
)
