"""Audio files as FFmpeg reads them: opened with care, decoded in big frames, failures put into words."""

import io
import itertools
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.codec.codec import Codec, UnknownCodecError
from av.codec.context import Flags2
from av.container import InputContainer
from av.error import FFmpegError
from numpy.typing import NDArray

from auralis.media.formats import DEMUXERS, bit_depth, codec_name, container_name
from auralis.media.leap import Decoded, can_leap, frames_from, samples_of
from auralis.model.errors import MediaError
from auralis.model.library import StreamInfo

BLOCK_FRAMES = 1 << 16
"""Frames of a decoded block: big enough that a block's fixed costs vanish, small enough for a processor's cache."""

_SETTLING_SECONDS = 0.12
"""What decoders that look back give first after a leap is not yet the sound of the file."""

_ABSURD_BITRATE = 1 << 31
_PADDED_IN_MP4 = frozenset({"aac"})
_MOST_SURPLUS = 1 << 14
"""Samples; where a container seems to call more than this no part of the sound, it is not believed."""
_OFFSET_AND_SCALE = {"u8": (128, 2.0**-7), "s16": (0, 2.0**-15), "s32": (0, 2.0**-31), "s64": (0, 2.0**-63)}

av.logging.set_level(None)


def open_container(path: Path) -> InputContainer:
    """Open ``path`` as a local audio file and nothing else.

    Raises
    ------
    MediaError
        If it is not there, not readable, or no audio container.
    """
    try:
        if path.is_file() and not path.stat().st_size:
            raise MediaError("The file is empty.")
        return av.open(
            "file:" + os.fspath(path),
            metadata_errors="replace",
            container_options={"format_whitelist": DEMUXERS, "protocol_whitelist": "file"},
        )
    except FileNotFoundError:
        raise MediaError("The file is not there.") from None
    except PermissionError:
        raise MediaError("The file may not be read.") from None
    except (FFmpegError, OSError, ValueError) as error:
        raise MediaError("This is not an audio file, or its beginning is broken.") from error


def decode_bytes(body: bytes) -> NDArray[np.float32]:
    """Return the samples of an MP4 file of ours in memory, shape (channels, frames)."""
    with av.open(io.BytesIO(body), "r", format="mp4") as container:
        return np.concatenate([_to_float(frame) for frame in container.decode(audio=0)], axis=1)


def available_decoders() -> frozenset[str]:
    """Return FFmpeg's names of the decoders that this build of it has."""

    def can_decode(name: str) -> bool:
        try:
            return Codec(name, "r").is_decoder
        except UnknownCodecError:
            return False

    return frozenset(filter(can_decode, av.codecs_available))


def audio_stream(container: InputContainer) -> AudioStream:
    """Return the first audio stream of ``container``; pictures and video are passed over.

    Raises
    ------
    MediaError
        If there is none, or none that can be decoded.
    """
    if not container.streams.audio:
        raise MediaError("The file holds no audio.")
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise MediaError("The audio is coded in a way that cannot be decoded here.", code="UNSUPPORTED_FORMAT")
    return stream


def stream_info(container: InputContainer, stream: AudioStream) -> StreamInfo:
    """Describe ``stream`` by its container's word.

    Raises
    ------
    MediaError
        If the container names no channels or no sample rate.
    """
    context = stream.codec_context
    codec = context.codec.canonical_name
    if not context.sample_rate or not context.channels:
        raise MediaError("This is not an audio file, or its beginning is broken.")
    if stream.duration is not None and stream.time_base is not None:
        early = stream.start_time or 0 if codec == "opus" else 0
        seconds = float((stream.duration - early) * stream.time_base)
    else:
        seconds = (container.duration or 0) / 1_000_000
    bitrate = context.bit_rate or container.bit_rate or 0
    sample_format = getattr(context.format, "name", "")
    return StreamInfo(
        format=container_name(container.format.name, codec),
        codec=codec_name(codec),
        sample_rate=context.sample_rate,
        channels=context.channels,
        duration_seconds=max(seconds, 0.0),
        frames=max(round(seconds * context.sample_rate), 0),
        bitrate=bitrate if 0 < bitrate < _ABSURD_BITRATE else 0,
        bit_depth=bit_depth(codec, sample_format, context.extradata),
    )


