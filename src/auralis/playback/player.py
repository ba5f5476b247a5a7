"""The player of a zone: takes commands in order, keeps time, remembers, and tells the bus what became of it."""

import asyncio
import itertools
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol

import structlog

from auralis.bus import Bus
from auralis.kit.clock import Clock
from auralis.kit.ids import new_id
from auralis.model.errors import AuralisError
from auralis.model.events import OutputLost, PlayerChanged
from auralis.model.library import LOCAL_OWNER
from auralis.model.player import Enhancement, PlayerState, Position, QueueEntry
from auralis.playback import machine

_log = structlog.get_logger(__name__)

OUTPUT_GRACE_SECONDS = 3.0
"""How long after a track's end the server waits for the output to say that it went on."""

LONGEST_QUEUE = 1000
"""A longer context is played as so many tracks around the one that was chosen."""


@dataclass(frozen=True, slots=True)
class PlayerPreferences:
    """What a listener has chosen: how a player that was never used sounds, and when a track counts as played."""

    enhancement: Enhancement = field(default_factory=Enhancement)
    played_fraction: float = 0.5
    played_seconds: float = 240.0


class PlayerRepository(Protocol):
    """What the player needs of the library."""

    async def context_tracks(
        self, context: Mapping[str, Any], *, around: str | None = None, limit: int = 1000
    ) -> list[tuple[str, float]]:
        """Return id and duration (seconds) of ``limit`` tracks of a context in playing order, ``around`` among them."""
        ...

    async def player_state(self, user_id: str) -> Mapping[str, Any] | None:
        """Return what ``save_player_state`` was last given."""
        ...

    async def save_player_state(self, user_id: str, state: Mapping[str, Any]) -> None:
        """Keep the state over a restart."""
        ...

    async def record_play(self, user_id: str, track_id: str) -> None:
        """Count one play of a track."""
        ...


@dataclass(frozen=True, slots=True)
class PlayRequest:
    """What to play: an entry of the queue, a track, a context, or (empty) whatever stands there."""

    track_id: str | None = None
    entry_id: str | None = None
    context: Mapping[str, Any] | None = None
    start_at: float = 0.0


