"""What is normal in this library: fitted on its own tracks once there are enough, and anew when it has grown."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import structlog

from auralis.bus import Bus
from auralis.kit.files import replacing
from auralis.mastering.normal import BUILT_IN, LEAST_TRACKS, NormalRange
from auralis.model.events import AnalysisProgressed
from auralis.model.fingerprint import Fingerprint

SAMPLE = 1000
"""More tracks would not move the percentiles."""
GROWTH = 1.5
"""A new fit makes new plans, and what was rendered by the old ones is rendered again: not for a few tracks more."""
_log = structlog.get_logger(__name__)


class RangeLibrary(Protocol):
    """What is asked of the catalog."""

    async def sample_fingerprints(self, limit: int) -> tuple[Sequence[Fingerprint], int]:
        """Return some fingerprints, spread over the library and always the same ones, and how many there are."""
        ...


class LibraryRange:
    """The range that plans are held against; kept in a file, so that a restart changes no plan."""

    def __init__(self, library: RangeLibrary, path: Path) -> None:
        self._library = library
        self._path = path
        self._current = BUILT_IN
        self._fitted_at = 0
        self._task: asyncio.Task[None] | None = None

    def current(self) -> NormalRange:
        """Return the range as it is now."""
        return self._current

    async def start(self, bus: Bus) -> None:
        """Take up what was fitted before; from now on look, whenever all is measured, whether it is time for more."""
        self._current, self._fitted_at = await asyncio.to_thread(self._read)
        bus.subscribe(AnalysisProgressed, lambda progress: self._begin() if progress.state == "idle" else None)
        self._begin()

    async def close(self) -> None:
        """Stop fitting."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def refresh(self) -> None:
        """Fit the range anew if the library has grown enough since the last time."""
        _, count = await self._library.sample_fingerprints(0)
        if count < max(LEAST_TRACKS, GROWTH * self._fitted_at):
            return
        found, count = await self._library.sample_fingerprints(SAMPLE)
        fitted = await asyncio.to_thread(_fit, found)
        if fitted is None:
            return
        await asyncio.to_thread(self._write, fitted, count)
        self._current, self._fitted_at = fitted, count
        _log.info("the library has its own normal range", tracks=fitted.tracks)

    def _begin(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self.refresh(), name="normal range")

    def _read(self) -> tuple[NormalRange, int]:
        try:
            kept = json.loads(self._path.read_text())
            return NormalRange.from_dict(kept["range"]), int(kept["count"])
        except FileNotFoundError:
            return BUILT_IN, 0
        except (OSError, ValueError, KeyError, TypeError):
            _log.warning("the library's normal range cannot be read and will be fitted anew")
            return BUILT_IN, 0

    def _write(self, fitted: NormalRange, count: int) -> None:
        try:
            with replacing(self._path) as unfinished:
                unfinished.write_text(json.dumps({"count": count, "range": fitted.to_dict()}))
        except OSError as error:
            _log.warning("the library's normal range cannot be kept", reason=error.strerror)


def _fit(found: Sequence[Fingerprint]) -> NormalRange | None:
    from auralis.mastering.fitting import fit_range  # noqa: PLC0415 - stays out of the server's start

    return fit_range(found)
