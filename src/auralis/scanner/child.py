"""The far end of a ScanProcess: one scan, told of over an inherited pipe; it ends at once when the pipe does."""

import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from auralis.jobs.process import portable
from auralis.model.errors import AuralisError
from auralis.scanner.library_scan import LibraryScan
from auralis.store import Database

_NICENESS = 10
Say = Callable[[str, Any], None]


def main(connection: "Connection[Any, Any]") -> None:
    """Do what the first message asks for."""
    path, settings, request = pickle.loads(connection.recv_bytes())  # noqa: S301 - the parent speaks
    cancelled = threading.Event()
    threading.Thread(target=_listen, args=(connection, cancelled), daemon=True).start()
    say = _sayer(connection)
    try:
        database = Database(path)
        database.on_commit(lambda rows, _: say("rows", dict(rows)))
        try:
            status = LibraryScan(database, settings, lambda event: say("event", event), cancelled).run(request)
        finally:
            database.close()
    except Exception as error:  # noqa: BLE001 - the outer edge of the process: every failure goes to the parent
        if not isinstance(error, AuralisError):
            error.add_note(traceback.format_exc())
        say("error", portable(error))
    else:
        say("done", status)


def _sayer(connection: "Connection[Any, Any]") -> Say:
    """Return what sends messages whole, whichever threads have something to say."""
    lock = threading.Lock()

    def say(kind: str, content: Any) -> None:
        message = pickle.dumps((kind, content))
        with lock:
            connection.send_bytes(message)

    return say


def _listen(connection: "Connection[Any, Any]", cancelled: threading.Event) -> None:
    """Note the wish to stop; without a parent nobody hears of the scan, and the library stands a kill at any moment."""
    try:
        while True:
            connection.recv_bytes()
            cancelled.set()
    except (EOFError, OSError):
        os._exit(1)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(_NICENESS)
    main(Connection(int(sys.argv[1])))
