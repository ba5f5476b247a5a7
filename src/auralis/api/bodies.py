"""What may be sent to the server: how much, how slowly, and of which type."""

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auralis.api.gate import UNSAFE
from auralis.api.problems import problem
from auralis.model.errors import RequestError

LONGEST_SECONDS = 30.0
"""A body that takes longer to come is given up: somebody may send it byte by byte to hold the server."""

_SLOWEST_BYTES_PER_SECOND = 32 * 1024
"""What has come at this pace or a quicker one buys time for the rest."""


class BodyLimit:
    """Answers 413 while reading, before a body of more than its limit is held, and 408 to one that dawdles."""

    def __init__(self, app: ASGIApp, limit_of: Callable[[Scope], int]) -> None:
        self._app = app
        self._limit_of = limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request with a counted body."""
        if scope["type"] != "http" or scope["method"] not in UNSAFE:
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        limit = self._limit_of(scope)
        if declared.isdigit() and int(declared) > limit:
            error = RequestError(f"A body has at most {limit} bytes.", code="PAYLOAD_TOO_LARGE")
            await problem(Request(scope), error)(scope, receive, send)
            return
        await self._app(scope, _Counted(receive, limit), send)


class _Counted:
    """Receives a body as far as it keeps within its bounds."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._left = limit
        self._deadline = asyncio.get_running_loop().time() + LONGEST_SECONDS
        self._complete = False

    async def __call__(self) -> Message:
        if self._complete:  # what comes now is word that the client has gone, however late
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408) from None
        size = len(message.get("body", b""))
        self._left -= size
        self._deadline += size / _SLOWEST_BYTES_PER_SECOND
        if self._left < 0:
            raise HTTPException(413)  # FastAPI lets no other error of a body through as it is
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
                error = RequestError("Bodies are application/json here.", code="UNSUPPORTED_MEDIA_TYPE")
                await problem(Request(scope), error)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _is_upload(kind: str) -> Any:
    return kind.startswith(("multipart/form-data", "image/", "audio/", "text/plain", "application/vnd.apple.mpegurl"))
