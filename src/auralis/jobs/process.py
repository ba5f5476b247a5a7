"""A helper process for work that may crash, hang or fill the memory: niced, started on demand, let go when idle."""

import importlib
import multiprocessing
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")

_START_SECONDS = 60.0


class WorkerCrashedError(Exception):
    """The process died under the work."""


class WorkerTimeoutError(Exception):
    """The work took longer than allowed, and its process was killed."""


class WorkerProcess:
    """One child process that runs one function at a time; after a crash the next call starts a new one.

    The child is a fresh interpreter, so functions, arguments and results must be picklable by reference.
    """

    def __init__(self, *, niceness: int = 10, memory_bytes: int = 4 << 30) -> None:
        self._niceness = niceness
        self._memory_bytes = memory_bytes
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._connection: Connection[Any, Any] | None = None
        self._closed = False

    @property
    def alive(self) -> bool:
        """Whether a child process is there now."""
        child = self._child
        return child is not None and child.poll() is None

    def run(self, timeout_seconds: float, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``function`` in the child and return its result; blocks, so call it from a thread.

        Raises
        ------
        WorkerTimeoutError
            After ``timeout_seconds``; the child is killed.
        WorkerCrashedError
            When the child died, of itself or by ``stop``.
        """
        connection, is_new = self._connect()
        if is_new:
            # Starting and importing take long on a busy machine, which is no fault of the work.
            self._call(connection, _START_SECONDS, _load, (function.__module__,), {})
        return cast("T", self._call(connection, timeout_seconds, function, args, kwargs))

    def _call(
        self,
        connection: "Connection[Any, Any]",
        timeout_seconds: float,
        function: Callable[..., Any],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> Any:
        try:
            connection.send_bytes(pickle.dumps((function, args, kwargs)))
            answered = connection.poll(timeout_seconds)
            reply = connection.recv_bytes() if answered else b""
        except (EOFError, OSError) as error:
            self.stop()
            raise WorkerCrashedError("The worker process died.") from error
        if not answered:
            self.stop()
            raise WorkerTimeoutError(f"No result within {timeout_seconds:g} s.")
        succeeded, result = pickle.loads(reply)  # noqa: S301 - our own child speaks
        if succeeded:
            return result
        raise cast("Exception", result)

    def close(self) -> None:
        """Stop for good: calls under way and later ones raise WorkerCrashedError."""
        with self._lock:
            self._closed = True
        self.stop()

    def stop(self) -> None:
        """Kill the child, if there is one; a call under way raises WorkerCrashedError, the next starts a new child."""
        with self._lock:
            child, self._child = self._child, None
            # Closed when the last user lets go of it: a call under way may still be waiting on it.
            self._connection = None
        if child is not None:
            child.kill()
            child.wait()

    def _connect(self) -> "tuple[Connection[Any, Any], bool]":
        """Return the way to the child, and whether the child was only now started."""
        if not self.alive:
            self.stop()
        with self._lock:
            if self._closed:
                raise WorkerCrashedError("The worker process was closed.")
            is_new = self._connection is None
            if self._connection is None:
                options = (str(self._niceness), str(self._memory_bytes))
                self._child, self._connection = start_child("auralis.jobs.child", *options)
            return self._connection, is_new


def start_child(module: str, *options: str) -> "tuple[subprocess.Popen[bytes], Connection[Any, Any]]":
    """Run ``module`` in a fresh interpreter, whose first argument is its end of the pipe that is returned."""
    ours, theirs = multiprocessing.Pipe()
    with theirs:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", module, str(theirs.fileno()), *options],
            pass_fds=(theirs.fileno(),),
            stdin=subprocess.DEVNULL,
        )
    return child, ours


def _load(module: str) -> None:
    importlib.import_module(module)


def portable(error: BaseException) -> Any:
    """Return ``error`` if it survives pickling, else a RuntimeError with its words."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - what was just written
    except Exception:  # noqa: BLE001 - whatever a strange exception does when it is copied
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
