"""The socket of a real server: how soon a change is with 100 and 1,000 clients, what one costs, a queue command."""

import asyncio
import base64
import json
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import quantiles

import psutil
from tests.factories import filled_library
from tests.server import RunningServer, running_server

ROUNDS = 30
COMMANDS = 200
ENVIRONMENT = {
    "AURALIS_ANALYSE": "false",
    "AURALIS_LOG_LEVEL": "error",
    "AURALIS_SOCKET_CONNECTIONS": "2000",
    "AURALIS_SOCKET_MESSAGES_PER_MINUTE": "1000000",
}


_GREETING = re.compile(rb'"clientId":"(\w+)".*"resumeToken":"(\w+)","seq":(\d+)', re.DOTALL)


class RawClient(asyncio.Protocol):
    """As little as a client can be, so that a thousand of them do not slow down what they measure."""

    def __init__(self, hello: dict[str, object] | None = None) -> None:
        self.hello = hello or {"clientName": "bench"}
        self.greeted = asyncio.get_running_loop().create_future()
        self.greeting = b""
        self.marker = b'"connection.resumed"' if hello else b'"connection.ready"'
        self.seen: asyncio.Future[float] = self.greeted
        self._tail = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for a socket."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        lines = ["GET /ws HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: auralis.v1"]
        transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def data_received(self, data: bytes) -> None:
        """Note when the marker comes."""
        if self._tail == b"" and data.startswith(b"HTTP/1.1 101"):
            self.send("connection.hello", self.hello)
        data = self._tail + data
        if self.marker in data and not self.seen.done():
            if self.seen is self.greeted:
                self.greeting = data
            self.seen.set_result(time.perf_counter())
        self._tail = data[-64:]

    def greeting_says(self) -> tuple[str, str, int]:
        """Return the id, the token and the number that the server's greeting gave."""
        found = _GREETING.search(self.greeting)
        assert found is not None, self.greeting[:500]
        return found[1].decode(), found[2].decode(), int(found[3])

    def expect(self, marker: bytes) -> "asyncio.Future[float]":
        """Return the moment at which ``marker`` comes."""
        self.marker, self._tail = marker, b" "
        self.seen = asyncio.get_running_loop().create_future()
        return self.seen

    def send(self, kind: str, data: dict[str, object], message_id: str = "b") -> None:
        """Send a frame, masked with zeros."""
        text = json.dumps({"v": 1, "id": message_id, "type": kind, "data": data}).encode()
        size = bytes([0x80 | len(text)]) if len(text) < 126 else bytes([0xFE]) + len(text).to_bytes(2, "big")
        self.transport.write(b"\x81" + size + b"\0\0\0\0" + text)


def measure() -> dict[str, float]:
    """Return the figures of this subject."""
    with tempfile.TemporaryDirectory() as scratch:
        filled_library(Path(scratch) / "auralis.db", 60).close()
        with running_server(Path(scratch), environment=ENVIRONMENT) as server, _apart(server):
            return asyncio.run(_measured(server))


@contextmanager
def _apart(server: RunningServer) -> Iterator[None]:
    """Give the server a core of its own and the clients that measure it another, where the system lets us."""
    own = psutil.Process()
    if not hasattr(own, "cpu_affinity") or len(cores := own.cpu_affinity()) < 2:
        yield
        return
    psutil.Process(server.process.pid).cpu_affinity(cores[:1])
    own.cpu_affinity(cores[1:])
    yield
    own.cpu_affinity(cores)


async def _measured(server: RunningServer) -> dict[str, float]:
    tracks = [track["id"] for track in server.get("/tracks", limit=60)]
    with server.client as rest:
        rest.post("/player/load", json={"context": {"type": "tracks", "trackIds": tracks}})
    clients = await _connected(server, 100)
    hundred = await _spread(clients)
    commands = await _commands(clients[0], tracks)
    handed = await _handed_over(clients[1], clients[2])
    returns = await _returns(clients[0], server)
    longest = await _long_queue(clients[0], tracks)
    before = await _settled(server)
    clients += await _connected(server, 900)
    after = await _settled(server)
    busy = _cpu_seconds(server)
    thousand = await _spread(clients)
    busy = _cpu_seconds(server) - busy
    for client in clients:
        client.transport.abort()
    return {
        "fanout_100_p95_ms": quantiles(hundred, n=20)[-1],
        "fanout_1000_p99_ms": quantiles(thousand, n=100)[-1],
        "fanout_1000_cpu_ms": busy / ROUNDS * 1000,
        "queue_command_p95_ms": quantiles(commands, n=20)[-1],
        "queue_10k_command_p95_ms": quantiles(longest, n=20)[-1],
        "hand_over_p95_ms": quantiles(handed, n=20)[-1],
        "reconnect_p99_ms": quantiles(returns, n=100)[-1],
        "connection_kb": (after - before) / 900 / 1000,
    }


