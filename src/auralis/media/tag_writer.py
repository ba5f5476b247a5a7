"""Tags written into files: those of our own making whole, others field by field with all else left as it is."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from mutagen.aiff import AIFF
from mutagen.asf import ASF
from mutagen.flac import FLAC
from mutagen.monkeysaudio import MonkeysAudio
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE
from mutagen.wavpack import WavPack

from auralis.media import tag_forms
from auralis.media.tag_texts import values_of
from auralis.media.tagged import PARSE_ERRORS, open_tagged
from auralis.model.errors import MediaError
from auralis.model.library import TrackTags

Values = Mapping[str, Sequence[str]]
"""New values by field of `tag_names`; an empty list takes the field away."""


def write_tags(path: Path, tags: TrackTags, cover: bytes | None = None) -> None:
    """Replace the tags of ``path`` by ``tags`` and its pictures by ``cover`` (JPEG or PNG bytes).

    Raises
    ------
    MediaError
        ``UNSUPPORTED_FORMAT`` for a file of a kind that cannot hold tags.
    """
    form = _form_of(path)
    audio = _opened(path)
    if audio.tags is not None:
        audio.delete(path)
    if audio.tags is None:
        audio.add_tags()
    if isinstance(audio, FLAC):
        audio.clear_pictures()
    form.set_fields(audio, {field: values for field, values in values_of(tags).items() if values})
    if cover:
        form.add_cover(audio, cover)
    _save(audio, path, 4)


def change_tags(path: Path, values: Values) -> None:
    """Give ``path`` new ``values``; every other tag, the pictures and the version of the tag stay as they are.

    Raises
    ------
    MediaError
        ``UNSUPPORTED_FORMAT`` for a file of a kind that cannot hold tags, or that cannot hold one of the fields.
    """
    form = _form_of(path)
    try:
        audio = _opened(path)
        if audio.tags is None:
            audio.add_tags()
            # What stood in RIFF's own list would be hidden by the new tag, so it goes along.
            values = {**open_tagged(path).fields, **values}
        form.set_fields(audio, values)
        _save(audio, path, tag_forms.id3_version(audio))
    except PARSE_ERRORS as error:
        raise MediaError("The file's tags cannot be changed.", code="UNSUPPORTED_FORMAT") from error


def can_hold(path: Path, field: str) -> bool:
    """Return whether a file of this kind has a place for a field of `tag_names`."""
    kind = _KINDS.get(path.suffix.lower())
    return kind is not None and kind[1].holds(field)


def _form_of(path: Path) -> tag_forms.TagForm:
    suffix = path.suffix.lower()
    if suffix not in _KINDS:
        raise MediaError(f"Tags cannot be written into '{suffix}' files.", code="UNSUPPORTED_FORMAT")
    return _KINDS[suffix][1]


def _opened(path: Path) -> Any:
    return _KINDS[path.suffix.lower()][0](path)


def _save(audio: Any, path: Path, id3_version: int) -> None:
    if path.suffix.lower() in _WITH_ID3:
        if id3_version == 3:
            audio.tags.update_to_v23()
        # Several values stay several: NUL between them, where others write a slash.
        audio.save(path, v2_version=id3_version, v23_sep=None)
    else:
        audio.save(path)


def _ogg(path: Path) -> Any:
    with path.open("rb") as file:
        head = file.read(64)
    for magic, kind in ((b"OpusHead", OggOpus), (b"\x7fFLAC", OggFLAC)):
        if magic in head:
            return kind(path)
    return OggVorbis(path)


_WITH_ID3 = {".mp3", ".wav", ".aif", ".aiff", ".aifc"}
_Opener = Callable[[Path], Any]
_KINDS: dict[str, tuple[_Opener, tag_forms.TagForm]] = {
    ".flac": (FLAC, tag_forms.COMMENTS),
    ".ogg": (_ogg, tag_forms.COMMENTS),
    ".oga": (_ogg, tag_forms.COMMENTS),
    ".opus": (OggOpus, tag_forms.COMMENTS),
    ".mp3": (MP3, tag_forms.ID3_FRAMES),
    ".wav": (WAVE, tag_forms.ID3_FRAMES),
    ".aif": (AIFF, tag_forms.ID3_FRAMES),
    ".aiff": (AIFF, tag_forms.ID3_FRAMES),
    ".aifc": (AIFF, tag_forms.ID3_FRAMES),
    ".m4a": (MP4, tag_forms.MP4_ATOMS),
    ".m4b": (MP4, tag_forms.MP4_ATOMS),
    ".mp4": (MP4, tag_forms.MP4_ATOMS),
    ".ape": (MonkeysAudio, tag_forms.APE_ITEMS),
    ".wv": (WavPack, tag_forms.APE_ITEMS),
    ".wma": (ASF, tag_forms.ASF_ATTRIBUTES),
}
