"""A socket as uvicorn knows it: frames, flow and liveness, with no task and next to no memory while it is quiet."""

import asyncio
from http import HTTPStatus
from typing import Any, Protocol, cast

import structlog
import uvicorn
from uvicorn.protocols.utils import get_local_addr, get_remote_addr, is_ssl
from uvicorn.server import ServerState

from auralis.api.socket.framing import CloseCode, FrameReader, FramingError, Opcode, close_frame, frame_of, read_close
from auralis.api.socket.handshake import HandshakeError, Opening, refused

_log = structlog.get_logger(__name__)

WIRE = "auralis.wire"
"""Where the application finds the wire in its scope."""

WRITE_BUFFER_BYTES = 64 * 1024
"""A client that leaves more than this is slow: what follows waits in its outbox, as facts that all clients share."""

CLOSE_SECONDS = 5.0
"""So long a client has to answer a close."""

SILENCE_SECONDS = 120.0
"""Where pings are off, a client that says nothing for so long is taken for gone."""

MOST_FRAMES_A_SECOND = 5000
"""Nobody who listens to music sends more."""


class WireListener(Protocol):
    """Whoever is told of what comes over a wire."""

    def heard(self, message: bytes) -> None:
        """Take a message."""
        ...

    def flowing(self) -> None:
        """Go on writing: the client has taken what it was sent."""
        ...

    def lost(self, code: int) -> None:
        """Learn that the connection has gone, and how it was closed."""
        ...


