"""What is held for listeners is let go some time after the last of them."""

import asyncio
from collections.abc import Callable


class Idle:
    """Calls ``release`` off the event loop once nobody has asked for anything for ``seconds``, and nothing is made."""

    def __init__(self, seconds: float, release: Callable[[], None], is_busy: Callable[[], bool]) -> None:
        self._seconds = seconds
        self._release = release
        self._is_busy = is_busy
        self._timer: asyncio.TimerHandle | None = None

    def put_off(self) -> None:
        """Take note that somebody is there."""
        self.cancel()
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._ring)

    def _ring(self) -> None:
        if self._is_busy():
            self.put_off()
        else:
            asyncio.get_running_loop().run_in_executor(None, self._release)

    def cancel(self) -> None:
        """Wait no longer."""
        if self._timer is not None:
            self._timer.cancel()
