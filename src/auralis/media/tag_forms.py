"""How each kind of tag is written: comments, ID3 frames, MP4 atoms, APEv2 items, ASF attributes."""

import base64
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from mutagen.apev2 import BINARY, APEValue
from mutagen.asf._attrs import ASFByteArrayAttribute
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, IPLS, SYLT, TCMP, TCON, TIPL, TMCL, TXXX, UFID, USLT, Frames
from mutagen.mp4 import MP4Cover, MP4FreeForm

from auralis.media.lyrics import read_lrc
from auralis.media.tag_names import BY_FIELD, Names, TagName
from auralis.model.errors import MediaError

Values = Mapping[str, Sequence[str]]
_UTF8 = 3
_FRONT_COVER = 3
_MILLISECONDS = 2
_PEOPLE_FRAMES: dict[str, Any] = {"TIPL": TIPL, "IPLS": IPLS}


class TagForm(Protocol):
    """One kind of tag."""

    def holds(self, field: str) -> bool:
        """Return whether it has a place for a field."""

    def set_fields(self, audio: Any, values: Values) -> None:
        """Give an opened file new values of fields."""

    def add_cover(self, audio: Any, image: bytes) -> None:
        """Add a front cover."""


class _NamedForm:
    """A kind of tag that holds texts by name; ``put`` writes one name's texts, ``names`` are its own names."""

    def __init__(
        self,
        names: Callable[[TagName], Names],
        put: Callable[[Any, str, list[str]], None],
        drop: Callable[[Any, str], None],
        add_cover: Callable[[Any, bytes], None],
    ) -> None:
        self._names, self._put, self._drop = names, put, drop
        self._add_cover = add_cover

    def holds(self, field: str) -> bool:
        return field in BY_FIELD and bool(self._names(BY_FIELD[field]))

    def set_fields(self, audio: Any, values: Values) -> None:
        for field, texts in values.items():
            names = self._names(BY_FIELD[field]) if field in BY_FIELD else ()
            if not names and texts and field != "header_gain":
                raise MediaError(f"A file of this kind has no place for '{field}'.", code="UNSUPPORTED_FORMAT")
            for name in names:
                self._drop(audio, name)
            if names and texts:
                self._put(audio, names[0], list(texts))

    def add_cover(self, audio: Any, image: bytes) -> None:
        self._add_cover(audio, image)


def mime_of(image: bytes) -> str:
    """Return the media type of a JPEG or PNG."""
    return "image/png" if image.startswith(b"\x89PNG") else "image/jpeg"


def id3_version(audio: Any) -> int:
    """Return the version in which an opened file's ID3 tag is to be saved: the one it has."""
    version = getattr(audio.tags, "version", None)
    return 3 if version is not None and version[1] in {2, 3} else 4


# Vorbis comments


def _put_comment(audio: Any, name: str, texts: list[str]) -> None:
    audio.tags[name] = texts


def _drop_comment(audio: Any, name: str) -> None:
    if name in audio.tags:
        del audio.tags[name]


def _add_comment_cover(audio: Any, image: bytes) -> None:
    picture: Any = Picture()
    picture.type, picture.mime, picture.data = _FRONT_COVER, mime_of(image), image
    if isinstance(audio, FLAC):
        audio.add_picture(picture)
    else:
        audio.tags["METADATA_BLOCK_PICTURE"] = [base64.b64encode(picture.write()).decode("ascii")]


# ID3


def _put_frame(audio: Any, name: str, texts: list[str]) -> None:
    kind, _, more = name.partition(":")
    tags = audio.tags
    if kind == "TXXX":
        tags.add(TXXX(encoding=_UTF8, desc=more, text=texts))
    elif kind == "UFID":
        tags.add(UFID(owner=more, data=texts[0].encode("ascii", "replace")))
    elif kind == "USLT":
        tags.add(USLT(encoding=_UTF8, lang="und", desc="", text=texts[0]))
    elif kind == "SYLT":
        lines = [(line.text, round(line.seconds * 1000)) for line in read_lrc(texts[0])]
        tags.add(SYLT(encoding=_UTF8, lang="und", desc="", format=_MILLISECONDS, type=1, text=lines))
    elif kind == "TIPL":
        tags.add(TIPL(encoding=_UTF8, people=[*_people(tags, "TIPL", "IPLS"), *([more, text] for text in texts)]))
    elif kind == "TMCL":
        tags.add(TMCL(encoding=_UTF8, people=[_played(text) for text in texts]))
    elif kind == "TCMP":
        tags.add(TCMP(encoding=_UTF8, text=["1"]))
    elif kind == "TCON":
        tags.add(TCON(encoding=_UTF8, text=texts))
    else:
        tags.add(Frames[kind](encoding=_UTF8, text=texts))


