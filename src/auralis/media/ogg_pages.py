"""The audio of an Ogg stream: the bodies of its pages after the header packets, however they are paged."""

from collections.abc import Iterator

from auralis.media.audio_spans import Reader

_PAGE_HEAD = 27
_LARGEST = _PAGE_HEAD + 255 + 255 * 255
_READ = 1 << 17
_HEADERS = ((b"\x01vorbis", 3), (b"OpusHead", 2), (b"Speex   ", 2))


def ogg_audio(file: Reader, start: int) -> Iterator[bytes]:
    """Yield the bodies of the first stream's pages, its header packets left out.

    Laid end to end they are its packets end to end, so pages may be cut otherwise, as they are when a tag outgrows its
    page. Pages are not mended: where one is damaged, the audio ends.
    """
    serial = b""
    headers = -1
    for page_serial, lacing, body in _pages(file, start):
        if not serial:
            serial = page_serial
            headers = _header_packets(body)
        if page_serial != serial:
            continue
        if headers > 0:
            # Audio begins on a page of its own, so that the page of the last header holds nothing else.
            headers -= sum(length < 255 for length in lacing)
            continue
        yield body


def _header_packets(first: bytes) -> int:
    for magic, count in _HEADERS:
        if first.startswith(magic):
            return count
    if first.startswith(b"\x7fFLAC") and len(first) >= 9:
        # The packet says how many follow it; 0 leaves it open, and one comment there is always.
        return 1 + (int.from_bytes(first[7:9], "big") or 1)
    return 0


def _pages(file: Reader, start: int) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield serial number, lacing values and body of each page."""
    buffer, at, offset = b"", start, 0
    while True:
        if len(buffer) - offset < _LARGEST:
            more = file.read(at, _READ)
            at += len(more)
            buffer, offset = buffer[offset:] + more, 0
        if buffer[offset : offset + 4] != b"OggS" or len(buffer) - offset < _PAGE_HEAD:
            return
        count = buffer[offset + 26]
        lacing = buffer[offset + _PAGE_HEAD : offset + _PAGE_HEAD + count]
        begin = offset + _PAGE_HEAD + count
        end = begin + sum(lacing)
        yield buffer[offset + 14 : offset + 18], lacing, buffer[begin:end]
        offset = min(end, len(buffer))
