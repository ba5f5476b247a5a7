"""The queue without time or I/O: what was asked for comes first, nothing is lost, every change can be taken back."""

import itertools
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auralis.model.errors import ConflictError, InvalidInputError
from auralis.model.player import PlayerState, QueueEntry
from auralis.model.queue import Splice, inverted, spliced
from auralis.playback import machine, queue
from auralis.playback.shuffle import shuffled

NOW = 1000.0


def context(count: int, prefix: str = "c") -> tuple[QueueEntry, ...]:
    return tuple(QueueEntry(f"{prefix}{n}", f"t{n}", 10.0, rank=n) for n in range(count))


def at(count: int, index: int = 0) -> PlayerState:
    return machine.resume(PlayerState(entries=context(count), current_index=index), NOW)


def added(state: PlayerState, name: str, where: Any, count: int = 1) -> PlayerState:
    return queue.with_change(state, queue.adding(state, context(count, name), where), NOW)


def ids(state: PlayerState) -> list[str]:
    return [entry.entry_id for entry in state.entries]


def test_what_was_asked_for_comes_before_the_rest_of_the_context_in_the_order_of_asking() -> None:
    state = added(at(4, 1), "later", "end")
    state = added(state, "next", "next", 2)
    state = added(state, "nextagain", "next")
    state = added(state, "lateragain", "end")
    expected = ["c0", "c1", "next0", "next1", "nextagain0", "later0", "lateragain0", "c2", "c3"]
    assert ids(state) == expected
    assert ids(added(state, "now", "now"))[2] == "now0"
    assert state.current.entry_id == "c1"


def test_another_context_keeps_what_was_asked_for() -> None:
    state = added(at(3, 0), "mine", "next")
    state = queue.with_change(state, queue.loading(state, context(3, "d"), 1), NOW)
    assert ids(state) == ["d0", "d1", "mine0", "d2"]


def test_an_entry_that_is_gone_is_a_conflict() -> None:
    state = at(3)
    for operation in (
        lambda: queue.removing(state, ["c1", "gone"]),
        lambda: queue.moving(state, "gone", "c1"),
        lambda: queue.moving(state, "c1", "gone"),
    ):
        with pytest.raises(ConflictError) as conflict:
            operation()
        assert conflict.value.details["gone"] == ["gone"]


def test_moving_names_entries_and_joins_their_lane() -> None:
    state = added(at(4, 0), "mine", "end", 2)
    moved = queue.with_change(state, queue.moving(state, "c3", "mine0"), NOW)
    assert ids(moved) == ["c0", "mine0", "c3", "mine1", "c1", "c2"]
    assert moved.entries[2].lane == "later"
    front = queue.with_change(state, queue.moving(state, "c3", None), NOW)
    assert ids(front)[0] == "c3"
    assert front.current.entry_id == "c0"
    with pytest.raises(InvalidInputError):
        queue.moving(state, "c1", "c1")


def test_removing_the_current_entry_goes_on_with_the_next_and_at_the_end_pauses() -> None:
    state = queue.with_change(at(3, 1), queue.removing(at(3, 1), ["c1"]), NOW)
    assert (state.current.entry_id, state.is_playing, state.position.seconds) == ("c2", True, 0.0)
    last = queue.with_change(state, queue.removing(state, ["c2"]), NOW)
    assert (last.current.entry_id, last.is_playing, last.position.rate) == ("c0", False, 0.0)
    empty = queue.with_change(last, queue.clearing(last, keep_current=False), NOW)
    assert (empty.current, empty.is_playing) == (None, False)


def test_clearing_can_keep_what_plays() -> None:
    state = at(5, 2)
    kept = queue.with_change(state, queue.clearing(state, keep_current=True), NOW)
    assert ids(kept) == ["c2"]
    assert kept.position == state.position
    assert queue.clearing(kept, keep_current=True) == ()


def test_a_queue_has_an_end() -> None:
    with pytest.raises(ConflictError) as refused:
        queue.adding(PlayerState(entries=context(queue.MOST_ENTRIES)), context(1, "x"), "end")
    assert refused.value.code == "QUEUE_FULL"


@pytest.mark.parametrize("index", [0, 5_000, 9_999])
@pytest.mark.parametrize("asked", [100, 15_000, queue.MOST_ENTRIES - 1])
def test_another_context_leaves_the_queue_within_its_end(index: int, asked: int) -> None:
    asked_for = tuple(replace(entry, lane="later") for entry in context(asked, "asked"))
    state = PlayerState(entries=(*context(1, "now"), *asked_for), current_index=0)
    chosen = context(10_000, "new")
    entries = queue.with_change(state, queue.loading(state, chosen, index), NOW).entries
    assert len(entries) == min(queue.MOST_ENTRIES, asked + 10_000)
    assert chosen[index] in entries
    assert len(set(entries)) == len(entries)


