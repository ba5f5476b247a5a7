"""In which formats a track can be sent as one continuous stream, and what each of them takes."""

from typing import Literal, get_args

StreamFormat = Literal["flac", "opus", "mp3", "aac"]
STREAM_FORMATS: tuple[StreamFormat, ...] = get_args(StreamFormat)
STREAM_TYPES: dict[StreamFormat, str] = {
    "flac": "audio/flac",
    "opus": 'audio/ogg; codecs="opus"',
    "mp3": "audio/mpeg",
    "aac": 'audio/mp4; codecs="mp4a.40.2"',
}
DEFAULT_BITRATES: dict[StreamFormat, int] = {"flac": 0, "opus": 160_000, "mp3": 256_000, "aac": 192_000}
"""Bits a second at which hardly anybody hears a difference; FLAC takes what it needs."""
BITRATES = (64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""What can be asked for, kbit/s."""

SegmentCodec = Literal["flac", "aac"]
"""What a segment can be coded in: exact, or small."""
SEGMENT_TYPES: dict[SegmentCodec, str] = {
    "flac": 'audio/mp4; codecs="flac"',
    "aac": 'audio/mp4; codecs="mp4a.40.2"',
}
AAC_SEGMENT_BITRATE = 128_000
AAC_ROLL_SECONDS = 0.1
"""How much of the neighbouring sound an AAC segment holds at each end, for its decoder to settle in."""
AAC_PRIMING = 1024
"""Samples that the encoder puts before everything."""
AAC_RATES = frozenset({8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000})
MP3_RATES = (44_100, 48_000, 32_000)
"""Of MPEG-1, in the order in which its header counts them."""
_RATES: dict[StreamFormat, frozenset[int]] = {
    "opus": frozenset({48_000}),
    "mp3": frozenset(MP3_RATES),
    "aac": AAC_RATES,
}


def stream_rates(kind: StreamFormat) -> frozenset[int] | None:
    """Return the sample rates (Hz) that a format knows; None where it takes any."""
    return _RATES.get(kind)


def nearest_rate(kind: StreamFormat, source_rate: int) -> int:
    """Return the rate at which a source is best streamed: its own, or the common one of its family."""
    known = _RATES.get(kind)
    if known is None or source_rate in known:
        return source_rate
    family = 44_100 if source_rate % 11_025 == 0 else 48_000
    return family if family in known else 48_000
