"""Long random histories of the player and its queue, with a clock that is moved by hand."""

import asyncio
import random
from collections import Counter
from typing import Any

import pytest
from tests.conftest import PROOF
from tests.fakes import FakeClock, FakePlayerMemory, FakePlayerRepository

from auralis.bus import Bus
from auralis.model.errors import AuralisError
from auralis.model.events import PlayerChanged
from auralis.model.player import PlayerState
from auralis.model.queue import Change, spliced
from auralis.model.revisions import Expected
from auralis.playback import Player
from auralis.playback.contracts import PlayRequest

STEPS = 100_000 if PROOF else 2_500
HISTORIES = 20_000 if PROOF else 400
DURATIONS = {f"t{n}": 5.0 + n for n in range(12)}
TRANSPORT = ["play", "track", "library", "entry", "pause", "stop", "seek", "next", "previous", "wait"]
MODES = ["repeat", "shuffle", "sleep", "output", "lose", "report", "ended", "files"]
EDITS = ["add", "remove", "clear", "reorder", "undo", "redo"]
COMMANDS = TRANSPORT + MODES + EDITS


class Copy:
    """A client's copy of the queue, made of the changes that it is told, as late as they come."""

    def __init__(self) -> None:
        self.entries: tuple[Any, ...] = ()
        self.revision = 0
        self.waiting: list[tuple[int, Change]] = []

    def catch_up(self, changes: int) -> None:
        for revision, change in self.waiting[:changes]:
            assert revision == self.revision + 1, "a change was lost or doubled"
            self.entries = spliced(self.entries, change.splices)
            self.revision = revision
        del self.waiting[:changes]


class World:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.clock = FakeClock()
        self.bus = Bus()
        self.memory = FakePlayerMemory()
        self.library = FakePlayerRepository(DURATIONS)
        self.player = Player(self.library, self.bus, self.clock, memory=self.memory)
        self.copies = [Copy(), Copy(), Copy()]
        self.states: list[PlayerState] = []
        self.bus.subscribe(PlayerChanged, self._told)

    def _told(self, event: PlayerChanged) -> None:
        assert event.before is not None
        assert event.state.revision == event.before.revision + 1
        for copy in self.copies:
            copy.waiting += event.changes

    def some_entry(self, copy: Copy | None = None) -> str:
        entries = self.player.state.entries if copy is None else copy.entries
        return self.random.choice(entries).entry_id if entries else "none"

    async def step(self, kind: str, copy: Copy | None = None) -> None:  # noqa: C901, PLR0912  (one case a command)
        player, pick = self.player, self.random
        queue = player.queue
        expected = Expected(body=copy.revision) if copy is not None and pick.random() < 0.2 else Expected()
        tracks = {"type": "tracks", "trackIds": pick.choices(list(DURATIONS), k=pick.randrange(1, 4))}
        entry = self.some_entry(copy)
        match kind:
            case "play":
                await player.play(PlayRequest(start_at=pick.choice([None, 2.0])), "c1")
            case "track":
                await player.play(PlayRequest(track_id=pick.choice(list(DURATIONS)), context={"type": "library"}))
            case "library":
                await player.load(PlayRequest(context={"type": "library"}))
            case "entry":
                await player.play(PlayRequest(entry_id=entry))
            case "pause" | "stop" | "next" | "previous":
                getattr(player, kind)()
            case "seek":
                player.seek(pick.uniform(0, 20))
            case "repeat":
                player.set_repeat(pick.choice(["off", "one", "all"]))
            case "shuffle":
                await player.set_shuffle(enabled=pick.random() < 0.5, seed=pick.choice([None, 3]))
            case "sleep":
                player.set_sleep(*pick.choice([(0.2, None), (None, "track"), (None, "queue"), (None, None)]))
            case "output":
                player.set_output(pick.choice(["c1", "c2"]))
            case "lose":
                player.lose_client("c1", "One")
            case "report" | "ended":
                seconds, sounding = pick.uniform(0, 9), pick.random() < 0.8
                player.report("c1", entry, seconds, sounding=sounding, ended=kind == "ended")
            case "wait":
                self.clock.advance(pick.choice([0.1, 3.0, 30.0]))
                player._wake()
            case "files":
                self.library.lost = set(pick.sample(list(DURATIONS), k=pick.choice([0, 2, len(DURATIONS)])))
            case "add":
                await queue.add(tracks, pick.choice(["now", "next", "end"]), expected)
            case "remove":
                queue.remove({entry, self.some_entry(copy)}, expected)
            case "clear":
                queue.clear(keep_current=pick.random() < 0.7, expected=expected)
            case "reorder":
                queue.reorder(entry, pick.choice([None, self.some_entry(copy)]), expected)
            case "undo" | "redo":
                await getattr(queue, kind)(expected)

    async def settle(self) -> None:
        """Wait until files have been looked for; whoever is not there does not play."""
        while self.player._tasks:
            await asyncio.gather(*self.player._tasks)
        state = self.player.state
        if state.is_playing and state.current is not None:
            assert state.current.track_id not in state.missing
            assert state.upcoming is None or state.upcoming.track_id not in state.missing

    def check(self) -> None:
        state = self.player.state
        ids = [entry.entry_id for entry in state.entries]
        assert len(set(ids)) == len(ids)
        assert (state.current_index is None) == (not ids)
        assert state.current_index is None or 0 <= state.current_index < len(ids)
        assert state.position.rate in {0.0, 1.0}
        assert state.is_playing or state.position.rate == 0.0
        assert state.position.seconds >= 0
        assert state.position.at <= self.clock.now()
        assert len(self.player.queue.undoable) <= 50
        if state.current is not None and state.is_playing:
            assert state.position.seconds <= state.current.duration_seconds + 10


@pytest.mark.timeout(3000)
async def test_any_history_of_commands_and_time_leaves_a_state_that_makes_sense() -> None:
    world = World(11)
    refused: Counter[str] = Counter()
    for _ in range(STEPS):
        kind = world.random.choice(COMMANDS)
        before = world.player.state
        try:
            await world.step(kind)
        except AuralisError:
            refused[kind] += 1
            assert world.player.state is before
        await world.settle()
        world.check()
    for copy in world.copies:
        copy.catch_up(len(copy.waiting))
        assert copy.entries == world.player.state.entries
    assert sum(refused.values()) < STEPS / 3
    await world.player.close()
    again = Player(FakePlayerRepository(DURATIONS), Bus(), world.clock, memory=world.memory)
    await again.restore()
    assert again.state.entries == world.player.state.entries
    assert again.state.current == world.player.state.current
    assert again.state.is_playing is False
    await again.close()


@pytest.mark.timeout(3000)
async def test_clients_that_edit_at_the_same_time_come_to_the_same_queue() -> None:
    edits = ["add", "add", "remove", "reorder", "reorder", "clear", "undo", "redo", "shuffle"]
    conflicts = 0
    for seed in range(HISTORIES):
        world = World(seed)
        await world.player.load(PlayRequest(context={"type": "library"}))
        for copy in world.copies:
            copy.catch_up(1)
        for _ in range(12):
            copy = world.random.choice(world.copies)
            before = world.player.state
            try:
                await world.step(world.random.choice(edits), copy)
            except AuralisError as error:
                conflicts += error.code == "CONFLICT"
                assert world.player.state is before, "what was refused has changed something"
            for other in world.copies:
                other.catch_up(world.random.randrange(3))
        for copy in world.copies:
            copy.catch_up(len(copy.waiting))
            assert copy.entries == world.player.state.entries
            assert copy.revision == world.player.state.queue_revision
        await world.player.close()
    assert conflicts > HISTORIES
