"""The one envelope of every successful answer, joined from bytes rather than rebuilt from models."""

import hashlib
import time
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from auralis.api.paging import Page, PageRequest
from auralis.kit.clock import iso_utc

JSON = "application/json"


def success(
    request: Request, data: object, *, message: str | None = None, status: int = 200, revision: int | None = None
) -> Response:
    """Answer with ``data``: an object, or bytes that already are JSON; ``revision`` makes the ETag fit for If-Match."""
    body = data if isinstance(data, bytes) else orjson.dumps(data)
    meta = None if revision is None else {"revision": revision}
    return _answer(request, body, message=message, status=status, meta=meta, revision=revision)


def collection(request: Request, page: Page, asked: PageRequest) -> Response:
    """Answer with one page of a collection, its place in the whole, and links around it."""
    body = b"[" + b",".join(page.items) + b"]"
    return _answer(request, body, meta=asked.meta(page), links=asked.links(request.url.path, request.url.query, page))


def unchanged(request: Request, etag: str) -> bool:
    """Tell whether the client already has what ``etag`` names (RFC 9110, 13.1.2: tags are compared weakly)."""
    if request.method not in {"GET", "HEAD"}:
        return False
    known = [tag.strip() for line in request.headers.getlist("if-none-match") for tag in line.split(",")]
    return "*" in known or etag.removeprefix("W/") in {tag.removeprefix("W/") for tag in known}


def json_list(items: Iterable[bytes]) -> bytes:
    """Join JSON documents into a JSON list."""
    return b"[" + b",".join(items) + b"]"


def _answer(
    request: Request,
    body: bytes,
    *,
    message: str | None = None,
    status: int = 200,
    meta: Mapping[str, Any] | None = None,
    links: Mapping[str, Any] | None = None,
    revision: int | None = None,
) -> Response:
    etag = _etag(body, meta, revision)
    if unchanged(request, etag):
        return Response(status_code=304, headers={"ETag": etag})
    info = request.scope["auralis"]
    elapsed_ms = round((time.perf_counter() - info.started) * 1000, 3)
    tail: dict[str, Any] = {
        "message": message,
        "timestamp": iso_utc(time.time()),
        "meta": {"requestId": info.request_id, "processingTimeMs": elapsed_ms, **(meta or {})},
    }
    if links is not None:
        tail["links"] = links
    content = b'{"status":"success","data":' + body + b"," + orjson.dumps(tail)[1:]
    return Response(content, status_code=status, media_type=JSON, headers={"ETag": etag})


def _etag(body: bytes, meta: Mapping[str, Any] | None, revision: int | None) -> str:
    digest = hashlib.blake2b(body, digest_size=12)
    if meta is not None:
        digest.update(orjson.dumps(meta))
    suffix = "" if revision is None else f".{revision}"
    return f'W/"{digest.hexdigest()}{suffix}"'
