"""What plans have come to when they were tried on the file itself; kept on disk, for it stays true."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from auralis.cache import DiskCache, MemoryCache
from auralis.jobs import Urgency
from auralis.mastering.document import MasteringPlan
from auralis.streaming.source import SourceFile, digest
from auralis.streaming.spec import StreamSpec
from auralis.streaming.tiers import SegmentTiers

TRIAL_VERSION = 1
"""Goes up when a trial would come to something else than before."""
_REMEMBERED = 256
_DISK_BYTES = 8 << 20

Figures = tuple[float, ...]


class Trials:
    """Plans held against the sound that they make, each once: the figures outlive a restart."""

    def __init__(self, tiers: SegmentTiers, folder: Path) -> None:
        self._tiers = tiers
        self._known: MemoryCache[Figures] = MemoryCache(_REMEMBERED, lambda _: 1)
        self._disk = DiskCache(folder, _DISK_BYTES)

    async def corrected(
        self, source: SourceFile, plan: MasteringPlan, seconds: float, urgency: Urgency
    ) -> MasteringPlan:
        """Return the plan as it can be followed: where figures alone are not to be trusted, held against excerpts."""
        from auralis.mastering import trial  # noqa: PLC0415 - stays out of the server's start

        if not trial.needs_trial(plan):
            return plan

        async def tried() -> Figures:
            found = await self._tiers.tried(source, plan, seconds, urgency)
            return found.gain_db, found.predicted_loudness_lufs

        gain_db, promised = await self._figures(
            digest("excerpts", TRIAL_VERSION, source.identity, plan.plan_hash), tried
        )
        return trial.with_level(replace(plan, gain_db=gain_db), promised)

    async def loudness(self, spec: StreamSpec, urgency: Urgency) -> float:
        """Return how loud a track comes out of two speakers, LUFS: rendered and measured from end to end."""

        async def heard() -> Figures:
            return (await self._tiers.heard(spec, urgency),)

        return (await self._figures(digest("whole", TRIAL_VERSION, spec.key), heard))[0]

    def clear(self) -> None:
        """Forget every figure, in memory and on disk; blocks a moment."""
        self._known.clear()
        self._disk.clear()

    async def _figures(self, key: str, measure: Callable[[], Awaitable[Figures]]) -> Figures:
        known = self._known.get(key)
        if known is None:
            stored = await asyncio.to_thread(self._disk.get, key)
            known = tuple(json.loads(stored)) if stored is not None else None
        if known is None:
            known = await measure()
            await asyncio.to_thread(self._disk.put, key, json.dumps(known).encode())
        self._known.put(key, known)
        return known
