"""HTTP as it comes over the wire: heads of requests are kept within bounds, and kept answers leave from here.

Everything else goes on to the application. What is answered here needs no task, no scope and no layer, which is most
of what a kept answer would cost.
"""

import asyncio
import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from auralis.api.callers import local_owner
from auralis.api.compression import accepts_gzip
from auralis.api.context import CacheInfo, RequestInfo
from auralis.api.desk import Desk
from auralis.api.envelope import Answer, known_tag
from auralis.api.front import SAFE_HEADERS
from auralis.api.problems import MEDIA_TYPE, problem_document, status_of
from auralis.api.versions import SOCKETS
from auralis.kit.ids import new_id
from auralis.model.errors import RequestError

LARGEST_HEAD = 64 * 1024
"""A request line and headers of more bytes are refused, counted as they come in."""

MOST_HEADERS = 100
HEAD_SECONDS = 20.0
"""So long may a head take to come, and a connection be open that says nothing."""

LINGER_SECONDS = 5.0
"""So long is the rest of a body read that was answered before its end, so that the client comes to read the answer."""

_WITHOUT_EFFECT = frozenset(
    {
        *(b"accept", b"accept-language", b"cache-control", b"connection", b"dnt", b"pragma", b"priority", b"referer"),
        *(b"sec-ch-ua", b"sec-ch-ua-mobile", b"sec-ch-ua-platform", b"sec-fetch-dest", b"sec-fetch-mode"),
        *(b"sec-fetch-site", b"sec-fetch-user", b"sec-gpc", b"upgrade-insecure-requests", b"user-agent"),
    }
)
"""Headers that change nothing about a kept answer; a request with any other goes the whole way."""

Headers = Sequence[tuple[bytes, bytes]]


