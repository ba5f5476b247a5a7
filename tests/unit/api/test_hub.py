"""Connections: what waits in an outbox, and what becomes of a reader that is too slow."""

import asyncio
import json
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect

from auralis.api.socket.hub import OUTBOX_FRAMES, SLOW_READER, Connection, Hub, encode
from auralis.api.socket.registry import CLIENT_MESSAGES, SERVER_MESSAGES, json_schemas


class FakeSocket:
    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.closed: int | None = None

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(json.loads(message["text"]))

    async def close(self, code: int, reason: str = "") -> None:
        self.closed = code


class GoneSocket(FakeSocket):
    async def send(self, message: dict[str, Any]) -> None:
        raise WebSocketDisconnect(1006)


class StuckSocket(FakeSocket):
    async def close(self, code: int, reason: str = "") -> None:
        await asyncio.Event().wait()


async def written(connection: Connection) -> list[str]:
    writer = asyncio.create_task(connection.write())
    for _ in range(10):
        await asyncio.sleep(0)
    writer.cancel()
    return [frame["type"] for frame in connection.socket.sent]


def test_frames_have_the_canonical_form() -> None:
    frame = json.loads(encode("player.state", {"a": 1}, "c-1"))
    assert frame.items() >= {"v": 1, "type": "player.state", "data": {"a": 1}, "replyTo": "c-1"}.items()
    with pytest.raises(AssertionError):
        encode("no.such.type", {})


async def test_of_progress_only_the_newest_waits() -> None:
    connection = Connection(FakeSocket())
    for n in range(50):
        connection.send("scan.progress", encode("scan.progress", {"done": n}))
    connection.send("scan.complete", encode("scan.complete", {}))
    assert await written(connection) == ["scan.progress", "scan.complete"]
    assert connection.socket.sent[0]["data"] == {"done": 49}


async def test_a_reader_that_is_too_slow_is_let_go() -> None:
    connection = Connection(FakeSocket())
    for _ in range(OUTBOX_FRAMES + 1):
        connection.send("player.state", b"{}")
    await written(connection)
    assert connection.socket.closed == SLOW_READER


async def test_what_happens_during_the_greeting_comes_after_it() -> None:
    connection = Connection(FakeSocket())
    connection.hold()
    connection.send("player.state", encode("player.state", {}))
    assert await written(connection) == []
    connection.greet("connection.ready", encode("connection.ready", {}))
    assert await written(connection) == ["connection.ready", "player.state"]


async def test_a_second_greeting_comes_after_what_was_said_before_it() -> None:
    connection = Connection(FakeSocket())
    connection.send("queue.state", encode("queue.state", {}))
    connection.hold()
    connection.send("player.state", encode("player.state", {}))
    connection.greet("connection.ready", encode("connection.ready", {}))
    assert await written(connection) == ["queue.state", "connection.ready", "player.state"]


async def test_who_asks_faster_than_it_is_answered_waits_and_is_not_let_go() -> None:
    connection = Connection(FakeSocket())
    writer = asyncio.create_task(connection.write())
    for n in range(OUTBOX_FRAMES * 3):
        await connection.room()
        connection.send("ack", encode("ack", {}, f"c-{n}"))
    assert len(connection.socket.sent) > OUTBOX_FRAMES
    assert connection.socket.closed is None
    writer.cancel()


async def test_nobody_waits_for_room_in_a_connection_that_is_gone() -> None:
    connection = Connection(GoneSocket())
    for _ in range(OUTBOX_FRAMES):
        connection.send("ack", encode("ack", {}))
    await connection.write()
    await connection.room()


async def test_a_client_that_reads_nothing_does_not_hold_up_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auralis.api.socket.hub.GOODBYE_SECONDS", 0.01)
    hub, stuck, other = Hub(), Connection(StuckSocket()), Connection(FakeSocket())
    for connection in (stuck, other):
        hub.add(connection)
    await hub.close()
    assert other.socket.closed == 1012


async def test_a_broadcast_reaches_those_who_have_said_hello() -> None:
    hub, greeted, silent = Hub(), Connection(FakeSocket()), Connection(FakeSocket())
    greeted.ready = True
    for connection in (greeted, silent):
        hub.add(connection)
    hub.broadcast("library.updated", {"revision": 1})
    assert await written(greeted) == ["library.updated"]
    assert await written(silent) == []
    await hub.close()
    assert silent.socket.closed == 1012
    hub.remove(greeted)
    assert hub.find(greeted.client_id) is None


def test_every_payload_has_a_schema() -> None:
    schemas = json_schemas()
    for message in (*CLIENT_MESSAGES.values(), *SERVER_MESSAGES.values()):
        assert message.payload.__name__ in schemas
        assert message.category in message.name
