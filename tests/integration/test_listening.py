"""Plays, skips, ratings, favourites and the history: kept, told, and read back at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from tests.factories import filled_library
from tests.integration.test_socket import connected
from tests.server import RunningServer

from auralis.bus import Bus
from auralis.catalog import Catalog
from auralis.catalog.listening import Listening
from auralis.catalog.pages import PageSpec
from auralis.model.events import TrackListened
from auralis.settings import SettingsBook
from auralis.store import Database


class World:
    def __init__(self, path: Path) -> None:
        self.database: Database = filled_library(path, 30)
        self.bus = Bus()
        self.events: list[TrackListened] = []
        self.bus.subscribe(TrackListened, self.events.append)
        self.book = SettingsBook(self.database, self.bus)
        self.listening = Listening(self.database, self.bus, self.book)
        self.catalog = Catalog(self.database, self.listening)

    async def tracks(self) -> list[str]:
        return [orjson.loads(item)["id"] for item in (await self.catalog.list_tracks(limit=30)).items]

    async def history(self, **place: Any) -> list[dict[str, Any]]:
        return [orjson.loads(item) for item in (await self.listening.history(PageSpec(**place))).items]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    built = World(tmp_path / "auralis.db")
    yield built
    built.database.close()


async def test_the_history_tells_the_newest_first_and_outlives_the_tracks(world: World) -> None:
    tracks = await world.tracks()
    for number, track in enumerate([*tracks[:5], tracks[0]]):
        await world.listening.record_play("owner", track, 1_700_000_000.5 + number)
    played = await world.history()
    assert [each["track"]["id"] for each in played] == [tracks[0], *reversed(tracks[:5])]
    assert played[0]["playedAt"] == "2023-11-14T22:13:25.500Z"
    assert played[0]["track"]["playCount"] == 2
    titles = [each["title"] for each in played]
    world.database.write_now(lambda db: db.execute("DELETE FROM tracks WHERE id = ?", (tracks[0],)))
    world.database.write_now(lambda db: db.execute("UPDATE tracks SET hidden = 1 WHERE id = ?", (tracks[1],)))
    after = await world.history()
    assert [each["title"] for each in after] == titles
    assert [each["track"] and each["track"]["id"] for each in after] == [
        None,
        tracks[4],
        tracks[3],
        tracks[2],
        None,
        None,
    ]
    walked, cursor = [], ""
    while cursor is not None:
        page = await world.listening.history(PageSpec(0, 2, cursor))
        walked += [orjson.loads(item)["id"] for item in page.items]
        cursor = page.next_cursor
    assert walked == [each["id"] for each in after]


async def test_a_clock_set_back_loses_no_play(world: World) -> None:
    (track, *_) = await world.tracks()
    for at in (2_000_000_000.0, 1_000_000_000.0, 1_000_000_000.0):
        await world.listening.record_play("owner", track, at)
    assert len(await world.history()) == 3
    assert world.events[-1].changes["playCount"] == 3


async def test_who_keeps_no_history_still_has_counts(world: World) -> None:
    (track, *_) = await world.tracks()
    await world.book.change({"listening.history": False})
    await world.listening.record_play("owner", track)
    assert await world.history() == []
    assert orjson.loads(await world.catalog.track(track))["playCount"] == 1


async def test_each_change_is_told_with_what_has_changed(world: World) -> None:
    (track, *_) = await world.tracks()
    await world.listening.rate("owner", track, 4)
    await world.listening.set_favorite("owner", track, favorite=True)
    await world.listening.record_skip("owner", track)
    await world.listening.record_play("owner", track, 0.0)
    await world.listening.rate("owner", track, None)
    assert [event.changes for event in world.events] == [
        {"rating": 4},
        {"favorite": True},
        {"skipCount": 1},
        {"playCount": 1, "lastPlayed": "1970-01-01T00:00:00.000Z"},
        {"rating": None},
    ]
    shown = orjson.loads(await world.catalog.track(track))
    assert shown.items() >= {"rating": None, "favorite": True, "skipCount": 1, "playCount": 1}.items()


def put(client: httpx.Client, path: str, body: Any) -> httpx.Response:
    return client.put(path, json=body)


async def test_ratings_and_favourites_through_the_doors(demo_server: RunningServer) -> None:
    listener, _ = await connected(demo_server, "listener")
    track = demo_server.get("/tracks", limit=1)[0]["id"]
    with demo_server.client as client:
        for rating in (5, 0, None):
            rated = put(client, f"/tracks/{track}/rating", {"rating": rating})
            assert rated.json()["data"]["rating"] == rating
            assert demo_server.get("/tracks", limit=1)[0]["rating"] == rating
            told = await listener.until(lambda frame: frame["type"] == "track.updated" and "rating" in frame["data"])
            assert told["data"] == {"trackId": track, "rating": rating}
        for favorite in (True, False):
            assert (
                put(client, f"/tracks/{track}/favorite", {"favorite": favorite}).json()["data"]["favorite"] is favorite
            )
            assert len(demo_server.get("/tracks", favorite=True)) == int(favorite)
        for path, body, status in (
            (f"/tracks/{track}/rating", {"rating": 6}, 422),
            (f"/tracks/{track}/rating", {"rating": -1}, 422),
            (f"/tracks/{track}/rating", {"rating": 2.5}, 422),
            (f"/tracks/{track}/rating", {"rating": "3"}, 422),
            (f"/tracks/{track}/rating", {"rating": True}, 422),
            (f"/tracks/{track}/rating", {}, 422),
            (f"/tracks/{track}/favorite", {"favorite": "yes"}, 422),
            (f"/tracks/{track}/favorite", {"favorite": None}, 422),
            ("/tracks/nothing/rating", {"rating": 3}, 404),
            ("/tracks/nothing/favorite", {"favorite": True}, 404),
        ):
            assert put(client, path, body).status_code == status, (path, body)
    await listener.connection.close()
