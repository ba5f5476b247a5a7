"""Pure ASGI layers around every request: an id and a log line, who may call, how much may be sent, safe headers."""

import re
import time
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog
from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auralis.api.problems import fault, problem
from auralis.kit.ids import new_id
from auralis.model.errors import AuralisError

_log = structlog.get_logger("auralis.access")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^:@\[\]]+)(:\d*)?")
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})

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
_SAFE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """What a request carries from its first moment on: its id, and when it began (``perf_counter``)."""

    request_id: str
    started: float


class RequestContext:
    """Gives every request an id, writes the access log, and sets the headers that every answer has."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        info = RequestInfo(given if _REQUEST_ID.fullmatch(given) else new_id(), time.perf_counter())
        scope["auralis"] = info
        status = 500
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal status, started
            if message["type"] == "http.response.start":
                status, started = message["status"], True
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = info.request_id
                headers["Server-Timing"] = f"app;dur={(time.perf_counter() - info.started) * 1000:.2f}"
                for name, value in _SAFE_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=info.request_id):
            try:
                await self._app(scope, receive, send_with_headers)
            except Exception as error:
                refusal = fault(error)
                if started:
                    raise
                await problem(Request(scope), refusal)(scope, receive, send_with_headers)
            finally:
                duration_ms = round((time.perf_counter() - info.started) * 1000, 2)
                _log.info("request", method=scope["method"], path=scope["path"], status=status, duration_ms=duration_ms)


class Gatekeeper:
    """Refuses hosts that this server does not answer to (DNS rebinding) and writes from foreign origins (CSRF)."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], origins: Collection[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass or refuse it."""
        error = self._refusal(scope) if scope["type"] in {"http", "websocket"} else None
        if error is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await problem(Request(scope), error)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": error.code})  # before accept: HTTP 403

    def _refusal(self, scope: Scope) -> AuralisError | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if "*" not in self._hosts and _hostname(host) not in self._hosts:
            return AuralisError("This server does not answer to that host name.", code="HOST_NOT_ALLOWED")
        writes = scope["type"] == "websocket" or scope["method"] in _UNSAFE
        origin = headers.get("origin")
        if writes and origin is not None and origin not in self._origins and _host_of(origin) != host.lower():
            return AuralisError("Requests from that origin are not allowed.", code="ORIGIN_NOT_ALLOWED")
        return None


class BodyLimit:
    """Answers 413 while reading, before a body of more than ``limit`` bytes is held."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request with a counted body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "0")
        error = AuralisError(f"A body has at most {self._limit} bytes.", code="PAYLOAD_TOO_LARGE")
        if declared.isdigit() and int(declared) > self._limit:
            await problem(Request(scope), error)(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._limit:
                raise HTTPException(413)  # FastAPI lets no other error of a body through as it is
            return message

        await self._app(scope, counted, send)


class ContentType:
    """Answers 415 to a body that is not JSON: browsers cannot send JSON across origins without asking first."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse its body."""
        if scope["type"] == "http" and scope["method"] in _UNSAFE:
            headers = Headers(scope=scope)
            has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
            kind = headers.get("content-type", "").partition(";")[0].strip().lower()
            if has_body and kind != "application/json":
                error = AuralisError("Bodies are application/json here.", code="UNSUPPORTED_MEDIA_TYPE")
                await problem(Request(scope), error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _hostname(host: str) -> str | None:
    """Return the name in a Host header without its port, or None if it is no host at all."""
    found = _HOST.fullmatch(host)
    return found["name"].lower() if found else None


def _host_of(origin: str) -> str | None:
    """Return host and port of a web page's origin, or None if it is no such origin."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return None
    return parts.netloc.lower() if parts.scheme in {"http", "https"} else None
