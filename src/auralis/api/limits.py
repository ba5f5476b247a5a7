"""How often somebody may call: a window of a minute for each class, counted by address and by user."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from limits.aio.storage import MemoryStorage, Storage

from auralis.api.callers import Caller
from auralis.api.rules import Rate
from auralis.model.errors import RateLimitedError

WINDOW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Limits:
    """Calls a minute in each class."""

    address: int = 1000
    user: int = 5000
    expensive: int = 100
    login: int = 10


class RateLimits:
    """Counts calls in a storage of the limits library: memory by default, shared between servers where one is given."""

    def __init__(self, limits: Limits, storage: Storage | None = None) -> None:
        self._storage = storage if storage is not None else MemoryStorage()
        self._limits = limits
        self._policy = (
            b"ratelimit-policy",
            f'"address";q={limits.address};w={WINDOW_SECONDS}, "user";q={limits.user};w={WINDOW_SECONDS}'.encode(),
        )
        self._user_policy = (b"ratelimit-policy", f'"user";q={limits.user};w={WINDOW_SECONDS}'.encode())

    async def count(self, caller: Caller) -> Sequence[tuple[bytes, bytes]]:
        """Count one call of an address and a user; return the headers that say what is left.

        Raises
        ------
        RateLimitedError
            When either has called too often.
        """
        left = await self._hit("user", caller.user_id, self._limits.user)
        if caller.exempt:
            return (self._user_policy, _header("user", left))
        by_address = await self._hit("address", caller.address, self._limits.address)
        tightest = ("address", by_address) if by_address < left else ("user", left)
        return (self._policy, _header(*tightest))

    async def charge(self, caller: Caller, rate: Rate) -> None:
        """Count one call of a class that is rarer; the owner on the machine itself may search as he likes."""
        if rate is Rate.EXPENSIVE and not caller.exempt:
            await self._hit("expensive", caller.user_id, self._limits.expensive)
        elif rate is Rate.LOGIN:
            await self._hit("login", caller.address, self._limits.login)

    async def _hit(self, name: str, who: str, allowed: int) -> int:
        """Count one call and return how many are left in this window."""
        # A window that begins with the minute keeps the count in one key, which any storage can do at once.
        used = await self._storage.incr(f"{name}/{who}/{_window()}", WINDOW_SECONDS)
        if used > allowed:
            raise RateLimitedError(name, allowed, WINDOW_SECONDS, retry_after_seconds=_remaining())
        return allowed - used


def _window() -> int:
    return int(time.time()) // WINDOW_SECONDS


def _remaining() -> int:
    return WINDOW_SECONDS - int(time.time()) % WINDOW_SECONDS


def _header(name: str, left: int) -> tuple[bytes, bytes]:
    return (b"ratelimit", b'"%b";r=%d;t=%d' % (name.encode(), left, _remaining()))
