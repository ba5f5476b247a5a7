"""Work off the event loop: threads that heed urgency, shared flights, and a niced process for what may crash."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auralis.jobs.flights import Flights
    from auralis.jobs.process import WorkerCrashedError, WorkerProcess, WorkerTimeoutError, start_child
    from auralis.jobs.workers import Cancellation, Job, JobCancelledError, Urgency, Workers

__all__ = [
    "Cancellation",
    "Flights",
    "Job",
    "JobCancelledError",
    "Urgency",
    "WorkerCrashedError",
    "WorkerProcess",
    "WorkerTimeoutError",
    "Workers",
    "start_child",
]
_HOMES = {
    "Flights": "flights",
    **dict.fromkeys(("WorkerCrashedError", "WorkerProcess", "WorkerTimeoutError", "start_child"), "process"),
    **dict.fromkeys(("Cancellation", "Job", "JobCancelledError", "Urgency", "Workers"), "workers"),
}


def __getattr__(name: str) -> Any:
    """Load each when it is asked for: a worker process needs this package without its event loop."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"auralis.jobs.{_HOMES[name]}"), name)
