"""A client's socket from accept to close."""

import asyncio

from starlette.websockets import WebSocket

from auralis.api import player_views
from auralis.api.services import Services
from auralis.api.socket.announcer import Announcer
from auralis.api.socket.connection import Connection
from auralis.api.socket.dialects import Dialect, Fact
from auralis.api.socket.dialogue import Dialogue
from auralis.api.socket.framing import CloseCode
from auralis.api.socket.registry import BY_SUBSCRIPTION, EVENTS_SUBPROTOCOL, SUBPROTOCOL, TOPICS
from auralis.api.socket.session import Session
from auralis.api.socket.wire import WIRE

LEFT_ON_PURPOSE = frozenset({CloseCode.NORMAL, CloseCode.GOING_AWAY})
OUTPUT_GRACE_SECONDS = 5.0
"""An output that was cut off has so long to come back before playback pauses where it was cut off."""


class SocketEndpoint:
    """Serves sockets."""

    def __init__(self, services: Services, announcer: Announcer) -> None:
        self._services = services
        self._announcer = announcer

    async def __call__(self, socket: WebSocket) -> None:
        """Take in a client; what it says from now on is answered as it comes."""
        offered = socket.scope.get("subprotocols", [])
        chosen = next((name for name in (SUBPROTOCOL, EVENTS_SUBPROTOCOL) if name in offered), None)
        await socket.accept(subprotocol=chosen)
        hub = self._services.hub
        if hub.is_full():
            await socket.close(CloseCode.TRY_AGAIN_LATER, f"At most {hub.settings.connections} connections.")
            return
        connection = Connection(socket.scope[WIRE])
        address = socket.client.host if socket.client else ""
        session = hub.open(connection, address, _dialect(socket, chosen))
        session.aliases = socket.query_params.get("aliases") == "true"
        session.topics |= BY_SUBSCRIPTION.intersection(socket.query_params.get("topics", "").split(","))
        hub.topics_changed()
        dialogue = Dialogue(self._services, self._announcer, connection, session, address)

        def left(code: int) -> None:
            if hub.leave(dialogue.session, connection, address):
                self._gone(dialogue.session, code)

        connection.open(dialogue.answer, left)
        if session.dialect == "events":
            asked = socket.query_params.get("topics", "").split(",")
            session.topics = TOPICS | (BY_SUBSCRIPTION & {*asked})
            await self._begin_telling(session)
            hub.topics_changed()

    async def _begin_telling(self, session: Session) -> None:
        """Let a client that only listens know how things stand."""
        session.ready = True
        session.tell(Fact("player.state", await player_views.player_view(self._services)))

    def _gone(self, session: Session, code: int) -> None:
        if not session.ready:
            return
        if session.can_output:
            self._announcer.clients_changed()
        lost_at, this_time = self._services.clock.now(), session.lost_at

        def give_up() -> None:
            if session.connection is None and session.lost_at == this_time:  # else it has been back meanwhile
                self._services.player.lose_client(session.client_id, session.name, lost_at)

        if code in LEFT_ON_PURPOSE or session.dialect != "auralis.v1":
            give_up()
        elif self._services.player.state.output_client_id == session.client_id:
            asyncio.get_running_loop().call_later(OUTPUT_GRACE_SECONDS, give_up)


def _dialect(socket: WebSocket, chosen: str | None) -> Dialect | None:
    if chosen == EVENTS_SUBPROTOCOL or socket.query_params.get("dialect") == "events":
        return "events"
    return "auralis.v1" if chosen == SUBPROTOCOL else None
