"""MP3 files as nearly all of them are, read straight from their bytes; whatever is unusual is left to mutagen."""

import re
from collections.abc import Callable

from auralis.media.audio_spans import Reader
from auralis.media.mpeg_frames import read_stream
from auralis.media.plain_files import Plain, UnusualError
from auralis.media.tag_fields import ID3_FRAMES, id3_fields

_FRAME_NAME = re.compile(rb"[A-Z][A-Z0-9]{3}")
_YEAR = re.compile(r"[0-9]{4}")
_LARGEST = 16 * 1024 * 1024
_SYNCSAFE_BYTE = 128
_LATIN, _UTF16, _UTF8 = 0, 1, 3
_BYTE_ORDERS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_LEFT = frozenset(("IPLS", "SYLT", "TIPL", "TMCL", "USLT"))
"""Frames of lists and of words, which mutagen reads."""

_TIMES = ("TDOR", "TDRC", "TDRL")
_IN_ID3V1 = {3: {"TIT2", "TPE1", "TALB", "TRCK", "TCON", "TYER"}, 4: {"TIT2", "TPE1", "TALB", "TRCK", "TCON", "TDRC"}}
_MOST_TAGS = 4
_ID3V1_BYTES = 128 + 3
"""mutagen looks for ID3v1 a little before where it should begin."""


def read_mp3(file: Reader) -> Plain:
    """Return what an MP3 file says.

    Raises
    ------
    UnusualError
        Without a plain ID3v2.3 or 2.4 tag in front, with an older one behind that may say more, with a frame that is
        packed, doubled, broken or of an unusual encoding, and where no sound begins where the tag ends: what to make
        of such a file is mutagen's to say.
    """
    head = file.read(0, 10)
    if len(head) < 10 or head[3] not in {3, 4} or head[5]:
        raise UnusualError
    major, size = head[3], _syncsafe(head[6:])
    if size > min(_LARGEST, file.size - 10):
        raise UnusualError
    try:
        frames, pictures = _frames(file.read(10, size), major)
    except UnicodeDecodeError:
        raise UnusualError from None
    if b"TAG" in file.read(max(0, file.size - _ID3V1_BYTES), _ID3V1_BYTES) and not _IN_ID3V1[major] <= frames.keys():
        raise UnusualError
    stream = read_stream(file, _first_frame(file, 10 + size))
    if stream is None:
        raise UnusualError
    return Plain(stream, id3_fields(frames.items()), pictures)


def _first_frame(file: Reader, at: int) -> int:
    """Return where the sound begins: some programs put a tag before the one that was there."""
    for _ in range(_MOST_TAGS):
        head = file.read(at, 10)
        if head[:3] != b"ID3" or len(head) < 10:
            return at
        size = _syncsafe(head[6:])
        if not size:
            break
        at += 10 + size
    raise UnusualError


def _syncsafe(number: bytes) -> int:
    if max(number) >= _SYNCSAFE_BYTE:
        raise UnusualError
    return number[0] << 21 | number[1] << 14 | number[2] << 7 | number[3]


def _frames(data: bytes, major: int) -> tuple[dict[str, list[str]], list[tuple[int, bytes]]]:
    """Return the texts of frames by name, ``TXXX:DESCRIPTION`` say, and the pictures."""
    read: dict[str, list[str]] = {}
    pictures: list[tuple[int, bytes]] = []
    at = 0
    while at + 10 <= len(data):
        name = data[at : at + 4]
        if not _FRAME_NAME.fullmatch(name):
            if name.strip(b"\0"):
                raise UnusualError
            break
        frame = name.decode("ascii")
        size = int.from_bytes(data[at + 4 : at + 8], "big")
        if major == 4 and size >= _SYNCSAFE_BYTE:
            size = _size(data, at)
        body = data[at + 10 : at + 10 + size]
        if data[at + 8] or data[at + 9] or len(body) < size or frame in _LEFT:
            raise UnusualError
        at += 10 + size
        if len(body) < 2 or (frame not in ID3_FRAMES and frame != "APIC"):
            continue
        if frame == "APIC":
            pictures.append(_picture(body))
            key, texts = frame, list[str]()
        else:
            detail, texts = _READERS.get(frame, _text)(body, major)
            key = frame if detail is None else f"{frame}:{detail}"
        if key in read:
            raise UnusualError
        read[key] = texts
    return read, pictures


