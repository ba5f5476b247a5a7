"""Revisions: which state of a thing a client has seen, and what happens when that is not the state it is in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auralis.model.errors import ConflictError, PreconditionError


@dataclass(frozen=True, slots=True)
class Expected:
    """The revisions that a change may be made to; none named: any.

    ``header`` are those of ``If-Match`` (empty: none of ours), ``body`` is ``expectedRevision``.
    """

    header: frozenset[int] | None = None
    body: int | None = None

    def allows(self, revision: int) -> bool:
        """Return whether a change may be made to ``revision``."""
        return self._by_header(revision) and self._by_body(revision)

    def require(self, revision: int, current: Mapping[str, Any]) -> None:
        """Refuse a change to what has moved on; ``current`` is what a client sees of its state.

        Raises
        ------
        PreconditionError
            When ``If-Match`` is stale.
        ConflictError
            When ``expectedRevision`` is stale.
        """
        if self.allows(revision):
            return
        kind = ConflictError if self._by_header(revision) else PreconditionError
        raise kind("It has been changed meanwhile.", details={"current": dict(current)})

    def _by_header(self, revision: int) -> bool:
        return self.header is None or revision in self.header

    def _by_body(self, revision: int) -> bool:
        return self.body is None or revision == self.body


ANY = Expected()
"""A change that may be made to whatever is there."""
