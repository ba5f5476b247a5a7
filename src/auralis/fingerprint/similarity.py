"""Tracks that sound alike: the vectors of the library, loaded when they are first asked for and kept up to date."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from auralis.bus import Bus
from auralis.fingerprint.repository import VectorRepository
from auralis.fingerprint.vectors import Match, Ranges, Table, VectorIndex
from auralis.model.events import TrackAnalysed
from auralis.model.fingerprint import DIMENSIONS


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, of how many tracks, and on how many of them its measure is fitted (0: on none of them)."""

    matches: list[Match]
    tracks: int
    fitted: int


class SimilarityService:
    """Finds tracks by their fingerprints."""

    def __init__(self, repository: VectorRepository, bus: Bus) -> None:
        self._repository = repository
        self._index: VectorIndex | None = None
        self._analysed: set[str] = set()
        self._turn = asyncio.Lock()
        bus.subscribe(TrackAnalysed, lambda event: self._analysed.add(event.track_id))

    async def search(self, like: Sequence[str], away: Sequence[str], ranges: Ranges, limit: int) -> Found:
        """Return tracks that sound like some and not like others, within ranges of dimensions.

        Raises
        ------
        NotFoundError
            If a track that is named is not there, or has no fingerprint yet.
        """
        # One at a time: an index that is being brought up to date must not be read.
        async with self._turn:
            index = await self._up_to_date()
            liked = [await self._vector(index, track_id) for track_id in like]
            shunned = [await self._vector(index, track_id) for track_id in away]
            matches = await asyncio.to_thread(index.nearest, liked, shunned, ranges, limit, (*like, *away))
            return Found(matches, len(index), index.space.fitted)

    async def _vector(self, index: VectorIndex, track_id: str) -> Table:
        known = index.vector(track_id)
        # One that was measured by an older version has no vector yet.
        return np.array((await self._repository.fingerprint(track_id)).vector(), np.float32) if known is None else known

    async def _up_to_date(self) -> VectorIndex:
        changed, self._analysed = self._analysed, set()
        try:
            if self._index is None:
                self._index = await asyncio.to_thread(VectorIndex, *_table(await self._repository.vectors()))
            elif changed:
                await asyncio.to_thread(self._index.update, *_table(await self._repository.vectors(sorted(changed))))
        except BaseException:
            self._analysed |= changed
            raise
        return self._index


def _table(rows: Sequence[tuple[str, bytes]]) -> tuple[list[str], Table]:
    packed = b"".join(vector for _, vector in rows)
    return [track_id for track_id, _ in rows], np.frombuffer(packed, "<f4").reshape(-1, len(DIMENSIONS)).copy()
