"""Many small edits at once: each for itself, or all or none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auralis.model.errors import AuralisError, FieldError, InvalidInputError, NotFoundError
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.listener import annotations
from auralis.store.lists.documents import keys_of
from auralis.store.savepoints import run_each

MOST_OPERATIONS = 500


@dataclass(frozen=True, slots=True)
class Operation:
    """One edit: the id of what it is done to, what is done, and with what."""

    id: str
    action: str
    data: Mapping[str, Any]


class _RefusedError(Exception):
    def __init__(self, outcomes: list[AuralisError | None]) -> None:
        super().__init__()
        self.outcomes = outcomes


Edit = Callable[[Connection, str, Operation], None]


async def run_batch(
    database: Database, user_id: str, operations: Sequence[Operation], *, atomic: bool
) -> list[AuralisError | None]:
    """Carry out edits in one transaction; return for each why it was refused, or None.

    With ``atomic``, one refusal takes back all.
    """

    def work(connection: Connection) -> list[AuralisError | None]:
        edits = [lambda db, o=operation: _edit(o)(db, user_id, o) for operation in operations]
        outcomes = run_each(connection, edits)
        if atomic and any(outcomes):
            raise _RefusedError(outcomes)
        return outcomes

    try:
        return await database.write(work)
    except _RefusedError as refused:
        return refused.outcomes


def _edit(operation: Operation) -> Edit:
    edit = ACTIONS.get(operation.action)
    if edit is None:
        known = ", ".join(sorted(ACTIONS))
        error = FieldError("action", f"must be one of {known}", operation.action)
        raise InvalidInputError(f"'{operation.action}' is no action.", [error])
    return edit


def _rate(connection: Connection, user_id: str, operation: Operation) -> None:
    rating = _member(operation, "rating")
    if rating is not None and (isinstance(rating, bool) or rating not in range(6)):
        raise InvalidInputError("A rating is 0 to 5.", [FieldError("data.rating", "must be 0 to 5, or null", rating)])
    annotations.set_rating(connection, user_id, _track_key(connection, operation.id), rating)


def _favorite(connection: Connection, user_id: str, operation: Operation) -> None:
    favorite = _member(operation, "favorite")
    if not isinstance(favorite, bool):
        error = FieldError("data.favorite", "must be true or false", favorite)
        raise InvalidInputError("A track is a favourite or not.", [error])
    annotations.set_favorite(connection, user_id, _track_key(connection, operation.id), favorite=favorite)


def _member(operation: Operation, name: str) -> Any:
    if operation.data.keys() != {name}:
        raise InvalidInputError(f"The data of {operation.action} is {{{name}}}.", [FieldError("data", f"has {name}")])
    return operation.data[name]


def _track_key(connection: Connection, track_id: str) -> int:
    key = keys_of(connection, [track_id]).get(track_id)
    if key is None:
        raise NotFoundError("track", track_id)
    return key


ACTIONS: dict[str, Edit] = {"rating": _rate, "favorite": _favorite}
"""What can be done in a batch, by name."""
