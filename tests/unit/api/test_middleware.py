"""What stands before every route, tested on a small application with routes of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from auralis.api import application
from auralis.api.application import ApiSettings, create_api
from auralis.api.envelope import success
from auralis.api.limits import Limits
from auralis.api.rules import Deprecation, Rate, Role, Urgency, rule
from auralis.model.errors import (
    AuralisError,
    ConflictError,
    ForbiddenError,
    MediaError,
    NotFoundError,
    OverloadedError,
    PreconditionError,
    RequestError,
    StorageError,
    UnavailableError,
)

router = APIRouter(tags=["trial"])
CROWD = 300


@router.post("/echo", operation_id="echo")
@rule(Role.BASIC)
async def echo(request: Request) -> Response:
    return success(request, {"length": len(await request.body())})


@router.get("/echo", operation_id="readEcho")
@rule(Role.BASIC)
async def read_echo(request: Request, a: int = 0) -> Response:
    return success(request, {"text": "x" * 5000, "a": a})


@router.get("/bare", operation_id="bare")
@rule(Role.BASIC)
async def bare(request: Request) -> Response:
    return PlainTextResponse("no envelope")


@router.get("/old", operation_id="old")
@rule(
    Role.BASIC,
    deprecated=Deprecation(date(2026, 1, 1), date(2026, 10, 1), "/api/v1/echo", "/api/docs/guides/versions"),
)
async def old(request: Request) -> Response:
    return success(request, {})


@router.get("/trial", operation_id="trial")
@rule(Role.BASIC, beta=True)
async def trial(request: Request) -> Response:
    return success(request, {})


@router.get("/broken", operation_id="broken")
@rule(Role.BASIC)
async def broken(request: Request) -> Response:
    raise RuntimeError("/secret/path SELECT")


@router.get("/dear", operation_id="dear")
@rule(Role.BASIC, Rate.EXPENSIVE)
async def dear(request: Request) -> Response:
    return success(request, {})


REFUSALS: dict[str, tuple[int, AuralisError]] = {
    "notFound": (404, NotFoundError("track", "x")),
    "conflict": (409, ConflictError("Changed.")),
    "precondition": (412, PreconditionError("Changed.")),
    "range": (416, RequestError("Beyond.", code="RANGE_NOT_SATISFIABLE", details={"size": 5})),
    "forbidden": (403, ForbiddenError("No.")),
    "media": (422, MediaError("Broken.")),
    "full": (507, StorageError("There is no room.", code="STORAGE_FULL")),
    "broken": (500, StorageError("The disk fails.")),
    "away": (503, UnavailableError("Not now.")),
    "busy": (503, OverloadedError(3)),
}


@router.get("/refused/{name}", operation_id="refused")
@rule(Role.BASIC)
async def refused(request: Request, name: str) -> Response:
    raise REFUSALS[name][1]


@router.get("/sound", operation_id="sound")
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def sound(request: Request) -> Response:
    return success(request, {})


@pytest.fixture
def routes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "routers", lambda: [router])


@asynccontextmanager
async def client(settings: ApiSettings | None = None, **options: Any) -> AsyncIterator[httpx.AsyncClient]:
    app = create_api(settings or ApiSettings())
    transport = httpx.ASGITransport(app=app, **options)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8765") as c:
        c.app = app  # type: ignore[attr-defined]
        yield c


@pytest.mark.parametrize(
    ("host", "status"),
    [
        *[(host, 200) for host in ("localhost:1", "127.0.0.1", "[::1]:8765", "LOCALHOST")],
        *[(host, 403) for host in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::2]")],
    ],
)
async def test_only_known_hosts_are_answered(routes: None, host: str, status: int) -> None:
    async with client() as c:
        for _ in range(2):
            assert (await c.get("/api/v1/echo", headers={"host": host})).status_code == status


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
async def test_writes_come_from_our_own_pages(routes: None, origin: str | None, status: int) -> None:
    settings = ApiSettings(origins=frozenset({"http://localhost:3000"}))
    headers = {"origin": origin} if origin else {}
    async with client(settings) as c:
        assert (await c.post("/api/v1/echo", headers=headers)).status_code == status
        assert (await c.get("/api/v1/echo", headers=headers)).status_code == 200


async def test_request_ids_are_taken_over_only_when_they_are_harmless(routes: None) -> None:
    async with client() as c:
        answer = await c.get("/api/v1/echo", headers={"x-request-id": "abc-1"})
        assert answer.headers["x-request-id"] == answer.json()["meta"]["requestId"] == "abc-1"
        hostile = (await c.get("/api/v1/echo", headers={"x-request-id": "a\tb" * 50})).headers["x-request-id"]
        assert len(hostile) == 16


async def test_an_answer_without_the_envelope_is_a_fault(routes: None) -> None:
    async with client() as c:
        answer = await c.get("/api/v1/bare")
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL_ERROR")


async def test_a_fault_tells_nothing_of_the_inside(routes: None) -> None:
    async with client() as c:
        answer = await c.get("/api/v1/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL_ERROR")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["requestId"] == answer.headers["x-request-id"]
    assert "secret" not in answer.text
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("name", REFUSALS)
async def test_every_kind_of_error_has_its_status_and_the_one_shape(routes: None, name: str) -> None:
    status, error = REFUSALS[name]
    async with client() as c:
        answer = await c.get(f"/api/v1/refused/{name}")
    body = answer.json()
    assert answer.status_code == body["status"] == status
    assert (body["code"], body["message"], body["requestId"]) == (
        error.code,
        error.message,
        answer.headers["x-request-id"],
    )
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert ("retry-after" in answer.headers) == (status == 503)
    assert answer.headers.get("content-range") == ("bytes */5" if status == 416 else None)


async def test_a_socket_is_no_page(routes: None) -> None:
    async with client() as c:
        for path in ("/ws", "/api/v1/ws"):
            answer = await c.get(path)
            assert (answer.status_code, answer.json()["code"]) == (426, "UPGRADE_REQUIRED")
            assert answer.headers["upgrade"] == "websocket"


async def test_unversioned_addresses_answer_and_say_where_to_go(routes: None) -> None:
    async with client() as c:
        answer = await c.get("/api/echo?a=1")
        assert answer.status_code == 200
        assert answer.headers["deprecation"].startswith("@")
        assert answer.headers["sunset"].endswith("GMT")
        assert '</api/v1/echo>; rel="successor-version"' in answer.headers["link"]
        hostile = await c.get("/api/echo%0d%0aX-Evil:%201")
        assert (hostile.status_code, hostile.json()["code"]) == (404, "NOT_FOUND")
        assert "x-evil" not in hostile.headers
        assert "deprecation" not in (await c.get("/api/v1/echo")).headers


async def test_a_route_on_its_way_out_says_so(routes: None) -> None:
    async with client() as c:
        answer = await c.get("/api/v1/old")
        document = (await c.get("/api/v1/openapi.json")).json()
    assert answer.headers["deprecation"] == "@1767225600"
    assert answer.headers["sunset"] == "Thu, 01 Oct 2026 00:00:00 GMT"
    assert 'rel="deprecation"' in answer.headers["link"]
    assert document["paths"]["/api/v1/old"]["get"]["deprecated"]


async def test_trials_stand_under_beta_alone(routes: None) -> None:
    async with client() as c:
        assert (await c.get("/api/beta/trial")).status_code == 200
        assert (await c.get("/api/v1/trial")).status_code == 404


async def test_what_answers_get_answers_head(routes: None) -> None:
    async with client() as c:
        for path in ("/api/v1/echo", "/api/docs", "/api/v1/openapi.json"):
            assert (await c.head(path)).status_code == 200, path


async def test_bodies_are_compressed_for_those_who_ask(routes: None) -> None:
    async with client() as c:
        plain = await c.get("/api/v1/echo", headers={"accept-encoding": "identity"})
        small = await c.get("/api/v1/echo", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) < len(plain.content) / 5
    assert small.json()["data"] == plain.json()["data"]


@pytest.mark.parametrize(
    ("given", "squeezed"),
    [
        *[(header, True) for header in ("gzip", "GZIP", "x-gzip", "br, gzip;q=0.1", "*", "*;q=0.5", "br,gzip ; q=1")],
        *[(header, False) for header in ("", "br", "gzip;q=0", "gzip;q=0.000, *", "identity", "*;q=0", "gzipped")],
    ],
)
async def test_gzip_is_for_those_who_understand_it(routes: None, given: str, squeezed: bool) -> None:
    async with client() as c:
        answer = await c.get("/api/v1/echo", headers={"accept-encoding": given})
        known = {"accept-encoding": given, "if-none-match": answer.headers["etag"]}
        unchanged = await c.get("/api/v1/echo", headers=known)
    assert ("content-encoding" in answer.headers) == squeezed
    assert unchanged.status_code == 304
    assert unchanged.headers["vary"] == answer.headers["vary"] == "Accept-Encoding"


async def test_other_bodies_than_json_and_endless_ones_are_refused(routes: None) -> None:
    async with client() as c:
        answer = await c.post("/api/v1/echo", content=b"a=1", headers={"content-type": "text/plain"})
        assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
        declared = {"content-length": str(30 * 1024 * 1024), "content-type": "application/json"}
        answer = await c.post("/api/v1/echo", content=b"{}", headers=declared)
        assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")


async def test_a_body_that_dawdles_is_given_up(routes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auralis.api.bodies.LONGEST_SECONDS", 0.05)

    async def dawdling() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(5)

    async with client() as c:
        answer = await c.post("/api/v1/echo", content=dawdling(), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (408, "REQUEST_TIMEOUT")


async def test_calls_are_counted_by_user_and_by_address(routes: None) -> None:
    settings = ApiSettings(limits=Limits(address=3, user=5))
    async with client(settings, client=("192.0.2.7", 1)) as c:
        answers = [await c.get("/api/v1/echo") for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert answers[0].headers["ratelimit-policy"] == '"address";q=3;w=60, "user";q=5;w=60'
    assert answers[0].headers["ratelimit"].startswith('"address";r=2;t=')
    refused = answers[3]
    assert refused.json()["code"] == "RATE_LIMITED"
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit-policy"] == '"address";q=3;w=60'
    assert refused.headers["ratelimit"].startswith('"address";r=0;t=')


async def test_rarer_calls_tell_what_is_left_of_them(routes: None) -> None:
    async with client(ApiSettings(limits=Limits(expensive=2)), client=("192.0.2.7", 1)) as c:
        answers = [await c.get("/api/v1/dear") for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert ['"expensive";r=1' in a.headers["ratelimit"] for a in answers] == [True, False, False]
    assert '"expensive";q=2;w=60' in answers[0].headers["ratelimit-policy"]
    assert '"expensive";r=0' in answers[2].headers["ratelimit"]


async def test_the_owner_on_the_machine_itself_is_not_counted_by_address(routes: None) -> None:
    settings = ApiSettings(limits=Limits(address=1, user=3))
    async with client(settings) as c:
        assert [(await c.get("/api/v1/echo")).status_code for _ in range(4)] == [200, 200, 200, 429]


async def test_an_overloaded_server_keeps_what_sounds(routes: None) -> None:
    async with client() as c:
        overload = c.app.state.desk.overload  # type: ignore[attr-defined]
        overload.in_flight = 200
        refused = await c.get("/api/v1/echo")
        assert (refused.status_code, refused.json()["code"]) == (503, "OVERLOADED")
        assert refused.headers["retry-after"] == "1"
        assert (await c.get("/api/v1/sound")).status_code == 200
        overload.in_flight = 0
        for _ in range(4):
            overload.beat(300.0, 60)
        assert (await c.get("/api/v1/echo")).status_code == 503
        assert (await c.get("/api/v1/sound")).status_code == 200
        for _ in range(4):
            overload.beat(0.0, 60)
        assert (await c.get("/api/v1/echo")).status_code == 200
        for _ in range(4):
            overload.beat(300.0, 1)
        assert (await c.get("/api/v1/echo")).status_code == 200, "a slow machine is not an overloaded one"


async def test_slow_clients_keep_nobody_out(routes: None) -> None:
    enough, all_wait = asyncio.Event(), asyncio.Barrier(CROWD + 1)

    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await all_wait.wait()
        await enough.wait()
        yield b"}"

    json_type = {"content-type": "application/json"}
    async with client() as c:
        overload = c.app.state.desk.overload  # type: ignore[attr-defined]
        senders = [asyncio.create_task(c.post("/api/v1/echo", content=slow(), headers=json_type)) for _ in range(CROWD)]
        await all_wait.wait()
        assert (await c.get("/api/v1/echo")).status_code == 200
        enough.set()
        assert {answer.status_code for answer in await asyncio.gather(*senders)} == {200}
        assert overload.in_flight == 0


async def test_slow_readers_keep_nobody_out(routes: None) -> None:
    may_go_on, all_wait = asyncio.Event(), asyncio.Barrier(CROWD + 1)
    async with client() as c:
        app = c.app  # type: ignore[attr-defined]

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                await all_wait.wait()
            await may_go_on.wait()

        path = "/api/v1/echo"
        scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
        scope |= {"headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 1), "root_path": "", "state": {}}
        readers = [asyncio.create_task(app(dict(scope), receive, send)) for _ in range(CROWD)]
        await all_wait.wait()
        assert (await c.get(path)).status_code == 200
        may_go_on.set()
        await asyncio.gather(*readers)
        assert app.state.desk.overload.in_flight == 0


async def test_trace_contexts_are_understood(routes: None) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    async with client() as c:
        answer = await c.get("/api/v1/echo", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
        assert answer.headers["x-trace-id"] == trace
        assert "x-trace-id" not in (await c.get("/api/v1/echo", headers={"traceparent": "nonsense"})).headers


async def test_metrics_count_what_was_answered(routes: None) -> None:
    async with client() as c:
        for path in ("/api/v1/echo", "/api/v1/broken", "/api/v1/no/such", "/api/v1/nothing"):
            await c.get(path)
        view = c.app.state.desk.metrics.view()  # type: ignore[attr-defined]
    assert view["requests"] == 4
    assert view["routes"]["GET /api/v1/echo"]["requests"] == 1
    assert view["routes"]["GET /api/v1/broken"]["serverErrors"] == 1
    assert view["routes"]["unmatched"]["clientErrors"] == 2
    assert view["inFlight"] == 0
