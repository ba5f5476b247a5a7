"""The tiers of streaming: one rendering for all who ask, what is next comes ahead, what nobody wants stops."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import numpy as np
import pytest
from tests.streams import StreamBench, lively, samples_of

from auralis.media.encode import write_audio
from auralis.model.errors import MediaError, NotFoundError
from auralis.streaming import render

RATE = 22050


class Watch:
    """Notes what the renderer renders; ``hold`` makes it wait, and heed the check, before every segment."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rendered: list[tuple[str, int]] = []
        self.hold = threading.Event()
        self.hold.set()
        self.begun = threading.Event()
        self.stopped = threading.Event()
        inner = render.Renderer.segment

        def segment(renderer: render.Renderer, spec, n: int, check: Callable[[], None]):
            self.begun.set()
            while not self.hold.wait(0.005):
                try:
                    check()
                except BaseException:
                    self.stopped.set()
                    raise
            self.rendered.append((spec.source.path.name, n))
            return inner(renderer, spec, n, check)

        monkeypatch.setattr(render.Renderer, "segment", segment)


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("music")
    files = {name: folder / f"{name}.flac" for name in ("a", "b")}
    for seed, path in enumerate(files.values()):
        write_audio(path, lively(RATE, 60, seed=seed), RATE)
    return files


@pytest.fixture
async def bench(music: dict[str, Path], tmp_path: Path) -> AsyncIterator[StreamBench]:
    bench = StreamBench(music, tmp_path / "cache")
    yield bench
    await bench.close()


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    return Watch(monkeypatch)


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("never came about")


def files_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def settled(bench: StreamBench) -> None:
    """Wait until nothing is under way, and has not been since the loop last went round."""
    await asyncio.sleep(0.005)
    await until(lambda: not bench.streamer.stats().under_way)


async def test_many_listeners_share_one_rendering(bench: StreamBench, watch: Watch):
    watch.hold.clear()
    asking = [asyncio.create_task(bench.streamer.segment("a", "original", 5)) for _ in range(10)]
    await asyncio.to_thread(watch.begun.wait, 10)
    watch.hold.set()
    bodies = {segment.body for segment in await asyncio.gather(*asking)}
    assert len(bodies) == 1
    await settled(bench)
    assert watch.rendered.count(("a.flac", 5)) == 1


async def test_the_next_two_segments_come_ahead(bench: StreamBench, watch: Watch):
    await bench.streamer.segment("a", "original", 0)
    await settled(bench)
    assert watch.rendered == [("a.flac", 0), ("a.flac", 1), ("a.flac", 2)]
    misses = bench.streamer.stats().memory.misses
    await bench.streamer.segment("a", "original", 1)
    await settled(bench)
    assert watch.rendered == [("a.flac", n) for n in range(4)]
    assert bench.streamer.stats().memory.misses == misses + 1


async def test_a_jump_stops_what_was_coming_ahead(bench: StreamBench, watch: Watch):
    await bench.streamer.segment("a", "original", 0)
    watch.hold.clear()
    watch.begun.clear()
    await asyncio.sleep(0)
    jump = asyncio.create_task(bench.streamer.segment("a", "original", 6))
    await asyncio.to_thread(watch.begun.wait, 10)
    watch.hold.set()
    await jump
    await settled(bench)
    assert ("a.flac", 6) in watch.rendered
    assert ("a.flac", 7) in watch.rendered


async def test_nothing_comes_ahead_of_the_end(bench: StreamBench, watch: Watch):
    last = (await bench.streamer.manifest("a"))["segments"][-1]["index"]
    assert (await bench.streamer.segment("a", "original", last)).final
    await settled(bench)
    assert watch.rendered == [("a.flac", last)]


async def test_a_listener_who_leaves_stops_the_work(bench: StreamBench, watch: Watch):
    watch.hold.clear()
    asking = asyncio.create_task(bench.streamer.segment("a", "original", 3))
    await asyncio.to_thread(watch.begun.wait, 10)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert await asyncio.to_thread(watch.stopped.wait, 10)
    assert not watch.rendered
    watch.hold.set()
    assert (await bench.streamer.segment("a", "original", 3)).frames


