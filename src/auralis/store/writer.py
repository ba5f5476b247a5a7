"""The one writer: a thread that takes changes in order and commits as many at once as are waiting."""

import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, NamedTuple, TypeVar

from auralis.model.errors import StorageError
from auralis.store.connection import WritingConnection
from auralis.store.errors import storage_error
from auralis.store.turns import Turns

T = TypeVar("T")
_GROUP_SECONDS = 0.02
_GROUP_JOBS = 200

Listener = Callable[[Mapping[str, int], bool], None]


class Job(NamedTuple):
    """Work for the writer; ``alone`` in its transaction if it is large."""

    work: Callable[[sqlite3.Connection], Any]
    future: "Future[Any]"
    edit: bool
    alone: bool


class Writer:
    """Runs jobs in a transaction each; a job's future is resolved only when its changes are on disk.

    Jobs that wait while another commits share one transaction (group commit), each within its own savepoint, so that
    one that fails takes nothing with it. A large one gives way to those of other processes that wait, and has a
    transaction to itself and no savepoint: within one SQLite
    notes every page that each statement changes, which makes thousands of rows cost several times as much.
    """

    def __init__(self, connection: WritingConnection, turns: Turns) -> None:
        self._connection = connection
        self._turns = turns
        self._changed: dict[bool, dict[str, int]] = {True: {}, False: {}}
        self.on_commit: Listener | None = None
        """Told of tables and rows changed, and whether by an edit, before anybody learns that the change is saved."""
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._closed = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="auralis-writer", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many jobs are queued."""
        return self._jobs.qsize()

    def submit(
        self, work: Callable[[sqlite3.Connection], T], *, edit: bool = False, alone: bool = False
    ) -> "Future[T]":
        """Queue ``work``; its future carries what it returned once that is saved."""
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                raise StorageError("The library is closed.")
            self._jobs.put(Job(work, future, edit, alone))
        return future

    def close(self) -> None:
        """Finish what is queued, then stop."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        self._thread.join()
        self._connection.close()
        self._turns.close()

    def _run(self) -> None:
        job = self._jobs.get()
        while job is not None:
            group, taken = self._run_group(job)
            if group:
                self._commit(group)
            job = taken[0] if taken else self._jobs.get()

    def _run_group(self, first: Job) -> tuple[list[tuple["Future[Any]", Any]], list[Job | None]]:
        """Run ``first`` and those that wait behind it in one transaction; return the good ones, and what is next.

        That is nothing if nothing was taken from the queue that was not run; None in it says that the queue ends.
        """
        done: list[tuple[Future[Any], Any]] = []
        job, deadline = first, time.monotonic() + _GROUP_SECONDS
        while True:
            if job.future.set_running_or_notify_cancel():
                self._run_job(job, done)
            if job.alone or len(done) >= _GROUP_JOBS or time.monotonic() > deadline:
                return done, []
            try:
                following = self._jobs.get_nowait()
            except queue.Empty:
                return done, []
            if following is None or following.alone:
                return done, [following]
            job = following

    def _run_job(self, job: Job, done: list[tuple["Future[Any]", Any]]) -> None:
        connection = self._connection
        connection.changed.clear()
        try:
            if not connection.in_transaction:
                self._turns.begin(connection, gives_way=job.alone)
            if not job.alone:
                connection.execute("SAVEPOINT job")
            result = job.work(connection)
            if not job.alone:
                connection.execute("RELEASE job")
        except Exception as error:  # noqa: BLE001 - the outer edge of the writer: whoever waits for the job gets it
            self._undo_job(job, done)
            job.future.set_exception(storage_error(error) if isinstance(error, sqlite3.Error) else error)
        else:
            done.append((job.future, result))
            changed = self._changed[job.edit]
            for table, rows in connection.changed.items():
                changed[table] = changed.get(table, 0) + rows

    def _undo_job(self, job: Job, done: list[tuple["Future[Any]", Any]]) -> None:
        """Take back the failed job alone; where SQLite itself gave up the transaction, all of its jobs are lost."""
        connection = self._connection
        if connection.in_transaction:
            try:
                if job.alone:
                    connection.rollback()
                else:
                    connection.execute("ROLLBACK TO job")
                    connection.execute("RELEASE job")
            except sqlite3.Error:
                connection.rollback()
        if not connection.in_transaction:
            self._fail(done, StorageError("A change was given up together with another one that failed."))

    def _commit(self, group: list[tuple["Future[Any]", Any]]) -> None:
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            if self._connection.in_transaction:
                self._connection.rollback()
            self._fail(group, storage_error(error))
            return
        finally:
            self._tell()
        for future, result in group:
            future.set_result(result)

    def _tell(self) -> None:
        """Say what has changed; a change that failed to be saved is told as well, which does no harm."""
        for edit, changed in self._changed.items():
            if changed and self.on_commit is not None:
                self.on_commit(changed, edit)
        self._changed = {True: {}, False: {}}

    @staticmethod
    def _fail(group: list[tuple["Future[Any]", Any]], error: StorageError) -> None:
        for future, _ in group:
            future.set_exception(error)
        group.clear()
