"""Scans that nobody asks for: of what changes on disk, once it has settled, and of everything every few hours."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from auralis.bus import Bus
from auralis.kit.log import Log
from auralis.media.lyrics_files import LYRICS_SUFFIXES
from auralis.model.errors import AuralisError
from auralis.model.events import ScanCompleted
from auralis.model.library import AUDIO_SUFFIXES
from auralis.scanner.ignore import NAME as IGNORE_FILE
from auralis.scanner.inotify import Change, Inotify
from auralis.scanner.paths import identity
from auralis.scanner.preferences import ScanSettings, SettingsNow
from auralis.scanner.scope import ScanRequest, Scope
from auralis.scanner.walk import IMAGE_SUFFIXES
from auralis.store import Database
from auralis.store.library.folders import LibraryFolder, is_within, list_folders

_log = Log(__name__)
_STEP_MS = 250
_LOOK_SECONDS = 5.0
_RETRY_SECONDS = 60.0
_LONGEST_WAIT_SECONDS = 60.0
_MOST_SCOPES = 200
_WATCHED = frozenset(
    {*AUDIO_SUFFIXES, *(suffix.decode() for suffix in IMAGE_SUFFIXES), IGNORE_FILE.decode(), *LYRICS_SUFFIXES}
)
_DELETED = 3

Places = dict[str, tuple[int, tuple[int, int]]]
"""Folders that can be seen: path, with the folder's key and what makes it this very directory."""


class Watcher:
    """One thread that has the scanner look at what changes under the library's folders.

    A folder that comes back, as a disk does that is mounted again, counts as changed. Where the system cannot watch so
    many directories, the log says so, and only the schedule and the owner's own scans are left.
    """

    def __init__(
        self,
        database: Database,
        bus: Bus,
        scan: Callable[[ScanRequest], None],
        settings: SettingsNow = ScanSettings,
        *,
        apart_from: Path | None = None,
    ) -> None:
        self._database = database
        self._bus = bus
        self._scan = scan
        self._settings = settings
        self._apart_from = None if apart_from is None else os.fsencode(apart_from.resolve())
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self._last_scan = time.monotonic()
        self._changed: set[Scope] = set()
        self._first_change = self._last_change = 0.0
        self._by_bytes = False
        self.watching: frozenset[str] = frozenset()
        """The folders that are watched now."""

    def start(self) -> None:
        """Begin to watch."""

        def note(_: ScanCompleted) -> None:
            self._last_scan = time.monotonic()

        self._unsubscribe = self._bus.subscribe(ScanCompleted, note)
        self._thread = threading.Thread(target=self._run, name="auralis-watcher", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop, and wait until the thread has ended."""
        self._unsubscribe()
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        seen: Places | None = None
        while not self._stop.is_set():
            try:
                places = self._places() if self._settings().watch else {}
                if seen is not None:
                    self._note(Scope(key) for path, (key, place) in places.items() if seen.get(path) != (key, place))
                seen = places
                self._watch(places)
            except AuralisError as error:
                _log.warning("watching interrupted", reason=error.message)
                self._stop.wait(_RETRY_SECONDS)
            except Exception as error:  # noqa: BLE001 - the outer edge of the thread: the server goes on unwatched
                _log.warning("folders cannot be watched", reason=str(error))
                self.watching = frozenset()
                self._idle(_RETRY_SECONDS)

    def _watch(self, places: Places) -> None:
        """Note what changes until the folders themselves, or the wish to watch them, have changed."""
        if not places:
            self.watching = frozenset()
            self._idle(_LOOK_SECONDS)
            return
        looked_at = time.monotonic()
        for found in self._changes(places):
            self.watching = frozenset(places)
            self._note(self._scopes(found, places))
            self._scan_when_settled()
            if time.monotonic() - looked_at >= _LOOK_SECONDS:
                looked_at = time.monotonic()
                if not self._settings().watch or self._places() != places:
                    return

    def _changes(self, places: Places) -> Iterator[Iterable[Change]]:
        """Yield what has changed, often, also when nothing has."""
        if self._by_bytes:
            with closing(Inotify(map(os.fsencode, places))) as watches:
                while not self._stop.is_set():
                    yield watches.changes(_STEP_MS / 1000)
            return
        from watchfiles import watch  # noqa: PLC0415 - loads a library that servers without watching do not need

        changes: Any = watch(
            *places,
            watch_filter=None,
            debounce=_STEP_MS * 2,
            step=_STEP_MS,
            stop_event=self._stop,
            rust_timeout=_STEP_MS * 2,
            yield_on_timeout=True,
            raise_interrupt=False,
            force_polling=False,
            ignore_permission_denied=True,
        )
        try:
            for found in changes:
                yield [(int(kind) == _DELETED, os.fsencode(path)) for kind, path in found]
        except (RuntimeError, UnicodeError) as error:
            # It gives up at a name that is not UTF-8; what has changed before that is lost with it.
            if sys.platform != "linux" or not _is_about_names(error):
                raise
            self._by_bytes = True
            self._note(Scope(key) for key, _ in places.values())

    def _idle(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._stop.wait(_STEP_MS / 1000):
            self._scan_when_settled()

    def _places(self) -> Places:
        places: Places = {}
        for folder in self._database.read_now(list_folders):
            try:
                places[_text(folder)] = folder.key, identity(folder.path)
            except OSError:
                continue
        return places

    def _note(self, scopes: Iterable[Scope]) -> None:
        now = time.monotonic()
        for scope in scopes:
            if not self._changed:
                self._first_change = now
            self._last_change = now
            self._changed.add(scope)

    def _scopes(self, found: Iterable[Change], places: Places) -> Iterable[Scope]:
        for deleted, path in found:
            for folder, (key, _) in places.items():
                root = os.fsencode(folder)
                if is_within(path, root) and not (self._apart_from and is_within(path, self._apart_from)):
                    scope = _changed_directory(path, root, deleted=deleted)
                    if scope is not None:
                        yield Scope(key, scope)

    def _scan_when_settled(self) -> None:
        settings, now = self._settings(), time.monotonic()
        if settings.schedule_hours > 0 and now - self._last_scan >= settings.schedule_hours * 3600:
            self._last_scan = now
            self._scan(ScanRequest())
        if not self._changed:
            return
        longest = max(_LONGEST_WAIT_SECONDS, 4 * settings.settle_seconds)
        if now - self._last_change >= settings.settle_seconds or now - self._first_change >= longest:
            scopes, self._changed = self._changed, set()
            whole = frozenset(Scope(scope.folder_key) for scope in scopes)
            self._scan(ScanRequest(whole if len(scopes) > _MOST_SCOPES else frozenset(scopes)))


def _is_about_names(error: Exception) -> bool:
    return isinstance(error, UnicodeError) or "decode" in str(error)


def _text(folder: LibraryFolder) -> str:
    return folder.decoded_path


def _changed_directory(path: bytes, root: bytes, *, deleted: bool) -> bytes | None:
    """Return the directory to scan because of a change at ``path``, relative to ``root``, or None for none."""
    start = len(root.rstrip(b"/")) + 1
    relative = path[start:]
    name = os.fsdecode(path.rpartition(b"/")[2])
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    if suffix in _WATCHED:
        return relative.rpartition(b"/")[0]
    if os.path.isdir(path):  # noqa: PTH112 - bytes
        return relative
    # What is gone may have been a directory, whose name says nothing; hidden things and files of others do not matter.
    return relative if deleted and not name.startswith(".") else None
