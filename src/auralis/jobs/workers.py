"""Worker threads that take the most urgent job first."""

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from enum import IntEnum
from itertools import count
from typing import Any, Generic, TypeVar

from auralis.model.errors import OverloadedError

T = TypeVar("T")

MOST_WAITING = 32
"""Jobs of one owner that may wait at a time: no listener can use more, and none may crowd out the others."""
_RETRY_SECONDS = 1


class Urgency(IntEnum):
    """Who waits: a listener now, a listener soon, one who may come, or nobody in particular."""

    NOW = 0
    NEXT = 1
    WARM = 2
    BACKGROUND = 3


class JobCancelledError(Exception):
    """A job was told to stop, and stopped."""


class Cancellation:
    """A wish to stop that reaches the worker; long work asks ``check`` between its steps."""

    def __init__(self) -> None:
        self._cancelled = False

    @property
    def cancelled(self) -> bool:
        """Whether the job is no longer wanted."""
        return self._cancelled

    def cancel(self) -> None:
        """Say that the job is no longer wanted."""
        self._cancelled = True

    def check(self) -> None:
        """Raise JobCancelledError if the job is no longer wanted."""
        if self._cancelled:
            raise JobCancelledError


class Job(Generic[T]):
    """One piece of work on its way; ``future`` carries its result."""

    def __init__(
        self,
        work: Callable[[Cancellation], T],
        urgency: Urgency,
        lane: Hashable | None,
        owner: Hashable | None,
        serial: int,
    ) -> None:
        self.work = work
        self.urgency = urgency
        self.lane = lane
        self.owner = owner
        self.serial = serial
        self.cancellation = Cancellation()
        self.future: Future[T] = Future()

    def cancel(self) -> None:
        """Take the job out of the queue, or tell the worker that runs it to stop."""
        self.cancellation.cancel()
        self.future.cancel()

    def run(self) -> None:
        """Do the work in the calling thread and settle ``future``, unless it was cancelled before."""
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            self.cancellation.check()
            self.future.set_result(self.work(self.cancellation))
        except BaseException as error:  # noqa: BLE001 - whatever went wrong belongs to who waits for the result
            self.future.set_exception(error)


class Workers:
    """Threads that run jobs by urgency, then each owner in turn, then in the order given.

    Of the jobs in one ``lane`` only one runs at a time; the others leave the threads to other lanes meanwhile. One
    thread is kept free of everything but ``Urgency.NOW``, so that a listener never waits for work that nobody hears.
    """

    def __init__(self, threads: int, name: str = "worker") -> None:
        self._limit = max(1, threads)
        self._name = name
        self._threads: list[threading.Thread] = []
        self._queue: list[Job[Any]] = []
        self._running: list[Job[Any]] = []
        self._changed = threading.Condition()
        self._serials = count()
        self._turns: dict[Hashable, int] = {}
        self._closed = False

    def submit(
        self,
        work: Callable[[Cancellation], T],
        urgency: Urgency,
        *,
        lane: Hashable | None = None,
        owner: Hashable | None = None,
    ) -> Job[T]:
        """Queue ``work`` and return its job at once; threads start with the first jobs.

        Raises
        ------
        OverloadedError
            When ``owner`` has too many jobs waiting already.
        """
        job = Job(work, urgency, lane, owner, next(self._serials))
        with self._changed:
            if self._closed:
                job.cancel()
                return job
            if owner is not None and sum(waiting.owner == owner for waiting in self._queue) >= MOST_WAITING:
                raise OverloadedError(_RETRY_SECONDS)
            self._queue.append(job)
            if len(self._threads) < self._limit:
                thread = threading.Thread(target=self._serve, name=f"{self._name}-{len(self._threads)}", daemon=True)
                self._threads.append(thread)
                thread.start()
            self._changed.notify_all()
        return job

    def hurry(self, job: Job[Any], urgency: Urgency) -> None:
        """Raise a job's urgency to ``urgency``; it never falls."""
        with self._changed:
            if urgency < job.urgency:
                job.urgency = urgency
                self._changed.notify_all()

    def pending(self, urgency: Urgency) -> int:
        """Count the jobs, queued or running, that are at least as urgent as ``urgency``."""
        with self._changed:
            return sum(job.urgency <= urgency and not job.cancellation.cancelled for job in self._queue + self._running)

    def close(self, timeout_seconds: float = 2.0) -> None:
        """Cancel everything and wait a moment for the threads to end; what heeds no cancelling is left to itself."""
        with self._changed:
            self._closed = True
            for job in self._queue + self._running:
                job.cancel()
            self._queue.clear()
            self._changed.notify_all()
        until = time.monotonic() + timeout_seconds
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _serve(self) -> None:
        while True:
            with self._changed:
                while (job := self._take()) is None:
                    if self._closed:
                        return
                    self._changed.wait()
                self._running.append(job)
            job.run()
            with self._changed:
                self._running.remove(job)
                self._changed.notify_all()

    def _take(self) -> Job[Any] | None:
        """Remove and return the job to run now, or None; the lock is held."""
        self._queue = [job for job in self._queue if not job.future.cancelled()]
        busy = {job.lane for job in self._running if job.lane is not None}
        patient = sum(job.urgency > Urgency.NOW for job in self._running)
        room = patient < max(1, self._limit - 1)
        ready = [job for job in self._queue if job.lane not in busy and (room or job.urgency == Urgency.NOW)]
        if not ready:
            return None
        job = min(ready, key=lambda job: (job.urgency, self._turns.get(job.owner, -1), job.serial))
        self._queue.remove(job)
        if job.owner is not None:
            if not self._queue:
                self._turns.clear()
            self._turns[job.owner] = next(self._serials)
        return job
