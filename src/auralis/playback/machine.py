"""The player as a pure state machine: each function takes a state and gives the next one, with time handed in."""

import math
from dataclasses import replace

from auralis.model.errors import ConflictError, FieldError, InvalidInputError, NotFoundError
from auralis.model.player import (
    PRESETS,
    Enhancement,
    PlayerState,
    Position,
    Repeat,
    SleepEnd,
    SleepTimer,
    is_preset,
)

RESTART_AFTER_SECONDS = 3.0
"""*Previous* restarts a track that has played this long, and goes back before."""

DRIFT_SECONDS = 0.25
"""A report that differs less than this from the extrapolated position changes nothing."""

TIMER_SECONDS = 0.02
"""Timers and the clock may differ by so much: a track that has less than this left has ended."""

SHORTEST_SECONDS = 0.5
"""A track that is shorter holds its place for so long: empty ones that are repeated do not run in circles."""

LONGEST_CROSSFADE_SECONDS = 12.0
LONGEST_SLEEP_MINUTES = 24 * 60.0


def resume(state: PlayerState, now: float) -> PlayerState:
    """Play from where the player stands; at the very end, from the start of the track."""
    if state.current is None:
        raise _nothing_loaded()
    seconds = state.position.seconds_at(now)
    if state.duration_seconds is not None and seconds >= state.duration_seconds:
        seconds = 0.0
    return _at(replace(state, is_playing=True), seconds, now)


def pause(state: PlayerState, now: float) -> PlayerState:
    """Stop where the player is."""
    return _at(replace(state, is_playing=False), _clamped(state, state.position.seconds_at(now)), now)


def wake(state: PlayerState, now: float) -> PlayerState:
    """Do what the time asks for: the sleep timer pauses, a track that has ended gives way to what follows."""
    if state.sleep is not None and state.sleep.at is not None and now >= state.sleep.at - TIMER_SECONDS:
        return pause(replace(state, sleep=None), now)
    if state.position.rate > 0 and state.duration_seconds is not None:
        left = max(state.duration_seconds, SHORTEST_SECONDS) - state.position.seconds_at(now)
        return finish(state, now) if left <= TIMER_SECONDS else state
    return state


def due_at(state: PlayerState, grace_seconds: float = 0.0) -> float | None:
    """Return the epoch second at which ``wake`` has something to do, or None; a track's end may be late by a grace."""
    times = []
    if state.sleep is not None and state.sleep.at is not None:
        times.append(state.sleep.at)
    if state.position.rate > 0 and state.duration_seconds is not None:
        left = max(state.duration_seconds, SHORTEST_SECONDS) - state.position.seconds
        times.append(state.position.at + left + grace_seconds)
    return min(times, default=None)


def stop(state: PlayerState, now: float) -> PlayerState:
    """Stop and go back to the start of the track."""
    return _at(replace(state, is_playing=False), 0.0, now)


def seek(state: PlayerState, seconds: float, now: float) -> PlayerState:
    """Go to ``seconds`` in the current track, playing or not as before."""
    if state.current is None:
        raise _nothing_loaded()
    return _at(state, _clamped(state, seconds), now)


def jump(state: PlayerState, entry_id: str, now: float, start_at: float = 0.0) -> PlayerState:
    """Make the entry with ``entry_id`` the current one."""
    standing = _standing(state, index_of(state, entry_id))
    return _at(standing, _clamped(standing, start_at), now)


def advance(state: PlayerState, now: float) -> PlayerState:
    """Go on to the next entry that can be played; after the last start again (repeat all), or stop at its start."""
    if state.current_index is None:
        return state
    ends_with = None if state.sleep is None else state.sleep.end_of
    following = state.next_index(state.current_index + 1)
    if following is None and state.repeat == "all" and ends_with is None:
        following = state.next_index(0, state.current_index + 1)
    if following is not None:
        return _at(_standing(state, following), 0.0, now)
    return stop(replace(state, sleep=None) if ends_with is not None else state, now)


def finish(state: PlayerState, now: float) -> PlayerState:
    """Do what follows when the current track has ended by itself."""
    ends_with = None if state.sleep is None else state.sleep.end_of
    if ends_with == "track":
        ended = advance(replace(state, sleep=None, repeat="off"), now)
        return replace(pause(ended, now), repeat=state.repeat)
    if state.repeat == "one" and ends_with is None:
        return _at(state, 0.0, now)
    return advance(state, now)


def wraps(state: PlayerState) -> bool:
    """Tell whether the next entry is the first one, in another round."""
    sleeping = state.sleep is not None and state.sleep.end_of is not None
    if state.current_index is None or state.repeat != "all" or sleeping:
        return False
    return state.next_index(state.current_index + 1) is None


