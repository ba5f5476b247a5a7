"""Real files written, read back, and described: samples exact where the format is."""

import errno
import os
import resource
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile
from mutagen.ogg import OggPage

from auralis.media import decode, ffmpeg
from auralis.media.decode import AudioReader, probe, read_audio
from auralis.media.encode import write_audio
from auralis.media.tags import read_file
from auralis.model.errors import MediaError, StorageError

SUFFIXES = (".flac", ".wav", ".mp3", ".ogg", ".opus", ".m4a")


def chirp(frames: int, rate: int, channels: int = 2) -> np.ndarray:
    seconds = np.arange(frames) / rate
    rows = [0.5 * np.sin(2 * np.pi * (150 + 90 * c) * seconds * (1 + seconds)) for c in range(channels)]
    return np.stack(rows).astype(np.float32)


def on_grid(samples: np.ndarray, bits: int) -> np.ndarray:
    scale = np.float32(2 ** (bits - 1))
    return np.rint(samples * scale) / scale


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 6, 8])
@pytest.mark.parametrize("suffix", [".flac", ".wav"])
def test_24_bit_files_are_exact_in_any_number_of_channels(tmp_path: Path, suffix: str, channels: int) -> None:
    samples = on_grid(chirp(70_001, 44_100, channels), 24)
    path = tmp_path / f"a{suffix}"
    write_audio(path, samples, 44_100)
    decoded, rate = read_audio(path)
    assert rate == 44_100
    assert decoded.dtype == np.float32
    assert np.array_equal(decoded, samples)
    assert probe(path).bit_depth == 24


@pytest.mark.parametrize("rate", [8_000, 22_050, 96_000, 192_000])
def test_16_bit_sources_are_exact_at_any_rate(tmp_path: Path, rate: int) -> None:
    samples = on_grid(chirp(rate + 7, rate), 16)
    for suffix in (".flac", ".wav"):
        path = tmp_path / f"a{suffix}"
        write_audio(path, samples, rate, bit_depth=16)
        decoded, found = read_audio(path)
        assert found == rate
        assert np.array_equal(decoded, samples)
        assert (probe(path).bit_depth, probe(path).frames) == (16, rate + 7)


@pytest.mark.parametrize(("subtype", "scale"), [("PCM_U8", 2**7), ("PCM_32", 2**31), ("DOUBLE", None), ("FLOAT", None)])
def test_other_depths_are_as_exact_as_float_can_be(tmp_path: Path, subtype: str, scale: int | None) -> None:
    samples = chirp(5_000, 44_100).astype(np.float64)
    path = tmp_path / "a.wav"
    soundfile.write(path, samples.T, 44_100, subtype=subtype)
    decoded, _ = read_audio(path)
    expected = samples if scale is None else soundfile.read(path, dtype="float32")[0].T
    assert np.array_equal(decoded, expected.astype(np.float32))


@pytest.mark.parametrize("suffix", [".mp3", ".ogg", ".opus", ".m4a"])
def test_lossy_files_begin_where_the_source_begins(tmp_path: Path, suffix: str) -> None:
    samples = chirp(96_000, 48_000)
    path = tmp_path / f"a{suffix}"
    write_audio(path, samples, 48_000)
    decoded, _ = read_audio(path)
    middle = slice(4_000, 90_000)
    assert np.abs(decoded[:, middle] - samples[:, middle]).max() < 0.05
    assert decoded.shape[1] == samples.shape[1]


@pytest.mark.parametrize("frames", [1_000, 1_024, 48_001])
@pytest.mark.parametrize("suffix", [".mp3", ".ogg", ".opus", ".m4a"])
def test_what_an_encoder_adds_at_the_end_is_left_out(tmp_path: Path, suffix: str, frames: int) -> None:
    write_audio(tmp_path / f"a{suffix}", chirp(frames, 48_000), 48_000)
    assert read_audio(tmp_path / f"a{suffix}")[0].shape[1] == frames


