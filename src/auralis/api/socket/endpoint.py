"""A client's socket from accept to close."""

import asyncio
from typing import Any

from starlette.websockets import WebSocket

from auralis.api import player_views
from auralis.api.services import Services
from auralis.api.socket.announcer import Announcer
from auralis.api.socket.connection import Connection
from auralis.api.socket.dialects import Dialect, Fact
from auralis.api.socket.dialogue import Dialogue
from auralis.api.socket.registry import EVENTS_SUBPROTOCOL, LARGEST_FRAME, SUBPROTOCOL
from auralis.api.socket.session import Session

TOO_BIG = 1009
TRY_AGAIN_LATER = 1013
LEFT_ON_PURPOSE = frozenset({1000, 1001})
OUTPUT_GRACE_SECONDS = 5.0
"""An output that was cut off has so long to come back before playback pauses where it was cut off."""


class SocketEndpoint:
    """Serves sockets."""

    def __init__(self, services: Services, announcer: Announcer) -> None:
        self._services = services
        self._announcer = announcer

    async def __call__(self, socket: WebSocket) -> None:
        """Serve one client until it goes."""
        offered = socket.scope.get("subprotocols", [])
        chosen = next((name for name in (SUBPROTOCOL, EVENTS_SUBPROTOCOL) if name in offered), None)
        await socket.accept(subprotocol=chosen)
        hub = self._services.hub
        if hub.is_full():
            await socket.close(TRY_AGAIN_LATER, f"At most {hub.settings.connections} connections.")
            return
        connection = Connection(socket)
        address = socket.client.host if socket.client else ""
        session = hub.open(connection, address, _dialect(socket, chosen))
        session.aliases = socket.query_params.get("aliases") == "true"
        dialogue = Dialogue(self._services, self._announcer, connection, session, address)
        writer = asyncio.create_task(connection.write(), name="socket writer")
        code = TRY_AGAIN_LATER
        try:
            if session.dialect == "events":
                await self._begin_telling(session)
            code = await _listen(connection, dialogue)
        finally:
            if hub.leave(dialogue.session, connection, address):
                self._gone(dialogue.session, code)
            writer.cancel()

    async def _begin_telling(self, session: Session) -> None:
        """Let a client that only listens know how things stand."""
        session.ready = True
        session.tell(Fact("player.state", await player_views.player_view(self._services)))

    def _gone(self, session: Session, code: int) -> None:
        if not session.ready:
            return
        if session.can_output:
            self._announcer.clients_changed()
        lost_at = self._services.clock.now()

        def give_up() -> None:
            if session.connection is None:
                self._services.player.lose_client(session.client_id, session.name, lost_at)

        if code in LEFT_ON_PURPOSE or session.dialect != "auralis.v1":
            give_up()
        elif self._services.player.state.output_client_id == session.client_id:
            asyncio.get_running_loop().call_later(OUTPUT_GRACE_SECONDS, give_up)


async def _listen(connection: Connection, dialogue: Dialogue) -> int:
    """Read until the client closes or breaks the protocol; return the code that it closed with."""
    while True:
        await connection.room()
        message: dict[str, Any] = dict(await connection.socket.receive())
        if message["type"] == "websocket.disconnect":
            return int(message.get("code") or 1005)
        text = message.get("text")
        raw = text.encode("utf-8", "surrogatepass") if text is not None else message.get("bytes") or b""
        connection.messages_in += 1
        connection.bytes_in += len(raw)
        if len(raw) > LARGEST_FRAME:
            await connection.socket.close(TOO_BIG, f"A frame has at most {LARGEST_FRAME} bytes.")
            return TOO_BIG
        await dialogue.answer(raw)


def _dialect(socket: WebSocket, chosen: str | None) -> Dialect | None:
    if chosen == EVENTS_SUBPROTOCOL or socket.query_params.get("dialect") == "events":
        return "events"
    return "auralis.v1" if chosen == SUBPROTOCOL else None
