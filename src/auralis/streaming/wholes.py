"""Continuous streams: sent while they are made, kept when they are whole, given up when nobody listens any more."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import IO, TYPE_CHECKING

import structlog

from auralis.cache import CacheStats, DiskCache, GrowingFile
from auralis.jobs import Cancellation, Urgency, Workers
from auralis.model.errors import AuralisError, OverloadedError, StorageError, UnavailableError
from auralis.streaming.spec import WholeSpec

if TYPE_CHECKING:
    from auralis.streaming.continuous import Continuous
    from auralis.streaming.render import Renderer

MOST_IN_THE_MAKING = 8
_RETRY_SECONDS = 5
_PIECE_BYTES = 1 << 16
_UNWRITABLE = "The cache cannot be written."
_SOON_SECONDS, _LATER_SECONDS = 15.0, 60.0
"""What is this much ahead of the listeners is as urgent as the head of a next track; further on, as nothing."""
_log = structlog.get_logger(__name__)


class Whole:
    """One listener's hold of a stream; ``size`` is None as long as it is in the making. To be closed."""

    def __init__(self, key: str, making: "_Making | None", kept: tuple[IO[bytes], int, int] | None) -> None:
        self.key = key
        self._making = making
        self._kept = kept
        self._at = 0

    @property
    def size(self) -> int | None:
        """Bytes of the whole stream."""
        if self._kept is not None:
            return self._kept[2]
        return self._making.size if self._making is not None else None

    @property
    def progress(self) -> float:
        """Share of what was made so far that this listener has taken."""
        made = 0 if self._making is None else self._making.file.size
        return self._at / made if made else 0.0

    async def completed(self) -> int:
        """Wait until the stream is whole, and return its size."""
        if self._making is not None:
            await self._making.wait(lambda: self.size is not None)
        return self.size or 0

    async def pieces(self, start: int = 0, stop: int | None = None) -> AsyncIterator[bytes]:
        """Yield the bytes from ``start`` up to ``stop`` as they are there, then close."""
        self._at = start
        try:
            while stop is None or self._at < stop:
                length = _PIECE_BYTES if stop is None else min(_PIECE_BYTES, stop - self._at)
                data = await asyncio.to_thread(self._read, self._at, length)
                if data:
                    self._at += len(data)
                    yield data
                elif self.size is not None:
                    return
                else:
                    await self._more()
        finally:
            self.close()

    async def _more(self) -> None:
        making = self._making
        assert making is not None
        await making.wait(lambda: making.size is not None or making.file.size > self._at)

    def close(self) -> None:
        """Listen no longer; what nobody listens to is given up."""
        making, kept = self._making, self._kept
        self._kept = None
        if kept is not None:
            kept[0].close()
        if making is not None:
            self._making = None
            making.leave(self)

    def _read(self, start: int, length: int) -> bytes:
        if self._kept is not None:
            file, begin, size = self._kept
            file.seek(begin + start)
            return file.read(min(length, max(0, size - start)))
        assert self._making is not None
        return self._making.file.read(start, length)


