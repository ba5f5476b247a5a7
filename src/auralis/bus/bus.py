"""An in-process bus that carries events to the event loop, from whatever thread they come."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from auralis.kit.log import Log
from auralis.model.events import Event

if TYPE_CHECKING:
    import asyncio

E = TypeVar("E")
_log = Log(__name__)


class Bus:
    """Delivers events to subscribers on one event loop, in the order of publishing."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._subscribers: list[tuple[type, Callable[[Event], None]]] = []
        self._lock = threading.Lock()

    def attach(self, loop: "asyncio.AbstractEventLoop") -> None:
        """Name the loop on which subscribers are called; until then events are delivered at once."""
        self._loop = loop

    def subscribe(self, kind: type[E], subscriber: Callable[[E], None]) -> Callable[[], None]:
        """Call ``subscriber`` with every event of ``kind`` from now on; return how to stop that."""
        entry = (kind, cast("Callable[[Event], None]", subscriber))
        with self._lock:
            self._subscribers.append(entry)

        def unsubscribe() -> None:
            with self._lock:
                if entry in self._subscribers:
                    self._subscribers.remove(entry)

        return unsubscribe

    def publish(self, event: Event) -> None:
        """Hand ``event`` to its subscribers; safe from any thread, and never raises on their behalf."""
        loop = self._loop
        if loop is None or loop.is_closed():
            self._deliver(event)
            return
        # Loaded where there is a loop: a command has none.
        import asyncio  # noqa: PLC0415

        try:
            on_loop = asyncio.get_running_loop() is loop
        except RuntimeError:
            on_loop = False
        if on_loop:
            self._deliver(event)
        else:
            loop.call_soon_threadsafe(self._deliver, event)

    def _deliver(self, event: Event) -> None:
        for kind, subscriber in tuple(self._subscribers):
            if isinstance(event, kind):
                try:
                    subscriber(event)
                except Exception:  # noqa: BLE001  (one bad subscriber must not silence the others)
                    _log.exception("subscriber failed", subscriber=repr(subscriber), event_type=kind.__name__)
