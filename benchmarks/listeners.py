"""Ten listeners with different tracks and presets on one server: is a segment ever late, what else has to wait, memory.

The first sound, after a start and warm, and leaps to any place are taken one listener at a time. The ten have a server
of their own, so that their memory is none that others have left: it is what the server takes on top of what it took
when it had rendered, and nobody listened, with what its caches hold taken off both. Music as in `sound`.
"""

import asyncio
import random
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx
import psutil
from benchmarks.sound import ENDINGS, choose_music
from tests.server import RunningServer, running_server
from tests.streams import lively

from auralis.media.encode import write_audio
from auralis.model.player import PRESETS

LISTENERS = 10
LISTENING_SECONDS = 40.0
AHEAD_SECONDS = 15.0
LEAPS = 24
MOST_FILES = 12
PATIENCE_SECONDS = 900
MEGABYTE = 1e6

Part = Callable[[httpx.AsyncClient, RunningServer, list[dict[str, Any]]], Awaitable[dict[str, float]]]


def measure() -> dict[str, float]:
    """Return the figures of this subject."""
    with tempfile.TemporaryDirectory() as scratch:
        music = Path(scratch) / "music"
        music.mkdir()
        _choose(music)
        quiet = {"AURALIS_LOG_LEVEL": "error"}
        with running_server(Path(scratch) / "data", music=music, environment=quiet) as server:
            server.wait_until(lambda: _analysed(server), "the music is analysed", PATIENCE_SECONDS)
        with running_server(Path(scratch) / "data", environment=quiet) as server:
            figures = asyncio.run(_measured(server, _alone))
        with running_server(Path(scratch) / "data", environment=quiet) as server:
            return figures | asyncio.run(_measured(server, _together))


def _choose(folder: Path) -> None:
    """Copy real tracks of some minutes, or write synthesised ones."""
    found = sorted({path for chosen in choose_music() for path in chosen.parent.iterdir() if path.suffix in ENDINGS})
    for number, path in enumerate(found[:MOST_FILES]):
        shutil.copy(path, folder / f"{number:02}{path.suffix}")
    for number in range(len(found), MOST_FILES):
        suffix = (".flac", ".mp3", ".ogg", ".m4a")[number % 4]
        write_audio(folder / f"{number:02}{suffix}", lively(44_100, 240, seed=number), 44_100)


def _analysed(server: RunningServer) -> bool:
    stats = server.get("/library/stats")
    return bool(stats["tracks"] and stats["analysed"] == stats["tracks"])


async def _measured(server: RunningServer, part: Part) -> dict[str, float]:
    async with httpx.AsyncClient(base_url=f"{server.url}/api/v1", timeout=60) as client:
        tracks = (await _data(client, "/tracks", limit=100))["tracks"]
        # The compiled code is loaded, as it is when a player shows itself before it plays.
        await _segment(client, tracks[0]["id"], 0, "gentle")
        return await part(client, server, tracks)


async def _alone(client: httpx.AsyncClient, _: RunningServer, tracks: list[dict[str, Any]]) -> dict[str, float]:
    """One listener at a time."""
    return {**await _first_sounds(client, tracks), **await _leaps(client, tracks)}


async def _first_sounds(client: httpx.AsyncClient, tracks: list[dict[str, Any]]) -> dict[str, float]:
    """Manifest and first enhanced segment: never asked for before, and then again."""
    cold, warm = [], []
    for track in tracks[1:]:
        for times in (cold, warm):
            started = time.perf_counter()
            await _data(client, f"/stream/{track['id']}/manifest", preset="warm")
            await _segment(client, track["id"], 0, "warm")
            times.append(1000 * (time.perf_counter() - started))
    return {"first_sound_cold_p95_ms": _p95(cold), "first_sound_warm_p95_ms": _p95(warm)}


async def _leaps(client: httpx.AsyncClient, tracks: list[dict[str, Any]]) -> dict[str, float]:
    """Leap to places that were never rendered, in tracks that play, as a listener does with the seek bar."""
    rng, times = random.Random(1), []
    for track in tracks[:6]:
        manifest = await _data(client, f"/stream/{track['id']}/manifest", preset="bright")
        await _segment(client, track["id"], 0, "bright")
        numbers = [row["index"] for row in manifest["segments"][3:]]
        for number in rng.sample(numbers, min(len(numbers), LEAPS // 6)):
            started = time.perf_counter()
            await _segment(client, track["id"], number, "bright")
            times.append(1000 * (time.perf_counter() - started))
    return {"leap_p95_ms": _p95(times)}


async def _together(client: httpx.AsyncClient, server: RunningServer, tracks: list[dict[str, Any]]) -> dict[str, float]:
    """Let ten listen at once from a cold start, and ask for lists meanwhile."""
    await client.post("/cache/clear")
    process = psutil.Process(server.process.pid)
    before = _beyond_caches(process, await _data(client, "/cache/stats"))
    playing = asyncio.gather(
        *(_listener(client, tracks[n % len(tracks)]["id"], PRESETS[n % len(PRESETS)]) for n in range(LISTENERS))
    )
    answers, most = [], before
    while not playing.done():
        started = time.perf_counter()
        await _data(client, "/tracks", limit=50, sort=("title", "album")[len(answers) % 2])
        answers.append(1000 * (time.perf_counter() - started))
        if len(answers) % 20 == 0:
            most = max(most, _beyond_caches(process, await _data(client, "/cache/stats")))
        await asyncio.sleep(0.05)
    late = sum(await playing)
    return {
        "late_segments": late,
        "api_while_listening_p95_ms": _p95(answers),
        "listener_memory_mb": (most - before) / LISTENERS,
    }


async def _listener(client: httpx.AsyncClient, track: str, preset: str) -> int:
    """Listen in real time, keeping some seconds ahead; return how many segments came too late."""
    manifest = await _data(client, f"/stream/{track}/manifest", preset=preset)
    rate, late, began = manifest["sampleRate"], 0, 0.0
    for row in manifest["segments"]:
        due = row["startFrame"] / rate
        if began:
            await asyncio.sleep(max(0.0, due - AHEAD_SECONDS - (time.perf_counter() - began)))
        if due > LISTENING_SECONDS:
            break
        await _segment(client, track, row["index"], preset)
        began = began or time.perf_counter()
        late += time.perf_counter() - began > due > 0
    return late


def _beyond_caches(process: psutil.Process, stats: dict[str, Any]) -> float:
    """Return what the process that renders takes beyond what its caches hold, MB; scans and analysis have their own."""
    held = sum(stats["caches"][name]["tier1"]["sizeMb"] for name in ("segments", "samples"))
    return float(process.memory_info().rss / MEGABYTE - held)


async def _segment(client: httpx.AsyncClient, track: str, number: int, preset: str) -> None:
    answer = await client.get(f"/stream/{track}/enhanced/{number}", params={"preset": preset})
    assert answer.status_code == 200, answer.text


async def _data(client: httpx.AsyncClient, path: str, **parameters: Any) -> Any:
    answer = await client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    return {"tracks": data} if isinstance(data, list) else data


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]