def _drop_frame(audio: Any, name: str) -> None:
    kind, _, more = name.partition(":")
    tags = audio.tags
    if kind == "TIPL":
        for known in ("TIPL", "IPLS"):
            left = [pair for pair in _people(tags, known) if pair[0].lower() != more.lower()]
            if left:
                tags.setall(known, [_PEOPLE_FRAMES[known](encoding=_UTF8, people=left)])
            else:
                tags.delall(known)
    elif kind == "TXXX":
        for frame in [frame for frame in tags.getall("TXXX") if frame.desc.lower() == more.lower()]:
            tags.delall(frame.HashKey)
    else:
        tags.delall(name)


def _people(tags: Any, *names: str) -> list[list[str]]:
    return [list(pair) for name in names for frame in tags.getall(name) for pair in frame.people]


def _played(text: str) -> list[str]:
    name, _, instrument = text.rpartition(" (") if text.endswith(")") else (text, "", "")
    return [instrument.rstrip(")"), name] if name else ["", text]


def _add_frame_cover(audio: Any, image: bytes) -> None:
    audio.tags.add(APIC(encoding=_UTF8, mime=mime_of(image), type=_FRONT_COVER, desc="", data=image))


# MP4


def _put_atom(audio: Any, name: str, texts: list[str]) -> None:
    if name.startswith("----"):
        value: Any = [MP4FreeForm(text.encode()) for text in texts]
    elif name in {"trkn", "disk"}:
        number, _, total = texts[0].partition("/")
        value = [(int(number), int(total) if total.isdigit() else 0)]
    elif name in {"tmpo", "rtng"}:
        value = [round(float(texts[0]))]
    else:
        value = True if name == "cpil" else texts
    audio.tags[name] = value


def _drop_key(audio: Any, name: str) -> None:
    for known in [key for key in audio.tags if key.lower() == name.lower()]:
        del audio.tags[known]


def _add_atom_cover(audio: Any, image: bytes) -> None:
    kind = MP4Cover.FORMAT_PNG if mime_of(image) == "image/png" else MP4Cover.FORMAT_JPEG
    audio.tags["covr"] = [MP4Cover(image, imageformat=kind)]


# APEv2 and ASF


def _put_texts(audio: Any, name: str, texts: list[str]) -> None:
    audio.tags[name] = texts


def _add_item_cover(audio: Any, image: bytes) -> None:
    suffix = mime_of(image).rpartition("/")[2]
    audio.tags["Cover Art (Front)"] = APEValue(f"cover.{suffix}\0".encode() + image, BINARY)


def _drop_attribute(audio: Any, name: str) -> None:
    for known in {key for key, _ in audio.tags if key.lower() == name.lower()}:
        del audio.tags[known]


def _add_attribute_cover(audio: Any, image: bytes) -> None:
    mime = mime_of(image).encode("utf-16-le") + b"\0\0"
    head = struct.pack("<BI", _FRONT_COVER, len(image))
    audio.tags["WM/Picture"] = [ASFByteArrayAttribute(head + mime + b"\0\0" + image)]


COMMENTS: TagForm = _NamedForm(lambda tag: tag.comment, _put_comment, _drop_comment, _add_comment_cover)
ID3_FRAMES: TagForm = _NamedForm(lambda tag: tag.id3, _put_frame, _drop_frame, _add_frame_cover)
MP4_ATOMS: TagForm = _NamedForm(lambda tag: tag.mp4, _put_atom, _drop_key, _add_atom_cover)
APE_ITEMS: TagForm = _NamedForm(lambda tag: tag.ape, _put_texts, _drop_key, _add_item_cover)
ASF_ATTRIBUTES: TagForm = _NamedForm(lambda tag: tag.asf, _put_texts, _drop_attribute, _add_attribute_cover)
