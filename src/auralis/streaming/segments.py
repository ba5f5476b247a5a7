"""The row of segments: where each begins and ends, whatever the track."""

import struct
from dataclasses import dataclass

from auralis.media.stream_formats import AAC_PRIMING, AAC_ROLL_SECONDS, SegmentCodec

_FIRST_SECONDS = (0, 1, 3, 7)
_LONG_SECONDS = 10
_HEADER = struct.Struct("<qq?I")


@dataclass(frozen=True, slots=True)
class Segment:
    """One encoded piece of a track; ``start_frame`` and ``frames`` count at the stream's rate.

    ``final`` says that the track ends with it. ``etag`` names the bytes: equal tags, equal bytes. ``reduction`` is what
    the limiter took, packed by ``pack_reduction``; empty where there was no limiter.
    """

    body: bytes
    start_frame: int
    frames: int
    final: bool
    etag: str
    reduction: bytes = b""

    def pack(self) -> bytes:
        """Return the segment as bytes for a cache that knows its tag."""
        return _HEADER.pack(self.start_frame, self.frames, self.final, len(self.reduction)) + self.reduction + self.body

    @classmethod
    def unpack(cls, data: bytes, etag: str) -> "Segment":
        """Rebuild a segment from what ``pack`` gave."""
        start_frame, frames, final, taken = _HEADER.unpack_from(data)
        begin = _HEADER.size + taken
        return cls(data[begin:], start_frame, frames, final, etag, data[_HEADER.size : begin])


def bounds(n: int, sample_rate: int) -> tuple[int, int]:
    """Return the first frame of segment ``n`` and the first frame after it: 1, 2 and 4 s, then 10 s each."""
    return _border(n) * sample_rate, _border(n + 1) * sample_rate


def index_at(frame: int, sample_rate: int) -> int:
    """Return the number of the segment that holds ``frame``."""
    second = frame // sample_rate
    if second < _FIRST_SECONDS[-1]:
        return sum(border <= second for border in _FIRST_SECONDS) - 1
    return len(_FIRST_SECONDS) - 1 + (second - _FIRST_SECONDS[-1]) // _LONG_SECONDS


def first_border(frame: int, sample_rate: int) -> int:
    """Return the first border of segments at or after ``frame``."""
    start, stop = bounds(index_at(frame, sample_rate), sample_rate)
    return frame if frame == start else stop


def roll_frames(codec: SegmentCodec, sample_rate: int) -> int:
    """Return how many frames of its neighbours a segment holds at each end."""
    return 0 if codec == "flac" else round(AAC_ROLL_SECONDS * sample_rate)


def lead_frames(codec: SegmentCodec, sample_rate: int) -> int:
    """Return how many frames stand in a segment's body before its first one."""
    return 0 if codec == "flac" else AAC_PRIMING + roll_frames(codec, sample_rate)


def table(frames: int, sample_rate: int) -> list[tuple[int, int, int]]:
    """Return number, first frame and frames of every segment of a track of ``frames``."""
    rows = []
    n, start = 0, 0
    while start < frames:
        stop = bounds(n, sample_rate)[1]
        rows.append((n, start, min(stop, frames) - start))
        n, start = n + 1, stop
    return rows


def resampled_frames(frames: int, sample_rate: int, new_rate: int) -> int:
    """Return how many frames at ``new_rate`` hold ``frames`` at ``sample_rate``, to the nearest."""
    return (2 * frames * new_rate + sample_rate) // (2 * sample_rate)


def _border(n: int) -> int:
    last = len(_FIRST_SECONDS) - 1
    return _FIRST_SECONDS[n] if n <= last else _FIRST_SECONDS[last] + _LONG_SECONDS * (n - last)
