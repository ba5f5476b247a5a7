"""One client's line: what it says waits its turn here, and what it is told, so that a slow client harms nobody else."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from auralis.api.socket.dialects import Fact
from auralis.api.socket.framing import CloseCode
from auralis.api.socket.registry import COALESCED
from auralis.api.socket.wire import Wire
from auralis.kit.clock import server_time

Frame = bytes | tuple[Fact, int]
"""A frame's bytes; or a fact and its number, which are put together only when they are written."""

OUTBOX_FRAMES = 500
INBOX_MESSAGES = 32
"""A client that says more before it is answered is not read until it was."""

MESSAGES_IN_A_ROW = 16
"""After so many messages of one client the others have their turn."""


class Connection:
    """Hands what comes over a wire to ``answer``, one message after the other, and writes what the client can take."""

    __slots__ = (
        "_answer",
        "_inbox",
        "_left",
        "_outbox",
        "_room",
        "_task",
        "bytes_in",
        "bytes_out",
        "connected_at",
        "dropped",
        "messages_in",
        "messages_out",
        "pinged",
        "pinged_at",
        "told_latency_ms",
        "wire",
    )

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.connected_at = server_time()
        self.messages_in = self.bytes_in = self.messages_out = self.bytes_out = self.dropped = 0
        self.told_latency_ms: float | None = None
        self.pinged = False
        self.pinged_at: float | None = None
        self._outbox: deque[tuple[str, Frame]] | None = None
        self._inbox: deque[bytes] | None = None
        self._task: asyncio.Task[None] | None = None
        self._room: asyncio.Future[None] | None = None
        self._answer: Callable[[bytes], Awaitable[None]] | None = None
        self._left: Callable[[int], None] | None = None

    def open(self, answer: Callable[[bytes], Awaitable[None]], left: Callable[[int], None]) -> None:
        """Let ``answer`` take each message, and ``left`` learn how the client went, when all it said was answered."""
        self._answer = answer
        self._left = left
        self.wire.attach(self)

    @property
    def waiting(self) -> int:
        """How many frames wait to be sent."""
        return len(self._outbox) if self._outbox else 0

    @property
    def latency_ms(self) -> float | None:
        """How long the way there and back took last."""
        return self.wire.latency_ms if self.told_latency_ms is None else self.told_latency_ms

    def send(self, kind: str, frame: Frame) -> None:
        """Write a frame, or let it wait where the client is behind; one that is too far behind is let go."""
        if self.wire.closing:
            return
        if self._outbox:
            self._queue(kind, frame)
        elif self.wire.full:
            self._outbox = deque([(kind, frame)])
        else:
            self._write(frame)

    def close(self, code: CloseCode, reason: str = "") -> None:
        """End the connection; what waits is not sent any more."""
        self._outbox = None
        self.wire.close(code, reason)

    # What the wire calls

    def heard(self, message: bytes) -> None:
        """Take a message."""
        self.messages_in += 1
        self.bytes_in += len(message)
        if self._task is not None:
            if self._inbox is None:
                self._inbox = deque()
            self._inbox.append(message)
            if len(self._inbox) >= INBOX_MESSAGES:
                self.wire.hold_on()
            return
        self._task = asyncio.get_running_loop().create_task(self._serve(message))

    def flowing(self) -> None:
        """Write what waits, as far as the client takes it."""
        outbox = self._outbox
        while outbox and not self.wire.full:
            _, frame = outbox.popleft()
            self._write(frame)
        if not outbox:
            self._outbox = None
        self._make_way()

    def lost(self, code: int) -> None:
        """Answer what was said before the connection went, and then let the client go."""
        self._outbox = None
        self._make_way()
        left, self._left = self._left, None
        if left is None:
            return
        if self._task is None:
            left(code)
        else:
            self._task.add_done_callback(lambda _: left(code))

    # Turns

    async def _serve(self, message: bytes | None) -> None:
        """Answer messages until none is left."""
        assert self._answer is not None
        turn = 0
        while message is not None:
            await self._answer(message)
            turn += 1
            if turn % MESSAGES_IN_A_ROW == 0:
                await asyncio.sleep(0)
            while self.waiting >= OUTBOX_FRAMES // 2:  # who asks for more must first take what there is
                self._room = asyncio.get_running_loop().create_future()
                await self._room
            message = self._inbox.popleft() if self._inbox else None
            if not self._inbox:
                self._inbox = None
                self.wire.read_on()
        self._task = None

    def _make_way(self) -> None:
        if self._room is not None and self.waiting < OUTBOX_FRAMES // 2:
            if not self._room.done():
                self._room.set_result(None)
            self._room = None

    def _queue(self, kind: str, frame: Frame) -> None:
        """Let a frame wait; of positions and progress only the newest does."""
        assert self._outbox is not None
        if kind in COALESCED:
            for index, (waiting, _) in enumerate(self._outbox):
                if waiting == kind:
                    self._outbox[index] = (kind, frame)
                    self.dropped += 1
                    return
        if len(self._outbox) >= OUTBOX_FRAMES and not self._drop_passing():
            self.close(CloseCode.TRY_AGAIN_LATER, "The client reads too slowly.")
            return
        self._outbox.append((kind, frame))

    def _drop_passing(self) -> bool:
        """Drop what newer frames will make up for; tell whether that helped."""
        assert self._outbox is not None
        kept = deque((kind, frame) for kind, frame in self._outbox if kind not in COALESCED)
        self.dropped += len(self._outbox) - len(kept)
        self._outbox = kept
        return len(kept) < OUTBOX_FRAMES

    def _write(self, frame: Frame) -> None:
        data = frame if isinstance(frame, bytes) else frame[0].numbered(frame[1])
        self.messages_out += 1
        self.bytes_out += len(data)
        self.wire.write(data)
