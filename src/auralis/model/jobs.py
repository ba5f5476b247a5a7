"""Durable jobs: work that somebody asked for and that survives a restart."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
UNFINISHED: tuple[JobState, ...] = ("queued", "running")


@dataclass(frozen=True, slots=True)
class Job:
    """One job; ``order`` is what was asked for, ``result`` what came of it, ``error`` why nothing did.

    ``done`` and ``total`` count thousandths of tracks. Times are epoch milliseconds.
    """

    id: str
    user_id: str
    kind: str
    state: JobState
    order: Mapping[str, Any]
    done: int
    total: int
    created_at: int
    updated_at: int
    result: Mapping[str, Any] | None = None
    error: str | None = None
    error_code: str | None = None

    @property
    def is_finished(self) -> bool:
        """Whether nothing will become of it any more."""
        return self.state not in UNFINISHED
