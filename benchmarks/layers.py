"""What each layer before the routes costs a request: processor time with it less the time without."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auralis.api.access_log import Entry
from auralis.api.application import ApiSettings, create_api
from auralis.api.bodies import BodyLimit, ContentType
from auralis.api.callers import local_owner
from auralis.api.context import RequestInfo
from auralis.api.desk import Desk
from auralis.api.envelope import Answer, send_answer, success
from auralis.api.front import Front
from auralis.api.limits import Limits
from auralis.api.rules import LARGEST_BODY

REQUESTS = 5000
ROUNDS = 5
_BODY = orjson.dumps([{"id": str(number), "title": "Night River " * 40} for number in range(50)])


def layer_costs() -> dict[str, float]:
    """Return microseconds a request for each layer, and print them."""
    desk: Desk = create_api(ApiSettings(limits=Limits(user=10**9))).state.desk
    wanted: list[tuple[str, ASGIApp]] = [
        ("route", _answer),
        ("exceptions", ExceptionMiddleware(_answer)),
        ("content type", ContentType(_answer, lambda _: False)),
        ("body limit", BodyLimit(_answer, lambda _: LARGEST_BODY, lambda _: False, desk.overload)),
        ("front: id, gate, limits, log, metrics, headers", Front(_answer, desk)),
    ]
    times = {name: asyncio.run(_seconds(app)) for name, app in wanted}
    costs = {name: (seconds - times["route"]) * 1e6 for name, seconds in times.items() if name != "route"}
    info = RequestInfo("c3g8v8nzne0zsq24", 0.0, local_owner("127.0.0.1"), "/")
    parts: dict[str, Callable[[], Any]] = {
        "of it: rate limits": lambda: asyncio.run(_each(lambda: desk.limits.count(info.caller))),
        "of it: metrics": lambda: _often(lambda: desk.metrics.observe("GET /", 200, 1.0)),
        "of it: access log": lambda: _often(lambda: desk.log.add(Entry(0.0, "GET", "/", 200, 1.0, "id"))),
        "compression of a page, once": lambda: _often(_compress, 200),
    }
    costs |= {name: measure() * 1e6 for name, measure in parts.items()}
    for name, microseconds in costs.items():
        print(f"  {name:<52} {microseconds:>8.1f} us", flush=True)
    return {"front_cpu_us": costs["front: id, gate, limits, log, metrics, headers"]}


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    del receive
    if "auralis" not in scope:
        scope["auralis"] = RequestInfo("id", time.perf_counter(), local_owner("127.0.0.1"), "/")
    await send_answer(_ANSWER, (), scope, send)


def _compress() -> None:
    answer = success(Request({"type": "http"}), _BODY).answer  # type: ignore[attr-defined]
    info = RequestInfo("id", 0.0, local_owner("127.0.0.1"), "/", accepts_gzip=True)
    answer.body(info)


async def _seconds(app: ASGIApp) -> float:
    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_: Message) -> None:
        pass

    def ask() -> Awaitable[None]:
        scope = {"type": "http", "method": "POST", "path": "/api/v1/x", "raw_path": b"/api/v1/x", "query_string": b""}
        scope["client"] = ("127.0.0.1", 1)  # type: ignore[assignment]
        scope["headers"] = [(b"host", b"localhost"), (b"content-type", b"application/json")]  # type: ignore[assignment]
        return app(scope, receive, send)

    return await _each(ask)


async def _each(ask: Callable[[], Awaitable[Any]]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.thread_time()
        for _ in range(REQUESTS):
            await ask()
        best = min(best, (time.thread_time() - started) / REQUESTS)
    return best


def _often(work: Callable[[], Any], count: int = REQUESTS) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.thread_time()
        for _ in range(count):
            work()
        best = min(best, (time.thread_time() - started) / count)
    return best


_ANSWER = Answer(_BODY)

if __name__ == "__main__":
    layer_costs()
