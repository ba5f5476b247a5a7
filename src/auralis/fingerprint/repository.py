"""What the analysis asks of the library, whoever keeps it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from auralis.model.fingerprint import Fingerprint
from auralis.model.library import MediaFile


class Counts(Protocol):
    """How far the analysis has come."""

    @property
    def done(self) -> int:
        """Tracks with a fingerprint."""
        ...

    @property
    def total(self) -> int:
        """Tracks in all."""
        ...

    @property
    def failed(self) -> int:
        """Tracks that could not be measured."""
        ...


class FingerprintRepository(Protocol):
    """What the analysis asks of the library."""

    async def media_path(self, track_id: str) -> Path:
        """Return the file of a track; NotFoundError if there is no such track."""
        ...

    async def media_file(self, track_id: str) -> MediaFile:
        """Return the same with its state when the library read it, and whether that broke a decoder."""
        ...

    async def fingerprint(self, track_id: str) -> Fingerprint:
        """Return what is stored, of whatever version; NotFoundError if nothing is."""
        ...

    async def save_fingerprint(self, track_id: str, fingerprint: Fingerprint) -> None:
        """Store a fingerprint."""
        ...

    async def tracks_to_analyse(self, version: int, limit: int) -> list[str]:
        """Return tracks on which ``version`` has not been tried yet."""
        ...

    async def analysis_counts(self, version: int) -> Counts:
        """Count what is done, what there is, and what failed."""
        ...

    async def record_analysis_failure(self, track_id: str, reason: str, version: int, *, unsafe: bool = False) -> None:
        """Note that ``version`` could not measure a track, and why; ``unsafe`` if its process died or hung."""
        ...


class VectorRepository(Protocol):
    """What the search for alike tracks asks of the library."""

    async def vectors(self, ids: Sequence[str]) -> list[tuple[str, bytes]]:
        """Return id and vector, 25 floats of single precision, of those of the tracks named that have one."""
        ...

    async def vectors_page(self, after: int, limit: int) -> tuple[list[tuple[str, bytes]], int]:
        """Return the same of the next ``limit`` of all tracks, and where to go on from: 0 begins, and ends."""
        ...

    async def count_vectors(self) -> int:
        """Count the tracks that have a vector."""
        ...

    async def fingerprint(self, track_id: str) -> Fingerprint:
        """Return what is stored, of whatever version; NotFoundError if nothing is."""
        ...
