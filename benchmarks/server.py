"""A real server over 100,000 tracks: time to its first answer, idle memory, and lists and searches over HTTP."""

import json
import random
import tempfile
import time
from pathlib import Path
from statistics import quantiles

import httpx
import psutil
from benchmarks.library import make_library
from tests.server import running_server

TRACKS = 100_000
REQUESTS = 300
IDLE_SECONDS = 5
WORDS = ("night", "river", "light", "dance", "home", "blue", "wind", "fire", "moon", "gold", "sto", "lov", "dr", "zzzz")


def measure() -> dict[str, float]:
    """Return the figures of this subject."""
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch)
        make_library(data / "auralis.db", TRACKS)
        _measured(data)  # a first start fills the page cache and loads compiled code, as on a machine in use
        return _measured(data)


def _measured(data: Path) -> dict[str, float]:
    quiet = {"AURALIS_LOG_LEVEL": "error", "AURALIS_ANALYSE": "false"}
    started = time.perf_counter()
    with running_server(data, environment=quiet) as server:
        seconds = time.perf_counter() - started
        time.sleep(IDLE_SECONDS)
        process = psutil.Process(server.process.pid)
        memory = sum(p.memory_info().rss for p in [process, *process.children(recursive=True)]) / 1e6
        with server.client as client:
            return {"start_seconds": seconds, "idle_memory_mb": memory, **_requests(client)}


def _requests(client: httpx.Client) -> dict[str, float]:
    rng = random.Random(1)
    lists = [
        ("/tracks", {"limit": 50, "offset": 0, "sort": rng.choice(["title", "artist", "album"])})
        for _ in range(REQUESTS)
    ]
    deep = [
        (
            "/tracks",
            {"limit": 50, "offset": rng.randrange(TRACKS), "sort": rng.choice(["title", "artist", "dateAdded"])},
        )
        for _ in range(REQUESTS)
    ]
    searches = [
        ("/search", {"query": f"{rng.choice(WORDS)} {rng.choice(WORDS)}"[: rng.randrange(2, 12)].strip() + "a"})
        for _ in range(REQUESTS)
    ]
    return {
        "list_p95_ms": _p95(client, lists),
        "deep_list_p95_ms": _p95(client, deep),
        "search_p95_ms": _p95(client, searches),
    }


def _p95(client: httpx.Client, requests: list[tuple[str, dict[str, object]]]) -> float:
    times = []
    for path, parameters in requests:
        started = time.perf_counter()
        response = client.get(path, params=parameters)
        times.append((time.perf_counter() - started) * 1000)
        assert response.status_code == 200, response.text
    return quantiles(times, n=20)[-1]


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
