"""What is held for listeners is let go some time after the last of them."""

import asyncio
from collections.abc import Callable


class Idle:
    """Calls ``release`` off the event loop once nobody has asked for anything for ``seconds``."""

    def __init__(self, seconds: float, release: Callable[[], None]) -> None:
        self._seconds = seconds
        self._release = release
        self._timer: asyncio.TimerHandle | None = None

    def put_off(self) -> None:
        """Take note that somebody is there."""
        self.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._seconds, loop.run_in_executor, None, self._release)

    def cancel(self) -> None:
        """Wait no longer."""
        if self._timer is not None:
            self._timer.cancel()
