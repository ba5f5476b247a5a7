"""The player of a zone: takes commands in order, keeps time, remembers, and tells the bus what became of it."""

import asyncio
import contextlib
import itertools
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

import structlog

from auralis.bus import Bus
from auralis.kit.clock import Clock
from auralis.model.errors import AuralisError, ConflictError, FieldError, InvalidInputError
from auralis.model.events import FilesFound, FilesMissed, OutputLost, PlayerChanged
from auralis.model.library import LOCAL_OWNER
from auralis.model.player import PlayerState, Repeat, SleepEnd
from auralis.model.queue import Change, Entries, Memento
from auralis.playback import machine, queue
from auralis.playback.alarm import Alarm
from auralis.playback.contracts import PlayerPreferences, PlayerRepository, PlayRequest
from auralis.playback.counting import PlayCounter
from auralis.playback.editing import LONGEST_CONTEXT, QueueEditor, entries_of, new_seed
from auralis.playback.files import look_near, soon_heard
from auralis.playback.keeping import state_from, state_to_keep
from auralis.playback.memory import Keeper, PlayerMemory

_log = structlog.get_logger(__name__)

CURRENT_COMMAND: ContextVar[str | None] = ContextVar("command", default=None)
"""The id of the command that is being done, kept with what it leads to, so that it is never done twice."""

REMEMBERED_COMMANDS = 1000

OUTPUT_GRACE_SECONDS = 3.0
"""How long after a track's end the server waits for the output to say that it went on."""

SAVED_EVERY_SECONDS = 5.0
"""While it plays, where it stands is kept so often: a crash costs no more."""