async def test_a_listener_goes_before_what_comes_ahead(bench: StreamBench, watch: Watch):
    await bench.streamer.manifest("b")
    watch.hold.clear()
    bench.streamer.heads.prepare_next("a", "original")
    await asyncio.to_thread(watch.begun.wait, 10)
    listener = asyncio.create_task(bench.streamer.segment("b", "original", 0))
    await until(lambda: bench.streamer.stats().under_way == 2)
    watch.hold.set()
    await listener
    await settled(bench)
    assert set(watch.rendered[:2]) == {("a.flac", 0), ("b.flac", 0)}


async def test_the_head_of_the_next_track_is_prepared(bench: StreamBench, watch: Watch):
    bench.streamer.heads.prepare_next("b", "enhanced")
    await until(lambda: len(watch.rendered) == 3)
    await settled(bench)
    assert watch.rendered == [("b.flac", 0), ("b.flac", 1), ("b.flac", 2)]
    before = bench.streamer.stats().memory.hits
    await bench.streamer.segment("b", "enhanced", 0)
    assert bench.streamer.stats().memory.hits == before + 1


async def test_the_head_of_the_next_track_waits_a_breath_and_is_for_the_timeline_of_then(
    music: dict[str, Path], tmp_path: Path, watch: Watch
):
    bench = StreamBench(music, tmp_path, breath_seconds=1.0)
    await bench.streamer.manifest("a", rate=44_100)
    bench.streamer.heads.prepare_next("b", "original", after="a")
    await bench.streamer.segment("a", "original", 0, rate=44_100)
    await until(lambda: ("b.flac", 2) in watch.rendered)
    before = bench.streamer.stats().memory.hits
    await bench.streamer.segment("b", "original", 0, rate=44_100)
    assert bench.streamer.stats().memory.hits == before + 1
    await bench.close()


async def test_preparing_another_track_stops_the_first_and_the_same_goes_on(bench: StreamBench, watch: Watch):
    watch.hold.clear()
    bench.streamer.heads.prepare_next("a", "original")
    await asyncio.to_thread(watch.begun.wait, 10)
    bench.streamer.heads.prepare_next("a", "original")
    assert not watch.stopped.is_set()
    bench.streamer.heads.prepare_next("b", "original")
    assert await asyncio.to_thread(watch.stopped.wait, 10)
    watch.hold.set()
    await until(lambda: len(watch.rendered) == 3)
    assert {name for name, _ in watch.rendered} == {"b.flac"}


async def test_preparing_what_is_not_there_harms_nobody(bench: StreamBench):
    bench.streamer.heads.prepare_next("nobody", "original")
    await asyncio.sleep(0.01)
    assert (await bench.streamer.segment("a", "original", 0)).frames == RATE


async def test_memory_and_disk_keep_to_their_budgets(music: dict[str, Path], tmp_path: Path):
    bench = StreamBench(music, tmp_path, memory_bytes=2_000_000, disk_bytes=3_000_000, pcm_bytes=8_000_000)
    for track in ("a", "b"):
        for n in range(7):
            await bench.streamer.segment(track, "original", n)
            stats = bench.streamer.stats()
            assert stats.memory.bytes <= 2_000_000
            assert stats.pcm_bytes <= 8_000_000
    await settled(bench)
    assert bench.streamer.stats().disk.evictions > 0
    assert sum(path.stat().st_size for path in files_under(tmp_path)) <= 3_000_000
    await bench.close()


async def test_a_damaged_cache_file_is_rendered_again(music: dict[str, Path], tmp_path: Path):
    async with StreamBench(music, tmp_path) as streamer:
        first = await streamer.segment("a", "original", 0)
    for path in files_under(tmp_path):
        path.write_bytes(path.read_bytes()[:-100])
    async with StreamBench(music, tmp_path) as streamer:
        assert await streamer.segment("a", "original", 0) == first
        assert streamer.stats().disk.corrupt >= 1


async def test_a_cache_that_cannot_be_written_does_not_stop_the_music(music: dict[str, Path], tmp_path: Path):
    blocked = tmp_path / "file"
    blocked.touch()
    async with StreamBench(music, blocked / "cache") as streamer:
        assert (await streamer.segment("a", "original", 0)).frames == RATE
        assert streamer.stats().disk.failed_writes >= 1


