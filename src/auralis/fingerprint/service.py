"""The analysis of the library: every track measured once, in the background, and what is played first of all."""

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

import structlog

from auralis.bus import Bus
from auralis.fingerprint.progress import Progress
from auralis.fingerprint.repository import FingerprintRepository
from auralis.fingerprint.version import VERSION
from auralis.jobs import Cancellation, Urgency, WorkerCrashedError, WorkerProcess, Workers, WorkerTimeoutError
from auralis.kit.clock import Clock, SystemClock
from auralis.model.errors import AuralisError, MediaError, NotFoundError, UnavailableError, UnsafeAudioError
from auralis.model.events import AnalysisProgressed, LibraryChanged, TrackAnalysed
from auralis.model.fingerprint import Fingerprint
from auralis.model.library import MediaFile

Measure = Callable[[Path], Fingerprint]
_BATCH = 64
_LANE = "analysis"
_LISTENERS_FIRST_SECONDS = 0.1
_MOST_PROCESSES = 4
_log = structlog.get_logger(__name__)


def measure_file(path: Path) -> Fingerprint:
    """Return the fingerprint of a file; the code for it is loaded where this runs."""
    from auralis.fingerprint.files import fingerprint_file  # noqa: PLC0415 - kernels stay out of the server's start

    return fingerprint_file(path)


