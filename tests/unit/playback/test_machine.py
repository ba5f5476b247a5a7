"""The player's state machine, without time or I/O."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auralis.model.errors import ConflictError, InvalidInputError, NotFoundError
from auralis.model.player import PlayerState, QueueEntry
from auralis.playback import machine

NOW = 1000.0
ENTRIES = [QueueEntry("e0", "t0", 10.0), QueueEntry("e1", "t1", 20.0), QueueEntry("e2", "t0", 10.0)]


def playing(index: int = 0) -> PlayerState:
    return machine.resume(PlayerState(entries=tuple(ENTRIES), current_index=index), NOW)


def test_position_runs_only_while_playing() -> None:
    state = playing()
    assert state.position.seconds_at(NOW + 3) == 3
    paused = machine.pause(state, NOW + 3)
    assert paused.position.seconds_at(NOW + 100) == 3
    assert machine.resume(paused, NOW + 100).position.seconds_at(NOW + 101) == 4


def test_next_goes_through_the_queue_and_stops_at_its_end() -> None:
    state = machine.advance(playing(), NOW + 1)
    assert (state.current.entry_id, state.position.seconds, state.is_playing) == ("e1", 0, True)
    ended = machine.advance(machine.advance(state, NOW + 2), NOW + 3)
    assert (ended.current.entry_id, ended.is_playing, ended.position.seconds) == ("e2", False, 0)


@pytest.mark.parametrize(("played", "expected"), [(1.0, "e0"), (5.0, "e1")])
def test_previous_restarts_a_track_that_has_played(played: float, expected: str) -> None:
    assert machine.go_back(playing(1), NOW + played).current.entry_id == expected


def test_seek_is_held_within_the_track() -> None:
    assert machine.seek(playing(), 500, NOW).position.seconds == 10
    assert machine.seek(playing(), -5, NOW).position.seconds == 0


@pytest.mark.parametrize("start_at", [1e300, -5.0, 20.5])
def test_a_start_is_held_within_the_track(start_at: float) -> None:
    assert 0 <= machine.jump(playing(1), "e0", NOW, start_at).position.seconds <= 10


def test_resume_at_the_very_end_starts_the_track_again() -> None:
    ended = machine.pause(machine.seek(playing(), 10, NOW), NOW)
    assert machine.resume(ended, NOW).position.seconds == 0


def test_a_gapless_join_that_the_output_reports_moves_to_the_next_entry() -> None:
    state = machine.report(playing(), "e1", 0.02, sounding=True, now=NOW + 10.1)
    assert (state.current.entry_id, state.position.seconds) == ("e1", 0.02)


def test_a_join_is_reported_within_the_track() -> None:
    state = machine.report(playing(), "e1", 1e300, sounding=True, now=NOW + 10.1)
    assert state.position.seconds == state.duration_seconds


def test_a_late_report_of_an_entry_long_left_is_ignored() -> None:
    state = playing(2)
    assert machine.report(state, "e0", 5.0, sounding=True, now=NOW) is state


def test_a_report_within_the_drift_changes_nothing_and_a_stall_stops_the_position() -> None:
    state = playing()
    assert machine.report(state, "e0", 2.1, sounding=True, now=NOW + 2) is state
    stalled = machine.report(state, "e0", 2.0, sounding=False, now=NOW + 2)
    assert stalled.is_playing
    assert stalled.position.seconds_at(NOW + 50) == 2


def test_losing_the_output_pauses_where_it_was() -> None:
    state = machine.set_output(playing(), "c1", NOW)
    lost = machine.set_output(state, None, NOW + 4)
    assert (lost.is_playing, lost.position.seconds, lost.output_client_id) == (False, 4, None)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ConflictError, match="Nothing is loaded"):
        machine.resume(PlayerState(), NOW)
    with pytest.raises(InvalidInputError):
        machine.set_volume(PlayerState(), 1.5)
    with pytest.raises(InvalidInputError):
        machine.set_enhancement(PlayerState(), preset="loudest")
    with pytest.raises(InvalidInputError):
        machine.set_enhancement(PlayerState(), intensity=float("nan"))
    with pytest.raises(NotFoundError):
        machine.jump(playing(), "nowhere", NOW)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["resume", "pause", "stop", "seek", "advance", "go_back", "jump", "report", "lose"]),
        st.floats(0, 30),
        st.integers(0, 2),
    ),
    max_size=40,
)


@given(STEPS)
@settings(max_examples=150, deadline=None)
def test_any_history_leaves_a_state_that_makes_sense(steps: list[tuple[str, float, int]]) -> None:
    state, now = playing(), NOW
    for name, seconds, index in steps:
        now += seconds
        entry_id = f"e{index}"
        match name:
            case "seek":
                state = machine.seek(state, seconds, now)
            case "jump":
                state = machine.jump(state, entry_id, now)
            case "report":
                state = machine.report(state, entry_id, seconds, sounding=bool(index), now=now)
            case "lose":
                state = machine.set_output(state, None, now)
            case _:
                state = getattr(machine, name)(state, now)
        assert state.current in ENTRIES
        assert state.entries == tuple(ENTRIES)
        assert state.position.at <= now
        assert state.position.seconds >= 0
        assert state.position.rate in {0.0, 1.0}
        assert state.is_playing or state.position.rate == 0.0
