"""Live meters: readings of what plays, for those who have asked for them, while it plays."""

import asyncio
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import structlog

from auralis.api.services import Services
from auralis.model.errors import AuralisError
from auralis.model.events import PlayerChanged
from auralis.model.meters import READINGS_PER_SECOND
from auralis.model.player import PlayerState
from auralis.streaming.names import Variant

if TYPE_CHECKING:
    from auralis.dsp.live import LiveLevels

TOPIC = "audio.analysis"
_AFTER_TROUBLE_SECONDS = 1.0
_log = structlog.get_logger(__name__)


class Meters:
    """Tells readings up to twenty times a second; without a subscriber or without sound it does nothing at all."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._task: asyncio.Task[None] | None = None
        self._stirred = asyncio.Event()
        self._unsubscribe: Callable[[], None] = lambda: None
        self._told: tuple[object, ...] = ()

    def start(self) -> None:
        """Wait for subscribers from now on."""
        self._unsubscribe = self._services.bus.subscribe(PlayerChanged, lambda _: self._stirred.set())
        self._services.hub.topics_changed = self._stirred.set
        self._task = asyncio.create_task(self._run(), name="meters")

    async def close(self) -> None:
        """Stop."""
        self._unsubscribe()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            state = self._services.player.state
            if state.position.rate <= 0 or state.current is None or not self._services.hub.listens(TOPIC):
                self._stirred.clear()
                await self._stirred.wait()
                continue
            try:
                await self._read(state)
                await asyncio.sleep(self._until_next(state))
            except AuralisError as error:
                _log.debug("no levels", reason=error.message)
                await asyncio.sleep(_AFTER_TROUBLE_SECONDS)
            except Exception:  # noqa: BLE001  (the edge of a loop: meters may fail, the player may not)
                _log.exception("metering failed")
                await asyncio.sleep(_AFTER_TROUBLE_SECONDS)

    async def _read(self, state: PlayerState) -> None:
        entry, chosen = state.current, state.enhancement
        assert entry is not None
        seconds = state.position.seconds_at(self._services.clock.now())
        if state.duration_seconds is not None and seconds >= state.duration_seconds:
            return
        variant: Variant = "enhanced" if chosen.enabled and chosen.intensity > 0 else "original"
        levels, reading = await self._services.streamer.levels(
            entry.track_id, variant, seconds, preset=chosen.preset, intensity=chosen.intensity
        )
        what = (entry.entry_id, variant, int(seconds * READINGS_PER_SECOND), state.position)
        if what == self._told or self._services.player.state.current != entry:
            return
        self._told = what
        told = {
            "trackId": entry.track_id,
            "entryId": entry.entry_id,
            "variant": variant,
            "position": int(seconds * 1000) / 1000,
        }
        self._services.hub.broadcast(TOPIC, {**told, **reading_view(levels, reading)})

    def _until_next(self, state: PlayerState) -> float:
        """Return the seconds until the position enters the next reading."""
        readings = state.position.seconds_at(self._services.clock.now()) * READINGS_PER_SECOND
        return max(0.005, (int(readings) + 1 - readings) / READINGS_PER_SECOND)


def reading_view(levels: "LiveLevels", n: int) -> dict[str, Any]:
    """Return one reading as JSON names it."""
    correlation = float(levels.correlation[n])
    return {
        "momentaryLufs": _rounded(levels.momentary_lufs[n]),
        "shortTermLufs": _rounded(levels.short_term_lufs[n]),
        "truePeakDbtp": _rounded(levels.true_peak_dbtp[n]),
        "rmsDb": [_rounded(value) for value in levels.rms_db[n]],
        "peakDb": [_rounded(value) for value in levels.peak_db[n]],
        "correlation": None if math.isnan(correlation) else round(correlation, 3),
        "gainReductionDb": _rounded(levels.reduction_db[n]),
        "bassReductionDb": _rounded(levels.bass_reduction_db[n]),
        "spectrumDb": [round(float(level), 1) for level in levels.spectrum_db[n]],
    }


def _rounded(value: Any) -> float:
    return round(float(value), 2)
