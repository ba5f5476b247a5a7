"""The scanner: one scan at a time, in a thread of its own for the server, in the caller's for the command line."""

import fcntl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog

from auralis.bus import Bus
from auralis.model.errors import AuralisError, NotFoundError, UnavailableError
from auralis.model.events import LibraryChanged, ScanCompleted, ScanFailed, ScanProgressed, ScanStarted
from auralis.model.library import ScanCounts, ScanStatus
from auralis.scanner.folder_scan import FolderScan
from auralis.scanner.progress import Progress, idle
from auralis.scanner.writing import BatchWriter
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.library.folders import LibraryFolder, list_folders, note_scan
from auralis.store.library.state import advance_library

_log = structlog.get_logger(__name__)
_UNEXPECTED = "The scan came upon something unexpected; the log says more."


class Scanner:
    """Brings the library up to date with the files in its folders."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database = database
        self._bus = bus
        self._status = ScanStatus()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._again = False
        self._closed = False
        self._cancelled = threading.Event()

    @property
    def status(self) -> ScanStatus:
        """How far the scan is, or how the last one ended."""
        return self._status

    def start(self) -> None:
        """Scan all folders in the background; while a scan runs, once more after it."""
        with self._lock:
            if self._closed:
                return
            if self._thread is not None:
                self._again = True
                return
            self._cancelled.clear()
            self._status = ScanStatus(state="running")
            self._thread = threading.Thread(target=self._run, name="auralis-scanner")
            self._thread.start()

    def cancel(self) -> None:
        """Stop the scan that runs, if one does; what it found so far stays."""
        with self._lock:
            self._again = False
            self._cancelled.set()

    def close(self) -> None:
        """Stop for good, and wait until the scan has stopped."""
        with self._lock:
            self._closed = True
        self.cancel()
        thread = self._thread
        if thread is not None:
            thread.join()

    def scan(
        self, folders: Sequence[Path] | None = None, progress: Callable[[ScanStatus], None] | None = None
    ) -> ScanCounts:
        """Scan ``folders`` of the library, or all, in this thread.

        Raises
        ------
        NotFoundError
            If one of ``folders`` is not in the library.
        UnavailableError
            If the library is being scanned already.
        StorageError
            If the database fails.
        """
        self._cancelled.clear()
        return self._scan(folders, progress or (lambda _: None))

    def _run(self) -> None:
        while True:
            try:
                self._scan(None, lambda _: None)
            except AuralisError as error:
                _log.warning("scan failed", reason=error.message)
            except Exception:  # noqa: BLE001 - the outer edge of the thread: the server goes on without this scan
                _log.exception("scan failed")
            with self._lock:
                if not self._again:
                    self._thread = None
                    return
                self._again = False
                self._cancelled.clear()

    def _scan(self, paths: Sequence[Path] | None, listener: Callable[[ScanStatus], None]) -> ScanCounts:
        def tell(status: ScanStatus) -> None:
            self._status = status
            self._bus.publish(ScanProgressed(status))
            listener(status)

        progress = Progress(tell)
        try:
            with self._only_one():
                chosen = self._chosen(paths)
                self._status = progress.status()
                self._bus.publish(ScanStarted(self._status))
                self._scan_folders(chosen, progress)
        except BaseException as error:
            self._status = idle(progress.status())
            reason = error.message if isinstance(error, AuralisError) else _UNEXPECTED
            self._bus.publish(ScanFailed(self._status, reason))
            raise
        progress.walked()
        progress.tell()
        self._status = progress.status("idle")
        self._bus.publish(ScanCompleted(self._status, cancelled=self._cancelled.is_set()))
        return self._status.counts

    def _scan_folders(self, chosen: Sequence[LibraryFolder], progress: Progress) -> None:
        def changed(revision: int) -> None:
            self._bus.publish(LibraryChanged(revision))

        scans = [
            FolderScan(
                self._database, folder, progress, BatchWriter(self._database, folder.key, changed), self._cancelled
            )
            for folder in chosen
        ]
        for number, scan in enumerate(scans):
            scan.read(is_last=number == len(scans) - 1)
        moved = set[int]().union(*(scan.moved for scan in scans))
        for scan in scans:
            scan.mark_missing(moved)
            if not self._cancelled.is_set():
                self._note_scan(scan.folder, scan.away)

    def _note_scan(self, folder: LibraryFolder, away: str | None) -> None:
        if away is not None:
            _log.warning("folder away", reason=away)

        def note(connection: Connection) -> int | None:
            note_scan(connection, folder.key, away)
            return advance_library(connection) if away != folder.away else None

        revision = self._database.write_now(note)
        if revision is not None:
            self._bus.publish(LibraryChanged(revision))

    def _chosen(self, paths: Sequence[Path] | None) -> list[LibraryFolder]:
        folders = self._database.read_now(list_folders)
        if paths is None:
            return folders
        wanted = [path.expanduser().resolve() for path in paths]
        by_path = {Path(folder.decoded_path): folder for folder in folders}
        for path in wanted:
            if path not in by_path:
                raise NotFoundError("folder", path)
        return [by_path[path] for path in wanted]

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        """Hold the lock file that keeps scans of one library apart, also those of several programs."""
        with self._database.path.with_suffix(".scanning").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UnavailableError("The library is being scanned already.") from None
            yield
