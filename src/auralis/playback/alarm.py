"""One thing to be woken for."""

import asyncio
from collections.abc import Callable


class Alarm:
    """Calls ``ring`` when its time has come; set anew, it forgets the time before."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._timer: asyncio.TimerHandle | None = None

    def set(self, seconds: float | None) -> None:
        """Ring after so many seconds; None: not at all."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None else asyncio.get_running_loop().call_later(seconds, self._ring)
