"""Single flight: one job for all who want the same, stopped when nobody wants it."""

import asyncio
import threading

import pytest

from auralis.jobs import Cancellation, Flights, Urgency, Workers
from auralis.model.errors import UnavailableError


@pytest.fixture
def workers():
    workers = Workers(2)
    yield workers
    workers.close()


class Work:
    """Counts its runs and goes on until it is let go or cancelled."""

    def __init__(self) -> None:
        self.runs = 0
        self.begun = threading.Event()
        self.open = threading.Event()
        self.stopped = threading.Event()

    def __call__(self, cancellation: Cancellation) -> str:
        self.runs += 1
        self.begun.set()
        try:
            while not self.open.wait(0.005):
                cancellation.check()
        except BaseException:
            self.stopped.set()
            raise
        return "done"


async def begun(work: Work) -> None:
    assert await asyncio.to_thread(work.begun.wait, 10)


async def test_many_waiters_share_one_run(workers: Workers):
    flights, work = Flights[str](workers), Work()
    waiters = [asyncio.create_task(flights.join("key", work, Urgency.NOW)) for _ in range(20)]
    await begun(work)
    work.open.set()
    assert await asyncio.gather(*waiters) == ["done"] * 20
    assert work.runs == 1
    assert len(flights) == 0


async def test_other_keys_have_their_own_runs(workers: Workers):
    flights = Flights[str](workers)
    results = await asyncio.gather(*(flights.join(k, lambda _, k=k: k, Urgency.NOW) for k in "abc"))
    assert results == ["a", "b", "c"]


async def test_one_waiter_leaving_stops_nothing(workers: Workers):
    flights, work = Flights[str](workers), Work()
    leaving, staying = (asyncio.create_task(flights.join("key", work, Urgency.NOW)) for _ in range(2))
    await begun(work)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    work.open.set()
    assert await staying == "done"


async def test_the_last_waiter_leaving_stops_the_work(workers: Workers):
    flights, work = Flights[str](workers), Work()
    waiters = [asyncio.create_task(flights.join("key", work, Urgency.NOW)) for _ in range(3)]
    await begun(work)
    for waiter in waiters:
        waiter.cancel()
    await asyncio.gather(*waiters, return_exceptions=True)
    assert await asyncio.to_thread(work.stopped.wait, 10)
    assert len(flights) == 0


async def test_who_comes_after_a_stopped_flight_gets_a_new_one(workers: Workers):
    flights, first, second = Flights[str](workers), Work(), Work()
    waiter = asyncio.create_task(flights.join("key", first, Urgency.NOW))
    await begun(first)
    waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    second.open.set()
    assert await flights.join("key", second, Urgency.NOW) == "done"


async def test_an_error_reaches_every_waiter_and_is_not_remembered(workers: Workers):
    flights = Flights[float](workers)
    results = await asyncio.gather(
        *(flights.join("key", lambda _: 1 / 0, Urgency.NOW) for _ in range(3)), return_exceptions=True
    )
    assert all(isinstance(result, ZeroDivisionError) for result in results)
    assert await flights.join("key", lambda _: 1.0, Urgency.NOW) == 1.0


async def test_joining_hurries_the_job(workers: Workers):
    flights, blocker, order = Flights[None](workers), Work(), []
    running = workers.submit(blocker, Urgency.NOW, lane="one")
    await begun(blocker)
    tasks = [
        asyncio.create_task(flights.join(k, lambda _, k=k: order.append(k), Urgency.BACKGROUND, lane="one"))
        for k in "ab"
    ]
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(flights.join("b", lambda _: None, Urgency.NOW, lane="one")))
    await asyncio.sleep(0)
    blocker.open.set()
    await asyncio.gather(*tasks)
    assert order == ["b", "a"]
    assert running.future.done()


async def test_closed_workers_are_said_to_be_unavailable(workers: Workers):
    flights, work = Flights[str](workers), Work()
    workers.close()
    with pytest.raises(UnavailableError):
        await flights.join("key", work, Urgency.NOW)