class Threshold(HttpToolsProtocol):
    """One connection."""

    def __init__(self, desk: Desk, **options: Any) -> None:
        super().__init__(**options)
        self.url = b""
        self._desk = desk
        self._head_bytes = 0
        self._in_head = True
        self._in_body = False
        self._answered = False
        self._patience: asyncio.TimerHandle | None = None
        self._refusal = RequestError("The request is not HTTP as this server knows it.")

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request."""
        super().connection_made(transport)
        self._patience = self.loop.call_later(HEAD_SECONDS, self._lose_patience)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._await_nothing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what has come, as long as it keeps within bounds."""
        super().data_received(data)
        if self._in_head and not self.transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > LARGEST_HEAD:
                self._refuse(_too_large(f"more than {LARGEST_HEAD} bytes"))
            elif self._patience is None:
                self._patience = self.loop.call_later(HEAD_SECONDS, self._lose_patience)

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        if self._in_body and self._patience is None and not self._is_answering():
            self._patience = self.loop.call_later(LINGER_SECONDS, self._lose_patience)

    def on_message_begin(self) -> None:
        """Begin with the head of a request."""
        super().on_message_begin()
        self._in_head = True
        self._answered = False

    def on_headers_complete(self) -> None:
        """Answer at once, or hand the request on."""
        self._in_head = False
        self._head_bytes = 0
        self._await_nothing()
        if len(self.headers) > MOST_HEADERS:
            self._refusal = _too_large(f"more than {MOST_HEADERS} headers")
            raise self._refusal
        self._answered = self._answer_at_once()
        if not self._answered:
            self._check_framing()
            self._in_body = True
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of a body; what is answered here has none."""
        if not self._answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        if self._in_body:
            self._in_body = False
            self._await_nothing()
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, in the form that all errors have."""
        del msg
        self._refuse(self._refusal)

    def _check_framing(self) -> None:
        """Refuse what servers along the way may understand in different ways (RFC 9112, 3.2 and 6.1)."""
        hosts = [value for name, value in self.headers if name == b"host"]
        codings = [value for name, value in self.headers if name == b"transfer-encoding"]
        names_another = False
        if not self.url.startswith((b"/", b"*")):  # the whole address, as proxies are sent it
            authority = self.url.partition(b"://")[2].partition(b"/")[0].partition(b"?")[0]
            names_another = bool(hosts) and authority.lower() != hosts[0].lower()
        is_unbounded = bool(codings) and codings[-1].rpartition(b",")[2].strip().lower() != b"chunked"
        if len(hosts) > 1 or names_another or is_unbounded:
            raise self._refusal

    def _should_upgrade(self) -> bool:
        """Tell whether a socket is asked for where there is one; anywhere else the wish is passed over."""
        return self._path() in SOCKETS and super()._should_upgrade()

    def _answer_at_once(self) -> bool:
        """Send the kept answer to a plain GET, if there is one; what is out of the ordinary is not for here."""
        parser = self.parser
        if (
            self._is_answering()
            or self.flow.write_paused
            or parser.get_method() != b"GET"
            or parser.get_http_version() != "1.1"
        ):
            return False
        started, desk = time.perf_counter(), self._desk
        caller = local_owner(self.client[0] if self.client else "")
        known = desk.known(self.url, caller)
        if known is None:
            return False
        route, found = known
        info = RequestInfo(new_id(), started, caller, "", route=route, cache=CacheInfo.of(found))
        if not self._reads(info) or not parser.should_keep_alive():
            return False
        counted = desk.limits.count_now(caller)
        if counted is None:
            return False
        info.path = self._path()
        answer = found.kept.value
        if info.if_none_match is not None and known_tag(info.if_none_match, answer.etag.decode()):
            status, body = 304, b""
        else:
            status, body = 200, b"".join(answer.body(info))
        self.transport.write(self._head(answer, info, status, len(body), (*counted, *route.closing_headers)) + body)
        desk.overload.arrived += 1
        desk.count_hit(route, started)
        desk.ended(info, "GET", status)
        self.on_response_complete()
        return True

    def _reads(self, info: RequestInfo) -> bool:
        """Read the headers; tell whether they ask for nothing that only the application knows."""
        host = None
        for name, value in self.headers:
            if name == b"host":
                if host is not None:
                    return False
                host = value
            elif name == b"accept-encoding":
                info.accepts_gzip = accepts_gzip(value)
            elif name == b"if-none-match":
                if info.if_none_match is not None:
                    return False
                info.if_none_match = value.decode("latin-1")
            elif name not in _WITHOUT_EFFECT:
                return False
        return host is not None and self._desk.gate.knows(host)

    def _head(self, answer: Answer, info: RequestInfo, status: int, length: int, headers: Headers) -> bytes:
        deflated = status == 200 and answer.deflates(info)
        always = answer.ready_heads.get((status, deflated))
        if always is None:
            always = STATUS_LINE[status] + _lines((*answer.headers(deflated=deflated), *SAFE_HEADERS))
            answer.ready_heads[status, deflated] = always
        return b"%b%b%b%bx-request-id: %b\r\nserver-timing: app;dur=%.2f\r\n\r\n" % (
            always,
            b"content-length: %d\r\n" % length if status == 200 else b"",
            _lines(self.server_state.default_headers),
            _lines(headers),
            info.request_id.encode(),
            (time.perf_counter() - info.started) * 1000,
        )

    def _refuse(self, error: RequestError) -> None:
        """Say what is wrong with a request whose end is not awaited, and close."""
        address = self.client[0] if self.client else ""
        path = self._path()[:200]
        info = RequestInfo(new_id(), time.perf_counter(), local_owner(address), path)
        status = status_of(error)
        body = problem_document(error, status, info.path, info.request_id)
        headers = [
            *self.server_state.default_headers,
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"cache-control", b"no-store"),
            (b"connection", b"close"),
            (b"x-request-id", info.request_id.encode()),
            *SAFE_HEADERS,
        ]
        given_up = self._gives_up()
        if given_up or not self._is_answering():  # else it would land in the middle of another answer
            self.transport.write(b"%b%b\r\n%b" % (STATUS_LINE[status], _lines(headers), body))
        if not given_up:  # whoever has the request in hand counts it
            self._desk.ended(info, "-", status)
        self.transport.close()

    def _gives_up(self) -> bool:
        """Take a request whose body is broken out of the application's hands, if it has answered nothing yet."""
        if not (self._in_body and self._is_answering()) or self.pipeline or self.cycle.response_started:
            return False
        self.cycle.disconnected = True
        self.cycle.message_event.set()
        return True

    def _is_answering(self) -> bool:
        cycle: Any = self.cycle  # None before the first request, whatever its type says
        return cycle is not None and not cycle.response_complete

    def _path(self) -> str:
        return self.url.partition(b"?")[0].decode("ascii", "replace")

    def _lose_patience(self) -> None:
        self._patience = None
        if self.transport.is_closing():
            return
        if self._head_bytes:
            self._refuse(RequestError("The request took too long to come.", code="REQUEST_TIMEOUT"))
        else:
            self.transport.close()

    def _await_nothing(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


def protocol(desk: Desk) -> Any:
    """Return what makes a connection, as the server wants to be told."""
    return partial(Threshold, desk)


def _lines(headers: Headers) -> bytes:
    return b"".join([b"%b: %b\r\n" % pair for pair in headers])


def _too_large(what: str) -> RequestError:
    return RequestError(f"The head of the request has {what}.", code="HEADERS_TOO_LARGE")
