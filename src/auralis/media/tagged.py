"""Files opened by mutagen: the class told by content, else by the ending, and the stream as it describes it."""

import math
import os
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import mutagen
from mutagen._file import FileType
from mutagen.aac import AAC
from mutagen.aiff import AIFF
from mutagen.asf import ASF
from mutagen.flac import FLAC
from mutagen.id3 import Frames, Frames_2_2
from mutagen.monkeysaudio import MonkeysAudio
from mutagen.mp3 import MP3
from mutagen.mp4 import MP4
from mutagen.oggflac import OggFLAC
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis
from mutagen.wave import WAVE
from mutagen.wavpack import WavPack

from auralis.media.covers import front_of
from auralis.media.riff_info import read_info
from auralis.media.tag_fields import ID3_FRAMES, RawFields
from auralis.media.tag_pictures import read_pictures
from auralis.media.tagged_fields import read_fields
from auralis.model.errors import MediaError
from auralis.model.library import StreamInfo

_PICTURE_FRAMES = ("APIC", "PIC")
_WANTED_FRAMES = {
    name: kind
    for name, kind in {**Frames, **Frames_2_2}.items()
    if name in ID3_FRAMES or name in _PICTURE_FRAMES or (len(name) == 3 and kind.__mro__[1].__name__ in ID3_FRAMES)
}
"""ID3 frames that are read; mutagen carries all others along unparsed, which halves the time of a file."""

