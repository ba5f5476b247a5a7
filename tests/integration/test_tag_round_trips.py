"""Every field in every kind of file: read from the kind's native frames, written by us and read again."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import mutagen
import pytest
from mutagen.id3 import ID3, SYLT, TXXX
from mutagen.mp3 import MP3
from tests.tagged_files import SUFFIXES, make_file, write_natively

from auralis.media.lyrics import read_lrc
from auralis.media.tag_writer import can_hold, change_tags
from auralis.media.tags import read_file, write_tags
from auralis.model.library import Credit, Gain, TagDetails, TrackTags

_ID = "aaaaaaaa-bbbb-cccc-dddd-00000000000{}"
_NATIVE: dict[str, tuple[list[str], dict[str, Any]]] = {
    "TITLE": (["Für Elise 海"], {"title": "Für Elise 海"}),
    "ARTIST": (["Ana feat. Bo"], {"artist": "Ana feat. Bo"}),
    "ARTISTS": (["Ana", "Bo"], {"artists": ("Ana", "Bo")}),
    "ALBUM": (["Nacht"], {"album": "Nacht"}),
    "ALBUMARTIST": (["Ana & Cy"], {"album_artist": "Ana & Cy"}),
    "ALBUMARTISTS": (["Ana", "Cy"], {"details.album_artists": ("Ana", "Cy")}),
    "TRACKNUMBER": (["3"], {"track_number": 3}),
    "DISCNUMBER": (["2"], {"disc_number": 2}),
    "DATE": (["2021"], {"date": "2021"}),
    "GENRE": (["Jazz", "Folk"], {"genres": ("Jazz", "Folk")}),
    "LYRICS": (["one\ntwo"], {"lyrics": "one\ntwo"}),
    "BPM": (["123"], {"bpm": 123.0}),
    "COMPILATION": (["1"], {"compilation": True}),
    "COMPOSER": (["Co", "Mpo"], {"composer": [Credit("Co", "composer"), Credit("Mpo", "composer")]}),
    "LYRICIST": (["Ly"], {"lyricist": [Credit("Ly", "lyricist")]}),
    "WRITER": (["Wr"], {"writer": [Credit("Wr", "writer")]}),
    "CONDUCTOR": (["Con"], {"conductor": [Credit("Con", "conductor")]}),
    "REMIXER": (["Re"], {"remixer": [Credit("Re", "remixer")]}),
    "ARRANGER": (["Arr"], {"arranger": [Credit("Arr", "arranger")]}),
    "PRODUCER": (["Pro", "Du"], {"producer": [Credit("Pro", "producer"), Credit("Du", "producer")]}),
    "ENGINEER": (["Eng"], {"engineer": [Credit("Eng", "engineer")]}),
    "MIXER": (["Mix"], {"mixer": [Credit("Mix", "mixer")]}),
    "DJMIXER": (["Dj"], {"djMixer": [Credit("Dj", "djMixer")]}),
    "DIRECTOR": (["Dir"], {"director": [Credit("Dir", "director")]}),
    "PERFORMER": (
        ["Per (cello)", "For (lead vocals)"],
        {"performer": [Credit("Per", "performer", "cello"), Credit("For", "performer", "lead vocals")]},
    ),
    "TITLESORT": (["Elise"], {"details.title_sort": "Elise"}),
    "ALBUMSORT": (["Nacht, Die"], {"details.album_sort": "Nacht, Die"}),
    "ARTISTSORT": (["A, Ana", "B, Bo"], {"details.artist_sorts": ("A, Ana", "B, Bo")}),
    "ALBUMARTISTSORT": (["A, Ana", "C, Cy"], {"details.album_artist_sorts": ("A, Ana", "C, Cy")}),
    "DISCSUBTITLE": (["Side of night"], {"details.disc_subtitle": "Side of night"}),
    "ORIGINALDATE": (["1999"], {"details.original_date": "1999"}),
    "RELEASEDATE": (["2020-02-03"], {"details.release_date": "2020-02-03"}),
    "LABEL": (["ECM", "JAPO"], {"details.labels": ("ECM", "JAPO")}),
    "CATALOGNUMBER": (["ECM 1001"], {"details.catalog_numbers": ("ECM 1001",)}),
    "BARCODE": (["0042282"], {"details.barcode": "0042282"}),
    "ISRC": (["DEF057912345"], {"details.isrcs": ("DEF057912345",)}),
    "MUSICBRAINZ_TRACKID": ([_ID.format(1)], {"details.recording_id": _ID.format(1)}),
    "MUSICBRAINZ_RELEASETRACKID": ([_ID.format(2)], {"details.release_track_id": _ID.format(2)}),
    "MUSICBRAINZ_ALBUMID": ([_ID.format(3)], {"details.release_id": _ID.format(3)}),
    "MUSICBRAINZ_RELEASEGROUPID": ([_ID.format(4)], {"details.release_group_id": _ID.format(4)}),
    "MUSICBRAINZ_ARTISTID": (
        [_ID.format(5), _ID.format(6)],
        {"details.artist_ids": (_ID.format(5), _ID.format(6))},
    ),
    "MUSICBRAINZ_ALBUMARTISTID": (
        [_ID.format(5), _ID.format(7)],
        {"details.album_artist_ids": (_ID.format(5), _ID.format(7))},
    ),
    "REPLAYGAIN_TRACK_GAIN": (["-7.03 dB"], {"gain.track_db": -7.03}),
    "REPLAYGAIN_TRACK_PEAK": (["0.988553"], {"gain.track_peak": 0.988553}),
    "REPLAYGAIN_ALBUM_GAIN": (["+1.5 dB"], {"gain.album_db": 1.5}),
    "REPLAYGAIN_ALBUM_PEAK": (["1.001"], {"gain.album_peak": 1.001}),
    "ITUNESADVISORY": (["1"], {"details.explicit": True}),
    "KEY": (["F#m"], {"details.key": "F#m"}),
    "MOOD": (["calm", "blue"], {"details.moods": ("calm", "blue")}),
}
# ALBUMARTISTS are told by the two ids there.
_NOT_IN = {".wma": {"ALBUMARTISTS", "ARRANGER", "WRITER", "PERFORMER", "RELEASEDATE", "ITUNESADVISORY"}}
_NOT_IN_V23 = {"RELEASEDATE"}


def _value(tags: TrackTags, name: str) -> Any:
    first, _, rest = name.partition(".")
    if first == "details":
        return getattr(tags.details, rest)
    if first == "gain":
        return getattr(tags.details.gain, rest)
    if hasattr(tags, first):
        return getattr(tags, first)
    return [credit for credit in tags.details.credits if credit.role == first]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_native_field_is_read(tmp_path: Path, suffix: str) -> None:
    path = make_file(tmp_path / f"a{suffix}")
    wanted = {name: each for name, each in _NATIVE.items() if name not in _NOT_IN.get(suffix, set())}
    write_natively(path, {name: values for name, (values, _) in wanted.items()})
    tags = read_file(path).tags
    told = {name: _value(tags, name) for _, expected in wanted.values() for name in expected}
    assert told == {name: value for _, expected in wanted.values() for name, value in expected.items()}


@pytest.mark.parametrize("suffix", [".mp3", ".wav", ".aiff"])
def test_every_field_of_the_older_id3_is_read(tmp_path: Path, suffix: str) -> None:
    path = make_file(tmp_path / f"a{suffix}")
    wanted = {name: each for name, each in _NATIVE.items() if name not in _NOT_IN_V23}
    write_natively(path, {name: values for name, (values, _) in wanted.items()}, id3_version=3)
    tags = read_file(path).tags
    # ID3v2.3 keeps several values in one text with NUL between, as other writers do.
    told = {name: _value(tags, name) for _, expected in wanted.values() for name in expected}
    assert told == {name: value for _, expected in wanted.values() for name, value in expected.items()}


FULL = TrackTags(
    title="Title",
    artist="Ana feat. Bo",
    artists=("Ana", "Bo"),
    album="Album",
    album_artist="Ana & Cy",
    track_number=3,
    disc_number=2,
    date="2021-05-04",
    genres=("Jazz", "Folk"),
    lyrics="one\ntwo",
    bpm=123.0,
    compilation=True,
    details=TagDetails(
        album_artists=("Ana", "Cy"),
        artist_ids=(_ID.format(1), _ID.format(2)),
        album_artist_ids=(_ID.format(1), _ID.format(3)),
        artist_sorts=("A, Ana", "B, Bo"),
        album_artist_sorts=("A, Ana", "C, Cy"),
        title_sort="Sort title",
        album_sort="Sort album",
        credits=(
            Credit("Co", "composer"),
            Credit("Con", "conductor"),
            Credit("Arr", "arranger"),
            Credit("Pro", "producer"),
            Credit("Per", "performer", "cello"),
        ),
        disc_subtitle="Two",
        original_date="1999-01-02",
        release_date="2021-05-05",
        labels=("ECM",),
        catalog_numbers=("ECM 1001",),
        barcode="123",
        isrcs=("DEF057912345",),
        recording_id=_ID.format(4),
        release_track_id=_ID.format(5),
        release_id=_ID.format(6),
        release_group_id=_ID.format(7),
        gain=Gain(-7.25, 0.98, -6.5, 1.0),
        explicit=False,
        key="Am",
        moods=("calm",),
    ),
)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_whatever_is_written_is_read(tmp_path: Path, suffix: str) -> None:
    path = make_file(tmp_path / f"a{suffix}")
    write_tags(path, FULL)
    assert read_file(path).tags == FULL
    write_tags(path, TrackTags(title="Only"))
    assert read_file(path).tags == TrackTags(title="Only")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_one_field_is_changed_and_nothing_else(tmp_path: Path, suffix: str) -> None:
    path = make_file(tmp_path / f"a{suffix}")
    write_tags(path, FULL, b"\x89PNG\r\n\x1a\n" + b"cover" * 99)
    before = read_file(path)
    change_tags(path, {"title": ["Other"], "producer": ["New One"], "genre": []})
    after = read_file(path)
    credits_ = tuple(Credit("New One", "producer") if c.role == "producer" else c for c in FULL.details.credits)
    changed = replace(FULL, title="Other", genres=(), details=replace(FULL.details, credits=credits_))
    assert after == replace(before, tags=changed)
    assert after.cover_hash is not None


@pytest.mark.parametrize("version", [3, 4])
def test_the_version_of_an_id3_tag_and_unknown_frames_stay(tmp_path: Path, version: int) -> None:
    path = make_file(tmp_path / "a.mp3")
    tags: Any = ID3()
    tags.add(TXXX(encoding=3, desc="Somebody's own", text=["kept"]))
    tags.save(path, v2_version=version)
    change_tags(path, {"title": ["New"], "date": ["2001-02-03"]})
    found: Any = MP3(path).tags
    assert found.version[1] == version
    assert found["TXXX:Somebody's own"].text == ["kept"]
    assert read_file(path).tags.title == "New"
    assert (read_file(path).tags.date or "").startswith("2001")


def test_a_wav_s_own_list_goes_along_when_a_tag_is_added(tmp_path: Path) -> None:
    path = make_file(tmp_path / "a.wav")
    info = b"INFO" + b"INAM" + (6).to_bytes(4, "little") + b"Title\0" + b"IART" + (4).to_bytes(4, "little") + b"Ana\0"
    content = path.read_bytes() + b"LIST" + len(info).to_bytes(4, "little") + info
    path.write_bytes(content[:4] + (len(content) - 8).to_bytes(4, "little") + content[8:])
    assert read_file(path).tags.title == "Title"
    change_tags(path, {"album": ["New"]})
    tags = read_file(path).tags
    assert (tags.title, tags.artist, tags.album) == ("Title", "Ana", "New")


def test_lyrics_with_times_are_read_from_id3(tmp_path: Path) -> None:
    path = make_file(tmp_path / "a.mp3")
    tags: Any = ID3()
    tags.add(SYLT(encoding=3, lang="deu", desc="", format=2, type=1, text=[("eins", 1500), ("zwei", 62_250)]))
    tags.save(path)
    details = read_file(path).tags.details
    assert [tuple(line) for line in read_lrc(details.synced_lyrics or "")] == [(1.5, "eins"), (62.25, "zwei")]
    assert details.lyrics_language == "deu"


def test_opus_gains_are_told_as_replaygain(tmp_path: Path) -> None:
    path = make_file(tmp_path / "a.opus")
    audio: Any = mutagen.File(path)
    audio.update({"R128_TRACK_GAIN": ["-1024"], "R128_ALBUM_GAIN": ["256"]})
    audio.save()
    content = path.read_bytes()
    assert read_file(path).tags.details.gain == Gain(track_db=1.0, album_db=6.0)
    at = content.find(b"OpusHead") + 16
    path.write_bytes(content[:at] + (-512).to_bytes(2, "little", signed=True) + content[at + 2 :])
    gain = read_file(path).tags.details.gain
    assert gain is None or gain.header_db == -2.0


def test_kinds_say_what_they_can_hold(tmp_path: Path) -> None:
    assert can_hold(tmp_path / "a.mp3", "synced_lyrics")
    assert not can_hold(tmp_path / "a.flac", "synced_lyrics")
    assert not can_hold(tmp_path / "a.aac", "title")


_HOSTILE = {
    "script": "<script>alert(1)</script>",
    "sql": "'; DROP TABLE tracks; --",
    "bidi": "\u202eevil\u2066",
    "nul": "one\0two",
    "controls": "bell\x07 esc\x1b[31m",
    "long": "x" * 10_000_000,
}


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("kind", [kind for kind in _HOSTILE if kind != "long"])
def test_hostile_texts_are_read_as_text(tmp_path: Path, suffix: str, kind: str) -> None:
    path = make_file(tmp_path / f"a{suffix}")
    text = _HOSTILE[kind]
    names = ("TITLE", "ARTIST", "COMPOSER", "MUSICBRAINZ_ALBUMID", "BPM" if suffix != ".m4a" else "MOOD", "KEY")
    write_natively(path, {name: [text] for name in names})
    tags = read_file(path).tags
    shown = [tags.title or "", *tags.artists, *(credit.name for credit in tags.details.credits)]
    assert all(char.isprintable() or char in "\u202e\u2066" for value in shown for char in value)
    assert tags.details.release_id is None
    assert tags.bpm is None
    if kind in {"script", "sql", "bidi"}:
        assert tags.title == text.strip()


@pytest.mark.parametrize("suffix", [".flac", ".mp3", ".m4a", ".wma", ".wv", ".opus"])
def test_a_comment_of_ten_megabytes_is_bounded(tmp_path: Path, suffix: str) -> None:
    path = make_file(tmp_path / f"a{suffix}")
    write_natively(path, {"TITLE": ["fine"], "MOOD": [_HOSTILE["long"]], "LYRICS": [_HOSTILE["long"][:300_000]]})
    tags = read_file(path).tags
    assert (tags.title, len(tags.details.moods[0]), len(tags.lyrics or "")) == ("fine", 1_000, 200_000)


def test_nothing_is_written_where_tags_cannot_be(tmp_path: Path) -> None:
    path = make_file(tmp_path / "a.flac")
    shutil.copy(path, tmp_path / "b.aac")
    with pytest.raises(Exception, match="cannot be written"):
        change_tags(tmp_path / "b.aac", {"title": ["x"]})
