"""Texts that WAV and AIFF files hold beside the sound: RIFF's INFO list, and AIFF's own chunks."""

from collections.abc import Iterator
from typing import BinaryIO, Literal

from auralis.media.tag_names import FIELDS

_AIFF_NAMES = {b"NAME": "title", b"AUTH": "artist"}
_FIELD_OF = {name.encode(): tag.field for tag in FIELDS for name in tag.riff}
_LARGEST = 64 * 1024
_MOST_CHUNKS = 1000


def read_info(file: BinaryIO) -> dict[str, list[str]]:
    """Return the texts of a WAV or AIFF file by field."""
    file.seek(0)
    head = file.read(12)
    order: Literal["little", "big"] = "big" if head[:4] == b"FORM" else "little"
    fields: dict[str, list[str]] = {}
    for name, size in _chunks(file, 12, order):
        if name in _AIFF_NAMES and order == "big":
            fields.setdefault(_AIFF_NAMES[name], []).append(_text(file.read(min(size, _LARGEST))))
        elif name == b"LIST" and size <= _LARGEST * 16 and file.read(4) == b"INFO":
            _read_list(file, file.tell(), file.tell() + size - 4, fields)
    return fields


def _read_list(file: BinaryIO, start: int, end: int, fields: dict[str, list[str]]) -> None:
    for name, size in _chunks(file, start, "little", end):
        field = _FIELD_OF.get(name)
        if field is not None:
            fields.setdefault(field, []).append(_text(file.read(min(size, _LARGEST))))


def _chunks(
    file: BinaryIO, at: int, order: Literal["little", "big"], end: int | None = None
) -> Iterator[tuple[bytes, int]]:
    """Yield name and size of each chunk from ``at``, the file standing at its content."""
    for _ in range(_MOST_CHUNKS):
        if end is not None and at + 8 > end:
            return
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        size = int.from_bytes(head[4:], order)
        yield head[:4], size if end is None else min(size, end - at - 8)
        at += 8 + size + size % 2


def _text(data: bytes) -> str:
    """Return a text up to its NUL; nobody says in what encoding, so UTF-8 where it is that, else Windows-1252."""
    data = data.partition(b"\0")[0]
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
