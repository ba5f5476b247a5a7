"""The REST doors of a real server over the demo library."""

import json
from collections import defaultdict
from typing import Any

import httpx
import pytest
from tests.server import RunningServer

from auralis.model.fingerprint import DIMENSION_NAMES


def first_track(server: RunningServer) -> dict[str, Any]:
    return server.get("/tracks", limit=1)[0]


def test_every_answer_has_the_envelope(demo_server: RunningServer) -> None:
    with demo_server.client as client:
        response = client.get("/tracks", params={"page": 2, "pageSize": 5})
    body = response.json()
    assert body["status"] == "success"
    assert body["timestamp"].endswith("Z")
    assert body["meta"]["requestId"] == response.headers["x-request-id"]
    wanted = {"total": 24, "page": 2, "pageSize": 5, "totalPages": 5, "hasNextPage": True, "hasPreviousPage": True}
    assert body["meta"].items() >= wanted.items()
    assert body["links"]["next"] == "/api/v1/tracks?page=3&pageSize=5"
    assert body["links"]["previous"] == "/api/v1/tracks?page=1&pageSize=5"
    assert response.headers["content-security-policy"].startswith("default-src 'self'")


@pytest.mark.parametrize("sort", ["title", "artist", "album", "duration", "dateAdded", "rating", "plays", "year"])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_walking_by_any_paging_gives_the_whole_list_once(demo_server: RunningServer, sort: str, order: str) -> None:
    whole = [t["id"] for t in demo_server.get("/tracks", sort=sort, order=order, limit=500)]
    assert len(set(whole)) == 24
    by_page = [
        t["id"] for n in range(1, 6) for t in demo_server.get("/tracks", sort=sort, order=order, page=n, pageSize=5)
    ]
    by_cursor, path = [], f"/api/v1/tracks?sort={sort}&order={order}&cursor=&pageSize=7"
    with httpx.Client(base_url=demo_server.url) as client:
        while path:
            body = client.get(path).json()
            by_cursor += [t["id"] for t in body["data"]]
            path = body["links"]["next"]
    assert by_page == whole
    assert by_cursor == whole


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"),
        ("limit=501", "limit"),
        ("page=1&offset=3", "page"),
        ("offset=-1", "offset"),
        ("cursor=x&page=1", "page"),
        ("sort=colour", "sort"),
        ("pageSize=abc", "pageSize"),
    ],
)
def test_bad_paging_is_refused_field_by_field(demo_server: RunningServer, query: str, field: str) -> None:
    with demo_server.client as client:
        response = client.get(f"/tracks?{query}")
    assert response.status_code == 422
    body = response.json()
    assert body["code"] == "VALIDATION_ERROR"
    assert field in {error["field"] for error in body["errors"]}


def test_a_made_up_cursor_is_refused(demo_server: RunningServer) -> None:
    with demo_server.client as client:
        assert client.get("/tracks?cursor=bm9uc2Vuc2U").status_code == 422


def test_errors_have_one_shape_everywhere(demo_server: RunningServer) -> None:
    calls = {
        ("GET", "/tracks/nope"): (404, "TRACK_NOT_FOUND"),
        ("GET", "/albums/nope"): (404, "ALBUM_NOT_FOUND"),
        ("GET", "/artists/nope"): (404, "ARTIST_NOT_FOUND"),
        ("GET", "/artwork/nope"): (404, "ARTWORK_NOT_FOUND"),
        ("GET", "/fingerprints/nope"): (404, "TRACK_NOT_FOUND"),
        ("GET", "/stream/nope/manifest"): (404, "TRACK_NOT_FOUND"),
        ("GET", "/nowhere"): (404, "NOT_FOUND"),
        ("DELETE", "/tracks"): (405, "METHOD_NOT_ALLOWED"),
        ("GET", "/search?query=x"): (422, "VALIDATION_ERROR"),
        ("POST", "/player/seek"): (422, "VALIDATION_ERROR"),
    }
    with demo_server.client as client:
        for (method, path), (status, code) in calls.items():
            response = client.request(method, path)
            body = response.json()
            assert (response.status_code, body["code"]) == (status, code), path
            assert response.headers["content-type"] == "application/problem+json"
            members = {"type", "title", "status", "detail", "instance", "code", "message", "details"}
            assert members | {"requestId", "timestamp", "path"} <= body.keys()
            assert body["requestId"] == response.headers["x-request-id"]


