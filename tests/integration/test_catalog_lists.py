"""Lists: every page of every order, by offset and by cursor, is a part of one and the same whole."""

import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories import add_tracks, fingerprint, library_folder, track_record

from auralis.catalog import TRACK_SORTS, Catalog, Page, TrackFilter
from auralis.catalog.listings import albums_page, artists_page, tracks_page
from auralis.catalog.pages import PageSpec
from auralis.model.errors import InvalidInputError, NotFoundError
from auralis.model.library import TrackTags
from auralis.store import Database
from auralis.store.listener.annotations import add_play, set_favorite, set_rating
from auralis.store.lists import tracks as track_lists
from auralis.store.lists.browse import OpinionFilter
from auralis.store.lists.tracks import TrackList

COUNT = 211
SORT_VALUES = {
    "title": lambda track: track["title"],
    "duration": lambda track: track["duration"],
    "dateAdded": lambda track: track["dateAdded"],
    "year": lambda track: track["year"] or 0,
    "rating": lambda track: -1 if track["rating"] is None else track["rating"],
    "plays": lambda track: track["playCount"],
    "lastPlayed": lambda track: track["lastPlayed"] or "",
    "artist": lambda track: (track["artist"] or "~", track["album"] or "~"),
    "album": lambda track: (track["album"] or "~", track["discNumber"] or 0, track["trackNumber"] or 0),
}


def records() -> Iterator[Any]:
    """Yield tracks with many ties and gaps; titles and names are such that they sort as they are written."""
    rng = random.Random(7)
    for number in range(COUNT):
        album = rng.choice([None, "ant", "bee", "cat"])
        tags = TrackTags(
            title=rng.choice(["dawn", "dusk", "noon", f"song {number:03}"]),
            artist=rng.choice([None, "kim", "lee", "max"]),
            album=album,
            album_artist="all" if album else None,
            track_number=rng.choice([None, 1, 2, 3]),
            disc_number=rng.choice([None, 1, 2]),
            date=rng.choice([None, "1970", "1999", "2020"]),
            genres=tuple(rng.sample(["rock", "jazz", "folk"], rng.randrange(3))),
        )
        yield track_record(
            tags, b"music", b"%d.flac" % number, duration=rng.choice([61.5, 180.0, 240.25]), size=1000 + number
        )


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("lists") / "auralis.db"
    database = Database(path)
    add_tracks(database, library_folder(database, path.parent / "music"), list(records()))

    def listen(connection: Any) -> None:
        rng = random.Random(8)
        for key in rng.sample(range(1, COUNT + 1), 60):
            set_rating(connection, "owner", key, rng.choice([None, 0, 3, 5]))
        for key in rng.sample(range(1, COUNT + 1), 50):
            for _ in range(rng.randrange(1, 4)):
                add_play(connection, "owner", key, 1_700_000_000 + key)
        for key in rng.sample(range(1, COUNT + 1), 30):
            set_favorite(connection, "owner", key, favorite=True)

    database.write_now(listen)
    yield database
    database.close()


def read(database: Database, wanted: TrackList, spec: PageSpec) -> Page:
    return database.read_now(lambda connection: tracks_page(connection, wanted, spec))


def whole(database: Database, wanted: TrackList) -> list[dict[str, Any]]:
    return [orjson.loads(item) for item in read(database, wanted, PageSpec(0, 10_000)).items]


orders = st.builds(TrackList, st.sampled_from(TRACK_SORTS), st.booleans())
filters = st.sampled_from(
    [
        TrackFilter(),
        TrackFilter(artists=("kim",)),
        TrackFilter(artists=("Kim", "lee"), genres=("ROCK",)),
        TrackFilter(genres=("jazz", "folk")),
        TrackFilter(album="bee"),
        TrackFilter(year_min=1980),
        TrackFilter(year_max=1980),
        TrackFilter(duration_min=100, duration_max=200),
        TrackFilter(rating_min=3),
        TrackFilter(rating_max=3, favorite=True),
        TrackFilter(favorite=False),
        TrackFilter(played=True),
        TrackFilter(played=False, year_min=1990),
        TrackFilter(missing=False),
        TrackFilter(missing=True),
        TrackFilter(added_from=0, added_to=1),
        TrackFilter(artists=("nobody",)),
    ]
)
narrowed = st.builds(TrackList, st.sampled_from(TRACK_SORTS), st.booleans(), filters)


