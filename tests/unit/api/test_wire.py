"""A wire without a network: handshake, signs of life, closing, and a client that sends too much."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import pytest
import uvicorn
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode

from auralis.api.socket import wire as wires
from auralis.api.socket.framing import CloseCode
from auralis.api.socket.wire import WIRE, Wire

REQUEST = (
    b"GET /ws?a=b HTTP/1.1\r\nhost: here\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
    b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n"
    b"sec-websocket-protocol: auralis.v1, other\r\n\r\n"
)


class FakeTransport:
    def __init__(self) -> None:
        self.written = b""
        self.reading = True
        self.ended: str | None = None
        self._happened = asyncio.Event()

    async def until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            self._happened.clear()
            await self._happened.wait()

    def set_write_buffer_limits(self, high: int) -> None:
        self.high = high

    def write(self, data: bytes) -> None:
        self.written += data
        self._happened.set()

    def get_write_buffer_size(self) -> int:
        return 0

    def get_extra_info(self, _: str) -> None:
        return None

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def close(self) -> None:
        self.ended = self.ended or "closed"
        self._happened.set()

    def abort(self) -> None:
        self.ended = self.ended or "aborted"
        self._happened.set()


class Listener:
    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.code: int | None = None
        self.flows = 0

    def heard(self, message: bytes) -> None:
        self.messages.append(message)

    def flowing(self) -> None:
        self.flows += 1

    def lost(self, code: int) -> None:
        self.code = code


def by_client(payload: bytes, opcode: Opcode = Opcode.TEXT) -> bytes:
    return Frame(opcode, payload).serialize(mask=True)


async def opened(
    request: bytes = REQUEST, *, accept: bool = True, every: float | None = 30.0, patience: float = 10.0
) -> tuple[Wire, FakeTransport, Listener, dict[str, Any]]:
    """Return a wire that an application has accepted, and what it was told."""
    listener, told = Listener(), {}

    async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
        told.update(scope)
        assert (await receive())["type"] == "websocket.connect"
        if not accept:
            await send({"type": "websocket.close"})
            return
        await send({"type": "websocket.accept", "subprotocol": "auralis.v1"})
        scope[WIRE].attach(listener)

    config = uvicorn.Config(application, ws_ping_interval=every, ws_ping_timeout=patience, log_config=None)
    config.loaded_app = cast("Any", application)
    state, transport = ServerState(), FakeTransport()
    wire = Wire(config, state, {})
    wire.connection_made(cast("asyncio.Transport", transport))
    wire.data_received(request)
    await asyncio.gather(*state.tasks)
    assert wire in state.connections
    return wire, transport, listener, told


async def test_a_socket_is_opened_as_the_standard_has_it() -> None:
    wire, transport, listener, scope = await opened()
    assert transport.written.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
    assert b"\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" in transport.written
    assert b"\r\nsec-websocket-protocol: auralis.v1\r\n" in transport.written
    assert (scope["path"], scope["query_string"], scope["subprotocols"]) == ("/ws", b"a=b", ["auralis.v1", "other"])
    assert transport.reading
    wire.data_received(by_client(b"{}"))
    assert listener.messages == [b"{}"]
    wire.connection_lost(None)
    assert listener.code == CloseCode.LOST


@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        (b"version: 13", b"version: 8", b"426"),
        (b"dGhlIHNhbXBsZSBub25jZQ==", b"short", b"400"),
        (b"sec-websocket-key", b"x-key", b"400"),
        (b"GET", b"POST", b"400"),
    ],
)
async def test_a_request_that_opens_nothing_is_refused(old: bytes, new: bytes, status: bytes) -> None:
    _, transport, _, scope = await opened(REQUEST.replace(old, new))
    assert transport.written.startswith(b"HTTP/1.1 " + status)
    assert (transport.ended, scope) == ("closed", {})


async def test_an_application_that_does_not_accept_is_403() -> None:
    _, transport, _, _ = await opened(accept=False)
    assert transport.written.startswith(b"HTTP/1.1 403")


async def test_no_sign_of_life_closes() -> None:
    wire, transport, listener, _ = await opened(every=0.01, patience=0.01)
    await transport.until(lambda: b"\x88" in transport.written)
    assert wire.closing
    assert b"\x89\x00" in transport.written
    assert transport.written.endswith(b"\x88\x12\x03\xf3No sign of life.")
    wire.connection_lost(None)
    assert listener.code == CloseCode.NO_ANSWER


async def test_a_pong_tells_how_long_the_way_is() -> None:
    wire, transport, _, _ = await opened(every=0.01)
    await transport.until(lambda: b"\x89\x00" in transport.written)
    wire.data_received(by_client(b"", Opcode.PONG))
    assert wire.latency_ms is not None
    assert not wire.closing
    wire.shutdown()


async def test_where_pings_are_off_silence_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wires, "SILENCE_SECONDS", 0.02)
    wire, transport, _, _ = await opened(every=None)
    await transport.until(lambda: b"\x88" in transport.written)
    assert wire.closing
    assert b"\x89\x00" not in transport.written


async def test_a_client_that_does_not_answer_a_close_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wires, "CLOSE_SECONDS", 0.01)
    wire, transport, listener, _ = await opened()
    wire.close(CloseCode.TRY_AGAIN_LATER, "Later.")
    wire.data_received(by_client(b"still talking"))
    wire.write(b"nothing any more")
    await transport.until(lambda: transport.ended is not None)
    assert transport.ended == "aborted"
    assert transport.written.endswith(b"\x88\x08\x03\xf5Later.")
    assert listener.messages == []


async def test_a_client_that_answers_a_close_is_not_kept_waiting() -> None:
    wire, transport, listener, _ = await opened()
    wire.close(CloseCode.RESTART, "Later.")
    wire.data_received(by_client(b"said before it knew") + by_client((1012).to_bytes(2, "big"), Opcode.CLOSE))
    assert transport.ended == "closed"
    assert transport.written.count(b"\x88") == 1
    assert listener.messages == []
    wire.connection_lost(None)
    assert listener.code == CloseCode.RESTART


async def test_a_client_that_closes_is_answered_with_its_code() -> None:
    wire, transport, listener, _ = await opened()
    wire.data_received(by_client((1001).to_bytes(2, "big"), Opcode.CLOSE))
    assert transport.written.endswith(b"\x88\x02" + (1001).to_bytes(2, "big"))
    assert transport.ended == "closed"
    wire.connection_lost(None)
    assert listener.code == CloseCode.GOING_AWAY


async def test_of_many_pings_the_last_is_answered() -> None:
    wire, transport, _, _ = await opened()
    wire.data_received(b"".join(by_client(b"%d" % n, Opcode.PING) for n in range(100)))
    assert transport.written.count(b"\x8a") == 1
    assert transport.written.endswith(b"\x8a\x0299")
    wire.shutdown()


async def test_too_many_frames_a_second_end_it() -> None:
    wire, transport, _, _ = await opened()
    wire.data_received(by_client(b"1") * (wires.MOST_FRAMES_A_SECOND * 2 + 1))
    assert wire.closing
    assert (CloseCode.ABUSE).to_bytes(2, "big") in transport.written[-40:]


async def test_a_slow_client_is_noticed_and_told_to_go_on() -> None:
    wire, _, listener, _ = await opened()
    wire.pause_writing()
    assert wire.full
    wire.resume_writing()
    assert (wire.full, listener.flows) == (False, 1)
    wire.shutdown()


async def test_fragments_are_frames_too() -> None:
    wire, _, listener, _ = await opened()
    wire.data_received(Frame(Opcode.TEXT, b"1", fin=False).serialize(mask=True))
    for _ in range(2):
        wire.data_received(Frame(Opcode.CONT, b"", fin=False).serialize(mask=True) * wires.MOST_FRAMES_A_SECOND)
    assert wire.closing
    assert listener.messages == []
