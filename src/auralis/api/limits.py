"""How often somebody may call: a window of a minute for each class, counted by address and by user."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from limits.aio.storage import MemoryStorage, Storage

from auralis.api.callers import Caller
from auralis.api.rules import Rate
from auralis.model.errors import RateLimitedError

WINDOW_SECONDS = 60
_LUMPS = 50
"""Calls are drawn from the storage in so many parts of what is allowed."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Calls a minute in each class."""

    address: int = 1000
    user: int = 5000
    expensive: int = 100
    login: int = 10


@dataclass(slots=True)
class _Drawn:
    """Calls that were drawn from the storage and may be made without asking it, and how many it holds besides."""

    window: int
    ready: int
    besides: int


class RateLimits:
    """Counts calls in a storage of the limits library: memory by default, shared between servers where one is given.

    Calls are drawn from it some at a time: most of them cost no question, and never more are made than are allowed.
    """

    def __init__(self, limits: Limits, storage: Storage | None = None) -> None:
        self._storage = storage if storage is not None else MemoryStorage()
        self._limits = limits
        self._drawn: dict[tuple[str, str], _Drawn] = {}
        self._swept = 0
        self._policy = (
            b"ratelimit-policy",
            f'"address";q={limits.address};w={WINDOW_SECONDS}, "user";q={limits.user};w={WINDOW_SECONDS}'.encode(),
        )
        self._user_policy = (b"ratelimit-policy", f'"user";q={limits.user};w={WINDOW_SECONDS}'.encode())

    def count_now(self, caller: Caller) -> Sequence[tuple[bytes, bytes]] | None:
        """Count one call where that takes no waiting: as ``count`` does, or None, and nothing is counted."""
        window = int(time.time()) // WINDOW_SECONDS
        user = self._drawn.get(("user", caller.user_id))
        if user is None or user.window != window or not user.ready:
            return None
        if caller.exempt:
            user.ready -= 1
            return (self._user_policy, _header("user", user.ready + user.besides))
        address = self._drawn.get(("address", caller.address))
        if address is None or address.window != window or not address.ready:
            return None
        user.ready -= 1
        address.ready -= 1
        left, by_address = user.ready + user.besides, address.ready + address.besides
        tightest = ("address", by_address) if by_address < left else ("user", left)
        return (self._policy, _header(*tightest))

    async def count(self, caller: Caller) -> Sequence[tuple[bytes, bytes]]:
        """Count one call of an address and a user; return the headers that say what is left.

        Raises
        ------
        RateLimitedError
            When either has called too often.
        """
        while (headers := self.count_now(caller)) is None:  # another call may take what was drawn for this one
            await self._draw("user", caller.user_id, self._limits.user)
            if not caller.exempt:
                await self._draw("address", caller.address, self._limits.address)
        return headers

    async def charge(self, caller: Caller, rate: Rate) -> Sequence[tuple[bytes, bytes]]:
        """Count one call of a class that is rarer; the owner on the machine itself may search as he likes."""
        if rate is Rate.EXPENSIVE and not caller.exempt:
            who, allowed = caller.user_id, self._limits.expensive
        elif rate is Rate.LOGIN:
            who, allowed = caller.address, self._limits.login
        else:
            return ()
        before = await self._hit(rate.value, who, allowed, 1)
        policy = f'"{rate.value}";q={allowed};w={WINDOW_SECONDS}'
        return ((b"ratelimit-policy", policy.encode()), _header(rate.value, allowed - before - 1))

    async def _draw(self, name: str, who: str, allowed: int) -> None:
        """Have at least one call ready."""
        window = _window()
        known = self._drawn.get((name, who))
        if known is not None and known.window == window and known.ready:
            return
        wanted = max(1, allowed // _LUMPS)
        before = await self._hit(name, who, allowed, wanted)
        ready = min(wanted, allowed - before)
        if self._swept != window:  # what was drawn in an earlier window is worth nothing
            self._drawn = {place: drawn for place, drawn in self._drawn.items() if drawn.window == window}
            self._swept = window
        known = self._drawn.get((name, who))
        if known is not None and known.window == window:
            ready += known.ready
        self._drawn[name, who] = _Drawn(window, ready, max(0, allowed - before - wanted))

    async def _hit(self, name: str, who: str, allowed: int, wanted: int) -> int:
        """Count ``wanted`` calls and return how many there were before in this window."""
        # A window that begins with the minute keeps the count in one key, which any storage can do at once.
        before = await self._storage.incr(f"{name}/{who}/{_window()}", WINDOW_SECONDS, wanted) - wanted
        if before >= allowed:
            raise RateLimitedError(name, allowed, WINDOW_SECONDS, retry_after_seconds=_remaining())
        return before


def _window() -> int:
    return int(time.time()) // WINDOW_SECONDS


def _remaining() -> int:
    return WINDOW_SECONDS - int(time.time()) % WINDOW_SECONDS


def _header(name: str, left: int) -> tuple[bytes, bytes]:
    return (b"ratelimit", b'"%b";r=%d;t=%d' % (name.encode(), left, _remaining()))