@pytest.mark.parametrize("sort", TRACK_SORTS)
def test_a_whole_list_is_in_its_order_and_backwards_in_the_other(database: Database, sort: str) -> None:
    rising = whole(database, TrackList(sort))
    assert len({track["id"] for track in rising}) == len(rising) == COUNT
    assert whole(database, TrackList(sort, descending=True)) == rising[::-1]
    if sort == "random":
        return
    values = [(SORT_VALUES[sort](track), track["id"]) for track in rising]
    if sort in ("artist", "album"):
        assert [value for value, _ in values] == sorted(value for value, _ in values)
    else:
        assert values == sorted(values), "ties are broken by id"


@given(seeds=st.lists(st.integers(0, 2**53), min_size=2, max_size=5, unique=True))
@settings(max_examples=20)
def test_each_seed_has_its_own_random_order(database: Database, seeds: list[int]) -> None:
    orders = [tuple(track["id"] for track in whole(database, TrackList("random", seed=seed))) for seed in seeds]
    assert len(set(orders)) == len(seeds)
    assert len({frozenset(order) for order in orders}) == 1
    assert orders[0] == tuple(track["id"] for track in whole(database, TrackList("random", seed=seeds[0])))


@given(seed=st.integers(0, 2**53), descending=st.booleans())
@settings(max_examples=20)
def test_a_random_order_is_the_same_sorted_here_or_by_the_database(
    database: Database, seed: int, descending: bool
) -> None:
    narrowed = TrackList("random", descending, TrackFilter(duration_min=0), seed=seed)
    assert whole(database, narrowed) == whole(database, TrackList("random", descending, seed=seed))


def test_a_random_order_scatters_neighbours(database: Database) -> None:
    listed = [track["id"] for track in whole(database, TrackList("dateAdded"))]
    place = {track: number for number, track in enumerate(listed)}
    shuffled = [place[track["id"]] for track in whole(database, TrackList("random", seed=1))]
    steps = [abs(after - before) for before, after in pairwise(shuffled)]
    assert len(set(steps)) > COUNT // 3, "even distances would be heard as a pattern"
    assert sum(steps) / len(steps) == pytest.approx(COUNT / 3, rel=0.2)


@given(wanted=narrowed, size=st.integers(1, 70))
@settings(max_examples=80)
def test_a_walk_by_cursor_is_the_whole_with_nothing_twice(database: Database, wanted: TrackList, size: int) -> None:
    items: list[bytes] = []
    cursor: str | None = ""
    while cursor is not None:
        page = read(database, wanted, PageSpec(0, size, cursor))
        items += page.items
        cursor = page.next_cursor
        assert page.total == len(whole(database, wanted))
    assert [orjson.loads(item) for item in items] == whole(database, wanted)


@given(wanted=narrowed, offset=st.integers(0, COUNT + 20), size=st.integers(1, 300))
@settings(max_examples=150)
def test_any_page_by_offset_is_that_part_of_the_whole(
    database: Database, wanted: TrackList, offset: int, size: int
) -> None:
    everything = whole(database, wanted)
    page = read(database, wanted, PageSpec(offset, size))
    assert [orjson.loads(item) for item in page.items] == everything[offset : offset + size]
    assert page.total == len(everything)
    assert (page.next_cursor is None) == (offset + len(page.items) >= page.total or not page.items)


@given(wanted=narrowed)
@settings(max_examples=60)
def test_a_filter_keeps_exactly_what_it_says(database: Database, wanted: TrackList) -> None:
    kept = {track["id"] for track in whole(database, wanted)}
    assert kept == {track["id"] for track in whole(database, TrackList()) if matches(track, wanted.filter)}


def matches(track: dict[str, Any], wanted: TrackFilter) -> bool:
    """Say whether a track passes, by its document alone."""
    names = {artist["name"].casefold() for artist in track["artists"]}
    checks = [
        not wanted.artists or names & {name.casefold() for name in wanted.artists},
        not wanted.genres or {*track["genres"]} & {name.casefold() for name in wanted.genres},
        wanted.album is None or track["album"] == wanted.album,
        wanted.year_min is None or (track["year"] or 0) >= wanted.year_min,
        wanted.year_max is None or (track["year"] is not None and track["year"] <= wanted.year_max),
        wanted.duration_min is None or track["duration"] >= wanted.duration_min,
        wanted.duration_max is None or track["duration"] <= wanted.duration_max,
        wanted.rating_min is None or (track["rating"] is not None and track["rating"] >= wanted.rating_min),
        wanted.rating_max is None or (track["rating"] is not None and track["rating"] <= wanted.rating_max),
        wanted.added_to is None or track["dateAdded"] < "1971",
        wanted.favorite is None or track["favorite"] == wanted.favorite,
        wanted.played is None or (track["playCount"] > 0) == wanted.played,
        wanted.missing is None or track["missing"] == wanted.missing,
    ]
    return all(checks)


