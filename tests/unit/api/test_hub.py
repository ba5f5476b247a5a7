"""Clients of the socket: what waits in an outbox, what is sent again, and what becomes of a slow reader."""

import asyncio
import json
from typing import Any

import pytest
from starlette.websockets import WebSocketDisconnect
from tests.fakes import FakeClock

from auralis.api.socket.connection import OUTBOX_FRAMES, SLOW_READER, Connection
from auralis.api.socket.dialects import Fact
from auralis.api.socket.hub import Hub, SocketSettings
from auralis.api.socket.registry import CLIENT_MESSAGES, SERVER_MESSAGES, json_schemas
from auralis.api.socket.session import RING_FRAMES, Session


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


def greeted(hub: Hub, socket: FakeSocket | None = None) -> Session:
    session = hub.open(Connection(socket or FakeSocket()), "here", "auralis.v1")
    session.ready = True
    return session


async def written(connection: Connection) -> list[str]:
    writer = asyncio.create_task(connection.write())
    for _ in range(10):
        await asyncio.sleep(0)
    writer.cancel()
    return [frame["type"] for frame in connection.socket.sent]


def test_frames_have_the_canonical_form() -> None:
    frame = json.loads(Fact("player.state", {"a": 1}).canonical(7, "c-1"))
    wanted = {"v": 1, "type": "player.state", "data": {"a": 1}, "replyTo": "c-1", "seq": 7}
    assert frame.items() >= wanted.items()
    with pytest.raises(AssertionError):
        Fact("no.such.type", {})


async def test_of_progress_only_the_newest_waits() -> None:
    hub = Hub()
    session = greeted(hub)
    for n in range(50):
        hub.broadcast("scan.progress", {"done": n})
    hub.broadcast("scan.complete", {})
    assert await written(session.connection) == ["scan.progress", "scan.complete"]
    assert session.connection.socket.sent[0]["data"] == {"done": 49}
    assert hub.figures(session)["dropped"] == 49


async def test_a_reader_that_is_too_slow_is_let_go_after_all_that_can_be_dropped_was() -> None:
    connection = Connection(FakeSocket())
    for n in range(OUTBOX_FRAMES):
        connection.send("player.position" if n == 7 else "player.state", "{}")
    connection.send("player.state", "{}")
    assert (connection.waiting, connection.dropped) == (OUTBOX_FRAMES, 1)
    connection.send("player.state", "{}")
    await written(connection)
    assert connection.socket.closed == SLOW_READER


async def test_what_happens_during_the_greeting_comes_after_it() -> None:
    hub = Hub()
    session = greeted(hub)
    session.hold()
    hub.broadcast("player.state", {})
    session.answer(Fact("connection.ready", {}), "c-1")
    session.release()
    assert await written(session.connection) == ["connection.ready", "player.state"]


async def test_who_asks_faster_than_it_is_answered_waits_and_is_not_let_go() -> None:
    connection = Connection(FakeSocket())
    writer = asyncio.create_task(connection.write())
    for _ in range(OUTBOX_FRAMES * 3):
        await connection.room()
        connection.send("ack", "{}")
    assert len(connection.socket.sent) > OUTBOX_FRAMES
    assert connection.socket.closed is None
    writer.cancel()


async def test_nobody_waits_for_room_in_a_connection_that_is_gone() -> None:
    connection = Connection(GoneSocket())
    for _ in range(OUTBOX_FRAMES):
        connection.send("ack", "{}")
    await connection.write()
    await connection.room()


async def test_a_client_that_reads_nothing_does_not_hold_up_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auralis.api.socket.hub.GOODBYE_SECONDS", 0.01)
    hub = Hub()
    greeted(hub, StuckSocket())
    other = greeted(hub)
    await hub.close()
    assert other.connection.socket.closed == 1012


async def test_a_broadcast_reaches_those_who_have_said_hello_and_want_it() -> None:
    hub = Hub()
    one, other, silent = greeted(hub), greeted(hub), hub.open(Connection(FakeSocket()), "here")
    other.topics = {"queue"}
    hub.broadcast("library.updated", {"revision": 1})
    assert await written(one.connection) == ["library.updated"]
    assert await written(other.connection) == []
    assert await written(silent.connection) == []
    hub.leave(one, one.connection, "here")
    assert hub.find(one.client_id) is None


async def test_what_was_missed_is_sent_again_in_order_and_once() -> None:
    hub = Hub()
    session = greeted(hub)
    for revision in range(3):
        hub.broadcast("library.updated", {"revision": revision})
    old = session.connection
    assert hub.leave(session, old, "here")
    hub.broadcast("library.updated", {"revision": 3})
    hub.broadcast("scan.progress", {})
    newcomer = hub.open(Connection(FakeSocket()), "here", "auralis.v1")
    connection = newcomer.connection
    assert hub.resumable(session.token) is session
    hub.adopt(session, connection, newcomer, "here")
    assert session.reaches_back_to(2)
    assert session.resume(connection, 2) == 2
    hub.broadcast("library.updated", {"revision": 4})
    await written(connection)
    assert [frame["seq"] for frame in connection.socket.sent] == [3, 4, 5]
    assert hub.resumable("made up") is None


async def test_the_ring_has_an_end() -> None:
    hub = Hub()
    session = greeted(hub)
    hub.leave(session, session.connection, "here")
    for revision in range(RING_FRAMES + 10):
        hub.broadcast("library.updated", {"revision": revision})
    assert not session.reaches_back_to(9)
    assert session.reaches_back_to(10)
    assert not session.reaches_back_to(RING_FRAMES + 11)


async def test_a_client_is_forgotten_after_a_while_and_its_limits_are_not() -> None:
    clock = FakeClock()
    hub = Hub(SocketSettings(tokens=10, tokens_per_minute=60), clock)
    session = greeted(hub)
    assert session.bucket.take(10) == 0
    hub.leave(session, session.connection, "here")
    again = greeted(hub)
    assert again.bucket.take(5) == pytest.approx(5)
    assert hub.open(Connection(FakeSocket()), "elsewhere").bucket.take(10) == 0
    clock.advance(61)
    hub.open(Connection(FakeSocket()), "here")
    assert hub.resumable(session.token) is None


def test_only_so_many_may_connect() -> None:
    hub = Hub(SocketSettings(connections=1))
    assert not hub.is_full()
    session = greeted(hub)
    assert hub.is_full()
    hub.leave(session, session.connection, "here")
    assert not hub.is_full()


def test_every_payload_has_a_schema_and_every_type_a_category() -> None:
    schemas = json_schemas()
    for message in (*CLIENT_MESSAGES.values(), *SERVER_MESSAGES.values()):
        assert message.payload.__name__ in schemas
        assert message.category
        assert message.priority in {"critical", "high", "normal", "low"}
    assert CLIENT_MESSAGES["player.play"].cost < CLIENT_MESSAGES["queue.add"].cost < CLIENT_MESSAGES["cache.stats"].cost
    assert CLIENT_MESSAGES["connection.ping"].cost == 0
