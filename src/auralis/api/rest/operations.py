"""How the server does, for its owner: metrics, caches."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from auralis.api import figures, schemas
from auralis.api.desk import Desk
from auralis.api.envelope import success
from auralis.api.rest.common import services_of
from auralis.api.rules import Rate, Role, Urgency, rule
from auralis.streaming.names import Variant

router = APIRouter(tags=["operations"])
MOST_WARMED = 20
unversioned = APIRouter(include_in_schema=False)

_FORMS: dict[str, Any] = {"application/json": {}, "text/csv": {}, "text/plain": {}}
_EXPORTS: dict[int | str, dict[str, Any]] = {200: {"description": "In the form asked for", "content": _FORMS}}


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


@router.get("/metrics", response_model=schemas.Envelope[schemas.MetricsView], operation_id="getMetrics")
@rule(Role.ADMIN)
async def get_metrics(request: Request) -> Response:
    """Return everything that is measured: routes, caches, database, sockets, jobs, trends and alerts."""
    return success(request, figures.metrics_view(services_of(request), _desk(request)))


@router.post("/metrics/export", operation_id="exportMetrics", response_class=Response, responses=_EXPORTS)
@rule(Role.ADMIN, raw=True)
async def export_metrics(request: Request, body: schemas.ExportBody | None = None) -> Response:
    """Return the metrics as JSON in the envelope, as CSV, or in Prometheus' text format."""
    services, desk = services_of(request), _desk(request)
    chosen = (body or schemas.ExportBody()).format
    if chosen == "csv":
        return Response(figures.as_csv(figures.metrics_view(services, desk)), media_type="text/csv")
    if chosen == "prometheus":
        return Response(await figures.as_prometheus(services, desk), headers={"Content-Type": figures.PROMETHEUS})
    return success(request, figures.metrics_view(services, desk))


@unversioned.get("/metrics")
@rule(Role.ADMIN, raw=True)
async def scrape_metrics(request: Request) -> Response:
    """Return the metrics as Prometheus scrapes them."""
    text = await figures.as_prometheus(services_of(request), _desk(request))
    return Response(text, headers={"Content-Type": figures.PROMETHEUS})


@router.get("/cache/stats", response_model=schemas.Envelope[schemas.CacheStats], operation_id="getCacheStats")
@rule(Role.BASIC)
async def get_cache_stats(request: Request) -> Response:
    """Return what every cache holds and how often it had what was asked for, by tier and by route."""
    return success(request, figures.cache_view(services_of(request)))


@router.get("/cache/health", response_model=schemas.Envelope[schemas.CacheHealth], operation_id="getCacheHealth")
@rule(Role.BASIC, urgency=Urgency.VITAL)
async def get_cache_health(request: Request) -> Response:
    """Tell whether the kept answers do what they are for, where it is going, and what is wrong."""
    return success(request, await figures.cache_health(services_of(request)))


@router.post("/cache/clear", response_model=schemas.Envelope[schemas.CacheCleared], operation_id="clearCaches")
@rule(Role.ADMIN)
async def clear_caches(request: Request) -> Response:
    """Forget everything that can be made again, in every tier: answers, segments, covers."""
    services = services_of(request)
    before = {
        name: sum(stats.entries for stats in tiers.values() if stats) for name, tiers in services.caches().items()
    }
    services.keeper.answers.clear()
    await services.clear_files()
    return success(request, {"cleared": before}, message="The caches are empty.")


@router.post("/cache/warm", response_model=schemas.Envelope[schemas.CacheWarmed], operation_id="warmCaches")
@rule(Role.ADMIN, Rate.EXPENSIVE)
async def warm_caches(request: Request, body: schemas.WarmBody | None = None) -> Response:
    """Make the answers that are asked for most, and begin to render the heads of tracks, so that they are there."""
    services = services_of(request)
    state = services.player.state
    chosen = state.enhancement
    asked = body.track_ids if body is not None else None
    if asked is None:
        first = 0 if state.current_index is None else state.current_index
        asked = [entry.track_id for entry in state.entries[first : first + MOST_WARMED]]
    variant: Variant = "enhanced" if chosen.enabled else "original"
    services.streamer.heads.warm(asked, variant, preset=chosen.preset, intensity=chosen.intensity)
    return success(request, {"warmed": await services.keeper.warm(), "tracks": len(asked)})