def test_broken_bodies_are_refused_clearly(demo_server: RunningServer) -> None:
    json_type = {"content-type": "application/json"}
    with demo_server.client as client:
        broken = client.post("/player/volume", content=b'{"volume": ', headers=json_type)
        assert (broken.status_code, broken.json()["code"]) == (422, "VALIDATION_ERROR")
        unknown = client.post("/player/volume", json={"volume": 1, "loudness": 11})
        assert unknown.json()["errors"][0]["field"] == "loudness"
        plain = client.post("/player/volume", content=b"volume=1", headers={"content-type": "text/plain"})
        assert (plain.status_code, plain.json()["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
        large = client.post("/player/volume", content=b" " * (10 * 1024 * 1024 + 1), headers=json_type)
        assert (large.status_code, large.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")

        def endless() -> Any:
            for _ in range(11 * 16):
                yield b" " * 65536

        streamed = client.post("/player/volume", content=endless(), headers=json_type)
        assert streamed.status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b'{"volume": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"volume": ' + b"9" * 300 + b"}",
        b'{"volume": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"volume": NaN}',
        b"\xff\xfe",
    ],
)
def test_hostile_bodies_are_not_valid(demo_server: RunningServer, body: bytes) -> None:
    with demo_server.client as client:
        answer = client.post("/player/volume", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    "path", [f"/tracks?page={10**30}", "/artwork/x?size=99999999999999999999", "/tracks?page=%ed%a0%80"]
)
def test_hostile_queries_are_not_valid(demo_server: RunningServer, path: str) -> None:
    with demo_server.client as client:
        assert client.get(path).status_code == 422


def test_every_resource_understands_head_and_names_its_methods(demo_server: RunningServer) -> None:
    with demo_server.client as client:
        assert client.head("/tracks").status_code == 200
        assert client.head("/tracks/nope").status_code == 404
        refused = client.get("/player/play")
        assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
        assert client.post("/nowhere").status_code == 404
        assert "head" not in client.get("/openapi.json").json()["paths"]["/api/v1/tracks"]


def test_foreign_hosts_and_origins_are_refused(demo_server: RunningServer) -> None:
    with demo_server.client as client:
        rebound = client.get("/tracks", headers={"host": "evil.example"})
        assert (rebound.status_code, rebound.json()["code"]) == (403, "HOST_NOT_ALLOWED")
        forged = client.post("/player/pause", headers={"origin": "https://evil.example"})
        assert (forged.status_code, forged.json()["code"]) == (403, "ORIGIN_NOT_ALLOWED")
        own = client.post("/player/pause", headers={"origin": demo_server.url})
        assert own.status_code == 200


def test_search_finds_by_prefix_and_takes_every_character_for_itself(demo_server: RunningServer) -> None:
    title = first_track(demo_server)["title"]
    found = demo_server.get("/search", query=title[:4])
    assert title in {track["title"] for track in found["tracks"]}
    for query in ('"quoted', "100%", "AND OR NOT", "*** (((", "-- ; DROP TABLE tracks", "\u202eabc", "👩‍🎤👩‍🎤"):
        assert set(demo_server.get("/search", query=query)) == {
            "tracks",
            "albums",
            "artists",
            "playlists",
            "approximate",
        }
    with demo_server.client as client:
        posted = client.post("/tracks/search", json={"query": title, "pagination": {"page": 1, "pageSize": 3}})
    assert posted.json()["data"][0]["title"] == title
    assert posted.json()["meta"]["total"] >= 1


def test_albums_and_artists_lead_to_their_tracks(demo_server: RunningServer) -> None:
    albums = demo_server.get("/albums", limit=100)
    assert len(albums) == 6
    album = demo_server.get(f"/albums/{albums[0]['id']}")
    assert [t["trackNumber"] for t in album["tracks"]] == [1, 2, 3, 4]
    artist_id = album["tracks"][0]["artists"][0]["id"]
    artist = demo_server.get(f"/artists/{artist_id}")
    assert album["tracks"][0]["id"] in {t["id"] for t in artist["tracks"]}


def test_covers_come_in_the_size_asked_for_and_are_kept(demo_server: RunningServer) -> None:
    artwork_id = demo_server.get("/albums", limit=1)[0]["artworkId"]
    with demo_server.client as client:
        small = client.get(f"/artwork/{artwork_id}", params={"size": 64})
        large = client.get(f"/artwork/{artwork_id}", params={"size": 512})
        assert small.headers["content-type"] == "image/webp"
        assert len(small.content) < len(large.content)
        again = client.get(f"/artwork/{artwork_id}?size=64", headers={"if-none-match": small.headers["etag"]})
        assert again.status_code == 304
        assert client.get(f"/artwork/{artwork_id}?size=65").status_code == 422


def test_the_file_itself_is_sent_byte_for_byte_with_ranges(demo_server: RunningServer, demo_music: Any) -> None:
    track = next(t for t in demo_server.get("/tracks", limit=50) if t["format"] == "flac")
    path = next(p for p in demo_music.rglob("*.flac") if p.stat().st_size == track["fileSize"])
    with demo_server.client as client:
        url = f"/tracks/{track['id']}/original"
        assert client.get(url).content == path.read_bytes()
        part = client.get(url, headers={"range": "bytes=100-199"})
        assert (part.status_code, part.content) == (206, path.read_bytes()[100:200])
        assert client.head(url).headers["content-length"] == str(track["fileSize"])


def test_unchanged_lists_are_answered_with_304(demo_server: RunningServer) -> None:
    with demo_server.client as client:
        tag = client.get("/albums").headers["etag"]
        assert client.get("/albums", headers={"if-none-match": tag}).status_code == 304


def test_fingerprints_have_25_dimensions_and_a_waveform(demo_server: RunningServer) -> None:
    demo_server.wait_until_analysed()
    track = first_track(demo_server)
    fingerprint = demo_server.get(f"/fingerprints/{track['id']}")
    assert tuple(fingerprint["dimensions"]) == DIMENSION_NAMES
    assert set(fingerprint["normalised"]) == set(DIMENSION_NAMES)
    assert all(0 <= value <= 1 for value in fingerprint["normalised"].values())
    waveform = demo_server.get(f"/tracks/{track['id']}/waveform")
    assert waveform["points"] == len(waveform["minimum"]) == len(waveform["maximum"]) == len(waveform["rms"])
    assert demo_server.get(f"/tracks/{track['id']}")["fingerprint"] == "full"


def test_health_and_scan_tell_what_is_so(demo_server: RunningServer) -> None:
    health = demo_server.get("/health")
    assert health["state"] == "ok"
    assert set(health["checks"].values()) == {"ok"}
    assert demo_server.get("/health/ready") == {"tracks": 24}
    scan = demo_server.get("/library/scan")
    assert scan["counts"]["files"] == 24
    assert scan["counts"]["failed"] == 0
    assert demo_server.get("/library/problems") == []


def test_a_second_scan_finds_nothing_new(demo_server: RunningServer) -> None:
    with demo_server.client as client:
        assert client.post("/library/scan").status_code == 202
    status = demo_server.wait_until(
        lambda: (s := demo_server.get("/library/scan"))["state"] == "idle" and s, "the second scan is over"
    )
    assert (status["counts"]["added"], status["counts"]["updated"], status["counts"]["files"]) == (0, 0, 24)


def test_player_commands_answer_with_the_state_they_led_to(demo_server: RunningServer) -> None:
    track = first_track(demo_server)
    with demo_server.client as client:

        def post(path: str, body: Any = None) -> Any:
            response = client.post(path, json=body) if body is not None else client.post(path)
            assert response.status_code == 200, response.text
            return response.json()["data"]

        state = post("/player/play", {"trackId": track["id"], "context": {"type": "library"}})
        assert state["isPlaying"]
        assert state["current"]["track"]["id"] == track["id"]
        assert not post("/player/pause")["isPlaying"]
        assert post("/player/seek", {"position": 3})["position"]["seconds"] == 3
        assert post("/player/volume", {"volume": 0.25})["volume"] == 0.25
        assert post("/player/next")["current"]["track"]["id"] == state["next"]["track"]["id"]
        assert post("/player/previous")["current"]["track"]["id"] == track["id"]
        toggled = post("/player/enhancement/toggle?enabled=false")
        assert toggled["enhancement"]["enabled"] is False
        put = client.put("/player/enhancement", json={"enabled": True, "preset": "warm", "intensity": 0.5})
        assert put.json()["data"]["enhancement"] == {"enabled": True, "preset": "warm", "intensity": 0.5}
        assert client.put("/player/enhancement", json={"preset": "loudest"}).status_code == 422
        assert client.get("/queue").json()["data"]["total"] == 24
        client.put("/player/enhancement", json={"preset": "adaptive", "intensity": 1})
        post("/player/volume", {"volume": 1})
        post("/player/stop")


def test_the_documents_and_the_web_player_are_served(demo_server: RunningServer) -> None:
    with httpx.Client(base_url=demo_server.url) as client:
        assert client.get("/api/v1/openapi.json").json()["openapi"].startswith("3.1")
        assert "swagger" in client.get("/api/docs").text
        assert client.get("/docs/swagger-ui-bundle.js").headers["content-type"].startswith("text/javascript")
        page = client.get("/albums/some-album")
        assert "<div id=" in page.text
        assert page.headers["cache-control"] == "no-cache"
        assert client.get("/api/v2/tracks").status_code == 404
        assert client.get("/assets/gone.js").status_code == 404
        for strange in ("/%00", "/" + "a" * 300, "/" + "a/" * 3000, "/%ff", "/%zz"):
            assert client.get(strange).status_code == 200
        for climb in ("/../pyproject.toml", "/%2e%2e/%2e%2e/application.py", "/assets/..%2f..%2fsite.py"):
            found = client.get(climb).text
            assert "starlette" not in found
            assert "[project]" not in found


def test_every_documented_route_answers(demo_server: RunningServer) -> None:
    """No operation of the document ends in a 500, with ids that exist and without."""
    track = first_track(demo_server)
    album = demo_server.get("/albums", limit=1)[0]
    known = {"track_id": track["id"], "album_id": album["id"], "artist_id": track["artists"][0]["id"]}
    known |= {"artwork_id": album["artworkId"], "variant": "original", "n": "0"}
    known |= {"before": "original", "after": "enhanced", "frame": "1000"}
    with httpx.Client(base_url=demo_server.url, timeout=60) as client:
        document = json.loads(client.get("/api/v1/openapi.json").text)
        made = client.post("/api/v1/playlists", json={"name": "Of this test", "trackIds": [track["id"]]}).json()["data"]
        entries = client.get(f"/api/v1/playlists/{made['id']}/tracks").json()["data"]
        known |= {"playlist_id": made["id"], "entry_id": entries[0]["entryId"]}
        for path, methods in document["paths"].items():
            for method in methods:
                for values in (known, dict.fromkeys(known, "0")):
                    response = client.request(
                        method.upper(), path.format_map(defaultdict(lambda: "0", values)), params={"query": "ab"}
                    )
                    assert response.status_code < 500, (method, path, response.text)
        client.post("/api/v1/player/stop")


def test_every_example_of_the_documents_is_understood(demo_server: RunningServer) -> None:
    """What the documents show as a body is never refused as malformed, though it names things that are not there."""
    out_of_reach = {"/api/v1/library/folders"}
    refused = []
    with httpx.Client(base_url=demo_server.url, timeout=60) as client:
        for path, methods in client.get("/api/v1/openapi.json").json()["paths"].items():
            for method, operation in methods.items():
                content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
                given = content.get("examples", {"only": {"value": content.get("example")}})
                if not content or path in out_of_reach:
                    continue
                for example in given.values():
                    address = path.format_map(defaultdict(lambda: "0"))
                    answer = client.request(method.upper(), address, json=example["value"])
                    bad_fields = answer.json().get("errors")
                    assert answer.status_code in {200, 201, 202, 404, 409, 422}, (method, path, answer.text)
                    refused += [(method, path, bad_fields)] if bad_fields else []
        client.post("/api/v1/player/stop")
        client.post("/api/v1/queue/clear")
        client.post("/api/v1/settings/reset", json={})
    assert not refused
