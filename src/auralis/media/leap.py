"""Into the middle of a file: its packets are counted up to shortly before the place, and decoded only from there."""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError

Decoded = tuple[AudioFrame, Any]
"""A frame, and the packet that it came from."""

_SETTLING_PACKETS = {"vorbis": 2, "mp3": 32, "opus": 64, "flac": 1, "alac": 1}
"""After so many packets a decoder gives the very samples that it gives when it comes from the start."""
_VORBIS_LENGTHS = 3
"""Two sizes of blocks overlap in three ways; another length is a hole, over which samples cannot be counted."""


def can_leap(codec: str) -> bool:
    """Tell whether a codec's samples do not depend on all that was before; those of AAC may."""
    return codec in _SETTLING_PACKETS or codec.startswith("pcm_")


def frames_from(
    container: InputContainer, stream: AudioStream, start: int, lead: int, cut: Callable[[AudioFrame, int], AudioFrame]
) -> Iterator[Decoded] | None:
    """Return the decoded frames from sample ``start`` on, or None where the packets do not tell where that is.

    Positions are counts of samples from the first packet on, never timestamps; ``lead`` is how many of them are left
    out when the file is decoded from its start.
    """
    codec = stream.codec_context.codec.canonical_name
    rate, position = stream.codec_context.sample_rate, -lead
    first: int | None = None
    seen: set[int] = set()
    settling: deque[Any] = deque(maxlen=_SETTLING_PACKETS.get(codec, 1))
    packets = iter(container.demux(stream))
    for packet in packets:
        length = samples_of(packet, rate)
        if not packet.size:
            return None
        if codec == "vorbis":
            # Where blocks change their size at a border of pages, begin and duration are off, but never the end.
            first = packet.pts if first is None else first
            end = (packet.pts or 0) + length - (first or 0)
            length = end - lead - position
            seen.add(length)
        if length <= 0 or len(seen) > _VORBIS_LENGTHS:
            return None
        if position + length > start:
            break
        settling.append(packet)
        position += length
    else:
        return None
    for earlier in settling:
        _decoded(earlier)
    frames = _decoded(packet)
    if len(frames) != 1 or frames[0].samples != length:
        return None
    return _going_on(cut(frames[0], start - position), packet, packets)


def samples_of(packet: Any, rate: int) -> int:
    """Return how many samples a packet says that it holds."""
    return round((packet.duration or 0) * (packet.time_base or 0) * rate)


def _going_on(first: AudioFrame, packet: Any, packets: Iterator[Any]) -> Iterator[Decoded]:
    yield first, packet
    while True:
        try:
            packet = next(packets)
        except (StopIteration, FFmpegError):
            return
        for frame in _decoded(packet):
            if frame.samples:
                yield frame, packet


def _decoded(packet: Any) -> list[AudioFrame]:
    try:
        return list(packet.decode())
    except FFmpegError:
        return []