@given(wanted=narrowed, offset=st.integers(0, COUNT), size=st.integers(1, 50))
@settings(max_examples=80)
def test_filters_that_many_pass_keep_the_same(database: Database, wanted: TrackList, offset: int, size: int) -> None:
    few = read(database, wanted, PageSpec(offset, size))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(track_lists, "_FEW_HITS", 0)
        assert read(database, wanted, PageSpec(offset, size)) == few


@given(first=narrowed, second=narrowed)
@settings(max_examples=40)
def test_a_cursor_is_refused_with_another_list(database: Database, first: TrackList, second: TrackList) -> None:
    cursor = read(database, first, PageSpec(0, 5)).next_cursor
    if cursor is None or first == second:
        return
    with pytest.raises(InvalidInputError):
        read(database, second, PageSpec(0, 5, cursor))


async def test_sorts_and_orders_that_do_not_exist_are_refused(database: Database) -> None:
    catalog = Catalog(database)
    with pytest.raises(InvalidInputError):
        await catalog.list_tracks("colour")
    with pytest.raises(InvalidInputError):
        await catalog.list_tracks(order="sideways")
    with pytest.raises(InvalidInputError):
        await catalog.list_albums("colour")


async def test_a_track_says_all_that_the_contract_names(database: Database) -> None:
    (item,) = (await Catalog(database).list_tracks(limit=1, sort="rating", order="desc")).items
    track = orjson.loads(item)
    assert set(track) == {
        *("id", "title", "artist", "artists", "album", "albumId", "albumArtist", "trackNumber", "discNumber", "year"),
        *("date", "genres", "duration", "format", "codec", "bitrate", "sampleRate", "channels", "bitDepth"),
        *("fileSize", "dateAdded", "lastPlayed", "playCount", "skipCount", "rating", "favorite", "artworkId"),
        *("loudnessLufs", "fingerprint", "missing", "revision"),
    }
    assert track["rating"] == 5
    assert track["fingerprint"] == "none"
    assert track["revision"] == 1
    assert track["missing"] is False
    assert orjson.loads(await Catalog(database).track(track["id"])) == track


async def test_single_things_that_do_not_exist_are_not_found(database: Database) -> None:
    catalog = Catalog(database)
    for ask in (catalog.track, catalog.album, catalog.artist, catalog.media_path, catalog.fingerprint):
        with pytest.raises(NotFoundError):
            await ask("nothing")
    assert await catalog.tracks(["nothing"]) == [None]
    assert await catalog.tracks([]) == []


async def test_tracks_come_in_the_order_asked_for_also_twice(database: Database) -> None:
    catalog = Catalog(database)
    ids = [orjson.loads(item)["id"] for item in (await catalog.list_tracks(limit=3)).items]
    wanted = [ids[2], "nothing", ids[0], ids[2]]
    found = await catalog.tracks(wanted)
    assert [item and orjson.loads(item)["id"] for item in found] == [ids[2], None, ids[0], ids[2]]


@pytest.mark.parametrize("sort", ["title", "artist", "year", "dateAdded"])
def test_albums_are_walked_in_every_order(database: Database, sort: str) -> None:
    for order in ("asc", "desc"):
        items: list[bytes] = []
        cursor: str | None = ""
        while cursor is not None:
            spec = PageSpec(0, 2, cursor)
            page = database.read_now(
                lambda db, order=order, spec=spec: albums_page(db, sort, order, spec, OpinionFilter())
            )
            items += page.items
            cursor = page.next_cursor
        assert sorted(orjson.loads(item)["title"] for item in items) == ["ant", "bee", "cat"]
        assert page.total == 3


def test_artists_are_listed_by_name(database: Database) -> None:
    page = database.read_now(lambda db: artists_page(db, "name", "asc", PageSpec(), OpinionFilter()))
    artists = [orjson.loads(item) for item in page.items]
    assert [artist["name"] for artist in artists] == ["all", "kim", "lee", "max"]
    tracks = whole(database, TrackList())
    for artist in artists[1:]:
        mine = [track for track in tracks if track["artist"] == artist["name"]]
        assert artist["trackCount"] == len(mine)
        assert artist["albumCount"] == len({track["albumId"] for track in mine} - {None})
    assert artists[0]["trackCount"] == 0
    assert artists[0]["albumCount"] == 3


