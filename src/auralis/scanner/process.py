"""A scan in a process of its own, so that neither its work nor its writing takes turns with those who listen."""

import pickle
import subprocess
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from auralis.jobs import start_child
from auralis.model.errors import UnavailableError
from auralis.model.events import ScanCompleted, ScanFailed
from auralis.model.library import ScanStatus
from auralis.scanner.preferences import ScanSettings
from auralis.scanner.progress import idle
from auralis.scanner.scope import ScanRequest
from auralis.scanner.telling import Tell
from auralis.store import Database

_CANCEL = b"cancel"
_DIED = "The process of the scan died."
_POLL_SECONDS = 0.1
_END_SECONDS = 30.0


class ScanProcess:
    """A library's scan that runs beside the server; what it tells is told here, in the same order."""

    def __init__(self, database: Database, settings: ScanSettings, tell: Tell, cancelled: threading.Event) -> None:
        self._database = database
        self._settings = settings
        self._tell = tell
        self._cancelled = cancelled
        self._has_spoken = False

    def run(self, request: ScanRequest) -> ScanStatus:
        """Scan what is asked for, as ``LibraryScan.run`` does.

        Raises
        ------
        UnavailableError
            If the process died, too.
        """
        child, connection = start_child("auralis.scanner.child")
        try:
            with connection:
                return self._follow(connection, request)
        finally:
            if not self._has_spoken:
                child.kill()
            _end(child)

    def _follow(self, connection: "Connection[Any, Any]", request: ScanRequest) -> ScanStatus:
        last = ScanStatus()
        connection.send_bytes(pickle.dumps((self._database.path, self._settings, request)))
        while (message := self._receive(connection)) is not None:
            self._has_spoken = True
            kind, content = message
            if kind == "event":
                last = getattr(content, "status", last)
                self._tell(content)
            elif kind == "rows":
                self._database.tell(content)
            elif kind == "error":
                raise content
            else:
                status: ScanStatus = content
                return status
        if self._cancelled.is_set() and not self._has_spoken:
            self._tell(ScanCompleted(idle(last), cancelled=True))
            return idle(last)
        self._tell(ScanFailed(idle(last), _DIED))
        raise UnavailableError(_DIED)

    def _receive(self, connection: "Connection[Any, Any]") -> tuple[str, Any] | None:
        """Return what the process says next; hand on the wish to stop meanwhile.

        None if it died, or need not begin: it is not waited for until it has loaded what it will not use.
        """
        try:
            while not connection.poll(_POLL_SECONDS):
                if self._cancelled.is_set():
                    if not self._has_spoken:
                        return None
                    connection.send_bytes(_CANCEL)
            message: tuple[str, Any] = pickle.loads(connection.recv_bytes())  # noqa: S301 - our own child speaks
        except (EOFError, OSError):
            return None
        return message


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Wait for a process that has nothing left to do, or whose pipe is closed; kill one that does not end."""
    with suppress(subprocess.TimeoutExpired):
        child.wait(_END_SECONDS)
        return
    child.kill()
    child.wait()