class Player:
    """One zone's player. Commands are asynchronous where they ask the library; the last intent wins."""

    def __init__(
        self,
        repository: PlayerRepository,
        bus: Bus,
        clock: Clock,
        user_id: str = LOCAL_OWNER,
        *,
        memory: PlayerMemory,
        preferences: Callable[[str], PlayerPreferences] = lambda _: PlayerPreferences(),
    ) -> None:
        self._repository = repository
        self._bus = bus
        self._clock = clock
        self._user_id = user_id
        self._preferences = preferences
        self._memory = memory
        self._keeper = Keeper(memory, user_id)
        self._state = PlayerState()
        self._intents = itertools.count(1)
        self._latest_intent = 0
        self._latest_intent_revision = 0
        self._end = Alarm(self._wake)
        self._saving = Alarm(self._save)
        self._counter = PlayCounter(
            clock,
            lambda: preferences(user_id),
            played=lambda track_id: self._spawn(repository.record_play(user_id, track_id)),
            skipped=lambda track_id: self._spawn(repository.record_skip(user_id, track_id)),
        )
        self._tasks: set[asyncio.Task[None]] = set()
        self._looked_for: tuple[str, ...] = ()
        self._closed = False
        self._done_before: dict[str, None] = {}
        self.queue = QueueEditor(repository, memory, self._keeper, user_id, self._edit)

    @property
    def state(self) -> PlayerState:
        """The state as of now; its position is to be extrapolated."""
        return self._state

    async def restore(self) -> None:
        """Come back as the player was left, paused where it stood."""
        recalled = await self._memory.recall(self._user_id)
        if recalled is None:
            self._state = PlayerState(enhancement=self._preferences(self._user_id).enhancement)
            return
        self._state = state_from(recalled.state, recalled.entries, self._clock.now())
        self.queue.undoable = tuple(recalled.state.get("undo", ()))
        self.queue.redoable = tuple(recalled.state.get("redo", ()))
        self._done_before = dict.fromkeys(recalled.commands)

    async def close(self) -> None:
        """Save where the player stands and stop its clock."""
        self._closed = True
        self._end.set(None)
        self._saving.set(None)
        self._counter.close(self._state)
        self._keep((), None)
        with contextlib.suppress(AuralisError):  # the log has it
            await self._keeper.kept()
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def kept(self) -> None:
        """Wait until everything that has happened so far is on disk.

        Raises
        ------
        StorageError
            When it could not be written.
        """
        await self._keeper.kept()

    def was_done(self, command_id: str) -> bool:
        """Tell whether a command with this id was done, also before a restart."""
        return command_id in self._done_before

    async def play(self, request: PlayRequest, client_id: str | None = None) -> PlayerState:
        """Play what is asked for; ``client_id`` becomes the output if there is none."""
        return await self._start(request, playing=True, client_id=client_id)

    async def load(self, request: PlayRequest) -> PlayerState:
        """Like ``play``, but paused."""
        return await self._start(request, playing=False, client_id=None)

    def pause(self) -> PlayerState:
        """Pause where it is."""
        return self._command(machine.pause)

    def stop(self) -> PlayerState:
        """Pause and go to the start."""
        return self._command(machine.stop)

    def seek(self, seconds: float) -> PlayerState:
        """Go to a position of the current track."""
        return self._command(lambda state, now: machine.seek(state, seconds, now))

    def next(self) -> PlayerState:
        """Go to the next entry; after the last, stop, or begin again where everything is repeated."""
        return self._command(lambda state, now: self._onward(state, now, machine.advance), leaving=True)

    def previous(self) -> PlayerState:
        """Restart the track or go back one entry."""
        return self._command(machine.go_back)

    def set_volume(self, volume: float) -> PlayerState:
        """Set the volume, 0..1."""
        return self._command(lambda state, _: machine.set_volume(state, volume), intent=False)

    def set_enhancement(
        self, *, enabled: bool | None = None, preset: str | None = None, intensity: float | None = None
    ) -> PlayerState:
        """Change the enhancement; members left out stay."""
        return self._command(
            lambda state, _: machine.set_enhancement(state, enabled=enabled, preset=preset, intensity=intensity),
            intent=False,
        )

    def set_repeat(self, mode: Repeat) -> PlayerState:
        """Repeat nothing, the track or the queue."""
        return self._command(lambda state, _: machine.set_repeat(state, mode), intent=False)

    async def set_shuffle(self, *, enabled: bool, seed: int | None = None) -> PlayerState:
        """Shuffle what follows, in the order of ``seed`` if one is given, or put it back into its own order."""
        if enabled:
            await self.queue.learn_artists([entry.track_id for entry in self._state.entries])
        wanted = new_seed() if seed is None else seed

        def change(state: PlayerState, now: float) -> PlayerState:
            if state.shuffle == enabled and (not enabled or seed is None or seed == state.shuffle_seed):
                return state
            chosen = replace(state, shuffle=enabled, shuffle_seed=wanted if enabled else state.shuffle_seed)
            return self.queue.in_order(chosen, now, enabled=enabled, seed=wanted)

        return self._edit(change)

    def set_crossfade(self, seconds: float) -> PlayerState:
        """Set how long tracks that do not belong together overlap."""
        return self._command(lambda state, _: machine.set_crossfade(state, seconds), intent=False)

    def set_sleep(self, minutes: float | None = None, end_of: SleepEnd | None = None) -> PlayerState:
        """Pause after so many minutes or at the end of the track or the queue; neither: no more."""
        return self._command(lambda state, now: machine.set_sleep(state, minutes, end_of, now), intent=False)

    def set_output(self, client_id: str) -> PlayerState:
        """Let ``client_id`` sound from now on."""
        return self._command(lambda state, now: machine.set_output(state, client_id, now), intent=False)

    def lose_client(self, client_id: str, name: str, at: float | None = None) -> None:
        """Pause if the client that has gone (at epoch second ``at``) was the output, and say so."""
        if self._state.output_client_id != client_id:
            return
        was_playing = self._state.is_playing
        self._command(
            lambda state, now: machine.set_output(state, None, now if at is None else min(now, at)), intent=False
        )
        if was_playing:
            self._bus.publish(OutputLost(name))

    def report(
        self,
        client_id: str,
        entry_id: str,
        seconds: float,
        *,
        sounding: bool,
        revision: int | None = None,
        underruns: int = 0,
        ended: bool = False,
    ) -> PlayerState:
        """Take the output's word for what really sounds; others, and late reports, are ignored."""
        stale = revision is not None and revision < self._latest_intent_revision
        if client_id != self._state.output_client_id or stale:
            return self._state
        current = self._state.current
        if self._state.is_playing and not sounding:
            self._spawn(self.look_for_files())
        if ended and current is not None and current.entry_id == entry_id:
            return self._command(lambda state, now: self._onward(state, now, machine.finish), intent=False)
        return self._command(
            lambda state, now: machine.report(
                state, entry_id, seconds, sounding=sounding, now=now, underruns=underruns
            ),
            intent=False,
        )

    async def look_for_files(self) -> None:
        """See whether the files are there of what plays, of what follows and of what was missed before.

        What plays gives way to the next track whose file is there; what is missing keeps its place in the queue.
        """
        found = await look_near(self._state, self._repository.lost_files)
        before = self._state
        missing = found.missing_of(before)
        playing = before.current.track_id if before.current is not None and before.is_playing else None
        passed_over = playing if playing in missing else None
        if self._closed or (missing == before.missing and passed_over is None):
            return
        self._command(lambda state, now: machine.pass_over(state, missing, now), intent=False)
        gone, back = missing - before.missing, before.missing & {*found.asked} - missing
        if gone or passed_over is not None:
            self._bus.publish(FilesMissed(tuple(sorted(gone)), found.directories_of(gone), passed_over))
        if back:
            self._bus.publish(FilesFound(tuple(sorted(back))))

    async def _start(self, request: PlayRequest, *, playing: bool, client_id: str | None) -> PlayerState:
        intent = self._latest_intent = next(self._intents)
        loaded = None
        if request.context is not None or request.track_id is not None:
            loaded = await self._entries(request)
        elif request.entry_id is None and self._state.current is None:
            loaded = await self._entries(PlayRequest(context={"type": "library"}))
        if self._latest_intent != intent:
            return self._state
        start_at = request.start_at or 0.0

        def change(state: PlayerState, now: float) -> PlayerState:
            if loaded is not None:
                state = self._loaded(state, *loaded, start_at, now)
            elif request.entry_id is not None:
                state = machine.jump(state, request.entry_id, now, start_at)
            elif request.start_at is not None:
                state = machine.seek(state, request.start_at, now)
            if not playing:
                return machine.pause(state, now)
            state = machine.resume(state, now)
            if state.output_client_id is None and client_id is not None:
                state = machine.set_output(state, client_id, now)
            return state

        return self._command(change, leaving=True)

    async def _entries(self, request: PlayRequest) -> tuple[Entries, int | None]:
        """Return what is asked for as entries, and the place of the track that was chosen, if one was."""
        context = request.context or {"type": "tracks", "trackIds": [request.track_id]}
        tracks = await self._repository.context_tracks(context, around=request.track_id, limit=LONGEST_CONTEXT)
        ids = [track_id for track_id, _ in tracks]
        if request.track_id is not None and request.track_id not in ids:
            alone = {"type": "tracks", "trackIds": [request.track_id]}
            tracks = [*await self._repository.context_tracks(alone), *tracks]
            ids.insert(0, request.track_id)
        if not tracks:
            if context["type"] == "library":
                raise ConflictError("There is nothing to play.", code="NOTHING_LOADED")
            error = FieldError("context", "has no tracks that can be played", context["type"])
            raise InvalidInputError("There is nothing to play in this context.", [error])
        if self._state.shuffle:
            await self.queue.learn_artists(ids)
        return entries_of(tracks), ids.index(request.track_id) if request.track_id is not None else None

    def _loaded(
        self, state: PlayerState, context: Entries, index: int | None, start_at: float, now: float
    ) -> PlayerState:
        """Replace the context and stand at the entry that was chosen, paused."""
        if state.shuffle:
            state = replace(state, shuffle_seed=new_seed())
            context, index = self.queue.chosen_first(context, index, state.shuffle_seed), 0
        chosen = context[index or 0]
        splices = queue.loading(state, context, index or 0)
        place = chosen.entry_id, min(max(0.0, start_at), chosen.duration_seconds)
        return self.queue.apply(replace(state, is_playing=False), now, "load", splices, place)

    def _onward(self, state: PlayerState, now: float, go: Callable[[PlayerState, float], PlayerState]) -> PlayerState:
        """Go on; another round of a shuffled queue has another order."""
        repeats_track = state.repeat == "one" and go is machine.finish
        if state.shuffle and machine.wraps(state) and not repeats_track:
            seed = state.shuffle_seed + 1
            return self.queue.next_round(replace(state, shuffle_seed=seed), now, seed)
        return go(state, now)

    def _edit(self, change: Callable[[PlayerState, float], PlayerState]) -> PlayerState:
        return self._command(change, intent=False)

    def _command(
        self, change: Callable[[PlayerState, float], PlayerState], *, intent: bool = True, leaving: bool = False
    ) -> PlayerState:
        now = self._clock.now()
        before = self._state
        with self.queue.recording() as journal:
            after = change(before, now)
            changes = journal()
        if intent:
            self._latest_intent = next(self._intents)
        command_id = CURRENT_COMMAND.get()
        if after == before:
            if command_id is not None:
                self._keep((), command_id)
            return before
        self._counter.listen(before, after, now, leaving=leaving)
        self._state = after = replace(after, revision=before.revision + 1)
        if intent:
            self._latest_intent_revision = after.revision
        self._schedule()
        self._counter.wait(after)
        self._saving.set(SAVED_EVERY_SECONDS if after.position.rate > 0 else None)
        self._keep(changes, command_id)
        self._look_ahead()
        self._bus.publish(PlayerChanged(after, queue_changed=bool(changes), before=before, changes=changes))
        return after

    def _look_ahead(self) -> None:
        """Look for the files of what plays and what follows, wherever those are others than before."""
        state = self._state
        looked_for, self._looked_for = self._looked_for, tuple(soon_heard(state)) if state.is_playing else ()
        if self._looked_for and self._looked_for != looked_for:
            self._spawn(self.look_for_files())

    def _save(self) -> None:
        self._keep((), None)
        self._saving.set(SAVED_EVERY_SECONDS)

    def _schedule(self) -> None:
        """Wake up when the track must have ended, or it is time to sleep."""
        grace = OUTPUT_GRACE_SECONDS if self._state.output_client_id is not None else 0.0
        due = machine.due_at(self._state, grace)
        self._end.set(None if due is None else max(machine.TIMER_SECONDS / 2, due - self._clock.now()))

    def _wake(self) -> None:
        before = self._state
        self._command(self._woken, intent=False)
        if self._state is before:
            self._schedule()

    def _woken(self, state: PlayerState, now: float) -> PlayerState:
        after = machine.wake(state, now)
        ended = after is not state and state.sleep == after.sleep
        return self._onward(state, now, machine.finish) if ended else after

    def _keep(self, changes: tuple[tuple[int, Change], ...], command_id: str | None) -> None:
        """Have the state written, with the changes that led to it."""
        if command_id is not None:
            self._done_before[command_id] = None
            while len(self._done_before) > REMEMBERED_COMMANDS:
                self._done_before.pop(next(iter(self._done_before)))
        steps = {"undo": self.queue.undoable, "redo": self.queue.redoable}
        state = self._state
        self._keeper.keep(
            Memento(
                {**state_to_keep(state, self._clock.now()), **steps},
                state.queue_revision,
                state.entries,
                changes,
                (*self.queue.undoable, *self.queue.redoable),
                () if command_id is None else (command_id,),
            )
        )

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(_logged(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    """Do what nobody waits for; where the library cannot keep it, the log says so."""
    try:
        await work
    except AuralisError as error:
        _log.error("the player could not be saved", code=error.code, reason=error.message)
