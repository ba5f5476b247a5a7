"""The database file: opened, brought up to date, read by many and written by one."""

import sqlite3
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from auralis.model.errors import StorageError
from auralis.store.connection import WritingConnection
from auralis.store.creation import bring_up_to_date
from auralis.store.errors import storage_errors
from auralis.store.turns import Turns
from auralis.store.writer import Listener, Writer

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")
C = TypeVar("C", bound=sqlite3.Connection)
Connection = sqlite3.Connection

_BUSY_SECONDS = 10.0
_READER_CACHE_KIB = 8192
_WRITER_CACHE_KIB = 32768
_BRIEF_READS = 8
_LONGEST_BRIEF_MS = 4.0
"""The mean of so many reads may be so long before such reads leave the event loop alone."""


class ReadingConnection(sqlite3.Connection):
    """A connection that only reads, with room for what was worked out from one state of the database."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.remembered: dict[Hashable, tuple[Hashable, Any]] = {}


class Database:
    """A SQLite database in WAL mode: readers never wait, one thread writes, and what it acknowledges is on disk."""

    def __init__(self, path: Path, *, readers: int = 3) -> None:
        self.path = path
        self._idle: list[Connection] = []
        self._lock = threading.Lock()
        self._closed = False
        self._readers = readers
        self._open = 0
        self._brief_ms = 2 * _LONGEST_BRIEF_MS
        with storage_errors():
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StorageError(f"The data directory cannot be made: {error.strerror}.") from error
            connection = _connect(path, _WRITER_CACHE_KIB, WritingConnection)
            try:
                bring_up_to_date(connection)
                # From here on nobody sleeps within SQLite: those who wait for the writer's lock take turns.
                connection.execute("PRAGMA busy_timeout=0")
                turns = _turns(path)
            except BaseException:
                connection.close()
                raise
        self._writer = Writer(connection, turns)
        self._executor = ThreadPoolExecutor(max_workers=readers, thread_name_prefix="auralis-reader")

    def read_now(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in this thread over one consistent state of the database."""
        with self._reader() as connection, storage_errors():
            connection.execute("BEGIN")
            try:
                return work(connection)
            finally:
                connection.execute("COMMIT")

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a reading thread over one consistent state of the database."""
        if self._closed:
            raise StorageError("The library is closed.")
        return await _loop().run_in_executor(self._executor, self.read_now, work)

    async def read_briefly(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` that takes less than changing threads would: here, as long as such work really is that quick.

        Where it is not (a cold disk), it goes to a reading thread until it is again.
        """

        def timed() -> T:
            started = time.perf_counter()
            try:
                return self.read_now(work)
            finally:
                self._brief_ms += ((time.perf_counter() - started) * 1000 - self._brief_ms) / _BRIEF_READS

        if self._brief_ms <= _LONGEST_BRIEF_MS:
            return timed()
        return await _loop().run_in_executor(self._executor, timed)

    def on_commit(self, listener: Listener) -> None:
        """Tell ``listener`` of the tables and rows that change, before the change is acknowledged."""
        self._writer.on_commit = listener

    def tell(self, rows: Mapping[str, int]) -> None:
        """Tell the listener of rows, by table, that another process has changed in the background."""
        if self._writer.on_commit is not None:
            self._writer.on_commit(rows, False)  # noqa: FBT003 - as the writer calls it

    def figures(self) -> dict[str, int]:
        """Return how busy the database is: connections that read now, how many there may be, jobs that wait."""
        return {
            "activeConnections": self._open - len(self._idle),
            "poolSize": self._readers + 1,
            "waitingReads": self._executor._work_queue.qsize(),  # noqa: SLF001  (the only place that knows)
            "waitingWrites": self._writer.waiting,
        }

    def submit(self, work: Callable[[Connection], T], *, alone: bool = False) -> "Future[T]":
        """Hand background ``work`` to the writer; its future is resolved when the change is on disk.

        Work that changes thousands of rows is cheaper ``alone`` in its transaction.
        """
        return self._writer.submit(work, alone=alone)

    def write_now(self, work: Callable[[Connection], T], *, edit: bool = False) -> T:
        """Let the writer run ``work``, and wait until the change is on disk; an ``edit`` outdates answers at once."""
        return self._writer.submit(work, edit=edit).result()

    async def write(self, work: Callable[[Connection], T], *, edit: bool = True) -> T:
        """Let the writer run ``work``, and wait until the change is on disk; an ``edit`` outdates answers at once."""
        import asyncio  # noqa: PLC0415 - loaded where there is a loop: a command has none

        # Shielded: a caller that goes away must not take back a change that others may have seen the start of.
        return await asyncio.shield(asyncio.wrap_future(self._writer.submit(work, edit=edit)))

    def close(self) -> None:
        """Finish what was begun and let go of the file."""
        with self._lock:
            self._closed = True
        self._executor.shutdown(wait=True)
        self._writer.close()
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @contextmanager
    def _reader(self) -> Iterator[Connection]:
        with self._lock:
            if self._closed:
                raise StorageError("The library is closed.")
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            with storage_errors():
                connection = _connect(self.path, _READER_CACHE_KIB, ReadingConnection)
                connection.execute("PRAGMA query_only=ON")
            self._open += 1
        try:
            yield connection
        finally:
            with self._lock:
                keep = not self._closed
                if keep:
                    self._idle.append(connection)
            if not keep:
                connection.close()


def _loop() -> "asyncio.AbstractEventLoop":
    import asyncio  # noqa: PLC0415 - see above

    return asyncio.get_running_loop()


def _turns(path: Path) -> Turns:
    try:
        return Turns(path)
    except OSError as error:
        raise StorageError(f"The data directory cannot be written to: {error.strerror}.") from error


def _connect(path: Path, cache_kib: int, kind: type[C] = sqlite3.Connection) -> C:  # type: ignore[assignment]
    connection = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, factory=kind
    )
    try:
        # FULL: with WAL, what was committed survives a power cut too, not only a crash of the program.
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=OFF",
            "temp_store=MEMORY",
            "wal_autocheckpoint=4000",
            "journal_size_limit=67108864",
            f"cache_size=-{cache_kib}",
        ):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection
