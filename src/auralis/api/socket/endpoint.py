"""A client's socket from accept to close: reads frames, checks them against the registry, acts, answers."""

import asyncio
import time
from collections import OrderedDict
from typing import Any

import orjson
from starlette.websockets import WebSocket

from auralis import __version__
from auralis.api import commands, player_views, views
from auralis.api.problems import frame as error_frame
from auralis.api.services import Services
from auralis.api.socket.announcer import Announcer
from auralis.api.socket.hub import Connection, encode
from auralis.api.socket.registry import CLIENT_MESSAGES, LARGEST_FRAME, SUBPROTOCOL, Hello
from auralis.model.errors import FieldError, InvalidInputError
from auralis.model.events import ClientConnected

TOO_BIG = 1009
REMEMBERED_COMMANDS = 200
"""So many commands are known by their ids, so that one that is repeated is answered again and not done again."""

_Outcome = tuple[str, dict[str, Any] | None]
_DONE: _Outcome = ("ack", {})


class SocketEndpoint:
    """Serves sockets."""

    def __init__(self, services: Services, announcer: Announcer) -> None:
        self._services = services
        self._announcer = announcer

    async def __call__(self, socket: WebSocket) -> None:
        """Serve one client until it goes."""
        offered = socket.scope.get("subprotocols", [])
        await socket.accept(subprotocol=SUBPROTOCOL if SUBPROTOCOL in offered else None)
        connection = Connection(socket)
        self._services.hub.add(connection)
        writer = asyncio.create_task(connection.write(), name="socket writer")
        try:
            await _Dialogue(self._services, self._announcer, connection).run()
        finally:
            self._services.hub.remove(connection)
            writer.cancel()
            if connection.ready:
                self._services.player.lose_client(connection.client_id, connection.name)
                self._announcer.clients_changed()


class _Dialogue:
    """What one client says and is answered."""

    def __init__(self, services: Services, announcer: Announcer, connection: Connection) -> None:
        self._services = services
        self._announcer = announcer
        self._connection = connection
        self._outcomes: OrderedDict[str, _Outcome] = OrderedDict()

    async def run(self) -> None:
        """Read until the client closes or breaks the protocol."""
        while True:
            await self._connection.room()
            message = await self._connection.socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            raw = text.encode("utf-8", "surrogatepass") if text is not None else message.get("bytes") or b""
            if len(raw) > LARGEST_FRAME:
                await self._connection.socket.close(TOO_BIG, f"A frame has at most {LARGEST_FRAME} bytes.")
                return
            await self._answer(raw)

    async def _answer(self, raw: bytes) -> None:
        message_id: str | None = None
        try:
            message = _parsed(raw)
            message_id = message["id"]
            outcome = self._outcomes.get(message_id) if message_id else None
            if outcome is None:
                outcome = await self._handle(message, message_id)
        except Exception as error:  # noqa: BLE001  (the outer edge: the client is told, the connection stays)
            outcome = ("error", error_frame(error))
        self._reply(message_id, outcome)

    async def _handle(self, message: dict[str, Any], message_id: str | None) -> _Outcome:
        kind = message["type"]
        known = CLIENT_MESSAGES.get(kind)
        if known is None:
            raise InvalidInputError(f"There is no message type '{str(kind)[:80]}'.")
        if not self._connection.ready and kind not in {"connection.hello", "connection.ping"}:
            raise InvalidInputError("The first frame is connection.hello.")
        body = known.payload.model_validate(message["data"])
        outcome = await self._act(kind, body)
        if message_id is not None and outcome == _DONE:
            self._outcomes[message_id] = outcome
            while len(self._outcomes) > REMEMBERED_COMMANDS:
                self._outcomes.popitem(last=False)
        return outcome

    async def _act(self, kind: str, body: Any) -> _Outcome:
        category, _, verb = kind.partition(".")
        match kind:
            case "connection.hello":
                return await self._hello(body)
            case "connection.ping":
                return ("connection.pong", {"serverTime": int(time.time() * 1000)})
            case "queue.get":
                return ("queue.state", await player_views.queue_view(self._services, body.offset, body.limit))
            case _ if category == "queue":
                await commands.queue(self._services, verb, body)
            case "library.scan":
                await commands.scan(self._services, body, self._connection.client_id)
            case _:
                assert category == "player"
                await commands.player(self._services, verb, body, self._connection.client_id)
        return _DONE

    async def _hello(self, body: Hello) -> _Outcome:
        connection = self._connection
        connection.name = body.client_name
        connection.can_output = "output" in body.capabilities
        connection.hold()
        self._announcer.clients_changed()
        self._services.bus.publish(ClientConnected(connection.client_id))
        services = self._services
        snapshot = {
            "player": await player_views.player_view(services),
            "queue": await player_views.queue_view(services),
            "scan": views.scan_view(services.scanner.status),
            "analysis": views.analysis_view(services.analysis.status),
        }
        return (
            "connection.ready",
            {
                "clientId": connection.client_id,
                "sessionId": connection.client_id,
                "serverVersion": __version__,
                "serverTime": int(time.time() * 1000),
                "features": ["player", "queue", "library", "enhancement"],
                "snapshot": snapshot,
            },
        )

    def _reply(self, message_id: str | None, outcome: _Outcome) -> None:
        kind, data = outcome
        error = data if kind == "error" else None
        answer = self._connection.greet if self._connection.held else self._connection.send
        answer(kind, encode(kind, data, message_id, error=error))


def _parsed(raw: bytes) -> dict[str, Any]:
    """Return a frame's ``id``, ``type`` and ``data``."""
    try:
        message = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise InvalidInputError("The frame is not JSON.") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise InvalidInputError("A frame is an object with a type.", [FieldError("type", "is missing")])
    message_id = message.get("id")
    if message_id is not None and not (isinstance(message_id, str) and len(message_id) <= 100):
        raise InvalidInputError("An id is a string of at most 100 characters.", [FieldError("id", "is not valid")])
    data = message.get("data")
    return {"id": message_id, "type": message["type"], "data": {} if data is None else data}
