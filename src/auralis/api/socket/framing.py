"""WebSocket frames as bytes (RFC 6455): what a client sends is read in any pieces, what it is told is made whole."""

from collections.abc import Iterator
from enum import IntEnum


class Opcode(IntEnum):
    """What a frame is (RFC 6455, 5.2)."""

    CONTINUATION = 0x0
    TEXT = 0x1
    BINARY = 0x2
    CLOSE = 0x8
    PING = 0x9
    PONG = 0xA


class CloseCode(IntEnum):
    """Why a connection ends (RFC 6455, 7.4.1); 4000 and above are our own."""

    NORMAL = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    NO_CODE = 1005
    LOST = 1006
    NOT_UTF8 = 1007
    ABUSE = 1008
    TOO_BIG = 1009
    NO_ANSWER = 1011
    RESTART = 1012
    TRY_AGAIN_LATER = 1013
    ANSWERED_ELSEWHERE = 4001


LARGEST_CONTROL = 125
_CONTROL = 0x8
_FINAL = 0x80
_MASKED = 0x80
_TELLABLE = frozenset({*range(1000, 1004), *range(1007, 1015), *range(3000, 5000)})
"""Codes that may stand in a close frame."""


class FramingError(Exception):
    """The bytes are no frames that may come; ``code`` says to the client why the connection ends."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class FrameReader:
    """Makes messages out of bytes as they come; a message has at most ``largest`` bytes, whole or in fragments."""

    __slots__ = ("_fragments", "_largest", "_needed", "_opcode", "_rest")

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._rest = bytearray()
        self._needed = 0
        self._opcode: int | None = None
        self._fragments: bytearray | None = None

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield opcode and payload of each message and control frame that ``data`` completes.

        A fragment that completes none is a continuation of nothing, so that whoever counts frames sees it too.

        Raises
        ------
        FramingError
            When a client sends what it must not; nothing after it is read.
        """
        if self._rest or self._needed:
            self._rest += data
            if len(self._rest) < self._needed:
                return
            data = bytes(self._rest)
            self._rest = bytearray()
            self._needed = 0
        at = 0
        while True:
            end = self._end_of_frame(data, at)
            if end is None or end > len(data):
                self._needed = 0 if end is None else end - at
                self._rest += data[at:]
                return
            first = data[at]
            payload = _payload(data, at, end)
            at = end
            if first & _CONTROL:
                yield first & 0x0F, payload
            else:
                yield self._message(first, payload)

    def _end_of_frame(self, data: bytes, at: int) -> int | None:
        """Return where the frame at ``at`` ends, or None where not even its head is here; judge it by its head."""
        if len(data) - at < 2:
            return None
        first, second = data[at], data[at + 1]
        self._check(first, second)
        length, head = second & 0x7F, 6
        if length > LARGEST_CONTROL:
            size = 2 if length == 126 else 8
            if len(data) - at < 2 + size:
                return None
            length, head = int.from_bytes(data[at + 2 : at + 2 + size], "big"), 6 + size
        if not first & _CONTROL:
            held = len(self._fragments or b"")
            if held + length > self._largest:
                raise FramingError(CloseCode.TOO_BIG, f"A frame has at most {self._largest} bytes.")
        return at + head + length

    def _check(self, first: int, second: int) -> None:
        opcode = first & 0x0F
        if first & 0x70:
            raise FramingError(CloseCode.PROTOCOL_ERROR, "Reserved bits are set.")
        if not second & _MASKED:
            raise FramingError(CloseCode.PROTOCOL_ERROR, "A client's frame is masked.")
        if opcode not in Opcode._value2member_map_:
            raise FramingError(CloseCode.PROTOCOL_ERROR, "There is no such opcode.")
        if opcode & _CONTROL:
            if not first & _FINAL or second & 0x7F > LARGEST_CONTROL:
                raise FramingError(CloseCode.PROTOCOL_ERROR, "A control frame is short and whole.")
        elif (opcode == Opcode.CONTINUATION) != (self._opcode is not None):
            raise FramingError(CloseCode.PROTOCOL_ERROR, "Fragments of a message follow each other.")

    def _message(self, first: int, payload: bytes) -> tuple[int, bytes]:
        """Return the message that a frame completes, or an empty continuation."""
        opcode = self._opcode or first & 0x0F
        if not first & _FINAL:
            self._opcode = opcode
            if self._fragments is None:
                self._fragments = bytearray()
            self._fragments += payload
            return Opcode.CONTINUATION, b""
        if self._fragments is not None:
            payload = bytes(self._fragments) + payload
            self._opcode = self._fragments = None
        if opcode == Opcode.TEXT:
            try:
                payload.decode()
            except UnicodeDecodeError:
                raise FramingError(CloseCode.NOT_UTF8, "Text is UTF-8.") from None
        return opcode, payload


def frame_of(opcode: Opcode, payload: bytes) -> bytes:
    """Return a whole frame of the server's, which is not masked."""
    size = len(payload)
    if size <= LARGEST_CONTROL:
        return bytes((_FINAL | opcode, size)) + payload
    if size < 1 << 16:
        return bytes((_FINAL | opcode, 126)) + size.to_bytes(2, "big") + payload
    return bytes((_FINAL | opcode, 127)) + size.to_bytes(8, "big") + payload


def close_frame(code: CloseCode, reason: str) -> bytes:
    """Return a close frame; a reason that is too long is cut."""
    said = reason.encode()[: LARGEST_CONTROL - 2].decode(errors="ignore").encode()
    return frame_of(Opcode.CLOSE, code.to_bytes(2, "big") + said)


def read_close(payload: bytes) -> int:
    """Return the code with which a client closes.

    Raises
    ------
    FramingError
        When it says what must not be said.
    """
    if not payload:
        return CloseCode.NO_CODE
    code = int.from_bytes(payload[:2], "big")
    if len(payload) < 2 or code not in _TELLABLE:
        raise FramingError(CloseCode.PROTOCOL_ERROR, "That is no code to close with.")
    try:
        payload[2:].decode()
    except UnicodeDecodeError:
        raise FramingError(CloseCode.NOT_UTF8, "A reason is UTF-8.") from None
    return code


def _payload(data: bytes, at: int, end: int) -> bytes:
    """Return the payload of the frame from ``at`` to ``end`` without its mask, as one big exclusive or."""
    length = data[at + 1] & 0x7F
    start = at + 2 + (0 if length <= LARGEST_CONTROL else 2 if length == 126 else 8)
    mask, masked = data[start : start + 4], data[start + 4 : end]
    size = len(masked)
    repeated = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(masked, "little") ^ int.from_bytes(repeated, "little")).to_bytes(size, "little")
