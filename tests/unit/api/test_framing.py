"""Frames on the wire: read in any pieces, refused with the right code, and told as another library understands them."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.frames import Frame
from websockets.frames import Opcode as TheirOpcode

from auralis.api.socket.framing import (
    CloseCode,
    FrameReader,
    FramingError,
    Opcode,
    close_frame,
    frame_of,
    read_close,
)

LARGEST = 1000


def by_client(opcode: int, payload: bytes, *, fin: bool = True) -> bytes:
    """Return a frame as another library masks it."""
    return Frame(TheirOpcode(opcode), payload, fin).serialize(mask=True)


def read(data: bytes, pieces: list[int] | None = None) -> list[tuple[int, bytes]]:
    reader, found, at = FrameReader(LARGEST), [], 0
    for size in [*(pieces or []), len(data)]:
        found += [whole for whole in reader.feed(data[at : at + size]) if whole[0] != Opcode.CONTINUATION]
        at += size
    return found


messages = st.tuples(st.sampled_from([Opcode.BINARY, Opcode.PING, Opcode.PONG]), st.binary(max_size=125)) | st.tuples(
    st.just(Opcode.TEXT), st.text(max_size=300).map(str.encode)
)


@settings(max_examples=300)
@given(st.lists(messages, max_size=6), st.lists(st.integers(0, 40), max_size=30))
def test_messages_are_the_same_however_their_bytes_arrive(sent: list[tuple[int, bytes]], pieces: list[int]) -> None:
    data = b"".join(by_client(*message) for message in sent)
    assert read(data, pieces) == sent


@given(st.binary(max_size=400), st.lists(st.integers(0, 400), min_size=1, max_size=6))
def test_fragments_make_one_message_and_control_frames_may_come_between(payload: bytes, cuts: list[int]) -> None:
    ends = sorted(min(cut, len(payload)) for cut in cuts)
    parts = [payload[a:b] for a, b in zip([0, *ends], [*ends, len(payload)], strict=True)]
    data = b""
    for number, part in enumerate(parts):
        opcode = Opcode.BINARY if number == 0 else Opcode.CONTINUATION
        data += by_client(opcode, part, fin=number == len(parts) - 1) + by_client(Opcode.PING, b"?")
    assert [message for message in read(data) if message[0] != Opcode.PING] == [(Opcode.BINARY, payload)]


@settings(max_examples=300)
@given(st.binary(max_size=600), st.integers(1, 50))
def test_no_bytes_do_anything_but_messages_or_a_framing_error(data: bytes, size: int) -> None:
    reader = FrameReader(LARGEST)
    with contextlib.suppress(FramingError):
        for at in range(0, len(data), size):
            for _, payload in reader.feed(data[at : at + size]):
                assert len(payload) <= LARGEST


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x81\x01a", CloseCode.PROTOCOL_ERROR),  # not masked
        (b"\xc1\x80\0\0\0\0", CloseCode.PROTOCOL_ERROR),  # a reserved bit
        (b"\x83\x80\0\0\0\0", CloseCode.PROTOCOL_ERROR),  # an opcode that is not there
        (b"\x09\x80\0\0\0\0", CloseCode.PROTOCOL_ERROR),  # a ping in fragments
        (b"\x89\xfe\x00\x80", CloseCode.PROTOCOL_ERROR),  # a ping of 128 bytes
        (b"\x80\x80\0\0\0\0", CloseCode.PROTOCOL_ERROR),  # nothing to go on with
        (b"\x01\x80\0\0\0\0\x81\x80\0\0\0\0", CloseCode.PROTOCOL_ERROR),  # a new message within another
        (by_client(Opcode.TEXT, b"\xff\xfe"), CloseCode.NOT_UTF8),
        (by_client(Opcode.TEXT, "ü".encode()[:1]), CloseCode.NOT_UTF8),
        (b"\x81\xff" + (2**62).to_bytes(8, "big"), CloseCode.TOO_BIG),
        (by_client(Opcode.TEXT, b"x" * (LARGEST + 1)), CloseCode.TOO_BIG),
        (by_client(Opcode.TEXT, b"x" * 600, fin=False) + by_client(0, b"x" * 600), CloseCode.TOO_BIG),
    ],
    ids=[
        "not masked",
        "reserved bit",
        "unknown opcode",
        "fragmented ping",
        "long ping",
        "nothing to go on with",
        "message within another",
        "not utf-8",
        "half a character",
        "length over all bounds",
        "too big",
        "too big in fragments",
    ],
)
def test_what_must_not_come_has_its_code(data: bytes, code: CloseCode) -> None:
    with pytest.raises(FramingError) as refused:
        read(data)
    assert refused.value.code == code


def test_a_character_may_be_cut_between_fragments() -> None:
    text = "ü".encode()
    data = by_client(Opcode.TEXT, text[:1], fin=False) + by_client(Opcode.CONTINUATION, text[1:])
    assert read(data) == [(Opcode.TEXT, text)]


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536, 200_000])
def test_what_is_told_is_framed_as_others_frame_it(size: int) -> None:
    payload = b"x" * size
    assert frame_of(Opcode.TEXT, payload) == Frame(TheirOpcode.TEXT, payload).serialize(mask=False)


def test_closing_is_said_and_understood() -> None:
    assert close_frame(CloseCode.TOO_BIG, "ü" * 100)[1] <= 125
    assert close_frame(CloseCode.TOO_BIG, "ü" * 100)[4:].decode()
    assert read_close(b"") == CloseCode.NO_CODE
    assert read_close((1000).to_bytes(2, "big") + b"bye") == 1000
    for payload in (b"\x03", (1005).to_bytes(2, "big"), (999).to_bytes(2, "big"), (5000).to_bytes(2, "big")):
        with pytest.raises(FramingError):
            read_close(payload)
    with pytest.raises(FramingError) as refused:
        read_close((1000).to_bytes(2, "big") + b"\xff")
    assert refused.value.code == CloseCode.NOT_UTF8
