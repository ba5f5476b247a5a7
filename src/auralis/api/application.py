"""The ASGI application: routes, layers, the socket and the web player, over the services it is handed."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.routing import Match, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from auralis import __version__
from auralis.api import problems, site
from auralis.api.access_log import WriteLog
from auralis.api.bodies import BodyLimit, ContentType
from auralis.api.desk import Desk
from auralis.api.examples import add_examples, share_errors
from auralis.api.finding import Finder
from auralis.api.front import Front
from auralis.api.gate import Gatekeeper
from auralis.api.limits import Limits
from auralis.api.rest import rooms
from auralis.api.rest.common import TAGS, error_responses
from auralis.api.routing import Route
from auralis.api.rules import LARGEST_BODY, rule_of
from auralis.api.socket import registry
from auralis.api.socket.endpoint import SocketEndpoint
from auralis.api.versions import BETA, PREFIX, SOCKETS


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Who may call: host names that the server answers to (``*``: any), and further origins besides its own."""

    hosts: frozenset[str] = frozenset({"localhost", "127.0.0.1", "[::1]"})
    origins: frozenset[str] = frozenset()
    limits: Limits = field(default_factory=Limits)
    write_log: WriteLog | None = None
    """Where the lines of the access log go."""


_TAKEN_OVER = (
    "response_model",
    "status_code",
    "tags",
    "dependencies",
    "summary",
    "description",
    "deprecated",
    "operation_id",
    "include_in_schema",
    "response_class",
    "name",
    "openapi_extra",
)
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


class Application(FastAPI):
    """The application behind its layers; ours alone, so that each is known and none is in the way."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, without the framework's own measuring: ours is in ``metrics``."""
        if scope["type"] == "lifespan":
            await super().__call__(scope, receive, send)
            return
        if self.middleware_stack is None:
            self.middleware_stack = self.build_middleware_stack()
        scope["app"] = self
        await self.middleware_stack(scope, receive, send)

    def build_middleware_stack(self) -> ASGIApp:
        """Return the layers around the routes, the outermost first."""
        handlers: dict[Any, Any] = dict(self.exception_handlers)
        finder = Finder(self.router, routes_of(self))
        routes: ASGIApp = ExceptionMiddleware(AsyncExitStackMiddleware(finder), handlers=handlers)
        typed = ContentType(routes, self._takes_uploads)
        bodies = BodyLimit(typed, self._largest_body, self._takes_uploads, self.state.desk.overload)
        return Front(bodies, self.state.desk)

    def _largest_body(self, scope: Scope) -> int:
        """Return how many bytes the body of a request may have."""
        larger = [route for route in routes_of(self) if route.rule.largest != LARGEST_BODY]
        found = (route.rule.largest for route in larger if route.matches(scope)[0] is Match.FULL)
        return next(found, LARGEST_BODY)

    def _takes_uploads(self, scope: Scope) -> bool:
        """Tell whether the route of a request takes other bodies than JSON."""
        return any(route.rule.uploads and route.matches(scope)[0] is Match.FULL for route in routes_of(self))


def create_api(settings: ApiSettings, lifespan: Lifespan | None = None) -> FastAPI:
    """Build the application; ``lifespan`` sets ``app.state.services`` and ``app.state.endpoint`` before it serves."""
    app = Application(
        title="Auralis",
        version=__version__,
        summary="A self-hosted music server that masters your own music as you listen.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    gate = Gatekeeper(settings.hosts, settings.origins)
    desk = app.state.desk = Desk(settings.limits, gate, next(iter(settings.hosts), "localhost"), settings.write_log)
    problems.install(app)
    app.router.route_class = Route
    for router in routers():
        _mount(app, router)
    for router in rooms("unversioned"):
        _mount(app, router, "")
    app.router.routes.sort(key=_specific)  # /tracks/search before /tracks/{track_id}, wherever they are declared
    desk.learn(routes_of(app))
    app.router.routes.extend(WebSocketRoute(path, _socket) for path in SOCKETS)
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
        components = document.setdefault("components", {}).setdefault("schemas", {})
        components.update({k: v for k, v in registry.json_schemas().items() if k not in components})
        components.pop("HTTPValidationError", None)
        components.pop("ValidationError", None)
        document["tags"] = [{"name": name, "description": what} for name, what in TAGS.items()]
        share_errors(document)
        add_examples(document)
        document["x-socket"] = {
            "path": SOCKETS[0],
            "subprotocol": registry.SUBPROTOCOL,
            "clientMessages": {name: m.payload.__name__ for name, m in registry.CLIENT_MESSAGES.items()},
            "serverMessages": {name: m.payload.__name__ for name, m in registry.SERVER_MESSAGES.items()},
        }
        app.openapi_schema = document
    return app.openapi_schema


async def _socket(socket: WebSocket) -> None:
    endpoint: SocketEndpoint = socket.app.state.endpoint
    await endpoint(socket)


def routers() -> list[APIRouter]:
    """Return the groups of routes: every file of ``rest`` has one."""
    return rooms("router")


def _specific(route: Any) -> list[tuple[bool, str]]:
    return [("{" in segment, segment) for segment in getattr(route, "path", "").split("/")]


def routes_of(app: FastAPI) -> list[Route]:
    """Return every operation, with its rule."""
    return [route for route in app.routes if isinstance(route, Route)]


def _mount(app: FastAPI, router: APIRouter, prefix: str = PREFIX) -> None:
    """Take the routes of a group into the one flat table; what answers GET answers HEAD as well (RFC 9110, 9.1)."""
    for route in router.routes:
        assert isinstance(route, APIRoute)
        start = BETA if rule_of(route.endpoint).beta else prefix
        given = {name: getattr(route, name) for name in _TAKEN_OVER}
        responses = {**error_responses(rule_of(route.endpoint)), **route.responses} if prefix else route.responses
        app.add_api_route(
            start + route.path, route.endpoint, methods=list(route.methods or ()), responses=responses, **given
        )
        if "GET" in (route.methods or ()):
            app.add_api_route(start + route.path, route.endpoint, methods=["HEAD"], include_in_schema=False)


class _Otherwise:
    """Answers where no route does: with the web player, outside the API."""

    def __init__(self, missing: ASGIApp) -> None:
        self._missing = missing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        if scope["type"] == "http" and path in SOCKETS:
            raise HTTPException(HTTPStatus.UPGRADE_REQUIRED, headers={"Upgrade": "websocket"})
        if scope["type"] != "http" or path == "/api" or path.startswith("/api/"):
            await self._missing(scope, receive, send)
            return
        if scope["method"] not in {"GET", "HEAD"}:
            raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET, HEAD"})
        answer = await site.serve(Request(scope))
        await answer(scope, receive, send)
