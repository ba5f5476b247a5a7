"""The ASGI application: routes, layers, the socket and the web player, over the services it is handed."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from auralis import __version__
from auralis.api import problems, site
from auralis.api.middleware import BodyLimit, ContentType, Gatekeeper, RequestContext
from auralis.api.rest import library, player, service, settings, streaming, tracks
from auralis.api.socket import registry
from auralis.api.socket.endpoint import SocketEndpoint

PREFIX = "/api/v1"
LARGEST_BODY = 10 * 1024 * 1024
_ROUTERS = (tracks.router, library.router, player.router, streaming.router, settings.router, service.router)


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Who may call: host names that the server answers to (``*``: any), and further origins besides its own."""

    hosts: frozenset[str] = frozenset({"localhost", "127.0.0.1", "[::1]"})
    origins: frozenset[str] = frozenset()


Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_api(settings: ApiSettings, lifespan: Lifespan | None = None) -> FastAPI:
    """Build the application; ``lifespan`` sets ``app.state.services`` and ``app.state.endpoint`` before it serves."""
    app = FastAPI(
        title="Auralis",
        version=__version__,
        summary="A self-hosted music server that masters your own music as you listen.",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
        middleware=[
            Middleware(RequestContext),
            Middleware(Gatekeeper, hosts=settings.hosts, origins=settings.origins),
            Middleware(BodyLimit, limit=LARGEST_BODY),
            Middleware(ContentType),
        ],
    )
    problems.install(app)
    for router in _ROUTERS:
        app.include_router(router, prefix=PREFIX)
        _answer_head(app, router)
    app.include_router(service.documentation)
    app.router.routes.append(WebSocketRoute("/ws", _socket))
    app.router.routes.append(WebSocketRoute(f"{PREFIX}/ws", _socket))
    app.router.default = _Otherwise(app.router.default)
    app.openapi = lambda: openapi_document(app)  # type: ignore[method-assign]
    return app


def openapi_document(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document; the socket's payloads stand among its schemas, under ``x-socket`` by type."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            summary=app.summary,
            routes=app.routes,
            separate_input_output_schemas=False,
        )
        components = document["components"]["schemas"]
        components.update({k: v for k, v in registry.json_schemas().items() if k not in components})
        components.pop("HTTPValidationError", None)
        components.pop("ValidationError", None)
        document["x-socket"] = {
            "path": "/ws",
            "subprotocol": registry.SUBPROTOCOL,
            "clientMessages": {name: m.payload.__name__ for name, m in registry.CLIENT_MESSAGES.items()},
            "serverMessages": {name: m.payload.__name__ for name, m in registry.SERVER_MESSAGES.items()},
        }
        app.openapi_schema = document
    return app.openapi_schema


async def _socket(socket: WebSocket) -> None:
    endpoint: SocketEndpoint = socket.app.state.endpoint
    await endpoint(socket)


def _answer_head(app: FastAPI, router: APIRouter) -> None:
    """Let what answers GET answer HEAD as well (RFC 9110, 9.1); the documents need not say so."""
    for route in router.routes:
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
            app.add_api_route(PREFIX + route.path, route.endpoint, methods=["HEAD"], include_in_schema=False)


class _Otherwise:
    """Answers where no route does: with the web player, outside the API."""

    def __init__(self, missing: ASGIApp) -> None:
        self._missing = missing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if scope["type"] != "http" or path == "/api" or path.startswith("/api/"):
            await self._missing(scope, receive, send)
            return
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET, HEAD"})
        await site.serve(path)(scope, receive, send)