@pytest.mark.parametrize("lead", [100, 128, 700])
def test_vorbis_begins_at_position_nought_whatever_lies_before(tmp_path: Path, lead: int) -> None:
    path = tmp_path / "a.ogg"
    write_audio(path, chirp(50_000, 48_000), 48_000)
    whole, _ = read_audio(path)
    with av.open(str(path)) as container:
        lengths = [packet.duration for packet in container.demux(audio=0) if packet.size]
    pages = []
    with path.open("rb") as file:
        while file.tell() < path.stat().st_size:
            pages.append(OggPage(file))
    headers = [page for page in pages if page.position == 0]
    packets = OggPage.to_packets([page for page in pages if page.position > 0])
    first, rest = OggPage(), OggPage()
    first.packets, rest.packets = packets[:4], packets[4:]
    first.position, rest.position = sum(lengths[1:4]) - lead, 50_000 - lead
    rest.last = True
    for number, page in enumerate((first, rest), len(headers)):
        page.sequence, page.serial = number, headers[0].serial
    path.write_bytes(b"".join(page.write() for page in (*headers, first, rest)))
    decoded, _ = read_audio(path)
    assert np.array_equal(decoded, whole[:, lead:])


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_is_the_same_however_its_blocks_are_cut(tmp_path: Path, suffix: str) -> None:
    samples = chirp(50_000, 48_000)
    write_audio(tmp_path / f"whole{suffix}", samples, 48_000, bit_depth=16)
    blocks = (samples[:, start : start + 7_777] for start in range(0, 50_000, 7_777))
    write_audio(tmp_path / f"cut{suffix}", blocks, 48_000, bit_depth=16)
    assert (tmp_path / f"whole{suffix}").read_bytes() == (tmp_path / f"cut{suffix}").read_bytes()


def test_reading_counts_positions_and_stops_where_asked(tmp_path: Path) -> None:
    samples = on_grid(chirp(200_000, 44_100), 24)
    path = tmp_path / "a.flac"
    write_audio(path, samples, 44_100)
    with AudioReader(path) as reader:
        for block in reader:
            start = reader.position - block.shape[1]
            assert np.array_equal(block, samples[:, start : reader.position])
        assert reader.position == reader.info.frames == 200_000
    assert np.array_equal(read_audio(path, max_frames=70_000)[0], samples[:, :70_000])
    assert read_audio(path, max_frames=0)[0].shape == (2, 0)


def test_silence_and_a_single_frame_are_legal(tmp_path: Path) -> None:
    for frames in (1, 44_100):
        path = tmp_path / "a.flac"
        write_audio(path, np.zeros((1, frames), np.float32), 44_100, bit_depth=16)
        assert np.array_equal(read_audio(path)[0], np.zeros((1, frames), np.float32))


def test_a_loud_master_is_clipped_in_integers_and_kept_in_float(tmp_path: Path) -> None:
    samples = chirp(1_000, 44_100) * np.float32(3)
    write_audio(tmp_path / "a.flac", samples, 44_100)
    write_audio(tmp_path / "a.wav", samples, 44_100, bit_depth=32)
    assert read_audio(tmp_path / "a.flac")[0].max() <= 1.0
    assert np.array_equal(read_audio(tmp_path / "a.wav")[0], samples)


