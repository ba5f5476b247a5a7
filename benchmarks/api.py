"""The API under load: processor time of kept and fresh lists, beside the bare bytes and the usual way to write it."""

import asyncio
import itertools
import json
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import httpx
import psutil
from benchmarks.baseline import make_database
from benchmarks.library import make_library
from benchmarks.load import Run, closed_loop, get, open_loop, post
from tests.server import running_server

TRACKS = 100_000
KEPT, FRESH, ORM = 4000, 1000, 150
ROUNDS = 3
FIRST = 1000
SORTS = ("title", "artist", "album", "duration", "dateAdded", "year")
RATES = (200, 800, 3200)
OVERLOAD_SECONDS = 6
UNLIMITED = {
    "AURALIS_LOG_LEVEL": "warning",
    "AURALIS_ANALYSE": "false",
    "AURALIS_REQUESTS_PER_USER": "100000000",
    "AURALIS_EXPENSIVE_PER_USER": "100000000",
}


def measure() -> dict[str, float]:
    """Return the figures of this subject."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        make_library(folder / "auralis.db", TRACKS)
        make_database(folder / "orm.db", TRACKS)
        with running_server(folder, environment=UNLIMITED) as server:
            port = int(server.url.rpartition(":")[2])
            figures = _ours(port, psutil.Process(server.process.pid), folder)
        bare = _beside("bare", str(folder / "page.json"), lambda: get("/"), KEPT)
        orm = _beside("orm", str(folder / "orm.db"), _any_offset("/tracks", FIRST), ORM)
    return figures | {
        "bare_cpu_us": bare,
        "kept_share_of_ceiling": bare / figures["kept_list_cpu_us"],
        "orm_list_cpu_us": orm,
        "orm_ratio": orm / figures["fresh_list_cpu_us"],
    }


def _ours(port: int, process: psutil.Process, folder: Path) -> dict[str, float]:
    url = f"http://127.0.0.1:{port}/api/v1"
    page = httpx.get(f"{url}/tracks?limit=50")
    (folder / "page.json").write_bytes(page.content)
    ids = [track["id"] for track in httpx.get(f"{url}/tracks?limit=100&sort=duration").json()["data"]]
    batch = post("/api/v1/tracks/batch-get", json.dumps({"trackIds": ids}).encode())
    words = itertools.cycle(["night river", "light", "dance home", "blue wind", "fire", "moon gold"])
    serial = itertools.count()

    def search() -> bytes:
        wanted = {"query": f"{next(words)} {next(serial) % 997}"}
        return post("/api/v1/tracks/search", json.dumps(wanted).encode())

    figures = {
        "kept_list_cpu_us": _cpu(process, port, lambda: get("/api/v1/tracks?limit=50"), KEPT),
        "fresh_list_cpu_us": _cpu(process, port, _any_offset("/api/v1/tracks", FIRST), FRESH),
        "deep_list_cpu_us": _cpu(process, port, _any_offset("/api/v1/tracks"), FRESH),
        "batch_get_cpu_us": _cpu(process, port, lambda: batch, 300),
        "batch_get_p95_ms": asyncio.run(closed_loop(port, lambda: batch, 300, 1)).percentile(95),
        "health_p95_ms": asyncio.run(closed_loop(port, lambda: get("/api/v1/health"), 300, 1)).percentile(95),
        "queue_read_p95_ms": asyncio.run(closed_loop(port, lambda: get("/api/v1/queue"), 200, 1)).percentile(95),
        "search_fresh_p95_ms": asyncio.run(closed_loop(port, search, 300, 1)).percentile(95),
    }
    for _ in range(300):
        httpx.post(f"{url}/tracks/search", json={"query": "night river"})
    routes = httpx.get(f"{url}/cache/stats").json()["data"]["routes"]
    figures["search_speedup"] = routes["POST /api/v1/tracks/search"]["speedup"]
    figures["list_speedup"] = routes["GET /api/v1/tracks"]["speedup"]
    for rate in RATES:
        run = asyncio.run(open_loop(port, lambda: get("/api/v1/tracks?limit=50"), rate, 3))
        _say(f"kept list at {rate}/s", run)
        figures[f"open_loop_{rate}_p99_ms"] = run.percentile(99)
    return figures | _overload(port)


def _overload(port: int) -> dict[str, float]:
    """Ask for three times what the server can do fresh; see what it refuses, and when it is itself again."""
    able = asyncio.run(closed_loop(port, _any_offset("/api/v1/tracks"), FRESH, 32)).per_second
    run = asyncio.run(open_loop(port, _any_offset("/api/v1/tracks"), 3 * able, OVERLOAD_SECONDS, connections=256))
    _say(f"fresh lists at 3 x {able:.0f}/s", run)
    ended = time.perf_counter()
    calm = 0
    while calm < 10 and time.perf_counter() - ended < 30:
        answer = httpx.get(f"http://127.0.0.1:{port}/api/v1/tracks?limit=3&offset={random.randrange(TRACKS)}")
        calm = calm + 1 if answer.status_code == 200 else 0
    return {
        "overload_refused_share": (run.statuses[503] + run.statuses[429]) / run.requests,
        "overload_faults": float(sum(n for status, n in run.statuses.items() if status not in {200, 429, 503})),
        "overload_recovery_seconds": time.perf_counter() - ended,
    }


def _say(what: str, run: Run) -> None:
    print(
        f"  {what:<32} {run.per_second:>8.0f}/s  p50 {run.percentile(50):.2f}  p95 {run.percentile(95):.2f}  "
        f"p99 {run.percentile(99):.2f} ms  {dict(run.statuses)}",
        flush=True,
    )


def _any_offset(path: str, within: int = TRACKS - 50) -> Callable[[], bytes]:
    """Return requests for lists that begin anywhere ``within``, so that hardly one comes twice."""
    rng = random.Random()
    return lambda: get(
        f"{path}?limit=50&offset={rng.randrange(within)}&sort={rng.choice(SORTS)}&order={rng.choice(('asc', 'desc'))}"
    )


def _cpu(process: psutil.Process, port: int, requests: Callable[[], bytes], count: int) -> float:
    """Return the median processor time of the server for a request, microseconds."""
    asyncio.run(closed_loop(port, requests, count // 4))
    found = []
    for _ in range(ROUNDS):
        before = _used(process)
        run = asyncio.run(closed_loop(port, requests, count))
        found.append((_used(process) - before) / count * 1e6)
        assert run.statuses.keys() == {200}, run.statuses
    return median(found)


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


@contextmanager
def _serving(kind: str, what: str) -> Iterator[tuple[int, psutil.Process]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.baseline", kind, what, str(port)])
    try:
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/tracks")
                break
            except httpx.TransportError:
                time.sleep(0.05)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


def _beside(kind: str, what: str, requests: Callable[[], bytes], count: int) -> float:
    with _serving(kind, what) as (port, process):
        return _cpu(process, port, requests, count)


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
