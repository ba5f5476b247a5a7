"""What a client is to the server beyond one connection: its name, what it has been told, what it has asked for."""

import asyncio
import itertools
from collections import deque
from typing import Any

from auralis.api.callers import Caller
from auralis.api.socket.connection import Connection, Frame
from auralis.api.socket.dialects import Dialect, Fact
from auralis.api.socket.registry import TOPICS
from auralis.kit.ids import new_id
from auralis.kit.rate import TokenBucket

RING_FRAMES = 500
RING_SECONDS = 60.0
REMEMBERED_COMMANDS = 200
"""So many commands are known by their ids, so that one that is repeated is answered again and not done again."""

Outcome = tuple[str, Any]


class Session:
    """A client; ``connection`` is None while it is cut off and may come back.

    What happens while an answer is awaited can be held back behind it, so that a client never sees an older state
    after a newer one.
    """

    __slots__ = (
        "_behind",
        "_ring",
        "aliases",
        "bucket",
        "caller",
        "can_output",
        "client_id",
        "connection",
        "dialect",
        "lost_at",
        "name",
        "outcomes",
        "pings",
        "ready",
        "refused",
        "seq",
        "token",
        "topics",
    )

    def __init__(
        self, connection: Connection, bucket: TokenBucket, caller: Caller, dialect: Dialect | None = None
    ) -> None:
        self.connection: Connection | None = connection
        self.caller = caller
        self.bucket = bucket
        self.dialect = dialect
        self.client_id = new_id()
        self.token = new_id(32)
        self.name = "client"
        self.can_output = self.pings = self.ready = self.aliases = False
        self.topics: frozenset[str] = TOPICS
        self.seq = 0
        self.refused = 0
        self.lost_at: float | None = None
        self.outcomes: dict[str, asyncio.Future[Outcome]] = {}
        self._ring: deque[Fact] = deque()
        self._behind: list[tuple[str, Frame]] | None = None

    def tell(self, fact: Fact) -> None:
        """Send a fact to the client, or keep it for when the client is back."""
        if fact.topic is not None and fact.topic not in self.topics and fact.also not in self.topics:
            return
        frame: Frame | None
        if fact.replayed and self.dialect == "auralis.v1":
            self.seq += 1
            frame = fact, self.seq
            ring = self._ring
            ring.append(fact)
            while len(ring) > RING_FRAMES or fact.at - ring[0].at > RING_SECONDS:
                ring.popleft()
        else:
            frame = fact.frame(self.dialect, alias=self.aliases)
        if frame is None or self.connection is None:
            return
        if self._behind is not None:
            self._behind.append((fact.kind, frame))
        else:
            self.connection.send(fact.kind, frame)

    def answer(self, fact: Fact, reply_to: str | None) -> None:
        """Send what this client alone asked for, ahead of what is held back."""
        if self.connection is None:
            return
        frame = fact.frame(self.dialect, reply_to, alias=self.aliases)
        if frame is not None:
            self.connection.send(fact.kind, frame)

    def hold(self) -> None:
        """Keep back what is told from now on."""
        if self._behind is None:
            self._behind = []

    def release(self) -> None:
        """Send what was kept back."""
        behind, self._behind = self._behind, None
        if self.connection is not None:
            for kind, frame in behind or ():
                self.connection.send(kind, frame)

    def adopted(self, connection: Connection, caller: Caller) -> None:
        """Go on over another connection; what was held back on the way to the old one is in the ring, or passing."""
        self.connection = connection
        self.caller = caller
        self.lost_at = None
        self._behind = None

    def lost(self, at: float) -> None:
        """Go on without a connection."""
        self.connection = None
        self.lost_at = at
        self._behind = None

    def reaches_back_to(self, seq: int) -> bool:
        """Tell whether all that followed frame ``seq`` is still known."""
        return self.seq - len(self._ring) <= seq <= self.seq

    def resume(self, connection: Connection, last_seq: int) -> int:
        """Send what followed frame ``last_seq`` over the connection by which it came back, and return how much."""
        first = self.seq - len(self._ring) + 1
        missed = [(first + n, fact) for n, fact in enumerate(self._ring) if first + n > last_seq]
        for seq, fact in missed:
            connection.send(fact.kind, (fact, seq))
        return len(missed)

    def begin(self, message_id: str) -> "asyncio.Future[Outcome]":
        """Remember that a command is being done."""
        outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.outcomes[message_id] = outcome
        if len(self.outcomes) > REMEMBERED_COMMANDS:
            for known in list(itertools.islice(self.outcomes, len(self.outcomes) - REMEMBERED_COMMANDS)):
                del self.outcomes[known]
        return outcome
