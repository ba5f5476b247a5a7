"""The outermost layer: gives each request an id, lets it in or not, answers what is known, measures and logs."""

import re
import time
from typing import TYPE_CHECKING
from urllib.parse import quote

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auralis.api.callers import local_owner
from auralis.api.compression import accepts_gzip
from auralis.api.context import CacheInfo, RequestInfo, target_of
from auralis.api.envelope import send_answer
from auralis.api.gate import UNSAFE
from auralis.api.overload import Overload
from auralis.api.problems import fault, problem
from auralis.api.versions import PREFIX, versioned
from auralis.kit.ids import new_id
from auralis.model.errors import AuralisError, FieldError, InvalidInputError, OverloadedError, RateLimitedError

if TYPE_CHECKING:
    from auralis.api.desk import Desk

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_TRACE = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
MOST_PARAMETERS = 2000
_NO_TRACE = b"0" * 32

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "style-src 'self' 'unsafe-inline'",
        "script-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
SAFE_HEADERS = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Front:
    """Serves every request, or hands it on to the application behind it."""

    def __init__(self, app: ASGIApp, desk: "Desk") -> None:
        self._app = app
        self._gate = desk.gate
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "websocket":
            headers = dict(scope["headers"])
            try:
                self._gate.check(headers.get(b"host", b""), headers.get(b"origin"), writes=True)
            except AuralisError as error:  # closed before it is accepted: HTTP 403
                await send({"type": "websocket.close", "code": 1008, "reason": error.code})
                return
            await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        scope["auralis"] = info = _read(scope, headers)
        desk, answer = self._desk, _Sender(send, info, self._desk.overload)
        desk.metrics.in_flight += 1
        desk.overload.in_flight += 1
        desk.overload.arrived += 1
        try:
            await self._answer(scope, receive, answer, headers, info)
        except Exception as error:
            refusal = error if isinstance(error, AuralisError) else fault(error)
            if answer.status:
                raise
            await problem(Request(scope), refusal)(scope, receive, answer)
        finally:
            desk.metrics.in_flight -= 1
            desk.overload.in_flight -= 1
            desk.ended(info, scope["method"], answer.status or 500)

    async def _answer(
        self, scope: Scope, receive: Receive, send: "_Sender", headers: dict[bytes, bytes], info: RequestInfo
    ) -> None:
        self._gate.check(headers.get(b"host", b""), headers.get(b"origin"), writes=scope["method"] in UNSAFE)
        if scope["query_string"].count(b"&") >= MOST_PARAMETERS:
            raise InvalidInputError("The query is too long.", [FieldError("query", "has too many parameters")])
        path = scope["path"]
        if not path.startswith("/api/"):
            await self._hand_on(scope, receive, send, info)
            return
        if not path.startswith(PREFIX):
            scope["path"], leaving = versioned(path)
            info.headers.extend(leaving)
            scope["raw_path"] = quote(scope["path"]).encode()
        await self._count(info)
        if scope["method"] == "GET" and await self._answer_from_cache(scope, send, info):
            return
        if self._desk.overload.strained:
            self._admit(scope["path"])
        await self._hand_on(scope, receive, send, info)

    async def _answer_from_cache(self, scope: Scope, send: "_Sender", info: RequestInfo) -> bool:
        started = time.perf_counter()
        known = self._desk.known(target_of(scope), info.caller)
        if known is None:
            return False
        route, found = known
        info.route = route
        info.cache = CacheInfo.of(found)
        info.headers.extend(route.closing_headers)
        self._desk.count_hit(route, started)
        await send_answer(found.kept.value, (), scope, send)
        return True

    async def _count(self, info: RequestInfo) -> None:
        try:
            info.headers.extend(await self._desk.limits.count(info.caller))
        except RateLimitedError:
            self._desk.metrics.limited += 1
            raise

    def _admit(self, path: str) -> None:
        try:
            self._desk.overload.admit(self._desk.urgency(path))
        except OverloadedError:
            self._desk.metrics.shed += 1
            raise

    async def _hand_on(self, scope: Scope, receive: Receive, send: Send, info: RequestInfo) -> None:
        bound = {"request_id": info.request_id}
        if info.trace_id:
            bound["trace_id"] = info.trace_id
        with structlog.contextvars.bound_contextvars(**bound):
            await self._app(scope, receive, send)


class _Sender:
    """Sends an answer with the headers that all answers have, and remembers its status."""

    __slots__ = ("_info", "_overload", "_send", "status")

    def __init__(self, send: Send, info: RequestInfo, overload: Overload) -> None:
        self._send = send
        self._info = info
        self._overload = overload
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            info = self._info
            given = message["headers"]
            names = {name for name, _ in given}
            elapsed_ms = (time.perf_counter() - info.started) * 1000
            message["headers"] = [
                *given,
                (b"x-request-id", info.request_id.encode()),
                (b"server-timing", b"app;dur=%.2f" % elapsed_ms),
                *info.headers,
                *(pair for pair in SAFE_HEADERS if pair[0] not in names),
            ]
        overload = self._overload
        overload.in_flight -= 1  # as in Overload.waiting, for less: a client that reads slowly is no work
        try:
            await self._send(message)
        finally:
            overload.in_flight += 1


def _read(scope: Scope, headers: dict[bytes, bytes]) -> RequestInfo:
    """Read what matters of a request's headers."""
    started = time.perf_counter()
    given = headers.get(b"x-request-id")
    trace = _TRACE.fullmatch(headers.get(b"traceparent", b""))
    trace_id = trace[1].decode() if trace and trace[1] != _NO_TRACE else None
    request_id = given.decode() if given is not None and _REQUEST_ID.fullmatch(given) else new_id()
    client = scope.get("client")
    info = RequestInfo(request_id, started, local_owner(client[0] if client else ""), scope["path"], trace_id)
    if trace_id is not None:
        info.headers.append((b"x-trace-id", trace_id.encode()))
    if b"if-none-match" in headers:
        tags = [value.decode("latin-1") for name, value in scope["headers"] if name == b"if-none-match"]
        info.if_none_match = ",".join(tags)
    info.accepts_gzip = accepts_gzip(headers.get(b"accept-encoding", b""))
    return info


__all__ = ["CONTENT_SECURITY_POLICY", "SAFE_HEADERS", "Front"]
