"""Connections as they come: real sockets to a small application behind the server's own protocol."""

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import APIRouter, Request
from starlette.responses import Response
from uvicorn.server import ServerState

from auralis.api import application, threshold
from auralis.api.access_log import Entry
from auralis.api.application import ApiSettings, create_api
from auralis.api.envelope import success
from auralis.api.limits import Limits
from auralis.api.rules import Role, rule
from auralis.cache import Changes, ResponseCache

router = APIRouter(tags=["trial"])
PLAIN = "GET /api/v1/kept?a=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"


@router.get("/kept", operation_id="kept")
@rule(Role.BASIC, depends={"things"})
async def kept(request: Request, a: int = 0) -> Response:
    return success(request, {"text": "x" * 3000, "a": a})


@router.get("/slow", operation_id="slow")
@rule(Role.BASIC)
async def slow(request: Request) -> Response:
    await asyncio.sleep(0)
    return success(request, {"slow": True})


@router.post("/length", operation_id="length")
@rule(Role.BASIC)
async def length(request: Request) -> Response:
    return success(request, {"length": len(await request.body())})


class House:
    """A server on a free port, with what it counts and logs."""

    def __init__(self, settings: ApiSettings) -> None:
        self.app = create_api(settings)
        self.desk = self.app.state.desk
        self.desk.answers = ResponseCache(Changes(), 10**6, weigh=lambda a: a.weight, overlap=lambda *_: 1.0)
        self.port = 0

    async def say(self, *parts: str, answers: int = 1) -> list[tuple[int, dict[str, str], bytes]]:
        """Send requests over one connection; return status, headers and body of each answer."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write("".join(parts).encode("latin-1"))
        found = [await read_answer(reader) for _ in range(answers)]
        writer.close()
        return found


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return int(head[0].split()[1]), headers, body


@asynccontextmanager
async def house(monkeypatch: pytest.MonkeyPatch, **options: Any) -> AsyncIterator[House]:
    monkeypatch.setattr(application, "routers", lambda: [router])
    opened = House(ApiSettings(**options))
    config = uvicorn.Config(opened.app, log_config=None, access_log=False, ws="none")
    config.load()
    make, state = threshold.protocol(opened.desk), ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: make(config=config, server_state=state, app_state={}, _loop=loop), "127.0.0.1", 0
    )
    opened.port = server.sockets[0].getsockname()[1]
    async with server:
        yield opened
        server.close()
    for connection in tuple(state.connections):
        connection.transport.abort()


async def test_a_kept_answer_keeps_every_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[Entry] = []
    async with house(monkeypatch, write_log=lines.extend) as server:
        (first,) = await server.say(PLAIN)
        again, by_app = await server.say(PLAIN, PLAIN.replace("\r\n\r\n", "\r\nX-Request-Id: mine\r\n\r\n"), answers=2)
        server.desk.log.flush()
    documents = [json.loads(body) for _, _, body in (first, again, by_app)]
    assert [d["cacheInfo"]["hitCache"] for d in documents] == [False, True, True]
    assert documents[0]["data"] == documents[1]["data"] == documents[2]["data"]
    told = {name for name in by_app[1] if name != "ratelimit"}
    assert told == {name for name in again[1] if name != "ratelimit"}
    for _, headers, body in (again, by_app):
        assert json.loads(body)["meta"]["requestId"] == headers["x-request-id"]
        assert re.fullmatch(r"app;dur=\d+\.\d\d", headers["server-timing"])
    assert by_app[1]["x-request-id"] == "mine"
    assert again[1]["etag"] == by_app[1]["etag"]
    assert [(e.method, e.path, e.status, e.request_id) for e in lines] == [
        ("GET", "/api/v1/kept", 200, headers["x-request-id"]) for _, headers, _ in (first, again, by_app)
    ]
    assert server.desk.metrics.routes["GET /api/v1/kept"].requests == 3
    assert server.desk.answers.usage.totals.kept.count == 2


async def test_a_kept_answer_is_compressed_or_left_out_for_who_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with house(monkeypatch) as server:
        await server.say(PLAIN)
        (squeezed,) = await server.say(PLAIN.replace("\r\n\r\n", "\r\nAccept-Encoding: gzip\r\n\r\n"))
        tag = squeezed[1]["etag"]
        known, other = await server.say(
            PLAIN.replace("\r\n\r\n", f"\r\nIf-None-Match: {tag}\r\n\r\n"),
            PLAIN.replace("\r\n\r\n", '\r\nIf-None-Match: "x"\r\n\r\n'),
            answers=2,
        )
    assert squeezed[1]["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(squeezed[2]))["cacheInfo"]["hitCache"]
    assert (known[0], known[2], known[1]["etag"]) == (304, b"", tag)
    assert "content-length" not in known[1]
    assert other[0] == 200


async def test_a_wish_for_a_socket_where_there_is_none_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    wish = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n"
    async with house(monkeypatch) as server:
        await server.say(PLAIN)
        for path in ("/api/v1/slow", "/api/v1/kept?a=1"):
            ((status, _, body),) = await server.say(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{wish}")
            assert (status, json.loads(body)["status"]) == (200, "success")


async def test_answers_come_in_the_order_of_their_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    other = PLAIN.replace("kept?a=1", "slow")
    async with house(monkeypatch) as server:
        await server.say(PLAIN)
        found = await server.say(PLAIN, other, PLAIN, other, other, PLAIN, answers=6)
    assert ["slow" in json.loads(body)["data"] for _, _, body in found] == [False, True, False, True, True, False]


async def test_kept_answers_are_counted_as_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    async with house(monkeypatch, limits=Limits(user=60)) as server:
        found = await server.say(PLAIN * 70, answers=70)
    assert [status for status, _, _ in found] == [200] * 60 + [429] * 10
    assert [headers["ratelimit"].split(";")[1] for _, headers, _ in found[:60]] == [f"r={n}" for n in range(59, -1, -1)]
    assert server.desk.metrics.limited == 10


@pytest.mark.parametrize(
    "request_", [PLAIN.replace("localhost", "evil.example"), PLAIN.replace("Host: localhost\r\n", "")]
)
async def test_kept_answers_are_for_those_who_may_ask(monkeypatch: pytest.MonkeyPatch, request_: str) -> None:
    async with house(monkeypatch) as server:
        await server.say(PLAIN)
        ((status, _, body),) = await server.say(request_)
    assert (status, json.loads(body)["code"]) == (403, "HOST_NOT_ALLOWED")


async def test_a_connection_is_closed_where_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async with house(monkeypatch) as server:
        await server.say(PLAIN)
        for asked in (PLAIN.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"), PLAIN.replace("1.1", "1.0")):
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(asked.encode())
            status, _, _ = await read_answer(reader)
            assert status == 200
            assert await reader.read() == b""
            writer.close()


@pytest.mark.parametrize(
    ("head", "status", "code"),
    [
        ("nonsense\r\n\r\n", 400, "HTTP_ERROR"),
        ("GET /api/v1/slow HTTP/1.1\r\nHost localhost\r\n\r\n", 400, "HTTP_ERROR"),
        ("GET /api/v1/slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n", 400, "HTTP_ERROR"),
        ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400, "HTTP_ERROR"),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0", 400, "HTTP_ERROR"),
        ("GET /api/v1/slow HTTP/1.1\r\nHost: evil.example\r\nHost: localhost\r\n\r\n", 400, "HTTP_ERROR"),
        ("GET http://evil.example/api/v1/slow HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "HTTP_ERROR"),
        ("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400, "HTTP_ERROR"),
        ("GET / HTTP/1.1\r\n" + "".join(f"X-{n}: y\r\n" for n in range(101)) + "\r\n", 431, "HEADERS_TOO_LARGE"),
        ("GET / HTTP/1.1\r\nX: " + "y" * 400_000, 431, "HEADERS_TOO_LARGE"),
        ("GET /" + "y" * 400_000, 431, "HEADERS_TOO_LARGE"),
    ],
    ids=[
        *("no HTTP", "no colon", "no number", "two lengths", "length and chunks", "two hosts", "another host"),
        *("unknown coding", "many", "long", "long address"),
    ],
)
async def test_what_is_no_request_is_refused_in_the_form_of_all_errors(
    monkeypatch: pytest.MonkeyPatch, head: str, status: int, code: str
) -> None:
    async with house(monkeypatch) as server:
        ((found, headers, body),) = await server.say(head)
        assert (found, headers["content-type"], headers["connection"]) == (status, "application/problem+json", "close")
        problem = json.loads(body)
        assert (problem["status"], problem["code"], problem["requestId"]) == (status, code, headers["x-request-id"])
        assert "content-security-policy" in headers
        assert server.desk.metrics.totals.client_errors == 1
        assert (await server.say(PLAIN))[0][0] == 200


async def test_a_head_that_dawdles_is_given_up_and_silence_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threshold, "HEAD_SECONDS", 0.05)
    async with house(monkeypatch) as server:
        ((status, _, body),) = await server.say("GET /api/v1/slow HTTP/1.1\r\nHos")
        assert (status, json.loads(body)["code"]) == (408, "REQUEST_TIMEOUT")
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        assert await reader.read() == b""
        writer.close()
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(PLAIN.encode())
        await read_answer(reader)
        writer.write(PLAIN[:20].encode())
        assert (await read_answer(reader))[0] == 408
        writer.close()


async def test_the_rest_of_a_refused_body_is_not_read_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threshold, "LINGER_SECONDS", 0.05)
    head = "POST /api/v1/length HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\n"
    async with house(monkeypatch) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write((head + "a").encode())
        assert (await read_answer(reader))[0] == 415
        assert await reader.read() == b""
        writer.close()
        whole = await server.say(head + "123456789", head + "123456789", answers=2)
        assert [status for status, _, _ in whole] == [415, 415]


async def test_a_body_in_broken_chunks_ends_its_connection_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    head = "POST /api/v1/length HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    async with house(monkeypatch) as server:
        ((status, _, body),) = await server.say(head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
        assert (status, json.loads(body)["data"]) == (200, {"length": 3})
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write((head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n").encode())
        status, headers, body = await read_answer(reader)
        assert (status, headers["connection"], json.loads(body)["code"]) == (400, "close", "HTTP_ERROR")
        assert await reader.read() == b""
        writer.close()
        assert (await server.say(PLAIN))[0][0] == 200
