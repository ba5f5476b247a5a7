"""Single flight: many who want the same thing share one job, which stops when the last of them leaves."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from auralis.jobs.workers import Cancellation, Job, Urgency, Workers
from auralis.model.errors import UnavailableError

T = TypeVar("T")


class _Flight(Generic[T]):
    def __init__(self, job: Job[T]) -> None:
        self.job = job
        self.future = asyncio.wrap_future(job.future)
        self.waiters = 0


class Flights(Generic[T]):
    """Jobs under way by key, on one event loop."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._flights: dict[str, _Flight[T]] = {}

    async def join(
        self,
        key: str,
        work: Callable[[Cancellation], T],
        urgency: Urgency,
        *,
        lane: Hashable | None = None,
        owner: Hashable | None = None,
    ) -> T:
        """Return the result of the job under ``key``, starting ``work`` if there is none and hurrying it if there is.

        Raises
        ------
        UnavailableError
            When the workers were closed before the job was done, or (Overloaded) ``owner`` has too many waiting.
        """
        flight = self._flights.get(key)
        if flight is None:
            flight = self._start(key, work, urgency, lane, owner)
        else:
            self._workers.hurry(flight.job, urgency)
        flight.waiters += 1
        try:
            return await asyncio.shield(flight.future)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if flight.future.cancelled() and not (task and task.cancelling()):
                raise UnavailableError("The server is shutting down.") from None
            raise
        finally:
            flight.waiters -= 1
            if flight.waiters == 0 and not flight.future.done():
                self._land(key, flight)
                flight.job.cancel()

    def __len__(self) -> int:
        """Count the jobs under way."""
        return len(self._flights)

    def _start(
        self,
        key: str,
        work: Callable[[Cancellation], T],
        urgency: Urgency,
        lane: Hashable | None,
        owner: Hashable | None,
    ) -> _Flight[T]:
        flight = _Flight(self._workers.submit(work, urgency, lane=lane, owner=owner))
        self._flights[key] = flight
        flight.future.add_done_callback(lambda _: self._land(key, flight))
        return flight

    def _land(self, key: str, flight: _Flight[T]) -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        if flight.future.done() and not flight.future.cancelled():
            flight.future.exception()  # marks it as seen also when the last waiter has left
