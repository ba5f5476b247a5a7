"""Clients that misbehave, on bare sockets: each gets an error or its close code, and nobody else notices."""

import asyncio
import base64
import json
import os
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest
from tests.factories import filled_library
from tests.server import RunningServer, running_server
from tests.talk import Talker

PATIENCE = 60
ENVIRONMENT = {
    "AURALIS_ANALYSE": "false",
    "AURALIS_LOG_LEVEL": "error",
    "AURALIS_SOCKET_MESSAGES_PER_MINUTE": "1000000",
    "AURALIS_SOCKET_PING_SECONDS": "1",
    "AURALIS_SOCKET_PONG_SECONDS": "2",
}
TEXT, BINARY, CLOSE, PING, PONG = 0x81, 0x82, 0x88, 0x89, 0x8A


class Bare:
    """As little as speaks the protocol, and as much as may break it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, pongs: bool) -> None:
        self._reader = reader
        self._writer = writer
        self._pongs = pongs

    @classmethod
    async def to(cls, server: RunningServer, *, pongs: bool = True, limit: int = 2**16) -> "Bare":
        port = int(server.url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=limit)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = ["GET /ws HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: auralis.v1"]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 101"), answer
        bare = cls(reader, writer, pongs=pongs)
        bare.send(said("connection.hello", clientName="bare"))
        return bare

    def send(self, payload: bytes, first: int = TEXT, *, length: int | None = None) -> None:
        """Send a frame, masked with zeros; ``length`` is what its head says instead of the truth."""
        self.raw(framed(payload, first, length=length))

    def raw(self, data: bytes) -> None:
        self._writer.write(data)

    async def error(self) -> dict[str, object]:
        """Return the next error."""
        while True:
            opcode, payload = await self._frame()
            assert opcode != CLOSE, payload
            frame = json.loads(payload) if opcode == TEXT else {}
            if frame.get("type") == "error":
                return dict(frame["error"])

    async def closed(self) -> int | None:
        """Return the code with which the server ends the connection; None where it cuts it off."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                opcode, payload = await self._frame()
                if opcode == CLOSE:
                    return int.from_bytes(payload[:2], "big")
        return None

    async def is_served(self) -> bool:
        self.send(said("connection.ping"))
        while True:
            opcode, payload = await self._frame()
            if opcode == TEXT and json.loads(payload)["type"] == "connection.pong":
                return True

    def end(self) -> None:
        self._writer.transport.abort()

    async def _frame(self) -> tuple[int, bytes]:
        async with asyncio.timeout(PATIENCE):
            first, size = await self._reader.readexactly(2)
            if size >= 126:
                size = int.from_bytes(await self._reader.readexactly(2 if size == 126 else 8), "big")
            payload = await self._reader.readexactly(size)
        if first == PING and self._pongs:
            self.send(payload, PONG)
        return first, payload


def said(kind: str, **data: object) -> bytes:
    return json.dumps({"v": 1, "id": f"x-{kind}", "type": kind, "data": data}).encode()


def framed(payload: bytes, first: int = TEXT, *, length: int | None = None) -> bytes:
    size = len(payload) if length is None else length
    if size < 126:
        head = struct.pack("!BB", first, 0x80 | size)
    elif size < 1 << 16:
        head = struct.pack("!BBH", first, 0xFE, size)
    else:
        head = struct.pack("!BBQ", first, 0xFF, size)
    return head + b"\0\0\0\0" + payload


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    data = tmp_path_factory.mktemp("abuse")
    filled_library(data / "auralis.db", 60).close()
    with running_server(data, environment=ENVIRONMENT) as server:
        yield server


@pytest.fixture
async def bystander(server: RunningServer) -> AsyncIterator[Talker]:
    """Another client, which hears and is answered after whatever has happened."""
    talker = await Talker.to(server)
    await talker.hello(clientName="bystander")
    yield talker
    assert (await talker.ask("player.volume", {"volume": 0.5}))["type"] == "ack"
    assert (await talker.ask("player.volume", {"volume": 1}))["type"] == "ack"
    await talker.close()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("bad UTF-8", framed(b'{"type": "\xff"}'), 1007),
        ("bad UTF-8 in fragments", framed(b"\xc3", 0x01) + framed(b"(", 0x80), 1007),
        ("65 KB", framed(b"x" * 65_537), 1009),
        ("a head that promises more than there is memory", framed(b"", length=2**62), 1009),
        ("65 KB in fragments", framed(b"x" * 60_000, 0x01) + framed(b"x" * 6_000, 0x80), 1009),
        ("no mask", b"\x81\x02{}", 1002),
        ("compressed without having agreed to it", framed(b"{}", 0xC1), 1002),
        ("an opcode that is not there", framed(b"", 0x83), 1002),
        ("a ping in fragments", framed(b"", 0x09), 1002),
        ("a ping of 200 bytes", framed(b"x" * 200, PING), 1002),
        ("the end of nothing", framed(b"", 0x80), 1002),
        ("one message within another", framed(b"{", 0x01) + framed(b"{}"), 1002),
        ("a close without a code", framed(b"\x03", CLOSE), 1002),
        ("a close with a code that is none", framed(struct.pack("!H", 1006), CLOSE), 1002),
        ("a close with a reason that is no text", framed(struct.pack("!H", 1000) + b"\xff", CLOSE), 1007),
        ("10,000 messages at once", framed(said("connection.ping")) * 10_000, 1008),
        ("10,000 pings at once", framed(b"", PING) * 10_000, 1008),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_breaks_the_protocol_is_closed_with_its_code(
    server: RunningServer, bystander: Talker, name: str, data: bytes, code: int
) -> None:
    assert bystander
    bare = await Bare.to(server)
    bare.raw(data)
    assert await bare.closed() == code, name


