"""Playlists through the doors of a real server: REST to change them, the socket to hear of it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.integration.test_socket import Client, connected
from tests.server import RunningServer


@pytest.fixture
def client(demo_server: RunningServer) -> Iterator[httpx.Client]:
    with demo_server.client as client:
        yield client
        for playlist in client.get("/playlists", params={"limit": 500}).json()["data"]:
            client.delete(f"/playlists/{playlist['id']}")


@pytest.fixture
def tracks(demo_server: RunningServer) -> list[str]:
    return [track["id"] for track in demo_server.get("/tracks", limit=24)]


def create(client: httpx.Client, name: str = "Evening", **body: Any) -> dict[str, Any]:
    answer = client.post("/playlists", json={"name": name, **body})
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["data"])


def read(client: httpx.Client, playlist: dict[str, Any]) -> dict[str, Any]:
    return dict(client.get(f"/playlists/{playlist['id']}").json()["data"])


def test_a_playlist_goes_through_its_life(client: httpx.Client, tracks: list[str]) -> None:
    playlist = create(client, description="calm")
    path = f"/playlists/{playlist['id']}"
    added = client.post(f"{path}/tracks", json={"trackIds": tracks[:3]}).json()["data"]
    assert (added["trackCount"], added["revision"]) == (3, 2)
    client.post(f"{path}/tracks", json={"trackIds": [tracks[0]], "position": 0})
    whole = read(client, playlist)
    assert [entry["track"]["id"] for entry in whole["entries"]] == [tracks[0], *tracks[:3]]
    assert whole["duration"] == pytest.approx(sum(entry["duration"] for entry in whole["entries"]), abs=0.01)
    first, second, third, fourth = [entry["entryId"] for entry in whole["entries"]]
    client.post(f"{path}/reorder", json={"entryId": fourth, "afterEntryId": None})
    client.delete(f"{path}/tracks/{second}")
    assert [entry["entryId"] for entry in read(client, playlist)["entries"]] == [fourth, first, third]
    renamed = client.put(path, json={"name": "Night"}).json()["data"]
    assert (renamed["name"], renamed["description"]) == ("Night", "calm")
    copy = client.post(f"{path}/duplicate").json()["data"]
    assert (copy["name"], copy["trackCount"]) == ("Night (copy)", 3)
    assert client.post(f"{path}/clear").json()["data"]["trackCount"] == 0
    assert client.post(f"{path}/undo").json()["data"]["trackCount"] == 3
    assert client.post(f"{path}/redo").json()["data"]["trackCount"] == 0
    listed = client.get("/playlists", params={"sort": "name", "page": 1, "pageSize": 200}).json()
    ids = (playlist["id"], copy["id"])
    assert [each["name"] for each in listed["data"] if each["id"] in ids] == ["Night", "Night (copy)"]
    assert listed["meta"]["total"] == len(listed["data"])
    assert client.delete(path).status_code == 200
    assert client.get(path).json()["code"] == "PLAYLIST_NOT_FOUND"
    assert client.post(f"{path}/restore").status_code == 200
    assert client.get(path).status_code == 200


def test_entries_are_paged_every_way(client: httpx.Client, tracks: list[str]) -> None:
    playlist = create(client, trackIds=tracks)
    wanted = [entry["entryId"] for entry in read(client, playlist)["entries"]]
    assert len(wanted) == len(tracks)
    found: list[str] = []
    path: str | None = f"/api/v1/playlists/{playlist['id']}/tracks?cursor=&pageSize=7"
    while path:
        body = client.get(path.removeprefix("/api/v1")).json()
        found += [entry["entryId"] for entry in body["data"]]
        path = body["links"]["next"]
    assert found == wanted
    part = client.get(f"/playlists/{playlist['id']}", params={"offset": 20, "limit": 2}).json()["data"]
    assert [entry["entryId"] for entry in part["entries"]] == wanted[20:22]
    assert part["offset"] == 20


def test_stale_edits_are_refused_with_the_current_state(client: httpx.Client, tracks: list[str]) -> None:
    playlist = create(client)
    path = f"/playlists/{playlist['id']}"
    tag = client.get(path).headers["etag"]
    fresh = client.post(f"{path}/tracks", json={"trackIds": tracks[:2]}, headers={"If-Match": tag})
    assert fresh.status_code == 200
    stale = {"If-Match": tag}
    entry = read(client, playlist)["entries"][0]["entryId"]
    for method, where, body in (
        ("POST", "/tracks", {"trackIds": tracks[:1]}),
        ("DELETE", f"/tracks/{entry}", None),
        ("POST", "/reorder", {"entryId": entry, "afterEntryId": None}),
        ("POST", "/clear", None),
        ("POST", "/undo", None),
        ("POST", "/redo", None),
        ("PUT", "", {"name": "x"}),
        ("PATCH", "", {"name": "x"}),
        ("DELETE", "", None),
    ):
        answer = client.request(method, path + where, json=body, headers=stale)
        assert (answer.status_code, answer.json()["code"]) == (412, "CONFLICT"), (method, where)
        assert answer.json()["details"]["current"]["revision"] == 2
        if body is not None or method == "POST":
            answer = client.request(method, path + where, json={**(body or {}), "expectedRevision": 1})
            assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT"), (method, where)
    assert read(client, playlist)["revision"] == 2


def test_bad_input_is_refused(client: httpx.Client, tracks: list[str]) -> None:
    playlist = create(client, trackIds=tracks[:1])
    path = f"/playlists/{playlist['id']}"
    entry = read(client, playlist)["entries"][0]["entryId"]
    for method, where, body, status in (
        ("POST", "/playlists", {}, 422),
        ("POST", "/playlists", {"name": ""}, 422),
        ("POST", "/playlists", {"name": "x" * 201}, 422),
        ("POST", "/playlists", {"name": 3}, 422),
        ("POST", "/playlists", {"name": "x", "owner": "me"}, 422),
        ("POST", "/playlists", {"name": "x", "trackIds": ["nothing"]}, 404),
        ("POST", f"{path}/tracks", {}, 422),
        ("POST", f"{path}/tracks", {"trackIds": ["nothing"]}, 404),
        ("POST", f"{path}/tracks", {"trackIds": tracks[:1], "position": -1}, 422),
        ("POST", f"{path}/tracks", {"trackIds": ["x"] * 10_001}, 422),
        ("POST", f"{path}/tracks", {"trackIds": [None]}, 422),
        ("DELETE", f"{path}/tracks/nothing", None, 404),
        ("POST", f"{path}/reorder", {"entryId": entry}, 422),
        ("POST", f"{path}/reorder", {"entryId": entry, "afterEntryId": entry}, 422),
        ("POST", f"{path}/reorder", {"entryId": entry, "afterEntryId": "nothing"}, 409),
        ("POST", f"{path}/reorder", {"entryId": "nothing", "afterEntryId": None}, 404),
        ("POST", f"{path}/clear", {"expectedRevision": "x"}, 422),
        ("POST", f"{path}/redo", None, 409),
        ("GET", "/playlists?sort=colour", None, 422),
        ("GET", "/playlists?cursor=nonsense", None, 422),
        ("GET", f"{path}?limit=501", None, 422),
        ("GET", "/playlists/nothing", None, 404),
        ("GET", "/playlists/nothing/export.m3u8", None, 404),
        ("POST", "/playlists/nothing/undo", None, 404),
        ("POST", f"{path}/restore", None, 404),
    ):
        answer = client.request(method, where, json=body)
        assert answer.status_code == status, (method, where, body, answer.text)


def test_a_playlist_is_exported_and_brought_in_again(client: httpx.Client, tracks: list[str]) -> None:
    playlist = create(client, 'Été "night" / 椎名', trackIds=tracks[:4])
    exported = client.get(f"/playlists/{playlist['id']}/export.m3u8")
    assert exported.headers["content-type"].startswith("application/vnd.apple.mpegurl")
    assert "filename*=UTF-8''" in exported.headers["content-disposition"]
    content = exported.content + b"#EXTINF:1,No - One\n../../etc/passwd\n"
    ways = (
        {"files": {"file": ("list.m3u8", content)}, "data": {"name": "By form"}},
        {"files": {"file": ("By file.m3u", content)}},
        {"json": {"name": "By JSON", "content": content.decode()}},
        {"content": content, "headers": {"content-type": "audio/x-mpegurl"}, "params": {"name": "By body"}},
        {"content": content, "headers": {"content-type": "text/plain"}},
    )
    names = []
    for way in ways:
        answer = client.post("/playlists/import", **way)  # type: ignore[arg-type]
        assert answer.status_code == 201, answer.text
        data = answer.json()["data"]
        names.append(data["playlist"]["name"])
        assert data["playlist"]["trackCount"] == 4
        assert (data["report"]["matched"], data["report"]["unmatchedCount"]) == (4, 1)
        assert data["report"]["unmatched"][0]["text"] == "../../etc/passwd"
    assert names == ["By form", "By file", "By JSON", "By body", 'Été "night" / 椎名']


def test_bad_uploads_are_refused(client: httpx.Client) -> None:
    form = {"content-type": "multipart/form-data; boundary=x"}
    for way, status in (
        ({"data": {"name": "x"}, "files": {"other": ("a", b"x")}}, 422),
        ({"content": b"--x\r\nbroken", "headers": form}, 422),
        ({"content": b"", "headers": {"content-type": "multipart/form-data"}}, 422),
        ({"content": b"x", "headers": {"content-type": "image/png"}}, 415),
        ({"content": b'{"content": 3}', "headers": {"content-type": "application/json"}}, 422),
        ({"content": b"x" * (10 * 1024 * 1024 + 1), "headers": {"content-type": "text/plain"}}, 413),
        ({"files": {"file": ("a.m3u", b"x" * (10 * 1024 * 1024))}}, 413),
        ({"files": [("file", ("a", b"x")), ("more", ("b", b"y"))]}, 422),
    ):
        answer = client.post("/playlists/import", **way)  # type: ignore[arg-type]
        assert answer.status_code == status, (way.keys(), answer.text[:300])
    assert client.post("/playlists", content=b"x", headers={"content-type": "text/plain"}).status_code == 415


def change(client: httpx.Client, method: str, path: str, **given: Any) -> None:
    assert client.request(method, path, **given).status_code == 200


async def test_every_change_is_told_to_every_client(
    demo_server: RunningServer, client: httpx.Client, tracks: list[str]
) -> None:
    listener, _ = await connected(demo_server, "listener")

    async def told(kind: str) -> dict[str, Any]:
        return dict((await listener.until(lambda frame: frame["type"] == kind))["data"])

    playlist = create(client)
    path = f"/playlists/{playlist['id']}"
    assert (await told("playlist.created"))["playlist"] == playlist
    change(client, "POST", f"{path}/tracks", json={"trackIds": tracks[:2]})
    added = await told("playlist.tracksAdded")
    assert (added["previousRevision"], added["playlist"]["revision"], added["addedCount"]) == (1, 2, 2)
    assert [each["trackId"] for each in added["added"]] == tracks[:2]
    first, second = (each["entryId"] for each in added["added"])
    change(client, "POST", f"{path}/reorder", json={"entryId": second, "afterEntryId": None})
    assert (await told("playlist.updated")).items() >= {"change": "order", "entryId": second}.items()
    change(client, "DELETE", f"{path}/tracks/{first}")
    assert (await told("playlist.trackRemoved"))["entryId"] == first
    change(client, "POST", f"{path}/clear")
    assert (await told("playlist.cleared"))["playlist"]["trackCount"] == 0
    change(client, "POST", f"{path}/undo")
    assert (await told("playlist.updated"))["change"] == "undo"
    change(client, "DELETE", path)
    assert (await told("playlist.deleted"))["playlist"]["id"] == playlist["id"]
    await listener.connection.close()


async def test_settings_are_told_to_every_client(demo_server: RunningServer, client: httpx.Client) -> None:
    listener, _ = await connected(demo_server, "listener")
    change(client, "PATCH", "/settings", json={"player.preset": "warm"})
    changed = await listener.until(lambda frame: frame["type"] == "settings.changed")
    assert changed["data"]["changes"] == [{"name": "player.preset", "old": "adaptive", "new": "warm"}]
    change(client, "POST", "/settings/reset", json={"names": ["player.preset"]})
    reset = await listener.until(lambda frame: frame["type"] == "settings.reset")
    assert reset["data"]["changes"] == [{"name": "player.preset", "old": "warm", "new": "adaptive"}]
    await listener.connection.close()


async def test_a_playlist_is_played_in_its_order(
    demo_server: RunningServer, client: httpx.Client, tracks: list[str]
) -> None:
    playlist = create(client, trackIds=[tracks[5], tracks[2], tracks[5]])
    player: Client
    player, _ = await connected(demo_server, "player")
    await player.ask("player.play", {"context": {"type": "playlist", "id": playlist["id"]}})
    queue = demo_server.get("/queue")
    assert [entry["track"]["id"] for entry in queue["entries"]] == [tracks[5], tracks[2], tracks[5]]
    refused = await player.ask("player.play", {"context": {"type": "playlist", "id": "nothing"}})
    assert refused["error"]["code"] == "PLAYLIST_NOT_FOUND"
    await player.ask("player.stop")
    await player.connection.close()
