"""What a player remembers: its state and every change of its queue, kept in order and acknowledged when on disk."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Protocol

import structlog

from auralis.model.errors import AuralisError
from auralis.model.queue import Change, Memento, Recalled

_log = structlog.get_logger(__name__)


class PlayerMemory(Protocol):
    """Where a player's state outlives the server."""

    async def recall(self, user_id: str) -> Recalled | None:
        """Return what was kept last, or None."""
        ...

    async def keep(self, user_id: str, memento: Memento) -> None:
        """Keep a state with all that led to it, wholly or not at all; it is on disk when this returns."""
        ...

    async def change(self, user_id: str, revision: int) -> Change | None:
        """Return the change that led to a revision of the queue, if it is still known."""
        ...


@dataclass(slots=True)
class _Batch:
    changes: list[tuple[int, Change]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    done: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Keeper:
    """Writes behind one player: what happens while it writes is written together next."""

    def __init__(self, memory: PlayerMemory, user_id: str) -> None:
        self._memory = memory
        self._user_id = user_id
        self._waiting: _Batch | None = None
        self._written: _Batch | None = None
        self._newest: Memento | None = None
        self._unsaved: tuple[list[tuple[int, Change]], list[str]] = ([], [])
        self._task: asyncio.Task[None] | None = None

    def keep(self, memento: Memento) -> None:
        """Have a state written soon."""
        if self._waiting is None:
            self._waiting = _Batch()
        self._waiting.changes += memento.changes
        self._waiting.commands += memento.commands
        self._newest = memento
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._write())

    async def kept(self) -> None:
        """Wait until all that was given so far is on disk.

        Raises
        ------
        StorageError
            When it could not be written.
        """
        batch = self._waiting or self._written
        if batch is not None:
            await asyncio.shield(batch.done)

    async def _write(self) -> None:
        while self._waiting is not None and self._newest is not None:
            batch, self._waiting = self._waiting, None
            self._written = batch
            newest = self._newest
            changes = self._unsaved[0] + batch.changes
            commands = self._unsaved[1] + batch.commands
            whole = replace(newest, changes=changes, commands=commands)
            try:
                await self._memory.keep(self._user_id, whole)
            except AuralisError as error:
                self._unsaved = changes, commands  # they go with the next state: no change may be left out
                _log.error("the player could not be saved", code=error.code, reason=error.message)
                batch.done.set_exception(error)
                batch.done.exception()  # whoever waits is told; where nobody does, the log has said it
            else:
                self._unsaved = [], []
                batch.done.set_result(None)
            self._written = None
