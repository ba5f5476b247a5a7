"""The one envelope of every successful answer, joined from bytes rather than rebuilt from models."""

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from auralis.api.compression import DEFLATED_FROM, Deflated
from auralis.api.context import RequestInfo
from auralis.api.paging import Page, PageRequest
from auralis.kit.clock import iso_utc
from auralis.model.commands import CommandAnswer

JSON = "application/json"
_HEAD = b'{"status":"success","data":'
_CONTENT_TYPE = (b"content-type", b"application/json")
_REVALIDATE = (b"cache-control", b"private, no-cache")
_VARY = (b"vary", b"Accept-Encoding")
_GZIP = (b"content-encoding", b"gzip")


class Answer:
    """The part of a successful answer that is the same for everybody who asks: data, paging, links, message."""

    __slots__ = (
        *("cache_info", "data", "deflated", "etag", "is_list", "links", "message", "meta", "status"),
        "ready_heads",
    )

    def __init__(
        self,
        data: bytes,
        *,
        meta: Mapping[str, Any] | None = None,
        links: Mapping[str, Any] | None = None,
        message: str | None = None,
        status: int = 200,
        is_list: bool = False,
        revision: int | None = None,
    ) -> None:
        if revision is not None:
            meta = {**(meta or {}), "revision": revision}
        self.data = data
        self.meta = orjson.dumps(meta)[1:-1] if meta else b""
        self.links = orjson.dumps(links) if links is not None else b""
        self.message = orjson.dumps(message)
        self.status = status
        self.etag = _etag(data, self.meta, revision)
        self.is_list = is_list
        self.deflated: Deflated | None = None
        self.cache_info: bytes | None = None
        self.ready_heads: dict[tuple[int, bool], bytes] = {}

    @classmethod
    def restored(cls, kept: CommandAnswer) -> "Answer":
        """Return an answer as it was given before."""
        answer = cls(kept.data, status=kept.status)
        answer.meta, answer.links, answer.message = kept.meta, kept.links, kept.message
        answer.etag = kept.etag
        return answer

    def kept(self) -> CommandAnswer:
        """Return what it takes to give it again."""
        return CommandAnswer(self.status, self.data, self.meta, self.links, self.message, self.etag)

    def headers(self, *, deflated: bool) -> list[tuple[bytes, bytes]]:
        """Return the headers that go with it, whoever asks."""
        own = [_CONTENT_TYPE, (b"etag", self.etag), _REVALIDATE, _VARY]
        return [*own, _GZIP] if deflated else own

    def deflates(self, info: RequestInfo) -> bool:
        """Tell whether it is sent compressed to who asks."""
        return info.accepts_gzip and len(self.data) >= DEFLATED_FROM

    def body(self, info: RequestInfo) -> tuple[bytes, ...]:
        """Return its envelope with all that is in it, in pieces."""
        tail = self.tail(info)
        if not self.deflates(info):
            return (_HEAD, self.data, tail)
        if self.deflated is None:
            self.deflated = Deflated(_HEAD + self.data)
        return self.deflated.followed_by(tail)

    @property
    def weight(self) -> int:
        """How much memory it takes, bytes."""
        squeezed = len(self.data) // 3  # the compressed form comes later, with the first who asks for it
        return len(self.data) + squeezed + len(self.meta) + len(self.links) + 512

    def tail(self, info: RequestInfo) -> bytes:
        """Return what follows ``data``: who asked, when, and how the answer was come by."""
        elapsed_ms = (time.perf_counter() - info.started) * 1000
        paging = b"," + self.meta if self.meta else b""
        links = b',"links":' + self.links if self.links else b""
        cache = b',"cacheInfo":' + info.cache if info.cache else b""
        return b',"message":%b,"timestamp":"%b","meta":{"requestId":"%b","processingTimeMs":%.3f%b}%b%b}' % (
            self.message,
            now_utc(),
            info.request_id.encode(),
            elapsed_ms,
            paging,
            links,
            cache,
        )