class Player:
    """One zone's player. Commands are asynchronous where they ask the library; the last intent wins."""

    def __init__(
        self,
        repository: PlayerRepository,
        bus: Bus,
        clock: Clock,
        user_id: str = LOCAL_OWNER,
        *,
        preferences: Callable[[str], PlayerPreferences] = lambda _: PlayerPreferences(),
    ) -> None:
        self._repository = repository
        self._bus = bus
        self._clock = clock
        self._user_id = user_id
        self._preferences = preferences
        self._state = PlayerState()
        self._intents = itertools.count(1)
        self._latest_intent = 0
        self._latest_intent_revision = 0
        self._timer: asyncio.TimerHandle | None = None
        self._heard_seconds = 0.0
        self._listened_at = 0.0
        self._counted = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._saving = asyncio.Lock()

    @property
    def state(self) -> PlayerState:
        """The state as of now; its position is to be extrapolated."""
        return self._state

    async def restore(self) -> None:
        """Come back as the player was left, paused where it stood."""
        saved = await self._repository.player_state(self._user_id)
        if saved is None:
            self._state = PlayerState(enhancement=self._preferences(self._user_id).enhancement)
            return
        self._state = _from_saved(saved, self._clock.now())

    async def close(self) -> None:
        """Save where the player stands and stop its clock."""
        if self._timer is not None:
            self._timer.cancel()
        self._listen(self._state, self._state, self._clock.now())
        self._spawn(self._save(self._state))
        while self._tasks:
            await asyncio.gather(*self._tasks)

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
        """Go to the next entry; after the last, stop."""
        return self._command(machine.advance)

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

    def set_output(self, client_id: str) -> PlayerState:
        """Let ``client_id`` sound from now on."""
        return self._command(lambda state, now: machine.set_output(state, client_id, now), intent=False)

    def lose_client(self, client_id: str, name: str) -> None:
        """Pause if the client that has gone was the output, and say so."""
        if self._state.output_client_id != client_id:
            return
        was_playing = self._state.is_playing
        self._command(lambda state, now: machine.set_output(state, None, now), intent=False)
        if was_playing:
            self._bus.publish(OutputLost(name))

    def report(
        self, client_id: str, entry_id: str, seconds: float, *, sounding: bool, revision: int | None = None
    ) -> PlayerState:
        """Take the output's word for what really sounds; others, and late reports, are ignored."""
        stale = revision is not None and revision < self._latest_intent_revision
        if client_id != self._state.output_client_id or stale:
            return self._state
        return self._command(
            lambda state, now: machine.report(state, entry_id, seconds, sounding=sounding, now=now), intent=False
        )

    async def _start(self, request: PlayRequest, *, playing: bool, client_id: str | None) -> PlayerState:
        intent = self._latest_intent = next(self._intents)
        loaded = None
        if request.context is not None or request.track_id is not None:
            loaded = await self._entries(request)
        elif request.entry_id is None and self._state.current is None:
            loaded = await self._entries(PlayRequest(context={"type": "library"}))
        if self._latest_intent != intent:
            return self._state

        def change(state: PlayerState, now: float) -> PlayerState:
            if loaded is not None:
                state = machine.load(state, *loaded, request.start_at, now)
            elif request.entry_id is not None:
                state = machine.jump(state, request.entry_id, now, request.start_at)
            if not playing:
                return machine.pause(state, now)
            state = machine.resume(state, now)
            if state.output_client_id is None and client_id is not None:
                state = machine.set_output(state, client_id, now)
            return state

        return self._command(change)

    async def _entries(self, request: PlayRequest) -> tuple[Sequence[QueueEntry], int]:
        context = request.context or {"type": "tracks", "trackIds": [request.track_id]}
        tracks = await self._repository.context_tracks(context, around=request.track_id, limit=LONGEST_QUEUE)
        ids = [track_id for track_id, _ in tracks]
        if request.track_id is not None and request.track_id not in ids:
            alone = {"type": "tracks", "trackIds": [request.track_id]}
            tracks = [*await self._repository.context_tracks(alone), *tracks]
            ids.insert(0, request.track_id)
        entries = [QueueEntry(new_id(), track_id, seconds) for track_id, seconds in tracks]
        return entries, ids.index(request.track_id) if request.track_id is not None else 0

    def _command(self, change: Callable[[PlayerState, float], PlayerState], *, intent: bool = True) -> PlayerState:
        now = self._clock.now()
        before = self._state
        after = change(before, now)
        if intent:
            self._latest_intent = next(self._intents)
        if after == before:
            return before
        self._listen(before, after, now)
        self._state = after = replace(after, revision=before.revision + 1)
        if intent:
            self._latest_intent_revision = after.revision
        self._schedule()
        self._spawn(self._save(after))
        self._bus.publish(PlayerChanged(after, queue_changed=after.queue_revision != before.queue_revision))
        return after

    def _listen(self, before: PlayerState, after: PlayerState, now: float) -> None:
        """Add what was heard since the last change, and count the play once it was enough."""
        if before.current is None:
            return
        if before.position.rate > 0:
            self._heard_seconds += max(0.0, now - max(before.position.at, self._listened_at))
        self._listened_at = now
        if not self._counted and self._heard_seconds >= self._enough_seconds(before):
            self._counted = True
            self._spawn(self._repository.record_play(self._user_id, before.current.track_id))
        if after.current != before.current:
            self._heard_seconds, self._counted = 0.0, False

    def _enough_seconds(self, state: PlayerState) -> float:
        """Return how much of the current track has to be heard until it counts as played."""
        preferences = self._preferences(self._user_id)
        part = (state.duration_seconds or float("inf")) * preferences.played_fraction
        return min(preferences.played_seconds, part)

    def _schedule(self) -> None:
        """Wake up when the track must have ended."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        state = self._state
        if state.position.rate <= 0 or state.duration_seconds is None:
            return
        remaining = state.duration_seconds - state.position.seconds_at(self._clock.now())
        grace = OUTPUT_GRACE_SECONDS if state.output_client_id is not None else 0.0
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(max(0.0, remaining) + grace, self._on_track_end)

    def _on_track_end(self) -> None:
        self._command(machine.advance, intent=False)

    async def _save(self, state: PlayerState) -> None:
        async with self._saving:
            if state.revision >= self._state.revision:
                await self._repository.save_player_state(self._user_id, _to_saved(state, self._clock.now()))

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


def _to_saved(state: PlayerState, now: float) -> dict[str, Any]:
    return {
        "entries": [[entry.entry_id, entry.track_id, entry.duration_seconds] for entry in state.entries],
        "currentIndex": state.current_index,
        "position": state.position.seconds_at(now),
        "volume": state.volume,
        "enhancement": asdict(state.enhancement),
        "revision": state.revision,
        "queueRevision": state.queue_revision,
    }


def _from_saved(saved: Mapping[str, Any], now: float) -> PlayerState:
    return PlayerState(
        revision=saved["revision"],
        queue_revision=saved["queueRevision"],
        entries=tuple(QueueEntry(*entry) for entry in saved["entries"]),
        current_index=saved["currentIndex"],
        position=Position(saved["position"], now, 0.0),
        volume=saved["volume"],
        enhancement=Enhancement(**saved["enhancement"]),
    )