def _size(data: bytes, at: int) -> int:
    """Return the size of a frame of ID3v2.4, where it means the same however mutagen may guess it was meant.

    Some programs write plain numbers. Only a last frame, or one that another frame or padding follows, is believed.
    """
    size = _syncsafe(data[at + 4 : at + 8])
    plain = int.from_bytes(data[at + 4 : at + 8], "big")
    after, otherwise = (data[at + 10 + length : at + 14 + length] for length in (size, plain))
    if after and after.strip(b"\0") and not _FRAME_NAME.fullmatch(after):
        raise UnusualError
    if otherwise and (not otherwise.strip(b"\0") or _FRAME_NAME.fullmatch(otherwise)):
        raise UnusualError
    return size


def _text(body: bytes, major: int) -> tuple[str | None, list[str]]:
    return None, _texts(body[0], body[1:], major)


def _user_text(body: bytes, major: int) -> tuple[str | None, list[str]]:
    encoding = body[0]
    if encoding == _UTF16:
        end = _end_of_utf16(body[1:])
        described, rest = body[1 : 1 + end], body[3 + end :]
    elif encoding in {_LATIN, _UTF8}:
        described, _, rest = body[1:].partition(b"\0")
    else:
        raise UnusualError
    if not rest.strip(b"\0"):
        raise UnusualError
    return _decoded(encoding, described), _texts(encoding, rest, major)


def _id(body: bytes, _major: int) -> tuple[str | None, list[str]]:
    owner, _, data = body.partition(b"\0")
    return owner.decode("latin-1"), [data.decode("latin-1")]


def _genres(body: bytes, major: int) -> tuple[str | None, list[str]]:
    texts = _texts(body[0], body[1:], major)
    if len(texts) == 1 and texts[0][:1].isalpha() and texts[0] not in {"CR", "RX"} and "\n" not in texts[0]:
        return None, texts
    from mutagen.id3 import TCON  # noqa: PLC0415 - the numbers of genres are known to mutagen

    return None, list(TCON(encoding=_UTF8, text=texts).genres)


def _times(body: bytes, major: int) -> tuple[str | None, list[str]]:
    texts = _texts(body[0], body[1:], major)
    if all(map(_YEAR.fullmatch, texts)):
        return None, texts
    from mutagen.id3 import ID3TimeStamp  # noqa: PLC0415 - most files have but a year

    return None, [str(ID3TimeStamp(text)) for text in texts]


_Reader = Callable[[bytes, int], tuple[str | None, list[str]]]
_READERS: dict[str, _Reader] = {"TXXX": _user_text, "UFID": _id, "TCON": _genres, **dict.fromkeys(_TIMES, _times)}


def _texts(encoding: int, data: bytes, major: int) -> list[str]:
    """Return the texts that zeros part; those at the end of an old tag part nothing."""
    if encoding == _UTF16:
        end = _end_of_utf16(data)
        after = data[end + 2 :]
        if after and (major == 4 or after.strip(b"\0")):
            raise UnusualError
        return [_decoded(encoding, data[:end])]
    if b"\0" not in data:
        return [_decoded(encoding, data)]
    parts = (data.rstrip(b"\0") if major == 3 else data.removesuffix(b"\0")).split(b"\0")
    return [_decoded(encoding, part) for part in parts]


def _decoded(encoding: int, data: bytes) -> str:
    if encoding == _UTF8:
        return data.decode("utf-8")
    if encoding == _LATIN:
        return data.decode("latin-1")
    order = _BYTE_ORDERS.get(data[:2])
    if encoding != _UTF16 or order is None:
        raise UnusualError
    return data[2:].decode(order)


def _end_of_utf16(data: bytes) -> int:
    """Return where the first two zeros on an even place are, or the end."""
    at = data.find(b"\0\0")
    while at >= 0 and at % 2:
        at = data.find(b"\0\0", at + 1)
    return at if at >= 0 else len(data)


def _picture(body: bytes) -> tuple[int, bytes]:
    mime_end = body.find(b"\0", 1)
    if body[0] not in {_LATIN, _UTF8} or mime_end < 0 or len(body) < mime_end + 3:
        raise UnusualError
    described_end = body.find(b"\0", mime_end + 2)
    if described_end < 0:
        raise UnusualError
    _decoded(body[0], body[mime_end + 2 : described_end])
    image = body[described_end + 1 :]
    if not image.strip(b"\0"):
        raise UnusualError
    return body[mime_end + 1], image
