"""The library as it lies in its folders, and its figures: as a slow look at everything gives them."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories import add_tracks, library_folder, track_record

from auralis.catalog import Catalog
from auralis.catalog.listings import directory_page
from auralis.catalog.pages import PageSpec
from auralis.model.errors import NotFoundError
from auralis.model.library import TrackTags
from auralis.store import Database, migrations
from auralis.store.lists import statistics

PLACES = [
    *(b"", b"a", b"a/x", b"a/x/deep", b"a b", b"a!/y", b"ab", b"only/deep/down", "björk/éé".encode(), b"odd\xff\xfe"),
    *(b"odd\xff\xfe/in", b"\xff", b"a.b/c", b"a0", b"100%/_"),
]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "auralis.db")
    records = [
        track_record(TrackTags(title=f"{number} {name}"), place, b"%d.flac" % name, inode=100 * number + name)
        for number, place in enumerate(PLACES)
        for name in range(3)
    ]
    add_tracks(database, library_folder(database, tmp_path / "music"), records)
    library_folder(database, tmp_path / "empty")
    yield database
    database.close()


def listed(database: Database, path: str, offset: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
    page = database.read_now(lambda db: directory_page(db, path, PageSpec(offset, limit), "owner"))
    return [orjson.loads(item) for item in page.items]


def walked(database: Database, path: str) -> Iterator[tuple[str, list[str]]]:
    """Yield every directory from ``path`` down with the names of its tracks."""
    entries = listed(database, path)
    yield path, [entry["name"] for entry in entries if entry["kind"] == "track"]
    for entry in entries:
        if entry["kind"] == "directory":
            yield from walked(database, entry["path"])


def test_a_walk_down_the_folders_meets_every_track_once(database: Database) -> None:
    top = listed(database, "")
    assert [entry["name"] for entry in top] == ["empty", "music"]
    assert listed(database, top[0]["path"]) == []
    found = dict(walked(database, top[1]["path"]))
    assert sorted(len(names) for names in found.values() if names) == [3] * len(PLACES)
    assert set(found[top[1]["path"]]) == {"0.flac", "1.flac", "2.flac"}
    here = listed(database, f"{top[1]['path']}/a")
    assert [(entry["kind"], entry["name"]) for entry in here] == [
        ("directory", "x"),
        ("track", "0.flac"),
        ("track", "1.flac"),
        ("track", "2.flac"),
    ]
    assert here[1]["track"]["title"] == "1 0"


def test_any_page_of_a_directory_is_that_part_of_it(database: Database) -> None:
    path = listed(database, "")[1]["path"]
    whole = listed(database, path)
    for offset in range(len(whole) + 2):
        for limit in (1, 2, 5):
            assert listed(database, path, offset, limit) == whole[offset : offset + limit]


@pytest.mark.parametrize("below", ["..", "a/..", "../music", "a/../a", "/a", "A", "a/", "nothing", "a/x/deep/er", "\0"])
def test_nothing_but_the_librarys_directories_is_ever_listed(database: Database, below: str) -> None:
    folder = listed(database, "")[1]["path"]
    if below == "a/":
        assert listed(database, f"{folder}/a/") == listed(database, f"{folder}/a")
        return
    for path in (f"{folder}/{below}", below if below != "a/" else "x"):
        with pytest.raises(NotFoundError):
            listed(database, path)


@given(path=st.text(max_size=30))
@settings(max_examples=100)
def test_no_path_is_a_fault(tmp_path_factory: pytest.TempPathFactory, path: str) -> None:
    database = Database(tmp_path_factory.mktemp("tree") / "auralis.db")
    try:
        if path.rstrip("/"):
            with pytest.raises(NotFoundError):
                listed(database, path)
    finally:
        database.close()


changes = st.lists(
    st.tuples(
        st.sampled_from(["add", "change", "hide", "show", "delete"]),
        st.integers(1, 12),
        st.sampled_from(["flac", "mp3"]),
        st.floats(0.001, 1000),
        st.integers(0, 10**9),
    ),
    max_size=25,
)


@given(changes=changes)
@settings(max_examples=60, deadline=None)
def test_figures_by_format_follow_every_change(tmp_path_factory: pytest.TempPathFactory, changes: list[Any]) -> None:
    database = Database(tmp_path_factory.mktemp("figures") / "auralis.db")
    try:
        folder = library_folder(database, Path("/music"))
        add_tracks(database, folder, [track_record(TrackTags(title="t"), b"m", b"%d" % n) for n in range(6)])

        def write(connection: sqlite3.Connection) -> None:
            for what, key, kind, seconds, size in changes:
                if what in {"hide", "show"}:
                    connection.execute("UPDATE tracks SET hidden = ? WHERE key = ?", (what == "hide", key))
                elif what == "change":
                    values = (kind, seconds, size, key)
                    connection.execute(
                        "UPDATE tracks SET format = ?, duration_seconds = ?, size = ? WHERE key = ?", values
                    )
                elif what == "delete":
                    connection.execute("DELETE FROM tracks WHERE key = ?", (key,))

        database.write_now(write)
        rows = database.read_now(
            lambda db: db.execute("SELECT format, duration_seconds, size FROM tracks WHERE hidden = 0").fetchall()
        )
        counts = Counter(kind for kind, _, _ in rows)
        stats = database.read_now(statistics.library_totals)
        assert stats["tracks"] == len(rows)
        assert stats["size"] == sum(size for _, _, size in rows)
        assert stats["duration"] == pytest.approx(sum(seconds for _, seconds, _ in rows), abs=0.001 * len(rows) + 1e-9)
        assert {each["format"]: each["trackCount"] for each in stats["formats"]} == dict(counts)
    finally:
        database.close()


async def test_missing_tracks_are_counted_with_those_whose_folder_is_away(database: Database) -> None:
    def lose(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE tracks SET missing = 1 WHERE key IN (1, 2)")

    database.write_now(lose)
    catalog = Catalog(database)
    assert (await catalog.stats())["missing"] == 2
    database.write_now(lambda db: db.execute("UPDATE library_folders SET away = 'gone' WHERE key = 1"))
    stats = await catalog.stats()
    assert stats["missing"] == stats["tracks"] == 3 * len(PLACES)


def test_a_library_of_an_older_version_comes_to_the_same_words_and_figures(database: Database) -> None:
    tables = ("search_words", "format_figures")

    def rows(connection: sqlite3.Connection) -> dict[str, list[Any]]:
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables}

    add_tracks(database, 1, [track_record(TrackTags(title="Björk Ole 99 ab", artist="The 3rd"), b"new", b"x.flac")])
    before = database.read_now(rows)
    assert ("bjork",) in before["search_words"]
    path = database.path
    database.close()
    connection = sqlite3.connect(path, isolation_level=None)
    migrations.downgrade(connection, "0001")
    migrations.upgrade(connection)
    assert rows(connection) == before
    connection.close()
