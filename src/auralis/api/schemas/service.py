"""The envelope, errors and health."""

from typing import Any, Generic, Literal

from pydantic import Field

from auralis.api.schemas.base import Shape, T


class Health(Shape):
    """Whether the server can do its work."""

    state: Literal["ok", "degraded"]
    version: str
    uptime_seconds: float
    checks: dict[str, str]


class Meta(Shape):
    """Facts about the answer; the paging members stand on collections only."""

    request_id: str
    processing_time_ms: float
    total: int | None = None
    page: int | None = None
    page_size: int | None = None
    total_pages: int | None = None
    has_next_page: bool | None = None
    has_previous_page: bool | None = None
    offset: int | None = None
    limit: int | None = None
    next_cursor: str | None = None
    revision: int | None = Field(default=None, description="Of what can be edited; fit for If-Match")


class CacheInfo(Shape):
    """How an answer was come by that may be kept."""

    hit_cache: bool
    source: Literal["tier1", "tier2", "miss"]
    confidence: float = Field(description="How sure it is to equal a fresh answer, 0.85 to 1")
    validation_score: float | None = Field(description="How much of a fresh answer the one before it had, 0 to 1")
    generated_at: str
    expires_at: str


class Links(Shape):
    """Relative links of a collection."""

    self: str
    first: str
    last: str | None
    next: str | None
    previous: str | None


class Envelope(Shape, Generic[T]):
    """Every successful answer."""

    status: Literal["success"]
    data: T
    message: str | None
    timestamp: str
    meta: Meta
    cache_info: CacheInfo | None = Field(default=None, description="Where a cache may answer")


class Collection(Shape, Generic[T]):
    """Every successful answer that lists things."""

    status: Literal["success"]
    data: list[T]
    message: str | None
    timestamp: str
    meta: Meta
    links: Links
    cache_info: CacheInfo | None = Field(default=None, description="Where a cache may answer")


class FieldProblem(Shape):
    """One bad field."""

    field: str
    message: str
    value: Any = None


class ProblemDocument(Shape):
    """Every error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    message: str
    details: dict[str, Any]
    errors: list[FieldProblem] | None = None
    request_id: str
    timestamp: str
    path: str
