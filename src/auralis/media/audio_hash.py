"""What makes a recording itself, whatever its tags, name and place: a hash of its encoded audio, and a quick sketch."""

from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path

from auralis.media.audio_spans import Reader, Span, audio_spans, opened
from auralis.media.ogg_pages import ogg_audio

HASH_BYTES = 16
_BLOCK = 1 << 20
_SMALL = 1 << 15
_SAMPLE = 1 << 14
_LARGEST_PAGE = 1 << 16
_LEAST_VALUES = 64
"""A sample with fewer different bytes is silence or a pattern, which many recordings share."""


def hash_audio(path: Path, check: Callable[[], None] = lambda: None) -> bytes | None:
    """Return the hash of all encoded audio of a file, or None if there is none; ``check`` is called now and then.

    Raises
    ------
    MediaError
        If the file cannot be read.
    """
    with opened(path) as file:
        digest = blake2b(digest_size=HASH_BYTES)
        length = 0
        for block in _all_audio(file):
            check()
            digest.update(block)
            length += len(block)
        return digest.digest() if length else None


def sketch_audio(path: Path) -> int:
    """Return 63 bits that two files share, as far as can be told at little cost, only if their encoded audio is one.

    Short audio is hashed whole; of longer audio its exact length and a sample from its middle are, so that the cost is
    one look into the file. 0 means that there is nothing to go by.

    Raises
    ------
    MediaError
        If the file cannot be read.
    """
    with opened(path) as file:
        return sketch_of(file)


def sketch_of(file: Reader) -> int:
    """Return the sketch of an opened file; see `sketch_audio`."""
    kind, spans = audio_spans(file)
    if kind == "ogg":
        length, sample = _ogg_sample(file, spans)
    else:
        length = sum(span.length for span in spans)
        sample = _middle(file, spans, length)
    if not length or not sample:
        return 0
    if length > _SMALL and len(set(sample[:: max(1, len(sample) // 2048)])) < _LEAST_VALUES:
        digest = blake2b(digest_size=8)
        for block in _all_audio(file):
            digest.update(block)
    else:
        digest = blake2b(sample, digest_size=8, salt=length.to_bytes(8, "little"))
    return int.from_bytes(digest.digest(), "little") >> 1 or 1


def _all_audio(file: Reader) -> Iterator[bytes]:
    kind, spans = audio_spans(file)
    if kind == "ogg":
        yield from ogg_audio(file, spans[0].start)
        return
    for span in spans:
        at, end = span.start, span.start + span.length
        while at < end:
            block = file.read(at, min(_BLOCK, end - at))
            if not block:
                return
            yield block
            at += len(block)


def _middle(file: Reader, spans: list[Span], length: int) -> bytes:
    """Return all of short audio, and of longer audio a sample from the middle of its longest stretch."""
    if length <= _SMALL:
        return b"".join([file.read(*span) for span in spans])
    longest = max(spans, key=lambda span: span.length)
    size = min(_SAMPLE, longest.length)
    return file.read(longest.start + (longest.length - size) // 2, size)


def _ogg_sample(file: Reader, spans: list[Span]) -> tuple[int, bytes]:
    """Return how long the stream is by its last page, and the first of its audio: pages shift when a tag grows."""
    if not spans:
        return 0, b""
    sample = bytearray()
    for body in ogg_audio(file, spans[0].start):
        sample += body
        if len(sample) > _SAMPLE:
            break
    tail_at = max(0, file.size - _LARGEST_PAGE)
    tail = file.read(tail_at, file.size - tail_at)
    last = tail.rfind(b"OggS")
    position = int.from_bytes(tail[last + 6 : last + 14], "little") if 0 <= last <= len(tail) - 14 else 0
    return (position or len(sample)) & (2**63 - 1), bytes(sample[:_SAMPLE])
