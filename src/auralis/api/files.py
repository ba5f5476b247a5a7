"""Files as answers: whole, in part, or not again to a client that has them already."""

import asyncio
import gzip
import hashlib
import os
import stat
from email.utils import parsedate_to_datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from auralis.api.envelope import JSON, unchanged
from auralis.api.ranges import check_ranges

_KEPT = ("cache-control", "etag", "last-modified")


async def file_answer(
    request: Request, path: Path, *, caching: str, media_type: str | None = None, filename: str | None = None
) -> Response:
    """Answer with the file at ``path``, or 304 to a client that has it as it is (RFC 9110, 13).

    Raises
    ------
    OSError
        When the file cannot be looked at, or is none: who opens a pipe waits for ever.
    RequestError
        When a part is asked for that it does not have.
    """
    found = await asyncio.to_thread(path.stat)
    if not stat.S_ISREG(found.st_mode):
        raise FileNotFoundError(path)
    headers = {"Cache-Control": caching}
    answer = FileResponse(path, media_type=media_type, filename=filename, headers=headers, stat_result=found)
    if _is_known(request, answer.headers["etag"], found):
        return Response(status_code=304, headers={name: answer.headers[name] for name in _KEPT})
    check_ranges(request, found.st_size)
    return answer


class Document:
    """JSON that stays as it is while the server runs; compressed once."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._squeezed = gzip.compress(body, mtime=0)
        self._etag = f'W/"{hashlib.sha1(body, usedforsecurity=False).hexdigest()[:24]}"'

    def answer(self, request: Request) -> Response:
        """Return it to whoever asks."""
        headers = {"ETag": self._etag, "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding"}
        if unchanged(request, self._etag):
            return Response(status_code=304, headers=headers)
        if not request.scope["auralis"].accepts_gzip:
            return Response(self._body, media_type=JSON, headers=headers)
        return Response(self._squeezed, media_type=JSON, headers=headers | {"Content-Encoding": "gzip"})


def _is_known(request: Request, etag: str, found: os.stat_result) -> bool:
    """Tell whether the client has the file; its tag counts, and its time where it knows no tag."""
    if "if-none-match" in request.headers:
        return unchanged(request, etag)
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
        return int(found.st_mtime) <= since.timestamp()
    except (ValueError, OverflowError):
        return False
