"""A plain client of the socket for tests, in any dialect, that keeps count of what it is told."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from tests.server import RunningServer
from websockets.asyncio.client import ClientConnection, connect

PATIENCE = 30


class Talker:
    """Speaks one dialect over one connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.heard: list[dict[str, Any]] = []
        self.count = 0

    @classmethod
    async def to(cls, server: RunningServer, path: str = "/ws", **options: Any) -> "Talker":
        return cls(await connect(server.url.replace("http", "ws") + path, max_size=2**24, max_queue=None, **options))

    async def say(self, frame: object) -> None:
        await self.connection.send(frame if isinstance(frame, (str, bytes)) else json.dumps(frame))

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            frame = dict(json.loads(await self.connection.recv()))
        self.heard.append(frame)
        return frame

    async def until(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while True:
            frame = await self.next()
            if condition(frame):
                return frame

    async def hears(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Return the first frame that fits, from the beginning on."""
        found = next((frame for frame in self.heard if condition(frame)), None)
        return found if found is not None else await self.until(condition)

    async def ask(self, kind: str, data: Any = None, message_id: str | None = None) -> dict[str, Any]:
        self.count += 1
        message_id = message_id or f"c-{self.count}"
        await self.say({"v": 1, "id": message_id, "type": kind, "data": data or {}})
        return await self.until(lambda frame: frame.get("replyTo") == message_id)

    async def hello(self, **data: Any) -> dict[str, Any]:
        return await self.ask("connection.hello", {"clientName": "test", "capabilities": ["output"]} | data)

    async def close(self) -> None:
        await self.connection.close()
