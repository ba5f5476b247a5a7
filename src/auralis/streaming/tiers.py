"""Segments from where they are cheapest: memory, then disk, then rendered, each by one worker for all who wait."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from auralis.cache import CacheStats, DiskCache, MemoryCache
from auralis.jobs import Cancellation, Flights, Urgency, Workers
from auralis.mastering.document import MasteringPlan
from auralis.model.meters import LEAD_SECONDS
from auralis.streaming.segments import Segment, bounds, index_at
from auralis.streaming.source import SourceFile
from auralis.streaming.spec import StreamSpec

if TYPE_CHECKING:
    from auralis.dsp.live import LiveLevels
    from auralis.streaming.render import Renderer, SourceFacts

_LEVELS_BYTES = 2 << 20


@dataclass(frozen=True, slots=True)
class StreamStats:
    """Both tiers' counters, the decoded samples held, and the renderings under way."""

    memory: CacheStats
    disk: CacheStats
    pcm_bytes: int
    pcm_budget_bytes: int
    under_way: int


@dataclass(slots=True)
class Listening:
    """How it went for listeners: segments that were at hand when they were asked for, and how fast others are made."""

    at_hand: int = 0
    waited_for: int = 0
    realtime: float | None = None
    """Seconds of sound rendered in a second of work, lately; None before the first."""

    def count(self, *, at_hand: bool) -> None:
        """Count a segment that a listener has asked for."""
        if at_hand:
            self.at_hand += 1
        else:
            self.waited_for += 1

    def rendered(self, seconds: float, sound_seconds: float) -> None:
        """Take note of a rendering."""
        speed = sound_seconds / max(seconds, 1e-6)
        self.realtime = speed if self.realtime is None else 0.8 * self.realtime + 0.2 * speed


class SegmentTiers:
    """Gives segments by tag. Work on one file runs one piece after the other; different files run side by side."""

    def __init__(self, workers: Workers, memory_bytes: int, disk: DiskCache, pcm_bytes: int) -> None:
        self._memory: MemoryCache[Segment] = MemoryCache(memory_bytes, lambda segment: len(segment.body))
        self._disk = disk
        self._pcm_bytes = pcm_bytes
        self._segments: Flights[Segment] = Flights(workers)
        self._levels: MemoryCache[LiveLevels] = MemoryCache(_LEVELS_BYTES, lambda levels: levels.nbytes)
        self._measurings: Flights[LiveLevels] = Flights(workers)
        self._facts: Flights[SourceFacts] = Flights(workers)
        self._trials: Flights[MasteringPlan] = Flights(workers)
        self._hearings: Flights[float] = Flights(workers)
        self.listening = Listening()
        self._making = threading.Lock()
        self._made: Renderer | None = None

    async def segment(self, spec: StreamSpec, n: int, urgency: Urgency, owner: str | None = None) -> Segment:
        """Return segment ``n`` of ``spec``, for ``owner`` where a listener asks."""
        etag = spec.etag(n)
        held = self._memory.get(etag)
        listened = urgency is Urgency.NOW
        if listened:
            self.listening.count(at_hand=held is not None or etag in self._disk)
        if held is not None:
            return held

        def work(cancellation: Cancellation) -> Segment:
            stored = self._disk.get(etag)
            if stored is not None:
                segment = Segment.unpack(stored, etag)
            else:
                started = time.perf_counter()
                segment = self.renderer().segment(spec, n, cancellation.check)
                self.listening.rendered(time.perf_counter() - started, segment.frames / spec.rate)
                self._disk.put(etag, segment.pack())
            self._memory.put(etag, segment)
            return segment

        return await self._segments.join(etag, work, urgency, lane=spec.source, owner=owner)

    def keeps(self, spec: StreamSpec, n: int) -> bool:
        """Tell whether segment ``n`` is in memory or on disk."""
        return spec.etag(n) in self._memory or spec.etag(n) in self._disk

    def completion(self, spec: StreamSpec, numbers: Sequence[int]) -> tuple[int, int]:
        """Return how many of a stream's segments are in memory, and how many there or on disk."""
        memory = sum(spec.etag(n) in self._memory for n in numbers)
        return memory, sum(self.keeps(spec, n) for n in numbers)

    async def levels(self, spec: StreamSpec, n: int) -> "LiveLevels":
        """Return what a meter shows while segment ``n`` of ``spec`` plays."""
        etag = spec.etag(n)
        held = self._levels.get(etag)
        if held is not None:
            return held
        first = index_at(max(0, bounds(n, spec.rate)[0] - LEAD_SECONDS * spec.rate), spec.rate)
        segments = [await self.segment(spec, k, Urgency.NEXT) for k in range(first, n + 1)]

        def work(_: Cancellation) -> "LiveLevels":
            from auralis.streaming.live import measure_segment  # noqa: PLC0415 - stays out of the server's start

            levels = measure_segment(segments, spec.rate)
            self._levels.put(etag, levels)
            return levels

        return await self._measurings.join(etag, work, Urgency.NEXT)

    async def transition(self, before: StreamSpec, after: StreamSpec, frame: int) -> Segment:
        """Return the piece in which ``before`` gives way to ``after``; not kept, as hardly any comes twice."""

        def work(cancellation: Cancellation) -> Segment:
            return self.renderer().transition(before, after, frame, cancellation.check)

        name = f"{before.key}-{after.key}-{after.codec}-{frame}"
        return await self._segments.join(name, work, Urgency.NOW, lane=after.source)

    async def facts(self, source: SourceFile) -> "SourceFacts":
        """Return what the decoder says of a file."""
        return await self._facts.join(
            source.identity, lambda _: self.renderer().facts(source), Urgency.NOW, lane=source
        )

    async def tried(self, source: SourceFile, plan: MasteringPlan, seconds: float, urgency: Urgency) -> MasteringPlan:
        """Return a plan with its promise held against excerpts of the file."""

        def work(cancellation: Cancellation) -> MasteringPlan:
            return self.renderer().tried(source, plan, seconds, cancellation.check)

        return await self._trials.join(f"{source.identity}-{plan.plan_hash}", work, urgency, lane=source)

    async def heard(self, spec: StreamSpec, urgency: Urgency) -> float:
        """Return how loud a whole track comes out, LUFS."""

        def work(cancellation: Cancellation) -> float:
            return self.renderer().heard(spec, cancellation.check)

        return await self._hearings.join(spec.key, work, urgency, lane=spec.source)

    def holds(self, spec: StreamSpec, n: int) -> bool:
        """Tell whether segment ``n`` is in memory."""
        return spec.etag(n) in self._memory

    def renderer(self) -> "Renderer":
        """Return the renderer, made on first use: call this from a worker, for its modules take a while to load."""
        with self._making:
            if self._made is None:
                from auralis.streaming.render import Renderer  # noqa: PLC0415 - stays out of the server's start

                self._made = Renderer(self._pcm_bytes)
            return self._made

    def release(self) -> None:
        """Close files and forget decoded samples; segments stay."""
        if self._made is not None:
            self._made.release()

    def clear(self) -> None:
        """Forget every segment in both tiers, and all decoded samples."""
        self._memory.clear()
        self._disk.clear()
        self.release()

    def stats(self) -> StreamStats:
        """Return the counters of both tiers."""
        pcm_bytes = self._made.pcm_bytes() if self._made is not None else 0
        return StreamStats(self._memory.stats(), self._disk.stats(), pcm_bytes, self._pcm_bytes, len(self._segments))
