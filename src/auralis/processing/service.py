"""The queue of processing jobs: ordered, worked off one by one, cancelled, taken up again after a restart."""

import asyncio
import contextlib
import os
import shutil
import threading
import time
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import structlog

from auralis.bus import Bus
from auralis.jobs import Cancellation, JobCancelledError
from auralis.kit.ids import new_id
from auralis.mastering.normal import BUILT_IN, NormalRange
from auralis.model.errors import AuralisError, ConflictError, NotFoundError, UnsafeAudioError
from auralis.model.events import JobChanged
from auralis.model.jobs import Job
from auralis.model.library import MediaFile
from auralis.model.player import reference_of
from auralis.model.references import Reference
from auralis.processing.guide import Guide
from auralis.processing.orders import PER_TRACK, Order

MOST_WAITING = 100
NICENESS = 10
_TOLD_EVERY_SECONDS = 0.25
_log = structlog.get_logger(__name__)


class JobRepository(Protocol):
    """Where jobs are kept."""

    async def save(self, job: Job) -> None:
        """Keep a job as it stands."""
        ...

    async def read(self, user_id: str, job_id: str) -> Job | None:
        """Return one job of a user, or None."""
        ...

    async def list_jobs(
        self, user_id: str, offset: int, limit: int, cursor: str | None = None
    ) -> tuple[list[Job], int, str | None]:
        """Return a page of a user's jobs, the newest first, how many there are, and the cursor of the next page."""
        ...

    async def unfinished(self) -> Sequence[Job]:
        """Return what is queued or was under way, the oldest first."""
        ...

    async def remove(self, user_id: str, job_id: str) -> None:
        """Forget a job."""
        ...

    async def finished(self) -> Sequence[Job]:
        """Return what is done, failed or cancelled, the oldest first."""
        ...


class Library(Protocol):
    """What processing asks of the catalog."""

    async def media_path(self, track_id: str) -> Path:
        """Return the file of a track; NotFoundError if there is no such track."""
        ...

    async def media_file(self, track_id: str) -> MediaFile:
        """Return the same with its state when the library read it, and whether that broke a decoder."""
        ...


