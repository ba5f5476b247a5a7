"""Files that are gone when their turn comes: playback goes on, the entry stays and is marked, and clients are told."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.factories import recording
from tests.server import RunningServer, running_server
from tests.talk import Talker


@pytest.fixture
def music(tmp_path: Path) -> Path:
    for number, title in enumerate("ABC"):
        recording(tmp_path / "music" / f"{title}.flac", number, 4.0, title=title)
    return tmp_path / "music"


def track_ids(server: RunningServer) -> list[str]:
    return [track["id"] for track in server.get("/tracks", sort="title")]


def plays(title: str) -> Any:
    def check(frame: dict[str, Any]) -> bool:
        data = frame.get("data", {})
        return frame["type"] == "player.state" and data["isPlaying"] and data["current"]["track"]["title"] == title

    return check


def tells(track_id: str, *, missing: bool) -> Any:
    told = {"trackId": track_id, "missing": missing}
    return lambda frame: frame["type"] == "track.updated" and frame["data"] == told


async def test_playback_goes_on_past_a_deleted_file_and_comes_back_to_it_when_it_is_there_again(
    tmp_path: Path, music: Path
) -> None:
    with running_server(tmp_path / "data", music=music, environment={"AURALIS_ANALYSE": "false"}) as server:
        server.wait_until_scanned(3)
        ids = track_ids(server)
        client = await Talker.to(server)
        await client.hello()
        content = (music / "B.flac").read_bytes()
        (music / "B.flac").unlink()
        await client.ask("player.play", {"trackId": ids[1], "context": {"type": "tracks", "trackIds": ids}})
        await client.hears(plays("C"))
        await client.hears(tells(ids[1], missing=True))
        note = await client.hears(lambda frame: frame["type"] == "notification")
        assert note["data"] == {"level": "warning", "message": "“B” was passed over: its file is not there."}
        queue = await client.hears(
            lambda f: f["type"] == "queue.state" and [e["track"]["missing"] for e in f["data"]["entries"]] == [0, 1, 0]
        )
        assert [entry["track"]["id"] for entry in queue["data"]["entries"]] == ids
        server.wait_until(lambda: server.get("/tracks", missing=True), "the library knows")
        (music / "B.flac").write_bytes(content)
        with server.client as rest:
            rest.post("/library/scan")
        await client.hears(tells(ids[1], missing=False))
        client.heard.clear()
        await client.ask("player.play", {"entryId": queue["data"]["entries"][1]["entryId"]})
        await client.hears(plays("B"))
        assert server.get("/player")["current"]["track"]["missing"] is False
        await client.close()


async def test_where_all_files_are_gone_playback_stops_and_says_why(tmp_path: Path, music: Path) -> None:
    with running_server(tmp_path / "data", music=music, environment={"AURALIS_ANALYSE": "false"}) as server:
        server.wait_until_scanned(3)
        ids = track_ids(server)
        shutil.rmtree(music)
        client = await Talker.to(server)
        await client.hello()
        with server.client as rest:
            rest.post("/player/repeat", json={"mode": "all"})
            answer = rest.post("/player/play", json={"context": {"type": "tracks", "trackIds": ids}})
        assert answer.status_code == 200
        await client.hears(lambda frame: frame["type"] == "notification")
        state = server.get("/player")
        assert (state["isPlaying"], state["next"], state["position"]["rate"]) == (False, None, 0)
        assert all(entry["track"]["missing"] for entry in server.get("/queue")["entries"])
        await client.close()
