"""Whatever is wrong with a request, and whichever route it is for: one shape of errors, and never a fault."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.conftest import PROOF
from tests.server import running_server

from auralis.api.application import ApiSettings, create_api, routes_of
from auralis.api.routing import Route
from auralis.api.rules import Urgency

ROUTES = [route for route in routes_of(create_api(ApiSettings())) if route.include_in_schema]
JSON = {"content-type": "application/json"}
MEMBERS = {
    *("type", "title", "status", "detail", "instance"),
    *("code", "message", "details", "requestId", "timestamp", "path"),
}
BODIES = [b"{", b"[]", b'"x"', b'{"nobody": 1}', b"\xff\xfe", b'{"\\ud800": "\\ud800"}', b'{"a": 1e999}']
IDS = ["%00", "%ED%A0%80", "9" * 300, "..%2F..%2Fetc", "%0d%0aX:%201"]
VALUES = ["", "%00", "-1", "9" * 400, "1e999", "%ED%A0%80"] + (
    ["NaN", "%F0%9F%98%80" * 30, "+1", "1_0"] if PROOF else []
)
REACHES_OUT = {"addFolder"}


@pytest.fixture(scope="module")
def client(demo_music: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server of its own: some of the nonsense is obeyed, and other tests want theirs as it was."""
    quiet = {"AURALIS_ANALYSIS_BACKGROUND": "false"}
    with running_server(tmp_path_factory.mktemp("data"), music=demo_music, environment=quiet) as server:
        server.wait_until_scanned(24)
        with httpx.Client(base_url=server.url, timeout=60) as opened:
            yield opened


def in_one_shape(response: httpx.Response) -> None:
    """Fail where an answer is a fault, or an error in another shape than all."""
    assert response.status_code < 500, (str(response.request.url)[:200], response.text)
    if response.status_code >= 400:
        problem: dict[str, Any] = response.json()
        assert response.headers["content-type"] == "application/problem+json"
        assert problem.keys() >= MEMBERS
        assert (problem["status"], problem["requestId"]) == (response.status_code, response.headers["x-request-id"])
        assert problem["code"] != "VALIDATION_ERROR" or problem["errors"]
        assert not any(word in response.text for word in ("Traceback", "SELECT ", "sqlite", "/tmp/"))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.label)
def test_nonsense_is_refused_in_one_shape(client: httpx.Client, route: Route) -> None:
    (method,) = route.methods
    path = re.sub(r"\{.*?\}", "0", route.path)
    for nonsense in IDS if "{" in route.path else ():
        in_one_shape(client.request(method, re.sub(r"\{.*?\}", nonsense, route.path)))
    if method in {"POST", "PUT", "PATCH"} and route.operation_id not in REACHES_OUT:
        for body in BODIES:
            answer = client.request(method, path, content=body, headers=JSON)
            in_one_shape(answer)
            assert answer.status_code >= 400 or route.body_field is None or body == b'{"nobody": 1}', body
    for parameter in route.dependant.query_params + [q for d in route.dependant.dependencies for q in d.query_params]:
        for value in VALUES if method == "GET" else ():
            in_one_shape(client.get(f"{path}?{parameter.alias}={value}"))
    if method == "GET" and not route.rule.raw and route.rule.urgency is not Urgency.VITAL:
        answer = client.get(f"{path}?artst=x&%00=")
        in_one_shape(answer)
        assert [error["field"] for error in answer.json()["errors"]] == ["artst", "\0"]


def test_what_watches_over_servers_may_add_parameters(client: httpx.Client) -> None:
    for path in ("/api/v1/health", "/api/v1/health/live", "/metrics"):
        assert client.get(f"{path}?at=1").status_code == 200


