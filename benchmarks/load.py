"""A load generator over plain sockets: closed loop (as fast as it goes) or open loop (at a rate, come what may)."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import quantiles


@dataclass
class Run:
    """What came of a run: latencies of answered requests (ms), statuses, and how long it took."""

    latencies_ms: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def requests(self) -> int:
        """How many were answered."""
        return sum(self.statuses.values())

    @property
    def per_second(self) -> float:
        """How many were answered a second."""
        return self.requests / self.seconds if self.seconds else 0.0

    def percentile(self, percent: int) -> float:
        """Return a percentile of the latencies, ms."""
        return quantiles(self.latencies_ms, n=100)[percent - 1]


def get(path: str, host: str = "127.0.0.1") -> bytes:
    """Return a GET as it goes over the wire."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


def post(path: str, body: bytes, host: str = "127.0.0.1") -> bytes:
    """Return a POST of JSON as it goes over the wire."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def closed_loop(port: int, requests: Callable[[], bytes], count: int, connections: int = 8) -> Run:
    """Send ``count`` requests, each connection its next one when it has its answer."""
    run, left = Run(), iter(range(count))
    started = time.perf_counter()
    await asyncio.gather(*(_work(port, requests, run, left) for _ in range(connections)))
    run.seconds = time.perf_counter() - started
    return run


async def open_loop(
    port: int, requests: Callable[[], bytes], rate: float, seconds: float, connections: int = 64
) -> Run:
    """Send at ``rate`` a second whether or not answers come; a latency counts from when its request was due."""
    run = Run()
    due: asyncio.Queue[float | None] = asyncio.Queue()
    started = time.perf_counter()
    workers = [asyncio.create_task(_work_off(port, requests, run, due)) for _ in range(connections)]
    sent = 0
    while (now := time.perf_counter() - started) < seconds:
        while sent < now * rate:
            due.put_nowait(started + sent / rate)
            sent += 1
        await asyncio.sleep(0.001)
    for _ in workers:
        due.put_nowait(None)
    await asyncio.gather(*workers)
    run.seconds = time.perf_counter() - started
    return run


async def _work(port: int, requests: Callable[[], bytes], run: Run, left: Iterator[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in left:
        began = time.perf_counter()
        run.statuses[await _exchange(reader, writer, requests())] += 1
        run.latencies_ms.append((time.perf_counter() - began) * 1000)
    writer.close()


async def _work_off(port: int, requests: Callable[[], bytes], run: Run, due: "asyncio.Queue[float | None]") -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (when := await due.get()) is not None:
        run.statuses[await _exchange(reader, writer, requests())] += 1
        run.latencies_ms.append((time.perf_counter() - when) * 1000)
    writer.close()


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    at = head.find(b"content-length: ")
    if at >= 0:
        await reader.readexactly(int(head[at + 16 : head.index(b"\r", at)]))
    return int(head[9:12])