PARSE_ERRORS = (
    mutagen.MutagenError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What mutagen lets out when a file is broken."""

_PCM_FORMATS = {1, 3, 0xFFFE}


class Tagged(NamedTuple):
    """A file as mutagen opened it, and its tags by field; ``audio`` is None where mutagen cannot."""

    audio: FileType | None
    fields: RawFields


def open_tagged(path: Path) -> Tagged:
    """Open ``path`` with mutagen and read its tags.

    Raises
    ------
    MediaError
        If the file is not there, may not be read, or is empty.
    """
    try:
        with path.open("rb") as file:
            if not os.fstat(file.fileno()).st_size:
                raise MediaError("The file is empty.")
            audio = _parse(path.suffix.lower(), file)
            return Tagged(audio, {} if audio is None else _fields(audio, file))
    except FileNotFoundError:
        raise MediaError("The file is not there.") from None
    except PermissionError:
        raise MediaError("The file may not be read.") from None
    except OSError as error:
        raise MediaError("The file cannot be read.") from error


def _parse(suffix: str, file: BinaryIO) -> FileType | None:
    head = file.read(12)
    file.seek(0)
    opener = next((o for start, magic, o in _MAGIC if head.startswith(magic, start)), None) or _OPENERS.get(suffix)
    if opener is not None:
        try:
            return opener(file)
        except PARSE_ERRORS:
            file.seek(0)
    try:
        return mutagen.File(file)  # type: ignore[no-any-return]
    except PARSE_ERRORS:
        return None


def _fields(audio: FileType, file: BinaryIO) -> RawFields:
    """Return the tags by field; those of WAV and AIFF files without an ID3 tag from their own chunks."""
    try:
        fields = read_fields(audio)
        if not fields and isinstance(audio, WAVE | AIFF):
            fields = read_info(file)
        if isinstance(audio, OggOpus):
            gain_db = _header_gain_db(file)
            if gain_db:
                fields["header_gain"] = [f"{gain_db:.4f}"]
    except PARSE_ERRORS:
        return {}
    return fields


def _header_gain_db(file: BinaryIO) -> float:
    """Return the output gain of an Opus stream, which its header tells in 256ths of a decibel (RFC 7845, 5.1)."""
    file.seek(0)
    head = file.read(128)
    at = head.find(b"OpusHead") + 16
    return int.from_bytes(head[at : at + 2], "little", signed=True) / 256 if at >= 16 else 0.0


def _open_mp3(file: BinaryIO) -> FileType:
    return MP3(file, known_frames=_WANTED_FRAMES, translate=False)


def _open_ogg(file: BinaryIO) -> FileType:
    head = file.read(64)
    file.seek(0)
    for magic, kind in ((b"\x01vorbis", OggVorbis), (b"OpusHead", OggOpus), (b"\x7fFLAC", OggFLAC)):
        if magic in head:
            return kind(file)
    raise ValueError("no Ogg stream that is known")


_MAGIC: tuple[tuple[int, bytes, Callable[[BinaryIO], FileType]], ...] = (
    (0, b"fLaC", FLAC),
    (0, b"OggS", _open_ogg),
    (4, b"ftyp", MP4),
    (8, b"WAVE", WAVE),
    (0, b"FORM", AIFF),
    (0, b"wvpk", WavPack),
    (0, b"MAC ", MonkeysAudio),
    (0, b"\x30\x26\xb2\x75", ASF),
)
_OPENERS: dict[str, Callable[[BinaryIO], FileType]] = {
    ".mp3": _open_mp3,
    ".aac": AAC,
    ".flac": FLAC,
    ".m4a": MP4,
    ".m4b": MP4,
    ".mp4": MP4,
}
"""By ending where the content's beginning does not tell: MPEG audio has no magic, and ID3 may stand before anything."""


def front_cover(audio: FileType) -> bytes | None:
    """Return the front cover in an opened file, else its first picture, else None."""
    pictures: list[tuple[int, bytes]] = []
    with suppress(*PARSE_ERRORS):  # those before a broken one count
        pictures.extend(read_pictures(audio))
    return front_of(pictures)


def stream_of(audio: FileType) -> StreamInfo | None:
    """Return the stream as mutagen describes it, or None where it does not describe it well enough."""
    names = _names_of(audio)
    info: Any = audio.info
    rate = int(getattr(info, "sample_rate", 0) or 0) if not isinstance(audio, OggOpus) else 48_000
    channels = int(getattr(info, "channels", 0) or 0)
    seconds = float(getattr(info, "length", 0.0) or 0.0)
    if names is None or not (rate > 0 and channels > 0 and 0 <= seconds < math.inf):
        return None
    depth = getattr(info, "bits_per_sample", None) or getattr(info, "sample_size", None)
    return StreamInfo(
        format=names[0],
        codec=names[1],
        sample_rate=rate,
        channels=channels,
        duration_seconds=seconds,
        frames=int(getattr(info, "total_samples", 0) or 0) or round(seconds * rate),
        bitrate=int(getattr(info, "bitrate", 0) or 0),
        bit_depth=int(depth) if depth and names[1] in _LOSSLESS else None,
    )


_LOSSLESS = frozenset({"flac", "pcm", "alac", "ape", "wavpack"})
_NAMES: dict[type, tuple[str, str]] = {
    FLAC: ("flac", "flac"),
    OggVorbis: ("ogg", "vorbis"),
    OggOpus: ("opus", "opus"),
    OggFLAC: ("ogg", "flac"),
    AAC: ("aac", "aac"),
    AIFF: ("aiff", "pcm"),
    ASF: ("wma", "wma"),
    MonkeysAudio: ("ape", "ape"),
    WavPack: ("wavpack", "wavpack"),
}


def _names_of(audio: FileType) -> tuple[str, str] | None:
    info: Any = audio.info
    if isinstance(audio, MP3):
        return "mp3", "mp3" if info.layer == 3 else f"mp{info.layer}"
    if isinstance(audio, MP4):
        codec = str(info.codec).lower()
        known = {"mp4a": "aac", "alac": "alac", "flac": "flac", "opus": "opus", "ac-3": "ac3", "ec-3": "eac3"}
        return ("m4a", known[codec[:4]]) if codec[:4] in known else None
    if isinstance(audio, WAVE):
        return ("wav", "pcm") if info.audio_format in _PCM_FORMATS else None
    return _NAMES.get(type(audio))
