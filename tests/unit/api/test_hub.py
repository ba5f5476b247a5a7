"""Clients of the socket: what waits in an outbox, what is sent again, and what becomes of a slow reader."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tests.fakes import FakeClock

from auralis.api.socket import endpoint
from auralis.api.socket.connection import OUTBOX_FRAMES, Connection
from auralis.api.socket.dialects import Fact
from auralis.api.socket.framing import CloseCode
from auralis.api.socket.hub import Hub, SocketSettings
from auralis.api.socket.registry import CLIENT_MESSAGES, SERVER_MESSAGES, json_schemas
from auralis.api.socket.session import RING_FRAMES, Session
from auralis.api.socket.wire import Wire


class FakeWire:
    """What a wire is to a connection; ``full`` as where a client reads slowly."""

    def __init__(self, *, full: bool = False) -> None:
        self.full = full
        self.written = b""
        self.closed: int | None = None
        self.closing = False
        self.latency_ms: float | None = None
        self.reading = True
        self.listener: Any = None

    def attach(self, listener: Any) -> None:
        self.listener = listener

    def write(self, frames: bytes) -> None:
        self.written += frames

    def close(self, code: int, reason: str = "") -> None:
        assert reason
        self.closed = code
        self.closing = True

    def hold_on(self) -> None:
        self.reading = False

    def read_on(self) -> None:
        self.reading = True

    @property
    def sent(self) -> list[dict[str, Any]]:
        frames, at = [], 0
        while at < len(self.written):
            size, start = self.written[at + 1], at + 2
            if size == 126:
                size, start = int.from_bytes(self.written[at + 2 : at + 4], "big"), at + 4
            frames.append(json.loads(self.written[start : start + size]))
            at = start + size
        return frames


def connection_over(wire: FakeWire) -> Connection:
    return Connection(cast("Wire", wire))


def wire_of(connection: Connection | None) -> FakeWire:
    assert connection is not None
    return cast("FakeWire", connection.wire)


def greeted(hub: Hub, wire: FakeWire | None = None) -> Session:
    session = hub.open(connection_over(wire or FakeWire()), "here", "auralis.v1")
    session.ready = True
    return session


def taken(connection: Connection | None) -> list[str]:
    """Let the client take all that waits, and return the types of all it was sent."""
    wire = wire_of(connection)
    wire.full = False
    assert connection is not None
    connection.flowing()
    return [frame["type"] for frame in wire.sent]


def test_frames_have_the_canonical_form() -> None:
    fact = Fact("player.state", {"a": 1})
    wire = FakeWire()
    for frame in (fact.numbered(7), fact.frame("auralis.v1", "c-1"), fact.frame("auralis.v1")):
        assert frame is not None
        wire.write(frame)
    wanted = {"v": 1, "type": "player.state", "data": {"a": 1}}
    numbered, reply, plain = wire.sent
    assert numbered.items() >= (wanted | {"seq": 7}).items()
    assert reply.items() >= (wanted | {"replyTo": "c-1"}).items()
    assert plain.items() >= wanted.items()
    with pytest.raises(KeyError):
        Fact("no.such.type", {})


def test_a_fact_is_put_into_words_once_whatever_the_number_of_clients() -> None:
    fact = Fact("scan.progress", {"done": 1})
    for dialect in ("auralis.v1", "upper", "events"):
        assert fact.frame(dialect) is fact.frame(dialect)


async def test_of_progress_only_the_newest_waits() -> None:
    hub = Hub()
    session = greeted(hub, FakeWire(full=True))
    for n in range(50):
        hub.broadcast("scan.progress", {"done": n})
    hub.broadcast("scan.complete", {})
    assert taken(session.connection) == ["scan.progress", "scan.complete"]
    assert wire_of(session.connection).sent[0]["data"] == {"done": 49}
    figures = hub.figures(session)
    assert figures is not None
    assert figures["dropped"] == 49


async def test_a_reader_that_is_too_slow_is_let_go_after_all_that_can_be_dropped_was() -> None:
    connection = connection_over(FakeWire(full=True))
    state, position = Fact("player.state", {}), Fact("player.position", {})
    for n in range(OUTBOX_FRAMES):
        fact = position if n == 7 else state
        connection.send(fact.kind, (fact, n))
    connection.send("player.state", (state, OUTBOX_FRAMES))
    assert (connection.waiting, connection.dropped) == (OUTBOX_FRAMES, 1)
    connection.send("player.state", (state, OUTBOX_FRAMES + 1))
    assert wire_of(connection).closed == CloseCode.TRY_AGAIN_LATER
    connection.send("player.state", (state, OUTBOX_FRAMES + 2))
    assert connection.waiting == 0


async def test_what_happens_during_the_greeting_comes_after_it() -> None:
    hub = Hub()
    session = greeted(hub)
    session.hold()
    hub.broadcast("player.state", {})
    session.answer(Fact("connection.ready", {}), "c-1")
    session.release()
    assert taken(session.connection) == ["connection.ready", "player.state"]


async def test_who_asks_faster_than_it_takes_answers_is_not_read_and_not_let_go() -> None:
    wire = FakeWire(full=True)
    connection = connection_over(wire)
    ack = Fact("ack", {}).frame("auralis.v1")
    assert ack is not None

    async def answer(_: bytes) -> None:
        connection.send("ack", ack)

    connection.open(answer, lambda _: None)
    for _ in range(OUTBOX_FRAMES):
        connection.heard(b"{}")
    for _ in range(OUTBOX_FRAMES):
        await asyncio.sleep(0)
    assert connection.waiting == OUTBOX_FRAMES // 2
    assert not wire.reading
    for _ in range(OUTBOX_FRAMES):
        taken(connection)
        await asyncio.sleep(0)
    assert len(wire.sent) == OUTBOX_FRAMES
    assert wire.reading
    assert wire.closed is None


async def test_messages_are_answered_one_after_the_other_and_also_when_the_client_has_gone() -> None:
    connection = connection_over(FakeWire())
    log: list[object] = []

    async def answer(message: bytes) -> None:
        log.append(("begins", message))
        await asyncio.sleep(0)
        log.append(("ends", message))

    left: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    connection.open(answer, left.set_result)
    connection.heard(b"1")
    connection.heard(b"2")
    connection.lost(1000)
    log.append(await left)
    assert log == [("begins", b"1"), ("ends", b"1"), ("begins", b"2"), ("ends", b"2"), 1000]


async def test_a_client_that_reads_nothing_does_not_hold_up_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auralis.api.socket.hub.GOODBYE_SECONDS", 0.01)
    hub = Hub()
    stuck, other = greeted(hub, FakeWire(full=True)), greeted(hub)
    await hub.close()
    for session in (stuck, other):
        assert wire_of(session.connection).closed == CloseCode.RESTART
    assert taken(other.connection) == ["connection.close"]


async def test_a_broadcast_reaches_those_who_have_said_hello_and_want_it() -> None:
    hub = Hub()
    one, other, silent = greeted(hub), greeted(hub), hub.open(connection_over(FakeWire()), "here")
    other.topics = {"queue"}
    hub.broadcast("library.updated", {"revision": 1})
    assert taken(one.connection) == ["library.updated"]
    assert taken(other.connection) == []
    assert taken(silent.connection) == []
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
    newcomer = hub.open(connection_over(FakeWire()), "here", "auralis.v1")
    connection = newcomer.connection
    assert hub.resumable(session.token, newcomer.caller) is session
    hub.adopt(session, connection, newcomer, "here")
    assert session.reaches_back_to(2)
    assert session.resume(connection, 2) == 2
    hub.broadcast("library.updated", {"revision": 4})
    assert [frame["seq"] for frame in wire_of(connection).sent] == [3, 4, 5]
    assert hub.resumable("made up", newcomer.caller) is None
    stranger = replace(newcomer.caller, user_id="somebody else")
    assert hub.resumable(session.token, stranger) is None


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
    assert hub.open(connection_over(FakeWire()), "elsewhere").bucket.take(10) == 0
    clock.advance(61)
    hub.open(connection_over(FakeWire()), "here")
    assert hub.resumable(session.token, session.caller) is None


def test_tokens_are_never_anothers_too() -> None:
    hub = Hub(SocketSettings(tokens=10, tokens_per_minute=0.001), FakeClock())
    clients = [greeted(hub) for _ in range(3)]
    clients[0].bucket.take(10)
    for _ in range(3):
        for client in clients:
            hub.leave(client, client.connection, "here")
        newcomers = [greeted(hub) for _ in clients]
        for client, newcomer in zip(clients, reversed(newcomers), strict=True):
            hub.adopt(client, newcomer.connection, newcomer, "here")
        assert len({id(client.bucket) for client in clients}) == len(clients)
        assert sorted(round(client.bucket.tokens) for client in clients) == [0, 10, 10]


def test_a_client_that_takes_its_own_place_keeps_its_tokens_and_hears_nothing_twice() -> None:
    hub = Hub(SocketSettings(tokens=10, tokens_per_minute=0.001), FakeClock())
    session = greeted(hub)
    session.bucket.take(10)
    session.hold()
    hub.broadcast("library.updated", {"revision": 1})
    newcomer = greeted(hub)
    hub.adopt(session, newcomer.connection, newcomer, "here")
    assert session.resume(newcomer.connection, 0) == 1
    session.release()
    assert [frame["seq"] for frame in wire_of(session.connection).sent] == [1]
    assert session.bucket.take(1) > 0


def test_only_so_many_may_connect() -> None:
    hub = Hub(SocketSettings(connections=1))
    assert not hub.is_full()
    session = greeted(hub)
    assert hub.is_full()
    hub.leave(session, session.connection, "here")
    assert not hub.is_full()


def test_what_went_over_all_connections_is_added_up_also_of_those_that_are_gone() -> None:
    hub = Hub()
    session = greeted(hub)
    hub.broadcast("library.updated", {"revision": 1})
    before = hub.totals()
    assert before.items() >= {"connections": 1, "ready": 1, "messagesOut": 1, "opened": 1, "latencyMs": None}.items()
    wire_of(session.connection).latency_ms = 4.0
    assert hub.totals()["slowestMs"] == 4.0
    assert session.connection is not None
    hub.leave(session, session.connection, "here")
    after = hub.totals()
    assert (after["connections"], after["awaited"], after["bytesOut"]) == (0, 1, before["bytesOut"])


def test_every_payload_has_a_schema_and_every_type_a_category() -> None:
    schemas = json_schemas()
    for message in (*CLIENT_MESSAGES.values(), *SERVER_MESSAGES.values()):
        assert message.payload.__name__ in schemas
        assert message.category
        assert message.priority in {"critical", "high", "normal", "low"}
    assert CLIENT_MESSAGES["player.play"].cost < CLIENT_MESSAGES["queue.add"].cost < CLIENT_MESSAGES["cache.stats"].cost
    assert CLIENT_MESSAGES["connection.ping"].cost == 0


async def test_an_output_that_was_back_has_its_whole_grace_again(monkeypatch: pytest.MonkeyPatch) -> None:
    later: list[Callable[[], None]] = []
    loop = SimpleNamespace(call_later=lambda _, give_up: later.append(give_up))
    monkeypatch.setattr(endpoint, "asyncio", SimpleNamespace(get_running_loop=lambda: loop))
    clock, lost = FakeClock(), []
    hub = Hub(clock=clock)
    session = greeted(hub)
    player = SimpleNamespace(
        state=SimpleNamespace(output_client_id=session.client_id), lose_client=lambda *what: lost.append(what)
    )
    services = cast("Any", SimpleNamespace(hub=hub, clock=clock, player=player))
    sockets = endpoint.SocketEndpoint(services, cast("Any", None))

    def cut_off() -> None:
        hub.leave(session, session.connection, "here")
        sockets._gone(session, CloseCode.LOST)
        clock.advance(2)

    cut_off()
    newcomer = greeted(hub)
    hub.adopt(session, newcomer.connection, newcomer, "here")
    cut_off()
    first, second = later
    first()
    assert lost == []
    second()
    assert lost == [(session.client_id, session.name, clock.now() - 2)]