class FFmpegSource:
    """One file's audio as FFmpeg decodes it; the first frame is decoded on opening, so that ``info`` is the truth."""

    def __init__(self, path: Path, start: int = 0) -> None:
        self._container = open_container(path)
        self._lead: int | None = None
        self.begins_at = 0
        try:
            self._stream = audio_stream(self._container)
            self.info = stream_info(self._container, self._stream)
            self._frames = _trimmed(self._decode(), self._container, self._stream)
            self._first = _first_of(self._frames)
            if start > 0 and can_leap(self._stream.codec_context.codec.canonical_name):
                self._leap(path, start)
        except BaseException:
            self._container.close()
            raise

    @property
    def sample_rate(self) -> int:
        """Sample rate of the decoded audio; the container's own word may differ (HE-AAC)."""
        return int(self._first.sample_rate)

    @property
    def channels(self) -> int:
        """Channels of the decoded audio."""
        return int(self._first.layout.nb_channels)

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """Yield the audio from ``begins_at`` as float32 ``(channels, frames)``."""
        first = [] if self.begins_at else [self._first]
        return _joined(itertools.chain(first, self._uniform(self._frames)), BLOCK_FRAMES)

    def excerpt(self, start_seconds: float, frames: int) -> NDArray[np.float32]:
        """Return ``frames`` of the audio from about ``start_seconds`` on, fewer where it ends or cannot be sought."""
        stream, skipped = self._stream, round(_SETTLING_SECONDS * self.sample_rate)
        place = round(start_seconds / stream.time_base) + (stream.start_time or 0) if stream.time_base else 0
        try:
            self._container.seek(max(0, place), stream=stream)
        except FFmpegError:
            return np.zeros((self.channels, 0), np.float32)
        blocks = _joined(self._uniform(frame for frame, _ in self._decode()), skipped + frames)
        return next(blocks, np.zeros((self.channels, 0), np.float32))[:, skipped:]

    def _leap(self, path: Path, start: int) -> None:
        """Begin at sample ``start``, if the packets tell where that is."""
        container = open_container(path)
        try:
            stream = audio_stream(container)
            vorbis = stream.codec_context.codec.canonical_name == "vorbis"
            if vorbis:
                stream.codec_context.flags2 |= Flags2.skip_manual
            found = frames_from(container, stream, start, self._lead or 0, lambda f, at: _cut(f, at, f.samples))
        except BaseException:
            container.close()
            raise
        if found is None:
            container.close()
            return
        self._container.close()
        self._container, self._stream, self.begins_at = container, stream, start
        length = int(stream.duration or 0)
        if vorbis and length > 0:
            self._frames = _without_end(found, lambda count, _: start + count - length)
        else:
            self._frames = (frame for frame, _ in found)

    def _decode(self) -> Iterator[Decoded]:
        """Yield the decoded frames with their packets; what is broken is passed over, a torn end ends them."""
        packets = self._container.demux(self._stream)
        counted, rate = 0, self._stream.codec_context.sample_rate
        while True:
            try:
                packet = next(packets)
            except (StopIteration, FFmpegError):
                return
            try:
                frames = packet.decode()
            except FFmpegError:
                continue
            counted += samples_of(packet, rate)
            for frame in frames:
                if frame.samples:
                    if self._lead is None:
                        self._lead = counted - frame.samples + _vorbis_lead(self._stream, frame, packet)
                    yield frame, packet

    def _uniform(self, frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
        """Yield frames of one format: those after a change within the file are converted to the first one's."""
        first = self._first
        shape = _shape(first)
        converter, converted = None, shape
        for frame in frames:
            if (current := _shape(frame)) == shape:
                yield frame
                continue
            if converter is None or current != converted:
                converter, converted = av.AudioResampler(first.format, first.layout, first.sample_rate), current
            for alike in converter.resample(frame):
                alike.time_base = first.time_base
                yield alike


def _joined(frames: Iterable[AudioFrame], size: int) -> Iterator[NDArray[np.float32]]:
    """Yield the audio of frames in blocks of ``size``, the last one shorter."""
    fifo = av.AudioFifo()
    for frame in frames:
        frame.pts = None
        fifo.write(frame)
        while (big := fifo.read(size)) is not None:
            yield _to_float(big)
    if (rest := fifo.read(0, partial=True)) is not None:
        yield _to_float(rest)


def _trimmed(decoded: Iterator[Decoded], container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """Yield the frames without what the container says is no part of the sound, where FFmpeg leaves that in.

    Of some Ogg Vorbis files it leaves a part of what lies before position 0, or beyond the last position; of MP4, what
    the last packet holds beyond its own duration.
    """
    codec = stream.codec_context.codec.canonical_name
    if codec == "vorbis" and "ogg" in container.format.name:
        stream.codec_context.flags2 |= Flags2.skip_manual
        length = int(stream.duration or 0)
        yield from _without_end(_without_lead(decoded), lambda count, _: count - length if length > 0 else 0)
    elif "mp4" in container.format.name and codec in _PADDED_IN_MP4:
        yield from _without_end(decoded, lambda _, last: _beyond_duration(*last))
    else:
        for frame, _ in decoded:
            yield frame


def _without_lead(decoded: Iterator[Decoded]) -> Iterator[Decoded]:
    """Leave out what lies before position 0, and what a first packet gives, which has nothing to overlap with."""
    lead: int | None = None
    for frame, packet in decoded:
        if lead is None:
            lead = _lead_of(frame, packet)
        if lead >= frame.samples:
            lead -= frame.samples
            continue
        yield (_cut(frame, lead, frame.samples) if lead else frame), packet
        lead = 0


def _lead_of(frame: AudioFrame, packet: Any) -> int:
    return min(max(frame.samples, -(packet.pts or 0)), _MOST_SURPLUS)


def _vorbis_lead(stream: AudioStream, frame: AudioFrame, packet: Any) -> int:
    return _lead_of(frame, packet) if stream.codec_context.codec.canonical_name == "vorbis" else 0


def _without_end(decoded: Iterator[Decoded], surplus: Callable[[int, Decoded], int]) -> Iterator[AudioFrame]:
    """Leave out as many samples at the end as ``surplus`` says of their count and the last frame; none if it is odd."""
    held: deque[Decoded] = deque()
    count = waiting = 0
    for each in decoded:
        held.append(each)
        count += each[0].samples
        waiting += each[0].samples
        while waiting - held[0][0].samples >= _MOST_SURPLUS:
            waiting -= held[0][0].samples
            yield held.popleft()[0]
    over = surplus(count, held[-1]) if held else 0
    left = waiting - over if 0 < over < min(waiting, _MOST_SURPLUS) else waiting
    for frame, _ in held:
        if left > 0:
            yield frame if frame.samples <= left else _cut(frame, 0, left)
        left -= frame.samples


def _beyond_duration(frame: AudioFrame, packet: Any) -> int:
    stated = round((packet.duration or 0) * (packet.time_base or 0) * frame.sample_rate)
    return frame.samples - stated if stated > 0 else 0


def _cut(frame: AudioFrame, start: int, stop: int) -> AudioFrame:
    channels = 1 if frame.format.is_planar else frame.layout.nb_channels
    part: Any = np.ascontiguousarray(frame.to_ndarray()[:, start * channels : stop * channels])
    cut = AudioFrame.from_ndarray(part, frame.format.name, frame.layout.name)
    cut.sample_rate, cut.time_base = frame.sample_rate, frame.time_base
    return cut


def _first_of(frames: Iterator[AudioFrame]) -> AudioFrame:
    for frame in frames:
        return frame
    raise MediaError("Nothing in the file can be decoded.")


def _shape(frame: AudioFrame) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _to_float(frame: AudioFrame) -> NDArray[np.float32]:
    """Return ``frame`` as float32 ``(channels, frames)``; integers up to 24 bits stay exact."""
    raw = frame.to_ndarray()
    if not frame.format.is_planar:
        raw = raw.reshape(-1, frame.layout.nb_channels).T
    block = np.empty(raw.shape, np.float32)
    name = frame.format.name.removesuffix("p")
    if name not in _OFFSET_AND_SCALE:
        np.copyto(block, raw, casting="unsafe")
        return block
    offset, scale = _OFFSET_AND_SCALE[name]
    np.multiply(raw, np.float32(scale), out=block, casting="unsafe", dtype=np.float32)
    if offset:
        block -= np.float32(offset * scale)
    return block
