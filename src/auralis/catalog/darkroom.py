"""Pictures decoded apart from the server: what crashes, hangs or fills the memory costs that picture alone."""

import asyncio
from collections.abc import Callable
from typing import Literal, ParamSpec, TypeVar

from auralis.jobs import WorkerCrashedError, WorkerProcess, WorkerTimeoutError
from auralis.media.pictures import looked_at, resized
from auralis.model.errors import MediaError
from auralis.store.library.album_artwork import PictureLook

P = ParamSpec("P")
T = TypeVar("T")

PROCESSES = 2
SECONDS = 15.0
MEMORY_BYTES = 1 << 30
IDLE_SECONDS = 30.0


class Darkroom:
    """A few processes for pictures, started when there is one to be seen and let go when there is none for a while."""

    def __init__(self, processes: int = PROCESSES, *, seconds: float = SECONDS) -> None:
        self._free = [WorkerProcess(niceness=2, memory_bytes=MEMORY_BYTES) for _ in range(processes)]
        self._all = tuple(self._free)
        self._turns = asyncio.Semaphore(processes)
        self._seconds = seconds
        self._rest: asyncio.TimerHandle | None = None

    async def resize(self, image: bytes, size: int, image_format: Literal["webp", "jpeg"]) -> bytes:
        """Return a picture at most ``size`` pixels in each direction.

        Raises
        ------
        MediaError
            ``UNREADABLE_IMAGE`` if it cannot be decoded, or not within the time and memory that a picture may take.
        """
        return await self._develop(resized, image, size, image_format)

    async def look_at(self, image: bytes) -> PictureLook:
        """Return what a picture looks like; raise ``MediaError`` as `resize` does."""
        return PictureLook(*await self._develop(looked_at, image))

    async def close(self) -> None:
        """End the processes."""
        if self._rest is not None:
            self._rest.cancel()
        for process in self._all:
            await asyncio.to_thread(process.close)

    async def _develop(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        async with self._turns:
            process = self._free.pop()
            try:
                return await asyncio.to_thread(process.run, self._seconds, work, *args, **kwargs)
            except (WorkerCrashedError, WorkerTimeoutError, MemoryError) as error:
                raise MediaError("The image cannot be decoded.", code="UNREADABLE_IMAGE") from error
            finally:
                self._free.append(process)
                self._rest_later()

    def _rest_later(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
        self._rest = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._let_go)

    def _let_go(self) -> None:
        # The last used stands last; those in use are not here.
        for process in self._free:
            asyncio.get_running_loop().run_in_executor(None, process.stop)
