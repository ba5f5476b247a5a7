"""All connected clients: each with a bounded outbox and one task that writes, so that a slow one harms nobody else."""

import asyncio
import itertools
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect

from auralis.api.socket.registry import SERVER_MESSAGES
from auralis.kit.ids import new_id

OUTBOX_FRAMES = 500
SLOW_READER = 1013
GOING_AWAY = 1012
GOODBYE_SECONDS = 1.0
"""So long the end of the server waits for clients to take their goodbye."""

_COALESCED = frozenset({"scan.progress", "job.progress"})

_frame_ids = itertools.count(1)


def encode(kind: str, data: object, reply_to: str | None = None, *, error: dict[str, Any] | None = None) -> bytes:
    """Return a server frame; ``data`` may be bytes that already are JSON."""
    head: dict[str, Any] = {"v": 1, "id": f"s-{next(_frame_ids)}", "type": kind, "timestamp": int(time.time() * 1000)}
    if reply_to is not None:
        head["replyTo"] = reply_to
    if error is not None:
        head["error"] = error
        return orjson.dumps(head)
    assert kind in SERVER_MESSAGES, kind
    body = data if isinstance(data, bytes) else orjson.dumps(data)
    return orjson.dumps(head)[:-1] + b',"data":' + body + b"}"


@dataclass(eq=False)
class Connection:
    """One client's socket; ``ready`` once it has said hello, and then told of everything.

    What happens between hello and its answer waits behind the answer, so that a client never sees an older state
    after a newer one.
    """

    socket: WebSocket
    client_id: str = field(default_factory=new_id)
    name: str = "client"
    can_output: bool = False
    ready: bool = False
    _outbox: deque[tuple[str, bytes]] = field(default_factory=deque)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _room: asyncio.Event = field(default_factory=asyncio.Event)
    _gone: bool = False
    _overflowed: bool = False
    _behind: deque[tuple[str, bytes]] | None = None

    @property
    def held(self) -> bool:
        """Whether frames wait behind the answer to hello."""
        return self._behind is not None

    def send(self, kind: str, frame: bytes) -> None:
        """Queue a frame; of progress only the newest waits, and a reader that falls too far behind is let go."""
        queue = self._outbox if self._behind is None else self._behind
        if kind in _COALESCED:
            for index, (waiting, _) in enumerate(queue):
                if waiting == kind:
                    queue[index] = (kind, frame)
                    return
        if len(queue) >= OUTBOX_FRAMES:
            self._overflowed = True
        else:
            queue.append((kind, frame))
        self._wake.set()

    async def room(self) -> None:
        """Wait until the client has taken most of its answers, before it may ask for more."""
        while len(self._outbox) >= OUTBOX_FRAMES // 2 and not self._gone:
            self._room.clear()
            await self._room.wait()

    def hold(self) -> None:
        """Be told of everything from now on, but only after ``greet``."""
        self.ready = True
        if self._behind is None:
            self._behind = deque()

    def greet(self, kind: str, frame: bytes) -> None:
        """Send the answer to hello, and then all that has waited for it."""
        self._outbox.append((kind, frame))
        self._outbox.extend(self._behind or ())
        self._behind = None
        self._wake.set()

    async def write(self) -> None:
        """Write what is queued until the connection goes."""
        try:
            await self._write()
        except (WebSocketDisconnect, RuntimeError):
            return
        finally:
            self._gone = True
            self._room.set()

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._overflowed:
                await self.socket.close(SLOW_READER, "The client reads too slowly.")
                return
            while self._outbox:
                _, frame = self._outbox.popleft()
                self._room.set()
                await self.socket.send({"type": "websocket.send", "text": frame.decode()})


class Hub:
    """The set of connections, and how a fact reaches them all."""

    def __init__(self) -> None:
        self._connections: dict[str, Connection] = {}

    def __len__(self) -> int:
        """Count the connections, also those that have not said hello."""
        return len(self._connections)

    def add(self, connection: Connection) -> None:
        """Take in a client."""
        self._connections[connection.client_id] = connection

    def remove(self, connection: Connection) -> None:
        """Forget a client."""
        self._connections.pop(connection.client_id, None)

    def find(self, client_id: str) -> Connection | None:
        """Return the client with this id, if it is here."""
        return self._connections.get(client_id)

    def ready(self) -> list[Connection]:
        """Return the clients that have said hello."""
        return [connection for connection in self._connections.values() if connection.ready]

    def broadcast(self, kind: str, data: object) -> None:
        """Send a fact to every client, encoded once."""
        frame = encode(kind, data)
        for connection in self.ready():
            connection.send(kind, frame)

    async def close(self) -> None:
        """Tell every client that the server goes away; one that reads nothing is not waited for."""
        self.broadcast("connection.close", {"reason": "The server is shutting down."})
        await asyncio.sleep(0)
        goodbyes = [asyncio.create_task(_close(connection)) for connection in self._connections.values()]
        if goodbyes:
            _, stuck = await asyncio.wait(goodbyes, timeout=GOODBYE_SECONDS)
            for goodbye in stuck:
                goodbye.cancel()


async def _close(connection: Connection) -> None:
    try:
        await connection.socket.close(GOING_AWAY)
    except (WebSocketDisconnect, RuntimeError):
        return
