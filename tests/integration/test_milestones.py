"""Milestones: pages found from them are those found by counting, also after whatever happens to the library."""

import random
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from tests.factories import add_tracks, library_folder, track_record

from auralis.catalog import TRACK_SORTS
from auralis.catalog.listings import tracks_page
from auralis.catalog.pages import PageSpec
from auralis.model.library import TrackTags
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.library.records import TrackRecord
from auralis.store.library.removal import purge_missing
from auralis.store.library.state import recount_tracks
from auralis.store.listener.annotations import add_play, set_rating
from auralis.store.lists import milestones, walk
from auralis.store.lists.milestones import Milestones, State
from auralis.store.lists.order import Place
from auralis.store.lists.tracks import TrackList

COUNT, STEPS, PAGE = 150, 60, 9
ORDERED = [sort for sort in TRACK_SORTS if sort != "random"]


class Placed(Milestones):
    """Milestones that count how often they were placed and how often they were of use."""

    def __init__(self) -> None:
        super().__init__()
        self.placed = self.used = 0

    def of(self, listing: object, state: State, rows: milestones.Rows) -> milestones.Marks | None:
        before = isinstance(self._known.get((listing, state.secret)), milestones._Followed)
        marks = super().of(listing, state, rows)
        self.placed += marks is not None and not before
        self.used += marks is not None and before
        return marks


@pytest.fixture
def marks(monkeypatch: pytest.MonkeyPatch) -> Placed:
    placed = Placed()
    monkeypatch.setattr(milestones, "STEP", 7)
    monkeypatch.setattr(walk, "DEEP", 10)
    monkeypatch.setattr(walk, "_MILESTONES", placed)
    return placed


class Shelf:
    """A library to which things happen."""

    def __init__(self, path: Path) -> None:
        self.random = random.Random(7)
        self.database = Database(path)
        self.folder_key = library_folder(self.database, path.parent / "music")
        self.numbers = iter(range(10_000))
        self.add(COUNT)

    def record(self, key: int | None = None) -> TrackRecord:
        pick, number = self.random.choice, next(self.numbers)
        tags = TrackTags(
            title=pick(["dawn", "dusk", "noon", f"song {pick(range(100)):03}", "椎名", "zoo"]),
            artist=pick([None, "kim", "lee", "max"]),
            album=pick([None, "ant", "bee", "cat"]),
            album_artist="all",
            track_number=pick([None, 1, 2, 3]),
            disc_number=pick([None, 1, 2]),
            date=pick([None, "1970", "1999", "2020"]),
        )
        return track_record(tags, b"music", b"%d.flac" % number, duration=pick([61.5, 180.0, 240.25]), key=key)

    def add(self, count: int) -> None:
        add_tracks(self.database, self.folder_key, [self.record() for _ in range(count)])

    def retag(self, count: int) -> None:
        keys = self.random.sample(self.keys(), count)
        add_tracks(self.database, self.folder_key, [self.record(key) for key in keys])

    def set_hidden(self, hidden: int) -> None:
        key = self.random.choice(self.keys(1 - hidden) or [0])

        def change(connection: Connection) -> None:
            connection.execute("UPDATE tracks SET hidden = ? WHERE key = ?", (hidden, key))
            recount_tracks(connection)

        self.database.write_now(change)

    def delete(self, key: int) -> None:
        def change(connection: Connection) -> None:
            connection.execute("UPDATE tracks SET missing = 1, missing_since = 0 WHERE key = ?", (key,))
            purge_missing(connection, 1, 10)

        self.database.write_now(change)

    def listen(self) -> None:
        key, rating = self.random.choice(self.keys()), self.random.choice([None, 0, 3, 5])
        self.database.write_now(lambda connection: set_rating(connection, "owner", key, rating))
        self.database.write_now(lambda connection: add_play(connection, "owner", key, 1_700_000_000 + key))

    def happen(self) -> None:
        happenings = {
            lambda: self.add(self.random.randrange(1, 4)): 8,
            lambda: self.add(40): 1,
            lambda: self.retag(self.random.randrange(1, 6)): 6,
            self.listen: 3,
            lambda: self.set_hidden(1): 1,
            lambda: self.set_hidden(0): 1,
            lambda: self.delete(self.random.choice(self.keys())): 1,
            # The newest goes, and its key goes to another.
            lambda: (self.delete(max(self.keys())), self.add(2)): 1,
        }
        self.random.choices(list(happenings), list(happenings.values()))[0]()

    def keys(self, hidden: int = 0) -> list[int]:
        rows = self.database.read_now(
            lambda connection: connection.execute("SELECT key FROM tracks WHERE hidden = ?", (hidden,)).fetchall()
        )
        return [key for (key,) in rows]

    def page(self, wanted: TrackList, offset: int, size: int) -> list[str]:
        page = self.database.read_now(lambda connection: tracks_page(connection, wanted, PageSpec(offset, size)))
        return [orjson.loads(item)["id"] for item in page.items]


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "auralis.db")
    yield shelf
    shelf.database.close()


