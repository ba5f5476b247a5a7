"""The queue of a player as its clients change it: named operations, revisions, undo and redo."""

import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal, Protocol

from auralis.kit.ids import new_id
from auralis.model.errors import ConflictError
from auralis.model.player import PlayerState, QueueEntry
from auralis.model.queue import Action, Change, Entries, Splice, inverted
from auralis.model.revisions import ANY, Expected
from auralis.playback import machine, queue
from auralis.playback.memory import Keeper, PlayerMemory
from auralis.playback.shuffle import shuffled

UNDO_STEPS = 50
LONGEST_CONTEXT = 10_000
"""A longer context is played as so many tracks around the one that was chosen."""

ChangeState = Callable[[PlayerState, float], PlayerState]
Where = Literal["now", "next", "end"]


class TrackSource(Protocol):
    """What a queue needs of the library."""

    async def context_tracks(
        self, context: Mapping[str, Any], *, around: str | None = None, limit: int = LONGEST_CONTEXT
    ) -> list[tuple[str, float]]:
        """Return id and duration (seconds) of ``limit`` tracks of a context in playing order, ``around`` among them."""
        ...

    async def artists_of(self, track_ids: Sequence[str]) -> Mapping[str, str]:
        """Return who is credited with each of the tracks, where that is known."""
        ...


