"""References: tracks of the library and uploaded files that a listener wants other tracks to come near to."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath
from typing import Protocol

from auralis.bus import Bus
from auralis.fingerprint.service import measure_file
from auralis.jobs import Urgency, WorkerCrashedError, WorkerProcess, WorkerTimeoutError
from auralis.kit.files import replacing
from auralis.kit.ids import new_id
from auralis.model.errors import (
    AuralisError,
    ConflictError,
    FieldError,
    InvalidInputError,
    MediaError,
    NotFoundError,
    RequestError,
    StorageError,
)
from auralis.model.events import ReferenceLoaded
from auralis.model.fingerprint import SILENCE_LUFS, Fingerprint
from auralis.model.library import AUDIO_SUFFIXES
from auralis.model.references import Reference

MOST_REFERENCES = 100
LARGEST_FILE = 256 << 20
LONGEST_SECONDS = 1800
_TOO_LARGE = f"A reference has at most {LARGEST_FILE >> 20} MB."
_LONGEST_NAME = 200
_MEASURING_SECONDS = 120.0
_MEMORY_BYTES = 2 << 30


class ReferenceRepository(Protocol):
    """Where references are kept."""

    async def add(self, reference: Reference) -> None:
        """Keep a reference."""
        ...

    async def read(self, reference_id: str) -> Reference | None:
        """Return a reference, or None."""
        ...

    async def list_references(self, user_id: str) -> list[Reference]:
        """Return a user's references, the newest first."""
        ...

    async def page_of_references(
        self, user_id: str, offset: int, limit: int, cursor: str | None = None
    ) -> tuple[list[Reference], int, str | None]:
        """Return a page of a user's references, the newest first, how many there are, and the next page's cursor."""
        ...

    async def remove(self, user_id: str, reference_id: str) -> None:
        """Forget a reference."""
        ...


class Analysis(Protocol):
    """What references ask of the analysis."""

    async def ensure(self, track_id: str, urgency: Urgency = Urgency.NOW) -> Fingerprint:
        """Return the track's fingerprint, measured now if there is none; MediaError if it cannot be measured."""
        ...


