"""All figures of the server in one document, and that document as CSV and in Prometheus' words."""

import asyncio
import csv
import io
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from auralis.api import views
from auralis.api.desk import Desk
from auralis.api.services import Services
from auralis.api.vitals import process_figures
from auralis.cache import Alert, CacheStats
from auralis.cache.usage import RouteUsage
from auralis.kit.clock import iso_utc

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


def metrics_view(services: Services, desk: Desk) -> dict[str, Any]:
    """Return everything that is measured."""
    return {
        "cache": cache_totals(services),
        "api": desk.metrics.view(),
        "database": services.database(),
        "sockets": services.hub.totals(),
        "jobs": {"rendering": services.streamer.stats().under_way, "scan": services.scanner.status.state},
        "system": {**process_figures(), "latenessMs": round(desk.overload.lateness_ms, 1)},
        "trends": desk.vitals.view(),
        "alerts": _alerts_view((*services.keeper.alerts, *desk.vitals.alerts)),
        "timestamp": iso_utc(time.time()),
    }


def cache_totals(services: Services) -> dict[str, Any]:
    """Return the kept answers of all routes together in figures."""
    held = services.keeper.answers.stats()
    return services.keeper.answers.usage.totals.view(held.entries, held.bytes, held.budget_bytes)


def cache_view(services: Services) -> dict[str, Any]:
    """Return every cache by tier, and the kept answers by route."""
    answers = services.keeper.answers
    held = answers.items_by_route()
    return {
        "totals": cache_totals(services),
        "caches": caches_by_tier(services),
        "routes": {
            label: usage.view(*held.get(label, (0, 0))) for label, usage in sorted(answers.usage.routes.items())
        },
        "fingerprints": services.lookup.figures(),
    }


def caches_by_tier(services: Services) -> dict[str, Any]:
    """Return the tiers of every cache in figures."""
    caches = {
        name: {tier: None if stats is None else _tier(stats) for tier, stats in tiers.items()}
        for name, tiers in services.caches().items()
    }
    caches["responses"]["tier1"] = cache_totals(services)
    return caches


async def sample_view(services: Services, desk: Desk, found: Mapping[str, float]) -> dict[str, Any]:
    """Return a sample of the server's own state, with what its caches do."""
    return {
        "sampledAt": int(time.time() * 1000),
        "figures": found,
        "alerts": _alerts_view((*services.keeper.alerts, *desk.vitals.alerts)),
        "health": views.health_view(services),
        "cache": await cache_health(services),
        "caches": caches_by_tier(services),
    }


async def cache_health(services: Services) -> dict[str, Any]:
    """Return whether the caches do what they are for, where it is going, and what is wrong."""
    keeper = services.keeper
    keeper.sample()
    monitor, held = keeper.monitor, keeper.answers.stats()
    levels = {alert.level for alert in keeper.alerts}
    return {
        "state": "critical" if "critical" in levels else "warning" if levels else "ok",
        "trend": monitor.trend,
        "hitRate": monitor.hit_rate,
        "samples": monitor.samples,
        "sizeMb": round(held.bytes / 1e6, 3),
        "budgetMb": round(held.budget_bytes / 1e6, 3),
        "alerts": _alerts_view(keeper.alerts),
        "segments": await _segment_health(services),
    }


def _alerts_view(alerts: Iterable[Alert]) -> list[dict[str, Any]]:
    return [{"subject": alert.subject, "level": alert.level, "message": alert.message} for alert in alerts]


async def _segment_health(services: Services) -> dict[str, Any]:
    streamer, state = services.streamer, services.player.state
    monitor, _ = services.keeper.others["segment"]
    playing = None
    if state.current is not None:
        chosen = state.enhancement
        playing = await streamer.at_hand.completion(
            state.current.track_id,
            "enhanced" if chosen.enabled else "original",
            preset=chosen.preset,
            intensity=chosen.intensity,
        )
    return {
        "hitRate": monitor.hit_rate,
        "trend": monitor.trend,
        "realtime": None if streamer.at_hand.realtime is None else round(streamer.at_hand.realtime, 1),
        "playing": playing,
        "warmingDone": streamer.heads.warming[0],
        "warmingTotal": streamer.heads.warming[1],
    }


def _tier(stats: CacheStats) -> dict[str, Any]:
    """Return what a cache of bytes counts itself; it does not take times."""
    counts = RouteUsage().view(stats.entries, stats.bytes, stats.budget_bytes)
    asked = stats.hits + stats.misses
    rate = round(stats.hit_rate, 4) if asked else None
    return counts | {"hitRate": rate, "totalQueries": asked, "hits": stats.hits, "misses": stats.misses}


