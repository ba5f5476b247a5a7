"""Many small edits at once: each for itself, or all or none; every one that was done is told of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auralis.catalog.edits import merged
from auralis.model.errors import AuralisError, FieldError, InvalidInputError, NotFoundError
from auralis.model.events import Event, LibraryChanged, TrackEdited, TrackListened
from auralis.model.library import TagRules
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.library import editing
from auralis.store.library.editing import StoredTrack
from auralis.store.library.state import library_revision
from auralis.store.listener import annotations
from auralis.store.lists.documents import keys_of
from auralis.store.savepoints import run_each

MOST_OPERATIONS = 500


@dataclass(frozen=True, slots=True)
class Operation:
    """One edit: the id of a track, what is done to it, and with what; ``refused`` says why it may not be."""

    id: str
    action: str
    data: Mapping[str, Any]
    refused: AuralisError | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Why each operation was refused, or None; and what is to be told of those that were done."""

    refusals: list[AuralisError | None]
    events: list[Event]


@dataclass(frozen=True, slots=True)
class _Batch:
    user_id: str
    rules: TagRules


class _RefusedError(Exception):
    def __init__(self, refusals: list[AuralisError | None]) -> None:
        super().__init__()
        self.refusals = refusals


Edit = Callable[[Connection, _Batch, Operation], Event]


async def run_batch(
    database: Database, user_id: str, operations: Sequence[Operation], rules: TagRules, *, atomic: bool
) -> Outcome:
    """Carry out edits in one transaction; with ``atomic``, one refusal takes back all."""
    batch = _Batch(user_id, rules)

    def work(connection: Connection) -> Outcome:
        events: list[Event] = []
        edits = [lambda db, o=operation: events.append(_edit(o)(db, batch, o)) for operation in operations]
        refusals = run_each(connection, edits)
        if atomic and any(refusals):
            raise _RefusedError(refusals)
        if any(isinstance(event, TrackEdited) for event in events):
            events.append(LibraryChanged(library_revision(connection)))
        return Outcome(refusals, events)

    try:
        return await database.write(work)
    except _RefusedError as refused:
        return Outcome(refused.refusals, [])


def _edit(operation: Operation) -> Edit:
    if operation.refused is not None:
        raise operation.refused
    edit = ACTIONS.get(operation.action)
    if edit is None:
        known = ", ".join(sorted(ACTIONS))
        error = FieldError("action", f"must be one of {known}", operation.action)
        raise InvalidInputError(f"'{operation.action}' is no action.", [error])
    return edit


def _rate(connection: Connection, batch: _Batch, operation: Operation) -> Event:
    rating = _member(operation, "rating")
    if rating is not None and (isinstance(rating, bool) or rating not in range(6)):
        raise InvalidInputError("A rating is 0 to 5.", [FieldError("data.rating", "must be 0 to 5, or null", rating)])
    annotations.set_rating(connection, batch.user_id, _track_key(connection, operation.id), rating)
    return TrackListened(batch.user_id, operation.id, {"rating": rating})


def _favorite(connection: Connection, batch: _Batch, operation: Operation) -> Event:
    favorite = _member(operation, "favorite")
    if not isinstance(favorite, bool):
        error = FieldError("data.favorite", "must be true or false", favorite)
        raise InvalidInputError("A track is a favourite or not.", [error])
    annotations.set_favorite(connection, batch.user_id, _track_key(connection, operation.id), favorite=favorite)
    return TrackListened(batch.user_id, operation.id, {"favorite": favorite})


def _update(connection: Connection, batch: _Batch, operation: Operation) -> Event:
    stored = _stored(connection, operation.id)
    edits, named = merged(stored.edits, operation.data, batch.rules)
    if not named:
        raise InvalidInputError("Nothing is to be changed.", [FieldError("data", "names nothing to change")])
    editing.rewrite_track(connection, stored, edits, editing.as_read(stored), stored.file)
    return TrackEdited(operation.id, _stored(connection, operation.id).revision)


def _delete(connection: Connection, batch: _Batch, operation: Operation) -> Event:
    del batch
    if operation.data:
        raise InvalidInputError("A track is deleted as it is.", [FieldError("data", "must be empty")])
    editing.hide_track(connection, _stored(connection, operation.id), hidden=True)
    return TrackEdited(operation.id, _stored(connection, operation.id).revision)


def _stored(connection: Connection, track_id: str) -> StoredTrack:
    stored = editing.read_track(connection, track_id)
    if stored is None:
        raise NotFoundError("track", track_id)
    return stored


def _member(operation: Operation, name: str) -> Any:
    if operation.data.keys() != {name}:
        raise InvalidInputError(f"The data of {operation.action} is {{{name}}}.", [FieldError("data", f"has {name}")])
    return operation.data[name]


def _track_key(connection: Connection, track_id: str) -> int:
    key = keys_of(connection, [track_id]).get(track_id)
    if key is None:
        raise NotFoundError("track", track_id)
    return key


ACTIONS: dict[str, Edit] = {"rating": _rate, "favorite": _favorite, "update": _update, "delete": _delete}
"""What can be done in a batch, by name."""
