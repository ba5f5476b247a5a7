"""The queue as pure functions: every change is a list of splices that can be stored, told and taken back.

The order is one list: what was, the current entry, what was asked for next, what was asked for later, and then the
rest of the context. Operations name entries, never places, so that two clients' changes both take effect.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from auralis.model.errors import ConflictError, FieldError, InvalidInputError
from auralis.model.player import Lane, PlayerState, Position, QueueEntry
from auralis.model.queue import Entries, Splice, spliced
from auralis.playback.shuffle import shuffled

MOST_ENTRIES = 20_000
"""More than anyone listens to in a row; beyond it, adding is refused."""


def adding(state: PlayerState, added: Entries, where: Literal["now", "next", "end"]) -> tuple[Splice, ...]:
    """Insert entries behind the current one and what was asked for before."""
    if len(state.entries) + len(added) > MOST_ENTRIES:
        raise ConflictError(f"The queue holds at most {MOST_ENTRIES} entries.", code="QUEUE_FULL")
    behind: dict[str, tuple[Lane, ...]] = {"now": (), "next": ("next",), "end": ("next", "later")}
    skipped = behind[where]
    at = 0 if state.current_index is None else state.current_index + 1
    while at < len(state.entries) and state.entries[at].lane in skipped:
        at += 1
    lane: Lane = "later" if where == "end" else "next"
    return (Splice(at, (), tuple(replace(entry, lane=lane) for entry in added)),)


def removing(state: PlayerState, entry_ids: Collection[str]) -> tuple[Splice, ...]:
    """Take entries out; CONFLICT when one of them is gone already."""
    wanted = set(entry_ids)
    places = [index for index, entry in enumerate(state.entries) if entry.entry_id in wanted]
    if len(places) < len(wanted):
        raise _gone(wanted - {state.entries[index].entry_id for index in places})
    splices: list[Splice] = []
    end = len(places)
    while end > 0:
        first = end - 1
        while first > 0 and places[first - 1] == places[first] - 1:
            first -= 1
        splices.append(Splice(places[first], state.entries[places[first] : places[end - 1] + 1], ()))
        end = first
    return tuple(splices)


def clearing(state: PlayerState, *, keep_current: bool) -> tuple[Splice, ...]:
    """Take everything out, or everything but the current entry."""
    if not keep_current or state.current_index is None:
        return (Splice(0, state.entries, ()),) if state.entries else ()
    current = state.current_index
    behind, before = state.entries[current + 1 :], state.entries[:current]
    parts = [Splice(current + 1, behind, ()), Splice(0, before, ())]
    return tuple(part for part in parts if part.removed)


def moving(state: PlayerState, entry_id: str, after_id: str | None) -> tuple[Splice, ...]:
    """Put an entry behind another one (None: first); it joins the lane of its new place."""
    index = _place(state, entry_id)
    entry = state.entries[index]
    if after_id == entry_id:
        error = FieldError("afterEntryId", "is the entry itself", after_id)
        raise InvalidInputError("An entry cannot be put after itself.", [error])
    target = 0 if after_id is None else _place(state, after_id) + 1
    if index < target:
        target -= 1
    if target == index:
        return ()
    return (Splice(index, (entry,), ()), Splice(target, (), (replace(entry, lane=_lane_behind(state, after_id)),)))


def loading(state: PlayerState, context: Entries, index: int) -> tuple[Splice, ...]:
    """Replace the context; what was asked for and not yet heard stays, right behind the new current entry.

    A context that is too long beside what stays loses its end, and then its start.
    """
    kept: list[QueueEntry] = []
    if state.current_index is not None:
        kept = [entry for entry in state.entries[state.current_index + 1 :] if entry.lane != "context"]
    room = max(1, MOST_ENTRIES - len(kept))
    first = max(0, index + 1 - room)
    entries = (*context[first : index + 1], *kept[: MOST_ENTRIES - 1], *context[index + 1 : first + room])
    return (Splice(0, state.entries, entries),)


def shuffling(state: PlayerState, artists: Mapping[str, str], seed: int) -> tuple[Splice, ...]:
    """Put the context into the order of ``seed``, the current entry first; what was asked for stays behind it.

    What was asked for and has been heard stays before it: nothing is lost, and *previous* still finds it.
    """
    current = state.current
    context = [entry for entry in state.entries if entry.lane == "context" and entry is not current]
    after = None if current is None else artists.get(current.track_id)
    order = shuffled(context, lambda entry: artists.get(entry.track_id, entry.track_id), seed, after)
    head = [] if current is None else [current]
    heard = [entry for entry in state.entries[: state.current_index or 0] if entry.lane != "context"]
    return _replaced(state, (*heard, *head, *_asked_for(state), *order))


def reshuffling(state: PlayerState, artists: Mapping[str, str], seed: int) -> tuple[Splice, ...]:
    """Put everything into a new order for another round; the artist heard last does not begin it."""
    after = None if state.current is None else artists.get(state.current.track_id)
    order = shuffled(state.entries, lambda entry: artists.get(entry.track_id, entry.track_id), seed, after)
    return _replaced(state, tuple(replace(entry, lane="context") for entry in order))


def ordering(state: PlayerState) -> tuple[Splice, ...]:
    """Put the context back into its own order; the current entry goes on from its place in it."""
    current = state.current
    asked = _asked_for(state)
    ids = {entry.entry_id for entry in asked}
    context = sorted((entry for entry in state.entries if entry.entry_id not in ids), key=lambda entry: entry.rank)
    if current is None:
        return _replaced(state, (*asked, *context))
    here = context.index(current) + 1
    return _replaced(state, (*context[:here], *asked, *context[here:]))


def with_change(state: PlayerState, splices: Sequence[Splice], now: float) -> PlayerState:
    """Return the state after a change: the current entry stays; where it has gone, its successor takes its place."""
    entries = spliced(state.entries, splices)
    changed = replace(state, entries=entries, queue_revision=state.queue_revision + 1)
    current = state.current
    if current is None:
        return replace(changed, current_index=0, position=Position(0.0, now, 0.0)) if entries else changed
    places = {entry.entry_id: index for index, entry in enumerate(entries)}
    if current.entry_id in places:
        return replace(changed, current_index=places[current.entry_id])
    assert state.current_index is not None
    for entry in state.entries[state.current_index + 1 :]:
        if entry.entry_id in places:
            at_start = Position(0.0, now, 1.0 if state.is_playing else 0.0)
            return replace(changed, current_index=places[entry.entry_id], position=at_start)
    index = len(entries) - 1 if entries else None
    return replace(changed, current_index=index, is_playing=False, position=Position(0.0, now, 0.0))


def standing_at(state: PlayerState, entry_id: str | None, seconds: float, now: float) -> PlayerState:
    """Return the state at an entry, if it is there, going on as before."""
    index = next((n for n, entry in enumerate(state.entries) if entry.entry_id == entry_id), None)
    if index is None:
        return state
    return replace(state, current_index=index, position=Position(seconds, now, 1.0 if state.is_playing else 0.0))


def _asked_for(state: PlayerState) -> Entries:
    if state.current_index is None:
        return tuple(entry for entry in state.entries if entry.lane != "context")
    return tuple(entry for entry in state.entries[state.current_index + 1 :] if entry.lane != "context")


def _replaced(state: PlayerState, entries: Entries) -> tuple[Splice, ...]:
    return () if entries == state.entries else (Splice(0, state.entries, entries),)


def _lane_behind(state: PlayerState, after_id: str | None) -> Lane:
    if after_id is None:
        return "context"
    place = _place(state, after_id)
    if state.current_index is not None and place == state.current_index:
        return "next"
    return state.entries[place].lane


def _place(state: PlayerState, entry_id: str) -> int:
    for index, entry in enumerate(state.entries):
        if entry.entry_id == entry_id:
            return index
    raise _gone({entry_id})


def _gone(entry_ids: Collection[str]) -> ConflictError:
    return ConflictError("The queue has changed: an entry is gone.", details={"gone": sorted(entry_ids)})
