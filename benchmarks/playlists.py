"""A playlist of 10,000 entries: opened, put in order, added to, taken back; each change on disk when it returns."""

import asyncio
import json
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import quantiles

import orjson
from tests.factories import filled_library

from auralis.bus import Bus
from auralis.catalog import Catalog
from auralis.catalog.pages import PageSpec
from auralis.catalog.playlists import Playlists
from auralis.store import Database

ENTRIES = 10_000
TIMES = 100


def measure() -> dict[str, float]:
    """Return the figures of this subject."""
    with tempfile.TemporaryDirectory() as scratch:
        database = filled_library(Path(scratch) / "auralis.db", ENTRIES)
        try:
            return asyncio.run(_measured(database))
        finally:
            database.close()


async def _measured(database: Database) -> dict[str, float]:
    rng, playlists = random.Random(4), Playlists(database, Bus())
    tracks = await Catalog(database).context_track_ids("library")
    playlist = (await playlists.create("Long", track_ids=tracks))["id"]
    listed = (await playlists.entries(playlist, PageSpec(0, 500))).items
    entries = [orjson.loads(item)["entryId"] for item in listed]

    async def move() -> object:
        return await playlists.reorder(playlist, *rng.sample(entries, 2))

    async def add() -> object:
        return await playlists.add(playlist, rng.sample(tracks, 10), rng.randrange(ENTRIES))

    return {
        "playlist_open_p95_ms": await _p95(lambda: playlists.get(playlist, 0, 100)),
        "playlist_deep_p95_ms": await _p95(lambda: playlists.entries(playlist, PageSpec(rng.randrange(ENTRIES), 100))),
        "playlist_move_p95_ms": await _p95(move),
        "playlist_add_p95_ms": await _p95(add),
        "playlist_undo_p95_ms": await _p95(lambda: playlists.undo(playlist), 50),
        "playlist_clear_ms": await _p95(lambda: playlists.clear(playlist), 1),
        "playlist_unclear_ms": await _p95(lambda: playlists.undo(playlist), 1),
    }


async def _p95(request: Callable[[], Awaitable[object]], times: int = TIMES) -> float:
    milliseconds = []
    for _ in range(times):
        started = time.perf_counter()
        await request()
        milliseconds.append((time.perf_counter() - started) * 1000)
    return quantiles(milliseconds, n=20)[-1] if times > 1 else milliseconds[0]


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
