"""The encoders behind `auralis.media.encode`: FFmpeg's, and libvorbis by way of libsndfile."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import av
import numpy as np
import soundfile
from av.audio.stream import AudioStream
from av.codec.context import Flags
from av.error import FFmpegError
from mutagen.ogg import OggPage
from numpy.typing import NDArray

from auralis.media.quantize import Int16Dither, require_finite, to_int24
from auralis.model.errors import MediaError

Samples = NDArray[np.float32]
Writer = Callable[[Path, Iterator[Samples], int], None]

_LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
_FLAC_LEVEL = "5"
_VORBIS_CHUNK = 4096
_VORBIS_COMPRESSION = 0.3
_VORBIS_SERIAL = 0x41757261


def flac_segment(samples: Samples, sample_rate: int) -> bytes:
    """Encode ``(channels, frames)`` as ``ftyp moov moof mdat`` with 24-bit FLAC; see `encode.encode_flac_segment`."""
    channels, frames = samples.shape
    if not frames or channels not in _LAYOUTS:
        raise ValueError(f"a segment needs at least one frame and 1 to 8 channels, not {samples.shape}")
    body = io.BytesIO()
    options = {
        "movflags": "empty_moov+default_base_moof+skip_trailer",
        "fflags": "+bitexact",
        "use_editlist": "0",
    }
    with av.open(body, "w", format="mp4", container_options=options) as container:
        stream = container.add_stream("flac", sample_rate, options={"compression_level": _FLAC_LEVEL})
        stream.format, stream.layout = "s32", _LAYOUTS[channels]
        frame = _frame(_as_int24(samples), stream, 0)
        for packet in (*stream.encode(frame), *stream.encode(None)):
            # The encoder ends with an empty packet that carries its final header, which a fragment has no place for.
            if packet.size:
                container.mux(packet)
    return body.getvalue()


def aac_segment(samples: Samples, sample_rate: int, bitrate: int) -> bytes:
    """Encode ``(2, frames)`` as ``ftyp moov moof mdat`` with AAC-LC; see `encode.encode_aac_segment`."""
    body = io.BytesIO()
    options = {
        "movflags": "empty_moov+default_base_moof+skip_trailer",
        "fflags": "+bitexact",
        "use_editlist": "0",
    }
    with av.open(body, "w", format="mp4", container_options=options) as container:
        stream = container.add_stream("aac", sample_rate, options={"aac_coder": "fast"})
        stream.format, stream.layout = "fltp", "stereo"
        stream.codec_context.flags |= Flags.bitexact
        stream.bit_rate = bitrate
        for packet in (*stream.encode(_frame(_as_float(samples), stream, 0)), *stream.encode(None)):
            container.mux(packet)
    return body.getvalue()


@dataclass(frozen=True, slots=True)
class _Target:
    container: str
    codec: str
    sample_format: str
    convert: Callable[[Samples], NDArray[Any]]
    bitrate: int | None = None


def writer_for(suffix: str, bit_depth: int, bitrate: int | None) -> Writer:
    """Return the function that writes blocks of a rate to a path, for a file's ending.

    Raises
    ------
    MediaError
        ``UNSUPPORTED_FORMAT`` for another ending or depth.
    """
    if suffix == ".ogg":
        return lambda path, blocks, rate: _write_vorbis(path, blocks, rate, bitrate)
    target = _target(suffix, bit_depth, bitrate)
    return lambda path, blocks, rate: _write_with_ffmpeg(path, target, blocks, rate)


def _target(suffix: str, bit_depth: int, bitrate: int | None) -> _Target:
    targets = {
        (".flac", 16): _Target("flac", "flac", "s16", Int16Dither().apply),
        (".flac", 24): _Target("flac", "flac", "s32", _as_int24),
        (".wav", 16): _Target("wav", "pcm_s16le", "s16", Int16Dither().apply),
        (".wav", 24): _Target("wav", "pcm_s24le", "s32", _as_int24),
        (".wav", 32): _Target("wav", "pcm_f32le", "flt", _as_float),
        ".mp3": _Target("mp3", "libmp3lame", "fltp", _as_float, bitrate or 256_000),
        ".m4a": _Target("ipod", "aac", "fltp", _as_float, bitrate or 224_000),
        ".opus": _Target("opus", "libopus", "flt", _as_float, bitrate or 160_000),
    }
    target = targets.get(suffix) or targets.get((suffix, bit_depth))
    if target is None:
        raise MediaError(f"Audio cannot be written as '{suffix}' with {bit_depth} bits.", code="UNSUPPORTED_FORMAT")
    return target


def _as_int24(block: Samples) -> NDArray[np.int32]:
    return to_int24(block) << 8


def _as_float(block: Samples) -> Samples:
    require_finite(block)
    return block


def _frame(converted: NDArray[Any], stream: AudioStream, position: int) -> av.AudioFrame:
    planar = stream.format.is_planar
    rows = converted if planar else converted.T.reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(rows), stream.format.name, stream.layout.name)
    frame.sample_rate = stream.sample_rate
    frame.pts = position
    return frame


def _write_with_ffmpeg(path: Path, target: _Target, blocks: Iterator[Samples], sample_rate: int) -> None:
    first = next(blocks, np.zeros((2, 0), np.float32))
    options = {"fflags": "+bitexact"} | ({"rf64": "auto"} if target.container == "wav" else {})
    with av.open(f"file:{path}", "w", format=target.container, container_options=options) as container:
        stream = container.add_stream(target.codec, sample_rate)
        assert isinstance(stream, AudioStream)
        stream.format, stream.layout = target.sample_format, _LAYOUTS[first.shape[0]]
        stream.codec_context.flags |= Flags.bitexact
        if target.bitrate:
            stream.bit_rate = target.bitrate
        try:
            container.start_encoding()
        except OSError:
            raise
        except (FFmpegError, ValueError) as error:
            raise _refused(target.codec, sample_rate, first.shape[0]) from error
        position = 0
        for block in chain([first], blocks):
            if block.shape[1]:
                container.mux(stream.encode(_frame(target.convert(block), stream, position)))
                position += block.shape[1]
        container.mux(stream.encode(None))


def _write_vorbis(path: Path, blocks: Iterator[Samples], sample_rate: int, bitrate: int | None) -> None:
    first = next(blocks, np.zeros((2, 0), np.float32))
    channels = first.shape[0]
    # libsndfile knows Vorbis only by quality; 0.3 of its scale is about 190 kbit/s in stereo.
    compression = _VORBIS_COMPRESSION if bitrate is None else float(np.clip(1 - bitrate / 1000 / 260, 0, 1))
    kind = {"format": "OGG", "subtype": "VORBIS", "compression_level": compression}
    encoded = io.BytesIO()
    try:
        with soundfile.SoundFile(encoded, "w", sample_rate, channels, **kind) as file:
            for block in chain([first], blocks):
                require_finite(block)
                # Long writes overflow the stack of libvorbis.
                for start in range(0, block.shape[1], _VORBIS_CHUNK):
                    file.write(block[:, start : start + _VORBIS_CHUNK].T)
    except soundfile.LibsndfileError as error:
        raise _refused("Vorbis", sample_rate, channels) from error
    path.write_bytes(b"".join(_with_fixed_serial(encoded)))


def _with_fixed_serial(ogg: io.BytesIO) -> Iterator[bytes]:
    """Yield the pages of an Ogg stream under a fixed serial number, where libsndfile draws one by the clock."""
    ogg.seek(0)
    page_of: Any = OggPage
    while ogg.tell() < len(ogg.getbuffer()):
        page = page_of(ogg)
        page.serial = _VORBIS_SERIAL
        yield page.write()


def _refused(codec: str, sample_rate: int, channels: int) -> MediaError:
    reason = f"{codec} does not take {channels} channels at {sample_rate} Hz."
    return MediaError(reason, code="UNSUPPORTED_FORMAT")