@pytest.mark.parametrize("name", ["volume", "seek", "repeat", "shuffle", "crossfade"])
@pytest.mark.parametrize("value", ["0.5", "true", None, [1], {"a": 1}, 1e999])
def test_values_are_of_their_documented_types(client: httpx.Client, name: str, value: Any) -> None:
    member = {"seek": "position", "repeat": "mode", "shuffle": "enabled", "crossfade": "seconds"}.get(name, name)
    body = json.dumps({member: value}).encode()
    answer = client.post(f"/api/v1/player/{name}", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")
    assert answer.json()["errors"][0]["field"].startswith(member)


def test_a_body_that_is_wrong_all_over_is_answered_briefly(client: httpx.Client) -> None:
    body = json.dumps({f"k{n}": n for n in range(20_000)}).encode()
    answer = client.post("/api/v1/player/volume", content=body, headers=JSON)
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 100


@pytest.mark.parametrize("path", ["/player/volume", "/tracks/batch-get", "/batch", "/tracks/search", "/queue/add"])
def test_millions_of_values_hold_nobody_up(client: httpx.Client, path: str) -> None:
    body = b'{"trackIds": [' + b'"a",' * 1_000_000 + b'"a"]}'
    answer = client.post(f"/api/v1{path}", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert "values" in answer.json()["detail"]


def test_a_query_has_so_many_parameters_and_no_more(client: httpx.Client) -> None:
    answer = client.get("/api/v1/tracks?" + "a&" * 3000)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "query")
    assert client.get("/api/v1/tracks?" + "missing=1&" * 500).status_code == 200


def test_compressed_bodies_are_not_taken_for_what_they_are_not(client: httpx.Client) -> None:
    headers = {**JSON, "content-encoding": "gzip"}
    answer = client.post("/api/v1/player/volume", content=b'{"volume": 1}', headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_files_are_sent_once_to_those_who_keep_them(client: httpx.Client) -> None:
    track = client.get("/api/v1/tracks?limit=1").json()["data"][0]["id"]
    for path in (f"/api/v1/tracks/{track}/original", "/", "/favicon.svg", "/api/v1/openapi.json"):
        whole = client.get(path)
        assert whole.headers["cache-control"], path
        again = client.get(path, headers={"if-none-match": whole.headers["etag"]})
        assert (again.status_code, again.content) == (304, b""), path
        assert again.headers["etag"] == whole.headers["etag"]
        assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200
        if "last-modified" in whole.headers:
            dated = {"if-modified-since": whole.headers["last-modified"]}
            assert client.get(path, headers=dated).status_code == 304
            assert client.get(path, headers={**dated, "if-none-match": '"other"'}).status_code == 200
            for odd in ("yesterday", "Mon, 01 Jan 1990 00:00:00 GMT", "0"):
                assert client.get(path, headers={"if-modified-since": odd}).status_code == 200, odd
    for path in (f"/api/v1/tracks/{track}/original", "/favicon.svg"):
        size = len(client.get(path).content)
        beyond = client.get(path, headers={"range": "bytes=99999999999-"})
        assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
        in_one_shape(beyond)
        in_one_shape(client.get(path, headers={"range": "bytes=nonsense"}))


def test_the_document_is_small_on_the_way(client: httpx.Client) -> None:
    squeezed = client.get("/api/v1/openapi.json")
    plain = client.get("/api/v1/openapi.json", headers={"accept-encoding": "identity"})
    assert squeezed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert int(squeezed.headers["content-length"]) < len(plain.content) / 5
    assert squeezed.json() == plain.json()


def test_an_address_without_a_version_gives_no_other_answer_than_its_own(client: httpx.Client) -> None:
    playlist = client.post("/api/v1/playlists", json={"name": "a"}).json()["data"]["id"]
    for _ in range(2):
        assert client.get(f"/api/v1/playlists/{playlist}?limit=2").status_code == 200
    assert client.get(f"/api/playlists/{playlist}?limit=2").status_code == 200
    assert client.get(f"/api/playlists/{playlist}%3Flimit=2").status_code == 404
    assert client.get(f"/api/v1/playlists/{playlist}%3Flimit=2").status_code == 404
