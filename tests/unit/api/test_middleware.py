"""Who may call, and how much may be sent, tested on the layers alone."""

from typing import Any

import httpx
import pytest
import structlog
from starlette.responses import PlainTextResponse

from auralis.api.middleware import BodyLimit, ContentType, Gatekeeper, RequestContext


async def echo(scope: Any, receive: Any, send: Any) -> None:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    await PlainTextResponse(f"{len(body)}")(scope, receive, send)


def client(app: Any, base_url: str = "http://127.0.0.1:8765") -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=RequestContext(app)), base_url=base_url)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        *[(host, 200) for host in ("localhost:1", "127.0.0.1", "[::1]:8765", "LOCALHOST")],
        *[(host, 403) for host in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::2]")],
    ],
)
async def test_only_known_hosts_are_answered(host: str, status: int) -> None:
    gate = Gatekeeper(echo, {"localhost", "127.0.0.1", "[::1]"}, set())
    async with client(gate) as c:
        assert (await c.get("/", headers={"host": host})).status_code == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 200),
        ("http://127.0.0.1:8765", 200),
        ("http://localhost:3000", 200),
        ("http://127.0.0.1:8766", 403),
        ("https://evil.example", 403),
        ("null", 403),
    ],
)
async def test_writes_come_from_our_own_pages(origin: str | None, status: int) -> None:
    gate = Gatekeeper(echo, {"127.0.0.1"}, {"http://localhost:3000"})
    headers = {"origin": origin} if origin else {}
    async with client(gate) as c:
        assert (await c.post("/", headers=headers)).status_code == status
        assert (await c.get("/", headers=headers)).status_code == 200


async def test_request_ids_are_taken_over_only_when_they_are_harmless() -> None:
    async with client(echo) as c:
        assert (await c.get("/", headers={"x-request-id": "abc-1"})).headers["x-request-id"] == "abc-1"
        hostile = (await c.get("/", headers={"x-request-id": "a\tb" * 50})).headers["x-request-id"]
        assert len(hostile) == 16


async def test_a_declared_or_streamed_body_over_the_limit_is_refused() -> None:
    async with client(BodyLimit(echo, 10)) as c:
        assert (await c.post("/", content=b"x" * 10)).text == "10"
        assert (await c.post("/", content=b"x" * 11)).status_code == 413


@pytest.mark.parametrize(
    ("kind", "status"), [("application/json", 200), ("application/json; charset=utf-8", 200), ("text/plain", 415)]
)
async def test_bodies_are_json(kind: str, status: int) -> None:
    async with client(ContentType(echo)) as c:
        assert (await c.post("/", content=b"{}", headers={"content-type": kind})).status_code == status
        assert (await c.post("/")).status_code == 200


@pytest.mark.parametrize("host", ["localhost:1@evil.example", "[::1]evil.example", "[::1", "localhost:evil", ":80", ""])
async def test_what_is_no_host_name_is_refused(host: str) -> None:
    gate = Gatekeeper(echo, {"localhost", "127.0.0.1", "[::1]"}, set())
    async with client(gate) as c:
        assert (await c.get("/", headers={"host": host})).status_code == 403


@pytest.mark.parametrize("origin", ["http://[::1", "http://[evil", "file://127.0.0.1:8765", "//127.0.0.1:8765", ""])
async def test_what_is_no_origin_is_refused(origin: str) -> None:
    gate = Gatekeeper(echo, {"127.0.0.1"}, set())
    async with client(gate) as c:
        assert (await c.post("/", headers={"origin": origin})).status_code == 403


async def test_a_fault_is_answered_and_logged_under_the_id_of_its_request() -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("secret")

    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as logged:
        async with client(broken) as c:
            answer = await c.get("/", headers={"x-request-id": "abc-1"})
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.headers["x-request-id"] == answer.json()["requestId"] == "abc-1"
    assert "content-security-policy" in answer.headers
    assert {entry["request_id"] for entry in logged} == {"abc-1"}
    assert {entry["event"] for entry in logged} == {"unexpected fault", "request"}
