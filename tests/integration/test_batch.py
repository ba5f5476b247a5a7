"""Many things in one request, and the same request sent twice."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.factories import filled_library
from tests.server import RunningServer, running_server

from auralis.bus import Bus
from auralis.catalog import Catalog, TrackEditor
from auralis.catalog.batch import Operation
from auralis.model.events import LibraryChanged, TrackEdited, TrackListened


def ids(server: RunningServer, count: int) -> list[str]:
    return [track["id"] for track in server.get("/tracks", limit=count)]


def rate(track_id: str, rating: Any) -> dict[str, Any]:
    return {"id": track_id, "action": "rating", "data": {"rating": rating}}


@pytest.mark.parametrize("path", ["/tracks/batch-get", "/batch/tracks"])
def test_tracks_come_in_the_order_asked_for(demo_server: RunningServer, path: str) -> None:
    first, second, third = ids(demo_server, 3)
    with demo_server.client as client:
        data = client.post(path, json={"trackIds": [third, "nope", first, second, first]}).json()["data"]
        short = client.post(path, json={"trackIds": [second], "includeMetadata": False}).json()["data"]
        assert client.post(path, json={"trackIds": ["x"] * 501}).status_code == 422
        assert client.post(path, json={"trackIds": []}).status_code == 422
    assert [track["id"] for track in data["successful"]] == [third, first, second, first]
    assert data["errors"] == [{"id": "nope", "error": "NOT_FOUND"}]
    assert data["meta"] == {"totalRequested": 5, "totalSuccessful": 4, "totalFailed": 1}
    assert short["successful"][0].keys() == {"id", "title", "artist", "duration"}


def test_each_edit_has_its_own_result(demo_server: RunningServer) -> None:
    first, second = ids(demo_server, 2)
    operations = [
        rate(first, 4),
        rate("nope", 4),
        rate(second, 9),
        {"id": second, "action": "favorite", "data": {"favorite": True}},
        {"id": second, "action": "burn", "data": {}},
        {"id": second, "action": "rating", "data": {}},
    ]
    with demo_server.client as client:
        data = client.post("/batch", json={"operations": operations}).json()["data"]
        assert [result["status"] for result in data["results"]] == [
            "success",
            *["error"] * 2,
            "success",
            *["error"] * 2,
        ]
        codes = [result["error"]["code"] for result in data["results"] if result["error"]]
        assert codes == ["TRACK_NOT_FOUND", *["VALIDATION_ERROR"] * 3]
        assert data["meta"] == {"totalRequested": 6, "totalSuccessful": 2, "totalFailed": 4}
        assert client.get(f"/tracks/{first}").json()["data"]["rating"] == 4
        assert client.get(f"/tracks/{second}").json()["data"]["favorite"] is True
        undo = [rate(first, None), {"id": second, "action": "favorite", "data": {"favorite": False}}]
        assert client.post("/batch", json={"operations": undo}).json()["data"]["meta"]["totalFailed"] == 0


def test_all_or_none(demo_server: RunningServer) -> None:
    first, second = ids(demo_server, 2)
    with demo_server.client as client:
        refused = client.post("/batch", json={"atomic": True, "operations": [rate(first, 5), rate("nope", 5)]})
        assert (refused.status_code, refused.json()["code"]) == (409, "BATCH_REFUSED")
        assert [result["id"] for result in refused.json()["details"]["results"]] == ["nope"]
        assert client.get(f"/tracks/{first}").json()["data"]["rating"] is None
        done = client.post("/batch", json={"atomic": True, "operations": [rate(first, 5), rate(second, 1)]})
        assert done.json()["data"]["meta"]["totalSuccessful"] == 2
        client.post("/batch", json={"operations": [rate(first, None), rate(second, None)]})


def test_a_listener_always_reads_what_he_has_just_changed(demo_server: RunningServer) -> None:
    (track,) = ids(demo_server, 1)
    with demo_server.client as client:
        for rating in (3, 5, 1, None):
            for path in (f"/tracks/{track}", "/tracks?limit=1"):
                client.get(path)
            client.post("/batch", json={"operations": [rate(track, rating)]})
            assert client.get(f"/tracks/{track}").json()["data"]["rating"] == rating
            assert client.get("/tracks?limit=1").json()["data"][0]["rating"] == rating


def test_a_command_sent_twice_under_one_key_is_done_once(demo_server: RunningServer) -> None:
    (track,) = ids(demo_server, 1)
    with demo_server.client as client:
        key = {"idempotency-key": "a-1"}
        first = client.post("/batch", json={"operations": [rate(track, 2)]}, headers=key)
        client.post("/batch", json={"operations": [rate(track, 3)]})
        again = client.post("/batch", json={"operations": [rate(track, 2)]}, headers=key)
        assert "idempotency-replayed" not in first.headers
        assert again.headers["idempotency-replayed"] == "true"
        assert again.json()["data"] == first.json()["data"]
        assert client.get(f"/tracks/{track}").json()["data"]["rating"] == 3
        other = client.post("/batch", json={"operations": [rate(track, 4)]}, headers=key)
        assert (other.status_code, other.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
        failed = {"idempotency-key": "a-2"}
        assert client.post("/player/seek", json={"position": -1}, headers=failed).status_code == 422
        assert client.post("/player/seek", json={"position": -1}, headers=failed).status_code == 422
        assert client.post("/batch", json={}, headers={"idempotency-key": "x" * 300}).status_code == 422
        client.post("/batch", json={"operations": [rate(track, None)]})


def test_a_command_under_a_key_is_not_done_again_after_a_restart(tmp_path: Path) -> None:
    key, body = {"idempotency-key": "after-a-restart"}, {"name": "Once"}
    numbers = []
    for _ in range(2):
        with running_server(tmp_path, environment={"AURALIS_ANALYSE": "false"}) as server, server.client as client:
            answer = client.post("/playlists", json=body, headers=key)
            numbers.append((answer.status_code, answer.json()["data"]["id"], "idempotency-replayed" in answer.headers))
            assert len(client.get("/playlists").json()["data"]) == 1
    assert numbers == [(201, numbers[0][1], False), (201, numbers[0][1], True)]


@pytest.mark.asyncio
async def test_what_a_batch_has_done_is_told_once_for_each(tmp_path: Path) -> None:
    database, bus = filled_library(tmp_path / "library.db", 4), Bus()
    told: list[object] = []
    for kind in (TrackListened, TrackEdited, LibraryChanged):
        bus.subscribe(kind, told.append)
    editor, catalog = TrackEditor(database, bus), Catalog(database)
    first, second, third, fourth = await catalog.context_track_ids("library")
    refusals = await editor.run_batch(
        [
            Operation(first, "rating", {"rating": 3}),
            Operation("nope", "rating", {"rating": 3}),
            Operation(second, "favorite", {"favorite": True}),
            Operation(third, "update", {"title": "Another"}),
            Operation(fourth, "delete", {}),
        ],
        atomic=False,
    )
    assert [refusal and refusal.code for refusal in refusals] == [None, "TRACK_NOT_FOUND", None, None, None]
    assert told == [
        TrackListened("owner", first, {"rating": 3}),
        TrackListened("owner", second, {"favorite": True}),
        TrackEdited(third, 2),
        TrackEdited(fourth, 2),
        LibraryChanged(await catalog.revision()),
    ]
    assert orjson.loads(await catalog.track(third))["title"] == "Another"
    assert await catalog.tracks([fourth]) == [None]
    told.clear()
    await editor.run_batch([Operation(first, "delete", {}), Operation("nope", "delete", {})], atomic=True)
    assert told == []
    assert await catalog.tracks([first]) != [None]
    database.close()


def test_edits_in_a_batch_are_checked_as_those_of_one_track(demo_server: RunningServer) -> None:
    (track,) = ids(demo_server, 1)
    bad = ({"title": ""}, {"year": 3}, {"title": 5}, {"writeToFile": True}, {})
    with demo_server.client as client:
        operations = [{"id": track, "action": "update", "data": data} for data in bad]
        results = client.post("/batch", json={"operations": operations}).json()["data"]["results"]
        assert {result["error"]["code"] for result in results} == {"VALIDATION_ERROR"}
        update = {"id": track, "action": "update", "data": {"genres": ["Batch"]}}
        undo = {"id": track, "action": "update", "data": {"genres": None}}
        assert client.post("/batch", json={"operations": [update]}).json()["data"]["meta"]["totalFailed"] == 0
        assert client.get(f"/tracks/{track}").json()["data"]["genres"] == ["Batch"]
        client.post("/batch", json={"operations": [undo]})
        assert client.get(f"/tracks/{track}").json()["data"]["edited"] == []
