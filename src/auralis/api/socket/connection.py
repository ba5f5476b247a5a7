"""One socket: a bounded outbox and one task that writes, so that a slow client harms nobody else."""

import asyncio
import time
from collections import deque

from starlette.websockets import WebSocket, WebSocketDisconnect

from auralis.api.socket.dialects import Fact
from auralis.api.socket.registry import COALESCED

Frame = str | tuple[Fact, int | None]
"""Text, or a fact and its number: what all are told is put into words only when it is written."""

OUTBOX_FRAMES = 500
SLOW_READER = 1013
GOING_AWAY = 1012


class Connection:
    """An open socket and what waits to be written to it."""

    __slots__ = (
        "_closing",
        "_gone",
        "_outbox",
        "_room",
        "_wake",
        "bytes_in",
        "bytes_out",
        "connected_at",
        "dropped",
        "latency_ms",
        "messages_in",
        "messages_out",
        "pinged_at",
        "socket",
    )

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self.connected_at = time.time()
        self.messages_in = self.bytes_in = self.messages_out = self.bytes_out = self.dropped = 0
        self.latency_ms: float | None = None
        self.pinged_at: float | None = None
        self._outbox: deque[tuple[str, Frame]] = deque()
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._gone = False
        self._closing: tuple[int, str] | None = None

    @property
    def waiting(self) -> int:
        """How many frames wait to be sent."""
        return len(self._outbox)

    def send(self, kind: str, frame: Frame) -> None:
        """Queue a frame; of positions and progress only the newest waits, and a reader too far behind is let go."""
        if kind in COALESCED:
            for index, (waiting, _) in enumerate(self._outbox):
                if waiting == kind:
                    self._outbox[index] = (kind, frame)
                    self.dropped += 1
                    return
        if len(self._outbox) >= OUTBOX_FRAMES and not self._make_room():
            self.close(SLOW_READER, "The client reads too slowly.")
            return
        self._outbox.append((kind, frame))
        self._wake.set()

    def close(self, code: int, reason: str) -> None:
        """Close the socket as soon as the writer comes to it; what waits is not sent any more."""
        if self._closing is None:
            self._closing = (code, reason)
        self._wake.set()

    async def room(self) -> None:
        """Wait until the client has taken most of its answers, before it may ask for more."""
        while len(self._outbox) >= OUTBOX_FRAMES // 2 and not self._gone:
            self._room.clear()
            await self._room.wait()

    async def write(self) -> None:
        """Write what is queued until the connection goes."""
        try:
            await self._write()
        except (WebSocketDisconnect, RuntimeError):
            return
        finally:
            self._gone = True
            self._room.set()

    async def drained(self) -> None:
        """Wait until everything that is queued was handed to the network."""
        while self._outbox and not self._gone:
            self._room.clear()
            await self._room.wait()

    def _make_room(self) -> bool:
        """Drop what newer frames will make up for; tell whether that helped."""
        before = len(self._outbox)
        self._outbox = deque((kind, frame) for kind, frame in self._outbox if kind not in COALESCED)
        self.dropped += before - len(self._outbox)
        return len(self._outbox) < OUTBOX_FRAMES

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._outbox and self._closing is None:
                _, frame = self._outbox.popleft()
                self._room.set()
                text = frame if isinstance(frame, str) else frame[0].canonical(frame[1])
                self.messages_out += 1
                self.bytes_out += len(text)
                await self.socket.send({"type": "websocket.send", "text": text})
            if self._closing is not None:
                await self.socket.close(*self._closing)
                return
