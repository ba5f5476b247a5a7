"""Fingerprints when they are needed: measured ones, and estimates with a confidence where measuring takes long."""

import asyncio
import contextlib
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from auralis.bus import Bus
from auralis.cache import CacheStats, MemoryCache
from auralis.fingerprint.repository import FingerprintRepository
from auralis.fingerprint.service import AnalysisService
from auralis.fingerprint.validation import Validation, compare
from auralis.jobs import Flights, Urgency, Workers
from auralis.kit.histogram import Histogram
from auralis.model.errors import AuralisError
from auralis.model.events import FingerprintValidated, TrackAnalysed, TrackEstimated
from auralis.model.fingerprint import Fingerprint, Waveform

Strategy = Literal["fast", "accurate", "full"]
Source = Literal["stored", "fast", "accurate", "full"]

STRATEGIES: tuple[Strategy, ...] = ("fast", "accurate", "full")
SOURCES: tuple[Source, ...] = ("stored", *STRATEGIES)
LEAST_CONFIDENCE: dict[Strategy, float] = {"fast": 0.85, "accurate": 0.60}
"""Mean over the dimensions: an estimate that is less sure gives way to the next strategy."""
_CACHE_BYTES, _ESTIMATE_BYTES = 4 << 20, 16 << 10
_REMEMBERED = 256
_RECORD = 50
_LEAST_RECORD = 5


@dataclass(frozen=True, slots=True)
class Sought:
    """A fingerprint that was looked up, and how it was come by."""

    fingerprint: Fingerprint
    source: Source


