"""A proxy between a client and a server that cuts connections: anywhere, also in the middle of a frame."""

import asyncio
import contextlib
import random
from typing import Self


class CuttingProxy:
    """Forwards bytes to ``port`` and cuts every connection after a random number of them."""

    def __init__(self, port: int, seed: int, bytes_between: tuple[int, int] = (200, 20_000)) -> None:
        self.port = port
        self.cuts = 0
        self.cutting = True
        self._random = random.Random(seed)
        self._between = bytes_between
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/ws"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            writer.transport.abort()
            return
        left = [self._random.randint(*self._between)]
        pumps = [
            asyncio.create_task(self._pump(reader, up_writer, left)),
            asyncio.create_task(self._pump(up_reader, writer, left)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            for end in (writer, up_writer):
                end.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, left: list[int]) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(4096):
                passed = data[: left[0]] if self.cutting else data
                writer.write(passed)
                await writer.drain()
                left[0] -= len(passed)
                if self.cutting and left[0] <= 0:
                    self.cuts += 1
                    return
