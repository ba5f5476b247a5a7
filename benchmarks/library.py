"""The library: how fast files are scanned, and how fast lists and searches of 100,000 tracks are answered."""

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median, quantiles

from tests.factories import WORDS, filled_library, many_files

from auralis.catalog import Catalog
from auralis.catalog.listings import SearchResult
from auralis.catalog.pages import Page
from auralis.store import Database

FILES = 20_000
RESCANS = 5
TRACKS = 100_000
REQUESTS = 400
SORTS = ("title", "artist", "album", "duration", "dateAdded", "rating", "plays", "year")


def measure() -> dict[str, float]:
    """Return the figures of this subject."""
    with tempfile.TemporaryDirectory() as scratch:
        return {**measure_scan(Path(scratch)), **measure_lists(Path(scratch))}


def measure_scan(scratch: Path, files: int = FILES) -> dict[str, float]:
    """Scan ``files`` small tagged files by the command line, from start to exit, then again with nothing changed.

    The latter is the median of some: of half a second, what else the machine does is a good part.
    """
    music = scratch / "music"
    many_files(music, files)
    command = [str(Path(sys.executable).parent / "auralis"), "scan", str(music), "--data", str(scratch), "--json"]
    # Python keeps what it has compiled, as it does of an installed program.
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    seconds = []
    for _ in range(1 + RESCANS):
        started = time.perf_counter()
        line = subprocess.run(
            command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=compiled
        ).stdout
        seconds.append(time.perf_counter() - started)
        assert json.loads(line)["files"] == files
    return {"scan_files_per_second": files / seconds[0], "rescan_seconds": median(seconds[1:])}


def measure_lists(scratch: Path, tracks: int = TRACKS) -> dict[str, float]:
    """List and search a library of ``tracks`` in process: what the database itself takes, without HTTP."""
    path = scratch / "library" / "auralis.db"
    make_library(path, tracks)
    database = Database(path)
    try:
        return asyncio.run(_requests(Catalog(database), tracks))
    finally:
        database.close()


def make_library(path: Path, tracks: int) -> None:
    """Write a library of ``tracks`` straight into a database, a thousand of them played and rated."""
    database = filled_library(path, tracks)
    try:
        asyncio.run(_listen(Catalog(database)))
    finally:
        database.close()


async def _listen(catalog: Catalog) -> None:
    rng = random.Random(2)
    ids = await catalog.context_track_ids("library")
    chosen = rng.sample(ids, min(1000, len(ids)))
    await asyncio.gather(*(catalog.record_play("owner", track) for track in chosen))
    await asyncio.gather(*(catalog.rate("owner", track, rng.randrange(6)) for track in chosen))


async def _requests(catalog: Catalog, tracks: int) -> dict[str, float]:
    rng = random.Random(3)
    weights = [1 / rank for rank in range(1, len(WORDS) + 1)]

    def anywhere() -> Awaitable[Page]:
        order = rng.choice(("asc", "desc"))
        return catalog.list_tracks(rng.choice(SORTS), order, offset=rng.randrange(tracks), limit=50)

    def first() -> Awaitable[Page]:
        return catalog.list_tracks(rng.choice(SORTS), limit=50)

    def search() -> Awaitable[SearchResult]:
        words = " ".join(rng.choices(WORDS, weights, k=rng.randrange(1, 4)))
        if rng.random() < 0.5:
            words = words[: rng.randrange(2, 6)]
        return catalog.search(rng.choice((words, words, words, "椎名", "zzzz")), 20)

    return {
        "list_in_process_p95_ms": await _p95(first),
        "deep_list_in_process_p95_ms": await _p95(anywhere),
        "search_in_process_p95_ms": await _p95(search),
    }


async def _p95(request: Callable[[], Awaitable[object]]) -> float:
    milliseconds = []
    for _ in range(REQUESTS):
        started = time.perf_counter()
        await request()
        milliseconds.append((time.perf_counter() - started) * 1000)
    return quantiles(milliseconds, n=20)[-1]


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