class FingerprintLookUp:
    """Looks fingerprints up by strategy, keeps account of it, and holds estimates against what is measured later.

    ``playable`` is the oldest version whose fingerprints will do for playing: an upgrade that measures something else
    better keeps no listener waiting.
    """

    def __init__(
        self,
        repository: FingerprintRepository,
        analysis: AnalysisService,
        workers: Workers,
        bus: Bus,
        playable: int | None = None,
    ) -> None:
        self._repository = repository
        self._playable = playable
        self._analysis = analysis
        self._bus = bus
        self._flights: Flights[Fingerprint | None] = Flights(workers)
        self._estimates: MemoryCache[Fingerprint] = MemoryCache(_CACHE_BYTES, lambda _: _ESTIMATE_BYTES)
        self._given: OrderedDict[str, Fingerprint] = OrderedDict()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._took: dict[Source, Histogram] = {source: Histogram() for source in SOURCES}
        self._asked: dict[Source, int] = dict.fromkeys(STRATEGIES, 0)
        self._record: deque[Validation] = deque(maxlen=_RECORD)
        self._validated = 0
        bus.subscribe(TrackAnalysed, self._measured)

    async def ensure(self, track_id: str, urgency: Urgency = Urgency.NOW) -> Fingerprint:
        """Return the fingerprint of a track to play, measured now if it has none; see `AnalysisService.ensure`."""
        stored = await self._analysis.stored(track_id, self._playable)
        return stored or await self._analysis.ensure(track_id, urgency)

    async def measure(self, path: Path, urgency: Urgency = Urgency.NOW) -> Fingerprint:
        """Return the fingerprint of a file as it is now; see `AnalysisService.measure`."""
        return await self._analysis.measure(path, urgency)

    async def first(self, track_id: str) -> Fingerprint:
        """Return what a listener need not wait for: the fingerprint or, while it is measured, an estimate of it.

        Raises
        ------
        NotFoundError, MediaError
            As of `ensure`.
        """
        stored = await self._analysis.stored(track_id, self._playable)
        if stored is not None:
            return stored
        estimate = await self._estimate(track_id, "fast")
        if estimate is None:
            return await self._analysis.ensure(track_id)
        self._run(self._analysis.ensure(track_id, Urgency.NEXT))
        return estimate

    async def look_up(self, track_id: str, strategy: Strategy = "fast") -> Sought:
        """Return the fingerprint of a track as ``strategy`` finds it: stored, estimated, or measured now.

        ``fast`` is content with an estimate from few excerpts whose confidence is at least 0.85, as long as such
        estimates prove valid; ``accurate``, and ``fast`` failing that, with one from more excerpts and at least 0.60;
        ``full``, and the others failing that, measures the whole file.

        Raises
        ------
        NotFoundError, MediaError
            As of `ensure`.
        """
        self._asked[strategy] += 1
        started = time.perf_counter()
        sought = await self._sought(track_id, strategy)
        self._took[sought.source].add(1000 * (time.perf_counter() - started))
        return sought

    def stats(self) -> CacheStats:
        """Return what the cache of estimates holds."""
        return self._estimates.stats()

    def figures(self) -> dict[str, Any]:
        """Return how often each strategy was asked for and answered, and how estimates proved."""
        record = list(self._record)
        return {
            "strategies": {
                name: {
                    "asked": self._asked.get(name),
                    "answered": took.count,
                    "avgMs": round(took.mean_ms, 3) if took.count else None,
                    "p95Ms": round(took.percentile(0.95), 3) if took.count else None,
                }
                for name, took in self._took.items()
            },
            "validations": {
                "total": self._validated,
                "recent": len(record),
                "valid": sum(validation.valid for validation in record),
                "meanScore": round(sum(v.score for v in record) / len(record), 4) if record else None,
                "meanAccuracy": round(sum(v.accuracy for v in record) / len(record), 4) if record else None,
                "levels": {level: sum(v.level == level for v in record) for level in ("HIGH", "MEDIUM", "LOW")},
            },
        }

    async def close(self) -> None:
        """Stop what is under way."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _sought(self, track_id: str, strategy: Strategy) -> Sought:
        stored = await self._analysis.stored(track_id)
        if stored is not None:
            return Sought(stored, "stored")
        for each in STRATEGIES[STRATEGIES.index(strategy) : -1]:
            estimate = await self._estimate(track_id, each)
            if estimate is None:
                break
            if estimate.overall_confidence >= LEAST_CONFIDENCE[each] and (each != "fast" or self._trusted()):
                return Sought(estimate, each)
        return Sought(await self._analysis.ensure(track_id), "full")

    def _trusted(self) -> bool:
        """Tell whether most estimates have proved valid of late; nothing speaks against the first ones."""
        record = list(self._record)
        return len(record) < _LEAST_RECORD or 2 * sum(v.valid for v in record) >= len(record)

    async def _estimate(self, track_id: str, strategy: Strategy) -> Fingerprint | None:
        await self._analysis.refuse_what_failed(track_id)
        path = await self._repository.media_path(track_id)
        key = f"{await asyncio.to_thread(_state, path)}-{strategy}"
        held = self._estimates.get(key)
        if held is None:
            held = await self._flights.join(key, lambda _: _estimate(path, strategy), Urgency.NOW)
            if held is None:
                return None
            self._estimates.put(key, held)
        self._given[track_id] = held
        self._given.move_to_end(track_id)
        if len(self._given) > _REMEMBERED:
            self._given.popitem(last=False)
        self._bus.publish(TrackEstimated(track_id, held.overall_confidence))
        return held

    def _measured(self, event: TrackAnalysed) -> None:
        estimate = self._given.pop(event.track_id, None)
        if estimate is not None:
            self._run(self._validate(event.track_id, estimate))

    async def _validate(self, track_id: str, estimate: Fingerprint) -> None:
        validation = compare(estimate.dimensions, await self._repository.fingerprint(track_id))
        self._validated += 1
        self._record.append(validation)
        self._bus.publish(
            FingerprintValidated(
                track_id, validation.score, validation.accuracy, validation.level, estimate.overall_confidence
            )
        )

    def _run(self, work: Any) -> None:
        task = asyncio.create_task(_quietly(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _quietly(work: Any) -> None:
    """Await ``work``; what goes wrong with the file is recorded by the analysis, and told to who asks for it."""
    with contextlib.suppress(AuralisError):
        await work


def _estimate(path: Path, strategy: Strategy) -> Fingerprint | None:
    from auralis.fingerprint.estimate import (  # noqa: PLC0415 - kernels stay out of the server's start
        ACCURATE_EXCERPTS,
        FAST_EXCERPTS,
        estimate_file,
    )

    estimate = estimate_file(path, FAST_EXCERPTS if strategy == "fast" else ACCURATE_EXCERPTS)
    return estimate and replace(estimate, waveform=Waveform((), (), ()))


def _state(path: Path) -> object:
    try:
        state = path.stat()
    except OSError:
        return path
    return path, state.st_size, state.st_mtime_ns
