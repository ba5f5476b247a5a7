"""The scanner: one scan at a time, in a thread of its own for the server, in the caller's for the command line."""

import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from auralis.bus import Bus
from auralis.kit.log import Log
from auralis.model.errors import AuralisError, NotFoundError
from auralis.model.events import LibraryChanged, ScanProgressed
from auralis.model.library import ScanCounts, ScanStatus
from auralis.scanner.preferences import ScanSettings, SettingsNow
from auralis.scanner.progress import idle
from auralis.scanner.scope import ScanRequest, Scope, scope_of
from auralis.scanner.telling import FolderLost, ScanEvent
from auralis.store import Database
from auralis.store.library.folders import is_within, list_folders

if TYPE_CHECKING:
    from auralis.scanner.library_scan import LibraryScan
    from auralis.scanner.process import ScanProcess

_log = Log(__name__)


class Scanner:
    """Has the library brought up to date with its files: here, or ``apart`` in processes of their own."""

    def __init__(
        self, database: Database, bus: Bus, settings: SettingsNow = ScanSettings, *, apart: bool = False
    ) -> None:
        self._database = database
        self._bus = bus
        self._settings = settings
        self._apart = apart
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
            if self._status.state != "running":
                self._status = ScanStatus(state="running")
            if self._thread is not None:
                return
            self._cancelled.clear()
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
        return self._scan(ScanRequest(scopes, thorough), progress or (lambda _: None)).counts

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._requests:
                    self._status = idle(self._status)
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

    def _scan(self, request: ScanRequest, listener: Callable[[ScanStatus], None]) -> ScanStatus:
        def tell(event: ScanEvent) -> None:
            if isinstance(event, FolderLost):
                _log.warning("folder away", folder=event.folder_id, reason=event.reason)
                return
            if not isinstance(event, LibraryChanged):
                self._note(event.status)
            self._bus.publish(event)
            if isinstance(event, ScanProgressed):
                listener(event.status)

        return _kind_of_scan(self._apart)(self._database, self._settings(), tell, self._cancelled).run(request)

    def _note(self, status: ScanStatus) -> None:
        """Keep a status; between two scans that follow each other nothing is idle."""
        with self._lock:
            self._status = ScanStatus(state="running") if status.state == "idle" and self._requests else status

    def _scope_at(self, path: Path) -> Scope:
        wanted = os.fsencode(path.expanduser().resolve())
        for folder in self._database.read_now(list_folders):
            if is_within(wanted, folder.path):
                return Scope(folder.key, wanted[len(folder.path.rstrip(b"/")) + 1 :])
        raise NotFoundError("folder", path)


def _kind_of_scan(apart: bool) -> "type[LibraryScan | ScanProcess]":  # noqa: FBT001 - a choice, passed on
    """Return what scans; a server that has it done elsewhere need not load all that a scan needs."""
    if apart:
        from auralis.scanner.process import ScanProcess  # noqa: PLC0415 - see above

        return ScanProcess
    from auralis.scanner.library_scan import LibraryScan  # noqa: PLC0415 - see above

    return LibraryScan
