"""The short way to a handler whose parameters are plain: read by a table made once, not by the framework each time.

What the table does not know (a filter, a value that may be wrong) goes the framework's way, which words the errors.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from inspect import isasyncgenfunction, isawaitable, isgeneratorfunction
from typing import Any, Literal, cast, get_args, get_origin

from annotated_types import Ge, Le
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from auralis.api.queries import pairs_of

Reader = Callable[[str], Any]
_MOST_DIGITS = 15


class UnreadError(ValueError):
    """The short way does not understand a value."""


def short_way(route: APIRoute) -> Callable[[Request], Awaitable[Response] | None] | None:
    """Return a function that calls the handler of ``route``, or gives None where a request needs the long way."""
    dependant: Dependant = route.dependant
    parts = [dependant, *dependant.dependencies]
    if route.body_field is not None or "GET" not in (route.methods or ()) or not all(map(_is_plain, parts)):
        return None
    if any(inner.path_params or inner.dependencies or inner.request_param_name for inner in dependant.dependencies):
        return None
    if any(field.field_info.annotation is not str for field in dependant.path_params):
        return None
    table: dict[str, list[tuple[int, str, Reader | None]]] = defaultdict(list)
    for place, part in enumerate(parts):
        for field in part.query_params:
            table[field.alias].append((place, field.name, _reader(field.field_info)))
    return _call(dependant, dict(table), [{f.name: f.get_default() for f in part.query_params} for part in parts])


def _call(
    dependant: Dependant, table: dict[str, list[tuple[int, str, Reader | None]]], defaults: list[dict[str, Any]]
) -> Callable[[Request], Awaitable[Response] | None]:
    endpoint = cast("Callable[..., Awaitable[Response]]", dependant.call)
    dependencies = [(str(inner.name), cast("Callable[..., Any]", inner.call)) for inner in dependant.dependencies]

    async def run(given: list[dict[str, Any]]) -> Response:
        own = given[0]
        for (name, dependency), parameters in zip(dependencies, given[1:], strict=True):
            found = dependency(**parameters)
            own[name] = await found if isawaitable(found) else found
        return await endpoint(**own)

    def call(request: Request) -> Awaitable[Response] | None:
        given = [dict(each) for each in defaults]
        try:
            for alias, value in pairs_of(request.scope["query_string"]):
                for place, name, reader in table[alias]:
                    if reader is None:
                        return None
                    given[place][name] = reader(value)
        except (KeyError, ValueError):
            return None
        given[0].update(request.scope["path_params"])
        if dependant.request_param_name is not None:
            given[0][dependant.request_param_name] = request
        return run(given)

    return call


def _is_plain(dependant: Dependant) -> bool:
    """Tell whether everything that is handed in comes from path and query, and may be left out of the query."""
    others = dependant.header_params or dependant.cookie_params or dependant.body_params
    special = dependant.response_param_name or dependant.background_tasks_param_name
    required = any(field.field_info.is_required() for field in dependant.query_params)
    yields = isgeneratorfunction(dependant.call) or isasyncgenfunction(dependant.call)
    return not (others or special or required or yields or dependant.http_connection_param_name)


def _reader(info: Any) -> Reader | None:
    """Return how a parameter is read, or None where that is the framework's business."""
    kinds = [kind for kind in get_args(info.annotation) if kind is not type(None)]
    kind = info.annotation
    if get_origin(kind) is not Literal and len(kinds) == 1 and type(None) in get_args(kind):
        kind = kinds[0]
    if info.metadata:
        return _bounded(info.metadata) if kind is int else None
    if get_origin(kind) is Literal:
        return _choice(frozenset(get_args(kind)))
    return {int: _whole, str: _text}.get(kind)


def _choice(allowed: frozenset[Any]) -> Reader:
    def read(value: str) -> str:
        if value not in allowed:
            raise UnreadError
        return value

    return read


def _bounded(metadata: list[Any]) -> Reader | None:
    """Return how a whole number within bounds is read; one beyond them is the framework's to refuse."""
    bounds = {type(bound): bound for bound in metadata}
    if not bounds.keys() <= {Ge, Le}:
        return None
    least, most = getattr(bounds.get(Ge), "ge", 0), getattr(bounds.get(Le), "le", 10**_MOST_DIGITS)

    def read(value: str) -> int:
        number = _whole(value)
        if not least <= number <= most:
            raise UnreadError
        return number

    return read


def _whole(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS):
        raise UnreadError
    return int(value)


def _text(value: str) -> str:
    return value
