"""The socket from the other end: commands answered, events in order, over as many connections as it takes."""

import asyncio
import contextlib
import json
import random
import secrets
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

Frame = dict[str, Any]

_PASSING = ("connection.", "player.report")
"""What is meant for one connection, or for one moment, and is not sent again over another connection."""

_HELLO = "hello"
LARGEST_FRAME = 16 * 1024 * 1024
MOST_EVENTS = 1000
"""So many events wait to be read; whoever is further behind is given a snapshot in their place."""


def jittered_wait(attempt: int) -> float:
    """Return how long to wait before an attempt to connect: half a second, then up to half a minute, never in step."""
    return min(30.0, 0.5 * 2.0 ** min(attempt, 10)) * random.uniform(0.8, 1.2)  # noqa: S311  (no secret)


class RefusedError(Exception):
    """The server did not do what was asked; ``code`` is stable, ``details`` may have the current state."""

    def __init__(self, error: Frame) -> None:
        super().__init__(error.get("message", "refused"))
        self.code: str = error.get("code", "INTERNAL_ERROR")
        self.details: Frame = error.get("details", {})


class Client:
    """One client of an Auralis server.

    >>> async with Client("ws://127.0.0.1:8765/ws", "script") as auralis:
    ...     await auralis.command("player.play", {"context": {"type": "library"}})
    ...     async for event in auralis.events():
    ...         print(event["type"])

    A command that was not answered when the connection went is sent again under its own id, and the server does it
    once; what is meant for that connection alone fails with ``ConnectionError``. Topics that were subscribed to are
    subscribed to again where the server does not know the client any more. ``wait_seconds`` gives the pause before the
    n-th attempt to connect.
    """

    def __init__(self, url: str, name: str = "client", *, wait_seconds: Callable[[int], float] = jittered_wait) -> None:
        self.url = url
        self.name = name
        self.client_id: str | None = None
        self.snapshot: Frame | None = None
        self.connections = 0
        self.resumed = 0
        self._wait_seconds = wait_seconds
        self._prefix = f"p-{secrets.token_hex(8)}"
        self._count = 0
        self._token: str | None = None
        self._last_seq = 0
        self._connection: ClientConnection | None = None
        self._open: dict[str, tuple[Frame, asyncio.Future[Frame]]] = {}
        self._topics: dict[str, bool] = {}
        self._events: deque[Frame] = deque()
        self._behind = False
        self._news = asyncio.Event()
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Connect, and be greeted.

        Raises
        ------
        RefusedError
            When the server does not greet a client like this one.
        """
        self._task = asyncio.create_task(self._run(), name="auralis client")
        ready = asyncio.create_task(self._ready.wait())
        try:
            await asyncio.wait({ready, self._task}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self._task.cancel()
            raise
        finally:
            ready.cancel()
        if self._task.done():
            await self._task
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let go of the connection."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def command(self, kind: str, data: Frame | None = None) -> Frame:
        """Send a command and return the frame that answers it.

        Raises
        ------
        RefusedError
            When the server refuses it.
        ConnectionError
            When it was meant for a connection that is gone.
        """
        if kind.startswith(_PASSING) and not self._ready.is_set():
            raise ConnectionError("There is no connection right now.")
        self._count += 1
        message_id = f"{self._prefix}-{self._count}"
        frame = {"v": 1, "id": message_id, "type": kind, "data": data or {}}
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._open[message_id] = (frame, answer)
        try:
            if self._ready.is_set():
                await self._send(frame)
            reply = await answer
        finally:
            self._open.pop(message_id, None)  # whoever waits no longer does not want it sent again
        if "error" in reply:
            raise RefusedError(reply["error"])
        if kind in {"connection.subscribe", "connection.unsubscribe"}:
            self._topics |= dict.fromkeys((data or {})["topics"], kind == "connection.subscribe")
        return reply

    async def events(self) -> AsyncIterator[Frame]:
        """Yield what the server tells, in its order; ``connection.ready`` among it brings a new snapshot.

        Who reads too slowly misses no change for good: what has waited too long gives way to such a snapshot.
        """
        while True:
            if self._events:
                yield self._events.popleft()
                continue
            if self._behind and self._ready.is_set():
                await self._greet()
            self._news.clear()
            await self._news.wait()

    async def _run(self) -> None:
        attempt = 0
        while True:
            try:
                async with connect(self.url, subprotocols=["auralis.v1"], max_size=LARGEST_FRAME) as connection:  # type: ignore[list-item]
                    self._connection = connection
                    self.connections += 1
                    await self._greet()
                    async for text in connection:
                        attempt = 0
                        await self._receive(json.loads(text))
            except (OSError, WebSocketException, InvalidHandshake):
                pass
            finally:
                self._connection = None
                self._ready.clear()
                self._let_go()
            await asyncio.sleep(self._wait_seconds(attempt))
            attempt += 1

    def _let_go(self) -> None:
        """Wait no longer for what will not be sent again."""
        for frame, answer in self._open.values():
            if frame["type"].startswith(_PASSING) and not answer.done():
                answer.set_exception(ConnectionError("The connection was lost before the answer."))

    async def _greet(self) -> None:
        hello: Frame = {"clientName": self.name, "capabilities": ["ping"]}
        if self._token is not None:
            hello |= {"resumeToken": self._token, "lastSeq": self._last_seq}
        await self._send({"v": 1, "id": _HELLO, "type": "connection.hello", "data": hello})

    async def _receive(self, frame: Frame) -> None:
        seq = frame.get("seq")
        if seq is not None:
            if seq <= self._last_seq:
                return
            self._last_seq = seq
        kind = frame["type"]
        if kind in {"connection.ready", "connection.resumed"}:
            await self._greeted(frame)
        elif kind == "connection.ping":
            await self._send({"v": 1, "type": "connection.pong", "data": {}})
        elif kind == "error" and frame.get("replyTo") == _HELLO:
            raise RefusedError(frame["error"])
        _, answer = self._open.pop(frame.get("replyTo", ""), (None, None))
        if answer is not None and not answer.done():
            answer.set_result(frame)
        elif "replyTo" not in frame or kind in {"connection.ready", "connection.resumed"}:
            self._tell(frame)

    def _tell(self, frame: Frame) -> None:
        """Let an event wait to be read."""
        if frame["type"] == "connection.ready":
            self._behind = False
        elif len(self._events) >= MOST_EVENTS:
            self._events.clear()
            self._behind = True
        if not self._behind:
            self._events.append(frame)
        self._news.set()

    async def _greeted(self, frame: Frame) -> None:
        data = frame["data"]
        self.client_id, self._token, self._last_seq = data["clientId"], data["resumeToken"], data["seq"]
        self.snapshot = data.get("snapshot", self.snapshot)
        self.resumed += frame["type"] == "connection.resumed"
        self._ready.set()
        if frame["type"] == "connection.ready":
            await self._subscribe_again()
        for asked, _ in list(self._open.values()):
            if not asked["type"].startswith(_PASSING):
                await self._send(asked)

    async def _subscribe_again(self) -> None:
        for kind, wanted in (("connection.subscribe", True), ("connection.unsubscribe", False)):
            topics = [topic for topic, chosen in self._topics.items() if chosen is wanted]
            if topics:
                await self._send({"v": 1, "type": kind, "data": {"topics": topics}})

    async def _send(self, frame: Frame) -> None:
        """Send a frame; one that is lost with its connection is sent again over the next."""
        if self._connection is not None:
            with contextlib.suppress(WebSocketException):
                await self._connection.send(json.dumps(frame))
