"""Processing through the doors of a real server."""

from collections.abc import Iterator

import httpx
import pytest
from tests.server import RunningServer, running_server
from tests.streams import lively

from auralis.media.encode import write_audio


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    music = tmp_path_factory.mktemp("music")
    write_audio(music / "one.flac", lively(44100, 2.5), 44100, bit_depth=16)
    with running_server(tmp_path_factory.mktemp("data"), music=music) as server:
        server.wait_until_scanned()
        yield server


@pytest.fixture
def client(server: RunningServer) -> Iterator[httpx.Client]:
    with server.client as client:
        yield client


def test_a_track_is_ordered_fetched_and_forgotten(server: RunningServer, client: httpx.Client):
    track = server.get("/tracks")[0]["id"]
    ordered = client.post("/processing/jobs", json={"type": "track", "id": track, "preset": "warm"})
    assert ordered.status_code == 202, ordered.text
    job = ordered.json()["data"]["id"]
    done = server.wait_until(
        lambda: (now := server.get(f"/jobs/{job}"))["state"] in {"done", "failed"} and now, "the job is done"
    )
    assert (done["state"], done["progress"], done["error"]) == ("done", 1.0, None)
    assert [listed["id"] for listed in server.get("/jobs")] == [job]
    result = client.get(f"/jobs/{job}/result")
    assert (result.status_code, result.headers["content-type"]) == (200, "audio/flac")
    assert "one.flac" in result.headers["content-disposition"]
    part = client.get(f"/jobs/{job}/result", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"fLaC")
    assert client.delete(f"/jobs/{job}").status_code == 200
    assert client.get(f"/jobs/{job}").status_code == 404
    assert client.get(f"/jobs/{job}/result").json()["code"] == "JOB_NOT_FOUND"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "album"},
        {"type": "track"},
        {"type": "tracks", "trackIds": []},
        {"type": "tracks", "trackIds": ["x"] * 501},
        {"type": "tracks", "trackIds": [None]},
        {"type": "track", "id": "x", "format": "mp3"},
        {"type": "track", "id": "x", "intensity": 2},
        {"type": "track", "id": "x", "bitDepth": 8},
        {"type": "track", "id": "x", "unknown": 1},
    ],
)
def test_bad_orders_are_refused(client: httpx.Client, body: dict):
    assert client.post("/processing/jobs", json=body).status_code == 422


@pytest.mark.parametrize("kind", ["track", "album", "playlist"])
def test_what_is_not_there_is_not_found(client: httpx.Client, kind: str):
    assert client.post("/processing/jobs", json={"type": kind, "id": "nowhere"}).status_code == 404


def test_the_manifest_follows_the_mode_of_loudness(server: RunningServer, client: httpx.Client):
    track = server.get("/tracks")[0]["id"]
    assert server.get(f"/stream/{track}/manifest")["loudness"]["mode"] == "off"
    assert client.patch("/settings", json={"sound.loudness": "track"}).status_code == 200
    manifest = server.get(f"/stream/{track}/manifest")
    assert manifest["loudness"]["mode"] == "track"
    assert manifest["variants"]["original"]["gainDb"] != 0.0
    assert server.get(f"/stream/{track}/manifest", loudness="album")["loudness"]["mode"] == "album"
    assert client.get(f"/stream/{track}/manifest", params={"loudness": "loud"}).status_code == 422


def test_original_and_enhanced_are_compared_in_one_stream(server: RunningServer, client: httpx.Client):
    track = server.get("/tracks")[0]["id"]
    told = client.post("/processing/compare", json={"trackId": track, "preset": "warm", "intensity": 1})
    assert told.status_code == 200, told.text
    key = told.json()["data"]["key"]
    query = {"preset": "warm", "intensity": 1, "key": key}
    segment = client.get(f"/stream/{track}/ab/0", params=query)
    assert (segment.status_code, segment.headers["content-type"]) == (200, "audio/mp4")
    assert "immutable" in segment.headers["cache-control"]
    assert client.get(f"/stream/{track}/ab/99", params=query).status_code == 404
    assert client.get(f"/stream/{track}/transition/ab/original/0").status_code == 422
    assert client.post("/processing/compare", json={"trackId": "nowhere"}).status_code == 404
    assert client.post("/processing/compare", json={"trackId": track, "rate": 1}).status_code == 422


def test_blind_trials_are_kept_with_what_they_prove(server: RunningServer, client: httpx.Client):
    track = server.get("/tracks")[0]["id"]
    assert server.get("/compare/trials")["pValue"] == 1.0
    trial = {"trackId": track, "preset": "warm", "intensity": 1, "x": "enhanced"}
    for answer in ("enhanced", "enhanced", "enhanced", "original"):
        told = client.post("/compare/trials", json={**trial, "answer": answer})
        assert told.status_code == 201, told.text
    assert {name: told.json()["data"][name] for name in ("trials", "correct")} == {"trials": 4, "correct": 3}
    assert told.json()["data"]["pValue"] == pytest.approx(5 / 16)
    assert server.get("/compare/trials", trackId="other")["trials"] == 0
    assert server.get("/compare/trials")["presets"]["warm"]["trials"] == 4
    assert client.post("/compare/trials", json={**trial, "answer": "both"}).status_code == 422
    assert client.post("/compare/trials", json={**trial, "answer": "original", "trackId": "x"}).status_code == 404
