"""The socket in all its dialects, what happens to a lost connection, and every type sent and received."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.factories import filled_library
from tests.server import RunningServer, running_server
from tests.talk import Talker
from websockets.exceptions import ConnectionClosed

from auralis.api.socket.dialects import UPPER_IN, UPPER_OUT


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    data = tmp_path_factory.mktemp("talk")
    filled_library(data / "auralis.db", 60).close()
    quiet = {"AURALIS_ANALYSE": "false", "AURALIS_SOCKET_MESSAGES_PER_MINUTE": "6000"}
    with running_server(data, environment=quiet) as server:
        yield server


def everything(server: RunningServer) -> dict[str, Any]:
    """Return all tracks by name: their files are away, so that a context would leave them out."""
    return {"type": "tracks", "trackIds": [track["id"] for track in server.get("/tracks", limit=60)]}


def snapshot_of(ready: dict[str, Any]) -> dict[str, Any]:
    assert ready["type"] == "connection.ready"
    return dict(ready["data"]["snapshot"])


async def test_every_command_of_the_upper_dialect_is_answered(server: RunningServer) -> None:
    client = await Talker.to(server)
    track = server.get("/tracks", limit=1)[0]["id"]
    await client.say({"type": "CONNECT", "payload": {}})
    payloads: dict[str, Any] = {
        "PLAY": {"trackId": track},
        "SEEK": {"position": 1},
        "SET_VOLUME": {"volume": 0.5},
        "ADD_TRACK": {"trackId": track, "position": "next"},
    }
    entry = None
    for number, kind in enumerate([*(k for k in UPPER_IN if k not in {"CONNECT", "REMOVE_TRACK"}), "REMOVE_TRACK"]):
        if kind == "REMOVE_TRACK":
            entry = server.get("/queue")["entries"]
            await client.say({"type": "ADD_TRACK", "payload": {"trackId": track}, "requestId": "again"})
            await client.until(lambda f: f.get("requestId") == "again")
            entry = server.get("/queue")["entries"][-1]["entryId"]
        payload = {"entryId": entry} if kind == "REMOVE_TRACK" else payloads.get(kind, {})
        await client.say({"type": kind, "payload": payload, "requestId": f"r{number}"})
        answer = await client.until(lambda f, n=number: f.get("requestId") == f"r{n}")
        assert answer["type"] != "ERROR", (kind, answer)
    await client.say({"type": "DANCE", "payload": {}, "requestId": "x"})
    refused = await client.until(lambda f: f.get("requestId") == "x")
    assert (refused["type"], refused["payload"]["code"]) == ("ERROR", "VALIDATION_ERROR")
    assert {frame["type"] for frame in client.heard} <= {name for names in UPPER_OUT.values() for name in names}
    await client.close()


async def test_a_repeated_command_of_the_upper_dialect_is_answered_and_done_once(tmp_path: Path) -> None:
    filled_library(tmp_path / "auralis.db", 20).close()
    total = 0
    for _ in range(2):  # the second time by a server that knows the command from its memory alone
        with running_server(tmp_path, environment={"AURALIS_ANALYSE": "false"}) as server:
            track = server.get("/tracks", limit=1)[0]["id"]
            client = await Talker.to(server)
            await client.say({"type": "CONNECT", "payload": {}})
            for request_id in ("an-id-that-lasts-for-ever", "an-id-that-lasts-for-ever", "short", "short"):
                command = {"type": "ADD_TRACK", "payload": {"trackId": track}, "requestId": request_id}
                await client.say(command)
                answer = await client.until(lambda f, wanted=request_id: f.get("requestId") == wanted)
                assert answer["type"] == "QUEUE_UPDATE"
                total = answer["payload"]["total"]
            await client.close()
    assert total == 3


async def test_the_events_dialect_tells_in_snake_case_and_only_listens(server: RunningServer) -> None:
    by_protocol = await Talker.to(server, subprotocols=["auralis.events"])
    by_query = await Talker.to(server, "/ws?dialect=events&aliases=true")
    speaker = await Talker.to(server)
    await speaker.hello()
    state = await by_protocol.next()
    assert state["type"] == "player_state"
    assert {"is_playing", "current_track", "current_time", "volume"} <= state["data"].keys()
    assert (await by_query.next())["type"] == "player_update"
    await speaker.ask("player.volume", {"volume": 0.25})
    told = await by_protocol.until(lambda f: f["type"] == "volume_changed")
    assert told["data"] == {"volume": 25.0}
    assert isinstance(told["timestamp"], float)
    await by_protocol.say({"type": "player.pause"})
    assert (await by_protocol.until(lambda f: f["type"] == "error"))["data"]["code"] == "VALIDATION_ERROR"
    for client in (by_protocol, by_query, speaker):
        await client.close()


async def test_what_was_missed_is_replayed_once_and_in_order(server: RunningServer) -> None:
    one, other = await Talker.to(server), await Talker.to(server)
    ready, _ = await one.hello(), await other.hello()
    await other.ask("player.volume", {"volume": 0.5})
    await one.until(lambda f: f["type"] == "player.state" and f["data"]["volume"] == 0.5)
    last = max(frame.get("seq", 0) for frame in one.heard)
    one.connection.transport.abort()
    for volume in (0.1, 0.2, 0.3):
        await other.ask("player.volume", {"volume": volume})
    again = await Talker.to(server)
    resumed = await again.hello(resumeToken=ready["data"]["resumeToken"], lastSeq=last)
    assert resumed["type"] == "connection.resumed"
    assert resumed["data"]["clientId"] == ready["data"]["clientId"]
    seqs = [frame["seq"] for frame in again.heard if "seq" in frame]
    assert seqs == list(range(last + 1, last + 1 + len(seqs)))
    volumes = [f["data"]["volume"] for f in again.heard if f["type"] == "player.volumeChanged"]
    assert volumes == [0.1, 0.2, 0.3]
    assert resumed["data"]["replayed"] == len(seqs)
    await other.ask("player.volume", {"volume": 1})
    state = await again.until(lambda f: f["type"] == "player.volumeChanged")
    assert state["seq"] > max(seqs)
    for client in (again, other):
        await client.close()


async def test_where_the_ring_does_not_reach_a_snapshot_is_sent(server: RunningServer) -> None:
    client = await Talker.to(server)
    ready = await client.hello()
    token = ready["data"]["resumeToken"]
    client.connection.transport.abort()
    again = await Talker.to(server)
    snapshot_of(await again.hello(resumeToken=token, lastSeq=10_000))
    stranger = await Talker.to(server)
    snapshot_of(await stranger.hello(resumeToken="made up", lastSeq=1))
    for one in (again, stranger):
        await one.close()


async def test_a_command_sent_again_over_another_connection_is_done_once(server: RunningServer) -> None:
    client = await Talker.to(server)
    ready = await client.hello()
    await client.ask("player.load", {"context": everything(server)})
    before = server.get("/queue")["total"]
    track = server.get("/tracks", limit=1)[0]["id"]
    body = {"trackIds": [track]}
    await client.ask("queue.add", body, "short")
    await client.ask("queue.add", body, "an-id-that-lasts-for-ever")
    client.connection.transport.abort()
    again = await Talker.to(server)
    await again.hello(resumeToken=ready["data"]["resumeToken"], lastSeq=0)
    assert (await again.ask("queue.add", body, "short"))["type"] == "ack"
    stranger = await Talker.to(server)
    await stranger.hello()
    assert (await stranger.ask("queue.add", body, "an-id-that-lasts-for-ever"))["type"] == "ack"
    assert server.get("/queue")["total"] == before + 2
    for one in (again, stranger):
        await one.close()


async def test_topics_are_chosen(server: RunningServer) -> None:
    client = await Talker.to(server)
    await client.hello()
    await client.ask("connection.unsubscribe", {"topics": ["player"]})
    await client.ask("player.volume", {"volume": 0.75})
    await client.ask("connection.subscribe", {"topics": ["player"]})
    await client.ask("player.volume", {"volume": 1})
    await client.hears(lambda f: f["type"] == "player.state" and f["data"]["volume"] == 1)
    assert [f["data"]["volume"] for f in client.heard if f["type"] == "player.volumeChanged"] == [1]
    refused = await client.ask("connection.subscribe", {"topics": ["weather"]})
    assert refused["error"]["code"] == "VALIDATION_ERROR"
    await client.close()


async def test_clients_see_each_other_with_figures(server: RunningServer) -> None:
    one, other = await Talker.to(server), await Talker.to(server)
    await one.hello(clientName="One")
    await other.hello(clientName="Other")
    told = await one.until(lambda f: f["type"] == "clients.changed" and len(f["data"]["clients"]) == 2)
    assert {client["name"] for client in told["data"]["clients"]} == {"One", "Other"}
    listed = (await one.ask("clients.list"))["data"]["clients"]
    figures = next(client for client in listed if client["name"] == "One")["connection"]
    assert figures["messagesIn"] >= 2
    assert figures["bytesOut"] > 100
    assert {client["name"] for client in server.get("/clients")} == {"One", "Other"}
    await other.close()
    gone = await one.until(lambda f: f["type"] == "clients.changed" and len(f["data"]["clients"]) == 1)
    assert gone["data"]["clients"][0]["name"] == "One"
    await one.close()


async def test_a_client_over_its_limit_is_told_when_to_go_on(tmp_path: Path) -> None:
    filled_library(tmp_path / "auralis.db", 20).close()
    quiet = {"AURALIS_ANALYSE": "false", "AURALIS_SOCKET_CONNECTIONS": "2"}
    with running_server(tmp_path, environment=quiet) as server:
        client = await Talker.to(server)
        ready = await client.hello()
        answers = [await client.ask("queue.get") for _ in range(110)]
        refused = [answer for answer in answers if answer["type"] == "error"]
        assert refused
        assert refused[0]["error"]["code"] == "RATE_LIMITED"
        assert refused[0]["error"]["details"]["retryAfter"] >= 1
        assert (await client.ask("connection.ping"))["type"] == "connection.pong"
        client.connection.transport.abort()
        again = await Talker.to(server)
        await again.hello(resumeToken=ready["data"]["resumeToken"], lastSeq=0)
        assert (await again.ask("cache.stats"))["error"]["code"] == "RATE_LIMITED"
        second = await Talker.to(server)
        await second.hello()
        third = await Talker.to(server)
        with pytest.raises(ConnectionClosed) as closed:
            await third.next()
        assert closed.value.rcvd.code == 1013
        for one in (again, second):
            await one.close()
