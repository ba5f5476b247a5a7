"""Stage 5, write: batches small enough that a listener's own changes never wait for them."""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from functools import cached_property
from typing import TYPE_CHECKING

from auralis.model.errors import StorageError
from auralis.scanner.readers import ReadResult
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.library.records import FILE, Batch, FoundProblem, ImageRecord

if TYPE_CHECKING:
    from auralis.store.library.writing import LibraryWriter

_BATCH_SECONDS = 0.03
_SMALLEST, _LARGEST = 50, 2000
_UNDER_WAY = 2
_REFRESH_SECONDS = 1.0
_REFRESH_SHARE = 10


class BatchWriter:
    """Collects what one folder's scan finds and writes it in turns of about 30 ms.

    Figures of albums and artists follow once a second at most, and take no more than a tenth of the time;
    ``on_change`` is called with the library's revision after each time they did.
    """

    def __init__(self, database: Database, folder_key: int, on_change: Callable[[int], None]) -> None:
        self._database = database
        self._folder_key = folder_key
        self._on_change = on_change
        self._size = 200
        self._under_way: deque[tuple[int, Future[float]]] = deque()
        self._refreshed_at = time.monotonic()
        self._refresh_seconds = 0.0
        self._changed = False
        self.batch = Batch()

    @cached_property
    def _library(self) -> "LibraryWriter":
        # Loaded when there is something to write: most scans find nothing changed.
        from auralis.store.library.writing import LibraryWriter  # noqa: PLC0415

        return LibraryWriter(self._folder_key)

    def flush_if_full(self) -> None:
        """Write if there is enough to write."""
        if len(self.batch) >= self._size:
            self.flush()

    def flush(self) -> None:
        """Write what has been collected."""
        batch, self.batch = self.batch, Batch()
        if len(batch):
            self._changed = True
            before = self._under_way[-1][1] if self._under_way else None
            future = self._database.submit(lambda connection: self._write(connection, batch, before), alone=True)
            self._under_way.append((len(batch), future))
        while len(self._under_way) > _UNDER_WAY:
            self._await_one()
        since = time.monotonic() - self._refreshed_at
        if self._changed and since > max(_REFRESH_SECONDS, _REFRESH_SHARE * self._refresh_seconds):
            self.refresh()

    def refresh(self) -> None:
        """Bring figures up to date and tell of the change."""
        started = time.monotonic()
        revision = None
        while revision is None:
            revision = self._database.submit(self._refresh, alone=True).result()
        self._refreshed_at = time.monotonic()
        self._refresh_seconds = self._refreshed_at - started
        self._changed = False
        self._on_change(revision)

    def finish(self) -> None:
        """Write everything and wait until it is on disk."""
        self.flush()
        while self._under_way:
            self._await_one()
        if self._changed:
            self.refresh()

    def _refresh(self, connection: Connection) -> int | None:
        return self._library.refresh(connection, _BATCH_SECONDS)

    def _write(self, connection: Connection, batch: Batch, before: "Future[float] | None") -> float:
        if before is not None and before.done() and before.exception() is not None:
            # Names that the failed batch made are still remembered, and this one may build on them.
            raise StorageError("What was found before this could not be saved.")
        started = time.monotonic()
        self._library.write(connection, batch)
        return time.monotonic() - started

    def _await_one(self) -> None:
        size, future = self._under_way.popleft()
        seconds = max(future.result(), 1e-4)
        wanted = size * _BATCH_SECONDS / seconds
        self._size = int(max(_SMALLEST, min(_LARGEST, wanted, self._size * 2)))


def add_other(batch: Batch, result: ReadResult) -> None:
    """Put an image, or a file that could not be read, into ``batch``."""
    task = result.task
    if result.reason is not None:
        batch.problems.append(
            FoundProblem(task.directory, task.file.name, FILE, result.reason, task.file.size, task.file.mtime_ns)
        )
    else:
        batch.images.append(ImageRecord(task.directory, task.file, result.content))
