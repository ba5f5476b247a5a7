"""What a listener will want next, rendered before it is asked for."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog

from auralis.jobs import Urgency
from auralis.model.errors import AuralisError, NotFoundError
from auralis.streaming.segments import Segment
from auralis.streaming.spec import StreamSpec
from auralis.streaming.tiers import SegmentTiers

SEGMENTS_AHEAD = 2
_log = structlog.get_logger(__name__)


class Ahead:
    """Keeps the next segments of what plays coming; what is no longer next is stopped."""

    def __init__(self, tiers: SegmentTiers) -> None:
        self._tiers = tiers
        self._following: dict[str, dict[str, asyncio.Task[None]]] = {}
        self._preparing: tuple[object, asyncio.Task[None]] | None = None
        self._warming: asyncio.Task[None] | None = None

    def leave(self, spec: StreamSpec, n: int) -> None:
        """Stop what is under way for elsewhere in the same file, before segment ``n`` is waited for."""
        near = {spec.etag(ahead) for ahead in range(n, n + 1 + SEGMENTS_AHEAD)}
        for etag, task in self._following.get(spec.source.identity, {}).items():
            if etag not in near:
                task.cancel()

    def follow(self, spec: StreamSpec, n: int, segment: Segment) -> None:
        """Render what comes after segment ``n``, and stop what was under way for elsewhere in the same file."""
        wanted = [] if segment.final else range(n + 1, n + 1 + SEGMENTS_AHEAD)
        track = spec.source.identity
        running = self._following.pop(track, {})
        kept: dict[str, asyncio.Task[None]] = {}
        for ahead in wanted:
            etag = spec.etag(ahead)
            task = running.pop(etag, None)
            if task is None and not self._tiers.holds(spec, ahead):
                task = asyncio.create_task(_quietly(partial(self._tiers.segment, spec, ahead, Urgency.NEXT)))
                task.add_done_callback(partial(self._forget, track, etag))
            if task is not None:
                kept[etag] = task
        for task in running.values():
            task.cancel()
        if kept:
            self._following[track] = kept

    def prepare(self, what: object, work: Callable[[], Awaitable[object]]) -> None:
        """Run ``work`` for the track that comes next, in place of what was being prepared unless that is the same."""
        if self._preparing is not None:
            if self._preparing[0] == what and not self._preparing[1].done():
                return
            self._preparing[1].cancel()
        self._preparing = what, asyncio.create_task(_quietly(work))

    def warm(self, work: Callable[[], Awaitable[object]]) -> None:
        """Run ``work`` for tracks that may be played, in place of such work before."""
        if self._warming is not None:
            self._warming.cancel()
        self._warming = asyncio.create_task(_quietly(work))

    async def close(self) -> None:
        """Stop everything."""
        tasks = [task for tasks in self._following.values() for task in tasks.values()]
        if self._preparing is not None:
            tasks.append(self._preparing[1])
        if self._warming is not None:
            tasks.append(self._warming)
        self._following.clear()
        self._preparing = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _forget(self, track: str, etag: str, task: object) -> None:
        tasks = self._following.get(track, {})
        if tasks.get(etag) is task:
            del tasks[etag]
        if not tasks:
            self._following.pop(track, None)


async def _quietly(work: Callable[[], Awaitable[object]]) -> None:
    """Await ``work``; what goes wrong will be said to the listener who asks for the same."""
    try:
        await work()
    except NotFoundError:
        pass
    except AuralisError as error:
        _log.info("nothing rendered ahead", reason=error.message)