class ReferenceBook(Protocol):
    """What processing asks of the references."""

    async def reference(self, reference_id: str) -> Reference:
        """Return a reference; NotFoundError if there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Keep:
    """How long results are kept, and how many bytes of them."""

    seconds: float = 30 * 86_400
    bytes: int = 10 << 30


class Processing:
    """Runs jobs one after the other, in a thread of low priority; the queue itself lies in the repository."""

    def __init__(
        self,
        repository: JobRepository,
        library: Library,
        bus: Bus,
        folder: Path,
        *,
        references: ReferenceBook | None = None,
        normal: Callable[[], NormalRange] = lambda: BUILT_IN,
        keep: Callable[[], Keep] = Keep,
    ) -> None:
        self._references = references
        self._normal = normal
        self._keep = keep
        self._repository = repository
        self._library = library
        self._bus = bus
        self._folder = folder
        self._waiting: dict[str, Job] = {}
        self._running: tuple[Job, Cancellation] | None = None
        self._given_up: set[str] = set()
        self._wake = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up what a run before has left, and wait for more."""
        for job in await self._repository.unfinished():
            self._waiting[job.id] = job
        await self._tidy()
        self._loop = asyncio.create_task(self._run(), name="processing")
        self._wake.set()

    async def close(self) -> None:
        """Stop at once; what was under way is taken up again by the next start."""
        if self._running is not None:
            self._running[1].cancel()
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def submit(self, user_id: str, order: Order) -> Job:
        """Queue an order and return its job.

        Raises
        ------
        InvalidInputError, NotFoundError
            When it cannot be carried out.
        ConflictError
            ``TOO_MANY_JOBS`` when too many wait already.
        """
        order = order.checked()
        await self._guide(order)
        for track_id in order.track_ids:
            await self._library.media_path(track_id)
        if len(self._waiting) >= MOST_WAITING:
            raise ConflictError(f"{MOST_WAITING} jobs wait already.", code="TOO_MANY_JOBS")
        now = _now()
        total = len(order.track_ids) * PER_TRACK
        job = Job(new_id(), user_id, "master", "queued", order.to_dict(), 0, total, now, now)
        await self._settle(job)
        self._waiting[job.id] = job
        self._wake.set()
        return job

    async def list_jobs(
        self, user_id: str, offset: int, limit: int, cursor: str | None = None
    ) -> tuple[list[Job], int, str | None]:
        """Return a page of a user's jobs as they stand, the newest first, how many there are, and the next cursor."""
        found, total, following = await self._repository.list_jobs(user_id, offset, limit, cursor)
        return [self._live(job) for job in found], total, following

    async def get(self, user_id: str, job_id: str) -> Job:
        """Return one job as it stands."""
        job = await self._repository.read(user_id, job_id)
        if job is None:
            raise NotFoundError("job", job_id)
        return self._live(job)

    async def result(self, user_id: str, job_id: str) -> tuple[Path, str]:
        """Return the file that a job has made, and how it is to be called.

        Raises
        ------
        ConflictError
            ``JOB_NOT_DONE`` while there is none, with how the job stands.
        """
        job = await self.get(user_id, job_id)
        if job.state != "done" or job.result is None:
            details = {"current": {"state": job.state}}
            raise ConflictError("The job has made no file (yet).", code="JOB_NOT_DONE", details=details)
        path = self._folder / job.id / str(job.result["file"])
        if not await asyncio.to_thread(path.is_file):
            raise NotFoundError("result", job_id)
        return path, str(job.result["name"])

    async def remove(self, user_id: str, job_id: str) -> Job:
        """Cancel a job that is not finished; forget one that is, with what it has made. Return how it stands then."""
        job = await self.get(user_id, job_id)
        if job.is_finished:
            await self._repository.remove(user_id, job_id)
            await asyncio.to_thread(shutil.rmtree, self._folder / job_id, ignore_errors=True)
            return job
        self._given_up.add(job_id)
        if self._running is not None and self._running[0].id == job_id:
            self._running[1].cancel()
            return job
        self._waiting.pop(job_id, None)
        return await self._cancelled(job)

    async def _run(self) -> None:
        while True:
            while self._waiting:
                job = self._waiting.pop(next(iter(self._waiting)))
                await self._work(job)
            self._wake.clear()
            await self._wake.wait()

    async def _work(self, job: Job) -> None:
        cancellation = Cancellation()
        job = replace(job, state="running", updated_at=_now())
        self._running = job, cancellation
        try:
            await self._settle(job)
            order = Order.from_dict(job.order)
            files = [await self._library.media_file(track_id) for track_id in order.track_ids]
            sources = await asyncio.to_thread(_safe, files)
            result = await self._in_thread(job, order, sources, cancellation, await self._guide(order))
            done = replace(self._live(job), state="done", done=job.total, result=result, updated_at=_now())
            self._running = None
            await self._settle(done)
            await self._tidy()
        except JobCancelledError:
            if job.id in self._given_up:
                await self._cancelled(self._live(job))
        except AuralisError as error:
            await self._failed(job, error.message, error.code)
        except Exception:  # noqa: BLE001 - the outer edge of the loop: the next job must still be done
            _log.exception("a job failed", job_id=job.id)
            await self._failed(job, "An unexpected fault; the log has the details.")
        finally:
            self._running = None
            self._given_up.discard(job.id)

    async def _in_thread(
        self, job: Job, order: Order, sources: Sequence[Path], cancellation: Cancellation, guide: Guide
    ) -> dict[str, Any]:
        """Run the work in a thread of its own, which gives way to all that sounds."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[dict[str, Any]] = loop.create_future()
        last = 0.0

        def report(done: int) -> None:
            nonlocal last
            cancellation.check()
            if time.monotonic() - last >= _TOLD_EVERY_SECONDS:
                last = time.monotonic()
                loop.call_soon_threadsafe(self._progressed, job.id, done)

        def settle(result: dict[str, Any] | None, error: BaseException | None) -> None:
            if future.cancelled():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result or {})

        def work() -> None:
            from auralis.processing.work import master_tracks  # noqa: PLC0415 - stays out of the server's start

            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
            result, error = None, None
            try:
                result = master_tracks(order, sources, self._folder / job.id, report, guide)
            except BaseException as failure:  # noqa: BLE001 - whatever went wrong belongs to who waits
                error = failure
            loop.call_soon_threadsafe(settle, result, error)

        threading.Thread(target=work, name="processing", daemon=True).start()
        return await future

    async def _guide(self, order: Order) -> Guide:
        """Return what the tracks of an order follow beside its preset."""
        reference_id = reference_of(order.preset)
        if reference_id is None:
            return Guide(normal=self._normal())
        if self._references is None:
            raise NotFoundError("reference", reference_id)
        return Guide((await self._references.reference(reference_id)).fingerprint, self._normal())

    async def _tidy(self) -> None:
        """Remove what has been kept for long enough, and the oldest of what is too much, but never the newest."""
        keep = self._keep()
        finished = await self._repository.finished()
        sizes = await asyncio.to_thread(_sizes, self._folder, {job.id for job in (*finished, *self._waiting.values())})
        total = sum(sizes.values())
        for job in finished[:-1]:
            if job.updated_at < _now() - keep.seconds * 1000 or (total > keep.bytes and sizes.get(job.id)):
                total -= sizes.get(job.id, 0)
                await self._repository.remove(job.user_id, job.id)
                await asyncio.to_thread(shutil.rmtree, self._folder / job.id, ignore_errors=True)

    def _progressed(self, job_id: str, done: int) -> None:
        if self._running is not None and self._running[0].id == job_id:
            job, cancellation = self._running
            job = replace(job, done=done, updated_at=_now())
            self._running = job, cancellation
            self._bus.publish(JobChanged(job))

    async def _cancelled(self, job: Job) -> Job:
        await asyncio.to_thread(shutil.rmtree, self._folder / job.id, ignore_errors=True)
        cancelled = replace(job, state="cancelled", updated_at=_now())
        await self._settle(cancelled)
        return cancelled

    async def _failed(self, job: Job, reason: str, code: str | None = None) -> None:
        await asyncio.to_thread(shutil.rmtree, self._folder / job.id, ignore_errors=True)
        failed = replace(self._live(job), state="failed", error=reason, error_code=code, updated_at=_now())
        await self._settle(failed)

    async def _settle(self, job: Job) -> None:
        await self._repository.save(job)
        self._bus.publish(JobChanged(job))

    def _live(self, job: Job) -> Job:
        """Return the job with its progress where it runs just now."""
        running = self._running
        return running[0] if running is not None and running[0].id == job.id and not job.is_finished else job


def _sizes(folder: Path, known: Container[str]) -> dict[str, int]:
    """Return the bytes of each job's files; folders that belong to no job are removed."""
    sizes: dict[str, int] = {}
    for made in folder.iterdir() if folder.is_dir() else ():
        if made.name in known:
            sizes[made.name] = sum(file.stat().st_size for file in made.rglob("*") if file.is_file())
        elif made.is_dir():
            shutil.rmtree(made, ignore_errors=True)
    return sizes


def _safe(files: Sequence[MediaFile]) -> list[Path]:
    """Return where files lie; UnsafeAudioError where one broke its decoder and has not changed since."""
    for file in files:
        with contextlib.suppress(OSError):  # who opens it says why it cannot be read
            state = file.path.stat()
            if file.breaks_decoders(state.st_size, state.st_mtime_ns):
                raise UnsafeAudioError
    return [file.path for file in files]


def _now() -> int:
    return round(time.time() * 1000)
