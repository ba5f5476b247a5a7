"""Playlists: edited by two clients at once, nothing lost or doubled, every change taken back exactly."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from tests.conftest import PROOF
from tests.factories import filled_library

from auralis.bus import Bus
from auralis.catalog import Catalog
from auralis.catalog.pages import PageSpec
from auralis.catalog.playlists import Playlists
from auralis.model import events
from auralis.model.errors import ConflictError, InvalidInputError, NotFoundError, PreconditionError
from auralis.model.playlists import UNDO_STEPS
from auralis.model.revisions import Expected
from auralis.store import Database
from auralis.store.listener import playlist_entries

TRACKS = 40


class World:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.catalog = Catalog(database)
        self.bus = Bus()
        self.events: list[events.PlaylistChanged] = []
        self.bus.subscribe(events.PlaylistChanged, self.events.append)
        self.playlists = Playlists(database, self.bus)

    async def tracks(self) -> list[str]:
        page = await self.catalog.list_tracks(limit=500)
        return [orjson.loads(item)["id"] for item in page.items]

    async def read(self, playlist_id: str) -> dict[str, Any]:
        return dict(orjson.loads((await self.playlists.get(playlist_id, 0, 100_000))[0]))

    async def entries(self, playlist_id: str) -> list[str]:
        return [entry["entryId"] for entry in (await self.read(playlist_id))["entries"]]

    async def listed(self, playlist_id: str) -> list[str | None]:
        return [entry["track"] and entry["track"]["id"] for entry in (await self.read(playlist_id))["entries"]]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    database = filled_library(tmp_path / "auralis.db", TRACKS)
    yield World(database)
    database.close()


async def made(world: World, *numbers: int, name: str = "Mine") -> str:
    tracks = await world.tracks()
    playlist = await world.playlists.create(name, "", [tracks[number] for number in numbers])
    return str(playlist["id"])


async def test_a_playlist_is_made_filled_renamed_and_deleted(world: World) -> None:
    tracks = await world.tracks()
    playlist = await world.playlists.create("  Für Élise 椎名林檎 🎧  ", "Evenings\nonly")
    assert (playlist["name"], playlist["trackCount"], playlist["revision"]) == ("Für Élise 椎名林檎 🎧", 0, 1)
    added = await world.playlists.add(playlist["id"], [tracks[0], tracks[1], tracks[0]])
    assert (added["trackCount"], added["revision"], added["canUndo"]) == (3, 2, True)
    assert await world.listed(playlist["id"]) == [tracks[0], tracks[1], tracks[0]]
    renamed = await world.playlists.describe(playlist["id"], "Other", None)
    assert (renamed["name"], renamed["description"]) == ("Other", "Evenings\nonly")
    await world.playlists.delete(playlist["id"])
    with pytest.raises(NotFoundError):
        await world.playlists.get(playlist["id"], 0, 10)
    assert (await world.playlists.list("name", "asc", PageSpec())).total == 0
    await world.playlists.restore(playlist["id"])
    assert await world.listed(playlist["id"]) == [tracks[0], tracks[1], tracks[0]]
    kinds = [type(event).__name__.removeprefix("Playlist") for event in world.events]
    assert kinds == ["Created", "TracksAdded", "Updated", "Deleted", "Created"]
    assert [event.playlist["revision"] for event in world.events[:3]] == [1, 2, 3]


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "two\nlines", "nul\0", "\ud800", "\u2028"])
async def test_bad_names_are_refused(world: World, name: str) -> None:
    with pytest.raises(InvalidInputError):
        await world.playlists.create(name)
    playlist = await made(world)
    with pytest.raises(InvalidInputError):
        await world.playlists.describe(playlist, name, None)


async def test_tracks_go_where_they_are_told_to(world: World) -> None:
    tracks = await world.tracks()
    playlist = await made(world, 0, 1, 2)
    await world.playlists.add(playlist, [tracks[10]], 0)
    await world.playlists.add(playlist, [tracks[11], tracks[12]], 2)
    await world.playlists.add(playlist, [tracks[13]], 10**9)
    wanted = [10, 0, 11, 12, 1, 2, 13]
    assert await world.listed(playlist) == [tracks[number] for number in wanted]
    with pytest.raises(NotFoundError):
        await world.playlists.add(playlist, [tracks[0], "nothing"])
    assert len(await world.entries(playlist)) == len(wanted)


async def test_an_entry_moves_and_its_id_stays(world: World) -> None:
    playlist = await made(world, 0, 1, 2, 3)
    a, b, c, d = await world.entries(playlist)
    await world.playlists.reorder(playlist, d, a)
    assert await world.entries(playlist) == [a, d, b, c]
    await world.playlists.reorder(playlist, c, None)
    assert await world.entries(playlist) == [c, a, d, b]
    told = world.events[-1].details
    assert told == {"change": "order", "entryId": c, "afterEntryId": None}
    before = (await world.read(playlist))["revision"]
    assert (await world.playlists.reorder(playlist, a, c))["revision"] == before
    with pytest.raises(InvalidInputError):
        await world.playlists.reorder(playlist, a, a)
    with pytest.raises(NotFoundError):
        await world.playlists.reorder(playlist, "nothing", a)


async def test_a_move_to_an_entry_that_is_gone_is_told_how_things_are_now(world: World) -> None:
    playlist = await made(world, 0, 1, 2)
    a, b, c = await world.entries(playlist)
    await world.playlists.remove(playlist, b)
    with pytest.raises(ConflictError) as refused:
        await world.playlists.reorder(playlist, a, b)
    current = refused.value.details["current"]
    assert [entry["entryId"] for entry in current["entries"]] == [a, c]
    assert current["revision"] == 2
    with pytest.raises(NotFoundError):
        await world.playlists.remove(playlist, b)


async def test_stale_revisions_are_refused_and_without_them_edits_merge(world: World) -> None:
    tracks = await world.tracks()
    playlist = await made(world, 0, 1, 2, 3)
    a, b, c, d = await world.entries(playlist)
    await asyncio.gather(
        world.playlists.remove(playlist, a),
        world.playlists.reorder(playlist, d, b),
        world.playlists.remove(playlist, c),
    )
    assert await world.entries(playlist) == [b, d]
    for expected, kind in ((Expected(body=1), ConflictError), (Expected(header=frozenset([1])), PreconditionError)):
        for attempt in (
            world.playlists.add(playlist, [tracks[0]], None, expected),
            world.playlists.remove(playlist, b, expected),
            world.playlists.reorder(playlist, b, d, expected),
            world.playlists.clear(playlist, expected),
            world.playlists.undo(playlist, expected),
            world.playlists.describe(playlist, "x", None, expected),
            world.playlists.delete(playlist, expected),
        ):
            with pytest.raises(kind) as refused:
                await attempt
            assert refused.value.details["current"]["revision"] == 4
    assert await world.entries(playlist) == [b, d]
    await world.playlists.clear(playlist, Expected(header=frozenset([4]), body=4))
    assert await world.entries(playlist) == []


async def test_fifty_steps_go_back_and_forth_also_after_a_restart(world: World) -> None:
    tracks = await world.tracks()
    playlist = await made(world)
    states = []
    for number in range(UNDO_STEPS + 5):
        states.append(await world.entries(playlist))
        await world.playlists.add(playlist, [tracks[number % TRACKS]], number // 2)
    states.append(await world.entries(playlist))
    again = Playlists(world.database, Bus())
    for number in range(UNDO_STEPS):
        await again.undo(playlist)
        assert await world.entries(playlist) == states[-2 - number]
    with pytest.raises(ConflictError):
        await again.undo(playlist)
    for number in range(UNDO_STEPS):
        await again.redo(playlist)
        assert await world.entries(playlist) == states[number + 6]
    with pytest.raises(ConflictError):
        await again.redo(playlist)


async def test_a_new_change_ends_what_could_be_done_again(world: World) -> None:
    tracks = await world.tracks()
    playlist = await made(world, 0)
    await world.playlists.clear(playlist)
    assert (await world.playlists.undo(playlist))["canRedo"] is True
    assert (await world.playlists.add(playlist, [tracks[3]]))["canRedo"] is False
    with pytest.raises(ConflictError):
        await world.playlists.redo(playlist)


async def test_a_copy_is_a_playlist_of_its_own(world: World) -> None:
    playlist = await made(world, 2, 2, 5, name="x" * 200)
    copy = await world.playlists.duplicate(playlist)
    assert len(copy["name"]) == 200
    assert copy["name"].endswith("(copy)")
    assert await world.listed(copy["id"]) == await world.listed(playlist)
    assert not set(await world.entries(copy["id"])) & set(await world.entries(playlist))
    await world.playlists.clear(copy["id"])
    assert len(await world.entries(playlist)) == 3


async def test_entries_stay_when_their_tracks_are_hidden_missing_or_gone(world: World) -> None:
    tracks = await world.tracks()
    playlist = await made(world, 0, 1, 2, 3)
    before = await world.entries(playlist)
    titles = [entry["title"] for entry in (await world.read(playlist))["entries"]]

    def change(connection: Any) -> None:
        connection.execute("UPDATE tracks SET hidden = 1 WHERE id = ?", (tracks[0],))
        connection.execute("UPDATE tracks SET missing = 1 WHERE id = ?", (tracks[1],))
        connection.execute("DELETE FROM tracks WHERE id = ?", (tracks[2],))

    world.database.write_now(change)
    after = await world.read(playlist)
    assert [entry["entryId"] for entry in after["entries"]] == before
    assert [entry["title"] for entry in after["entries"]] == titles
    assert await world.listed(playlist) == [None, tracks[1], None, tracks[3]]
    assert await world.catalog.context_track_ids("playlist", playlist) == [tracks[3]]
    world.database.write_now(lambda db: db.execute("UPDATE tracks SET hidden = 0, missing = 0"))
    assert await world.catalog.context_track_ids("playlist", playlist) == [tracks[0], tracks[1], tracks[3]]
    await world.playlists.clear(playlist)
    await world.playlists.undo(playlist)
    assert await world.entries(playlist) == before
    assert [entry["title"] for entry in (await world.read(playlist))["entries"]] == titles


async def test_another_listeners_playlists_are_not_there(world: World) -> None:
    world.database.write_now(lambda db: db.execute("INSERT INTO users VALUES ('anna', 'Anna', 0)"))
    playlist = await made(world, 0)
    for attempt in (
        world.playlists.get(playlist, 0, 10, user_id="anna"),
        world.playlists.clear(playlist, user_id="anna"),
        world.playlists.delete(playlist, user_id="anna"),
        world.playlists.export(playlist, user_id="anna"),
        world.catalog.context_track_ids("playlist", playlist, user_id="anna"),
    ):
        with pytest.raises(NotFoundError):
            await attempt


async def test_putting_between_the_same_two_over_and_over_keeps_the_order(world: World) -> None:
    tracks = await world.tracks()
    playlist = await made(world, 0, 1)
    first, last = await world.entries(playlist)
    newest: list[str] = []
    for number in range(120):
        await world.playlists.add(playlist, [tracks[number % TRACKS]], 1)
        newest.insert(0, world.events[-1].details["added"][0]["entryId"])
    assert await world.entries(playlist) == [first, *newest, last]
    for _ in range(40):
        await world.playlists.reorder(playlist, last, first)
        await world.playlists.reorder(playlist, newest[0], first)
        assert (await world.entries(playlist))[:3] == [first, newest[0], last]


async def test_moving_in_a_long_playlist_touches_one_entry(world: World) -> None:
    tracks = await world.tracks()
    rng = random.Random(1)
    count = 20_000 if PROOF else 5_000
    playlist = (await world.playlists.create("Long", "", [rng.choice(tracks) for _ in range(count)]))["id"]
    listed = await world.entries(playlist)
    written = world.database.write_now(lambda db: db.total_changes)
    moves = 20
    for _ in range(moves):
        entry, after = rng.sample(listed, 2)
        await world.playlists.reorder(playlist, entry, after)
        listed.remove(entry)
        listed.insert(listed.index(after) + 1, entry)
    assert world.database.write_now(lambda db: db.total_changes) - written <= moves * 4
    assert await world.entries(playlist) == listed
    page = await world.playlists.entries(playlist, PageSpec(count - 10, 50))
    assert [orjson.loads(item)["entryId"] for item in page.items] == listed[-10:]
    walked, cursor = [], ""
    while cursor is not None:
        page = await world.playlists.entries(playlist, PageSpec(0, 500, cursor))
        walked += [orjson.loads(item)["entryId"] for item in page.items]
        cursor = page.next_cursor
    assert walked == listed


class TwoClients(RuleBasedStateMachine):
    """Two clients that edit one playlist by what each saw last; a plain list says what must come of it."""

    entry = Bundle("entry")

    @initialize()
    def begin(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.database = filled_library(Path(_scratch()) / "auralis.db", 8)
        self.world = World(self.database)
        self.tracks = self.run(self.world.tracks())
        self.id = self.run(self.world.playlists.create("Both"))["id"]
        self.model: list[tuple[str, str]] = []
        self.name = "Both"
        self.past: list[tuple[list[tuple[str, str]], str]] = []
        self.future: list[tuple[list[tuple[str, str]], str]] = []
        self.revision = 1
        self.seen = {"a": 1, "b": 1}

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def changed(self, model: list[tuple[str, str]], name: str | None = None) -> None:
        self.past = [*self.past, (self.model, self.name)][-UNDO_STEPS:]
        self.future = []
        self.model, self.name, self.revision = model, name or self.name, self.revision + 1

    @rule(target=entry, numbers=st.lists(st.integers(0, 7), max_size=4), position=st.none() | st.integers(0, 12))
    def add(self, numbers: list[int], position: int | None) -> Any:
        tracks = [self.tracks[number] for number in numbers]
        self.run(self.world.playlists.add(self.id, tracks, position))
        if not tracks:
            return multiple()
        added = [(each["entryId"], each["trackId"]) for each in self.world.events[-1].details["added"]]
        at = len(self.model) if position is None else min(position, len(self.model))
        self.changed([*self.model[:at], *added, *self.model[at:]])
        return multiple(*(entry_id for entry_id, _ in added))

    @rule(entry=entry)
    def remove(self, entry: str) -> None:
        ids = [entry_id for entry_id, _ in self.model]
        if entry not in ids:
            with pytest.raises(NotFoundError):
                self.run(self.world.playlists.remove(self.id, entry))
            return
        self.run(self.world.playlists.remove(self.id, entry))
        self.changed([each for each in self.model if each[0] != entry])

    @rule(entry=entry, after=st.none() | entry)
    def move(self, entry: str, after: str | None) -> None:
        ids = [entry_id for entry_id, _ in self.model]
        if entry not in ids or (after is not None and after not in ids) or entry == after:
            with pytest.raises((NotFoundError, ConflictError, InvalidInputError)):
                self.run(self.world.playlists.reorder(self.id, entry, after))
            return
        self.run(self.world.playlists.reorder(self.id, entry, after))
        moved = [each for each in self.model if each[0] == entry]
        rest = [each for each in self.model if each[0] != entry]
        at = 0 if after is None else [entry_id for entry_id, _ in rest].index(after) + 1
        wanted = [*rest[:at], *moved, *rest[at:]]
        if wanted != self.model:
            self.changed(wanted)

    @rule()
    def clear(self) -> None:
        self.run(self.world.playlists.clear(self.id))
        if self.model:
            self.changed([])

    @rule(name=st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=20))
    def rename(self, name: str) -> None:
        if not name.strip():
            return
        self.run(self.world.playlists.describe(self.id, name, None))
        if name.strip() != self.name:
            self.changed(self.model, name.strip())

    @rule(forward=st.booleans(), times=st.integers(1, 4))
    def step(self, forward: bool, times: int) -> None:
        for _ in range(times):
            source, target = (self.future, self.past) if forward else (self.past, self.future)
            act = self.world.playlists.redo if forward else self.world.playlists.undo
            if not source:
                with pytest.raises(ConflictError):
                    self.run(act(self.id))
                return
            self.run(act(self.id))
            target.append((self.model, self.name))
            self.model, self.name = source.pop()
            self.revision += 1

    @rule(client=st.sampled_from("ab"))
    def look(self, client: str) -> None:
        self.seen[client] = self.run(self.world.read(self.id))["revision"]

    @rule(client=st.sampled_from("ab"), by_header=st.booleans())
    def careful_add(self, client: str, by_header: bool) -> None:
        seen = self.seen[client]
        expected = Expected(header=frozenset([seen])) if by_header else Expected(body=seen)
        work = self.world.playlists.add(self.id, [self.tracks[0]], 0, expected)
        if seen != self.revision:
            with pytest.raises(PreconditionError if by_header else ConflictError) as refused:
                self.run(work)
            assert refused.value.details["current"]["revision"] == self.revision
            return
        self.run(work)
        (added,) = self.world.events[-1].details["added"]
        self.changed([(added["entryId"], added["trackId"]), *self.model])

    @rule(first=consumes(entry), second=entry, third=entry)
    def at_once(self, first: str, second: str, third: str) -> None:
        """Two clients at the same moment: one takes an entry out while the other moves one; both are done or told."""
        ids = [entry_id for entry_id, _ in self.model]
        if first not in ids or second not in ids or third not in ids or len({first, second, third}) < 3:
            return

        async def both() -> None:
            await asyncio.gather(
                self.world.playlists.remove(self.id, first), self.world.playlists.reorder(self.id, second, third)
            )

        self.run(both())
        self.changed([each for each in self.model if each[0] != first])
        moved = [each for each in self.model if each[0] == second]
        rest = [each for each in self.model if each[0] != second]
        at = [entry_id for entry_id, _ in rest].index(third) + 1
        wanted = [*rest[:at], *moved, *rest[at:]]
        if self.run(self.world.read(self.id))["revision"] == self.revision + 1:
            self.changed(wanted)
        assert wanted == self.model

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        if not hasattr(self, "id"):
            return
        read = self.run(self.world.read(self.id))
        assert [(entry["entryId"], entry["track"]["id"]) for entry in read["entries"]] == self.model
        assert (read["name"], read["revision"], read["trackCount"]) == (self.name, self.revision, len(self.model))
        assert (read["canUndo"], read["canRedo"]) == (bool(self.past), bool(self.future))
        if self.world.events[1:]:
            assert self.world.events[-1].playlist["revision"] == self.revision

    def teardown(self) -> None:
        self.database.close()
        self.loop.close()


def _scratch() -> str:
    import tempfile

    return tempfile.mkdtemp(prefix="auralis-playlists-")


class TestTwoClients(TwoClients.TestCase):
    settings = settings(max_examples=400 if PROOF else 25, stateful_step_count=60 if PROOF else 30, deadline=None)


def test_places_are_spread_anew_when_a_gap_is_full(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(playlist_entries, "GAP", 4)
    database = filled_library(tmp_path / "auralis.db", TRACKS)
    world = World(database)

    async def story() -> None:
        playlist = await made(world, *range(10))
        tracks, wanted = await world.tracks(), await world.entries(playlist)
        rng = random.Random(3)
        for _ in range(60):
            at = rng.randrange(len(wanted) + 1)
            await world.playlists.add(playlist, rng.choices(tracks, k=3), at)
            wanted[at:at] = [each["entryId"] for each in world.events[-1].details["added"]]
            entry, after = rng.sample(wanted, 2)
            await world.playlists.reorder(playlist, entry, after)
            wanted.remove(entry)
            wanted.insert(wanted.index(after) + 1, entry)
            assert await world.entries(playlist) == wanted
        while (await world.playlists.undo(playlist))["canUndo"]:
            pass

    asyncio.run(story())
    database.close()
