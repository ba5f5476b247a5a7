"""The far end of a WorkerProcess: reads calls from an inherited pipe, sends results, ends when the pipe does."""

import os
import pickle
import resource
import signal
import sys
from multiprocessing.connection import Connection
from typing import Any

from auralis.jobs.process import portable


def serve(connection: "Connection[Any, Any]") -> None:
    """Answer calls until the other end is closed."""
    while True:
        try:
            function, args, kwargs = pickle.loads(connection.recv_bytes())  # noqa: S301 - the parent speaks
        except EOFError:
            return
        try:
            answer = True, function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the outer edge of the worker: every failure goes to the parent
            answer = False, portable(error)
        try:
            connection.send_bytes(pickle.dumps(answer))
        except BrokenPipeError:
            return


def limit(niceness: int, memory_bytes: int) -> None:
    """Give way to everybody else, keep to ``memory_bytes`` of address space, leave interrupts to the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(niceness)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or memory_bytes < hard:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, hard))


if __name__ == "__main__":
    limit(int(sys.argv[2]), int(sys.argv[3]))
    serve(Connection(int(sys.argv[1])))
