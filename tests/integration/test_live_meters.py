"""Live meters over the socket: readings of the very sound that plays, for those who ask, while it plays."""

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.server import RunningServer
from tests.streams import FULL_SCALE, StreamBench, lively, samples_of
from tests.talk import Talker

from auralis.mastering.chain import Chain
from auralis.media.encode import write_audio
from auralis.model.meters import BANDS_HZ, READINGS_PER_SECOND
from auralis.streaming import render

RATE = 44_100


@pytest.fixture(scope="module")
def loud(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound that the limiter has to take from."""
    path = tmp_path_factory.mktemp("music") / "loud.flac"
    write_audio(path, np.clip(1.6 * lively(RATE, 25), -1, 1), RATE)
    return path


async def test_levels_are_those_of_the_segments_that_are_sent(loud: Path, tmp_path: Path):
    async with StreamBench({"a": loud}, tmp_path) as streamer:
        for variant in ("original", "enhanced"):
            segment = await streamer.segment("a", variant, 3)
            samples = samples_of(segment) / FULL_SCALE
            levels, reading = await streamer.levels("a", variant, 9.02)
            assert len(levels) == 10 * READINGS_PER_SECOND
            assert reading == 40
            first = 2 * RATE
            here = samples[:, first : first + RATE // READINGS_PER_SECOND]
            assert levels.peak_db[reading] == pytest.approx(20 * np.log10(np.abs(here).max(axis=1)), abs=0.01)


async def test_gain_reduction_is_what_the_limiter_took(loud: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    taken: list[float] = []

    class Told(Chain):
        def process(self, block: Any) -> Any:
            out = super().process(block)
            taken.append(float(self.gain_reduction_db.max()))
            return out

    monkeypatch.setattr(render, "Chain", Told)
    async with StreamBench({"a": loud}, tmp_path) as streamer:
        original, _ = await streamer.levels("a", "original", 0.0)
        assert not original.reduction_db.any()
        assert not taken
        enhanced, _ = await streamer.levels("a", "enhanced", 0.0, preset="punchy")
        assert enhanced.reduction_db.max() == pytest.approx(max(taken[:1]), abs=0.01)


async def test_levels_outlive_a_restart_with_the_segments(loud: Path, tmp_path: Path):
    async with StreamBench({"a": loud}, tmp_path) as streamer:
        before, _ = await streamer.levels("a", "enhanced", 8.0, preset="punchy")
    async with StreamBench({"a": loud}, tmp_path) as streamer:
        after, _ = await streamer.levels("a", "enhanced", 8.0, preset="punchy")
        assert streamer.stats().disk.hits
    assert np.array_equal(before.reduction_db, after.reduction_db)
    assert np.array_equal(before.spectrum_db, after.spectrum_db)


async def test_only_who_asks_hears_and_only_while_it_plays(demo_server: RunningServer) -> None:
    listener, other = await Talker.to(demo_server), await Talker.to(demo_server)
    await listener.hello()
    await other.hello()
    await listener.ask("connection.subscribe", {"topics": ["audio.analysis"]})
    await listener.ask("player.play", {"context": {"type": "library"}})
    readings = [await listener.until(lambda f: f["type"] == "audio.analysis") for _ in range(15)]
    data = [reading["data"] for reading in readings]
    positions = [reading["position"] for reading in data]
    assert positions == sorted(positions)
    assert len({int(position * READINGS_PER_SECOND) for position in positions}) == len(positions)
    assert all(len(reading["spectrumDb"]) == len(BANDS_HZ) for reading in data)
    assert all(max(reading["peakDb"]) <= reading["truePeakDbtp"] + 0.01 for reading in data)
    assert all("seq" not in reading for reading in readings)
    await listener.ask("player.pause")
    await other.ask("clients.list")
    assert not [frame for frame in other.heard if frame["type"] == "audio.analysis"]
    await listener.ask("clients.list")
    count = len([frame for frame in listener.heard if frame["type"] == "audio.analysis"])
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await listener.until(lambda f: f["type"] == "audio.analysis")
    assert count == len([frame for frame in listener.heard if frame["type"] == "audio.analysis"])
    await listener.ask("player.stop")
    for talker in (listener, other):
        await talker.close()


async def test_readings_tell_of_the_track_as_it_is_sent(demo_server: RunningServer) -> None:
    talker = await Talker.to(demo_server)
    await talker.hello()
    await talker.ask("connection.subscribe", {"topics": ["audio.analysis"]})
    await talker.ask("player.enhancement", {"enabled": False})
    await talker.ask("player.play", {"context": {"type": "library"}, "startAt": 8.0})
    reading = (await talker.until(lambda f: f["type"] == "audio.analysis" and f["data"]["position"] > 8.2))["data"]
    assert reading["variant"] == "original"
    assert reading["gainReductionDb"] == 0
    from tests.e2e.sound import whole_variant

    rate = demo_server.get(f"/stream/{reading['trackId']}/manifest")["sampleRate"]
    whole = await asyncio.to_thread(whole_variant, demo_server, reading["trackId"], "original", rate)
    first = int((reading["position"] + 0.0005) * READINGS_PER_SECOND) * rate // READINGS_PER_SECOND
    here = whole[:, first : first + rate // READINGS_PER_SECOND]
    assert reading["peakDb"] == pytest.approx(20 * np.log10(np.abs(here).max(axis=1)), abs=0.05)
    await talker.ask("player.enhancement", {"enabled": True})
    reading = await talker.until(lambda f: f["type"] == "audio.analysis" and f["data"]["variant"] == "enhanced")
    await talker.ask("player.stop")
    await talker.close()


async def test_listeners_of_the_dialect_of_events_hear_it_where_they_ask_for_it(demo_server: RunningServer) -> None:
    talker = await Talker.to(demo_server)
    await talker.hello()
    told = await Talker.to(demo_server, "/ws?dialect=events&topics=audio.analysis,weather")
    await talker.ask("player.play", {"context": {"type": "library"}})
    frame = await told.until(lambda f: f["type"] == "audio_analysis")
    assert len(frame["data"]["spectrum_db"]) == len(BANDS_HZ)
    await talker.ask("player.stop")
    for one in (talker, told):
        await one.close()