def agrees(shelf: Shelf, wanted: TrackList, offset: int) -> None:
    found = shelf.page(wanted, offset, PAGE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walk, "DEEP", 1_000_000)
        assert found == shelf.page(wanted, offset, PAGE), (wanted.sort, wanted.descending, offset)


@pytest.mark.parametrize("sort", TRACK_SORTS)
def test_pages_from_milestones_are_those_found_by_counting(shelf: Shelf, marks: Placed, sort: str) -> None:
    for _ in range(10):
        shelf.listen()
    for descending in (False, True):
        for offset in range(0, COUNT + 1, 3):
            agrees(shelf, TrackList(sort, descending), offset)
    assert sort == "random" or marks.used > COUNT // 10


def test_milestones_follow_whatever_happens(shelf: Shelf, marks: Placed) -> None:
    for _ in range(STEPS):
        shelf.happen()
        total = len(shelf.keys())
        for sort in ORDERED:
            agrees(shelf, TrackList(sort, shelf.random.random() < 0.5), shelf.random.randrange(10, total - 10))
    assert marks.placed > 0
    assert marks.used > 2 * marks.placed


def test_additions_and_retagging_do_not_place_milestones_anew(shelf: Shelf, marks: Placed) -> None:
    wanted = TrackList("title")
    for _ in range(3):
        agrees(shelf, wanted, 50)
    for _ in range(20):
        shelf.add(20)
        shelf.retag(3)
        agrees(shelf, wanted, shelf.random.randrange(10, len(shelf.keys()) - 10))
    assert marks.placed == 1
    (followed,) = marks._known.values()
    assert isinstance(followed, milestones._Followed)
    assert max(followed._counts) <= 2 * milestones.STEP


def test_too_many_changes_to_follow_place_milestones_anew(
    shelf: Shelf, marks: Placed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(milestones, "_MOST_ADDED", 5)
    monkeypatch.setattr(milestones, "_MOST_MOVED", 5)
    for change in (lambda: None, lambda: shelf.add(6), lambda: shelf.retag(6)):
        before = marks.placed
        change()
        for _ in range(3):
            agrees(shelf, TrackList("title"), 50)
        assert marks.placed == before + 1


def test_a_reader_of_an_older_state_is_not_misled(shelf: Shelf, marks: Placed) -> None:
    wanted = TrackList("title")
    for _ in range(3):
        agrees(shelf, wanted, 50)

    def read(connection: Connection) -> None:
        before = [orjson.loads(item)["id"] for item in tracks_page(connection, wanted, PageSpec(50, PAGE)).items]
        shelf.add(30)
        agrees(shelf, wanted, 50)
        after = [orjson.loads(item)["id"] for item in tracks_page(connection, wanted, PageSpec(50, PAGE)).items]
        assert after == before

    shelf.database.read_now(read)
    agrees(shelf, wanted, 60)
    assert marks.placed == 1


def test_the_oldest_changes_are_forgotten(shelf: Shelf) -> None:
    key = shelf.keys()[0]

    def change(connection: Connection) -> None:
        for number in range(2100):
            connection.execute("UPDATE tracks SET title_sort = ? WHERE key = ?", (f"{number}", key))

    shelf.database.write_now(change)
    kept, first, last = shelf.database.read_now(
        lambda connection: connection.execute("SELECT count(*), min(key), max(key) FROM track_moves").fetchone()
    )
    assert (kept, last - first + 1) == (4000, 4000)
    assert kept > milestones._MOST_MOVED


def test_milestones_are_placed_when_a_list_is_asked_for_again() -> None:
    class NoRows:
        def from_place(self, place: Place | None, skip: int) -> Place | None:
            asked.append((state.upheavals, skip))
            return Place(0, (), 1) if place is None else None

        def added(self, after: int) -> list[Place]:
            raise AssertionError

        moved = added

    asked: list[tuple[int, int]] = []
    known = Milestones()
    found = []
    for upheavals in (1, 1, 1, 2, 2):
        state = State(b"secret", 1, 5, upheavals)
        found.append(known.of("list", state, NoRows()) is not None)  # type: ignore[arg-type]
    assert found == [False, True, True, False, True]
    assert [upheavals for upheavals, skip in asked if skip == 0] == [1, 2]
