"""What one client says and is answered: frames are checked against the registry, done once, and answered."""

from typing import Any

from auralis import __version__
from auralis.api import commands, player_views, views
from auralis.api.problems import frame as error_frame
from auralis.api.services import Services
from auralis.api.socket.actions import ACTIONS, DONE
from auralis.api.socket.announcer import Announcer
from auralis.api.socket.connection import Connection
from auralis.api.socket.dialects import Asked, Fact, asked, dialect_of, id_of, read_frame, unknown_type
from auralis.api.socket.messages import Hello
from auralis.api.socket.registry import CLIENT_MESSAGES, MessageType
from auralis.api.socket.session import Outcome, Session
from auralis.kit.clock import server_time
from auralis.model.errors import FieldError, ForbiddenError, InvalidInputError, RateLimitedError
from auralis.model.events import ClientConnected
from auralis.playback.player import CURRENT_COMMAND

LASTING_ID = 16
"""Ids of so many characters are taken for unique for all time: they are known after a restart too."""

_BEFORE_HELLO = frozenset({"connection.hello", "connection.ping", "connection.pong", "connection.close"})


class Dialogue:
    """One client's side of the talk; ``session`` changes when a client that was cut off makes itself known."""

    def __init__(
        self, services: Services, announcer: Announcer, connection: Connection, session: Session, address: str
    ) -> None:
        self._services = services
        self._announcer = announcer
        self._connection = connection
        self._address = address
        self.session = session

    async def answer(self, raw: bytes) -> None:
        """Do what a frame asks for, and answer it."""
        message_id: str | None = None
        try:
            message = read_frame(raw)
            if self.session.dialect is None:
                self.session.dialect = dialect_of(message)
            message_id = id_of(message)
            kind, data = await self._outcome(asked(message, self.session.dialect))
        except Exception as error:  # noqa: BLE001  (the outer edge: the client is told, the connection stays)
            kind, data = "error", error_frame(error)
        if self.session.connection is self._connection:  # else it asks again over the one by which it came back
            self._reply(message_id, kind, data)
            self.session.release()

    def _reply(self, message_id: str | None, kind: str, data: Any) -> None:
        silent = kind == "" or (self.session.dialect == "upper" and kind in {"connection.ready", "connection.pong"})
        if not silent:
            refusal = data if kind == "error" else None
            self.session.answer(Fact(kind, {} if refusal else data, refusal=refusal), message_id)

    async def _outcome(self, message: Asked) -> Outcome:
        known = CLIENT_MESSAGES.get(message.kind)
        if known is None:
            raise unknown_type(message.kind)
        if self.session.dialect == "events":
            raise _out_of_place(message.kind, "This dialect only listens.")
        if not self.session.ready and message.kind not in _BEFORE_HELLO:
            raise _out_of_place(message.kind, "The first frame is connection.hello.")
        if known.role > self.session.caller.role:
            raise ForbiddenError(f"That takes the role {known.role.name.lower()}.")
        if known.category == "connection" or message.id is None:
            return await self._handle(known, message)
        earlier = self.session.outcomes.get(message.id)
        if earlier is not None:
            outcome = await earlier
            return await self._resulting(known) if outcome == DONE else outcome
        self._pay(known)
        if len(message.id) >= LASTING_ID and self._services.player.was_done(message.id):
            return await self._resulting(known)
        return await self._once(known, message)

    async def _once(self, known: MessageType, message: Asked) -> Outcome:
        """Do a command; whoever sends it again, also over another connection, has this outcome."""
        assert message.id is not None
        promise = self.session.begin(message.id)
        lasting = len(message.id) >= LASTING_ID and known.name != "player.report"
        token = CURRENT_COMMAND.set(message.id if lasting else None)
        outcome: Outcome = ("error", {})
        try:
            outcome = await self._act(known, message)
        except Exception as error:  # noqa: BLE001  (the outer edge: the client is told, and told the same again)
            outcome = ("error", error_frame(error))
        finally:
            CURRENT_COMMAND.reset(token)
            promise.set_result(_to_remember(known, outcome))
        if promise.result()[0] not in {"ack", "error"}:
            self.session.outcomes.pop(message.id, None)  # what is asked again is looked up again
        return outcome

    async def _handle(self, known: MessageType, message: Asked) -> Outcome:
        if known.category == "connection" and self.session.connection is not self._connection:
            return "", {}  # it was meant for a connection that another one has replaced
        if self.session.ready:  # a client that has used up its tokens may still come back
            self._pay(known)
        return await self._act(known, message)

    async def _act(self, known: MessageType, message: Asked) -> Outcome:
        if self.session.dialect == "upper":
            self.session.hold()  # what a command leads to is answered first, and told after
        body = known.payload.model_validate(message.data)
        category, _, verb = known.name.partition(".")
        services = self._services
        if category == "player":
            await commands.player(services, verb, body, self.session.client_id)
            return await self._resulting(known)
        if category == "queue" and verb != "get":
            await commands.queue(services, verb, body)
            return await self._resulting(known)
        if known.name == "connection.hello":
            assert isinstance(body, Hello)
            return await self._hello(body)
        return await ACTIONS[known.name](services, self.session, body)

    async def _resulting(self, known: MessageType) -> Outcome:
        """Return what acknowledges a change: in ``upper`` the state that it led to."""
        if self.session.dialect != "upper":
            return DONE
        if known.category == "player":
            return "player.state", await player_views.player_view(self._services)
        return "queue.state", await player_views.queue_view(self._services)

    def _pay(self, known: MessageType) -> None:
        wait = self.session.bucket.take(known.cost)
        if wait > 0:
            self.session.refused += 1
            self._services.hub.refused += 1
            allowed = int(self._services.hub.settings.tokens_per_minute)
            raise RateLimitedError("socket messages", allowed, 60, retry_after_seconds=max(1, round(wait)))

    async def _hello(self, body: Hello) -> Outcome:
        hub = self._services.hub
        known = hub.resumable(body.resume_token, self.session.caller)
        replayed: int | None = None
        if known is not None and known is not self.session:
            if self.session.ready:
                raise _second_client()
            hub.adopt(known, self._connection, self.session, self._address)
            self.session = known
            if body.last_seq is not None and known.reaches_back_to(body.last_seq):
                replayed = known.resume(self._connection, body.last_seq)
        session = self.session
        could_output = session.can_output
        session.name = body.client_name
        session.can_output = "output" in body.capabilities
        session.pings = "ping" in body.capabilities
        session.hold()
        session.ready = True
        if session.can_output or could_output:
            self._announcer.clients_changed(but=session)
        if not session.can_output:
            self._services.player.lose_client(session.client_id, session.name)
        self._services.bus.publish(ClientConnected(session.client_id))
        identity = {
            "clientId": session.client_id,
            "sessionId": session.client_id,
            "serverTime": int(server_time() * 1000),
            "resumeToken": session.token,
            "seq": session.seq,
        }
        if replayed is not None:
            hub.resumed += 1
            return "connection.resumed", {**identity, "replayed": replayed}
        if session.dialect == "upper":
            return "connection.ready", {}
        features = ["player", "queue", "library", "enhancement", "resume"]
        snapshot = await self._snapshot()
        return "connection.ready", {
            **identity,
            "serverVersion": __version__,
            "features": features,
            "snapshot": snapshot,
        }

    async def _snapshot(self) -> dict[str, Any]:
        services = self._services
        return {
            "player": await player_views.player_view(services),
            "queue": await player_views.queue_view(services),
            "scan": views.scan_view(services.scanner.status),
            "analysis": views.analysis_view(services.analysis.status),
        }


def _out_of_place(kind: str, reason: str) -> InvalidInputError:
    return InvalidInputError(reason, [FieldError("type", "has no place here", kind)])


def _second_client() -> InvalidInputError:
    error = FieldError("resumeToken", "is another client's")
    return InvalidInputError("This connection has its client already; another one needs its own.", [error])


def _to_remember(known: MessageType, outcome: Outcome) -> Outcome:
    """Return an outcome without the state that came with it: hundreds are remembered, and it has aged since."""
    kind, data = outcome
    if kind in {"player.state", "queue.state"} and known.name != "queue.get":
        return DONE
    if kind != "error" or "current" not in data.get("details", {}):
        return outcome
    details = {name: value for name, value in data["details"].items() if name != "current"}
    return kind, {**data, "details": details}
