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
from benchmarks.layers import layer_costs
from benchmarks.library import make_library
from benchmarks.load import Run, closed_loop, get, open_loop, post
from tests.server import running_server

TRACKS = 100_000
KEPT, FRESH, ORM = 4000, 1000, 150
ROUNDS = 5
FIRST = 1000
SORTS = ("title", "artist", "album", "duration", "dateAdded", "year")
RATES = {"list": (200, 800, 3200), "search": (50, 200, 800), "batch": (50, 200, 400), "queue": (25, 50, 100)}
RISING_SECONDS = 3
OVERLOAD_SECONDS = 6
PLAYER_REQUESTS = 20
UNLIMITED = {
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
            process = psutil.Process(server.process.pid)
            figures = _beside_the_others(port, process, folder) | _ours(port, process)
    return figures | layer_costs()


def _beside_the_others(port: int, process: psutil.Process, folder: Path) -> dict[str, float]:
    """Measure lists in turn with what they are measured against, so that all of them meet the same machine."""
    page = httpx.get(f"http://127.0.0.1:{port}/api/v1/tracks?limit=50")
    (folder / "page.json").write_bytes(page.content)
    ours, fresh = (port, process), _any_offset("/api/v1/tracks", FIRST)
    with (
        _serving("bare", str(folder / "page.json")) as bare,
        _serving("orm", str(folder / "orm.db")) as orm,
    ):
        kept_us, bare_us = _in_turn(
            (*ours, lambda: get("/api/v1/tracks?limit=50"), KEPT), (*bare, lambda: get("/tracks?limit=50"), KEPT)
        )
        fresh_us, orm_us = _in_turn((*ours, fresh, FRESH), (*orm, _any_offset("/tracks", FIRST), ORM))
    return {
        "kept_list_cpu_us": kept_us,
        "bare_cpu_us": bare_us,
        "kept_share_of_ceiling": bare_us / kept_us,
        "fresh_list_cpu_us": fresh_us,
        "orm_list_cpu_us": orm_us,
        "orm_ratio": orm_us / fresh_us,
    }


def _ours(port: int, process: psutil.Process) -> dict[str, float]:
    url = f"http://127.0.0.1:{port}/api/v1"
    ids = [track["id"] for track in httpx.get(f"{url}/tracks?limit=100&sort=duration").json()["data"]]
    batch = post("/api/v1/tracks/batch-get", json.dumps({"trackIds": ids}).encode())
    words = itertools.cycle(["night river", "light", "dance home", "blue wind", "fire", "moon gold"])
    serial = itertools.count()

    def search() -> bytes:
        wanted = {"query": f"{next(words)} {next(serial) % 997}"}
        return post("/api/v1/tracks/search", json.dumps(wanted).encode())

    figures = {
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
    added = post("/api/v1/queue/add", json.dumps({"trackIds": ids[:1], "position": "end"}).encode())
    kinds = {"list": lambda: get("/api/v1/tracks?limit=50"), "search": search, "batch": lambda: batch}
    return figures | _rising(port, process, {**kinds, "queue": lambda: added}) | _overload(port)


def _rising(port: int, process: psutil.Process, kinds: dict[str, Callable[[], bytes]]) -> dict[str, float]:
    """Ask at rising rates, whether or not the answers come; return the p95 at the middle one."""
    found = {}
    for name, requests in kinds.items():
        for rate in RATES[name]:
            before = _used(process)
            run = asyncio.run(open_loop(port, requests, rate, RISING_SECONDS))
            _say(f"{name} at {rate}/s, {(_used(process) - before) / run.requests * 1e6:.0f} us CPU each", run)
            if rate == RATES[name][1]:
                found[f"rising_{name}_p95_ms"] = run.percentile(95)
        httpx.post(f"http://127.0.0.1:{port}/api/v1/queue/clear")
    return found


def _overload(port: int) -> dict[str, float]:
    """Ask for three times what the server can do fresh; see what it refuses, and when it is itself again."""
    able = asyncio.run(closed_loop(port, _any_offset("/api/v1/tracks"), FRESH, 32)).per_second
    run, player = asyncio.run(_both(port, 3 * able))
    _say(f"fresh lists at 3 x {able:.0f}/s", run)
    _say("the player meanwhile", player)
    ended = time.perf_counter()
    calm = 0
    while calm < 10 and time.perf_counter() - ended < 30:
        answer = httpx.get(f"http://127.0.0.1:{port}/api/v1/tracks?limit=3&offset={random.randrange(TRACKS)}")
        calm = calm + 1 if answer.status_code == 200 else 0
    return {
        "overload_refused_share": (run.statuses[503] + run.statuses[429]) / run.requests,
        "overload_player_share": player.statuses[200] / player.requests,
        "overload_faults": float(sum(n for status, n in run.statuses.items() if status not in {200, 429, 503})),
        "overload_recovery_seconds": time.perf_counter() - ended,
    }


async def _both(port: int, rate: float) -> tuple[Run, Run]:
    """Ask for more lists than can be had, and meanwhile for what sounds."""
    lists = open_loop(port, _any_offset("/api/v1/tracks"), rate, OVERLOAD_SECONDS, connections=256)
    return await asyncio.gather(lists, closed_loop(port, lambda: get("/api/v1/player"), PLAYER_REQUESTS, 2))


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


Load = tuple[int, psutil.Process, Callable[[], bytes], int]
"""Where to ask, who answers, what is asked, how often."""


def _cpu(process: psutil.Process, port: int, requests: Callable[[], bytes], count: int) -> float:
    """Return the median processor time of the server for a request, microseconds."""
    (found,) = _in_turn((port, process, requests, count))
    return found


def _in_turn(*loads: Load) -> list[float]:
    """Return the median processor time for a request of each load (us), the rounds of all in turn."""
    found: list[list[float]] = [[] for _ in loads]
    for number in range(ROUNDS + 1):
        for times, (port, process, requests, count) in zip(found, loads, strict=True):
            before = _used(process)
            run = asyncio.run(closed_loop(port, requests, count if number else count // 4))
            if number:  # the first is for warming up
                times.append((_used(process) - before) / count * 1e6)
            assert run.statuses.keys() == {200}, run.statuses
    return [median(times) for times in found]


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


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
