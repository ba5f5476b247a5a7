"""Every route of the application as it is, held against what it has to declare."""

import pytest
from starlette.routing import WebSocketRoute

from auralis.api.application import ApiSettings, create_api, routes_of
from auralis.api.routing import Route
from auralis.api.rules import UNDECLARED, Role
from auralis.store.schema import metadata

APP = create_api(ApiSettings())
ROUTES = routes_of(APP)


def test_nothing_answers_beside_the_table() -> None:
    assert [r for r in APP.routes if not isinstance(r, (Route, WebSocketRoute))] == []


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.label)
def test_every_route_declares_its_rule(route: Route) -> None:
    rule = route.rule
    assert rule is not UNDECLARED, (
        f"{route.label} declares nothing: put @rule(Role.…) from auralis.api.rules between the router's decorator "
        "and the function"
    )
    assert rule.depends <= metadata.tables.keys(), f"{route.label} depends on tables that do not exist"
    assert rule.depends == frozenset() or route.methods <= {"GET", "HEAD"} or "search" in route.path
    assert rule.role is not Role.ANYONE or route.path.startswith(("/api/docs", "/api/v1/health", "/api/v1/openapi"))
    if rule.deprecated:
        assert (rule.deprecated.sunset - rule.deprecated.since).days >= 270, "3 months' notice, 6 months' support"


@pytest.mark.parametrize("route", [r for r in ROUTES if r.include_in_schema], ids=lambda route: route.label)
def test_every_documented_route_answers_in_the_envelope(route: Route) -> None:
    assert route.operation_id
    assert route.tags
    model = getattr(route.response_model, "__name__", "")
    if route.rule.raw:
        assert not model.startswith(("Envelope", "Collection"))
    else:
        assert model.startswith(("Envelope", "Collection")), f"{route.label} needs a response_model in the envelope"


def test_operation_ids_are_unique() -> None:
    names = [route.operation_id for route in ROUTES if route.include_in_schema]
    assert len(names) == len(set(names))