class QueueEditor:
    """Changes the queue through the player's ``command``, and knows what can be taken back."""

    def __init__(
        self,
        source: TrackSource,
        memory: PlayerMemory,
        keeper: Keeper,
        user_id: str,
        command: Callable[[ChangeState], PlayerState],
    ) -> None:
        self._source = source
        self._memory = memory
        self._keeper = keeper
        self._user_id = user_id
        self._command = command
        self._artists: dict[str, str] = {}
        self._journal: tuple[tuple[int, Change], ...] = ()
        self.undoable: tuple[int, ...] = ()
        self.redoable: tuple[int, ...] = ()

    # What clients ask for

    async def add(self, context: Mapping[str, Any], where: Where, expected: Expected = ANY) -> PlayerState:
        """Add the tracks of a context: to play now, next (behind what was asked for next before), or later."""
        tracks = await self._source.context_tracks(context, limit=queue.MOST_ENTRIES + 1)
        added = entries_of(tracks)

        def change(state: PlayerState, now: float) -> PlayerState:
            expected.require(state.queue_revision, {})
            if not added:
                return state
            state = self.apply(state, now, "add", queue.adding(state, added, where))
            if where == "now":
                return machine.resume(machine.jump(state, added[0].entry_id, now), now)
            return state

        return self._command(change)

    def remove(self, entry_ids: Collection[str], expected: Expected = ANY) -> PlayerState:
        """Take entries out; when the current one goes, the next takes its place."""
        return self._edit("remove", lambda state: queue.removing(state, entry_ids), expected)

    def clear(self, *, keep_current: bool = False, expected: Expected = ANY) -> PlayerState:
        """Take everything out, or everything but the current entry."""
        return self._edit("clear", lambda state: queue.clearing(state, keep_current=keep_current), expected)

    def reorder(self, entry_id: str, after_id: str | None, expected: Expected = ANY) -> PlayerState:
        """Put an entry behind another one (None: first)."""
        return self._edit("reorder", lambda state: queue.moving(state, entry_id, after_id), expected)

    async def undo(self, expected: Expected = ANY) -> PlayerState:
        """Take the last change back; what plays goes on playing where it is still there."""
        return await self._go_back("undo", expected)

    async def redo(self, expected: Expected = ANY) -> PlayerState:
        """Make the change again that was taken back last."""
        return await self._go_back("redo", expected)

    # What the player asks for

    def apply(
        self,
        state: PlayerState,
        now: float,
        action: Action,
        splices: tuple[Splice, ...],
        stand_at: tuple[str | None, float] | None = None,
    ) -> PlayerState:
        """Return the state after a change, standing at an entry if one is given, and note how to take it back."""
        if not splices:
            return state
        after = queue.with_change(state, splices, now)
        if stand_at is not None:
            after = queue.standing_at(after, *stand_at, now)
        seconds = state.position.seconds_at(now)
        change = Change(action, splices, _current_id(state), seconds, _current_id(after))
        self._journal = (*self._journal, (after.queue_revision, change))
        if action not in {"undo", "redo"}:
            self.undoable = (*self.undoable, after.queue_revision)[-UNDO_STEPS:]
            self.redoable = ()
        return after

    async def learn_artists(self, tracks: Sequence[str]) -> None:
        """Know who made the tracks, so that shuffling keeps the same artist apart."""
        unknown = [track_id for track_id in dict.fromkeys(tracks) if track_id not in self._artists]
        if unknown:
            self._artists.update(await self._source.artists_of(unknown))

    def in_order(self, state: PlayerState, now: float, *, enabled: bool, seed: int) -> PlayerState:
        """Shuffle what follows, or put it back into its own order."""
        splices = queue.shuffling(state, self._artists, seed) if enabled else queue.ordering(state)
        return self.apply(state, now, "shuffle", splices)

    def next_round(self, state: PlayerState, now: float, seed: int) -> PlayerState:
        """Put everything into another random order and stand at its first entry."""
        splices = queue.reshuffling(state, self._artists, seed)
        after = self.apply(state, now, "shuffle", splices)
        return machine.jump(after, after.entries[0].entry_id, now)

    def chosen_first(self, context: Entries, index: int | None, seed: int) -> Entries:
        """Return a context in the order of ``seed``, beginning with the entry that was chosen, if one was."""
        chosen = None if index is None else context[index]
        rest = [entry for entry in context if entry is not chosen]
        after = None if chosen is None else self._artists.get(chosen.track_id)
        order = shuffled(rest, lambda entry: self._artists.get(entry.track_id, entry.track_id), seed, after)
        return (*([chosen] if chosen is not None else []), *order)

    @contextmanager
    def recording(self) -> Iterator[Callable[[], tuple[tuple[int, Change], ...]]]:
        """Collect the changes of one command; a command that fails leaves no trace."""
        before = self.undoable, self.redoable
        self._journal = ()
        try:
            yield lambda: self._journal
        except BaseException:
            self.undoable, self.redoable = before
            raise
        finally:
            self._journal = ()

    def _edit(
        self, action: Action, splices: Callable[[PlayerState], tuple[Splice, ...]], expected: Expected
    ) -> PlayerState:
        def change(state: PlayerState, now: float) -> PlayerState:
            expected.require(state.queue_revision, {})
            return self.apply(state, now, action, splices(state))

        return self._command(change)

    async def _go_back(self, action: Literal["undo", "redo"], expected: Expected) -> PlayerState:
        while True:
            steps = self.undoable if action == "undo" else self.redoable
            if not steps:
                raise ConflictError(f"There is nothing to {action}.")
            await self._keeper.kept()
            step = await self._memory.change(self._user_id, steps[-1])
            if step is None:
                raise ConflictError(f"There is nothing to {action}.")
            if steps == (self.undoable if action == "undo" else self.redoable):
                break

        def change(state: PlayerState, now: float) -> PlayerState:
            expected.require(state.queue_revision, {})
            if action == "undo":
                self.undoable, self.redoable = self.undoable[:-1], (*self.redoable, steps[-1])
                back = (step.entry_before, step.seconds_before)
                return self._again(state, now, "undo", inverted(step.splices), back)
            self.undoable, self.redoable = (*self.undoable, steps[-1]), self.redoable[:-1]
            return self._again(state, now, "redo", step.splices, (step.entry_after, 0.0))

        return self._command(change)

    def _again(
        self, state: PlayerState, now: float, action: Action, splices: tuple[Splice, ...], at: tuple[str | None, float]
    ) -> PlayerState:
        """Apply a step; only where the current entry goes with it, the player stands where it stood then."""
        current = _current_id(state)
        after = queue.with_change(state, splices, now)
        stays = current is not None and any(entry.entry_id == current for entry in after.entries)
        return self.apply(state, now, action, splices, None if stays else at)


def entries_of(tracks: Sequence[tuple[str, float]]) -> Entries:
    """Return new entries for tracks, in their order."""
    batch = new_id(12)  # one random part for all: 10,000 ids of their own would take longer than the rest
    return tuple(
        QueueEntry(f"{batch}-{number}", track_id, seconds, rank=number)
        for number, (track_id, seconds) in enumerate(tracks)
    )


def new_seed() -> int:
    """Return a seed that nobody has chosen."""
    return random.SystemRandom().getrandbits(31)


def _current_id(state: PlayerState) -> str | None:
    return None if state.current is None else state.current.entry_id
