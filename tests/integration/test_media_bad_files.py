"""Broken, hostile and mislabelled files: each gives what it holds, or a reason in words; none does harm."""

import os
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from auralis.media.decode import probe, read_audio
from auralis.media.encode import write_audio
from auralis.media.tags import read_file
from auralis.model.errors import MediaError

RATE = 48_000
SUFFIXES = (".flac", ".wav", ".mp3", ".ogg", ".opus", ".m4a")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("good")
    seconds = np.arange(3 * RATE) / RATE
    tone = 0.3 * np.sin(2 * np.pi * 440 * seconds) + np.random.default_rng(1).normal(0, 0.01, (2, seconds.size))
    for suffix in SUFFIXES:
        write_audio(folder / f"a{suffix}", tone.astype(np.float32), RATE)
    return {suffix: (folder / f"a{suffix}").read_bytes() for suffix in SUFFIXES}


def assert_refused(path: Path, *readers: Callable[[Path], object]) -> None:
    for read in readers or (probe, read_audio, read_file):
        with pytest.raises(MediaError) as caught:
            read(path)
        assert caught.value.code == "UNREADABLE_AUDIO"
        assert caught.value.message.endswith(".")
        assert str(path.parent) not in caught.value.message


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello, this is a text\n" * 500,
        b"\x89PNG\r\n\x1a\n" + bytes(2_000),
        bytes(50_000),
        random.Random(1).randbytes(50_000),
        b"<html>404</html>",
    ],
    ids=["empty", "text", "png", "zeros", "random", "html"],
)
def test_what_is_no_audio_is_refused_with_a_reason(tmp_path: Path, suffix: str, content: bytes) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    assert_refused(path)


@pytest.mark.parametrize(
    "magic", [b"OggS", b"fLaC", b"RIFF\x00\x01\x00\x00WAVE", b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f", b"FORM"]
)
def test_a_beginning_alone_is_no_audio(tmp_path: Path, magic: bytes) -> None:
    path = tmp_path / "a.ogg"
    path.write_bytes(magic + bytes(500))
    assert_refused(path)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    assert_refused(tmp_path / "nowhere.flac")
    assert_refused(tmp_path)
    with pytest.raises(MediaError, match="not there"):
        read_file(tmp_path / "nowhere.flac")


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "a.flac"
    make(path)
    for read in (read_audio, probe):
        with pytest.raises(MediaError, match="not a file"):
            read(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("label", SUFFIXES)
def test_content_counts_and_not_the_ending(tmp_path: Path, good: dict[str, bytes], suffix: str, label: str) -> None:
    path = tmp_path / f"a{label}"
    path.write_bytes(good[suffix])
    samples, rate = read_audio(path)
    assert rate == RATE
    assert samples.shape[1] == pytest.approx(3 * RATE, abs=2_048)
    expected = {".ogg": "vorbis", ".wav": "pcm", ".m4a": "aac"}.get(suffix, suffix[1:])
    assert read_file(path).stream.codec == expected == probe(path).codec


@pytest.mark.parametrize("suffix", [".flac", ".wav", ".mp3", ".ogg", ".opus"])
def test_a_truncated_file_gives_what_is_there(tmp_path: Path, good: dict[str, bytes], suffix: str) -> None:
    whole, cut = tmp_path / f"whole{suffix}", tmp_path / f"cut{suffix}"
    whole.write_bytes(good[suffix])
    cut.write_bytes(good[suffix][: len(good[suffix]) * 2 // 3])
    expected, _ = read_audio(whole)
    samples, _ = read_audio(cut)
    assert 1 * RATE < samples.shape[1] < 2.5 * RATE
    assert np.array_equal(samples[:, :RATE], expected[:, :RATE])
    assert read_file(cut).stream.sample_rate == RATE


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_damage_in_the_middle_never_brings_the_reader_down(tmp_path: Path, good: dict[str, bytes], suffix: str) -> None:
    dice = random.Random(7)
    path = tmp_path / f"a{suffix}"
    for damage in (3, 30, 300):
        content = bytearray(good[suffix])
        for _ in range(damage):
            content[dice.randrange(len(content))] = dice.randrange(256)
        path.write_bytes(content)
        for read in (probe, read_file, read_audio):
            with suppress(MediaError):
                read(path)


def test_a_playlist_dressed_as_music_reads_no_other_file(tmp_path: Path, good: dict[str, bytes]) -> None:
    (tmp_path / "secret.mp3").write_bytes(good[".mp3"])
    path = tmp_path / "a.mp3"
    for content in (
        "ffconcat version 1.0\nfile secret.mp3\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nsecret.mp3\n#EXT-X-ENDLIST\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n",
    ):
        path.write_text(content)
        assert_refused(path)