async def test_clearing_empties_both_tiers(bench: StreamBench, tmp_path: Path):
    await bench.streamer.segment("a", "original", 0)
    await settled(bench)
    bench.streamer.clear()
    stats = bench.streamer.stats()
    assert (stats.memory.bytes, stats.disk.bytes, stats.pcm_bytes) == (0, 0, 0)
    assert not files_under(tmp_path / "cache")


async def test_decoded_samples_are_let_go_when_nobody_listens(music: dict[str, Path], tmp_path: Path):
    bench = StreamBench(music, tmp_path, idle_seconds=0.05)
    await bench.streamer.segment("a", "original", 0)
    await settled(bench)
    await until(lambda: bench.streamer.stats().pcm_bytes == 0)
    await bench.close()


async def test_warming_makes_the_first_rendering_ready(bench: StreamBench):
    await asyncio.to_thread(bench.streamer.warm)
    assert (await bench.streamer.segment("a", "enhanced", 0)).frames == RATE


async def test_far_beyond_the_end_is_not_found_without_a_fingerprint_too(bench: StreamBench):
    bench.analysis.gate.clear()
    with pytest.raises(NotFoundError):
        await bench.streamer.segment("a", "original", 10**9, rate=RATE)
    bench.analysis.gate.set()


async def test_the_end_of_an_hours_long_file_is_reached_in_little_memory(tmp_path: Path):
    rate, hours = 8000, 1
    path = tmp_path / "long.flac"
    block = np.zeros((1, 600 * rate), np.float32)
    block[0, ::rate] = 0.5
    write_audio(path, (block for _ in range(hours * 6)), rate)
    bench = StreamBench({"long": path}, tmp_path / "cache", pcm_bytes=8_000_000)
    bench.analysis.broken["long"] = MediaError("not now")
    manifest = await bench.streamer.manifest("long")
    assert manifest["duration"] == pytest.approx(hours * 3600)
    segment = await bench.streamer.segment("long", "original", manifest["segments"][-1]["index"])
    assert segment.final
    assert segment.start_frame + segment.frames == hours * 3600 * rate
    clicks = np.flatnonzero(samples_of(segment)[0]) + segment.start_frame
    assert np.array_equal(clicks, np.arange(-(-segment.start_frame // rate), hours * 3600) * rate)
    assert 0 < bench.streamer.stats().pcm_bytes <= 8_000_000
    await bench.close()


async def test_warming_renders_heads_when_nobody_waits_and_newer_wishes_take_its_place(
    bench: StreamBench, watch: Watch
):
    watch.hold.clear()
    bench.streamer.heads.warm(["a", "nobody", "b"], "original")
    await asyncio.to_thread(watch.begun.wait, 10)
    bench.streamer.heads.warm(["nobody", "b"], "original")
    assert await asyncio.to_thread(watch.stopped.wait, 10)
    watch.hold.set()
    await until(lambda: bench.streamer.heads.warming == (2, 2))
    assert [name for name, _ in watch.rendered] == ["b.flac"] * 3


async def test_how_much_of_a_track_is_at_hand_is_told(bench: StreamBench):
    assert await bench.streamer.at_hand.completion("a", "enhanced") is None
    await bench.streamer.manifest("a")
    for n in range(2):
        await bench.streamer.segment("a", "enhanced", n)
    await settled(bench)
    told = await bench.streamer.at_hand.completion("a", "enhanced")
    assert told is not None
    assert (told["segments"], told["inMemory"], told["atHand"]) == (9, 4, 4)
    assert told["remainingSeconds"] > 0
    for n in range(2, 9):
        await bench.streamer.segment("a", "enhanced", n)
    told = await bench.streamer.at_hand.completion("a", "enhanced")
    assert told is not None
    assert (told["completion"], told["remainingSeconds"]) == (1.0, 0.0)
    at_hand, waited_for, _, _ = bench.streamer.at_hand.listening_counts()
    assert (at_hand + waited_for, waited_for >= 1) == (9, True)