class _Making:
    """A stream that comes into being, for all who listen to it."""

    def __init__(self, spec: WholeSpec, file: GrowingFile, ended: Callable[[], None]) -> None:
        self.spec = spec
        self.file = file
        self.size: int | None = None
        self.error: Exception | None = None
        self.seconds = 0.0
        self.listeners: set[Whole] = set()
        self.task: asyncio.Task[None] | None = None
        self._ended = ended
        self._news = asyncio.Event()

    async def wait(self, ready: Callable[[], bool]) -> None:
        """Wait until ``ready``; raise what went wrong before."""
        while not ready():
            if self.error is not None:
                raise self.error
            await self._news.wait()

    def tell(self) -> None:
        """Wake all who wait."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    def fail(self, error: Exception) -> None:
        """Tell all who wait that there will be no more."""
        self.error = self.error or error
        self.tell()

    def leave(self, listener: Whole) -> None:
        """Take note that one listens no longer."""
        self.listeners.discard(listener)
        if not self.listeners:
            self._ended()

    @property
    def urgency(self) -> Urgency:
        """How soon a listener will have nothing left."""
        ahead = min((1.0 - listener.progress) * self.seconds for listener in self.listeners) if self.listeners else 0.0
        return Urgency.NOW if ahead < _SOON_SECONDS else Urgency.NEXT if ahead < _LATER_SECONDS else Urgency.BACKGROUND


class Wholes:
    """All continuous streams of a server."""

    def __init__(self, workers: Workers, disk: DiskCache, renderer: Callable[[], "Renderer"]) -> None:
        self._workers = workers
        self._disk = disk
        self._renderer = renderer
        self._making: dict[str, _Making] = {}

    async def find(self, key: str) -> Whole | None:
        """Return a hold of a stream that is whole, or None."""
        kept = await asyncio.to_thread(self._disk.open, key)
        return Whole(key, None, kept) if kept is not None else None

    async def open(self, spec: WholeSpec) -> Whole:
        """Return a hold of a stream, of which the first bytes are there.

        Raises
        ------
        OverloadedError
            When too many are in the making.
        StorageError
            When the disk refuses it.
        NotFoundError, MediaError
            When the track ends before the stream begins, or cannot be decoded.
        """
        key = spec.key
        found = await self.find(key)
        if found is not None:
            return found
        making = self._making.get(key) or await self._begin(key, spec)
        whole = Whole(key, making, None)
        making.listeners.add(whole)
        try:
            await making.wait(lambda: making.size is not None or making.file.size > 0)
        except BaseException:
            whole.close()
            raise
        return whole

    async def close(self) -> None:
        """Give up whatever is in the making."""
        for key in tuple(self._making):
            self._give_up(key)

    def stats(self) -> CacheStats:
        """Return what is kept, and how often it helped."""
        return self._disk.stats()

    def clear(self) -> None:
        """Forget every stream that is whole."""
        self._disk.clear()

    def __len__(self) -> int:
        """Count what is in the making."""
        return len(self._making)

    async def _begin(self, key: str, spec: WholeSpec) -> _Making:
        if len(self._making) >= MOST_IN_THE_MAKING:
            raise OverloadedError(_RETRY_SECONDS)
        try:
            file = await asyncio.to_thread(self._disk.begin, key)
        except OSError as error:
            raise StorageError.of(error, _UNWRITABLE) from error
        making = self._making.get(key)
        if making is not None:  # somebody else was quicker
            file.discard()
            return making
        making = self._making[key] = _Making(spec, file, lambda: self._give_up(key))
        making.task = asyncio.create_task(self._make(key, making), name="continuous stream")
        return making

    async def _make(self, key: str, making: _Making) -> None:
        work: list[Continuous] = []
        try:
            while not (work and work[0].done):
                await self._step(making, work)
                making.seconds = work[0].seconds
                making.tell()
            await asyncio.to_thread(making.file.keep)
            making.size = making.file.size
            making.tell()
        except OSError as error:
            making.fail(StorageError.of(error, _UNWRITABLE))
        except AuralisError as error:
            making.fail(error)
        except Exception as error:  # noqa: BLE001 - the edge of a task: whoever listens is told
            _log.exception("continuous stream failed")
            making.fail(error)
        finally:
            if self._making.get(key) is making:
                del self._making[key]
            making.file.discard()

    async def _step(self, making: _Making, work: "list[Continuous]") -> None:
        def run(cancellation: Cancellation) -> None:
            from auralis.streaming.continuous import Continuous  # noqa: PLC0415 - stays out of the server's start

            if not work:
                work.append(Continuous(making.spec))
            with self._renderer().tape(making.spec.sound.source) as tape:
                making.file.append(work[0].step(tape, cancellation.check))

        job = self._workers.submit(run, making.urgency, lane=making.spec.sound.source)
        try:
            await asyncio.shield(asyncio.wrap_future(job.future))
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if job.future.cancelled() and not (task and task.cancelling()):
                raise UnavailableError("The server is shutting down.") from None
            job.cancel()
            raise

    def _give_up(self, key: str) -> None:
        """Stop making a stream."""
        making = self._making.pop(key, None)
        if making is not None and making.task is not None:
            making.fail(UnavailableError("The server is shutting down."))
            making.task.cancel()
