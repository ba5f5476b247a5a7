"""The bus: order, threads, and subscribers that fail."""

import asyncio
import threading

from auralis.bus import Bus
from auralis.model.events import LibraryChanged, TrackAnalysed


def test_only_the_kind_asked_for_arrives_until_unsubscribed() -> None:
    bus, seen = Bus(), []
    stop = bus.subscribe(LibraryChanged, seen.append)
    bus.publish(TrackAnalysed("t"))
    bus.publish(LibraryChanged(1))
    stop()
    bus.publish(LibraryChanged(2))
    assert seen == [LibraryChanged(1)]


def test_a_subscriber_that_fails_does_not_silence_the_others() -> None:
    bus, seen = Bus(), []

    def fail(_event: LibraryChanged) -> None:
        raise RuntimeError

    bus.subscribe(LibraryChanged, fail)
    bus.subscribe(LibraryChanged, seen.append)
    bus.publish(LibraryChanged(1))
    assert seen == [LibraryChanged(1)]


async def test_events_from_threads_arrive_on_the_loop_in_order() -> None:
    bus, seen = Bus(), []
    done = asyncio.Event()
    loop_thread = threading.get_ident()
    bus.attach(asyncio.get_running_loop())

    def receive(event: LibraryChanged) -> None:
        assert threading.get_ident() == loop_thread
        seen.append(event.revision)
        if event.revision == 99:
            done.set()

    bus.subscribe(LibraryChanged, receive)
    worker = threading.Thread(target=lambda: [bus.publish(LibraryChanged(n)) for n in range(100)])
    worker.start()
    await asyncio.wait_for(done.wait(), 10)
    worker.join()
    assert seen == list(range(100))
