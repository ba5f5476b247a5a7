"""The stream of an MPEG audio file by its first frames, where they are as an encoder writes them."""

import re
from typing import NamedTuple

from auralis.media.audio_spans import Reader
from auralis.model.library import StreamInfo

_WINDOW = 8192
_FRAMES = 4
_BITRATES = {
    (1, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Kilobits a second by version and layer (ISO 11172-3, 2.4.2.3, and ISO 13818-3)."""

_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_MONO = 3
_HAS_FRAMES, _HAS_BYTES, _HAS_TABLE, _HAS_QUALITY = 1, 2, 4, 8
_LAME = re.compile(rb"LAME3\.(?:9[1-9][^0-9]|[1-9][0-9]{2})[\0-\x0f]", re.DOTALL)
"""Nine bytes of name and version, and one whose upper half is the revision of the note, of which there is but one."""


class _Frame(NamedTuple):
    version: int
    layer: int
    bitrate: int
    rate: int
    channels: int
    samples: int
    length: int


def read_stream(file: Reader, start: int) -> StreamInfo | None:
    """Return the stream whose first frame is at ``start``, or None where mutagen is to look for it.

    It is taken from the encoder's own note in the first frame of layer III, or else from four frames in a row.
    """
    data = file.read(start, _WINDOW)
    first = _frame(data, 0)
    if first is None:
        return None
    if first.layer == 3:
        at = (36 if first.channels == 2 else 21) if first.version == 1 else (21 if first.channels == 2 else 13)
        if data[at : at + 4] in {b"Xing", b"Info"}:
            return _noted(first, data, at)
    at = 0
    for _ in range(_FRAMES):
        frame = _frame(data, at)
        if frame is None:
            return None
        at += frame.length
    if at > len(data) or any(mark in data[:at] for mark in (b"Xing", b"Info", b"VBRI")):
        return None
    return _described(first, 8 * (file.size - start) / float(first.bitrate), first.bitrate)


def _frame(data: bytes, at: int) -> _Frame | None:
    head = int.from_bytes(data[at : at + 4], "big")
    version, layer = head >> 19 & 3, 4 - (head >> 17 & 3)
    bitrate, rate, padding, mode = head >> 12 & 15, head >> 10 & 3, head >> 9 & 1, head >> 6 & 3
    if len(data) - at < 4 or head >> 21 != 0x7FF or version == 1 or layer == 4 or rate == 3 or bitrate in {0, 15}:
        return None
    is_first = version == 3
    bits = _BITRATES[1 if is_first else 2, layer][bitrate] * 1000
    hertz = _RATES[version][rate]
    slot = 4 if layer == 1 else 1
    samples = 384 if layer == 1 else 576 if layer == 3 and not is_first else 1152
    length = (samples // 8 * bits // hertz + padding) * slot
    return _Frame(1 if is_first else 2, layer, bits, hertz, 1 if mode == _MONO else 2, samples, length)


def _noted(first: _Frame, data: bytes, at: int) -> StreamInfo | None:
    """Return the stream as the encoder has noted it in its first frame, which holds no sound."""
    flags = int.from_bytes(data[at + 4 : at + 8], "big")
    at += 8
    if not flags & _HAS_FRAMES or len(data) < at + 160:
        return None
    samples, at = first.samples * int.from_bytes(data[at : at + 4], "big"), at + 4
    bitrate = first.bitrate
    if flags & _HAS_BYTES:
        length, at = int.from_bytes(data[at : at + 4], "big"), at + 4
        if samples:
            exact = max(0, length - first.length) * 8 * first.rate / float(samples)
            bitrate = round(exact)
    at += (100 if flags & _HAS_TABLE else 0) + (4 if flags & _HAS_QUALITY else 0)
    encoder = data[at : at + 36]
    if encoder.startswith((b"LAME", b"L3.99")):
        if not _LAME.match(encoder):
            return None
        delays = int.from_bytes(encoder[21:24], "big")
        samples = max(0, samples - (delays >> 12) - (delays & 0xFFF))
    return _described(first, float(samples) / first.rate, bitrate)


def _described(first: _Frame, seconds: float, bitrate: int) -> StreamInfo:
    return StreamInfo(
        format="mp3",
        codec="mp3" if first.layer == 3 else f"mp{first.layer}",
        sample_rate=first.rate,
        channels=first.channels,
        duration_seconds=seconds,
        frames=round(seconds * first.rate),
        bitrate=bitrate,
        bit_depth=None,
    )
