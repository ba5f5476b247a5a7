"""A real server while it scans 100,000 files: how much memory it takes, and what its listeners notice of it.

They read lists, and make changes that are on disk when they are answered.
"""

import json
import random
import tempfile
import time
from pathlib import Path
from statistics import quantiles

import httpx
import psutil
from benchmarks.library import make_library
from tests.factories import many_files
from tests.server import RunningServer, running_server

FILES = 100_000
TRACKS = 100_000
REQUESTS = 400
PAUSE_SECONDS = 0.01
CHANGE_EVERY = 10
SORTS = ("title", "artist", "album", "dateAdded")


def measure(files: int = FILES, tracks: int = TRACKS) -> dict[str, float]:
    """Return the figures of this subject."""
    with tempfile.TemporaryDirectory() as scratch:
        data, music = Path(scratch) / "data", Path(scratch) / "new"
        make_library(data / "auralis.db", tracks)
        music.mkdir()
        quiet = {"AURALIS_LOG_LEVEL": "error", "AURALIS_FIXED": '{"scan.watch": false, "analysis.background": false}'}
        with running_server(data, music=music, environment=quiet) as server:
            return _measured(server, music, files, tracks)


def _measured(server: RunningServer, music: Path, files: int, tracks: int) -> dict[str, float]:
    rng = random.Random(4)
    process = psutil.Process(server.process.pid)
    server.wait_until(lambda: server.get("/library/scan")["state"] == "idle", "the first scan is over")
    many_files(music, files)
    with server.client as client:
        _p95([_list(client, rng, tracks) for _ in range(REQUESTS)])
        rated = [track["id"] for track in client.get("/tracks", params={"limit": 50}).json()["data"]]
        at_rest = _p95([_list(client, rng, tracks) for _ in range(REQUESTS)])
        started = time.perf_counter()
        assert client.post("/library/scan").status_code == 202
        meanwhile, changes, memory = [], list[float](), 0.0
        while client.get("/library/scan").json()["data"]["state"] == "running":
            meanwhile.append(_list(client, rng, tracks))
            changes += [_change(client, rng, rated)] if len(meanwhile) % CHANGE_EVERY == 0 else []
            memory = max(memory, process.memory_info().rss / 1e6)
        seconds = time.perf_counter() - started
        assert client.get("/library/stats").json()["data"]["tracks"] == files + tracks
    return {
        "scan_memory_mb": memory,
        "scan_api_ratio": _p95(meanwhile) / at_rest,
        "scan_api_p95_ms": _p95(meanwhile),
        "scan_change_p95_ms": _p95(changes),
        "scan_served_files_per_second": files / seconds,
    }


def _list(client: httpx.Client, rng: random.Random, tracks: int) -> float:
    # A pause makes the answer come later by what a processor needs to wake up: so there is one at rest too.
    time.sleep(PAUSE_SECONDS)
    asked = {"limit": 50, "offset": rng.randrange(tracks), "sort": rng.choice(SORTS)}
    started = time.perf_counter()
    response = client.get("/tracks", params=asked)
    assert response.status_code == 200, response.text
    return (time.perf_counter() - started) * 1000


def _change(client: httpx.Client, rng: random.Random, rated: list[str]) -> float:
    started = time.perf_counter()
    response = client.put(f"/tracks/{rng.choice(rated)}/rating", json={"rating": rng.randrange(6)})
    assert response.status_code == 200, response.text
    return (time.perf_counter() - started) * 1000


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