class AnalysisService:
    """Works off the repository's list of tracks in niced processes, and measures at once what a listener waits for.

    The list itself lies in the repository, so a kill at any moment costs at most the tracks in hand. A file that breaks
    its process twice, or takes too long, becomes a recorded failure that nobody decodes, and the work goes on with the
    next.

    ``version`` is the oldest whose fingerprints hold for what is needed of them (`version.version_for`): tracks that
    were measured since are left alone.
    """

    def __init__(
        self,
        repository: FingerprintRepository,
        bus: Bus,
        workers: Workers,
        version: int = VERSION,
        *,
        processes: int | None = None,
        timeout_seconds: float = 600.0,
        retry_seconds: float = 60.0,
        power_seconds: float = 5.0,
        measure: Measure = measure_file,
        clock: Clock | None = None,
        may_work: Callable[[], bool] = lambda: True,
    ) -> None:
        self._repository = repository
        self._bus = bus
        self._workers = workers
        self.version = version
        self._timeout_seconds = timeout_seconds
        self._retry_seconds = retry_seconds
        self._power_seconds = power_seconds
        self._measure = measure
        self._clock = clock or SystemClock()
        self._may_work = may_work
        # Niced, so all cores: who listens or asks goes first.
        count = processes or max(1, min(_MOST_PROCESSES, os.cpu_count() or 1))
        self._processes = [WorkerProcess() for _ in range(count)]
        self._under_way: dict[str, asyncio.Task[Fingerprint]] = {}
        self._unlisted: dict[MediaFile, asyncio.Task[Fingerprint]] = {}
        self._failures: dict[str, tuple[MediaFile, MediaError]] = {}
        self._handled: set[str] = set()
        self._wake = asyncio.Event()
        self._resting = False
        self._loop: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self._progress = Progress(bus, self._clock)

    @property
    def status(self) -> AnalysisProgressed:
        """How far the analysis is."""
        return self._progress.current()

    def start(self) -> None:
        """Begin with what waits, and go on whenever the library changes."""
        self._resting = False
        self._wake.set()
        if self._loop is not None:
            return
        self._unsubscribe = self._bus.subscribe(LibraryChanged, lambda _: self._wake.set())
        self._loop = asyncio.create_task(self._run())

    def rest(self) -> None:
        """Begin nothing more in the background until started again; what is in hand is finished."""
        self._resting = True

    async def close(self) -> None:
        """Stop at once; what was in hand will be measured the next time."""
        self._unsubscribe()
        tasks = [*self._under_way.values(), *self._unlisted.values(), *([self._loop] if self._loop else [])]
        for task in tasks:
            task.cancel()
        for process in self._processes:
            process.close()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def ensure(self, track_id: str, urgency: Urgency = Urgency.NOW) -> Fingerprint:
        """Return the fingerprint of a track, measuring it before all others if there is none, or an old one.

        Who stops waiting does not stop the measuring.

        Raises
        ------
        NotFoundError
            If there is no such track.
        MediaError
            If the file cannot be measured.
        """
        if track_id not in self._under_way:
            stored = await self.stored(track_id)
            if stored is not None:
                return stored
            await self.refuse_what_failed(track_id)
        task = self._under_way.get(track_id) or self._begin(track_id, lambda path: self._in_thread(path, urgency))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if task.cancelled() and not (current and current.cancelling()):
                raise UnavailableError("The server is shutting down.") from None
            raise

    async def measure(self, path: Path, urgency: Urgency = Urgency.NOW) -> Fingerprint:
        """Return the fingerprint of a file as it is now, and keep nothing: for files that the library knows otherwise.

        Raises
        ------
        MediaError
            If the file cannot be measured, or changes meanwhile.
        """
        before = await asyncio.to_thread(_state, path)
        if before is None:
            raise MediaError("The audio file is not there any more.")
        task = self._unlisted.get(before)
        if task is None:
            task = self._unlisted[before] = asyncio.create_task(self._in_thread(path, urgency))
            task.add_done_callback(lambda _: self._unlisted.pop(before))
        fingerprint = await asyncio.shield(task)
        await _require_same(path, before)
        return fingerprint

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            interrupted = True
            try:
                await self._work_off()
                interrupted = False
            except AuralisError as error:
                _log.warning("analysis interrupted", reason=error.message)
            except Exception:  # noqa: BLE001 - the outer edge of the loop: a fault of ours must not end it for good
                _log.exception("analysis interrupted")
            for process in self._processes:
                await asyncio.to_thread(process.stop)
            self._progress.rest()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), self._retry_seconds if interrupted else None)

    async def _work_off(self) -> None:
        self._handled.clear()
        while not self._resting and (batch := await self._next_batch()):
            self._progress.count(await self._repository.analysis_counts(self.version))
            tracks = iter(batch)
            await asyncio.gather(*(self._hand(process, tracks) for process in self._processes))
        self._progress.count(await self._repository.analysis_counts(self.version))

    async def _next_batch(self) -> list[str]:
        """List what waits and was not in hand since the work began: what cannot be settled must not come for ever."""
        limit = _BATCH
        while True:
            listed = await self._repository.tracks_to_analyse(self.version, limit)
            fresh = [track_id for track_id in listed if track_id not in self._handled]
            if fresh or len(listed) < limit:
                return fresh
            limit *= 2

    async def _hand(self, process: WorkerProcess, tracks: Iterator[str]) -> None:
        """Measure one track after the other in ``process``; what a listener waits for goes first."""
        for track_id in tracks:
            while not self._resting and (wait := await self._wait_seconds()):
                self._progress.move("paused")
                await asyncio.sleep(wait)
            if self._resting:
                return
            if track_id in self._handled:
                continue
            self._progress.move("running")
            task = self._under_way.get(track_id) or self._begin(track_id, lambda path: self._in_process(path, process))
            try:
                await asyncio.shield(task)
            except (MediaError, NotFoundError):
                continue

    async def _wait_seconds(self) -> float:
        """Return how long to leave the machine to those who listen, or to its battery; 0 if it is free."""
        if self._workers.pending(Urgency.NEXT):
            return _LISTENERS_FIRST_SECONDS
        return 0.0 if await asyncio.to_thread(self._may_work) else self._power_seconds

    def _begin(self, track_id: str, measure: Callable[[Path], Awaitable[Fingerprint]]) -> "asyncio.Task[Fingerprint]":
        task = asyncio.create_task(self._analyse(track_id, measure))
        self._under_way[track_id] = task

        def land(_: object) -> None:
            del self._under_way[track_id]
            if not task.cancelled():
                task.exception()  # marks it as seen also when nobody waits any more

        task.add_done_callback(land)
        return task

    async def _analyse(self, track_id: str, measure: Callable[[Path], Awaitable[Fingerprint]]) -> Fingerprint:
        self._handled.add(track_id)
        path = await self._repository.media_path(track_id)
        before = await asyncio.to_thread(_state, path)
        if before is None:
            raise MediaError("The audio file is not there any more.")
        try:
            fingerprint = await measure(path)
        except MediaError as error:
            await _require_same(path, before)
            _log.info("track not analysed", track_id=track_id, reason=error.message)
            self._failures[track_id] = before, error
            unsafe = isinstance(error, UnsafeAudioError)
            await self._repository.record_analysis_failure(track_id, error.message, self.version, unsafe=unsafe)
            self._progress.failed()
            raise
        await _require_same(path, before)
        await self._repository.save_fingerprint(track_id, fingerprint)
        self._failures.pop(track_id, None)
        self._bus.publish(TrackAnalysed(track_id))
        self._progress.done()
        return fingerprint

    async def refuse_what_failed(self, track_id: str) -> None:
        """Raise again what the same file gave before, rather than let each listener wait for the same failure.

        What broke a process is not tried in this one, whenever that was.
        """
        file = await self._repository.media_file(track_id)
        state = await asyncio.to_thread(_state, file.path)
        known = self._failures.get(track_id)
        if known is not None and state == known[0]:
            raise known[1]
        if state is not None and file.breaks_decoders(state.size, state.modified_ns):
            raise UnsafeAudioError

    async def stored(self, track_id: str, version: int | None = None) -> Fingerprint | None:
        """Return what is stored and not out of date, or None; NotFoundError if there is no such track.

        Parameters
        ----------
        track_id
            The track.
        version
            The oldest that will do; None stands for that of the service.
        """
        try:
            fingerprint = await self._repository.fingerprint(track_id)
        except NotFoundError as error:
            if error.what == "track":
                raise
            return None
        return fingerprint if fingerprint.version >= (self.version if version is None else version) else None

    async def _in_thread(self, path: Path, urgency: Urgency) -> Fingerprint:
        def work(_: Cancellation) -> Fingerprint:
            return self._measure(path)

        job = self._workers.submit(work, urgency, lane=_LANE)
        try:
            return await asyncio.wrap_future(job.future)
        except AuralisError:
            raise
        except Exception as error:
            raise _failure(path, error) from error

    async def _in_process(self, path: Path, process: WorkerProcess) -> Fingerprint:
        run = partial(process.run, self._timeout_seconds, self._measure, path)
        try:
            try:
                return await asyncio.to_thread(run)
            except WorkerCrashedError:
                return await asyncio.to_thread(run)  # somebody else may have ended it, where memory is short say
        except WorkerTimeoutError as error:
            raise UnsafeAudioError(f"The analysis took longer than {self._timeout_seconds:g} s.") from error
        except WorkerCrashedError as error:
            raise UnsafeAudioError("The analysis crashed on this file.") from error
        except AuralisError:
            raise
        except Exception as error:
            raise _failure(path, error) from error


def _state(path: Path) -> MediaFile | None:
    """Return what changes when the file does, or None if it is not there."""
    try:
        state = path.stat()
    except OSError:
        return None
    return MediaFile(path, state.st_size, state.st_mtime_ns)


async def _require_same(path: Path, before: MediaFile) -> None:
    """Raise MediaError if the file is not the one that was measured: a scan will list it anew, or mark it missing."""
    if await asyncio.to_thread(_state, path) != before:
        raise MediaError("The audio file changed while it was being analysed.")


def _failure(path: Path, error: Exception) -> MediaError:
    _log.error("analysis failed", file=path.name, exc_info=error)
    return MediaError(f"The analysis failed on this file ({type(error).__name__}).")