class Enveloped(Response):
    """A successful answer; its envelope is written at the moment it is sent."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.status_code = answer.status
        self.background = None
        self.raw_headers = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, or 304 to a client that has it already."""
        del receive
        await send_answer(self.answer, self.raw_headers, scope, send)


async def send_answer(answer: Answer, headers: Sequence[tuple[bytes, bytes]], scope: Scope, send: Send) -> int:
    """Send ``answer`` in its envelope, compressed for those who understand that; return the status."""
    info: RequestInfo = scope["auralis"]
    asks_if_new = info.if_none_match is not None and scope["method"] in {"GET", "HEAD"}
    if asks_if_new and known_tag(info.if_none_match or "", answer.etag.decode()):
        unchanged_headers = [(b"etag", answer.etag), _REVALIDATE, _VARY, *headers]
        await send({"type": "http.response.start", "status": 304, "headers": unchanged_headers})
        await send({"type": "http.response.body", "body": b""})
        return 304
    body = b"".join(answer.body(info))
    all_headers = [*answer.headers(deflated=answer.deflates(info)), (b"content-length", b"%d" % len(body)), *headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": all_headers})
    await send({"type": "http.response.body", "body": body})
    return answer.status


def success(
    request: Request, data: object, *, message: str | None = None, status: int = 200, revision: int | None = None
) -> Response:
    """Answer with ``data``: an object, or bytes that already are JSON; ``revision`` makes the ETag fit for If-Match."""
    del request
    body = data if isinstance(data, bytes) else orjson.dumps(data)
    return Enveloped(Answer(body, message=message, status=status, revision=revision))


def collection(request: Request, page: Page, asked: PageRequest) -> Response:
    """Answer with one page of a collection, its place in the whole, and links around it."""
    links = asked.links(quote(request.scope["path"]), request.scope["query_string"], page)
    return Enveloped(Answer(json_list(page.items), meta=asked.meta(page), links=links, is_list=True))


def unchanged(request: Request, etag: str) -> bool:
    """Tell whether the client already has what ``etag`` names."""
    if request.method not in {"GET", "HEAD"}:
        return False
    return known_tag(",".join(request.headers.getlist("if-none-match")), etag)


def known_tag(given: str, etag: str) -> bool:
    """Tell whether ``etag`` is among those of an If-None-Match header (RFC 9110, 13.1.2: compared weakly)."""
    known = [tag.strip() for tag in given.split(",")]
    return "*" in known or etag.removeprefix("W/") in {tag.removeprefix("W/") for tag in known}


def overlap(served: Answer, fresh: Answer) -> float:
    """Return how much of a fresh answer the one that was served had: the share of its items, or all or nothing."""
    if served.data == fresh.data:
        return 1.0
    had, has = ({orjson.dumps(item) for item in orjson.loads(a.data)} if a.is_list else set() for a in (served, fresh))
    return len(had & has) / len(has) if has else 0.0


def json_list(items: Iterable[bytes]) -> bytes:
    """Join JSON documents into a JSON list."""
    return b"[" + b",".join(items) + b"]"


def now_utc() -> bytes:
    """Return the time of now as the contract writes it."""
    now = time.time()
    return b"%b.%03dZ" % (_second(int(now)), int(now * 1000) % 1000)


@lru_cache(maxsize=2)
def _second(epoch: int) -> bytes:
    return iso_utc(epoch)[:19].encode()


def _etag(body: bytes, meta: bytes, revision: int | None) -> bytes:
    digest = hashlib.sha1(body, usedforsecurity=False)  # the quickest that has hardly any collisions
    digest.update(meta)
    suffix = "" if revision is None else f".{revision}"
    return f'W/"{digest.hexdigest()[:24]}{suffix}"'.encode()


__all__ = ["Answer", "Enveloped", "collection", "json_list", "success", "unchanged"]
