"""Segments: exact samples, one fragment at time zero, the same bytes every time."""

import io
import struct
from collections.abc import Iterator

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auralis.media.encode import encode_flac_segment
from auralis.model.errors import MediaError

CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"mvex", b"moof", b"traf"}


def boxes(data: bytes, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield path and payload of every box of an MP4 (ISO/IEC 14496-12 section 4.2)."""
    while data:
        size, kind = struct.unpack_from(">I4s", data)
        assert 8 <= size <= len(data)
        path = f"{prefix}/{kind.decode()}"
        yield path, data[8:size]
        if kind in CONTAINERS:
            yield from boxes(data[8:size], path)
        data = data[size:]


def decode_integers(segment: bytes) -> tuple[np.ndarray, int]:
    with av.open(io.BytesIO(segment)) as container:
        stream = container.streams.audio[0]
        frames = [frame.to_ndarray() for frame in container.decode(stream)]
        return np.concatenate(frames, axis=1).reshape(-1, stream.channels).T >> 8, stream.sample_rate


def noise(channels: int, frames: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.5, (channels, frames)).astype(np.float32)


def as_integers(samples: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(samples.astype(np.float64) * 2**23), -(2**23), 2**23 - 1)


@given(st.integers(1, 8), st.integers(1, 12_000), st.integers(0, 99))
@settings(max_examples=40)
def test_a_segment_holds_exactly_its_samples(channels: int, frames: int, seed: int) -> None:
    samples = noise(channels, frames, seed)
    decoded, rate = decode_integers(encode_flac_segment(samples, 44_100))
    assert rate == 44_100
    assert np.array_equal(decoded, as_integers(samples))


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 32_000, 48_000, 88_200, 96_000, 176_400, 192_000])
def test_any_rate_is_kept(rate: int) -> None:
    samples = noise(2, rate // 2 + 1)
    decoded, found = decode_integers(encode_flac_segment(samples, rate))
    assert found == rate
    assert np.array_equal(decoded, as_integers(samples))


def test_silence_is_a_segment() -> None:
    decoded, _ = decode_integers(encode_flac_segment(np.zeros((2, 441_000), np.float32), 44_100))
    assert decoded.shape == (2, 441_000)
    assert not decoded.any()


def test_the_same_samples_give_the_same_bytes() -> None:
    samples = noise(2, 100_000)
    assert encode_flac_segment(samples, 44_100) == encode_flac_segment(samples.copy(order="F"), 44_100)


def test_a_segment_is_header_and_one_fragment_at_time_zero() -> None:
    frames = 441_000
    segment = encode_flac_segment(noise(2, frames), 44_100)
    found = list(boxes(segment))
    assert [path for path, _ in found if path.count("/") == 1] == ["/ftyp", "/moov", "/moof", "/mdat"]
    by_path = dict(found)
    assert by_path["/moof/traf/tfdt"][-4:] == bytes(4)
    assert struct.unpack_from(">I", by_path["/moov/trak/mdia/mdhd"], 12)[0] == 44_100
    assert "/moov/trak/edts" not in by_path
    assert sum(durations(by_path["/moof/traf/trun"], by_path["/moof/traf/tfhd"])) == frames


def durations(trun: bytes, tfhd: bytes) -> list[int]:
    """Return the samples' durations of a track run, where 0x100 says that each has its own (section 8.8.8)."""
    flags, count = struct.unpack(">I", trun[:4])[0] & 0xFFFFFF, struct.unpack(">I", trun[4:8])[0]
    skipped = 8 + 4 * bool(flags & 0x1) + 4 * bool(flags & 0x4)
    width = 4 * (flags & 0xF00).bit_count()
    if flags & 0x100:
        return [struct.unpack_from(">I", trun, skipped + width * i)[0] for i in range(count)]
    assert struct.unpack(">I", tfhd[:4])[0] & 0x8
    return [struct.unpack_from(">I", tfhd, 8)[0]] * count


def test_the_header_names_24_bit_flac() -> None:
    segment = encode_flac_segment(noise(2, 10_000), 96_000)
    entry = segment[segment.index(b"dfLa") - 4 :]
    assert entry[8:12] == bytes(4)
    assert entry[12] == 0x80
    stream_info = entry[16:50]
    packed = int.from_bytes(stream_info[10:18], "big")
    assert packed >> 44 == 96_000
    assert (packed >> 41 & 7) + 1 == 2
    assert (packed >> 36 & 31) + 1 == 24


def test_no_samples_or_too_many_channels_are_the_caller_s_fault() -> None:
    for shape in ((2, 0), (0, 10), (9, 10)):
        with pytest.raises(ValueError, match="segment"):
            encode_flac_segment(np.zeros(shape, np.float32), 44_100)


def test_values_that_are_no_sound_are_refused() -> None:
    samples = noise(2, 100)
    samples[0, 7] = np.inf
    with pytest.raises(MediaError) as caught:
        encode_flac_segment(samples, 44_100)
    assert caught.value.code == "INVALID_AUDIO"
