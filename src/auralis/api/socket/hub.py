"""All clients, connected or cut off for a while, and how a fact reaches them."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from auralis.api.callers import Caller, local_owner
from auralis.api.socket.connection import Connection
from auralis.api.socket.dialects import Dialect, Fact
from auralis.api.socket.framing import CloseCode
from auralis.api.socket.session import RING_SECONDS, Session
from auralis.kit.clock import Clock, SystemClock, server_time
from auralis.kit.rate import TokenBucket

GOODBYE_SECONDS = 1.0
"""So long the end of the server waits for clients to take their goodbye."""

PING_SECONDS = 30.0
MOST_PARKED = 1000

COUNTED = {
    "messages_in": "messagesIn",
    "messages_out": "messagesOut",
    "bytes_in": "bytesIn",
    "bytes_out": "bytesOut",
    "dropped": "dropped",
}
"""What each connection counts, and what its sum is called."""


@dataclass(frozen=True, slots=True)
class SocketSettings:
    """What clients may do: connections at a time, and tokens for messages."""

    connections: int = 20
    tokens: float = 100.0
    tokens_per_minute: float = 100.0


class Hub:
    """The set of clients."""

    def __init__(self, settings: SocketSettings | None = None, clock: Clock | None = None) -> None:
        self.settings = settings or SocketSettings()
        self._clock = clock or SystemClock()
        self._sessions: dict[str, Session] = {}
        self._tokens: dict[str, Session] = {}
        self._buckets: dict[str, deque[tuple[float, TokenBucket]]] = {}
        self._empty: asyncio.Event | None = None
        self._open: set[Connection] = set()
        self._gone = dict.fromkeys(COUNTED.values(), 0)
        self.opened = self.resumed = self.refused = 0
        self.topics_changed: Callable[[], None] = lambda: None
        """Called when a client may have asked for other topics than before."""

    def __len__(self) -> int:
        """Count the connections, also those that have not said hello."""
        return len(self._open)

    def is_full(self) -> bool:
        """Tell whether there are as many connections as one user may have."""
        return len(self._open) >= self.settings.connections

    def open(self, connection: Connection, address: str, dialect: Dialect | None = None) -> Session:
        """Take in a client; one that comes again from the same address has the tokens that it left with."""
        self._sweep()
        self._open.add(connection)
        self.opened += 1
        session = Session(connection, self._bucket(address), local_owner(address), dialect)
        self._sessions[session.client_id] = session
        self._tokens[session.token] = session
        return session

    def resumable(self, token: str | None, caller: Caller) -> Session | None:
        """Return the client that had ``token``, if it is still known and the same user's."""
        session = self._tokens.get(token or "")
        if session is None or session.dialect != "auralis.v1" or session.caller.user_id != caller.user_id:
            return None
        return session

    def adopt(self, session: Session, connection: Connection, newcomer: Session, address: str) -> None:
        """Let a known client go on over a connection that began as a newcomer's.

        It keeps its tokens, unless another client from its address has been given them meanwhile.
        """
        self._forget(newcomer)
        if session.connection is not None or self._unpark(session.bucket):
            self._park(newcomer.bucket, address)
        else:
            session.bucket = newcomer.bucket
        if session.connection is not None:
            session.connection.close(CloseCode.ANSWERED_ELSEWHERE, "The client has come back over another connection.")
        session.adopted(connection, newcomer.caller)
        self.topics_changed()

    def leave(self, session: Session, connection: Connection, address: str) -> bool:
        """Note that a connection has gone; tell whether its client has gone with it."""
        self._open.discard(connection)
        _add(self._gone, connection)
        if self._empty is not None and not self._open:
            self._empty.set()
        if session.connection is not connection:
            return False
        session.lost(self._clock.monotonic())
        self._park(session.bucket, address)
        if not session.ready or session.dialect != "auralis.v1":
            self._forget(session)
        return True

    def find(self, client_id: str) -> Session | None:
        """Return the client with this id, if it is here."""
        session = self._sessions.get(client_id)
        return session if session is not None and session.connection is not None else None

    def ready(self) -> list[Session]:
        """Return the clients that have said hello and are here."""
        return [s for s in self._sessions.values() if s.ready and s.connection is not None]

    def listens(self, topic: str) -> bool:
        """Tell whether a client that is here wants to hear of ``topic``."""
        return any(topic in s.topics and s.ready and s.connection is not None for s in self._sessions.values())

    def broadcast(
        self, kind: str, data: object, *, only: Callable[[Session], bool] | None = None, also: str | None = None
    ) -> None:
        """Tell a fact to every client, encoded once; to those who are cut off when they are back.

        ``also`` is a narrower topic that somebody may have asked for alone.
        """
        fact = Fact(kind, data, also=also)
        for session in self._sessions.values():
            if session.ready and (only is None or only(session)):
                session.tell(fact)

    def ping(self, *, newcomers: bool = False) -> None:
        """Ask the clients that want it for a pong, or those alone that were never asked."""
        fact = Fact("connection.ping", {"serverTime": int(server_time() * 1000)})
        for session in self.ready():
            connection = session.connection
            if session.pings and connection is not None and not (newcomers and connection.pinged):
                connection.pinged = True
                connection.pinged_at = time.perf_counter()
                session.answer(fact, None)

    def figures(self, session: Session) -> dict[str, Any] | None:
        """Return what has gone over a client's connection."""
        connection = session.connection
        if connection is None:
            return None
        return {
            "connectedAt": int(connection.connected_at * 1000),
            "uptimeSeconds": round(max(0.0, server_time() - connection.connected_at), 3),
            "dialect": session.dialect or "",
            "messagesIn": connection.messages_in,
            "messagesOut": connection.messages_out,
            "bytesIn": connection.bytes_in,
            "bytesOut": connection.bytes_out,
            "waiting": connection.waiting,
            "dropped": connection.dropped,
            "refused": session.refused,
            "latencyMs": connection.latency_ms,
        }

    def totals(self) -> dict[str, Any]:
        """Return what has gone over all connections since the start, and how far those that are open lag behind."""
        counts = dict(self._gone)
        lags: list[float] = []
        oldest = server_time()
        for connection in self._open:
            _add(counts, connection)
            oldest = min(oldest, connection.connected_at)
            if connection.latency_ms is not None:
                lags.append(connection.latency_ms)
        return {
            "connections": len(self._open),
            "ready": len(self.ready()),
            "awaited": sum(1 for session in self._sessions.values() if session.connection is None),
            "opened": self.opened,
            "resumed": self.resumed,
            "refused": self.refused,
            **counts,
            "waiting": sum(connection.waiting for connection in self._open),
            "latencyMs": round(sum(lags) / len(lags), 3) if lags else None,
            "slowestMs": max(lags, default=None),
            "longestUptimeSeconds": round(server_time() - oldest, 3),
        }

    async def close(self) -> None:
        """Tell every client that the server goes away; one that reads nothing is not waited for."""
        self.broadcast("connection.close", {"reason": "The server is shutting down."})
        for session in list(self._sessions.values()):
            if session.connection is not None:
                session.connection.close(CloseCode.RESTART, "The server is shutting down.")
        self._empty = asyncio.Event()
        if self._open:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), GOODBYE_SECONDS)

    def _bucket(self, address: str) -> TokenBucket:
        left = self._buckets.get(address)
        if left:
            _, bucket = left.popleft()
            return bucket
        settings = self.settings
        return TokenBucket(settings.tokens, settings.tokens_per_minute / 60.0, self._clock)

    def _park(self, bucket: TokenBucket, address: str) -> None:
        self._buckets.setdefault(address, deque()).append((self._clock.monotonic(), bucket))

    def _unpark(self, bucket: TokenBucket) -> bool:
        """Take tokens back that were left; tell whether they were still there."""
        for left in self._buckets.values():
            kept = [parked for parked in left if parked[1] is not bucket]
            if len(kept) < len(left):
                left.clear()
                left.extend(kept)
                return True
        return False

    def _sweep(self) -> None:
        """Forget clients that have been away for too long, and tokens that have filled up meanwhile."""
        now = self._clock.monotonic()
        away = [s for s in self._sessions.values() if s.lost_at is not None]
        surplus = max(0, len(away) - MOST_PARKED)
        for number, session in enumerate(away):
            if number < surplus or now - (session.lost_at or now) > RING_SECONDS:
                self._forget(session)
        for known, left in list(self._buckets.items()):
            while left and now - left[0][0] > RING_SECONDS:
                left.popleft()
            if not left:
                del self._buckets[known]

    def _forget(self, session: Session) -> None:
        self._sessions.pop(session.client_id, None)
        self._tokens.pop(session.token, None)


def _add(counts: dict[str, int], connection: Connection) -> None:
    for member, name in COUNTED.items():
        counts[name] += getattr(connection, member)
