"""The library's folders over REST: added, taken out, and brought back with all that was kept."""

import os
from pathlib import Path

import pytest
from tests.factories import recording
from tests.server import RunningServer, running_server


def scanned(server: RunningServer) -> None:
    server.wait_until(lambda: server.get("/library/scan")["state"] == "idle", "the scan is over")


def add(server: RunningServer, path: object) -> tuple[int, dict[str, object]]:
    with server.client as client:
        response = client.post("/library/folders", json={"path": path})
    return response.status_code, response.json()


@pytest.fixture
def server(tmp_path: Path) -> object:
    for name, seed in (("one", 1), ("two", 2)):
        recording(tmp_path / name / "a.flac", seed, title=name)
    with running_server(tmp_path / "data", music=tmp_path / "one") as running:
        scanned(running)
        yield running


def test_folders_are_added_taken_out_and_brought_back(server: RunningServer, tmp_path: Path) -> None:
    assert [track["title"] for track in server.get("/tracks")] == ["one"]
    status, answer = add(server, str(tmp_path / "two"))
    assert status == 201
    assert [Path(str(folder["path"])).name for folder in answer["data"]] == ["one", "two"]
    scanned(server)
    one, two = server.get("/tracks")
    assert (one["title"], two["title"]) == ("one", "two")
    assert add(server, str(tmp_path / "two"))[0] == 201
    with server.client as client:
        assert client.put(f"/tracks/{two['id']}/rating", json={"rating": 4}).status_code == 200
        folder = server.get("/library/folders")[1]
        removed = client.delete(f"/library/folders/{folder['id']}")
        assert [Path(each["path"]).name for each in removed.json()["data"]] == ["one"]
        assert [track["title"] for track in client.get("/tracks").json()["data"]] == ["one"]
        assert client.delete(f"/library/folders/{folder['id']}").status_code == 404
    assert (tmp_path / "two" / "a.flac").exists()
    add(server, str(tmp_path / "two"))
    scanned(server)
    again = server.get("/tracks")[1]
    assert (again["id"], again["rating"], again["missing"]) == (two["id"], 4, False)


def test_what_is_no_folder_of_its_own_is_refused(server: RunningServer, tmp_path: Path) -> None:
    (tmp_path / "one" / "below").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "one" / "below")
    before = server.get("/library/folders")
    for path in (
        *("", "relative", "/not/there", str(tmp_path / "one" / "a.flac"), str(tmp_path / "one" / "below")),
        *(str(tmp_path), str(tmp_path / "link"), "/with\0zero", "/x" * 2000, None, 3),
        *("/" + "x" * length for length in (300, 5000)),
    ):
        status, answer = add(server, path)
        assert status == 422, path
        assert answer["code"] == "VALIDATION_ERROR"
    assert server.get("/library/folders") == before


def test_a_folder_behind_a_link_is_the_folder_itself(server: RunningServer, tmp_path: Path) -> None:
    (tmp_path / "way").symlink_to(tmp_path / "two")
    assert add(server, str(tmp_path / "way"))[0] == 201
    assert add(server, str(tmp_path / "two"))[0] == 201
    folders = server.get("/library/folders")
    assert [folder["path"] for folder in folders] == [str(tmp_path / "one"), str(tmp_path / "two")]
    scanned(server)
    assert [track["title"] for track in server.get("/tracks")] == ["one", "two"]


def test_a_folder_that_cannot_be_read_is_away_and_nothing_is_lost(server: RunningServer, tmp_path: Path) -> None:
    add(server, str(tmp_path / "two"))
    scanned(server)
    os.rename(tmp_path / "two", tmp_path / "shelf")  # noqa: PTH104
    with server.client as client:
        assert client.post("/library/scan").status_code == 202
    scanned(server)
    assert [folder["available"] for folder in server.get("/library/folders")] == [True, False]
    assert [track["missing"] for track in server.get("/tracks")] == [False, True]
