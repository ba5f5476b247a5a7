"""A real server over 100,000 tracks: time to its first answer, idle memory, and lists and searches over HTTP."""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles

import httpx
import psutil
from benchmarks.library import make_library

TRACKS = 100_000
REQUESTS = 300
WORDS = ("night", "river", "light", "dance", "home", "blue", "wind", "fire", "moon", "gold", "sto", "lov", "dr", "zzzz")


def measure() -> dict[str, float]:
    """Return the figures of this subject."""
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch)
        make_library(data / "auralis.db", TRACKS)
        _started(data, "warm")
        return _started(data, "measured")


def _started(data: Path, _label: str) -> dict[str, float]:
    environment = os.environ | {"AURALIS_LOG_LEVEL": "error", "AURALIS_ANALYSE": "false"}
    command = [str(Path(sys.executable).parent / "auralis"), "serve", "--data", str(data), "--port", "0"]
    started = time.perf_counter()
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            base = _address(process)
            with httpx.Client(base_url=f"{base}/api/v1") as client:
                _first_answer(client)
                seconds = time.perf_counter() - started
                time.sleep(5)
                memory = sum(p.memory_info().rss for p in _family(process.pid)) / 1e6
                return {"start_seconds": seconds, "idle_memory_mb": memory, **_requests(client)}
        finally:
            process.send_signal(signal.SIGTERM)


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


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    for text in process.stderr:
        if "http://" in text:
            return "http://" + text.partition("http://")[2].split()[0]
    raise RuntimeError("The server did not start.")


def _first_answer(client: httpx.Client) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if client.get("/health/live").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.01)
    raise RuntimeError("The server did not answer.")


def _family(pid: int) -> list[psutil.Process]:
    parent = psutil.Process(pid)
    return [parent, *parent.children(recursive=True)]


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