class References:
    """References by id. An uploaded file is probed and measured in a process of its own before it counts."""

    def __init__(self, repository: ReferenceRepository, analysis: Analysis, bus: Bus, folder: Path) -> None:
        self._repository = repository
        self._analysis = analysis
        self._bus = bus
        self._folder = folder
        self._process = WorkerProcess(memory_bytes=_MEMORY_BYTES)
        self._measuring = asyncio.Lock()

    async def add_track(self, user_id: str, track_id: str, name: str) -> Reference:
        """Make a track of the library a reference.

        Raises
        ------
        NotFoundError, MediaError, InvalidInputError
            If there is no such track, or it cannot be measured, or is silent.
        ConflictError
            ``TOO_MANY_REFERENCES``.
        """
        await self._require_room(user_id)
        fingerprint = await self._analysis.ensure(track_id)
        return await self._keep(user_id, name, fingerprint, track_id=track_id)

    async def add_file(self, user_id: str, file_name: str, chunks: AsyncIterator[bytes]) -> Reference:
        """Make an uploaded file a reference; ``file_name`` is what the client calls it.

        Raises
        ------
        InvalidInputError
            If it is no audio file by its name, too long, or silent.
        MediaError
            If it cannot be measured.
        RequestError
            ``PAYLOAD_TOO_LARGE``.
        ConflictError
            ``TOO_MANY_REFERENCES``.
        StorageError
            If it cannot be kept.
        """
        path = PurePosixPath(file_name.replace("\\", "/"))
        if path.suffix.lower() not in AUDIO_SUFFIXES:
            raise _refused("must be an audio file by its name", path.name)
        await self._require_room(user_id)
        target = self._folder / f"{new_id()}{path.suffix.lower()}"
        await _store(target, chunks)
        try:
            fingerprint = await self._measure(target)
            return await self._keep(user_id, path.stem, fingerprint, file=target.name)
        except BaseException:
            target.unlink(missing_ok=True)
            raise

    async def page_of_references(
        self, user_id: str, offset: int, limit: int, cursor: str | None = None
    ) -> tuple[list[Reference], int, str | None]:
        """Return a page of a user's references, the newest first, how many there are, and the next page's cursor."""
        return await self._repository.page_of_references(user_id, offset, limit, cursor)

    async def reference(self, reference_id: str) -> Reference:
        """Return a reference; NotFoundError if there is none."""
        found = await self._repository.read(reference_id)
        if found is None:
            raise NotFoundError("reference", reference_id)
        return found

    def path(self, reference: Reference) -> Path | None:
        """Return the uploaded file of a reference, or None where it is a track."""
        return None if reference.file is None else self._folder / reference.file

    async def remove(self, user_id: str, reference_id: str) -> Reference:
        """Forget a reference, and remove its file; what was made by it stays. Return what it was."""
        reference = await self.reference(reference_id)
        if reference.user_id != user_id:
            raise NotFoundError("reference", reference_id)
        await self._repository.remove(user_id, reference_id)
        path = self.path(reference)
        if path is not None:
            await asyncio.to_thread(path.unlink, missing_ok=True)
        return reference

    async def close(self) -> None:
        """Stop what is being measured."""
        await asyncio.to_thread(self._process.close)

    async def _require_room(self, user_id: str) -> None:
        if len(await self._repository.list_references(user_id)) >= MOST_REFERENCES:
            message = f"There are {MOST_REFERENCES} references already: remove one first."
            raise ConflictError(message, code="TOO_MANY_REFERENCES")

    async def _measure(self, path: Path) -> Fingerprint:
        async with self._measuring:
            try:
                return await asyncio.to_thread(self._process.run, _MEASURING_SECONDS, measure_file, path)
            except WorkerTimeoutError as error:
                raise MediaError("The file takes too long to measure.") from error
            except WorkerCrashedError as error:
                raise MediaError("The file cannot be measured.") from error
            except AuralisError:
                raise
            except Exception as error:
                raise MediaError("The file cannot be measured.") from error
            finally:
                # The process holds all that measuring loads, and the next upload may be days away.
                await asyncio.to_thread(self._process.stop)

    async def _keep(
        self,
        user_id: str,
        name: str,
        fingerprint: Fingerprint,
        *,
        track_id: str | None = None,
        file: str | None = None,
    ) -> Reference:
        if fingerprint.dimensions["loudness_lufs"] <= SILENCE_LUFS:
            raise _refused("holds no sound to come near to", name)
        seconds = fingerprint.frames / fingerprint.sample_rate
        if track_id is None and seconds > LONGEST_SECONDS:
            raise _refused(f"is longer than {LONGEST_SECONDS // 60} minutes", round(seconds))
        shown = name.strip()[:_LONGEST_NAME] or "Reference"
        now = round(time.time() * 1000)
        reference = Reference(new_id(), user_id, shown, track_id, file, fingerprint, now)
        await self._repository.add(reference)
        self._bus.publish(ReferenceLoaded(reference))
        return reference


async def _store(target: Path, chunks: AsyncIterator[bytes]) -> None:
    """Write what comes to a file, which appears whole or not at all, and within its bounds."""
    try:
        await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
        with replacing(target) as unfinished:
            written = 0
            with unfinished.open("wb") as file:
                async for chunk in chunks:
                    written += len(chunk)
                    if written > LARGEST_FILE:
                        raise RequestError(_TOO_LARGE, code="PAYLOAD_TOO_LARGE")
                    await asyncio.to_thread(file.write, chunk)
            if not written:
                raise _refused("is empty")
    except OSError as error:
        raise StorageError.of(error, "The reference cannot be kept.") from error


def _refused(why: str, value: object = None) -> InvalidInputError:
    return InvalidInputError(f"The file {why}.", [FieldError("file", why, value)])
