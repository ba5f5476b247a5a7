"""The queue through its doors: REST and socket, with revisions and conflicts."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.integration.test_socket import connected
from tests.server import RunningServer, running_server


@pytest.fixture
def tracks(demo_server: RunningServer) -> list[str]:
    listed = demo_server.get("/tracks", limit=24)
    with demo_server.client as client:
        client.post("/player/load", json={"trackId": listed[0]["id"]})
        client.post("/queue/clear")
        client.post("/player/shuffle", json={"enabled": False})
        client.post("/player/repeat", json={"mode": "off"})
    return [track["id"] for track in listed]


def post(server: RunningServer, path: str, body: Any = None, **headers: str) -> httpx.Response:
    with server.client as client:
        return client.post(path, json=body, headers=headers)


def done(server: RunningServer, path: str, body: Any = None) -> dict[str, Any]:
    response = post(server, path, body)
    assert response.status_code == 200, response.text
    return dict(response.json()["data"])


def names(state: dict[str, Any]) -> list[str]:
    return [entry["track"]["id"] for entry in state["entries"]]


def test_tracks_albums_and_searches_are_added_where_they_are_asked_for(
    demo_server: RunningServer, tracks: list[str]
) -> None:
    assert done(demo_server, "/queue/clear")["total"] == 0
    done(demo_server, "/queue/add", {"trackIds": tracks[:3]})
    done(demo_server, "/queue/add", {"trackIds": [tracks[3]], "position": "next"})
    state = done(demo_server, "/queue/add", {"trackIds": [tracks[4]], "position": "end"})
    assert names(state) == [tracks[0], tracks[3], tracks[1], tracks[2], tracks[4]]
    assert [entry["lane"] for entry in state["entries"]][1:3] == ["next", "later"]
    album = demo_server.get("/albums", limit=1)[0]
    state = done(demo_server, "/queue/add", {"context": {"type": "album", "id": album["id"]}, "position": "now"})
    assert state["total"] == 5 + album["trackCount"]
    player = demo_server.get("/player")
    assert player["isPlaying"]
    assert player["current"]["track"]["albumId"] == album["id"]
    assert demo_server.get("/queue", offset=3, limit=2)["entries"] == state["entries"][3:5]


def test_entries_are_moved_removed_and_brought_back(demo_server: RunningServer, tracks: list[str]) -> None:
    state = done(demo_server, "/queue/add", {"trackIds": tracks[:5]})
    entries = [entry["entryId"] for entry in state["entries"]]
    moved = done(demo_server, "/queue/reorder", {"entryId": entries[4], "afterEntryId": entries[0]})
    assert names(moved) == [tracks[n] for n in (0, 4, 1, 2, 3)]
    front = done(demo_server, "/queue/reorder", {"entryId": entries[3], "afterEntryId": None})
    assert names(front)[0] == tracks[3]
    removed = done(demo_server, "/queue/remove", {"entryIds": [entries[0], entries[2]]})
    assert removed["total"] == 3
    for expected in (front, moved, state):
        assert done(demo_server, "/queue/undo")["entries"] == expected["entries"]
    again = done(demo_server, "/queue/redo")
    assert again["entries"] == moved["entries"]
    assert again["revision"] == removed["revision"] + 4


def test_what_has_moved_on_is_told_with_its_state(demo_server: RunningServer, tracks: list[str]) -> None:
    state = done(demo_server, "/queue/add", {"trackIds": tracks[:3]})
    entry = state["entries"][1]["entryId"]
    with demo_server.client as client:
        etag = client.get("/queue").headers["etag"]
    stale = state["revision"] - 1
    body = {"entryIds": [entry], "expectedRevision": stale}
    conflict = post(demo_server, "/queue/remove", body)
    assert (conflict.status_code, conflict.json()["code"]) == (409, "CONFLICT")
    assert conflict.json()["details"]["current"]["revision"] == state["revision"]
    assert post(demo_server, "/queue/remove", {"entryIds": [entry]}, **{"If-Match": f'"{stale}"'}).status_code == 412
    assert post(demo_server, "/queue/remove", {"entryIds": [entry]}, **{"If-Match": etag}).status_code == 200
    gone = post(demo_server, "/queue/remove", {"entryIds": [entry]})
    assert (gone.status_code, gone.json()["details"]["gone"]) == (409, [entry])


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/queue/add", {}),
        ("/queue/add", {"trackIds": []}),
        ("/queue/add", {"trackIds": ["x"], "context": {"type": "library"}}),
        ("/queue/add", {"trackIds": ["x"], "position": "soon"}),
        ("/queue/remove", {"entryIds": []}),
        ("/queue/reorder", {"entryId": "x"}),
        ("/queue/clear", {"keepCurrent": "maybe"}),
        ("/queue/undo", {"expectedRevision": -1}),
        ("/player/repeat", {"mode": "twice"}),
        ("/player/shuffle", {}),
        ("/player/crossfade", {"seconds": 13}),
        ("/player/sleep", {"minutes": 0}),
        ("/player/sleep", {"minutes": 5, "endOf": "track"}),
    ],
)
def test_bad_bodies_are_refused(demo_server: RunningServer, path: str, body: Any) -> None:
    response = post(demo_server, path, body)
    assert (response.status_code, response.json()["code"]) == (422, "VALIDATION_ERROR")


def test_an_unknown_track_is_not_added(demo_server: RunningServer, tracks: list[str]) -> None:
    response = post(demo_server, "/queue/add", {"trackIds": [tracks[0], "nope"]})
    assert (response.status_code, response.json()["code"]) == (404, "TRACK_NOT_FOUND")
    assert demo_server.get("/queue")["total"] == 0


def test_modes_are_part_of_the_state(demo_server: RunningServer, tracks: list[str]) -> None:
    done(demo_server, "/player/load", {"context": {"type": "library"}})
    state = done(demo_server, "/player/shuffle", {"enabled": True, "seed": 7})
    assert (state["shuffle"], state["shuffleSeed"]) == (True, 7)
    mixed = names(demo_server.get("/queue"))
    assert mixed[0] == tracks[0]
    assert sorted(mixed) == sorted(tracks)
    assert mixed != tracks
    done(demo_server, "/player/shuffle", {"enabled": False})
    assert names(demo_server.get("/queue")) == tracks
    assert done(demo_server, "/player/repeat", {"mode": "all"})["repeat"] == "all"
    assert done(demo_server, "/player/crossfade", {"seconds": 4.5})["crossfade"] == 4.5
    assert done(demo_server, "/player/sleep", {"endOf": "track"})["sleep"] == {"at": None, "endOf": "track"}
    assert done(demo_server, "/player/sleep", {"minutes": 10})["sleep"]["at"] > 0
    assert done(demo_server, "/player/sleep", {})["sleep"] is None
    assert done(demo_server, "/player/repeat", {"mode": "off"})["repeat"] == "off"
    assert done(demo_server, "/player/crossfade", {"seconds": 0})["crossfade"] == 0


async def test_a_change_is_told_with_both_revisions_and_what_it_brings(
    demo_server: RunningServer, tracks: list[str]
) -> None:
    first, _ = await connected(demo_server, "first")
    second, _ = await connected(demo_server, "second")
    before = (await first.ask("queue.get"))["data"]
    await first.ask("queue.add", {"trackIds": tracks[:2], "position": "next"})
    told = (await second.until(lambda f: f["type"] == "queue.updated"))["data"]
    assert (told["fromRevision"], told["revision"]) == (before["revision"], before["revision"] + 1)
    assert [item["track"]["id"] for item in told["splices"][0]["inserted"]] == tracks[:2]
    entry = told["splices"][0]["inserted"][0]["entryId"]
    await second.ask("queue.remove", {"entryIds": [entry]})
    conflict = await first.ask("queue.remove", {"entryIds": [entry]})
    assert conflict["error"]["code"] == "CONFLICT"
    assert conflict["error"]["details"]["current"]["total"] == 1
    await first.ask("queue.undo")
    window = (await first.ask("queue.get", {"offset": 1, "limit": 1}))["data"]
    assert (window["offset"], window["total"], len(window["entries"])) == (1, 2, 1)
    for client in (first, second):
        await client.connection.close()


@pytest.mark.parametrize(("path", "body"), [("/player/seek", {"position": 3}), ("/player/play", {"startAt": 3})])
def test_where_nothing_is_loaded_that_is_said(tmp_path: Path, path: str, body: dict[str, Any]) -> None:
    with running_server(tmp_path) as server:
        refused = post(server, path, body)
    assert refused.status_code == 409
    assert refused.json()["code"] == "NOTHING_LOADED"


def test_what_is_not_valid_says_which_field(demo_server: RunningServer, tracks: list[str]) -> None:
    entry = done(demo_server, "/queue/add", {"trackIds": tracks[:1]})["entries"][0]["entryId"]
    empty = {"context": {"type": "search", "query": "nothing is called so"}}
    for path, body, field in (
        ("/queue/reorder", {"entryId": entry, "afterEntryId": entry}, "afterEntryId"),
        ("/player/load", empty, "context"),
    ):
        refused = post(demo_server, path, body)
        assert refused.status_code == 422
        assert [error["field"] for error in refused.json()["errors"]] == [field]
