"""Small real files of every kind that holds tags, and a tag writer of the tests' own in each kind's native terms."""

from pathlib import Path
from typing import Any

import av
import mutagen
import numpy as np
from mutagen import id3
from mutagen.aiff import AIFF
from mutagen.apev2 import APEv2
from mutagen.mp4 import MP4FreeForm
from mutagen.wave import WAVE

from auralis.media.encode import write_audio

SUFFIXES = (".flac", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".wav", ".aiff", ".wv", ".wma", ".ape")
_CODECS = {
    ".flac": "flac",
    ".mp3": "libmp3lame",
    ".oga": "flac",
    ".opus": "libopus",
    ".m4a": "aac",
    ".wav": "pcm_s16le",
    ".aiff": "pcm_s16be",
    ".wv": "wavpack",
    ".wma": "wmav2",
}


def make_file(path: Path, seconds: float = 0.2) -> Path:
    """Write a short tone to ``path`` in the kind that its ending says."""
    suffix = path.suffix
    if suffix == ".ape":
        # A Monkey's Audio 3.99 header of one frame; there is no encoder for it here, and tags need no sound.
        head = b"MAC " + (3990).to_bytes(2, "little") + bytes(2) + (52).to_bytes(4, "little") + bytes(40)
        body = (2000).to_bytes(2, "little") + bytes(2) + (73728).to_bytes(4, "little") + (4410).to_bytes(4, "little")
        path.write_bytes(
            head + body + (1).to_bytes(4, "little") + b"\x10\0\x02\0" + (44100).to_bytes(4, "little") + bytes(400)
        )
        return path
    if suffix == ".ogg":
        write_audio(
            path, (0.3 * np.sin(np.arange(round(44_100 * seconds)) * 0.05) * np.ones((2, 1))).astype("f4"), 44_100
        )
        return path
    with av.open(str(path), "w") as container:
        rate = 48_000 if suffix == ".opus" else 44_100
        stream = container.add_stream(_CODECS[suffix], rate)
        stream.layout = "stereo"
        if suffix == ".wv":
            stream.format = "s16p"
        if suffix == ".wma":
            stream.bit_rate = 128_000
        steps = (8000 * np.sin(np.arange(round(rate * seconds)) * 0.05)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(np.repeat(steps, 2).reshape(1, -1), "s16", "stereo")
        frame.sample_rate = rate
        container.mux(stream.encode(frame))
        container.mux([packet for packet in stream.encode(None) if packet.size])
    return path


def write_natively(path: Path, fields: dict[str, list[str]], *, id3_version: int = 4) -> None:
    """Write ``fields``, named as Vorbis comments are, with mutagen's own types and Picard's names of each kind."""
    suffix = path.suffix
    if suffix in {".flac", ".ogg", ".oga", ".opus"}:
        audio: Any = mutagen.File(path)
        audio.update(fields)
        audio.save()
    elif suffix in {".mp3", ".wav", ".aiff"}:
        _write_id3(path, fields, id3_version)
    elif suffix == ".m4a":
        audio = mutagen.File(path)
        for name, values in fields.items():
            _set_atom(audio, name, values)
        audio.save()
    elif suffix == ".wma":
        audio = mutagen.File(path)
        audio.update({_ASF[name]: values for name, values in fields.items() if name in _ASF})
        audio.save()
    else:
        tags: Any = APEv2()
        tags.update({_APE.get(name, name): values for name, values in fields.items()})
        tags.save(path)


def _write_id3(path: Path, fields: dict[str, list[str]], version: int) -> None:
    kind = {".wav": WAVE, ".aiff": AIFF}.get(path.suffix)
    audio: Any = kind(path) if kind else None
    if audio is not None:
        audio.add_tags()
    tags: Any = id3.ID3() if audio is None else audio.tags
    people: dict[str, list[list[str]]] = {}
    for name, values in fields.items():
        if name in _TIPL:
            people.setdefault("IPLS" if version == 3 else "TIPL", []).extend([_TIPL[name], v] for v in values)
        elif name == "PERFORMER":
            pairs = [[v.partition(" (")[2].rstrip(")"), v.partition(" (")[0]] for v in values]
            people.setdefault("IPLS" if version == 3 else "TMCL", []).extend(pairs)
        elif name == "LYRICS":
            tags.add(id3.USLT(encoding=3, lang="eng", desc="", text=values[0]))
        elif name == "MUSICBRAINZ_TRACKID":
            tags.add(id3.UFID(owner="http://musicbrainz.org", data=values[0].encode()))
        elif name in _FRAMES:
            frame = (
                {"TDRC": "TYER", "TDOR": "TORY"}.get(_FRAMES[name], _FRAMES[name]) if version == 3 else _FRAMES[name]
            )
            tags.add(getattr(id3, frame)(encoding=1, text=values))
        else:
            tags.add(id3.TXXX(encoding=1, desc=_USER_TEXTS.get(name, name), text=values))
    for kind_of_people, pairs in people.items():
        tags.add(getattr(id3, kind_of_people)(encoding=1, people=pairs))
    if audio is None:
        tags.save(path, v2_version=version, v23_sep=None)
    else:
        audio.save(v2_version=version, v23_sep=None)


def _set_atom(audio: Any, name: str, values: list[str]) -> None:
    if name in {"TRACKNUMBER", "DISCNUMBER"}:
        audio[{"TRACKNUMBER": "trkn", "DISCNUMBER": "disk"}[name]] = [(int(values[0]), 9)]
    elif name in {"BPM", "ITUNESADVISORY"}:
        audio[{"BPM": "tmpo", "ITUNESADVISORY": "rtng"}[name]] = [int(values[0])]
    elif name == "COMPILATION":
        audio["cpil"] = True
    elif name in _ATOMS:
        audio[_ATOMS[name]] = values
    else:
        key = f"----:com.apple.iTunes:{_USER_TEXTS.get(name, _FREE.get(name, name))}"
        audio[key] = [MP4FreeForm(value.encode()) for value in values]


_TIPL = {"ARRANGER": "arranger", "PRODUCER": "producer", "ENGINEER": "engineer", "MIXER": "mix", "DJMIXER": "DJ-mix"}
_FRAMES = {
    "TITLE": "TIT2", "ARTIST": "TPE1", "ALBUM": "TALB", "ALBUMARTIST": "TPE2", "TRACKNUMBER": "TRCK",
    "DISCNUMBER": "TPOS", "DATE": "TDRC", "GENRE": "TCON", "BPM": "TBPM", "COMPILATION": "TCMP",
    "COMPOSER": "TCOM", "LYRICIST": "TEXT", "CONDUCTOR": "TPE3", "REMIXER": "TPE4", "TITLESORT": "TSOT",
    "ALBUMSORT": "TSOA", "ARTISTSORT": "TSOP", "ALBUMARTISTSORT": "TSO2", "DISCSUBTITLE": "TSST",
    "ORIGINALDATE": "TDOR", "RELEASEDATE": "TDRL", "LABEL": "TPUB", "ISRC": "TSRC", "KEY": "TKEY", "MOOD": "TMOO",
}  # fmt: skip
_USER_TEXTS = {
    "MUSICBRAINZ_TRACKID": "MusicBrainz Track Id",
    "MUSICBRAINZ_RELEASETRACKID": "MusicBrainz Release Track Id",
    "MUSICBRAINZ_ALBUMID": "MusicBrainz Album Id",
    "MUSICBRAINZ_RELEASEGROUPID": "MusicBrainz Release Group Id",
    "MUSICBRAINZ_ARTISTID": "MusicBrainz Artist Id",
    "MUSICBRAINZ_ALBUMARTISTID": "MusicBrainz Album Artist Id",
    "WRITER": "Writer",
}
_FREE = {"KEY": "initialkey"}
_ATOMS = {
    "TITLE": "\xa9nam", "ARTIST": "\xa9ART", "ALBUM": "\xa9alb", "ALBUMARTIST": "aART", "DATE": "\xa9day",
    "GENRE": "\xa9gen", "LYRICS": "\xa9lyr", "COMPOSER": "\xa9wrt", "DIRECTOR": "\xa9dir", "TITLESORT": "sonm",
    "ALBUMSORT": "soal", "ARTISTSORT": "soar", "ALBUMARTISTSORT": "soaa",
}  # fmt: skip
_APE = {
    "ALBUMARTIST": "Album Artist", "TRACKNUMBER": "Track", "DISCNUMBER": "Disc", "DATE": "Year",
    "REMIXER": "MixArtist",
}  # fmt: skip
_ASF = {
    "TITLE": "Title", "ARTIST": "Author", "ARTISTS": "WM/ARTISTS", "ALBUM": "WM/AlbumTitle",
    "ALBUMARTIST": "WM/AlbumArtist", "TRACKNUMBER": "WM/TrackNumber", "DISCNUMBER": "WM/PartOfSet",
    "DATE": "WM/Year", "GENRE": "WM/Genre", "BPM": "WM/BeatsPerMinute", "COMPILATION": "WM/IsCompilation",
    "COMPOSER": "WM/Composer", "LYRICIST": "WM/Writer", "CONDUCTOR": "WM/Conductor", "REMIXER": "WM/ModifiedBy",
    "PRODUCER": "WM/Producer", "ENGINEER": "WM/Engineer", "MIXER": "WM/Mixer", "DJMIXER": "WM/DJMixer",
    "DIRECTOR": "WM/Director", "TITLESORT": "WM/TitleSortOrder", "ALBUMSORT": "WM/AlbumSortOrder",
    "ARTISTSORT": "WM/ArtistSortOrder", "ALBUMARTISTSORT": "WM/AlbumArtistSortOrder",
    "DISCSUBTITLE": "WM/SetSubTitle", "ORIGINALDATE": "WM/OriginalReleaseTime", "LABEL": "WM/Publisher",
    "CATALOGNUMBER": "WM/CatalogNo", "BARCODE": "WM/Barcode", "ISRC": "WM/ISRC", "KEY": "WM/InitialKey",
    "MOOD": "WM/Mood", "LYRICS": "WM/Lyrics", "LANGUAGE": "WM/Language",
    "MUSICBRAINZ_TRACKID": "MusicBrainz/Track Id", "MUSICBRAINZ_RELEASETRACKID": "MusicBrainz/Release Track Id",
    "MUSICBRAINZ_ALBUMID": "MusicBrainz/Album Id", "MUSICBRAINZ_RELEASEGROUPID": "MusicBrainz/Release Group Id",
    "MUSICBRAINZ_ARTISTID": "MusicBrainz/Artist Id", "MUSICBRAINZ_ALBUMARTISTID": "MusicBrainz/Album Artist Id",
    "REPLAYGAIN_TRACK_GAIN": "REPLAYGAIN_TRACK_GAIN", "REPLAYGAIN_TRACK_PEAK": "REPLAYGAIN_TRACK_PEAK",
    "REPLAYGAIN_ALBUM_GAIN": "REPLAYGAIN_ALBUM_GAIN", "REPLAYGAIN_ALBUM_PEAK": "REPLAYGAIN_ALBUM_PEAK",
}  # fmt: skip