def as_csv(view: dict[str, Any]) -> str:
    """Return the figures as rows of name and value; names are dotted."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("metric", "value"))
    writer.writerows(_flat("", view))
    return text.getvalue()


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}" if name else key, inner)
    elif isinstance(value, list):
        if not name.endswith(".values"):
            yield name, len(value)
    else:
        yield name, "" if value is None else value


async def as_prometheus(services: Services, desk: Desk) -> bytes:
    """Return the figures in Prometheus' text format; thousands of lines are written while others are answered."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(list(_Figures(services, desk).collect())))
    return await asyncio.to_thread(generate_latest, registry)


class _Collected(Collector):
    """Hands what was collected to Prometheus' own writer."""

    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families


class _Figures:
    """The counters that are kept anyway, as Prometheus' families."""

    def __init__(self, services: Services, desk: Desk) -> None:
        self._services = services
        self._desk = desk

    def collect(self) -> Iterator[Metric]:
        yield from self._routes()
        yield from self._caches()
        view = metrics_view(self._services, self._desk)
        gauges = {
            "auralis_in_flight_requests": view["api"]["inFlight"],
            "auralis_database_connections_active": view["database"]["activeConnections"],
            "auralis_database_connections_most": view["database"]["poolSize"],
            "auralis_database_reads_waiting": view["database"]["waitingReads"],
            "auralis_database_writes_waiting": view["database"]["waitingWrites"],
            "auralis_sockets": view["sockets"]["connections"],
            "auralis_socket_frames_waiting": view["sockets"]["waiting"],
            "auralis_socket_slowest_seconds": (view["sockets"]["slowestMs"] or 0.0) / 1000,
            "auralis_renderings_under_way": view["jobs"]["rendering"],
            "auralis_resident_memory_bytes": view["system"]["memoryMb"] * 1e6,
            "auralis_event_loop_lateness_seconds": view["system"]["latenessMs"] / 1000,
        }
        for name, value in gauges.items():
            yield GaugeMetricFamily(name, name.removeprefix("auralis_").replace("_", " "), value)
        yield CounterMetricFamily("auralis_cpu_seconds", "processor time", view["system"]["cpuSeconds"])
        yield from self._sockets(view["sockets"])
        yield CounterMetricFamily("auralis_rate_limited_requests", "refused with 429", view["api"]["rateLimited"])
        yield CounterMetricFamily("auralis_shed_requests", "refused with 503", view["api"]["shed"])

    def _routes(self) -> Iterator[Metric]:
        requests = CounterMetricFamily("auralis_requests", "requests by route", labels=["route"])
        errors = CounterMetricFamily("auralis_request_errors", "answers 4xx and 5xx", labels=["route", "kind"])
        durations = HistogramMetricFamily("auralis_request_duration_seconds", "until sent", labels=["route"])
        for label, route in self._desk.metrics.routes.items():
            requests.add_metric([label], route.requests)
            errors.add_metric([label, "client"], route.client_errors)
            errors.add_metric([label, "server"], route.server_errors)
            buckets = [(f"{bound / 1000:.6g}", count) for bound, count in route.durations.cumulative()]
            buckets.append(("+Inf", route.durations.count))
            durations.add_metric([label], buckets, route.durations.total_ms / 1000)
        yield from (requests, errors, durations)

    @staticmethod
    def _sockets(figures: dict[str, Any]) -> Iterator[Metric]:
        messages = CounterMetricFamily("auralis_socket_messages", "over all sockets", labels=["direction"])
        sizes = CounterMetricFamily("auralis_socket_bytes", "over all sockets", labels=["direction"])
        for direction in ("In", "Out"):
            messages.add_metric([direction.lower()], figures[f"messages{direction}"])
            sizes.add_metric([direction.lower()], figures[f"bytes{direction}"])
        yield from (messages, sizes)
        for name in ("opened", "resumed", "refused", "dropped"):
            yield CounterMetricFamily(f"auralis_sockets_{name}", name, figures[name])

    def _caches(self) -> Iterator[Metric]:
        hits = CounterMetricFamily("auralis_cache_hits", "found", labels=["cache", "tier"])
        misses = CounterMetricFamily("auralis_cache_misses", "not found", labels=["cache", "tier"])
        size = GaugeMetricFamily("auralis_cache_bytes", "held", labels=["cache", "tier"])
        for name, tiers in self._services.caches().items():
            for tier, stats in tiers.items():
                if stats is not None:
                    hits.add_metric([name, tier], stats.hits)
                    misses.add_metric([name, tier], stats.misses)
                    size.add_metric([name, tier], stats.bytes)
        yield from (hits, misses, size)
