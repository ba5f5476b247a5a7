"""Work off the event loop: threads that heed urgency, shared flights, and a niced process for what may crash."""

from auralis.jobs.flights import Flights
from auralis.jobs.process import WorkerCrashedError, WorkerProcess, WorkerTimeoutError
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
]
