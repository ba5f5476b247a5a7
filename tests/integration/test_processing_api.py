"""Processing through the doors of a real server."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
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
    data = told.json()["data"]
    assert (data["a"]["preset"], data["b"]["preset"]) == ("original", "warm")
    segment = client.get(data["segments"].format(n=0).removeprefix("/api/v1"))
    assert (segment.status_code, segment.headers["content-type"]) == (200, "audio/mp4")
    assert "immutable" in segment.headers["cache-control"]
    for mode in ("track", "album", "off"):
        assert client.patch("/settings", json={"sound.loudness": mode}).status_code == 200
        alone = server.get(f"/stream/{track}/manifest", preset="warm", intensity=1)["loudness"]["playsAtLufs"]
        pair = client.post("/processing/compare", json={"trackId": track, "preset": "warm"}).json()["data"]
        assert pair["playsAtLufs"] == pytest.approx(alone, abs=0.5), "comparing makes the sound jump"
        assert pair["key"] == data["key"] or mode == "album", "the gain changes no sample"
    assert client.get(data["segments"].format(n=99).removeprefix("/api/v1")).status_code == 404
    query = {"preset": "warm", "intensity": 1, "key": data["key"]}
    assert client.get(f"/stream/{track}/ab/0", params=query).content == segment.content
    assert client.get(f"/stream/{track}/transition/ab/original/0").status_code == 422
    assert client.post("/processing/compare", json={"trackId": "nowhere"}).status_code == 404
    assert client.post("/processing/compare", json={"trackId": track, "rate": 1}).status_code == 422


def test_any_two_sounds_are_compared(server: RunningServer, client: httpx.Client):
    track = server.get("/tracks")[0]["id"]
    sounds = {"a": {"trackId": track, "preset": "bright"}, "b": {"trackId": track, "preset": "warm", "intensity": 0.5}}
    told = client.post("/processing/compare", json={**sounds, "rate": 48000})
    assert told.status_code == 200, told.text
    data = told.json()["data"]
    assert data["sampleRate"] == 48000
    assert min(data["a"]["gainDb"], data["b"]["gainDb"]) <= max(data["a"]["gainDb"], data["b"]["gainDb"]) <= 0.0
    assert client.get(data["segments"].format(n=0).removeprefix("/api/v1")).status_code == 200
    wrong = data["segments"].format(n=0).removeprefix("/api/v1").replace("key=", "key=x")
    assert client.get(wrong).json()["code"] == "PLAN_CHANGED"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"a": {"trackId": "TRACK"}},
        {"a": {"trackId": "TRACK"}, "b": {"trackId": "TRACK"}, "trackId": "TRACK"},
        {"a": {"trackId": "TRACK", "preset": "loud"}, "b": {"trackId": "TRACK"}},
        {"a": {"trackId": "TRACK", "preset": "reference:../x"}, "b": {"trackId": "TRACK"}},
        {"a": {"trackId": "TRACK", "preset": "warm", "intensity": 2}, "b": {"trackId": "TRACK"}},
        {"trackId": "TRACK", "preset": "original"},
        {"trackId": 7},
    ],
)
def test_bad_comparisons_are_refused(server: RunningServer, client: httpx.Client, body: dict):
    track = server.get("/tracks")[0]["id"]
    named = json.loads(json.dumps(body).replace("TRACK", track))
    assert client.post("/processing/compare", json=named).status_code == 422
    assert client.post("/compare/trials", json={**named, "x": "a", "answer": "b"}).status_code == 422


def test_blind_trials_are_kept_with_what_they_prove(server: RunningServer, client: httpx.Client):
    track = server.get("/tracks")[0]["id"]
    trial = {"trackId": track, "preset": "warm", "intensity": 1, "x": "b"}
    assert server.get("/compare/trials")["pValue"] == 1.0
    for answer in ("b", "b", "b", "a"):
        told = client.post("/compare/trials", json={**trial, "answer": answer})
        assert told.status_code == 201, told.text
    assert {name: told.json()["data"][name] for name in ("trials", "correct")} == {"trials": 4, "correct": 3}
    assert told.json()["data"]["pValue"] == pytest.approx(5 / 16)
    assert server.get("/compare/trials", trackId="other")["trials"] == 0
    assert server.get("/compare/trials")["presets"]["warm"]["trials"] == 4
    assert client.post("/compare/trials", json={**trial, "answer": "both"}).status_code == 422
    assert client.post("/compare/trials", json={**trial, "answer": "a", "trackId": "x"}).status_code == 404
    sounds = {"a": {"trackId": track, "preset": "bright"}, "b": {"trackId": track, "preset": "warm", "intensity": 0.5}}
    latest = client.post("/compare/trials", json={**sounds, "x": "b", "answer": "b"}).json()["data"]["latest"]
    assert (latest[0]["a"]["preset"], latest[0]["b"]["intensity"], latest[0]["correct"]) == ("bright", 0.5, True)
    assert (latest[1]["a"]["preset"], latest[1]["x"], latest[1]["answer"]) == ("original", "b", "a")


def test_a_track_and_an_upload_become_references_and_lead_what_plays(
    server: RunningServer, client: httpx.Client, tmp_path: Path
):
    track = server.get("/tracks")[0]["id"]
    of_track = client.post("/processing/references", json={"trackId": track})
    assert of_track.status_code == 201, of_track.text
    assert of_track.json()["data"]["name"] == "one"
    bright = tmp_path / "bright one.flac"
    sound = np.diff(lively(44100, 4.0, seed=5), axis=1)
    write_audio(bright, (sound / np.abs(sound).max() * 0.5).astype(np.float32), 44100, bit_depth=16)
    uploaded = client.post("/processing/references", files={"file": (bright.name, bright.read_bytes(), "audio/flac")})
    assert uploaded.status_code == 201, uploaded.text
    reference = uploaded.json()["data"]
    assert (reference["name"], reference["uploaded"], reference["trackId"]) == ("bright one", True, None)
    assert {row["id"] for row in server.get("/processing/references")} == {
        reference["id"],
        of_track.json()["data"]["id"],
    }
    chosen = client.put("/player/enhancement", json={"preset": reference["preset"], "intensity": 1})
    assert chosen.status_code == 200, chosen.text
    plan = server.get(f"/stream/{track}/manifest")["variants"]["enhanced"]["plan"]
    told = {distance["dimension"]: distance for distance in plan["distances"]}
    assert told["spectrum"]["after"] < told["spectrum"]["before"]
    assert client.get(f"/stream/{track}/enhanced/0").status_code == 200
    heard = client.post(
        "/processing/compare",
        json={"a": {"trackId": track, "preset": reference["preset"]}, "b": {"trackId": reference["preset"]}},
    )
    assert heard.status_code == 200, heard.text
    address = heard.json()["data"]["segments"].format(n=0).removeprefix("/api/v1")
    assert client.get(address).status_code == 200
    assert client.delete(f"/processing/references/{reference['id']}").status_code == 200
    assert server.get("/player/enhancement")["preset"] == "adaptive"
    gone = server.get(f"/stream/{track}/manifest", preset=reference["preset"])
    assert gone["variants"]["enhanced"] is None
    assert gone["enhancedUnavailableReason"]
    assert client.get(f"/processing/references/{reference['id']}").json()["code"] == "REFERENCE_NOT_FOUND"
    assert client.get(f"/stream/{track}/enhanced/0", params={"preset": reference["preset"]}).status_code == 404
    assert client.put("/player/enhancement", json={"preset": reference["preset"]}).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("song.flac", b"no sound at all", 422),
        ("song.txt", b"fLaC", 422),
        ("song.flac", b"", 422),
        ("../../song.m3u8", b"#EXTM3U\n/etc/passwd", 422),
        ("../../etc/song.wav", b"RIFF\xff\xff\xff\xffWAVEfmt ", 422),
    ],
)
def test_bad_uploads_are_refused_and_leave_nothing(
    server: RunningServer, client: httpx.Client, name: str, content: bytes, status: int
):
    before = server.get("/processing/references")
    answer = client.post("/processing/references", files={"file": (name, content, "audio/flac")})
    assert answer.status_code == status, answer.text
    assert "/tmp" not in answer.text
    assert server.get("/processing/references") == before


def test_what_is_no_reference_is_refused(server: RunningServer, client: httpx.Client):
    assert client.post("/processing/references", json={}).status_code == 422
    assert client.post("/processing/references", json={"trackId": "nowhere"}).status_code == 404
    assert client.post("/processing/references", json={"trackId": "x", "more": 1}).status_code == 422
    assert client.post("/processing/references", files={"other": b"x"}).status_code == 422
    assert client.post("/processing/references", content=b"x", headers={"content-type": "text/html"}).status_code == 415
    broken = {"content-type": "multipart/form-data"}
    assert client.post("/processing/references", content=b"x", headers=broken).status_code == 422
    assert client.delete("/processing/references/nowhere").status_code == 404
