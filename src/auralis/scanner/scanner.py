"""The scanner: one scan at a time, in a thread of its own for the server, in the caller's for the command line."""

import fcntl
import os
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from auralis.bus import Bus
from auralis.kit.log import Log
from auralis.model.errors import AuralisError, NotFoundError, UnavailableError
from auralis.model.events import LibraryChanged, ScanCompleted, ScanFailed, ScanProgressed, ScanStarted
from auralis.model.library import ScanCounts, ScanStatus
from auralis.scanner.folder_scan import FolderScan
from auralis.scanner.identify import Identifier
from auralis.scanner.preferences import ScanSettings, SettingsNow
from auralis.scanner.progress import Progress, idle
from auralis.scanner.scope import ScanRequest, Scope, outermost, scope_of
from auralis.scanner.writing import BatchWriter
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.library.folders import LibraryFolder, has_lost_tracks, is_within, list_folders, note_scan
from auralis.store.library.state import advance_library, library_revision

_log = Log(__name__)
_DAY_SECONDS = 86_400
_PURGED_AT_ONCE = 500
_UNEXPECTED = "The scan came upon something unexpected; the log says more."


class Scanner:
    """Brings the library up to date with the files in its folders."""

    def __init__(self, database: Database, bus: Bus, settings: SettingsNow = ScanSettings) -> None:
        self._database = database
        self._bus = bus
        self._settings = settings
        self._status = ScanStatus()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._requests: list[ScanRequest] = []
        self._closed = False
        self._cancelled = threading.Event()

    @property
    def status(self) -> ScanStatus:
        """How far the scan is, or how the last one ended."""
        return self._status

    def start(self, request: ScanRequest = ScanRequest()) -> None:  # noqa: B008 - frozen
        """Scan in the background: everything, or what is asked for; while a scan runs, after it."""
        with self._lock:
            if self._closed or any(waiting.covers(request) for waiting in self._requests):
                return
            self._requests = [waiting for waiting in self._requests if not request.covers(waiting)] + [request]
            if self._thread is not None:
                return
            self._cancelled.clear()
            self._status = ScanStatus(state="running")
            self._thread = threading.Thread(target=self._run, name="auralis-scanner")
            self._thread.start()

    def scope(self, folder_id: str | None, path: str | None) -> Scope | None:
        """Return what a client names, or None for everything; see ``scope_of``."""
        return scope_of(self._database.read_now(list_folders), folder_id, path)

    def cancel(self) -> None:
        """Stop the scan that runs, if one does; what it found so far stays."""
        with self._lock:
            self._requests.clear()
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
        self,
        folders: Sequence[Path] | None = None,
        progress: Callable[[ScanStatus], None] | None = None,
        *,
        thorough: bool = False,
    ) -> ScanCounts:
        """Scan ``folders`` of the library or directories in them, or all, in this thread.

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
        scopes = None if folders is None else frozenset(self._scope_at(path) for path in folders)
        return self._scan(ScanRequest(scopes, thorough), progress or (lambda _: None))

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._requests:
                    self._thread = None
                    return
                request = self._requests.pop(0)
                if not self._closed:
                    self._cancelled.clear()
            try:
                self._scan(request, lambda _: None)
            except AuralisError as error:
                _log.warning("scan failed", reason=error.message)
            except Exception:  # noqa: BLE001 - the outer edge of the thread: the server goes on without this scan
                _log.exception("scan failed")

    def _scan(self, request: ScanRequest, listener: Callable[[ScanStatus], None]) -> ScanCounts:
        def tell(status: ScanStatus) -> None:
            self._status = status
            self._bus.publish(ScanProgressed(status))
            listener(status)

        progress = Progress(tell)
        try:
            with self._only_one():
                self._status = progress.status()
                self._bus.publish(ScanStarted(self._status))
                self._scan_folders(request, progress)
                self._purge()
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

    def _scan_folders(self, request: ScanRequest, progress: Progress) -> None:
        identifier = Identifier(self._database)
        scans = [
            self._folder_scan(scope, folder, progress, identifier, request) for scope, folder in self._chosen(request)
        ]
        for number, scan in enumerate(scans):
            scan.read(is_last=number == len(scans) - 1)
        for scan in scans:
            scan.settle()
        moved = identifier.claimed.union(*(scan.moved for scan in scans))
        progress.count(missing=len(identifier.displaced - identifier.claimed))
        for scan in scans:
            scan.mark_missing(moved)
            scan.sign()
            if not self._cancelled.is_set():
                self._note_scan(scan.folder, scan.away)
        gone = (identifier.displaced - identifier.claimed).union(*(scan.gone for scan in scans))
        self._reunite(progress, gone)

    def _reunite(self, progress: Progress, gone: Collection[int]) -> None:
        """Give tracks without a file the places of their copies; ``gone`` were counted as missing by this scan."""
        if not self._database.read_now(has_lost_tracks):
            return
        from auralis.scanner.reunite import Reunion  # noqa: PLC0415 - seldom needed

        reunion = Reunion(self._database, self._settings().tag_rules, self._changed, self._cancelled)
        reunion.run(folder.key for folder in self._database.read_now(list_folders))
        progress.count(moved=len(reunion.reunited), missing=-len(reunion.reunited.intersection(gone)))

    def _folder_scan(
        self, scope: Scope, folder: LibraryFolder, progress: Progress, identifier: Identifier, request: ScanRequest
    ) -> FolderScan:
        writer = BatchWriter(self._database, folder.key, self._changed)
        return FolderScan(
            self._database,
            folder,
            progress,
            writer,
            identifier,
            self._cancelled,
            start=scope.start,
            thorough=request.thorough,
            rules=self._settings().tag_rules,
        )

    def _changed(self, revision: int) -> None:
        self._bus.publish(LibraryChanged(revision))

    def _purge(self) -> None:
        """Forget tracks that have been missing for as long as the owner wants them kept."""
        days = self._settings().purge_after_days
        if days is None or self._cancelled.is_set():
            return
        from auralis.store.library.removal import purge_missing  # noqa: PLC0415 - seldom needed

        before = round((time.time() - days * _DAY_SECONDS) * 1000)
        while self._database.write_now(lambda connection: purge_missing(connection, before, _PURGED_AT_ONCE)):
            self._bus.publish(LibraryChanged(self._database.read_now(library_revision)))

    def _note_scan(self, folder: LibraryFolder, away: str | None) -> None:
        if away is not None:
            _log.warning("folder away", reason=away)

        def note(connection: Connection) -> int | None:
            note_scan(connection, folder.key, away)
            return advance_library(connection) if away != folder.away else None

        revision = self._database.write_now(note)
        if revision is not None:
            self._bus.publish(LibraryChanged(revision))

    def _chosen(self, request: ScanRequest) -> list[tuple[Scope, LibraryFolder]]:
        folders = {folder.key: folder for folder in self._database.read_now(list_folders)}
        if request.scopes is None:
            return [(Scope(key), folder) for key, folder in folders.items()]
        scopes = outermost(request.scopes)
        # A folder may have been taken out since it was asked for.
        return [(scope, folders[scope.folder_key]) for scope in scopes if scope.folder_key in folders]

    def _scope_at(self, path: Path) -> Scope:
        wanted = os.fsencode(path.expanduser().resolve())
        for folder in self._database.read_now(list_folders):
            if is_within(wanted, folder.path):
                return Scope(folder.key, wanted[len(folder.path.rstrip(b"/")) + 1 :])
        raise NotFoundError("folder", path)

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        """Hold the lock file that keeps scans of one library apart, also those of several programs."""
        with self._database.path.with_suffix(".scanning").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UnavailableError("The library is being scanned already.") from None
            yield
