"""One scan of the library from start to end: its folders through the stages, then what concerns all of them."""

import fcntl
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from auralis.model.errors import AuralisError, UnavailableError
from auralis.model.events import LibraryChanged, ScanCompleted, ScanFailed, ScanProgressed, ScanStarted
from auralis.model.library import ScanStatus
from auralis.scanner.folder_scan import FolderScan
from auralis.scanner.identify import Identifier
from auralis.scanner.preferences import ScanSettings
from auralis.scanner.progress import Progress, idle
from auralis.scanner.scope import ScanRequest, Scope, outermost
from auralis.scanner.telling import FolderLost, Tell
from auralis.scanner.writing import BatchWriter
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.library.folders import LibraryFolder, has_lost_tracks, list_folders, note_scan
from auralis.store.library.state import advance_library, library_revision

_DAY_SECONDS = 86_400
_PURGED_AT_ONCE = 500
_UNEXPECTED = "The scan came upon something unexpected; the log says more."


class LibraryScan:
    """Brings the library up to date with the files in its folders, once, in the calling thread."""

    def __init__(self, database: Database, settings: ScanSettings, tell: Tell, cancelled: threading.Event) -> None:
        self._database = database
        self._settings = settings
        self._tell = tell
        self._cancelled = cancelled

    def run(self, request: ScanRequest) -> ScanStatus:
        """Scan what is asked for, tell of it from the start to the end, and return how it ended.

        Raises
        ------
        UnavailableError
            If the library is being scanned already.
        StorageError
            If the database fails.
        """
        progress = Progress(lambda status: self._tell(ScanProgressed(status)))
        try:
            with self._only_one():
                self._tell(ScanStarted(progress.status()))
                self._scan_folders(request, progress)
                self._purge()
        except BaseException as error:
            reason = error.message if isinstance(error, AuralisError) else _UNEXPECTED
            self._tell(ScanFailed(idle(progress.status()), reason))
            raise
        progress.walked()
        progress.tell()
        status = progress.status("idle")
        self._tell(ScanCompleted(status, cancelled=self._cancelled.is_set()))
        return status

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

        reunion = Reunion(self._database, self._settings.tag_rules, self._changed, self._cancelled)
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
            rules=self._settings.tag_rules,
        )

    def _changed(self, revision: int) -> None:
        self._tell(LibraryChanged(revision))

    def _purge(self) -> None:
        """Forget tracks that have been missing for as long as the owner wants them kept."""
        days = self._settings.purge_after_days
        if days is None or self._cancelled.is_set():
            return
        from auralis.store.library.removal import purge_missing  # noqa: PLC0415 - seldom needed

        before = round((time.time() - days * _DAY_SECONDS) * 1000)
        while self._database.write_now(lambda connection: purge_missing(connection, before, _PURGED_AT_ONCE)):
            self._changed(self._database.read_now(library_revision))

    def _note_scan(self, folder: LibraryFolder, away: str | None) -> None:
        if away is not None:
            self._tell(FolderLost(folder.id, away))

        def note(connection: Connection) -> int | None:
            note_scan(connection, folder.key, away)
            return advance_library(connection) if away != folder.away else None

        revision = self._database.write_now(note)
        if revision is not None:
            self._changed(revision)

    def _chosen(self, request: ScanRequest) -> list[tuple[Scope, LibraryFolder]]:
        folders = {folder.key: folder for folder in self._database.read_now(list_folders)}
        if request.scopes is None:
            return [(Scope(key), folder) for key, folder in folders.items()]
        scopes = outermost(request.scopes)
        # A folder may have been taken out since it was asked for.
        return [(scope, folders[scope.folder_key]) for scope in scopes if scope.folder_key in folders]

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        """Hold the lock file that keeps scans of one library apart, also those of several programs."""
        with self._database.path.with_suffix(".scanning").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UnavailableError("The library is being scanned already.") from None
            yield
