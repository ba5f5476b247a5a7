"""FLAC and MP3 files read straight say what mutagen says of them, or are left to it."""

import os
import random
from pathlib import Path
from typing import Any

import pytest
from mutagen import id3
from mutagen.flac import FLAC, Picture
from tests.factories import bare_audio, picture, tagged_flac, tagged_mp3

from auralis.media.audio_files import read_plain
from auralis.media.audio_spans import opened
from auralis.media.covers import front_of
from auralis.media.tagged import front_cover, open_tagged, stream_of

FILES = 3000 if os.environ.get("AURALIS_PROOF") == "full" else 60
TEXTS = (
    "abc",
    "Ünï",
    "x" * 300,
    "椎名林檎",
    "2004",
    "(17)",
    "17",
    "CR",
    "",
    "a/b",
    "\nab",
    "2004-05-06T07:08",
    "a=b",
    "~",
)
FRAMES = (
    *("TIT2", "TPE1", "TALB", "TPE2", "TRCK", "TPOS", "TDRC", "TCON", "TCOM", "TBPM", "TSRC", "TLAN", "TDOR", "TYER"),
    *("TCMP", "TSOP", "TPUB", "TMOO"),
)
DESCRIBED = ("ARTISTS", "MusicBrainz Album Id", "artists", "MOOD", "what else")
COMMENTS = ("TITLE", "artist", "ALBUM", "DATE", "GENRE", "PERFORMER:GUITAR", "of no use", "LYRICS", "}")


def plainly(path: Path) -> Any:
    """Return what is read straight, or None."""
    with opened(path) as file:
        plain = read_plain(file, str(path))
    return None if plain is None else (plain.stream, plain.fields, front_of(plain.pictures))


def by_mutagen(path: Path) -> Any:
    audio, fields = open_tagged(path)
    return None if audio is None else (stream_of(audio), fields, front_cover(audio))


def some_mp3(path: Path, rng: random.Random) -> None:
    sound = bare_audio("mp3", rng.choice((0.1, 0.3)))
    path.write_bytes(sound[sound.find(b"\xff\xfb") :] if rng.random() < 0.8 else sound)
    tag = id3.ID3()
    encoding = rng.choice((0, 1, 1, 2, 3, 3))
    fitting = [text for text in TEXTS if encoding or text.isascii() or text == "Ünï"]

    def texts() -> list[str]:
        return rng.choices(fitting, k=rng.choice((1, 1, 1, 2, 3)))

    for name in rng.sample(FRAMES, rng.randrange(1, 9)):
        tag.add(getattr(id3, name)(encoding=encoding, text=texts()))
    for name in rng.sample(DESCRIBED, rng.randrange(4)):
        tag.add(id3.TXXX(encoding=encoding, desc=name, text=texts()))
    if rng.random() < 0.3:
        tag.add(id3.UFID(owner="http://musicbrainz.org", data=b"b1a9c0e9-d987-4042-ae91-78d6a3267d69"))
        tag.add(id3.COMM(encoding=encoding, lang="eng", desc="", text=["hello"]))
        tag.add(id3.PRIV(owner="somebody", data=rng.randbytes(200)))
    if rng.random() < 0.15:
        tag.add(id3.USLT(encoding=encoding, lang="eng", desc="", text="la la"))
    for number in range(rng.choice((0, 0, 1, 2))):
        image = picture(size=rng.randrange(2, 60))
        kind = rng.choice((3, 4, 0))
        described = "d" * number
        tag.add(id3.APIC(encoding=rng.choice((0, 1, 3)), mime="image/png", type=kind, desc=described, data=image))
    try:
        tag.save(path, v2_version=rng.choice((3, 4)), v1=rng.choice((0, 0, 2)), v23_sep=rng.choice(("/", None)))
    except UnicodeEncodeError:  # an ID3v1 tag holds no such year
        tag.save(path, v1=0)


def some_flac(path: Path, rng: random.Random) -> None:
    path.write_bytes(bare_audio("flac", 0.1))
    audio = FLAC(path)
    if audio.tags is None:
        audio.add_tags()
    for name in rng.sample(COMMENTS, rng.randrange(len(COMMENTS))):
        audio.tags[name] = rng.choices(TEXTS, k=rng.choice((1, 2)))
    for _ in range(rng.choice((0, 0, 1, 2))):
        image: Any = Picture()
        image.type, image.mime, image.desc = rng.choice((3, 4)), "image/png", "é"
        image.data = picture(size=rng.randrange(2, 60))
        audio.add_picture(image)
    audio.save()


def harmed(content: bytes, rng: random.Random) -> bytes:
    changed = bytearray(content)
    at = rng.randrange(min(len(changed), 500))
    kind = rng.randrange(5)
    if kind == 0:
        changed[at] = rng.randrange(256)
    elif kind == 1:
        changed[at : at + 4] = rng.choice((b"\xff\xff\xff\xff", bytes(4), b"\0\0\1\0"))
    elif kind == 2:
        del changed[at : at + rng.randrange(1, 40)]
    elif kind == 3:
        changed[at:at] = changed[at : at + rng.randrange(1, 400)]
    else:
        del changed[at + 1 :]
    return bytes(changed)


@pytest.mark.proof
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", ["flac", "mp3"])
def test_what_is_read_straight_is_what_mutagen_reads(tmp_path: Path, kind: str) -> None:
    rng = random.Random(3)
    make = some_flac if kind == "flac" else some_mp3
    plain = 0
    for number in range(FILES):
        path = tmp_path / f"{number}.{kind}"
        make(path, rng)
        whole = path.read_bytes()
        for content in (whole, *(harmed(whole, rng) for _ in range(4))):
            path.write_bytes(content)
            read = plainly(path)
            plain += content is whole and read is not None
            assert read is None or read == by_mutagen(path)
    assert plain > FILES / 10, "nearly everything is left to mutagen"


def test_usual_files_are_read_straight(tmp_path: Path) -> None:
    comments = {"TITLE": "One", "ARTIST": "Anna", "ALBUM": "First", "DATE": "2001", "GENRE": "Jazz"}
    for kind, make in (("flac", tagged_flac), ("mp3", tagged_mp3)):
        path = tmp_path / f"a.{kind}"
        path.write_bytes(make(comments))
        assert plainly(path) == by_mutagen(path)
        assert plainly(path)[1]["title"] == ["One"]


def test_an_older_tag_behind_does_not_hide_the_newer_one(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    comments = {
        "TITLE": "One", "ARTIST": "Anna", "ALBUM": "First", "DATE": "2001", "GENRE": "Jazz", "TRACKNUMBER": "3",
    }  # fmt: skip
    older = b"TAG" + b"Title of old".ljust(30, b"\0") + bytes(94) + b"\x11"
    path.write_bytes(tagged_mp3(comments) + older)
    assert plainly(path) == by_mutagen(path)
    assert plainly(path)[1]["title"] == ["One"]
    del comments["DATE"]
    path.write_bytes(tagged_mp3(comments) + older)
    assert plainly(path) is None


@pytest.mark.parametrize("kind", ["flac", "mp3"])
def test_endless_blocks_and_frames_end(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    path.write_bytes(
        b"fLaC" + b"\1\0\0\0" * 500_000 if kind == "flac" else b"ID3\4\0\0\0\x7f\x7f\x7f" + b"TIT2" * 500_000
    )
    assert plainly(path) is None