async def _connected(server: RunningServer, count: int) -> list[RawClient]:
    loop = asyncio.get_running_loop()
    port = int(server.url.rpartition(":")[2])
    clients = []
    for _ in range(count):
        _, client = await loop.create_connection(RawClient, "127.0.0.1", port)
        await client.greeted
        clients.append(client)
    await asyncio.sleep(1.0)
    return clients


async def _spread(clients: list[RawClient]) -> list[float]:
    """Return how long after it was asked for each client was told of a change, ms."""
    times: list[float] = []
    for number in range(ROUNDS):
        volume = round(0.1 + number / 1000 + len(clients) / 100_000, 5)
        told = [client.expect(b'"volume":%s' % str(volume).encode()) for client in clients]
        started = time.perf_counter()
        clients[0].send("player.volume", {"volume": volume}, f"v{len(clients)}-{number}")
        times += [(moment - started) * 1000 for moment in await asyncio.gather(*told)]
        await asyncio.sleep(0.1)
    return times


async def _commands(client: RawClient, tracks: list[str], name: str = "queue-command") -> list[float]:
    times = []
    for number in range(COMMANDS):
        message_id = f"{name}-{number:06}"
        answered = client.expect(b'"replyTo":"%s"' % message_id.encode())
        started = time.perf_counter()
        client.send("queue.add", {"trackIds": [tracks[number % 60]], "position": "next"}, message_id)
        times.append((await answered - started) * 1000)
    return times


async def _handed_over(one: RawClient, other: RawClient) -> list[float]:
    """Return how long after a hand-over was asked for the client that is to sound knows of it, ms."""
    for client in (one, other):
        greeted = client.expect(b'"replyTo":"again"')
        client.send("connection.hello", {"clientName": "bench", "capabilities": ["output"]}, "again")
        await greeted
    ids = [client.greeting_says()[0] for client in (one, other)]
    times = []
    for number in range(2 * ROUNDS):
        heir, client_id = (other, ids[1]) if number % 2 else (one, ids[0])
        told = heir.expect(b'"outputClientId":"%s"' % client_id.encode())
        started = time.perf_counter()
        one.send("player.output", {"clientId": client_id}, f"hand-{number}")
        times.append((await told - started) * 1000)
    return times


async def _returns(speaker: RawClient, server: RunningServer) -> list[float]:
    """Return how long a client that was cut off takes to have all that it missed, from the new connection on, ms."""
    (client,) = await _connected(server, 1)
    loop, port = asyncio.get_running_loop(), int(server.url.rpartition(":")[2])
    times = []
    for number in range(2 * ROUNDS):
        _, token, seq = client.greeting_says()
        client.transport.abort()
        done = speaker.expect(b'"replyTo":"missed-%d"' % number)
        speaker.send("player.volume", {"volume": 0.3 + number / 1000}, f"missed-{number}")
        await done
        started = time.perf_counter()
        hello = {"clientName": "bench", "resumeToken": token, "lastSeq": seq}
        _, client = await loop.create_connection(partial(RawClient, hello), "127.0.0.1", port)
        times.append((await client.greeted - started) * 1000)
    client.transport.abort()
    return times


async def _long_queue(client: RawClient, tracks: list[str]) -> list[float]:
    """Return how long commands take where 10,000 entries wait, ms."""
    for number in range(20):
        answered = client.expect(b'"replyTo":"long-%d"' % number)
        client.send("queue.add", {"trackIds": (tracks * 9)[:500], "position": "end"}, f"long-{number}")
        await answered
    return await _commands(client, tracks, "long-queue-command")


async def _settled(server: RunningServer) -> int:
    """Return the server's memory once it grows no more: code is still being loaded when the first clients are here."""
    known = 0
    while (now := _memory(server)) > known + 500_000:
        known = now
        await asyncio.sleep(3.0)
    return now


def _cpu_seconds(server: RunningServer) -> float:
    times = psutil.Process(server.process.pid).cpu_times()
    return times.user + times.system


def _memory(server: RunningServer) -> int:
    return int(psutil.Process(server.process.pid).memory_info().rss)


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
