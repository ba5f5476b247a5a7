"""Finds the route of a request without trying every route: by its whole path, else among those that begin alike."""

from collections import defaultdict
from collections.abc import Sequence
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.routing import Match, Router
from starlette.types import Receive, Scope, Send

from auralis.api.routing import Route


class Finder:
    """Hands a request to its route; where it knows none, to ``router``, which also knows how to refuse."""

    def __init__(self, router: Router, routes: Sequence[Route]) -> None:
        self._router = router
        self._routes = tuple(routes)
        self._whole: dict[tuple[str, str], Route] = {}
        self._alike: dict[tuple[str, str, int], list[Route]] = defaultdict(list)
        for route in routes:
            for method in route.methods or ():
                if "{" in route.path:
                    self._alike[_place(method, route.path)].append(route)
                else:
                    self._whole[method, route.path] = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            method, path = scope["method"], scope["path"]
            whole = self._whole.get((method, path))
            for route in (whole,) if whole is not None else self._alike.get(_place(method, path), ()):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    scope.update(found, router=self._router)
                    await route.app(scope, receive, send)
                    return
            allowed = {name for route in self._routes if route.path_regex.match(path) for name in route.methods or ()}
            if allowed:
                raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": ", ".join(sorted(allowed))})
        await self._router(scope, receive, send)


def _place(method: str, path: str) -> tuple[str, str, int]:
    """Return method, first name after the version, and how many segments there are."""
    segments = path.split("/", 4)
    return method, segments[3] if len(segments) > 3 else "", path.count("/")