@pytest.mark.parametrize("bad", [np.nan, np.inf, np.float32(1e30)])
def test_values_that_are_no_sound_are_refused_when_read(tmp_path: Path, bad: float) -> None:
    samples = chirp(100_000, 44_100)
    samples[1, 90_000] = bad
    soundfile.write(tmp_path / "a.wav", samples.T, 44_100, subtype="FLOAT")
    with pytest.raises(MediaError) as caught:
        read_audio(tmp_path / "a.wav")
    assert caught.value.code == "INVALID_AUDIO"
    assert str(tmp_path) not in caught.value.message


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_values_that_are_no_sound_are_refused_when_written_and_leave_nothing(tmp_path: Path, suffix: str) -> None:
    samples = chirp(10_000, 48_000)
    samples[0, 5] = np.nan
    with pytest.raises(MediaError) as caught:
        write_audio(tmp_path / f"a{suffix}", samples, 48_000, bit_depth=16)
    assert caught.value.code == "INVALID_AUDIO"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "rate", "bit_depth"),
    [("a.xyz", 44_100, 24), ("a.flac", 44_100, 32), ("a.opus", 44_100, 24), ("a.mp3", 96_000, 24)],
)
def test_what_cannot_be_written_is_said_and_leaves_nothing(
    tmp_path: Path, name: str, rate: int, bit_depth: int
) -> None:
    with pytest.raises(MediaError) as caught:
        write_audio(tmp_path / name, chirp(1_000, rate), rate, bit_depth=bit_depth)
    assert caught.value.code == "UNSUPPORTED_FORMAT"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    for suffix in SUFFIXES:
        with pytest.raises(StorageError):
            write_audio(tmp_path / "nowhere" / f"a{suffix}", chirp(1_000, 48_000), 48_000)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_disk_that_refuses_is_said_and_nothing_is_left(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, (2, 96_000)).astype(np.float32)
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(StorageError) as caught:
            write_audio(tmp_path / f"a{suffix}", noise, 48_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert str(tmp_path) not in caught.value.message
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_has_its_own_code(tmp_path: Path) -> None:
    def blocks() -> Iterator[np.ndarray]:
        yield chirp(1_000, 44_100)
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(StorageError) as caught:
        write_audio(tmp_path / "a.flac", blocks(), 44_100)
    assert caught.value.code == "STORAGE_FULL"


def test_the_decoders_of_common_music_are_there() -> None:
    decoders = decode.available_decoders()
    assert {"flac", "mp3float", "vorbis", "opus", "aac", "alac", "pcm_s16le"} <= decoders
    assert "libmp3lame" not in decoders


def test_what_ffmpeg_refuses_is_read_by_the_second_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = chirp(100_000, 44_100)
    for suffix in (".flac", ".ogg"):
        write_audio(tmp_path / f"a{suffix}", samples, 44_100)
    first = {suffix: read_audio(tmp_path / f"a{suffix}") for suffix in (".flac", ".ogg")}
    described = {suffix: probe(tmp_path / f"a{suffix}") for suffix in first}

    def refuse(_: Path) -> None:
        raise MediaError("refused")

    monkeypatch.setattr(ffmpeg, "open_container", refuse)
    for suffix, (expected, rate) in first.items():
        path = tmp_path / f"a{suffix}"
        decoded, found = read_audio(path)
        assert found == rate
        assert np.abs(decoded - expected).max() < (1e-6 if suffix == ".flac" else 1e-3)
        info = probe(path)
        assert (info.format, info.codec, info.frames) == (
            described[suffix].format,
            described[suffix].codec,
            described[suffix].frames,
        )
    (tmp_path / "a.txt").write_text("no sound")
    with pytest.raises(MediaError, match="refused"):
        decode.read_audio(tmp_path / "a.txt")


def test_a_change_of_format_within_a_file_does_not_end_it(tmp_path: Path) -> None:
    for name, rate, channels in (("a", 44_100, 2), ("b", 32_000, 1)):
        write_audio(tmp_path / f"{name}.mp3", chirp(2 * rate, rate, channels), rate)
    joined = tmp_path / "joined.mp3"
    joined.write_bytes((tmp_path / "a.mp3").read_bytes() + (tmp_path / "b.mp3").read_bytes())
    decoded, rate = read_audio(joined)
    assert (rate, decoded.shape[0]) == (44_100, 2)
    assert decoded.shape[1] == pytest.approx(4 * 44_100, abs=6_000)


def test_a_picture_in_the_file_is_not_its_audio(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", 25)
        video.width = video.height = 64
        container.mux(video.encode(av.VideoFrame(64, 64, "yuv420p")))
        container.mux(video.encode(None))
    for read in (probe, read_audio, read_file):
        with pytest.raises(MediaError, match="no audio"):
            read(path)


def test_names_of_files_may_be_anything(tmp_path: Path) -> None:
    samples = on_grid(chirp(1_000, 44_100), 16)
    names = ["new\nline.flac", "🎷 ж%20?#:.flac", "-x.flac", "a" * 250 + ".flac"]
    if sys.platform == "linux":  # macOS refuses names that are not UTF-8
        names.append(os.fsdecode(b"\xff\xfe bad.flac"))
    for name in names:
        path = tmp_path / name
        write_audio(path, samples, 44_100, bit_depth=16)
        assert np.array_equal(read_audio(path)[0], samples)
        assert replace(read_file(path).stream, bitrate=0) == replace(probe(path), bitrate=0)


@pytest.mark.parametrize("suffix", [".flac", ".wav", ".mp3", ".ogg", ".opus"])
def test_a_leap_gives_the_samples_of_the_way_there(tmp_path: Path, suffix: str) -> None:
    rng = np.random.default_rng(1)
    noise = (0.2 * rng.standard_normal((2, 400_000)) * (1 + np.sin(np.arange(400_000) / 9_000))).astype(np.float32)
    write_audio(tmp_path / f"a{suffix}", np.clip(noise, -1, 1), 48_000)
    whole, _ = read_audio(tmp_path / f"a{suffix}")
    for start in (70_000, 123_457, 399_000):
        with AudioReader(tmp_path / f"a{suffix}", start) as reader:
            assert reader.position == start
            rest = np.concatenate(list(reader), axis=1)
            assert reader.position == whole.shape[1]
        assert np.array_equal(rest, whole[:, start:])


def test_where_a_decoder_remembers_too_much_a_file_is_read_from_its_start(tmp_path: Path) -> None:
    write_audio(tmp_path / "a.m4a", chirp(100_000, 48_000), 48_000)
    with AudioReader(tmp_path / "a.m4a", 50_000) as reader:
        assert reader.position == 0


def test_a_leap_beyond_the_end_begins_at_the_start(tmp_path: Path) -> None:
    write_audio(tmp_path / "a.mp3", chirp(100_000, 48_000), 48_000)
    with AudioReader(tmp_path / "a.mp3", 10**9) as reader:
        assert reader.position == 0
