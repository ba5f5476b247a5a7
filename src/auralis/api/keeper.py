"""Keeps answers true: hears what changes, makes in advance what will be asked, and watches how well it goes."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import structlog

from auralis.api.envelope import Answer, overlap
from auralis.bus import Bus
from auralis.cache import Alert, Changes, Monitor, ResponseCache
from auralis.model.events import (
    AnalysisProgressed,
    CacheAlerted,
    LibraryChanged,
    ScanCompleted,
    ScanFailed,
    ScanStarted,
)

_log = structlog.get_logger(__name__)
SAMPLE_SECONDS = 5.0


class Keeper:
    """Stands between what happens in the house and the answers that are kept."""

    def __init__(self, changes: Changes, bus: Bus, budget_bytes: int) -> None:
        self.changes = changes
        self.answers: ResponseCache[Answer] = ResponseCache(
            changes,
            budget_bytes,
            weigh=lambda answer: answer.weight,
            overlap=overlap,
            tolerates=lambda answer: answer.is_list,
        )
        self.monitor = Monitor("response")
        self.others: dict[str, tuple[Monitor, Callable[[], tuple[int, int, int, int]]]] = {}
        self._bus = bus
        self._at_work: set[str] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._ask: Callable[[str], Any] | None = None
        self._addresses: tuple[str, ...] = ()
        bus.subscribe(ScanStarted, lambda _: self._begin("scan"))
        bus.subscribe(ScanCompleted, lambda _: self._end("scan"))
        bus.subscribe(ScanFailed, lambda _: self._end("scan"))
        bus.subscribe(AnalysisProgressed, self._analysis)
        bus.subscribe(LibraryChanged, lambda _: self._measure())

    def start(self, ask: Callable[[str], Any], addresses: Iterable[str], measure: Callable[[], Any]) -> None:
        """Begin to watch; ``ask`` sends a GET through the API's own door, ``measure`` gives the library's size."""
        self._ask = ask
        self._addresses = tuple(addresses)
        self._size = measure
        self._run(self._watch())

    async def close(self) -> None:
        """Stop watching."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def warm(self) -> int:
        """Make the answers that will be asked for; return how many are there now."""
        if self._ask is None:
            return 0
        made = 0
        for address in self._addresses:
            made += int(await self._ask(address) == 200)
        return made

    def watch(self, name: str, counts: Callable[[], tuple[int, int, int, int]]) -> None:
        """Watch over another cache too: ``counts`` gives its hits, misses, bytes and budget."""
        self.others[name] = Monitor(name), counts

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """What is wrong with any cache now."""
        return self.monitor.alerts + tuple(alert for monitor, _ in self.others.values() for alert in monitor.alerts)

    def sample(self) -> tuple[Alert, ...]:
        """Take a sample for the monitors, and tell of alerts that are new."""
        stats, totals = self.answers.stats(), self.answers.usage.totals
        fresh = self.monitor.sample(totals.kept.count, totals.made.count, stats.bytes, stats.budget_bytes)
        fresh += tuple(alert for monitor, counts in self.others.values() for alert in monitor.sample(*counts()))
        for alert in fresh:
            _log.warning("cache alert", subject=alert.subject, level=alert.level, reason=alert.message)
            self._bus.publish(CacheAlerted(alert.subject, alert.level, alert.message))
        return fresh

    async def _watch(self) -> None:
        self.changes.library_tracks = await self._size()
        await self.warm()
        while True:
            await asyncio.sleep(SAMPLE_SECONDS)
            self.sample()

    def _begin(self, what: str) -> None:
        self._at_work.add(what)
        self.answers.busy = True

    def _end(self, what: str) -> None:
        if what in self._at_work:
            self._at_work.discard(what)
            self.answers.busy = bool(self._at_work)
            self.changes.settle()

    def _analysis(self, event: AnalysisProgressed) -> None:
        if event.state == "running":
            self._begin("analysis")
        else:
            self._end("analysis")

    def _measure(self) -> None:
        if self._ask is not None:
            self._run(self._remeasure())

    async def _remeasure(self) -> None:
        self.changes.library_tracks = await self._size()

    def _run(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
