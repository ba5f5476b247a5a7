"""Sound as one continuous stream of bytes, written from front to end with the right length in its head."""

from dataclasses import dataclass
from typing import Any

import av
import numpy as np
from av.codec.context import Flags
from numpy.typing import NDArray

from auralis.media import mp3_info
from auralis.media.quantize import require_finite, to_int24
from auralis.media.stream_formats import StreamFormat

_STREAM_INFO_END = 42
_TOTAL_AT = 21


@dataclass(frozen=True, slots=True)
class _Kind:
    codec: str
    container: str
    sample_format: str
    options: dict[str, str]
    coding: dict[str, str]


_KINDS: dict[str, _Kind] = {
    "flac": _Kind("flac", "flac", "s32", {}, {"compression_level": "5"}),
    "opus": _Kind("libopus", "ogg", "flt", {"page_duration": "200000"}, {"compression_level": "5"}),
    "mp3": _Kind("libmp3lame", "mp3", "fltp", {"write_xing": "0", "id3v2_version": "0"}, {"compression_level": "7"}),
    "aac": _Kind(
        "aac",
        "mp4",
        "fltp",
        {"movflags": "empty_moov+default_base_moof+skip_trailer+delay_moov", "frag_duration": "1000000"},
        {"aac_coder": "fast"},
    ),
}


class _Sink:
    """Takes what the container writes; it cannot go back."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken = b"".join(self.parts)
        self.parts.clear()
        return taken


class StreamEncoder:
    """Encodes two channels block by block; the same blocks always give the same bytes.

    Parameters
    ----------
    kind
        FLAC of 24 bits, Opus in Ogg, MP3 at a constant bit rate, or AAC in fragmented MP4.
    sample_rate : int
        Hz, one that `stream_formats.nearest_rate` gives.
    frames : int or None
        Samples a channel that will come; None where that is not known, and the head then tells no length.
    bitrate : int
        Bits a second; FLAC does not mind.
    """

    def __init__(self, kind: StreamFormat, sample_rate: int, frames: int | None, bitrate: int) -> None:
        chosen = _KINDS[kind]
        self._kind, self._frames = kind, frames
        self._sink = _Sink()
        self._head = b""
        self._position = 0
        options = {"fflags": "+bitexact", "flush_packets": "1", **chosen.options}
        sink: Any = self._sink
        self._container = av.open(sink, "w", format=chosen.container, container_options=options)
        stream: Any = self._container.add_stream(chosen.codec, sample_rate, options=chosen.coding)
        stream.format, stream.layout = chosen.sample_format, "stereo"
        stream.codec_context.flags |= Flags.bitexact
        if kind != "flac":
            stream.bit_rate = bitrate
        self._stream = stream
        if kind == "mp3" and frames is not None:
            self._sink.write(mp3_info.info_frame(frames, sample_rate, bitrate))

    def push(self, samples: NDArray[np.float32]) -> bytes:
        """Return what is ready to be sent after ``samples``, shape (2, frames); nothing may be.

        Raises
        ------
        MediaError
            ``INVALID_AUDIO`` for NaN or infinity.
        """
        if self._kind == "flac":
            rows: NDArray[Any] = (to_int24(samples) << 8).T.reshape(1, -1)
        else:
            require_finite(samples)
            rows = samples.T.reshape(1, -1) if self._stream.format.name == "flt" else samples
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(rows), self._stream.format.name, "stereo")
        frame.sample_rate, frame.pts = self._stream.sample_rate, self._position
        self._position += samples.shape[1]
        self._container.mux(self._stream.encode(frame))
        return self._sealed(self._sink.take())

    def finish(self) -> bytes:
        """Return the end of the stream."""
        for packet in self._stream.encode(None):
            # FLAC ends with an empty packet that carries its final header, which would go to the front.
            if packet.size or self._kind != "flac":
                self._container.mux(packet)
        self._container.close()
        return self._sealed(self._sink.take())

    def _sealed(self, data: bytes) -> bytes:
        """Write the length into the head of a FLAC stream as it passes."""
        if self._kind != "flac" or self._frames is None or self._head is None:
            return data
        self._head += data
        if len(self._head) < _STREAM_INFO_END:
            return b""
        head, self._head = bytearray(self._head), None  # type: ignore[assignment]
        field = int.from_bytes(head[_TOTAL_AT : _TOTAL_AT + 5], "big")
        total = self._frames if self._frames < 1 << 36 else 0
        head[_TOTAL_AT : _TOTAL_AT + 5] = (field >> 36 << 36 | total).to_bytes(5, "big")
        return bytes(head)
