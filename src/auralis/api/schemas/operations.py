"""How the server does: metrics, caches, alerts."""

from typing import Literal

from pydantic import Field

from auralis.api.schemas.base import Request, Shape


class CacheFigures(Shape):
    """One cache, or one tier of it, in figures; null where nothing has been measured."""

    hit_rate: float | None = Field(description="0 to 1")
    avg_response_time_ms: float | None
    p95_response_time_ms: float | None
    size_mb: float
    budget_mb: float | None = Field(description="null where it has none of its own")
    items: int
    total_queries: int
    hits: int
    misses: int
    avg_cache_time_ms: float | None
    avg_query_time_ms: float | None
    speedup: float | None = Field(description="Time to make an answer by the time to find a kept one")


class CacheTiers(Shape):
    """The tiers of one cache; null where it has no such tier."""

    tier1: CacheFigures | None = Field(description="In memory")
    tier2: CacheFigures | None = Field(description="On disk, or shared")


class StrategyFigures(Shape):
    """One way of finding a fingerprint, in figures since the server started."""

    asked: int | None = Field(description="How often it was asked for; null for what is stored, which goes first")
    answered: int = Field(description="How often it gave the answer")
    avg_ms: float | None
    p95_ms: float | None


class ValidationFigures(Shape):
    """How estimates proved, held against what was measured later."""

    total: int
    recent: int = Field(description="Of the last 50: what follows is about these")
    valid: int
    mean_score: float | None
    mean_accuracy: float | None
    levels: dict[str, int]


class FingerprintFigures(Shape):
    """How fingerprints are found."""

    strategies: dict[str, StrategyFigures]
    validations: ValidationFigures


class CacheStats(Shape):
    """All caches in figures."""

    totals: CacheFigures
    caches: dict[str, CacheTiers]
    routes: dict[str, CacheFigures]
    fingerprints: FingerprintFigures


class Alert(Shape):
    """Something that is wrong."""

    subject: str
    level: Literal["warning", "critical"]
    message: str


class Completion(Shape):
    """How much of what plays is at hand, rendered."""

    segments: int
    in_memory: int
    at_hand: int = Field(description="In memory or on disk")
    completion: float = Field(description="0 to 1")
    remaining_seconds: float | None = Field(description="What rendering the rest would take; null before the first")


class SegmentHealth(Shape):
    """How it goes for listeners: whether what they ask for is at hand."""

    hit_rate: float | None = Field(description="Of the last 100 samples; null before the first")
    trend: Literal["improving", "stable", "degrading"]
    realtime: float | None = Field(description="Seconds of sound rendered in a second, lately")
    playing: Completion | None = Field(description="null while nothing plays, or it was not asked for here")
    warming_done: int
    warming_total: int


class CacheHealth(Shape):
    """Whether the kept answers do what they are for."""

    state: Literal["ok", "warning", "critical"]
    trend: Literal["improving", "stable", "degrading"]
    hit_rate: float | None = Field(description="Of the last 100 samples")
    samples: int
    size_mb: float
    budget_mb: float
    alerts: list[Alert] = Field(description="Of all caches")
    segments: SegmentHealth


class WarmBody(Request):
    """Tracks whose heads are to be rendered in advance; without any, what follows in the queue."""

    track_ids: list[str] | None = Field(default=None, max_length=100)


class CacheCleared(Shape):
    """How many kept answers, segments and covers were forgotten."""

    cleared: dict[str, int]


class CacheWarmed(Shape):
    """How many answers were made in advance, and of how many tracks the heads are being rendered."""

    warmed: int
    tracks: int


class RouteFigures(Shape):
    """One route in figures, since the server started."""

    requests: int
    client_errors: int
    server_errors: int
    error_rate: float
    avg_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float


class ApiFigures(RouteFigures):
    """All routes in figures."""

    in_flight: int
    requests_per_second: float
    rate_limited: int
    shed: int
    routes: dict[str, RouteFigures]


class DatabaseFigures(Shape):
    """How busy the database is."""

    active_connections: int
    pool_size: int
    waiting_reads: int
    waiting_writes: int


class SocketFigures(Shape):
    """The connected clients, and what has gone over all connections since the start."""

    connections: int
    ready: int
    awaited: int = Field(description="Clients that were cut off and may come back")
    opened: int
    resumed: int = Field(description="How often a client went on where it was cut off")
    refused: int = Field(description="Messages over the limit")
    messages_in: int
    messages_out: int
    bytes_in: int
    bytes_out: int
    dropped: int = Field(description="Frames that gave way to newer ones of their type")
    waiting: int = Field(description="Frames that wait to be sent")
    latency_ms: float | None = Field(description="There and back, the mean of the open connections")
    slowest_ms: float | None
    longest_uptime_seconds: float


class JobFigures(Shape):
    """Work in the background."""

    rendering: int = Field(description="Segments being made or waiting for it")
    scan: Literal["idle", "running"]


class SystemFigures(Shape):
    """The process."""

    cpu_seconds: float
    memory_mb: float
    threads: int
    lateness_ms: float = Field(description="How late the event loop comes to its work; 0 unless it lasts")


class TrendFigures(Shape):
    """Where a figure is going, over its last 100 samples."""

    latest: float | None
    direction: Literal["improving", "stable", "degrading"]
    samples: int
    values: list[float] = Field(description="The samples, one every five seconds, the newest last")


class MetricsView(Shape):
    """Everything that is measured."""

    cache: CacheFigures
    api: ApiFigures
    database: DatabaseFigures
    sockets: SocketFigures
    jobs: JobFigures
    system: SystemFigures
    trends: dict[str, TrendFigures]
    alerts: list[Alert]
    timestamp: str


class ExportBody(Request):
    """The form to give the metrics in."""

    format: Literal["json", "prometheus", "csv"] = "json"
