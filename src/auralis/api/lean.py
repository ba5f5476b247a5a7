"""The short way to a handler whose parameters are plain: read by a table made once, not by the framework each time.

What the table does not know (a filter, a value that may be wrong) goes the framework's way, which words the errors.
"""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Literal, get_args, get_origin
from urllib.parse import parse_qsl

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

Reader = Callable[[str], Any]
_MOST_DIGITS = 15


class UnreadError(ValueError):
    """The short way does not understand a value."""


def short_way(route: APIRoute) -> Callable[[Request], Awaitable[Response] | None] | None:
    """Return a function that calls the handler of ``route``, or gives None where a request needs the long way."""
    dependant: Dependant = route.dependant
    if route.body_field is not None or dependant.header_params or dependant.cookie_params:
        return None
    if any(not _is_optional(inner) for inner in dependant.dependencies) or "GET" not in (route.methods or ()):
        return None
    if any(field.field_info.annotation is not str for field in dependant.path_params):
        return None
    readers = {field.alias: (field.name, _reader(field.field_info)) for field in dependant.query_params}
    if any(field.field_info.is_required() for field in dependant.query_params):
        return None
    defaults = {field.name: field.get_default() for field in dependant.query_params}
    return _call(route.endpoint, dependant, readers, defaults)


def _call(
    endpoint: Callable[..., Awaitable[Response]],
    dependant: Dependant,
    readers: dict[str, tuple[str, Reader | None]],
    defaults: dict[str, Any],
) -> Callable[[Request], Awaitable[Response] | None]:
    request_name = dependant.request_param_name
    dependencies = [(str(inner.name), inner.call) for inner in dependant.dependencies]

    async def run(given: dict[str, Any]) -> Response:
        for name, dependency in dependencies:
            given[name] = await dependency()  # type: ignore[misc]
        return await endpoint(**given)

    def call(request: Request) -> Awaitable[Response] | None:
        given = {**defaults, **request.scope["path_params"]}
        try:
            for alias, value in parse_qsl(request.scope["query_string"].decode("ascii"), keep_blank_values=True):
                name, reader = readers[alias]
                if reader is None:
                    return None
                given[name] = reader(value)
        except (KeyError, ValueError):
            return None
        if request_name is not None:
            given[request_name] = request
        return run(given)

    return call


def _is_optional(dependant: Dependant) -> bool:
    """Tell whether a dependency can be called without parameters: an async function of queries with defaults."""
    return (
        inspect.iscoroutinefunction(dependant.call)
        and not (dependant.path_params or dependant.header_params or dependant.body_params or dependant.dependencies)
        and dependant.request_param_name is None
        and all(
            parameter.default is not parameter.empty
            for parameter in inspect.signature(dependant.call).parameters.values()
        )
    )


def _reader(info: Any) -> Reader | None:
    """Return how a parameter is read, or None where that is the framework's business."""
    kinds = [kind for kind in get_args(info.annotation) if kind is not type(None)]
    kind = info.annotation
    if get_origin(kind) is not Literal and len(kinds) == 1 and type(None) in get_args(kind):
        kind = kinds[0]
    if info.metadata:
        return None
    if get_origin(kind) is Literal:
        return _choice(frozenset(get_args(kind)))
    return {int: _whole, str: _text}.get(kind)


def _choice(allowed: frozenset[Any]) -> Reader:
    def read(value: str) -> str:
        if value not in allowed:
            raise UnreadError
        return value

    return read


def _whole(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS):
        raise UnreadError
    return int(value)


def _text(value: str) -> str:
    return value
