"""What a request carries from its first moment on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from auralis.api.callers import Caller
from auralis.cache import Found
from auralis.kit.clock import iso_utc


@dataclass(frozen=True, slots=True)
class CacheInfo:
    """How an answer was come by."""

    hit: bool
    source: str
    confidence: float
    validation_score: float | None
    generated_at: float
    expires_at: float

    @classmethod
    def of(cls, found: Found[Any]) -> bytes:
        """Return ``cacheInfo`` of what a cache gave; that of a kept answer that is sure is kept with it."""
        kept = found.kept
        if found.hit and found.confidence == 1.0 and kept.value.cache_info is not None:
            return bytes(kept.value.cache_info)
        source = "tier1" if found.hit else "miss"
        made = cls(
            found.hit, source, found.confidence, kept.validation_score, kept.generated_at, kept.expires_at
        ).json()
        if found.hit and found.confidence == 1.0:
            kept.value.cache_info = made
        return made

    def json(self) -> bytes:
        """Return it as clients see it."""
        return orjson.dumps(
            {
                "hitCache": self.hit,
                "source": self.source,
                "confidence": round(self.confidence, 4),
                "validationScore": self.validation_score,
                "generatedAt": iso_utc(self.generated_at),
                "expiresAt": iso_utc(self.expires_at),
            }
        )


def target_of(scope: Mapping[str, Any]) -> bytes:
    """Return what a request asks for, path and query, as it stands in the request."""
    path: bytes = scope["raw_path"]
    query: bytes = scope["query_string"]
    return b"%b?%b" % (path, query) if query else path


@dataclass(slots=True)
class RequestInfo:
    """The id of a request, when it began (``perf_counter``), who sent it, and what becomes known on its way."""

    request_id: str
    started: float
    caller: Caller
    path: str
    trace_id: str | None = None
    if_none_match: str | None = None
    accepts_gzip: bool = False
    route: Any = None
    cache: bytes | None = None
    """The ``cacheInfo`` of the answer, as JSON."""
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    """Further headers that the answer will carry, whatever it is."""
