"""How SQLite goes about each statement: along an index, never through a big table, never sorting what is hot."""

import importlib
import pkgutil
import sqlite3
from collections.abc import Iterator

import pytest

import auralis.store
from auralis.store import creation
from auralis.store.lists import browse, search
from auralis.store.lists.order import Order
from auralis.store.lists.search import SearchTable
from auralis.store.lists.tracks import TRACK_ORDERS
from auralis.store.statements import Statement

BIG = ("tracks", "albums", "artists", "track_artists", "track_genres", "annotations", "fingerprints", "directories")
SMALL_SORTS = {
    "lists.browse._ALBUM_TRACKS": "the tracks of one album",
    "lists.browse._ARTIST_TRACKS": "the tracks of one artist",
    "lists.browse._ARTIST_ALBUMS": "the albums of one artist",
    "library.album_artwork._ARTISTS": "the artists of one album",
    "lists.search.TRACKS.popular": "a page of hits",
    "lists.search.ALBUMS.popular": "a page of hits",
    "lists.search.ARTISTS.popular": "a page of hits",
    "lists.search.LYRICS.popular": "a page of hits",
    "lists.search.PLAYLISTS.popular": "a page of hits",
    "listener.jobs._LIST": "jobs are few",
    "listener.jobs._UNFINISHED": "jobs are few",
    "listener.references._LIST": "references are few",
    "lists.statistics._GENRES": "genres are few",
    "lists.statistics._FORMATS": "formats are few",
    "library.figures._COVERS": "what one batch of a scan touched",
    "library.figures._ARTIST_FIGURES": "what one batch of a scan touched",
    "library.directories._ALBUMS": "the albums of one directory",
}
"""What may sort, and why it has little to sort."""

SEARCH_FILTERS = (("artists",), ("genres", "year_min"), ("duration_min", "duration_max"), ("rating_min",), ("missing",))
"""Some of the filters that a search is narrowed by."""

WHOLE_TABLES = {
    "library.figures._ALL": "brought up to date as a whole: after a crash, or with a folder",
    "library.fingerprints._COUNT": "fitted to the library, in the background",
    "library.fingerprints._SAMPLE": "fitted to the library, in the background",
    "listener.jobs._FINISHED": "jobs are few, and forgotten when they are old",
    "library.album_artwork._SHOWING": "when a picture turns out to be none",
}
"""What may go through a whole table, and when it does."""

ALL_SHOWN = {
    "library.state._RECOUNT": "counts the tracks, when some were hidden or shown again",
    "library.vectors._COUNT": "counts what is held in memory to be searched",
    "lists.browse._COUNT_ALBUMS": "counts albums",
    "lists.browse._COUNT_ARTISTS": "counts artists",
}
"""What may go along all that is shown, and for what."""


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    creation.create(connection)
    yield connection
    connection.close()


def statements() -> dict[str, Statement]:
    """Return every statement that the store declares, by module and name."""
    found: dict[str, Statement] = {}
    for module in pkgutil.walk_packages(auralis.store.__path__, "auralis.store."):
        if "migrations" in module.name:
            continue
        short = module.name.removeprefix("auralis.store.")
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, Statement):
                found[f"{short}.{name}"] = value
            elif isinstance(value, SearchTable) and short == "lists.search":
                found[f"{short}.{name}.popular"] = value.popular
                for names in ((), *SEARCH_FILTERS):
                    if names and value is not search.TRACKS:
                        continue
                    parts = vars(value.narrowed(names)).items()
                    found |= {".".join((short, name, *names, part)): statement for part, statement in parts}
            elif isinstance(value, (dict, list, tuple)) and name.startswith("_"):
                parts = value.values() if isinstance(value, dict) else value
                found |= {f"{short}.{name}": part for part in parts if isinstance(part, Statement)}
    return found


def plan(connection: sqlite3.Connection, statement: Statement) -> list[str]:
    class Anything(dict[str, object]):
        def __missing__(self, name: str) -> object:
            return "[1]"

    rows = connection.execute(f"EXPLAIN QUERY PLAN {statement.sql}", Anything(statement.constants))
    return [row[3] for row in rows]


def scanned(steps: list[str]) -> list[str]:
    """Return the steps that go through a big table, or through all that is shown of one to find a few."""
    return [step for step in steps if any(step.split()[:2] == ["SCAN", name] for name in BIG)]


STATEMENTS = statements()


def test_the_statements_are_found() -> None:
    assert len(STATEMENTS) > 70
    assert "lists.documents._BY_KEYS" in STATEMENTS


@pytest.mark.parametrize("name", sorted(STATEMENTS.keys() - WHOLE_TABLES))
def test_no_statement_goes_through_a_big_table_or_sorts_much(name: str, connection: sqlite3.Connection) -> None:
    steps = plan(connection, STATEMENTS[name])
    assert not scanned(steps), steps
    if name not in SMALL_SORTS and not (name.startswith("lists.search.") and name.endswith(".ranked")):
        assert not [step for step in steps if "TEMP B-TREE" in step], steps


