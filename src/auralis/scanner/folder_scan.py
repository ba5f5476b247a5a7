"""One folder through the stages: walk, changed?, read, write; and, when all folders are through, missing."""

import os
import threading
from collections.abc import Container

from auralis.scanner.changes import Changes, compare
from auralis.scanner.missing import find_missing
from auralis.scanner.paths import identity, is_there
from auralis.scanner.progress import Progress
from auralis.scanner.readers import Readers, ReadResult
from auralis.scanner.walk import Directory, Unreadable, walk
from auralis.scanner.writing import BatchWriter, add_result
from auralis.store import Database
from auralis.store.library.folders import LibraryFolder, count_present
from auralis.store.library.records import DIRECTORY, FoundProblem

_POLL_SECONDS = 0.1
_MISSING_AT_ONCE = 2000


class FolderScan:
    """Scans one folder; looks at ``cancelled`` all the time."""

    def __init__(
        self,
        database: Database,
        folder: LibraryFolder,
        progress: Progress,
        writer: BatchWriter,
        cancelled: threading.Event,
    ) -> None:
        self._database = database
        self._progress = progress
        self._writer = writer
        self._cancelled = cancelled
        self._files = 0
        self._seen: set[bytes] = set()
        self._unreadable: list[bytes] = []
        self._gone: list[int] = []
        self.folder = folder
        self.away: str | None = None
        """Why the folder cannot be seen; of one that cannot be seen nothing is marked missing."""
        self.moved: set[int] = set()
        """Tracks whose files were found at another place, perhaps of another folder."""

    def read(self, *, is_last: bool) -> None:
        """Take in everything that is new or changed."""
        at_first = _identity(self.folder.path)
        if isinstance(at_first, str):
            self.away = at_first
            return
        with Readers(self.folder.path) as readers:
            self._walk(readers)
            if is_last:
                self._progress.walked()
            while readers.pending and not self._cancelled.is_set():
                for result in readers.results(_POLL_SECONDS):
                    self._take(result)
                self._progress.count()
        self._writer.finish()
        self.away = self._why_away(at_first)

    def mark_missing(self, moved: Container[int]) -> None:
        """Mark the tracks whose files are gone, ``moved`` ones apart, once all folders have been read."""
        if self.away is not None or self._cancelled.is_set():
            return
        key = self.folder.key
        lost = self._database.read_now(lambda connection: find_missing(connection, key, self._seen, self._unreadable))
        missing = [key for key in (*self._gone, *lost.tracks) if key not in moved]
        self._progress.count(missing=len(missing))
        self._writer.batch.solved += lost.solved
        for start in range(0, len(missing), _MISSING_AT_ONCE):
            self._writer.batch.missing += missing[start : start + _MISSING_AT_ONCE]
            self._writer.flush()
        self._writer.finish()

    def _walk(self, readers: Readers) -> None:
        for found in walk(self.folder.path):
            if self._cancelled.is_set():
                return
            if isinstance(found, Unreadable):
                self._note_unreadable(found)
            else:
                self._compare(found, readers)
            for result in readers.results():
                self._take(result)
        readers.flush()

    def _note_unreadable(self, found: Unreadable) -> None:
        self._unreadable.append(found.path)
        if not found.vanished:
            self._writer.batch.problems.append(FoundProblem(found.path, b"", DIRECTORY, found.reason))

    def _compare(self, found: Directory, readers: Readers) -> None:
        self._seen.add(found.path)
        folder = self.folder
        changes = self._database.read_now(lambda connection: compare(connection, folder.path, folder.key, found))
        self._files += len(found.files) + len(found.broken)
        self._progress.count(
            files=len(found.files) + len(found.broken),
            done=changes.unchanged + changes.failed + len(changes.found_again),
            failed=changes.failed,
            updated=len(changes.found_again),
        )
        self.moved.update(task.key for task in changes.tasks if task.moved and task.key is not None)
        self._gone += changes.gone
        self._collect(changes)
        readers.submit(changes.tasks)

    def _collect(self, changes: Changes) -> None:
        batch = self._writer.batch
        batch.found_again += changes.found_again
        batch.problems += changes.problems
        batch.solved += changes.solved
        if changes.image_gone is not None:
            batch.images.append(changes.image_gone)
        self._writer.flush_if_full()

    def _take(self, result: ReadResult) -> None:
        task = result.task
        done = int(not task.is_image)
        if result.reason is None:
            counted = "moved" if task.moved else "added" if task.key is None else "updated"
            self._progress.count(done=done, **{counted: done})
        elif is_there(self.folder.path, task.directory, task.file.name):
            self._progress.count(done=done, failed=done)
        else:
            # It went away while the scan was on its way; what is to be said of that, the next scan will say.
            self._progress.count(done=done)
            return
        add_result(self._writer.batch, result)
        self._writer.flush_if_full()

    def _why_away(self, at_first: tuple[int, int]) -> str | None:
        at_last = _identity(self.folder.path)
        if isinstance(at_last, str):
            return at_last
        if at_last != at_first:
            return "The folder was exchanged for another while it was scanned."
        if self._files or self._cancelled.is_set():
            return None
        present = self._database.read_now(lambda connection: count_present(connection, self.folder.key))
        if not present:
            return None
        return f"The folder is empty, but {present} tracks were in it: perhaps its disk is not mounted."


def _identity(root: bytes) -> tuple[int, int] | str:
    """Return what makes ``root`` this very directory, or why it cannot be seen."""
    try:
        with os.scandir(root):
            return identity(root)
    except FileNotFoundError:
        return "The folder is not there."
    except OSError as error:
        return f"The folder cannot be read: {error.strerror}."
