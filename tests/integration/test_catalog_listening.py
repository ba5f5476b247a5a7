"""What belongs to a listener: plays, ratings, the player's state, and what is played from."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.factories import filled_library

from auralis.catalog import Catalog
from auralis.model.errors import InvalidInputError, NotFoundError
from auralis.store import Database
from auralis.store.library.records import Batch
from auralis.store.library.writing import LibraryWriter


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = filled_library(tmp_path / "auralis.db", 60)
    yield database
    database.close()


@pytest.fixture
def catalog(database: Database) -> Catalog:
    return Catalog(database)


async def first(catalog: Catalog, **listing: Any) -> dict[str, Any]:
    return dict(orjson.loads((await catalog.list_tracks(limit=1, **listing)).items[0]))


async def test_plays_are_counted_one_by_one(catalog: Catalog) -> None:
    track = (await first(catalog))["id"]
    await asyncio.gather(*(catalog.record_play("owner", track, 1_700_000_000.25 + n) for n in range(25)))
    played = orjson.loads(await catalog.track(track))
    assert played["playCount"] == 25
    assert played["lastPlayed"] == "2023-11-14T22:13:44.250Z"
    assert (await first(catalog, sort="plays", order="desc"))["id"] == track


async def test_ratings_and_favourites_are_set_and_taken_back(catalog: Catalog) -> None:
    track = (await first(catalog))["id"]
    for rating in (5, 0, None):
        await catalog.rate("owner", track, rating)
        assert orjson.loads(await catalog.track(track))["rating"] == rating
    for favorite in (True, False):
        await catalog.set_favorite("owner", track, favorite=favorite)
        assert orjson.loads(await catalog.track(track))["favorite"] is favorite
    for wrong in (-1, 6, 2.5):
        with pytest.raises(InvalidInputError):
            await catalog.rate("owner", track, wrong)  # type: ignore[arg-type]


async def test_what_is_not_there_cannot_be_played_or_rated(catalog: Catalog) -> None:
    with pytest.raises(NotFoundError):
        await catalog.record_play("owner", "nothing")
    with pytest.raises(NotFoundError):
        await catalog.rate("owner", "nothing", 3)


async def test_contexts_give_tracks_in_playing_order(catalog: Catalog) -> None:
    listed = [orjson.loads(item) for item in (await catalog.list_tracks("artist", "desc", limit=100)).items]
    everything = await catalog.context_tracks({"type": "library", "sort": "artist", "order": "desc"})
    assert everything == [(track["id"], pytest.approx(track["duration"], abs=0.001)) for track in listed]
    album = orjson.loads((await catalog.list_albums()).items[0])
    shown = orjson.loads(await catalog.album(album["id"]))["tracks"]
    assert await catalog.context_track_ids("album", album["id"]) == [track["id"] for track in shown]
    artist = orjson.loads((await catalog.list_artists()).items[0])
    theirs = orjson.loads(await catalog.artist(artist["id"]))["tracks"]
    assert await catalog.context_track_ids("artist", artist["id"]) == [track["id"] for track in theirs]
    found = [orjson.loads(item)["id"] for item in (await catalog.search_tracks("night", limit=100)).items]
    assert await catalog.context_track_ids("search", query="night") == found
    some = [listed[3]["id"], listed[1]["id"], listed[3]["id"]]
    assert await catalog.context_track_ids("tracks", track_ids=some) == some


@pytest.mark.parametrize("sort", ["title", "album", "rating"])
@pytest.mark.parametrize("at", [0, 1, 20, 58, 59])
async def test_a_long_context_is_cut_around_what_was_chosen(catalog: Catalog, sort: str, at: int) -> None:
    everything = await catalog.context_track_ids("library", sort=sort)
    for track in everything[5:40:7]:
        await catalog.rate("owner", track, 4)
    everything = await catalog.context_track_ids("library", sort=sort)
    window = await catalog.context_track_ids("library", sort=sort, around=everything[at], limit=10)
    assert len(window) == 10
    assert everything[at] in window
    start = everything.index(window[0])
    assert window == everything[start : start + 10]
    assert await catalog.context_track_ids("library", sort=sort, limit=10) == everything[:10]


async def test_contexts_that_do_not_exist_are_refused(catalog: Catalog) -> None:
    for kind in ("album", "artist"):
        with pytest.raises(NotFoundError):
            await catalog.context_track_ids(kind, "nothing")
    with pytest.raises(NotFoundError):
        await catalog.context_track_ids("tracks", track_ids=["nothing"])
    with pytest.raises(InvalidInputError):
        await catalog.context_track_ids("weather")


async def test_missing_tracks_are_listed_but_left_out_of_what_plays(database: Database, catalog: Catalog) -> None:
    database.write_now(lambda db: LibraryWriter(1).write(db, Batch(missing=[7])))
    missing = [
        track
        for track in (orjson.loads(item) for item in (await catalog.list_tracks(limit=100)).items)
        if track["missing"]
    ]
    assert len(missing) == 1
    assert (await catalog.list_tracks()).total == 60
    assert missing[0]["id"] not in await catalog.context_track_ids("library")
    assert await catalog.context_track_ids("tracks", track_ids=[missing[0]["id"]]) == [missing[0]["id"]]
    assert missing[0]["id"] not in await catalog.tracks_to_analyse(1, 100)
