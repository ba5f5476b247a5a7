"""Tags written into files that Auralis itself made: the demo library and exported masters."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, ID3, TALB, TBPM, TCMP, TCON, TDRC, TIT2, TPE1, TPE2, TPOS, TRCK, TXXX, USLT
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4, MP4Cover, MP4FreeForm
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE

from auralis.model.errors import MediaError
from auralis.model.library import TrackTags

_UTF8 = 3
_FRONT_COVER = 3


def write_tags(path: Path, tags: TrackTags, cover: bytes | None = None) -> None:
    """Replace the tags of ``path`` by ``tags`` and its pictures by ``cover`` (JPEG or PNG bytes).

    Raises
    ------
    MediaError
        ``UNSUPPORTED_FORMAT`` for a file that is not .flac .mp3 .ogg .opus .m4a or .wav.
    """
    suffix = path.suffix.lower()
    if suffix not in _WRITERS:
        raise MediaError(f"Tags cannot be written into '{suffix}' files.", code="UNSUPPORTED_FORMAT")
    _WRITERS[suffix](path, tags, cover)


def _comments(tags: TrackTags) -> dict[str, list[str]]:
    values: dict[str, list[str | None]] = {
        "TITLE": [tags.title],
        "ARTIST": [tags.artist],
        "ARTISTS": list(tags.artists) if len(tags.artists) > 1 else [],
        "ALBUM": [tags.album],
        "ALBUMARTIST": [tags.album_artist],
        "TRACKNUMBER": [_text(tags.track_number)],
        "DISCNUMBER": [_text(tags.disc_number)],
        "DATE": [tags.date],
        "GENRE": list(tags.genres),
        "LYRICS": [tags.lyrics],
        "BPM": [_text(tags.bpm)],
        "COMPILATION": ["1" if tags.compilation else None],
    }
    given = {name: [text for text in texts if text] for name, texts in values.items()}
    return {name: texts for name, texts in given.items() if texts}


def _text(number: float | None) -> str | None:
    return None if number is None else f"{number:g}"


def _picture(cover: bytes) -> Any:
    picture: Any = Picture()
    picture.type, picture.mime, picture.data = _FRONT_COVER, _mime(cover), cover
    return picture


def _mime(cover: bytes) -> str:
    return "image/png" if cover.startswith(b"\x89PNG") else "image/jpeg"


def _write_flac(path: Path, tags: TrackTags, cover: bytes | None) -> None:
    audio: Any = FLAC(path)
    audio.delete()
    audio.clear_pictures()
    audio.update(_comments(tags))
    if cover:
        audio.add_picture(_picture(cover))
    audio.save()


def _write_ogg(kind: Callable[[Path], Any]) -> Callable[[Path, TrackTags, bytes | None], None]:
    def write(path: Path, tags: TrackTags, cover: bytes | None) -> None:
        audio = kind(path)
        audio.delete()
        audio.update(_comments(tags))
        if cover:
            audio["METADATA_BLOCK_PICTURE"] = [base64.b64encode(_picture(cover).write()).decode()]
        audio.save()

    return write


def _write_id3(kind: Callable[[Path], Any]) -> Callable[[Path, TrackTags, bytes | None], None]:
    def write(path: Path, tags: TrackTags, cover: bytes | None) -> None:
        audio = kind(path)
        if audio.tags is None:
            audio.add_tags()
        audio.tags.clear()
        _fill_id3(audio.tags, tags, cover)
        audio.save()

    return write


def _fill_id3(id3: ID3, tags: TrackTags, cover: bytes | None) -> None:
    frames: dict[str, Any] = {
        "TITLE": TIT2, "ARTIST": TPE1, "ALBUM": TALB, "ALBUMARTIST": TPE2, "TRACKNUMBER": TRCK, "DISCNUMBER": TPOS,
        "DATE": TDRC, "GENRE": TCON, "BPM": TBPM, "COMPILATION": TCMP,
    }  # fmt: skip
    adder: Any = id3
    for name, texts in _comments(tags).items():
        if name == "ARTISTS":
            adder.add(TXXX(encoding=_UTF8, desc="ARTISTS", text=texts))
        elif name == "LYRICS":
            adder.add(USLT(encoding=_UTF8, lang="und", desc="", text=texts[0]))
        else:
            adder.add(frames[name](encoding=_UTF8, text=texts))
    if cover:
        adder.add(APIC(encoding=_UTF8, mime=_mime(cover), type=_FRONT_COVER, desc="", data=cover))


def _write_mp4(path: Path, tags: TrackTags, cover: bytes | None) -> None:
    audio: Any = MP4(path)
    if audio.tags is None:
        audio.add_tags()
    audio.tags.clear()
    atoms = {
        "TITLE": "\xa9nam", "ARTIST": "\xa9ART", "ALBUM": "\xa9alb", "ALBUMARTIST": "aART", "DATE": "\xa9day",
        "GENRE": "\xa9gen", "LYRICS": "\xa9lyr",
    }  # fmt: skip
    comments = _comments(tags)
    audio.tags.update({atoms[name]: texts for name, texts in comments.items() if name in atoms})
    if "ARTISTS" in comments:
        audio.tags["----:com.apple.iTunes:ARTISTS"] = [MP4FreeForm(name.encode()) for name in comments["ARTISTS"]]
    if tags.track_number:
        audio.tags["trkn"] = [(tags.track_number, 0)]
    if tags.disc_number:
        audio.tags["disk"] = [(tags.disc_number, 0)]
    if tags.bpm:
        audio.tags["tmpo"] = [round(tags.bpm)]
    if tags.compilation:
        audio.tags["cpil"] = True
    if cover:
        kind = MP4Cover.FORMAT_PNG if _mime(cover) == "image/png" else MP4Cover.FORMAT_JPEG
        audio.tags["covr"] = [MP4Cover(cover, imageformat=kind)]
    audio.save()


_WRITERS: dict[str, Callable[[Path, TrackTags, bytes | None], None]] = {
    ".flac": _write_flac,
    ".mp3": _write_id3(MP3),
    ".ogg": _write_ogg(OggVorbis),
    ".opus": _write_ogg(OggOpus),
    ".m4a": _write_mp4,
    ".wav": _write_id3(WAVE),
}
