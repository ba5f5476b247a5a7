"""What a player remembers, in a real database: queues, their changes, the commands that were done."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.factories import filled_library
from tests.fakes import FakeClock

from auralis.bus import Bus
from auralis.catalog import Catalog, player_memory
from auralis.catalog.player_memory import QueueMemory
from auralis.model.errors import ConflictError
from auralis.playback import Player
from auralis.playback.contracts import PlayRequest
from auralis.playback.player import CURRENT_COMMAND
from auralis.store import Database, migrations

EVERYTHING = {"type": "library"}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = filled_library(tmp_path / "auralis.db", 60)
    yield database
    database.close()


async def player_on(database: Database) -> Player:
    player = Player(Catalog(database), Bus(), FakeClock(), memory=QueueMemory(database))
    await player.restore()
    return player


def ids(player: Player) -> list[str]:
    return [entry.entry_id for entry in player.state.entries]


async def test_the_queue_comes_back_after_a_restart_with_all_that_can_be_undone(database: Database) -> None:
    first = await player_on(database)
    await first.play(PlayRequest(context=EVERYTHING))
    before = ids(first)
    first.queue.remove(before[3:7])
    first.queue.reorder(before[10], before[0])
    await first.set_shuffle(enabled=True, seed=5)
    first.seek(2.0)
    expected = first.state
    await first.close()
    again = await player_on(database)
    assert again.state.entries == expected.entries
    assert again.state.current == expected.current
    assert (again.state.position.seconds, again.state.is_playing, again.state.shuffle) == (2.0, False, True)
    for _ in range(3):
        await again.queue.undo()
    assert ids(again) == before
    for _ in range(3):
        await again.queue.redo()
    assert again.state.entries == expected.entries
    with pytest.raises(ConflictError):
        await again.queue.redo()
    await again.close()


async def test_fifty_steps_can_be_undone_and_older_ones_are_forgotten(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player_memory, "WHOLE_EVERY", 7)
    player = await player_on(database)
    await player.load(PlayRequest(context=EVERYTHING))
    states = [ids(player)]
    for number in range(58):
        player.queue.reorder(ids(player)[-1 - number % 3], ids(player)[number % 5])
        states.append(ids(player))
    await player.close()
    player = await player_on(database)
    assert ids(player) == states[-1]
    for expected in reversed(states[-51:-1]):
        await player.queue.undo()
        assert ids(player) == expected
    with pytest.raises(ConflictError):
        await player.queue.undo()
    await player.close()
    kept = database.read_now(lambda db: db.execute("SELECT count(*) FROM queue_changes").fetchone()[0])
    assert kept <= 50 + 7 + 50


async def test_a_change_is_on_disk_before_it_is_acknowledged(database: Database) -> None:
    player = await player_on(database)
    await player.load(PlayRequest(context=EVERYTHING))
    player.queue.remove([player.state.entries[5].entry_id])
    await player.kept()
    recalled = await QueueMemory(database).recall("owner")
    assert recalled is not None
    assert recalled.entries == player.state.entries
    await player.close()


async def test_commands_that_were_done_are_known_after_a_restart(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auralis.store.listener.queues.REMEMBERED_COMMANDS", 20)
    player = await player_on(database)
    await player.load(PlayRequest(context=EVERYTHING))
    for number in range(50):
        CURRENT_COMMAND.set(f"command-{number}")
        player.next()
        await player.kept()
    CURRENT_COMMAND.set(None)
    await player.close()
    again = await player_on(database)
    assert again.was_done("command-49")
    assert again.was_done("command-30")
    assert not again.was_done("command-29")
    await again.close()


async def test_ten_thousand_entries_are_changed_and_come_back(tmp_path: Path) -> None:
    database = filled_library(tmp_path / "large.db", 300)
    catalog = Catalog(database)
    tracks = await catalog.context_track_ids("library")
    player = await player_on(database)
    many = {"type": "tracks", "trackIds": (tracks * 34)[:10_000]}
    await player.play(PlayRequest(context=many))
    assert len(player.state.entries) == 10_000
    player.queue.reorder(player.state.entries[9_999].entry_id, player.state.entries[0].entry_id)
    await player.set_shuffle(enabled=True)
    await asyncio.gather(*(player.queue.add({"type": "tracks", "trackIds": [tracks[n]]}, "next") for n in range(5)))
    expected = player.state.entries
    await player.close()
    again = await player_on(database)
    assert again.state.entries == expected
    await again.close()
    database.close()


def test_a_queue_of_the_first_release_is_carried_over(tmp_path: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    migrations.upgrade(connection, "0001")
    entries = [["e0", "t0", 1.5], ["e1", "t1", 2.5]]
    state: dict[str, Any] = {
        "entries": entries,
        "currentIndex": 1,
        "position": 1.0,
        "volume": 0.5,
        "enhancement": {"enabled": True, "preset": "warm", "intensity": 1.0},
        "revision": 9,
        "queueRevision": 3,
    }
    packed = json.dumps(state).encode()
    connection.execute("INSERT INTO player_states VALUES ('owner', 'main', ?, 0)", (packed,))
    connection.close()
    database = Database(tmp_path / "old.db")
    recalled = asyncio.run(QueueMemory(database).recall("owner"))
    assert recalled is not None
    assert [(e.entry_id, e.track_id, e.duration_seconds, e.rank) for e in recalled.entries] == [
        ("e0", "t0", 1.5, 0),
        ("e1", "t1", 2.5, 1),
    ]
    assert recalled.state["currentEntryId"] == "e1"
    database.close()


async def test_a_write_that_failed_goes_with_the_next_one(database: Database) -> None:
    from auralis.model.errors import StorageError
    from auralis.model.queue import Memento

    class Failing(QueueMemory):
        broken = False

        async def keep(self, user_id: str, memento: Memento) -> None:
            if self.broken:
                raise StorageError("The disk is full.")
            await super().keep(user_id, memento)

    memory = Failing(database)
    player = Player(Catalog(database), Bus(), FakeClock(), memory=memory)
    await player.load(PlayRequest(context=EVERYTHING))
    await player.kept()
    memory.broken = True
    player.queue.remove([player.state.entries[5].entry_id])
    with pytest.raises(StorageError):
        await player.kept()
    memory.broken = False
    player.queue.remove([player.state.entries[7].entry_id])
    await player.kept()
    recalled = await memory.recall("owner")
    assert recalled is not None
    assert recalled.entries == player.state.entries
    await player.close()


async def test_while_it_plays_its_place_is_kept_now_and_then_in_case_of_a_crash(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auralis.playback.player.SAVED_EVERY_SECONDS", 0.01)
    clock, catalog = FakeClock(), Catalog(database)
    player = Player(catalog, Bus(), clock, memory=QueueMemory(database))
    for track_id, _ in await catalog.context_tracks(EVERYTHING):
        path = await catalog.media_path(track_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    await player.play(PlayRequest(context=EVERYTHING))
    clock.advance(0.75 * (player.state.duration_seconds or 0.0))
    async with asyncio.timeout(30):
        while (await player_on(database)).state.position.seconds == 0.0:
            await player.kept()
    crashed = await player_on(database)
    assert crashed.state.position.seconds == pytest.approx(0.75 * (player.state.duration_seconds or 0.0))
    assert (crashed.state.current, crashed.state.is_playing) == (player.state.current, False)
    await player.close()