class Wire(asyncio.Protocol):
    """One open socket.

    The application accepts it as it would any other (ASGI), finds it in its scope and attaches a listener; from then
    on nothing but calls: a thousand quiet clients are a thousand small objects.
    """

    __slots__ = (
        "_application",
        "_close_code",
        "_counted",
        "_counting",
        "_gone",
        "_heard",
        "_listener",
        "_loop",
        "_paused",
        "_pinged_at",
        "_reader",
        "_state",
        "_timer",
        "_times",
        "_transport",
        "closing",
        "full",
        "latency_ms",
    )

    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],  # noqa: ARG002  (what uvicorn gives every protocol)
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._application = config.loaded_app
        self._times = config.ws_ping_interval or 0.0, config.ws_ping_timeout or 0.0
        self._state = server_state
        self._loop = _loop or asyncio.get_running_loop()
        self._reader: FrameReader | None = FrameReader(config.ws_max_size)
        self._transport: asyncio.Transport = None  # type: ignore[assignment]
        self._listener: WireListener | None = None
        self._gone: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._close_code: int = CloseCode.LOST
        self._pinged_at: float | None = None
        self._heard = self._paused = False
        self._counting = self._counted = 0
        self.full = self.closing = False
        self.latency_ms: float | None = None

    # What the loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over a connection."""
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(high=WRITE_BUFFER_BYTES)
        self._state.connections.add(self)  # type: ignore[arg-type]

    def data_received(self, data: bytes) -> None:
        """Read: first the request that opens the socket, then frames."""
        if self._reader is None:
            return  # it must be read all the same, or the client would never see why the connection ends
        if self._listener is None and not self.closing:
            self._open(data)
            return
        self._heard = True
        try:
            self._read(self._reader, data)
        except FramingError as error:
            self._reader = None
            self.close(error.code, error.reason)

    def pause_writing(self) -> None:
        """Write no more for now."""
        self.full = True

    def resume_writing(self) -> None:
        """Write again."""
        self.full = False
        if self._listener is not None:
            self._listener.flowing()

    def connection_lost(self, _: Exception | None) -> None:
        """Tell that the connection has gone."""
        self._state.connections.discard(self)
        self._wait(None)
        self.closing = True
        if self._gone is not None and not self._gone.done():
            self._gone.set_result(None)
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.lost(self._close_code)

    def shutdown(self) -> None:
        """End with the server."""
        self.close(CloseCode.RESTART, "The server is shutting down.")
        if self._transport.get_write_buffer_size():
            self._transport.abort()
        else:
            self._transport.close()

    # What the application calls

    def attach(self, listener: WireListener) -> None:
        """Tell ``listener`` of everything from now on."""
        if self.closing:
            listener.lost(self._close_code)
            return
        self._listener = listener
        every, _ = self._times
        self._wait(every or SILENCE_SECONDS)
        self.read_on()

    def write(self, frames: bytes) -> None:
        """Write whole frames."""
        if not self.closing:
            self._transport.write(frames)

    def close(self, code: CloseCode, reason: str = "") -> None:
        """End the connection and say why; a client that does not answer is not waited for long."""
        if not self.closing:
            self._end(code, close_frame(code, reason))

    def hold_on(self) -> None:
        """Read no more for now."""
        if not self._paused and not self.closing:
            self._paused = True
            self._transport.pause_reading()

    def read_on(self) -> None:
        """Read again."""
        if self._paused:
            self._paused = False
            self._transport.resume_reading()

    # Frames

    def _read(self, reader: FrameReader, data: bytes) -> None:
        pong: bytes | None = None
        for opcode, payload in reader.feed(data):
            self._count()
            if opcode == Opcode.CLOSE:
                if not self.closing:
                    self._end(read_close(payload), frame_of(Opcode.CLOSE, payload[:2]))
                self._transport.close()  # both have said it: the server is the one to hang up (RFC 6455, 7.1.1)
                return
            if self.closing:
                continue
            if opcode == Opcode.PING:
                pong = payload
            elif opcode == Opcode.PONG:
                self._answered()
            elif opcode != Opcode.CONTINUATION and self._listener is not None:
                self._listener.heard(payload)
        if pong is not None and not self.full:  # of several pings the last one may be answered alone (RFC 6455, 5.5.3)
            self.write(frame_of(Opcode.PONG, pong))

    def _count(self) -> None:
        second = int(self._loop.time())
        if second != self._counting:
            self._counting, self._counted = second, 0
        self._counted += 1
        if self._counted > MOST_FRAMES_A_SECOND:
            raise FramingError(CloseCode.ABUSE, "Too many frames a second.")

    def _end(self, code: int, farewell: bytes) -> None:
        self._transport.write(farewell)
        self.closing = True
        self._close_code = code
        self._wait(None)
        self._timer = self._loop.call_later(CLOSE_SECONDS, self._transport.abort)
        self.read_on()

    # Liveness

    def _wait(self, seconds: float | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None else self._loop.call_later(seconds, self._check)

    def _check(self) -> None:
        """Ask for a sign of life, or give up a client that did not give one."""
        every, patience = self._times
        if self._pinged_at is not None or not (every or self._heard):
            self.close(CloseCode.NO_ANSWER, "No sign of life.")
        elif every:
            self._pinged_at = self._loop.time()
            self.write(frame_of(Opcode.PING, b""))
            self._wait(patience)
        else:
            self._heard = False
            self._wait(SILENCE_SECONDS)

    def _answered(self) -> None:
        if self._pinged_at is not None:
            self.latency_ms = round((self._loop.time() - self._pinged_at) * 1000, 3)
            self._pinged_at = None
            self._wait(self._times[0])

    # The handshake

    def _open(self, data: bytes) -> None:
        try:
            opening = Opening.read(data)
        except HandshakeError as error:
            self._refuse(error.status)
            return
        self._paused = True
        self._transport.pause_reading()  # until somebody listens
        self._gone = self._loop.create_future()
        task = self._loop.create_task(self._run(opening))
        self._state.tasks.add(task)
        task.add_done_callback(self._state.tasks.discard)

    async def _run(self, opening: Opening) -> None:
        """Let the application decide on the request; the listener that it attaches outlives this."""
        arrived = iter([{"type": "websocket.connect"}])
        accepted = False

        async def receive() -> Any:
            if (connect := next(arrived, None)) is not None:
                return connect
            if self._gone is not None:
                await self._gone
            return {"type": "websocket.disconnect", "code": self._close_code}

        async def send(message: Any) -> None:
            nonlocal accepted
            if message["type"] == "websocket.accept":
                accepted = True
                headers = [*self._state.default_headers, *message.get("headers", [])]
                self.write(opening.accepted(message.get("subprotocol"), headers))
            elif accepted:
                self.close(message.get("code", CloseCode.NORMAL), message.get("reason") or "")
            else:
                self._refuse(HTTPStatus.FORBIDDEN)

        scope = opening.scope() | {
            "scheme": "wss" if is_ssl(self._transport) else "ws",
            "server": get_local_addr(self._transport),
            "client": get_remote_addr(self._transport),
            "state": {},
            WIRE: self,
        }
        try:
            await self._application(scope, receive, send)
        except Exception:  # noqa: BLE001  (the outer edge: the server goes on without this client)
            _log.exception("a socket could not be opened")
        if self._listener is None and accepted:
            self.close(CloseCode.NO_ANSWER, "The server has failed.")
        elif self._listener is None:
            self._refuse(HTTPStatus.INTERNAL_SERVER_ERROR)
        self._gone = None

    def _refuse(self, status: HTTPStatus) -> None:
        if not self.closing:
            self._transport.write(refused(status))
            self.closing = True
            self._transport.close()