async def test_an_album_holds_its_tracks_in_playing_order(database: Database) -> None:
    catalog = Catalog(database)
    tracks = whole(database, TrackList())
    for item in (await catalog.list_albums()).items:
        listed = orjson.loads(item)
        album = orjson.loads(await catalog.album(listed["id"]))
        mine = [track for track in tracks if track["albumId"] == listed["id"]]
        assert {track["id"] for track in album["tracks"]} == {track["id"] for track in mine}
        places = [(track["discNumber"] or 0, track["trackNumber"] or 0, track["title"]) for track in album["tracks"]]
        assert places == sorted(places)
        assert album["trackCount"] == len(mine)
        assert album["duration"] == pytest.approx(sum(track["duration"] for track in mine), abs=0.01)
        assert album["year"] == 1970
        assert album["artist"] == "all"
        assert {key: album[key] for key in listed} == listed


async def test_an_artist_shows_albums_and_tracks(database: Database) -> None:
    catalog = Catalog(database)
    listed = orjson.loads((await catalog.list_artists()).items[1])
    artist = orjson.loads(await catalog.artist(listed["id"]))
    assert artist["name"] == "kim"
    assert len(artist["albums"]) == listed["albumCount"]
    assert len(artist["tracks"]) == listed["trackCount"]
    assert {track["artist"] for track in artist["tracks"]} == {"kim"}


async def test_figures_are_those_of_the_tracks(database: Database) -> None:
    catalog = Catalog(database)
    tracks = whole(database, TrackList())
    stats = await catalog.stats()
    assert stats == {
        "tracks": COUNT,
        "albums": 3,
        "artists": 4,
        "genres": 3,
        "duration": pytest.approx(sum(track["duration"] for track in tracks), abs=0.01),
        "size": sum(track["fileSize"] for track in tracks),
        "formats": [
            {
                "format": "flac",
                "trackCount": COUNT,
                "duration": pytest.approx(sum(track["duration"] for track in tracks)),
                "size": sum(track["fileSize"] for track in tracks),
            }
        ],
        "missing": 0,
        "analysed": 0,
        "problems": 0,
    }
    genres = [orjson.loads(item) for item in (await catalog.genres()).items]
    counts = {name: sum(name in track["genres"] for track in tracks) for name in ("rock", "jazz", "folk")}
    assert {genre["name"]: genre["trackCount"] for genre in genres} == counts
    assert [genre["trackCount"] for genre in genres] == sorted(counts.values(), reverse=True)
    by_name = [orjson.loads(item)["name"] for item in (await catalog.genres("name")).items]
    assert by_name == ["folk", "jazz", "rock"]
    years = [orjson.loads(item) for item in (await catalog.years()).items]
    counted = {year: sum(track["year"] == year for track in tracks) for year in (2020, 1999, 1970, None)}
    assert [(year["year"], year["trackCount"]) for year in years] == list(counted.items())


async def test_a_fingerprint_comes_back_and_shows_in_lists(tmp_path: Path) -> None:
    database = Database(tmp_path / "auralis.db")
    try:
        catalog = Catalog(database)
        add_tracks(database, library_folder(database, tmp_path / "music"), list(records())[:5])
        ids = await catalog.tracks_to_analyse(1, 100)
        assert len(ids) == 5
        measured = fingerprint(loudness_lufs=-11.1234567)
        await catalog.save_fingerprint(ids[0], measured)
        assert await catalog.fingerprint(ids[0]) == measured
        track = orjson.loads(await catalog.track(ids[0]))
        assert (track["fingerprint"], track["loudnessLufs"], track["revision"]) == ("full", -11.12, 1)
        await catalog.record_analysis_failure(ids[1], "It is silent all through.", 1)
        assert await catalog.tracks_to_analyse(1, 100) == ids[2:]
        assert await catalog.tracks_to_analyse(1, 2) == ids[2:4]
        assert tuple(await catalog.analysis_counts(1)) == (1, 5, 1)
        assert (await catalog.stats())["analysed"] == 1
        (problem,) = (await catalog.problems()).items
        assert orjson.loads(problem)["reason"] == "It is silent all through."
        assert orjson.loads(problem)["path"].startswith("music/")
        assert sorted(await catalog.tracks_to_analyse(2, 100)) == sorted(ids), "a new version measures all anew"
        await catalog.save_fingerprint(ids[1], measured)
        assert (await catalog.problems()).items == []
    finally:
        database.close()
