"""One folder through the stages: walk, changed?, read, identify, write; and, when all are through, missing."""

import os
import threading
from collections.abc import Container, Sequence
from functools import partial

from auralis.media.artist_names import DEFAULT_RULES
from auralis.model.library import TagRules
from auralis.scanner.changes import Changes, all_new, compare
from auralis.scanner.identify import Identified, Identifier
from auralis.scanner.missing import find_missing
from auralis.scanner.paths import identity, is_there
from auralis.scanner.progress import Progress
from auralis.scanner.readers import Readers, ReadResult
from auralis.scanner.walk import Directory, Unreadable, walk
from auralis.scanner.writing import BatchWriter, add_other
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.library.directories import sign_directories, signatures
from auralis.store.library.folders import LibraryFolder, count_present
from auralis.store.library.problems import problem_directories
from auralis.store.library.records import DIRECTORY, FoundProblem

_POLL_SECONDS = 0.1
_MISSING_AT_ONCE = 2000
_MOST_WAITING = 2000


class FolderScan:
    """Scans one folder, or the directory ``start`` within it; looks at ``cancelled`` all the time.

    A directory whose signature has not changed is passed over, unless the scan is ``thorough`` and reads every file.
    """

    def __init__(
        self,
        database: Database,
        folder: LibraryFolder,
        progress: Progress,
        writer: BatchWriter,
        identifier: Identifier,
        cancelled: threading.Event,
        *,
        start: bytes = b"",
        thorough: bool = False,
        rules: TagRules = DEFAULT_RULES,
    ) -> None:
        self._database = database
        self._identifier = identifier
        self._start = start
        self._thorough = thorough
        self._rules = rules
        self._signed: dict[bytes, int | None] = {}
        self._to_sign: list[tuple[bytes, int, int]] = []
        self._with_problems: set[bytes] = set()
        self._waiting: list[ReadResult] = []
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
        """Tracks whose files lie at another place now, perhaps of another folder, whether they can be read or not."""
        self.gone: set[int] = set()
        """Tracks that were marked missing."""

    def read(self, *, is_last: bool) -> None:
        """Take in everything that is new or changed."""
        at_first = _identity(self.folder.path)
        if isinstance(at_first, str):
            self.away = at_first
            return
        with Readers(self.folder.path, rules=self._rules) as readers:
            self._database.read_now(self._recall)
            self._walk(readers)
            if is_last:
                self._progress.walked()
            while readers.pending and not self._cancelled.is_set():
                for results in readers.results(_POLL_SECONDS):
                    self._take(results)
                self._progress.count()
        self._writer.finish()
        self.away = self._why_away(at_first)

    def settle(self) -> None:
        """Take in the files that could not be told from others before all folders were read."""
        if self._waiting and not self._cancelled.is_set():
            waiting, self._waiting = self._waiting, []
            self._write(self._identifier.settle(self.folder.path, waiting))
            self._writer.finish()

    def sign(self) -> None:
        """Note the signatures of directories that were taken in whole."""
        if self.away is None and self._to_sign and not self._cancelled.is_set():
            key = self.folder.key
            for at in range(0, len(self._to_sign), _MISSING_AT_ONCE):
                part = self._to_sign[at : at + _MISSING_AT_ONCE]
                self._database.write_now(partial(sign_directories, folder_key=key, found=part))

    def mark_missing(self, moved: Container[int]) -> None:
        """Mark the tracks whose files are gone, ``moved`` ones apart, once all folders have been read."""
        if self.away is not None or self._cancelled.is_set():
            return
        key = self.folder.key
        lost = self._database.read_now(
            lambda connection: find_missing(connection, key, self._start, self._seen, self._unreadable)
        )
        missing = [key for key in (*self._gone, *lost.tracks) if key not in moved]
        self._progress.count(missing=len(missing))
        self.gone.update(missing)
        self._writer.batch.solved += lost.solved
        for start in range(0, len(missing), _MISSING_AT_ONCE):
            self._writer.batch.missing += missing[start : start + _MISSING_AT_ONCE]
            self._writer.flush()
        self._writer.finish()

    def _recall(self, connection: Connection) -> None:
        self._signed = signatures(connection, self.folder.key)
        self._with_problems = {path for _, path in problem_directories(connection, self.folder.key)}

    def _walk(self, readers: Readers) -> None:
        for found in walk(self.folder.path, self._start):
            if self._cancelled.is_set():
                return
            if isinstance(found, Unreadable):
                self._note_unreadable(found)
            else:
                self._compare(found, readers)
            for results in readers.results():
                self._take(results)
        readers.flush()

    def _note_unreadable(self, found: Unreadable) -> None:
        if not (found.vanished and found.path == self._start):
            self._unreadable.append(found.path)
        if not found.vanished:
            self._writer.batch.problems.append(FoundProblem(found.path, b"", DIRECTORY, found.reason))

    def _compare(self, found: Directory, readers: Readers) -> None:
        self._seen.add(found.path)
        folder = self.folder
        self._files += len(found.files) + len(found.broken)
        troubled = found.path in self._with_problems
        known = troubled or found.path in self._signed
        if not known and not found.files and not found.broken:
            return
        signature = found.signature()
        if self._signed.get(found.path) == signature and not (troubled or self._thorough):
            self._progress.count(files=len(found.files), done=len(found.files))
            return
        if not found.broken:
            self._to_sign.append((found.path, signature, len(found.files)))
        if self._identifier.library_is_new and not known:
            changes = all_new(found)
        else:
            changes = self._database.read_now(
                lambda connection: compare(connection, folder.path, folder.key, found, thorough=self._thorough)
            )
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

    def _take(self, results: Sequence[ReadResult]) -> None:
        tracks = [result for result in results if result.reason is None and not result.task.is_image]
        self._progress.count(done=len(tracks))
        found, waiting = self._identifier.identify(self.folder.path, tracks)
        self._waiting += waiting
        self._write(found)
        for result in results:
            if result.reason is not None or result.task.is_image:
                self._take_other(result)
        if len(self._waiting) > _MOST_WAITING:
            self.settle()

    def _take_other(self, result: ReadResult) -> None:
        task = result.task
        done = int(not task.is_image)
        if result.reason is None or is_there(self.folder.path, task.directory, task.file.name):
            self._progress.count(done=done, failed=done if result.reason is not None else 0)
            add_other(self._writer.batch, result)
            self._writer.flush_if_full()
        else:
            # It went away while the scan was on its way; what is to be said of that, the next scan will say.
            self._progress.count(done=done)

    def _write(self, found: Identified) -> None:
        self._progress.count(added=found.added, updated=found.updated, moved=found.moved)
        self._writer.batch.displaced += found.displaced
        self._writer.batch.tracks += found.tracks
        self._writer.flush_if_full()

    def _why_away(self, at_first: tuple[int, int]) -> str | None:
        at_last = _identity(self.folder.path)
        if isinstance(at_last, str):
            return at_last
        if at_last != at_first:
            return "The folder was exchanged for another while it was scanned."
        if self._files or self._start or self._cancelled.is_set():
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
