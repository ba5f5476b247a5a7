"""The player of a zone: the order of intents, its memory, what it tells the bus."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import structlog
from tests.fakes import FakeClock, FakePlayerMemory, FakePlayerRepository

from auralis.bus import Bus
from auralis.kit.clock import SystemClock
from auralis.model.errors import NotFoundError, StorageError
from auralis.model.events import FilesFound, FilesMissed, OutputLost, PlayerChanged
from auralis.model.player import Enhancement
from auralis.model.queue import Memento
from auralis.playback import Player, machine
from auralis.playback.contracts import PlayerPreferences, PlayRequest

DURATIONS = {"t0": 10.0, "t1": 300.0, "t2": 1200.0}


class World:
    def __init__(self, repository: FakePlayerRepository | None = None, memory: FakePlayerMemory | None = None) -> None:
        self.clock = FakeClock()
        self.bus = Bus()
        self.repository = repository or FakePlayerRepository(DURATIONS)
        self.memory = memory or FakePlayerMemory()
        self.player = Player(self.repository, self.bus, self.clock, memory=self.memory)
        self.events: list[Any] = []
        self.bus.subscribe(PlayerChanged, self.events.append)
        for kind in (OutputLost, FilesMissed, FilesFound):
            self.bus.subscribe(kind, self.events.append)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    built = World()
    yield built
    await built.player.close()


async def test_playing_a_track_in_context_stands_at_that_track(world: World) -> None:
    state = await world.player.play(PlayRequest(track_id="t1", context={"type": "library"}), "c1")
    assert [entry.track_id for entry in state.entries] == ["t0", "t1", "t2"]
    assert (state.current.track_id, state.is_playing, state.output_client_id) == ("t1", True, "c1")
    assert state.duration_seconds == 300


async def test_a_start_beyond_the_end_is_held_within_the_track(world: World) -> None:
    state = await world.player.load(PlayRequest(track_id="t1", start_at=1e300))
    assert state.position.seconds == 300


async def test_a_track_outside_its_context_is_played_first(world: World) -> None:
    context = {"type": "tracks", "trackIds": ["t1"]}
    state = await world.player.play(PlayRequest(track_id="t0", context=context))
    assert [entry.track_id for entry in state.entries] == ["t0", "t1"]


async def test_play_with_nothing_in_the_queue_plays_the_library(world: World) -> None:
    assert (await world.player.play(PlayRequest())).current.track_id == "t0"


async def test_an_unknown_track_changes_nothing(world: World) -> None:
    before = world.player.state
    with pytest.raises(NotFoundError):
        await world.player.play(PlayRequest(track_id="nope"))
    assert world.player.state == before
    assert world.events == []


async def test_the_last_intent_wins_over_a_slow_load() -> None:
    class SlowRepository(FakePlayerRepository):
        async def context_tracks(self, context: Mapping[str, Any], **window: Any) -> list[tuple[str, float]]:
            if context.get("trackIds") == ["t1"]:
                await slow.wait()
            return await super().context_tracks(context, **window)

    slow = asyncio.Event()
    world = World(SlowRepository(DURATIONS))
    overtaken = asyncio.create_task(world.player.play(PlayRequest(track_id="t1")))
    await asyncio.sleep(0)
    await world.player.play(PlayRequest(track_id="t2"))
    slow.set()
    await overtaken
    assert world.player.state.current.track_id == "t2"
    assert all(event.state.current.track_id == "t2" for event in world.events)
    await world.player.close()


async def test_pausing_while_a_load_is_under_way_wins(world: World) -> None:
    await world.player.play(PlayRequest(track_id="t0"))
    loading = asyncio.create_task(world.player.play(PlayRequest(track_id="t1")))
    world.player.pause()
    await loading
    assert not world.player.state.is_playing or world.player.state.current.track_id == "t1"


async def test_every_change_has_a_higher_revision_and_no_change_has_no_event(world: World) -> None:
    await world.player.play(PlayRequest(track_id="t1"))
    world.player.set_volume(0.5)
    world.player.set_volume(0.5)
    revisions = [event.state.revision for event in world.events]
    assert revisions == sorted(set(revisions))
    assert len(revisions) == 2


async def test_only_the_output_is_believed_and_late_reports_are_not(world: World) -> None:
    state = await world.player.play(PlayRequest(track_id="t1"), "c1")
    entry = state.current.entry_id
    world.player.report("c2", entry, 50, sounding=True)
    assert world.player.state.position.seconds == 0
    world.player.seek(100)
    world.player.report("c1", entry, 3, sounding=True, revision=state.revision)
    assert world.player.state.position.seconds == 100
    world.player.report("c1", entry, 90, sounding=True, revision=world.player.state.revision)
    assert world.player.state.position.seconds == 90


async def test_losing_the_output_pauses_and_says_so(world: World) -> None:
    await world.player.play(PlayRequest(track_id="t1"), "c1")
    world.player.lose_client("c2", "Phone")
    assert world.player.state.is_playing
    world.player.lose_client("c1", "Laptop")
    assert not world.player.state.is_playing
    assert world.events[-1] == OutputLost("Laptop")


async def test_without_an_output_the_server_itself_goes_on_to_the_next_track() -> None:
    world = World(FakePlayerRepository({"t0": 0.05, "t1": 300.0}))
    await world.player.play(PlayRequest(track_id="t0", context={"type": "library"}))
    world.clock.advance(machine.SHORTEST_SECONDS)
    moved = asyncio.Event()
    world.bus.subscribe(PlayerChanged, lambda event: event.state.current.track_id == "t1" and moved.set())
    await asyncio.wait_for(moved.wait(), 10)
    await world.player.close()


async def test_the_position_runs_on_whatever_becomes_of_the_wall_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SystemClock()
    player = Player(FakePlayerRepository(DURATIONS), Bus(), clock, memory=FakePlayerMemory())
    state = await player.play(PlayRequest(track_id="t1"))
    wall, even = time.time(), time.monotonic()
    for step in (-3600, 3600):
        with monkeypatch.context() as later:
            later.setattr(time, "time", lambda step=step: wall + step)
            later.setattr(time, "monotonic", lambda: even + 5)
            assert 4.9 < state.position.seconds_at(clock.now()) <= 60
    await player.close()


async def test_empty_tracks_that_are_repeated_do_not_run_in_circles(world: World) -> None:
    world.repository.durations["empty"] = 0.0
    await world.player.play(PlayRequest(track_id="empty"))
    for mode in ("one", "all"):
        world.player.set_repeat(mode)  # type: ignore[arg-type]
        revision = world.player.state.revision
        for _ in range(100):
            world.clock.advance(0.1)
            world.player._wake()
        assert world.player.state.is_playing
        assert world.player.state.revision - revision <= 21


async def looked(world: World) -> None:
    """Wait until the files have been looked for."""
    while world.player._tasks:
        await asyncio.gather(*world.player._tasks)


def missed(world: World) -> list[Any]:
    return [event for event in world.events if isinstance(event, FilesMissed | FilesFound)]


async def test_a_track_without_a_file_is_passed_over_and_keeps_its_place(world: World) -> None:
    world.repository.lost = {"t1"}
    await world.player.play(PlayRequest(track_id="t0", context={"type": "library"}))
    assert world.player.state.upcoming.track_id == "t1"
    await looked(world)
    assert world.player.state.upcoming.track_id == "t2"
    assert missed(world) == [FilesMissed(("t1",), ("/music",), None)]
    assert world.player.next().current.track_id == "t2"
    assert world.player.previous().current.track_id == "t0"
    assert [entry.track_id for entry in world.player.state.entries] == ["t0", "t1", "t2"]


async def test_a_file_that_is_gone_when_its_turn_comes_gives_way_and_is_played_when_it_is_back(world: World) -> None:
    await world.player.load(PlayRequest(track_id="t1", context={"type": "library"}))
    world.repository.lost = {"t1"}
    await world.player.play(PlayRequest(start_at=20), "c1")
    await looked(world)
    state = world.player.state
    assert (state.current.track_id, state.is_playing, state.output_client_id) == ("t2", True, "c1")
    assert state.position.seconds_at(world.clock.now()) == 0
    assert missed(world) == [FilesMissed(("t1",), ("/music",), "t1")]
    world.repository.lost = set()
    await world.player.look_for_files()
    assert world.player.state.missing == frozenset()
    assert missed(world)[1:] == [FilesFound(("t1",))]
    assert world.player.previous().current.track_id == "t1"


async def test_an_output_that_falls_silent_has_its_file_looked_for(world: World) -> None:
    state = await world.player.play(PlayRequest(track_id="t0", context={"type": "library"}), "c1")
    await looked(world)
    world.repository.lost = {"t0"}
    world.player.report("c1", state.current.entry_id, 2.0, sounding=False)
    await looked(world)
    assert world.player.state.current.track_id == "t1"


@pytest.mark.parametrize("repeat", ["off", "one", "all"])
async def test_where_no_file_is_there_playback_stops(world: World, repeat: Any) -> None:
    world.repository.durations = {f"t{n}": 10.0 for n in range(300)}
    world.repository.lost = {*world.repository.durations}
    world.player.set_repeat(repeat)
    await world.player.play(PlayRequest(track_id="t5", context={"type": "library"}), "c1")
    await looked(world)
    state = world.player.state
    stands_at = state.current.track_id
    assert (state.is_playing, stands_at) == (False, "t0" if repeat == "all" else "t5")
    assert len(missed(world)) <= 2
    again = await world.player.play(PlayRequest())
    await looked(world)
    assert again.is_playing
    assert not world.player.state.is_playing
    assert missed(world)[-1].passed_over == stands_at


async def test_half_a_track_counts_as_one_play(world: World) -> None:
    await world.player.play(PlayRequest(track_id="t1", context={"type": "library"}))
    world.clock.advance(149)
    world.player.pause()
    assert world.repository.plays == []
    await world.player.play(PlayRequest())
    world.clock.advance(2)
    world.player.next()
    world.player.previous()
    await world.player.close()
    assert world.repository.plays == ["t1"]


async def test_a_restart_comes_back_paused_at_the_right_place(world: World) -> None:
    await world.player.play(PlayRequest(track_id="t1", context={"type": "library"}))
    world.player.set_enhancement(preset="warm", intensity=0.5)
    world.clock.advance(42)
    await world.player.close()
    again = World(world.repository, world.memory)
    await again.player.restore()
    state = again.player.state
    assert (state.current.track_id, state.is_playing, state.position.seconds) == ("t1", False, 42)
    assert (state.enhancement.preset, state.enhancement.intensity) == ("warm", 0.5)
    assert state.revision >= world.player.state.revision
    await again.player.close()


async def test_changes_that_move_nothing_do_not_count_what_was_heard_again(world: World) -> None:
    await world.player.play(PlayRequest(track_id="t1"))
    world.clock.advance(20)
    for step in range(50):
        world.player.set_volume(step / 100)
    await world.player.close()
    assert world.repository.plays == []


async def test_what_was_heard_before_the_end_of_the_server_counts(world: World) -> None:
    await world.player.play(PlayRequest(track_id="t1"))
    world.clock.advance(151)
    await world.player.close()
    assert world.repository.plays == ["t1"]


async def test_losing_the_output_does_not_undo_a_load_under_way() -> None:
    class SlowRepository(FakePlayerRepository):
        async def context_tracks(self, context: Mapping[str, Any], **window: Any) -> list[tuple[str, float]]:
            if context.get("trackIds") == ["t1"]:
                await slow.wait()
            return await super().context_tracks(context, **window)

    slow = asyncio.Event()
    world = World(SlowRepository(DURATIONS))
    await world.player.play(PlayRequest(track_id="t2"), "laptop")
    loading = asyncio.create_task(world.player.play(PlayRequest(track_id="t1"), "phone"))
    await asyncio.sleep(0)
    world.player.lose_client("laptop", "Laptop")
    slow.set()
    state = await loading
    assert (state.current.track_id, state.is_playing, state.output_client_id) == ("t1", True, "phone")
    await world.player.close()


async def test_a_player_that_cannot_be_saved_still_closes() -> None:
    class FullMemory(FakePlayerMemory):
        async def keep(self, user_id: str, memento: Memento) -> None:
            raise StorageError("The disk is full.")

    world = World(memory=FullMemory())
    await world.player.play(PlayRequest(track_id="t1"))
    with structlog.testing.capture_logs() as logged:
        await world.player.close()
    assert {entry["log_level"] for entry in logged} == {"error"}


async def test_a_player_never_used_sounds_as_its_listener_prefers() -> None:
    wanted = PlayerPreferences(Enhancement(enabled=False, preset="warm", intensity=0.5))
    player = Player(
        FakePlayerRepository(DURATIONS), Bus(), FakeClock(), memory=FakePlayerMemory(), preferences=lambda _: wanted
    )
    await player.restore()
    assert player.state.enhancement == wanted.enhancement
    await player.close()


async def test_when_a_track_counts_as_played_is_the_listeners_choice() -> None:
    for preferences, seconds in ((PlayerPreferences(played_fraction=0.9), 270), (PlayerPreferences(), 150)):
        clock, repository = FakeClock(), FakePlayerRepository(DURATIONS)
        player = Player(
            repository, Bus(), clock, memory=FakePlayerMemory(), preferences=lambda _, chosen=preferences: chosen
        )
        await player.play(PlayRequest(track_id="t1"))
        clock.advance(seconds - 1)
        player.pause()
        assert repository.plays == []
        await player.play(PlayRequest())
        clock.advance(1)
        await player.close()
        assert repository.plays == ["t1"]


async def test_going_on_before_it_counts_is_a_skip(world: World) -> None:
    await world.player.play(PlayRequest(track_id="t1", context={"type": "library"}))
    world.clock.advance(1)
    world.player.next()
    world.player.previous()
    world.clock.advance(20)
    world.player.next()
    world.clock.advance(700)
    world.player.previous()
    await world.player.close()
    assert world.repository.skips == ["t1"]
    assert world.repository.plays == ["t2"]


async def test_a_track_begun_again_after_it_counted_counts_again(world: World) -> None:
    await world.player.play(PlayRequest(track_id="t1"))
    for _ in range(3):
        world.clock.advance(200)
        world.player.previous()
    await world.player.close()
    assert world.repository.plays == ["t1"] * 3


async def test_a_play_counts_while_the_track_goes_on() -> None:
    class Told(FakePlayerRepository):
        async def record_play(self, user_id: str, track_id: str) -> None:
            counted.set()

    counted = asyncio.Event()
    world = World(Told({"t0": 0.2}))
    await world.player.play(PlayRequest(track_id="t0"))
    world.clock.advance(0.15)
    await asyncio.wait_for(counted.wait(), 10)
    await world.player.close()
