"""What the house does by itself as clients come and go."""

import queue
import threading
from typing import Any

from auralis.app.wiring import _warm_for_listeners
from auralis.bus import Bus
from auralis.model.events import ClientConnected


class Streamer:
    """Notes each time it is warmed."""

    def __init__(self) -> None:
        self.warmed: queue.SimpleQueue[None] = queue.SimpleQueue()

    def warm(self) -> None:
        self.warmed.put(None)


def test_compiled_code_is_loaded_once_and_for_the_first_client() -> None:
    bus, streamer = Bus(), Streamer()
    anything: Any = streamer
    _warm_for_listeners(bus, anything)
    assert streamer.warmed.empty(), "an idle server does without it"
    bus.publish(ClientConnected("a"))
    streamer.warmed.get(timeout=10)
    bus.publish(ClientConnected("b"))
    for thread in threading.enumerate():
        if thread.name == "warm":
            thread.join(10)
    assert streamer.warmed.empty()
