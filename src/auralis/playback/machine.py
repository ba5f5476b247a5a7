"""The player as a pure state machine: each function takes a state and gives the next one, with time handed in."""

from collections.abc import Sequence
from dataclasses import replace

from auralis.model.errors import FieldError, InvalidInputError, NotFoundError
from auralis.model.player import PRESETS, Enhancement, PlayerState, Position, QueueEntry

RESTART_AFTER_SECONDS = 3.0
"""*Previous* restarts a track that has played this long, and goes back before."""

DRIFT_SECONDS = 0.25
"""A report that differs less than this from the extrapolated position changes nothing."""


def load(state: PlayerState, entries: Sequence[QueueEntry], index: int, start_at: float, now: float) -> PlayerState:
    """Replace the queue and stand at ``index``, ``start_at`` seconds in, paused."""
    if not entries:
        raise InvalidInputError("There is nothing to play in this context.")
    placed = replace(
        state, entries=tuple(entries), queue_revision=state.queue_revision + 1, current_index=index, is_playing=False
    )
    return _at(placed, max(0.0, start_at), now)


def resume(state: PlayerState, now: float) -> PlayerState:
    """Play from where the player stands; at the very end, from the start of the track."""
    if state.current is None:
        raise InvalidInputError("The queue is empty.")
    seconds = state.position.seconds_at(now)
    if state.duration_seconds is not None and seconds >= state.duration_seconds:
        seconds = 0.0
    return _at(replace(state, is_playing=True), seconds, now)


def pause(state: PlayerState, now: float) -> PlayerState:
    """Stop where the player is."""
    return _at(replace(state, is_playing=False), _clamped(state, state.position.seconds_at(now)), now)


def stop(state: PlayerState, now: float) -> PlayerState:
    """Stop and go back to the start of the track."""
    return _at(replace(state, is_playing=False), 0.0, now)


def seek(state: PlayerState, seconds: float, now: float) -> PlayerState:
    """Go to ``seconds`` in the current track, playing or not as before."""
    if state.current is None:
        raise InvalidInputError("The queue is empty.")
    return _at(state, _clamped(state, seconds), now)


def jump(state: PlayerState, entry_id: str, now: float, start_at: float = 0.0) -> PlayerState:
    """Make the entry with ``entry_id`` the current one."""
    return _at(_standing(state, index_of(state, entry_id)), start_at, now)


def advance(state: PlayerState, now: float) -> PlayerState:
    """Go on to the next entry; after the last one, stop at its start."""
    if state.current_index is None:
        return state
    if state.upcoming is None:
        return stop(state, now)
    return _at(_standing(state, state.current_index + 1), 0.0, now)


def go_back(state: PlayerState, now: float) -> PlayerState:
    """Restart the track, or within its first seconds go to the entry before."""
    if state.current_index is None:
        return state
    early = state.position.seconds_at(now) < RESTART_AFTER_SECONDS
    index = state.current_index - 1 if early and state.current_index > 0 else state.current_index
    return _at(_standing(state, index), 0.0, now)


def set_volume(state: PlayerState, volume: float) -> PlayerState:
    """Set the volume, 0..1."""
    if not 0.0 <= volume <= 1.0:
        raise InvalidInputError("Volume is 0 to 1.", [FieldError("volume", "must be between 0 and 1", volume)])
    return replace(state, volume=float(volume))


def set_enhancement(
    state: PlayerState, *, enabled: bool | None = None, preset: str | None = None, intensity: float | None = None
) -> PlayerState:
    """Change the members of the enhancement that are given."""
    if preset is not None and preset not in PRESETS:
        message = f"must be one of {', '.join(PRESETS)}"
        raise InvalidInputError("There is no such preset.", [FieldError("preset", message, preset)])
    if intensity is not None and not 0.0 <= intensity <= 1.0:
        raise InvalidInputError("Intensity is 0 to 1.", [FieldError("intensity", "must be between 0 and 1", intensity)])
    old = state.enhancement
    changed = Enhancement(
        enabled=old.enabled if enabled is None else enabled,
        preset=old.preset if preset is None else preset,
        intensity=old.intensity if intensity is None else float(intensity),
    )
    return replace(state, enhancement=changed)


def set_output(state: PlayerState, client_id: str | None, now: float) -> PlayerState:
    """Hand the sound to ``client_id``; the loss of an output (None) pauses where it was."""
    if client_id is None and state.output_client_id is not None and state.is_playing:
        state = pause(state, now)
    return replace(state, output_client_id=client_id)


def report(state: PlayerState, entry_id: str, seconds: float, *, sounding: bool, now: float) -> PlayerState:
    """Follow what the output really does: a track join, drift, a stall.

    Only the current entry, or the one after it (a gapless join), can be reported; anything else is stale and ignored.
    """
    if state.current is None:
        return state
    rate = 1.0 if sounding and state.is_playing else 0.0
    seconds = max(0.0, seconds)
    if entry_id == state.current.entry_id:
        moved = abs(state.position.seconds_at(now) - seconds) > DRIFT_SECONDS
        if not moved and rate == state.position.rate:
            return state
        return replace(state, position=Position(_clamped(state, seconds), now, rate))
    if state.upcoming is not None and entry_id == state.upcoming.entry_id and state.is_playing:
        joined = _standing(state, (state.current_index or 0) + 1)
        return replace(joined, position=Position(seconds, now, rate))
    return state


def index_of(state: PlayerState, entry_id: str) -> int:
    """Return where the entry stands in the queue."""
    for index, entry in enumerate(state.entries):
        if entry.entry_id == entry_id:
            return index
    raise NotFoundError("entry", entry_id)


def _standing(state: PlayerState, index: int) -> PlayerState:
    return replace(state, current_index=index)


def _at(state: PlayerState, seconds: float, now: float) -> PlayerState:
    return replace(state, position=Position(float(seconds), now, 1.0 if state.is_playing else 0.0))


def _clamped(state: PlayerState, seconds: float) -> float:
    longest = state.duration_seconds if state.duration_seconds is not None else float("inf")
    return min(max(0.0, float(seconds)), longest)
