"""What may be sent to the server: how much, how slowly, and of which type."""

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auralis.api.gate import UNSAFE
from auralis.api.overload import Overload
from auralis.api.problems import problem
from auralis.api.rules import LARGEST_BODY
from auralis.model.errors import RequestError

LONGEST_SECONDS = 30.0
"""A body that takes longer to come is given up: somebody may send it byte by byte to hold the server."""

MOST_VALUES = 50_000
"""JSON of more values is refused: reading millions of them would hold up everybody. Commas within strings count too."""

_SLOWEST_BYTES_PER_SECOND = 32 * 1024
"""What has come at this pace or a quicker one buys time for the rest."""


class BodyLimit:
    """Answers 413 while reading, before a body of more than its limits is held, and 408 to one that dawdles."""

    def __init__(
        self,
        app: ASGIApp,
        limit_of: Callable[[Scope], int],
        takes_uploads: Callable[[Scope], bool],
        overload: Overload,
    ) -> None:
        self._app = app
        self._limit_of = limit_of
        self._takes_uploads = takes_uploads
        self._overload = overload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request with a counted body."""
        if scope["type"] != "http" or scope["method"] not in UNSAFE:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        declared = headers.get("content-length", "0")
        is_form = headers.get("content-type", "").lower().startswith("multipart/form-data")
        limit = self._limit_of(scope) if is_form else LARGEST_BODY  # what is no form is held in memory, whole
        if declared.isdigit() and int(declared) > limit:
            error = RequestError(f"A body has at most {limit} bytes.", code="PAYLOAD_TOO_LARGE")
            await problem(Request(scope), error)(scope, receive, send)
            return
        await self._app(scope, _Counted(receive, limit, lambda: self._takes_uploads(scope), self._overload), send)


class _Counted:
    """Receives a body as far as it keeps within its bounds."""

    def __init__(self, receive: Receive, limit: int, is_upload: Callable[[], bool], overload: Overload) -> None:
        self._receive = receive
        self._overload = overload
        self._left = limit
        self._values_left = MOST_VALUES
        self._is_upload = is_upload
        self._deadline = asyncio.get_running_loop().time() + LONGEST_SECONDS
        self._complete = False

    async def __call__(self) -> Message:
        if self._complete:  # what comes now is word that the client has gone, however late
            return await self._receive()
        try:
            with self._overload.waiting():
                async with asyncio.timeout_at(self._deadline):
                    message = await self._receive()
        except TimeoutError:
            raise HTTPException(408) from None
        body = message.get("body", b"")
        size = len(body)
        self._left -= size
        self._values_left -= body.count(b",")
        self._deadline += size / _SLOWEST_BYTES_PER_SECOND
        if self._left < 0:
            raise HTTPException(413)  # FastAPI lets no other error of a body through as it is
        if self._values_left < 0 and not self._is_upload():
            raise HTTPException(413, f"A body has at most {MOST_VALUES} values")
        self._complete = not message.get("more_body", False)
        return message


class ContentType:
    """Answers 415 to a body of a type that the route does not take.

    Bodies are JSON, which browsers cannot send across origins without asking first; uploads are multipart as well.
    """

    def __init__(self, app: ASGIApp, takes_uploads: Callable[[Scope], bool]) -> None:
        self._app = app
        self._takes_uploads = takes_uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse its body."""
        if scope["type"] == "http" and scope["method"] in UNSAFE:
            headers = Headers(scope=scope)
            has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
            kind = headers.get("content-type", "").partition(";")[0].strip().lower()
            if has_body and kind != "application/json" and not (self._takes_uploads(scope) and _is_upload(kind)):
                await _unsupported("Bodies are application/json here.", scope, receive, send)
                return
            if has_body and headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
                await _unsupported("Bodies are not compressed here.", scope, receive, send)
                return
        await self._app(scope, receive, send)


async def _unsupported(why: str, scope: Scope, receive: Receive, send: Send) -> None:
    error = RequestError(why, code="UNSUPPORTED_MEDIA_TYPE")
    await problem(Request(scope), error)(scope, receive, send)


def _is_upload(kind: str) -> Any:
    return kind.startswith(("multipart/form-data", "image/", "audio/", "text/plain", "application/vnd.apple.mpegurl"))
