"""Stage 3, read: files handed in batches to reading processes; one that crashes or hangs costs its own file only."""

import os
import queue
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from auralis.media.artist_names import DEFAULT_RULES
from auralis.model.library import TagRules
from auralis.scanner.changes import ReadTask

# What starts and runs processes is loaded when there is something to read: most scans find nothing changed.
if TYPE_CHECKING:
    from auralis.jobs import WorkerProcess
    from auralis.scanner.read_files import Outcome

_BATCH_FILES = 64
_SMALLEST_SHARE = 16
_BATCH_SECONDS = 10.0
_FILE_SECONDS = 5.0
_MEMORY_BYTES = 1 << 30
_NICENESS = 5
_MOST_PROCESSES = 8


class ReadResult(NamedTuple):
    """What was read: ``content`` is a description, or an image's hash; or None, and the ``reason``."""

    task: ReadTask
    content: Any
    reason: str | None


class Readers:
    """Reading processes for one folder, started as the work asks for them; a context manager that ends them."""

    def __init__(self, root: bytes, processes: int | None = None, rules: TagRules = DEFAULT_RULES) -> None:
        self._root = root
        self._rules = rules
        self._most = processes or max(1, min(_MOST_PROCESSES, os.cpu_count() or 1))
        self._batch: list[ReadTask] = []
        self._waiting: queue.SimpleQueue[Sequence[ReadTask] | None] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[list[ReadResult] | BaseException] = queue.SimpleQueue()
        self._processes: list[WorkerProcess] = []
        self._threads: list[threading.Thread] = []
        self._stopped = False
        self.pending = 0
        """Files that were handed in and not yet taken out as results."""

    def __enter__(self) -> Self:
        """Start nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes, at once if work is still under way."""
        self._stopped = True
        for _thread in self._threads:
            self._waiting.put(None)
        for process in self._processes:
            process.stop()
        for thread in self._threads:
            thread.join()

    def submit(self, tasks: Sequence[ReadTask]) -> None:
        """Hand in files."""
        self.pending += len(tasks)
        self._batch += tasks
        while len(self._batch) >= _BATCH_FILES:
            self._hand_out(self._batch[:_BATCH_FILES])
            self._batch = self._batch[_BATCH_FILES:]

    def flush(self) -> None:
        """Hand out what is left, as no more is coming."""
        share = max(_SMALLEST_SHARE, -(-len(self._batch) // self._most))
        for start in range(0, len(self._batch), share):
            self._hand_out(self._batch[start : start + share])
        self._batch = []

    def results(self, wait_seconds: float = 0.0) -> Iterator[list[ReadResult]]:
        """Yield what has been read by now, dozens of files at a time; wait for the first up to ``wait_seconds``."""
        while self.pending:
            try:
                found = self._results.get(wait_seconds > 0, wait_seconds or None)
            except queue.Empty:
                return
            if isinstance(found, BaseException):
                raise found
            wait_seconds = 0.0
            self.pending -= len(found)
            yield found

    def _hand_out(self, tasks: Sequence[ReadTask]) -> None:
        self._waiting.put(tasks)
        if len(self._threads) < self._most:
            from auralis.jobs import WorkerProcess  # noqa: PLC0415 - see above

            process = WorkerProcess(niceness=_NICENESS, memory_bytes=_MEMORY_BYTES)
            thread = threading.Thread(target=self._work, args=(process,), name="auralis-scan-reader", daemon=True)
            self._processes.append(process)
            self._threads.append(thread)
            thread.start()

    def _work(self, process: "WorkerProcess") -> None:
        try:
            while (tasks := self._waiting.get()) is not None and not self._stopped:
                self._results.put(self._read(process, tasks))
        except BaseException as error:  # noqa: BLE001 - the outer edge of the thread: the scan must not wait forever
            self._results.put(error)
        finally:
            process.stop()

    def _read(self, process: "WorkerProcess", tasks: Sequence[ReadTask]) -> list[ReadResult]:
        seconds = _BATCH_SECONDS if len(tasks) > 1 else _FILE_SECONDS
        from auralis.jobs import WorkerCrashedError, WorkerTimeoutError  # noqa: PLC0415 - see above
        from auralis.scanner.read_files import read_files  # noqa: PLC0415 - see above

        items = [(task.directory, task.file.name, task.is_image, task.file.words > 0) for task in tasks]
        try:
            outcomes: list[Outcome] = process.run(seconds, read_files, self._root, items, self._rules)
        except WorkerCrashedError:
            return self._one_by_one(process, tasks, "Reading it made the reader crash.")
        except WorkerTimeoutError:
            return self._one_by_one(process, tasks, f"Reading it took longer than {_FILE_SECONDS:g} seconds.")
        return [ReadResult(task, *outcome) for task, outcome in zip(tasks, outcomes, strict=True)]

    def _one_by_one(self, process: "WorkerProcess", tasks: Sequence[ReadTask], reason: str) -> list[ReadResult]:
        if len(tasks) == 1:
            return [ReadResult(tasks[0], None, reason)]
        return [result for task in tasks if not self._stopped for result in self._read(process, [task])]