@pytest.mark.parametrize("name", sorted(STATEMENTS.keys() - WHOLE_TABLES))
def test_only_counts_and_walks_go_along_all_that_is_shown(name: str, connection: sqlite3.Connection) -> None:
    """An index that begins with ``hidden`` and is asked for nothing more holds the whole library."""
    if name not in ALL_SHOWN:
        assert not along_all(plan(connection, STATEMENTS[name]))


def along_all(steps: list[str]) -> list[str]:
    return [step for step in steps if step.endswith(("(hidden=?)", "(shown=?)"))]


def sorts(steps: list[str]) -> list[str]:
    return [step for step in steps if "TEMP B-TREE" in step]


@pytest.mark.parametrize("name", sorted({*SMALL_SORTS, *WHOLE_TABLES, *ALL_SHOWN}))
def test_nothing_is_excused_that_needs_no_excuse(name: str, connection: sqlite3.Connection) -> None:
    steps = plan(connection, STATEMENTS[name])
    assert (name in SMALL_SORTS) <= bool(sorts(steps)), steps
    assert (name in ALL_SHOWN) <= bool(along_all(steps)), steps
    assert (name in WHOLE_TABLES) <= any(step.startswith("SCAN") for step in steps), steps


@pytest.mark.parametrize("name", [name for name in TRACK_ORDERS if name != "random"])
def test_what_milestones_follow_is_found_by_key(name: str, connection: sqlite3.Connection) -> None:
    order = TRACK_ORDERS[name]
    (added,) = plan(connection, order.added(0))
    assert added.startswith("SEARCH tracks USING"), added
    assert added.endswith(("(rowid>?)", "(hidden=? AND key>?)", "(hidden=? AND rowid>?)")), added
    if order.stretches[0].columns:
        assert plan(connection, order.moved(0)) == ["SEARCH track_moves USING INTEGER PRIMARY KEY (rowid>?)"]


ORDERS: dict[str, Order] = {
    **{f"tracks by {name}": order for name, order in TRACK_ORDERS.items() if name != "random"},
    **{f"albums by {name}": order for name, order in browse.ALBUM_ORDERS.items()},
    **{f"artists by {name}": order for name, order in browse.ARTIST_ORDERS.items()},
}


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("descending", [False, True])
def test_pages_are_walks_along_one_covering_index(name: str, descending: bool, connection: sqlite3.Connection) -> None:
    order = ORDERS[name]
    for number, stretch in enumerate(order.stretches):
        for ties in (None, *range(len(stretch.columns) + 1)):
            for statement in (
                order.walk(number, (), ties, descending=descending),
                order.count(number, (), ties, descending=descending),
            ):
                steps = plan(connection, statement)
                assert "COVERING INDEX" in steps[0], steps
                assert steps[0].startswith("SEARCH"), steps
                assert not [step for step in steps if "TEMP B-TREE" in step or step.startswith("SCAN")], steps
                if ties is not None:
                    assert steps[0].count("=?") + steps[0].count(">?") + steps[0].count("<?") >= 1 + ties + 1, steps


@pytest.mark.parametrize("name", ORDERS)
@pytest.mark.parametrize("descending", [False, True])
def test_what_is_passed_over_is_one_covering_index(name: str, descending: bool, connection: sqlite3.Connection) -> None:
    order = ORDERS[name]
    for number, stretch in enumerate(order.stretches):
        step, *more = plan(connection, order.skip(number, descending=descending))
        assert not [each for each in more if "TEMP B-TREE" in each or each.startswith("SCAN")], more
        assert step.startswith("SEARCH"), step
        assert "COVERING INDEX" in step, step
        assert stretch.first is None or "hidden" in step, step


@pytest.mark.parametrize("wanted", ["artists", "album", "rating_min", "favorite", "missing"])
def test_narrow_filters_start_from_what_they_leave(wanted: str, connection: sqlite3.Connection) -> None:
    steps = plan(connection, TRACK_ORDERS["title"].walk(0, (wanted,), None, descending=False))
    assert "tracks_by_title" not in steps[0], steps
    assert steps[0].startswith("SEARCH"), steps


def test_search_goes_through_the_full_text_index(connection: sqlite3.Connection) -> None:
    for searched in (search.TRACKS, search.ALBUMS, search.ARTISTS):
        plain = searched.plain
        for statement in (plain.count, plain.ranked, plain.unranked, plain.rest):
            assert "VIRTUAL TABLE INDEX" in plan(connection, statement)[0]
        assert len(plan(connection, plain.unranked)) == 1


@pytest.mark.parametrize("names", SEARCH_FILTERS)
def test_a_narrowed_search_starts_from_the_full_text_index(
    names: tuple[str, ...], connection: sqlite3.Connection
) -> None:
    for statement in vars(search.TRACKS.narrowed(names)).values():
        steps = plan(connection, statement)
        assert "VIRTUAL TABLE INDEX" in steps[0], steps
        assert "SEARCH tracks USING INTEGER PRIMARY KEY (rowid=?)" in steps, steps
