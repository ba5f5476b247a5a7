"""The one socket of a real server, spoken by a plain client."""

import asyncio
import json
import signal
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.server import RunningServer
from tests.talk import Talker
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

PATIENCE = 20
ORDER = "get add remove reorder clear undo redo"


class Client:
    """A client that remembers all it is told."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.count = 0

    async def send(self, kind: str, data: Any = None, message_id: str | None = None) -> str:
        self.count += 1
        message_id = message_id or f"c-{self.count}"
        frame = {"v": 1, "id": message_id, "type": kind, "data": data or {}, "timestamp": 0}
        await self.connection.send(json.dumps(frame))
        return message_id

    async def until(self, condition: Any) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            while True:
                frame = json.loads(await self.connection.recv())
                if condition(frame):
                    return frame

    async def ask(self, kind: str, data: Any = None) -> dict[str, Any]:
        message_id = await self.send(kind, data)
        return await self.until(lambda frame: frame.get("replyTo") == message_id)


async def connected(server: RunningServer, name: str = "test", **options: Any) -> tuple[Client, dict[str, Any]]:
    url = server.url.replace("http", "ws") + "/ws"
    client = Client(await connect(url, subprotocols=["auralis.v1"], **options))
    ready = await client.ask("connection.hello", {"clientName": name, "capabilities": ["output"]})
    return client, ready


@pytest.fixture
async def pair(demo_server: RunningServer) -> AsyncIterator[tuple[Client, Client]]:
    first, _ = await connected(demo_server, "first")
    second, _ = await connected(demo_server, "second")
    yield first, second
    await first.ask("player.stop")
    await first.connection.close()
    await second.connection.close()


async def test_hello_is_answered_with_all_that_a_client_draws(demo_server: RunningServer) -> None:
    client, ready = await connected(demo_server)
    assert ready["type"] == "connection.ready"
    assert ready["data"]["snapshot"].keys() == {"player", "queue", "scan", "analysis"}
    assert ready["data"]["clientId"] in {c["clientId"] for c in ready["data"]["snapshot"]["player"]["clients"]}
    assert client.connection.subprotocol == "auralis.v1"
    await client.connection.close()


async def test_a_change_by_one_client_reaches_the_other(
    pair: tuple[Client, Client], demo_server: RunningServer
) -> None:
    first, second = pair
    track = demo_server.get("/tracks", limit=1)[0]
    await first.ask("player.enhancement", {"enabled": True})
    await first.ask("player.play", {"trackId": track["id"], "context": {"type": "library"}})
    state = await second.until(lambda f: f["type"] == "player.state" and f["data"]["isPlaying"])
    assert state["data"]["current"]["track"]["id"] == track["id"]
    assert state["data"]["outputClientId"] is not None
    await second.ask("player.enhancement", {"enabled": False})
    heard = await first.until(lambda f: f["type"] == "player.state" and not f["data"]["enhancement"]["enabled"])
    assert heard["data"]["current"]["track"]["id"] == track["id"]
    await first.ask("player.enhancement", {"enabled": True})


async def test_a_rest_command_reaches_every_socket(pair: tuple[Client, Client], demo_server: RunningServer) -> None:
    first, _ = pair
    with demo_server.client as client:
        client.post("/player/volume", json={"volume": 0.125})
    await first.until(lambda f: f["type"] == "player.state" and f["data"]["volume"] == 0.125)
    await first.ask("player.volume", {"volume": 1})


async def test_the_loss_of_the_output_pauses_and_is_told(demo_server: RunningServer) -> None:
    output, ready = await connected(demo_server, "Laptop")
    other, _ = await connected(demo_server, "Phone")
    await output.ask("player.output", {"clientId": ready["data"]["clientId"]})
    await output.ask("player.play", {"context": {"type": "library"}})
    await output.connection.close()
    note = await other.until(lambda f: f["type"] == "notification")
    assert "Laptop" in note["data"]["message"]
    state = (await other.ask("connection.hello", {"clientName": "Phone"}))["data"]["snapshot"]["player"]
    assert (state["isPlaying"], state["outputClientId"]) == (False, None)
    await other.connection.close()


async def test_a_connection_has_one_client_and_no_other_takes_its_place(demo_server: RunningServer) -> None:
    output, ready = await connected(demo_server, "Laptop")
    other, other_ready = await connected(demo_server, "Phone")
    await output.ask("player.output", {"clientId": ready["data"]["clientId"]})
    hello = {"clientName": "Both", "capabilities": ["output"], "resumeToken": other_ready["data"]["resumeToken"]}
    refused = await output.ask("connection.hello", hello)
    assert refused["error"]["details"]["errors"][0]["field"] == "resumeToken"
    assert demo_server.get("/player")["outputClientId"] == ready["data"]["clientId"]
    assert (await other.ask("connection.ping"))["type"] == "connection.pong"
    await output.connection.close()
    await other.connection.close()


async def test_a_client_that_sounds_no_longer_is_not_the_output_any_more(demo_server: RunningServer) -> None:
    output, ready = await connected(demo_server, "Laptop")
    other, _ = await connected(demo_server, "Phone")
    await output.ask("player.output", {"clientId": ready["data"]["clientId"]})
    await output.ask("player.play", {"context": {"type": "library"}})
    again = await output.ask("connection.hello", {"clientName": "Laptop"})
    assert again["data"]["clientId"] == ready["data"]["clientId"]
    note = await other.until(lambda f: f["type"] == "notification")
    assert "Laptop" in note["data"]["message"]
    state = demo_server.get("/player")
    assert (state["isPlaying"], state["outputClientId"]) == (False, None)
    assert ready["data"]["clientId"] not in {client["clientId"] for client in state["clients"]}
    await output.connection.close()
    await other.connection.close()


async def test_the_output_reports_a_join_and_everyone_sees_the_next_track(pair: tuple[Client, Client]) -> None:
    first, second = pair
    await first.ask("player.play", {"context": {"type": "library"}})
    ready = await first.ask("connection.hello", {"clientName": "first", "capabilities": ["output"]})
    await first.ask("player.output", {"clientId": ready["data"]["clientId"]})
    upcoming = ready["data"]["snapshot"]["player"]["next"]
    report = {"entryId": upcoming["entryId"], "position": 0.05, "isPlaying": True, "underruns": 0}
    await first.ask("player.report", report)
    state = await second.until(
        lambda f: f["type"] == "player.state" and f["data"]["current"]["entryId"] == upcoming["entryId"]
    )
    assert state["data"]["position"]["seconds"] < PATIENCE


async def test_what_is_not_understood_gets_an_error_and_the_connection_stays(demo_server: RunningServer) -> None:
    client, _ = await connected(demo_server)
    bad = [
        "not json",
        "[]",
        "{}",
        json.dumps({"type": "no.such", "id": "a"}),
        json.dumps({"type": "player.volume", "id": "b", "data": {"volume": 7}}),
        json.dumps({"type": "player.volume", "id": "c", "data": []}),
        json.dumps({"type": "player.volume", "id": "d", "data": "x"}),
        json.dumps({"type": "player.output", "id": "e", "data": {"clientId": "gone"}}),
        json.dumps({"type": "player.play", "id": 5}),
        "[" * 5000,
    ]
    for text in bad:
        await client.connection.send(text)
        frame = await client.until(lambda f: f["type"] == "error")
        assert frame["error"]["code"] in {"VALIDATION_ERROR", "CLIENT_NOT_FOUND"}, text
    assert (await client.ask("connection.ping"))["type"] == "connection.pong"
    await client.connection.close()


async def test_a_client_that_sends_all_at_once_is_answered_and_stays(demo_server: RunningServer) -> None:
    client, _ = await connected(demo_server)
    for n in range(2000):
        await client.connection.send(json.dumps({"type": "connection.ping", "id": f"p-{n}"}))
    await client.until(lambda f: f.get("replyTo") == "p-1999")
    await client.connection.close()


async def test_data_is_an_object_or_left_out(demo_server: RunningServer) -> None:
    client, _ = await connected(demo_server)
    for data in ("0", "false", "[]", '""'):
        await client.connection.send(f'{{"type": "player.pause", "id": "d{data.strip(chr(34))}", "data": {data}}}')
        assert (await client.until(lambda f: f["type"] in {"ack", "error"}))["type"] == "error", data
    await client.connection.send('{"type": "player.pause", "id": "none", "data": null}')
    assert (await client.until(lambda f: f.get("replyTo") == "none"))["type"] == "ack"
    await client.connection.close()


async def test_too_large_a_frame_closes_with_1009(demo_server: RunningServer) -> None:
    client, _ = await connected(demo_server)
    await client.connection.send("x" * 70_000)
    with pytest.raises(ConnectionClosed) as closed:
        await client.until(lambda _: False)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009


async def test_commands_before_hello_are_refused(demo_server: RunningServer) -> None:
    client = Client(await connect(demo_server.url.replace("http", "ws") + "/ws"))
    assert (await client.ask("player.pause"))["type"] == "error"
    await client.connection.close()


async def test_a_repeated_id_is_answered_again_and_not_done_twice(pair: tuple[Client, Client]) -> None:
    first, _ = pair
    await first.ask("player.load", {"context": {"type": "library"}})
    ready = await first.ask("connection.hello", {"clientName": "first", "capabilities": ["output"]})
    entries = ready["data"]["snapshot"]["queue"]["entries"]
    for _ in range(2):
        await first.send("player.next", message_id="same")
        await first.until(lambda f: f.get("replyTo") == "same")
    again = await first.ask("connection.hello", {"clientName": "first", "capabilities": ["output"]})
    assert again["data"]["snapshot"]["player"]["current"]["entryId"] == entries[1]["entryId"]


async def test_a_conflict_is_told_again_without_the_state_of_then(pair: tuple[Client, Client]) -> None:
    first, _ = pair
    answers = []
    for _ in range(2):
        await first.send("queue.remove", {"entryIds": ["gone"]}, message_id="twice")
        answers.append((await first.until(lambda f: f.get("replyTo") == "twice"))["error"])
    details = [answer["details"] for answer in answers]
    assert [answer["code"] for answer in answers] == ["CONFLICT", "CONFLICT"]
    assert details[0].pop("current")["entries"] is not None
    assert details == [{"gone": ["gone"]}, {"gone": ["gone"]}]


async def test_foreign_origins_are_refused_at_the_handshake(demo_server: RunningServer) -> None:
    url = demo_server.url.replace("http", "ws") + "/ws"
    with pytest.raises(InvalidStatus) as refused:
        await connect(url, origin="https://evil.example")
    assert refused.value.response.status_code == 403
    client, _ = await connected(demo_server, origin=demo_server.url)
    await client.connection.close()


async def test_a_scan_is_told_to_every_client(pair: tuple[Client, Client]) -> None:
    first, second = pair
    await first.send("library.scan")
    done = await second.until(lambda f: f["type"] == "scan.complete")
    assert done["data"]["counts"]["files"] == 24


async def test_a_shutdown_tells_clients_to_come_back(demo_music: Any, tmp_path: Any) -> None:
    from tests.server import running_server

    with running_server(tmp_path / "data", music=demo_music, environment={"AURALIS_ANALYSE": "false"}) as server:
        client, _ = await connected(server)
        server.process.terminate()
        await client.until(lambda f: f["type"] == "connection.close")
        with pytest.raises(ConnectionClosed):
            await client.until(lambda _: False)
        assert await asyncio.to_thread(server.process.wait, PATIENCE) in {0, -signal.SIGTERM}


async def test_a_shutdown_does_not_wait_for_a_client_that_reads_nothing(demo_music: Any, tmp_path: Any) -> None:
    from tests.server import running_server

    with running_server(tmp_path / "data", music=demo_music, environment={"AURALIS_ANALYSE": "false"}) as server:
        server.wait_until_scanned(24)
        narrow = socket.socket()
        narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        narrow.connect(("127.0.0.1", int(server.url.rpartition(":")[2])))
        stuck, _ = await connected(server, sock=narrow)
        other, _ = await connected(server)
        stuck.connection.transport.pause_reading()
        await other.ask("player.load", {"context": {"type": "library"}})
        for n in range(1000):
            await stuck.send("queue.get", message_id=f"q-{n}")
        server.process.terminate()
        assert await asyncio.to_thread(server.process.wait, PATIENCE) in {0, -signal.SIGTERM}


async def test_the_first_answer_to_connect_and_play_is_a_state_that_plays(demo_server: RunningServer) -> None:
    with demo_server.client as rest:
        rest.post("/queue/clear")
    client = await Talker.to(demo_server)
    await client.say({"type": "CONNECT", "payload": {"clientId": "legacy"}, "timestamp": "2025-01-01T00:00:00Z"})
    await client.say({"type": "PLAY", "payload": {}, "requestId": "r1", "version": "1.0"})
    first = await client.next()
    assert (first["type"], first["requestId"], first["version"]) == ("PLAYER_STATE_UPDATE", "r1", "1.0")
    assert first["payload"]["isPlaying"] is True
    assert 0 <= first["payload"]["volume"] <= 1
    assert first["timestamp"].endswith("Z")
    await client.close()
