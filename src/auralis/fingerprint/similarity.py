"""Tracks that sound alike: the vectors of the library, loaded when they are first asked for and kept up to date."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from auralis.bus import Bus
from auralis.fingerprint.repository import VectorRepository
from auralis.model.events import LibraryChanged, TrackAnalysed
from auralis.model.fingerprint import DIMENSIONS

if TYPE_CHECKING:
    from auralis.fingerprint.atlas import Region, Sheet
    from auralis.fingerprint.vectors import Match, Ranges, Table, VectorIndex

T = TypeVar("T")
Passing = Callable[[Sequence[str] | None], Awaitable[Sequence[str]]]
_PAGE = 20_000
_TRIED = 400


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, of how many tracks, and on how many of them its measure is fitted (0: on none of them)."""

    matches: list[Match]
    tracks: int
    fitted: int


class SimilarityService:
    """Finds tracks by their fingerprints, and tells where they lie on the map of the library."""

    def __init__(self, repository: VectorRepository, bus: Bus) -> None:
        self._repository = repository
        self._index: VectorIndex | None = None
        self._analysed: set[str] = set()
        self._may_lack = False
        self._turn = asyncio.Lock()
        bus.subscribe(TrackAnalysed, lambda event: self._analysed.add(event.track_id))
        bus.subscribe(LibraryChanged, self._library_changed)

    async def search(
        self,
        like: Sequence[str],
        away: Sequence[str],
        ranges: Ranges,
        limit: int,
        passing: Passing | None = None,
    ) -> Found:
        """Return tracks that sound like some and not like others, within ranges of dimensions.

        ``passing`` narrows by what the library knows: it is given ids and returns those that pass, or all that do.

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
            found = partial(index.nearest, liked, shunned, ranges)
            named = (*like, *away)
            if passing is None:
                matches = await asyncio.to_thread(found, limit, named)
            else:
                matches = await self._passing(index, found, limit, named, passing)
            return Found(matches, len(index), index.space.fitted)

    async def map(self, region: Region, limit: int, dimension: str | None = None, named: Sequence[str] = ()) -> Sheet:
        """Return the tracks within a region of the map, ``limit`` of them spread evenly where there are more.

        Parameters
        ----------
        region
            Where to look.
        limit
            The most tracks to tell.
        dimension
            Whose values to tell beside the places.
        named
            Tracks that are told in any case, if they are on the map.
        """
        from auralis.fingerprint.atlas import draw  # noqa: PLC0415 - numpy stays out of the server's start

        return await self._with_index(lambda index: draw(index, region, limit, dimension, named))

    async def _passing(
        self, index: VectorIndex, found: Callable[..., list[Match]], limit: int, named: Sequence[str], passing: Passing
    ) -> list[Match]:
        """Try the nearest first; where too few of them pass, few pass at all, and these are searched."""
        matches = await asyncio.to_thread(found, limit + _TRIED, named)
        kept = set(await passing([match.track_id for match in matches]))
        few = [match for match in matches if match.track_id in kept]
        if len(few) < limit and len(matches) == limit + _TRIED:
            rows = index.rows(await passing(None))
            return await asyncio.to_thread(found, limit, named, rows)
        return few[:limit]

    async def _with_index(self, work: Callable[[VectorIndex], T]) -> T:
        # One at a time: an index that is being brought up to date must not be read.
        async with self._turn:
            index = await self._up_to_date()
            return await asyncio.to_thread(work, index)

    def _library_changed(self, _: LibraryChanged) -> None:
        self._may_lack = True

    async def _vector(self, index: VectorIndex, track_id: str) -> Table:
        known = index.vector(track_id)
        if known is not None:
            return known
        import numpy as np  # noqa: PLC0415 - numpy stays out of the server's start

        # One that was measured by an older version has no vector yet.
        return np.array((await self._repository.fingerprint(track_id)).vector(), np.float32)

    async def _up_to_date(self) -> VectorIndex:
        changed, self._analysed = self._analysed, set()
        lacks, self._may_lack = self._may_lack, False
        try:
            index = self._index
            if index is not None and changed:
                await asyncio.to_thread(index.update, *_table(await self._repository.vectors(sorted(changed))))
            if index is None or (lacks and await self._repository.count_vectors() != len(index)):
                index = self._index = await self._load()
        except BaseException:
            self._analysed |= changed
            self._may_lack |= lacks
            raise
        return index

    async def _load(self) -> VectorIndex:
        ids: list[str] = []
        tables = []
        place = -1
        while place:
            rows, place = await self._repository.vectors_page(max(0, place), _PAGE)
            of_page, table = _table(rows)
            ids += of_page
            tables.append(table)
        return await asyncio.to_thread(_index, ids, tables)


def _index(ids: Sequence[str], tables: Sequence[Table]) -> VectorIndex:
    import numpy as np  # noqa: PLC0415 - numpy stays out of the server's start

    from auralis.fingerprint.vectors import VectorIndex  # noqa: PLC0415 - the same

    return VectorIndex(ids, np.concatenate(tables))


def _table(rows: Sequence[tuple[str, bytes]]) -> tuple[list[str], Table]:
    import numpy as np  # noqa: PLC0415 - numpy stays out of the server's start

    packed = b"".join(vector for _, vector in rows)
    return [track_id for track_id, _ in rows], np.frombuffer(packed, "<f4").reshape(-1, len(DIMENSIONS)).copy()
