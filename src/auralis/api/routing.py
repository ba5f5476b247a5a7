"""A route that keeps its own rule: whatever is declared beside it holds, whoever calls it and however."""

from collections.abc import Awaitable, Callable, Collection, Coroutine
from typing import Any, cast

import orjson
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from auralis.api.context import CacheInfo, RequestInfo, target_of
from auralis.api.desk import Desk
from auralis.api.envelope import Answer, Enveloped
from auralis.api.idempotency import HEADER
from auralis.api.lean import short_way
from auralis.api.queries import pairs_of, sorted_query
from auralis.api.rules import Rate, Rule, Urgency, rule_of
from auralis.api.versions import Headers, deprecation_headers
from auralis.model.errors import FieldError, ForbiddenError, InvalidInputError

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
_READS = frozenset({"GET", "HEAD", "POST"})
_MOST_ERRORS = 20


class Route(APIRoute):
    """One operation of the API, with its rule."""

    rule: Rule
    label: str
    closing_headers: Headers

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self.rule = rule_of(endpoint)
        if self.rule.deprecated is not None:
            options["deprecated"] = True
        super().__init__(path, endpoint, **options)
        method = next(iter(sorted(self.methods or {"GET"})))
        self.label = f"{method} {path}"
        self.closing_headers = deprecation_headers(self.rule.deprecated) if self.rule.deprecated else []

    @property
    def warm_queries(self) -> tuple[str, ...]:
        """Queries whose answers are made before they are asked for."""
        return self.rule.warm if self.methods == {"GET"} else ()

    def get_route_handler(self) -> Handler:
        """Return the handler, its rule kept."""
        long_way = super().get_route_handler()
        short = short_way(self)
        known = frozenset(each.alias for each in get_flat_params(self.dependant) if isinstance(each.field_info, Query))
        # What watches over servers adds parameters of its own, and so do those who ask past caches for files.
        is_strict = not self.rule.raw and self.rule.urgency is not Urgency.VITAL

        async def inner(request: Request) -> Response:
            called = short(request) if short is not None else None
            if called is None and is_strict:
                _require_known(request, known)
            return await (long_way(request) if called is None else called)

        async def handle(request: Request) -> Response:
            info: RequestInfo = request.scope["auralis"]
            info.route = self
            info.headers.extend(self.closing_headers)
            if info.caller.role < self.rule.role:
                raise ForbiddenError(f"That takes the role {self.rule.role.name.lower()}.")
            desk: Desk = request.app.state.desk
            if self.rule.depends and desk.answers is not None and request.method in _READS:
                return await self._kept_answer(request, desk, info, inner)
            if self.rule.rate is not Rate.ORDINARY:
                info.headers.extend(await desk.limits.charge(info.caller, self.rule.rate))
            if request.method == "POST" and HEADER in request.headers:
                return self._checked(await desk.idempotency.once(request, info, inner))
            return self._checked(await inner(request))

        return handle

    async def _kept_answer(self, request: Request, desk: Desk, info: RequestInfo, inner: Handler) -> Response:
        assert desk.answers is not None
        key = await _key(request, info)
        if key is None:
            return self._checked(await inner(request))
        if self.rule.rate is not Rate.ORDINARY and desk.answers.find(key) is None:
            info.headers.extend(await desk.limits.charge(info.caller, self.rule.rate))
        found = await desk.answers.answer(self.label, key, self.rule.depends, self._maker(request, inner))
        if request.method == "GET":
            desk.remember(target_of(request.scope), info.caller, key, self)
        info.cache = CacheInfo.of(found)
        return Enveloped(found.kept.value)

    def _maker(self, request: Request, inner: Handler) -> Callable[[], Awaitable[Answer]]:
        """Return how the answer is made, now and when it is made anew with nobody waiting."""
        scope = {name: value for name, value in request.scope.items() if name not in {"state", "extensions"}}
        scope["headers"] = [(b"content-type", b"application/json")]
        body = getattr(request, "_body", b"")

        async def make() -> Answer:
            async def receive() -> dict[str, Any]:
                return {"type": "http.request", "body": body, "more_body": False}

            response = self._checked(await inner(Request(dict(scope), receive)))
            return cast("Enveloped", response).answer

        return make

    def _checked(self, response: Response) -> Response:
        """Return ``response`` if it has the form that the rule promises."""
        if not self.rule.raw and not isinstance(response, Enveloped):
            raise TypeError(f"{self.label} answers without the envelope, which its rule does not declare")
        return response


def _require_known(request: Request, known: Collection[str]) -> None:
    """Refuse parameters that the route does not have: a filter that was mistyped must not give the whole library."""
    given = {name: value for name, value in pairs_of(request.scope["query_string"]) if name not in known}
    if given:
        errors = [FieldError(name, "is not a parameter of this route", value) for name, value in given.items()]
        raise InvalidInputError("The query has parameters that are not known.", errors[:_MOST_ERRORS])


async def _key(request: Request, info: RequestInfo) -> str | None:
    """Return what a request is kept under: user, address, parameters in one order, body in one spelling."""
    query = sorted_query(request.scope["query_string"])
    body = ""
    if request.method == "POST":
        try:
            parsed = orjson.loads(await request.body())
        except orjson.JSONDecodeError:
            return None
        body = orjson.dumps(parsed, option=orjson.OPT_SORT_KEYS).decode()
    return f"{info.caller.user_id}\n{request.scope['path']}?{query}\n{body}"