def test_shuffling_keeps_the_current_track_and_the_way_back() -> None:
    state = added(at(50, 10), "mine", "next")
    artists = {f"t{n}": f"a{n % 5}" for n in range(50)}
    mixed = queue.with_change(state, queue.shuffling(state, artists, 7), NOW)
    assert ids(mixed)[:2] == ["c10", "mine0"]
    assert mixed.position == state.position
    assert sorted(ids(mixed)) == sorted(ids(state))
    assert ids(queue.with_change(state, queue.shuffling(state, artists, 7), NOW)) == ids(mixed)
    assert ids(queue.with_change(state, queue.shuffling(state, artists, 8), NOW)) != ids(mixed)
    gone_on = machine.advance(machine.advance(mixed, NOW), NOW)
    assert machine.go_back(gone_on, NOW).current.entry_id == "mine0"
    ordered = queue.with_change(mixed, queue.ordering(mixed), NOW)
    assert ids(ordered) == ids(state)


def test_shuffling_loses_nothing_that_was_asked_for_and_heard() -> None:
    state = machine.advance(machine.advance(added(at(5), "mine", "next"), NOW), NOW)
    mixed = queue.with_change(state, queue.shuffling(state, {}, 7), NOW)
    assert ids(mixed)[:2] == ["mine0", "c1"]
    assert sorted(ids(mixed)) == sorted(ids(state))
    assert mixed.current.entry_id == "c1"


def test_another_round_does_not_begin_with_the_artist_heard_last() -> None:
    state = at(20, 19)
    artists = {f"t{n}": f"a{n % 2}" for n in range(20)}
    for seed in range(20):
        again = queue.with_change(state, queue.reshuffling(state, artists, seed), NOW)
        assert artists[again.entries[0].track_id] != artists["t19"]
        assert sorted(ids(again)) == sorted(ids(state))


@given(st.lists(st.integers(0, 5), max_size=60), st.integers(0, 2**31), st.integers(0, 5) | st.none())
@settings(max_examples=300, deadline=None)
def test_no_artist_follows_itself_where_that_can_be_had(artists: list[int], seed: int, after: int | None) -> None:
    tracks = list(enumerate(artists))
    order = shuffled(tracks, lambda track: track[1], seed, after)
    assert Counter(order) == Counter(tracks)
    assert order == shuffled(tracks, lambda track: track[1], seed, after)
    most = max(Counter(artists).values(), default=0)
    if after is None and most <= (len(artists) + 1) // 2:
        assert all(one[1] != other[1] for one, other in itertools.pairwise(order))


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_a_long_queue_of_nearly_one_artist_is_shuffled_without_strain(share: float) -> None:
    looked_at = 0

    def artist_of(track: int) -> int:
        nonlocal looked_at
        looked_at += 1
        return track if track < 5000 * share else -1

    assert sorted(shuffled(range(5000), artist_of, 1)) == list(range(5000))
    assert looked_at < 5000 * 10


def test_much_that_was_asked_for_does_not_delay_the_way_back() -> None:
    state = added(at(10_000), "mine", "end", 5000)
    assert queue.ordering(state) == ()


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["next", "end", "now", "remove", "clear", "keep", "move", "load", "shuffle", "order"]),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    max_size=25,
)


def splices_of(state: PlayerState, name: str, one: int, other: int, label: str) -> tuple[Splice, ...]:  # noqa: PLR0911  (one line an operation)
    pick = [entry.entry_id for entry in state.entries] or ["none"]
    target, after = pick[one % len(pick)], pick[other % len(pick)]
    match name:
        case "next" | "end" | "now":
            return queue.adding(state, context(one % 4, label), name)
        case "remove":
            return queue.removing(state, {target, after})
        case "clear" | "keep":
            return queue.clearing(state, keep_current=name == "keep")
        case "move":
            return queue.moving(state, target, after)
        case "load":
            return queue.loading(state, context(1 + one % 5, label), 0)
        case "shuffle":
            return queue.shuffling(state, {}, one)
    return queue.ordering(state)


@given(OPERATIONS)
@settings(max_examples=200, deadline=None)
def test_every_change_of_any_history_can_be_taken_back(operations: list[tuple[str, int, int]]) -> None:
    state, history = at(6, 2), []
    for number, (name, one, other) in enumerate(operations):
        try:
            splices = splices_of(state, name, one, other, f"n{number}-")
        except (ConflictError, InvalidInputError):
            continue
        before = state
        state = queue.with_change(state, splices, NOW)
        assert len(set(ids(state))) == len(state.entries)
        assert (state.current is None) == (not state.entries)
        if before.current is not None and before.current.entry_id in ids(state):
            assert state.current.entry_id == before.current.entry_id
            assert state.position == before.position
        history.append((before.entries, splices))
    entries = state.entries
    for expected, splices in reversed(history):
        entries = spliced(entries, inverted(splices))
        assert entries == expected
