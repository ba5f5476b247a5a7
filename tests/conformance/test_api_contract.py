"""What is documented is served, and what is served is documented: cases made from the schema, sent to a real server."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from fastapi import APIRouter, Request
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.failures import FailureGroup
from starlette.responses import Response
from tests.conftest import PROOF
from tests.server import RunningServer, running_server

from auralis.api import application
from auralis.api.application import ApiSettings, create_api, routes_of
from auralis.api.envelope import success
from auralis.api.rules import Role, rule

WHOLE_PROOF = 5000
FEW = 2
ROUTES = [route for route in routes_of(create_api(ApiSettings())) if route.include_in_schema]
OPERATIONS = sorted(route.operation_id or "" for route in ROUTES)
EACH = -(-WHOLE_PROOF // len(OPERATIONS)) if PROOF else FEW
REACHES_OUT = {"addFolder"}
"""Takes any folder of the machine it runs on: what it refuses has tests of its own."""

UNDOCUMENTED = {405, 406, 408, 413, 415, 416, 429, 503, 507}
"""What layers before the routes may answer anywhere."""


def conforms(case: Any, response: Any) -> None:
    """Fail where an answer is a fault, or has a status, type or form that is not documented for it."""
    assert response.status_code < 500 or response.status_code in UNDOCUMENTED, response.text[:500]
    request_id, content_type = (header(response, name) for name in ("x-request-id", "content-type"))
    assert request_id
    if response.status_code >= 400:
        assert content_type == "application/problem+json", response.text[:200]
        problem = response.json()
        assert problem["status"] == response.status_code
        assert problem["requestId"] == request_id
        assert not any(word in response.text for word in ("Traceback", "SELECT ", "sqlite3", "/tmp/"))
    if response.status_code not in UNDOCUMENTED:
        checks = schemathesis.checks
        wanted = [
            checks.CHECKS.get_one(name)
            for name in ("status_code_conformance", "content_type_conformance", "response_schema_conformance")
        ]
        case.validate_response(response, checks=wanted)


def header(response: Any, name: str) -> str | None:
    """Return a header of a response, of this library's kind or another's."""
    value = response.headers.get(name)
    return value[0] if isinstance(value, list) else value


def probe(operation: Any, base_url: str | None, examples: int) -> None:
    """Send ``examples`` cases of an operation, the same ones every time."""

    @settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def every(case: Any) -> None:
        conforms(case, case.call(base_url=base_url, timeout=60) if base_url else case.call())

    every()


@pytest.fixture(scope="module")
def server(demo_music: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    music = tmp_path_factory.mktemp("copy") / "music"
    shutil.copytree(demo_music, music)  # cases may edit and delete
    environment = {
        "AURALIS_ANALYSE": "false",
        "AURALIS_REQUESTS_PER_USER": "10000000",
        "AURALIS_LOG_LEVEL": "warning",
    }
    with running_server(tmp_path_factory.mktemp("contract"), music=music, environment=environment) as server:
        server.wait_until_scanned(24)
        yield server


@pytest.fixture(scope="module")
def schema(server: RunningServer) -> Any:
    return schemathesis.openapi.from_url(f"{server.url}/api/v1/openapi.json")


@pytest.mark.proof
@pytest.mark.parametrize("operation_id", [name for name in OPERATIONS if name not in REACHES_OUT])
def test_answers_are_as_documented(server: RunningServer, schema: Any, operation_id: str) -> None:
    operation = schema.find_operation_by_id(operation_id)
    probe(operation, server.url, EACH)


router = APIRouter(tags=["trial"])


@router.get("/halves", operation_id="halves")
@rule(Role.BASIC)
async def halves(request: Request, number: int) -> Response:
    return success(request, {"half": 100 / (number % 5)})


def test_a_planted_fault_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "routers", lambda: [router])
    app = create_api(ApiSettings(hosts=frozenset({"*"})))
    operation = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app).find_operation_by_id("halves")
    with pytest.raises((AssertionError, FailureGroup)):
        probe(operation, None, 100)


def test_every_route_of_the_documents_answers_and_no_other(server: RunningServer) -> None:
    with httpx.Client(base_url=server.url) as client:
        document = client.get("/api/v1/openapi.json").json()
        assert document["openapi"].startswith("3.1")
        for path, methods in document["paths"].items():
            concrete = path
            for name in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
                concrete = concrete.replace(f"{{{name}}}", "1")
            refused = client.request("TRACE", concrete)
            assert refused.status_code == 405, path
            allowed = {method.strip().lower() for method in refused.headers["allow"].split(",")}
            assert methods.keys() <= allowed | {"get"}, (path, allowed)
    served = {(m, r.path) for r in ROUTES for m in r.methods}
    documented = {(m.upper(), p) for p, ms in document["paths"].items() for m in ms}
    assert served == documented
