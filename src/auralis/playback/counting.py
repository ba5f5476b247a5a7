"""Counts what is listened to: a play once enough of a track was heard, a skip where somebody went on before."""

from collections.abc import Callable

from auralis.kit.clock import Clock
from auralis.model.player import PlayerState
from auralis.playback.alarm import Alarm
from auralis.playback.contracts import PlayerPreferences

SKIPPED_AFTER_SECONDS = 2.0
"""Who goes on sooner than this was only looking for something."""

SHORTEST_WAIT_SECONDS = 0.05


class PlayCounter:
    """Adds up how much of the current track was heard; tells of its play or its skip, once each time it is heard."""

    def __init__(
        self,
        clock: Clock,
        preferences: Callable[[], PlayerPreferences],
        played: Callable[[str], None],
        skipped: Callable[[str], None],
    ) -> None:
        self._clock = clock
        self._preferences = preferences
        self._played = played
        self._skipped = skipped
        self._state = PlayerState()
        self._heard_seconds = 0.0
        self._heard_until = 0.0
        self._counted = False
        self._alarm = Alarm(self._on_enough)

    def close(self, state: PlayerState) -> None:
        """Add what was heard until now, and wake up no more."""
        self._alarm.set(None)
        self.listen(state, state, self._clock.now())

    def listen(self, before: PlayerState, after: PlayerState, now: float, *, leaving: bool = False) -> None:
        """Add what was heard since the last change; ``leaving`` says that somebody wanted to go on."""
        if before.current is None:
            return
        if before.position.rate > 0:
            self._heard_seconds += max(0.0, now - max(before.position.at, self._heard_until))
        self._heard_until = now
        track_id = before.current.track_id
        if not self._counted and self._heard_seconds >= self._enough_seconds(before):
            self._counted = True
            self._played(track_id)
        gone = after.current != before.current
        if gone and leaving and not self._counted and self._heard_seconds >= SKIPPED_AFTER_SECONDS:
            self._skipped(track_id)
        begun_again = self._counted and after.position.seconds == 0.0 and before.position.seconds_at(now) > 0.0
        if gone or begun_again:
            self._heard_seconds, self._counted = 0.0, False

    def wait(self, state: PlayerState) -> None:
        """Wake up when enough of the track must have been heard, so that it counts at once."""
        self._state = state
        if self._counted or state.current is None or state.position.rate <= 0:
            self._alarm.set(None)
            return
        heard_until_now = self._heard_seconds + max(0.0, self._clock.now() - self._heard_until)
        seconds = max(SHORTEST_WAIT_SECONDS, self._enough_seconds(state) - heard_until_now)
        self._alarm.set(seconds if seconds < float("inf") else None)

    def _on_enough(self) -> None:
        self.listen(self._state, self._state, self._clock.now())
        self.wait(self._state)

    def _enough_seconds(self, state: PlayerState) -> float:
        """Return how much of the current track has to be heard until it counts as played."""
        preferences = self._preferences()
        part = (state.duration_seconds or float("inf")) * preferences.played_fraction
        return min(preferences.played_seconds, part)
