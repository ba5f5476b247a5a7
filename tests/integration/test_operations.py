"""Metrics, kept answers and their truth, through the doors of a real server."""

import csv
import io
import math
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.server import RunningServer, running_server


@pytest.fixture(scope="module")
def server(demo_music: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    quiet = {"AURALIS_ANALYSE": "false"}
    with running_server(tmp_path_factory.mktemp("kept"), music=demo_music, environment=quiet) as server:
        server.wait_until_scanned(24)
        wait_until_nothing_changes(server)
        yield server


def wait_until_nothing_changes(server: RunningServer) -> None:
    """Wait until what is kept stays true: after the scan, tracks are told by their audio and pictures are looked at."""
    paths = ("/tracks?limit=1", "/albums?limit=1", "/artists?limit=1", "/library/stats")
    deadline = time.monotonic() + 90
    with server.client as client:
        while time.monotonic() < deadline:
            for path in paths:
                client.get(path)
            time.sleep(2)
            if all(client.get(path).json()["cacheInfo"]["confidence"] == 1.0 for path in paths):
                return
    raise AssertionError("the library went on changing")


def info(client: httpx.Client, method: str, path: str, **options: Any) -> dict[str, Any]:
    answer = client.request(method, path, **options)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["cacheInfo"]
    return found


def test_the_same_search_again_is_kept(server: RunningServer) -> None:
    with server.client as client:
        body = {"query": "the", "pagination": {"limit": 5}}
        assert info(client, "POST", "/tracks/search", json=body)["hitCache"] is False
        again = info(client, "POST", "/tracks/search", json=dict(reversed(body.items())))
    assert again["hitCache"] is True
    assert again["source"] == "tier1"
    assert again["confidence"] >= 0.85
    assert again["expiresAt"] > again["generatedAt"]


def test_a_kept_answer_equals_a_fresh_one_but_for_its_circumstances(server: RunningServer) -> None:
    with server.client as client:
        client.post("/cache/clear")
        first, again = (client.get("/tracks?limit=7&offset=3&sort=artist") for _ in range(2))
        otherwise = client.get("/tracks?sort=artist&offset=3&limit=7")
    for other in (again, otherwise):
        assert other.json()["cacheInfo"]["hitCache"]
        for member in ("data", "links", "message", "status"):
            assert other.json()[member] == first.json()[member]
        assert other.headers["etag"] == first.headers["etag"]
        assert other.json()["meta"]["requestId"] != first.json()["meta"]["requestId"]


def test_what_is_kept_can_be_forgotten_and_made_in_advance(server: RunningServer) -> None:
    with server.client as client:
        client.get("/tracks?limit=3")
        cleared = client.post("/cache/clear").json()["data"]["cleared"]
        assert cleared["responses"] >= 1
        assert client.get("/cache/stats").json()["data"]["caches"]["responses"]["tier1"]["items"] == 0
        assert client.post("/cache/warm").json()["data"]["warmed"] >= 5
        track = client.get("/tracks", params={"limit": 1}).json()["data"][0]["id"]
        assert client.post("/cache/warm", json={"trackIds": [track]}).json()["data"]["tracks"] == 1
        assert client.post("/cache/warm", json={"trackIds": ["x"] * 101}).status_code == 422
        assert client.get("/cache/health").json()["data"]["segments"]["warmingTotal"] == 1
        assert info(client, "GET", "/tracks?sort=plays&order=desc&limit=100")["hitCache"]


def test_cache_statistics_come_from_what_was_measured(server: RunningServer) -> None:
    with server.client as client:
        client.post("/cache/clear")
        before = client.get("/cache/stats").json()["data"]["totals"]
        for _ in range(20):
            client.post("/tracks/search", json={"query": "on"})
        stats = client.get("/cache/stats").json()["data"]
        health = client.get("/cache/health").json()["data"]
    assert stats["totals"]["misses"] == before["misses"] + 1
    assert stats["totals"]["hits"] == before["hits"] + 19
    route = stats["routes"]["POST /api/v1/tracks/search"]
    assert route["speedup"] == pytest.approx(route["avgQueryTimeMs"] / route["avgCacheTimeMs"], rel=0.2)
    assert stats["caches"]["responses"]["tier2"] is None
    assert stats["caches"]["segments"].keys() == {"tier1", "tier2"}
    assert 0 < stats["totals"]["sizeMb"] < stats["totals"]["budgetMb"]
    assert stats["caches"]["segments"]["tier2"]["budgetMb"] > 0
    assert route["budgetMb"] is None
    assert health["state"] in {"ok", "warning", "critical"}


def test_metrics_come_in_three_forms(server: RunningServer) -> None:
    with server.client as client:
        client.get("/tracks/nope")
        view = client.get("/metrics").json()["data"]
        assert view.keys() >= {"cache", "api", "database", "sockets", "jobs", "timestamp", "trends", "alerts"}
        memory = view["trends"]["memoryMb"]
        assert memory["values"][-1] == memory["latest"] > 10
        assert len(memory["values"]) == memory["samples"]
        route = view["api"]["routes"]["GET /api/v1/tracks/{track_id}"]
        assert route["clientErrors"] >= 1
        assert 0 < route["p50Ms"] <= route["p95Ms"] <= route["p99Ms"]
        table = client.post("/metrics/export", json={"format": "csv"})
        assert table.headers["content-type"].startswith("text/csv")
        rows = dict(list(csv.reader(io.StringIO(table.text)))[1:])
        assert int(rows["api.requests"]) > 0
        assert not [cell for row in rows.items() for cell in row if cell[:1] in set("=+@\t\r")], (
            "no spreadsheet's formula"
        )
        exported = client.post("/metrics/export", json={"format": "prometheus"}).text
        scraped = httpx.get(f"{server.url}/metrics")
        assert client.post("/metrics/export", json={"format": "xml"}).status_code == 422
    for text in (exported, scraped.text):
        families = {family.name: family for family in text_string_to_metric_families(text)}
        assert families["auralis_requests"].samples
        assert all(family.documentation and family.type != "unknown" for family in families.values())
        buckets: dict[str, list[tuple[float, float]]] = defaultdict(list)
        counts: dict[str, float] = {}
        for sample in families["auralis_request_duration_seconds"].samples:
            if sample.name.endswith("_bucket"):
                buckets[sample.labels["route"]].append((float(sample.labels["le"]), sample.value))
            elif sample.name.endswith("_count"):
                counts[sample.labels["route"]] = sample.value
        assert buckets.keys() == counts.keys() > set()
        for route, found in buckets.items():
            assert [value for _, value in sorted(found)] == sorted(value for _, value in found)
            assert found[-1] == (math.inf, counts[route])


def test_health_has_an_address_without_a_version(server: RunningServer) -> None:
    answer = httpx.get(f"{server.url}/api/health/ready")
    assert answer.status_code == 200
    assert "deprecation" not in answer.headers


@pytest.mark.parametrize(
    "ranges", ["bytes=5-1", "bytes=x", "bytes=-", "bytes=99999999999-", "bytes=" + ",".join(["0-0"] * 5000), "bytes=-0"]
)
def test_ranges_that_cannot_be_answered_are_problems(server: RunningServer, ranges: str) -> None:
    track = server.get("/tracks", limit=1)[0]["id"]
    with server.client as client:
        answer = client.get(f"/tracks/{track}/original", headers={"range": ranges})
        assert (answer.status_code, answer.json()["code"]) == (416, "RANGE_NOT_SATISFIABLE")
        assert client.get(f"/tracks/{track}/original", headers={"range": "bytes=0-9"}).status_code == 206
        assert client.get(f"/tracks/{track}/original", headers={"range": "bytes=-9"}).status_code == 206
        assert client.get(f"/tracks/{track}/original", headers={"range": "seconds=1-2"}).status_code == 200
