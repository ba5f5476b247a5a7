"""The server about itself: health, and the documentation of the API."""

import asyncio

import orjson
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from auralis import __version__
from auralis.api import schemas, views
from auralis.api.envelope import success
from auralis.api.files import Document
from auralis.api.rest.common import services_of
from auralis.api.rules import Role, Urgency, rule
from auralis.api.versions import PREFIX
from auralis.model.errors import NotFoundError

router = APIRouter(tags=["service"])
unversioned = APIRouter(include_in_schema=False)

_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Auralis API</title><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body>
</html>
"""
_START = f"""SwaggerUIBundle({{url: "{PREFIX}/openapi.json", dom_id: "#swagger-ui", deepLinking: true}});
"""


@router.get("/health", response_model=schemas.Envelope[schemas.Health], operation_id="getHealth")
@rule(Role.ANYONE, urgency=Urgency.VITAL)
async def get_health(request: Request) -> Response:
    """Tell whether every part of the server can do its work, and which cannot."""
    services = services_of(request)
    uptime = round(services.clock.now() - services.started_at, 3)
    return success(request, {**views.health_view(services), "version": __version__, "uptimeSeconds": uptime})


@router.get("/health/live", response_model=schemas.Envelope[dict[str, str]], operation_id="getLiveness")
@rule(Role.ANYONE, urgency=Urgency.VITAL)
async def get_liveness(request: Request) -> Response:
    """Tell that the server answers."""
    return success(request, {"state": "ok"})


@router.get("/health/ready", response_model=schemas.Envelope[dict[str, int]], operation_id="getReadiness")
@rule(Role.ANYONE, urgency=Urgency.VITAL)
async def get_readiness(request: Request) -> Response:
    """Tell that the library can be read, and how many tracks it has."""
    stats = await services_of(request).catalog.list_tracks(sort="title", order="asc", offset=0, limit=1)
    return success(request, {"tracks": stats.total})


@unversioned.get(f"{PREFIX}/openapi.json")
@rule(Role.ANYONE, raw=True)
async def openapi_document(request: Request) -> Response:
    """Return the OpenAPI document of this API."""
    state = request.app.state
    if not hasattr(state, "document"):
        state.document = await asyncio.to_thread(lambda: Document(orjson.dumps(request.app.openapi())))
    document: Document = state.document
    return document.answer(request)


@unversioned.get("/api/docs")
@rule(Role.ANYONE, raw=True)
async def docs_page() -> Response:
    """Show the API in Swagger UI, served from here."""
    return HTMLResponse(_PAGE)


@unversioned.get("/api/docs/start.js")
@rule(Role.ANYONE, raw=True)
async def docs_start() -> Response:
    """Start Swagger UI; a file of its own, since the page allows no inline script."""
    return Response(_START, media_type="text/javascript")


@unversioned.get("/api/docs/guides/{name}")
@rule(Role.ANYONE, raw=True)
async def docs_guide(name: str) -> Response:
    """Show how to move from a route on its way out to what takes its place."""
    guide = _GUIDES.get(name)
    if guide is None:
        raise NotFoundError("guide", name)
    return Response(guide, media_type="text/markdown")


_GUIDES = {
    "versions": """# Addresses without a version

`/api/<x>` answers as `/api/v1/<x>` until the day in the `Sunset` header. Put `/v1` after `/api`: nothing else changes,
neither parameters nor bodies nor answers. `/api/docs` and `/api/health` have no version and stay.
"""
}
