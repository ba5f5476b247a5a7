"""Hashes of the library's audio, made in the background when nobody is in need of the disk."""

import os
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from auralis.bus import Bus
from auralis.kit.log import Log
from auralis.media.audio_hash import hash_audio, sketch_audio
from auralis.model.errors import AuralisError, MediaError
from auralis.model.events import LibraryChanged, ScanCompleted
from auralis.scanner.paths import joined
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.library.identity import FileToHash, files_to_hash, save_audio_hash

_log = Log(__name__)
_BATCH = 50
_NICENESS = 19
_PAUSE_SECONDS = 0.5
_RETRY_SECONDS = 300.0


class _StoppedError(Exception):
    """The work is to end now."""


class AudioHasher:
    """One thread of the lowest priority that works off the tracks without a hash.

    The list lies in the database, so that a kill at any moment costs the file in hand. It rests while ``is_busy``, that
    is while a scan runs.
    """

    def __init__(self, database: Database, bus: Bus, is_busy: Callable[[], bool] = lambda: False) -> None:
        self._database = database
        self._bus = bus
        self._is_busy = is_busy
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._unsubscribe: list[Callable[[], None]] = []

    def start(self) -> None:
        """Begin with what waits, and go on after each change of the library."""
        self._unsubscribe = [self._bus.subscribe(event, lambda _: self._wake.set()) for event in _WAKING]
        self._thread = threading.Thread(target=self._run, name="auralis-hasher", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop at once, and wait until the thread has ended."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def work_off(self) -> int:
        """Hash all that waits in this thread, and return how many files that were."""
        done = after = 0
        while True:
            self._wait_while_busy()
            batch = self._database.read_now(partial(files_to_hash, after=after, limit=_BATCH))
            if not batch:
                return done
            for file in batch:
                self._wait_while_busy()
                self._hash(file)
            done, after = done + len(batch), batch[-1].key

    def _run(self) -> None:
        if hasattr(os, "setpriority"):
            # Linux gives each thread a priority of its own.
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        while not self._stop.is_set():
            self._wake.clear()
            failed = True
            try:
                self.work_off()
                failed = False
            except _StoppedError:
                return
            except AuralisError as error:
                _log.warning("hashing interrupted", reason=error.message)
            except Exception:  # noqa: BLE001 - the outer edge of the thread: a fault of ours must not end it for good
                _log.exception("hashing interrupted")
            self._wake.wait(_RETRY_SECONDS if failed else None)

    def _hash(self, file: FileToHash) -> None:
        path = Path(os.fsdecode(joined(file.folder, file.directory, file.name)))
        sketch, audio_hash = 0, None
        try:
            state = path.stat()
            if (state.st_size, state.st_mtime_ns) != (file.size, file.mtime_ns):
                return
            sketch, audio_hash = sketch_audio(path), hash_audio(path, self._check)
        except OSError:
            return
        except MediaError as error:
            _log.info("audio not hashed", file=path.name, reason=error.message)

        def save(connection: Connection) -> None:
            save_audio_hash(connection, file, sketch, audio_hash)

        self._database.write_now(save)

    def _wait_while_busy(self) -> None:
        while self._is_busy() and not self._stop.wait(_PAUSE_SECONDS):
            pass
        self._check()

    def _check(self) -> None:
        if self._stop.is_set():
            raise _StoppedError


_WAKING = (LibraryChanged, ScanCompleted)
