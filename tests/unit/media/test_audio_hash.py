"""Encoded audio told apart from tags and padding, in every container, also in broken ones."""

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories import KINDS, bare_audio, picture

from auralis.media.audio_hash import hash_audio, sketch_audio
from auralis.media.tags import write_tags
from auralis.model.errors import MediaError
from auralis.model.library import TrackTags


def known(path: Path) -> tuple[bytes | None, int]:
    return hash_audio(path), sketch_audio(path)


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seconds", [0.3, 3.0])
def test_tags_of_any_size_change_nothing_and_audio_does(tmp_path: Path, kind: str, seconds: float) -> None:
    path = written(tmp_path / f"a.{kind}", bare_audio(kind, seconds))
    first = known(path)
    assert first[0]
    assert first[1]
    for tags in (TrackTags(title="x"), TrackTags(title="y" * 900, lyrics="la " * 100_000), TrackTags()):
        write_tags(path, tags, picture(size=200) if tags.lyrics else None)
        assert known(path) == first
    other = known(written(path, bare_audio(kind, seconds + 0.1)))
    assert other[0] != first[0]
    assert other[1] != first[1]


FRAMES = bytes(range(7, 250)) * 400
ID3 = b"ID3\4\0\0\0\0\1\0" + bytes(128)
ID3V1 = b"TAG" + bytes(125)
APE = b"APETAGEX" + struct.pack("<IIII", 2000, 40, 1, 0xA0000000) + bytes(8) + bytes(8)
APE += b"APETAGEX" + struct.pack("<IIII", 2000, 40, 1, 0x80000000) + bytes(8)
LYRICS = b"LYRICSBEGIN" + b"IND00001A" + b"000020LYRICS200"


@pytest.mark.parametrize(
    "head", [b"\xff\xfb\x90\x64", b"wvpk\x20\0\0\0", b"MAC \x96\x0f\0\0", b"fLaC\x80\0\0\x22" + bytes(34)]
)
def test_tags_before_and_behind_a_stream_change_nothing(tmp_path: Path, head: bytes) -> None:
    first = known(written(tmp_path / "a", head + FRAMES))
    wrapped = [ID3 + head + FRAMES, ID3 * 2 + head + FRAMES, head + FRAMES + ID3V1, head + FRAMES + APE + ID3V1]
    for content in (*wrapped, head + FRAMES + LYRICS + ID3V1, ID3 + head + FRAMES + APE + LYRICS + ID3V1):
        assert known(written(tmp_path / "a", content)) == first
    assert known(written(tmp_path / "a", head + FRAMES + b"x")) != first


def atom(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), name) + body


def test_the_order_of_atoms_changes_nothing(tmp_path: Path) -> None:
    kind, moov, mdat = atom(b"ftyp", b"M4A " + bytes(8)), atom(b"moov", b"tables"), atom(b"mdat", FRAMES)
    long = struct.pack(">I4sQ", 1, b"mdat", 16 + len(FRAMES)) + FRAMES
    first = known(written(tmp_path / "a", kind + moov + mdat))
    for content in (kind + mdat + moov, kind + atom(b"free", bytes(999)) + mdat, kind + long + moov):
        assert known(written(tmp_path / "a", content)) == first


def chunk(name: bytes, body: bytes, order: str = "<") -> bytes:
    return struct.pack(f"{order}4sI", name, len(body)) + body + bytes(len(body) % 2)


def test_chunks_around_the_samples_change_nothing(tmp_path: Path) -> None:
    form, samples = chunk(b"fmt ", bytes(16)), chunk(b"data", FRAMES)
    wave = known(written(tmp_path / "a", b"RIFF\0\0\0\0WAVE" + form + samples))
    content = b"RIFF\0\0\0\0WAVE" + chunk(b"LIST", b"odd") + form + samples + chunk(b"id3 ", ID3)
    assert known(written(tmp_path / "a", content)) == wave
    long = struct.pack("<4sI", b"data", 0xFFFFFFFF) + FRAMES
    sizes = chunk(b"ds64", struct.pack("<QQQI", 0, len(FRAMES), 0, 0))
    assert known(written(tmp_path / "a", b"RF64\xff\xff\xff\xffWAVE" + sizes + form + long)) == wave
    sound = chunk(b"SSND", bytes(8) + FRAMES, ">")
    aiff = known(written(tmp_path / "a", b"FORM\0\0\0\0AIFF" + chunk(b"COMM", bytes(18), ">") + sound))
    assert aiff == wave
    assert known(written(tmp_path / "a", b"FORM\0\0\0\0AIFF" + chunk(b"NAME", b"n", ">") + sound)) == aiff


def test_only_the_packets_of_an_asf_file_count(tmp_path: Path) -> None:
    def content(header: bytes, identity: bytes) -> bytes:
        guid = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
        packets = identity + bytes(10) + FRAMES
        data = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c") + struct.pack("<Q", 24 + len(packets)) + packets
        return guid + struct.pack("<Q", 24 + len(header)) + header + data + b"index" * 9

    first = known(written(tmp_path / "a", content(b"tags", b"1" * 16)))
    assert known(written(tmp_path / "a", content(b"other tags", b"2" * 16))) == first


def test_long_silence_of_one_length_is_told_apart_by_what_is_around_it(tmp_path: Path) -> None:
    silence = b"RIFF\0\0\0\0WAVE" + struct.pack("<4sI", b"data", 1 << 20)
    one, two = (written(tmp_path / name, silence + name.encode() + bytes((1 << 20) - 1)) for name in "ab")
    assert sketch_audio(one) != sketch_audio(two)


@given(st.sampled_from(KINDS), st.data())
@settings(max_examples=150, deadline=None)
def test_broken_files_are_hashed_or_refused_but_never_break_the_reader(
    tmp_path_factory: pytest.TempPathFactory, kind: str, data: st.DataObject
) -> None:
    content = bytearray(bare_audio(kind))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, min(len(content) - 1, 400)))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    path = written(tmp_path_factory.getbasetemp() / "broken", bytes(content[:cut]))
    assert sketch_audio(path) in range(1 << 63)
    hash_audio(path)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        sketch_audio(tmp_path / "none")
    assert known(written(tmp_path / "empty", b"")) == (None, 0)