def go_back(state: PlayerState, now: float) -> PlayerState:
    """Restart the track, or within its first seconds go to the entry before; repeat all goes back to the last."""
    if state.current_index is None:
        return state
    index: int | None = state.current_index
    if state.position.seconds_at(now) < RESTART_AFTER_SECONDS:
        index = _nearest_before(state, state.current_index)
        if index is None and state.repeat == "all":
            index = _nearest_before(state, len(state.entries))
    return _at(_standing(state, state.current_index if index is None else index), 0.0, now)


def pass_over(state: PlayerState, missing: frozenset[str], now: float) -> PlayerState:
    """Know which tracks have no file; where one of them plays, what follows takes its place."""
    state = replace(state, missing=missing)
    if state.current is None or not state.is_playing or state.current.track_id not in missing:
        return state
    return advance(state, now)


def set_volume(state: PlayerState, volume: float) -> PlayerState:
    """Set the volume, 0..1."""
    if not 0.0 <= volume <= 1.0:
        raise InvalidInputError("Volume is 0 to 1.", [FieldError("volume", "must be between 0 and 1", volume)])
    return replace(state, volume=float(volume))


def set_repeat(state: PlayerState, mode: Repeat) -> PlayerState:
    """Repeat nothing, the track or the queue."""
    return replace(state, repeat=mode)


def set_crossfade(state: PlayerState, seconds: float) -> PlayerState:
    """Set how long tracks that do not belong together overlap."""
    if not 0.0 <= seconds <= LONGEST_CROSSFADE_SECONDS:
        error = FieldError("seconds", f"must be between 0 and {LONGEST_CROSSFADE_SECONDS:g}", seconds)
        raise InvalidInputError("That is no crossfade.", [error])
    return replace(state, crossfade_seconds=float(seconds))


def set_sleep(state: PlayerState, minutes: float | None, end_of: SleepEnd | None, now: float) -> PlayerState:
    """Pause after so many minutes or at the end of the track or the queue; neither: no more."""
    if minutes is not None and end_of is not None:
        raise InvalidInputError("Minutes or an end, not both.", [FieldError("endOf", "goes without minutes", end_of)])
    if minutes is not None and not (math.isfinite(minutes) and 0.0 < minutes <= LONGEST_SLEEP_MINUTES):
        error = FieldError("minutes", f"must be more than 0 and at most {LONGEST_SLEEP_MINUTES:g}", minutes)
        raise InvalidInputError("That is no time to sleep.", [error])
    if minutes is None and end_of is None:
        return replace(state, sleep=None)
    return replace(state, sleep=SleepTimer(None if minutes is None else now + minutes * 60.0, end_of))


def set_enhancement(
    state: PlayerState, *, enabled: bool | None = None, preset: str | None = None, intensity: float | None = None
) -> PlayerState:
    """Change the members of the enhancement that are given."""
    if preset is not None and not is_preset(preset):
        message = f"must be one of {', '.join(PRESETS)}, or reference: and the id of one"
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


def report(
    state: PlayerState, entry_id: str, seconds: float, *, sounding: bool, now: float, underruns: int = 0
) -> PlayerState:
    """Follow what the output really does: a track join, drift, a stall.

    Only the current entry, or the one after it (a gapless join), can be reported; anything else is stale and ignored.
    """
    current = state.current
    if current is None:
        return state
    state = replace(state, underruns=underruns) if underruns != state.underruns else state
    rate = 1.0 if sounding and state.is_playing else 0.0
    seconds = max(0.0, seconds)
    if entry_id == current.entry_id:
        moved = abs(state.position.seconds_at(now) - seconds) > DRIFT_SECONDS
        if not moved and rate == state.position.rate:
            return state
        return replace(state, position=Position(_clamped(state, seconds), now, rate))
    if state.upcoming is not None and entry_id == state.upcoming.entry_id and state.is_playing:
        joined = _standing(state, index_of(state, entry_id))
        return replace(joined, position=Position(_clamped(joined, seconds), now, rate))
    return state


def index_of(state: PlayerState, entry_id: str) -> int:
    """Return where the entry stands in the queue."""
    for index, entry in enumerate(state.entries):
        if entry.entry_id == entry_id:
            return index
    raise NotFoundError("entry", entry_id)


def _nearest_before(state: PlayerState, index: int) -> int | None:
    places = range(index - 1, -1, -1)
    return next((place for place in places if state.entries[place].track_id not in state.missing), None)


def _nothing_loaded() -> ConflictError:
    return ConflictError("Nothing is loaded.", code="NOTHING_LOADED")


def _standing(state: PlayerState, index: int) -> PlayerState:
    return replace(state, current_index=index)


def _at(state: PlayerState, seconds: float, now: float) -> PlayerState:
    return replace(state, position=Position(float(seconds), now, 1.0 if state.is_playing else 0.0))


def _clamped(state: PlayerState, seconds: float) -> float:
    longest = state.duration_seconds if state.duration_seconds is not None else float("inf")
    return min(max(0.0, float(seconds)), longest)
