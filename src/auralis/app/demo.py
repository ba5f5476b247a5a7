"""Makes the demo library for a server that has no music yet, while the server already answers."""

import asyncio
from pathlib import Path

import structlog

from auralis.bus import Bus
from auralis.catalog.folders import LibraryFolders
from auralis.model.errors import AuralisError
from auralis.model.events import DemoProgressed
from auralis.scanner import Scanner

_log = structlog.get_logger(__name__)


class DemoMaker:
    """Composes the demo library in the background, adds its folder, and has it scanned."""

    def __init__(self, folders: LibraryFolders, scanner: Scanner, bus: Bus, target: Path) -> None:
        self._folders = folders
        self._scanner = scanner
        self._bus = bus
        self._target = target
        self._task: asyncio.Task[None] | None = None

    def start_where_empty(self) -> None:
        """Begin, unless the library has folders of its own."""
        if all(folder.kind == "demo" for folder in self._folders.all()):
            self._task = asyncio.create_task(self._make())

    async def close(self) -> None:
        """Wait for the piece in hand no longer than needed; an incomplete library is completed the next time."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _make(self) -> None:
        try:
            await asyncio.to_thread(self._compose)
        except (AuralisError, OSError) as error:
            _log.error("the demo library could not be made", reason=str(error))
            return
        await asyncio.to_thread(self._folders.add, self._target, "demo")
        self._scanner.start()

    def _compose(self) -> None:
        from auralis.demo.library import make_demo_library  # noqa: PLC0415  (synthesis is needed here alone)

        make_demo_library(self._target, lambda done, total: self._bus.publish(DemoProgressed(done, total)))