@pytest.mark.parametrize(
    "payload",
    [
        b"not json",
        b"[" * 60_000,
        b'{"type": ' + b'{"a": ' * 5_000 + b"1" + b"}" * 5_000 + b"}",
        b'{"type": "connection.pin\\u0000g"}',
        b'{"type": "player.volume", "id": "a", "data": {"volume": 1e999}}',
        b'{"type": "player.volume", "id": "b", "data": {"volume": -0.1}}',
        b'{"type": "player.seek", "id": "c", "data": {"position": "NaN"}}',
        b'{"type": "queue.add", "id": "d", "data": {"trackIds": []}}',
        b'{"type": "queue.add", "id": "e", "data": {"trackIds": ["' + b"x" * 60_000 + b'"]}}',
        b'{"type": "library.browse", "id": "f", "data": {"path": "../../etc"}}',
        b'{"type": "__proto__", "id": "g"}',
        b"",
    ],
    ids=lambda value: value[:30].decode(),
)
async def test_what_is_not_understood_is_answered_with_an_error(
    server: RunningServer, bystander: Talker, payload: bytes
) -> None:
    assert bystander
    bare = await Bare.to(server)
    bare.send(payload)
    refused = await bare.error()
    assert str(refused["code"]).endswith(("VALIDATION_ERROR", "NOT_FOUND")), refused
    assert "Traceback" not in str(refused)
    assert await bare.is_served()
    bare.end()


async def test_fragments_and_pieces_of_any_size_are_one_message(server: RunningServer) -> None:
    bare = await Bare.to(server)
    message = said("no.such.type")
    parts = [message[at : at + 7] for at in range(0, len(message), 7)]
    for number, part in enumerate(parts):
        fin = 0x80 if number == len(parts) - 1 else 0
        for byte in framed(part, fin | (0x01 if number == 0 else 0x00)):
            bare.raw(bytes([byte]))
            if number % 5 == 0:
                await asyncio.sleep(0)
        bare.send(b"?", PING)
    assert "no.such.type" in str((await bare.error())["message"])
    bare.end()


async def test_who_gives_no_sign_of_life_is_closed(server: RunningServer, bystander: Talker) -> None:
    assert bystander
    silent, alive = await Bare.to(server, pongs=False), await Bare.to(server)
    ending = asyncio.create_task(silent.closed())
    while not ending.done():  # who answers the pings, as they come between, stays
        assert await alive.is_served()
        await asyncio.sleep(0.05)
    assert await ending == 1011
    alive.end()


async def test_who_goes_without_a_word_is_forgotten(server: RunningServer) -> None:
    bare = await Bare.to(server)
    assert await bare.is_served()
    bare.end()
    await asyncio.to_thread(
        server.wait_until, lambda: not [c for c in server.get("/clients") if c["name"] == "bare"], "it is forgotten"
    )


async def test_a_reader_that_never_reads_is_let_go(server: RunningServer, bystander: Talker) -> None:
    stuck = await Bare.to(server, limit=2**10)
    tracks = [track["id"] for track in server.get("/tracks", limit=60)]
    await bystander.ask("player.load", {"context": {"type": "tracks", "trackIds": tracks}})
    for number in range(700):
        stuck.send(json.dumps({"v": 1, "id": f"q-{number}", "type": "queue.get", "data": {}}).encode())
    level = 0
    while [client for client in server.get("/clients") if client["name"] == "bare"]:
        for _ in range(20):
            level += 1
            await bystander.ask("player.volume", {"volume": (level % 100) / 100})
    assert await stuck.closed() in {1013, 1011, None}, "told why, if it reads at all before it is cut off"
    stuck.end()
