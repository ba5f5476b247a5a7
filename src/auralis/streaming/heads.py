"""The heads of tracks that will be heard, or may be, rendered before anybody waits for them."""

import asyncio
import contextlib
from collections.abc import Sequence

from auralis.jobs import Urgency
from auralis.media.stream_formats import AAC_RATES, SegmentCodec
from auralis.model.errors import MediaError, NotFoundError
from auralis.model.player import PRESETS
from auralis.streaming.ahead import Ahead
from auralis.streaming.names import Names, Variant, validate
from auralis.streaming.tiers import SegmentTiers

HEAD_SEGMENTS = 3


class Heads:
    """Makes the first segments of tracks."""

    def __init__(self, names: Names, tiers: SegmentTiers, ahead: Ahead, breath_seconds: float) -> None:
        self._breath_seconds = breath_seconds
        self._names = names
        self._tiers = tiers
        self._ahead = ahead
        self.warming = (0, 0)
        """How many of the tracks to be warmed are done, and how many there are."""

    def prepare_next(
        self,
        track_id: str,
        variant: Variant,
        *,
        rate: int | None = None,
        preset: str = PRESETS[0],
        intensity: float = 1.0,
        codec: SegmentCodec = "flac",
        after: str | None = None,
    ) -> None:
        """Begin to render the head of the track that plays next, in place of any prepared before; returns at once.

        Without a ``rate`` it is that of the timeline on which the track ``after`` is heard, or the track's own. It
        begins a breath later: who has just pressed play waits for the first sound of the track before.
        """

        async def work() -> None:
            await asyncio.sleep(self._breath_seconds)
            timeline = rate or (self._names.asked_rate(after) if after is not None else None)
            await self._prepare(track_id, variant, timeline, preset, intensity, codec=codec)

        self._ahead.prepare((track_id, variant, rate, preset, intensity, codec, after), work)

    def warm(
        self, track_ids: Sequence[str], variant: Variant, *, preset: str = PRESETS[0], intensity: float = 1.0
    ) -> None:
        """Begin to render the heads of tracks that may be played, in place of those begun before; returns at once."""
        self.warming = (0, len(track_ids))

        async def work() -> None:
            for done, track_id in enumerate(track_ids, 1):
                with contextlib.suppress(NotFoundError, MediaError):
                    await self._prepare(track_id, variant, None, preset, intensity, Urgency.WARM)
                self.warming = (done, len(track_ids))

        self._ahead.warm(work)

    async def _prepare(
        self,
        track_id: str,
        variant: Variant,
        rate: int | None,
        preset: str,
        intensity: float,
        urgency: Urgency = Urgency.NEXT,
        codec: SegmentCodec = "flac",
    ) -> None:
        validate(rate, preset, intensity)
        spec = await self._names.spec(track_id, variant, rate, preset, intensity, urgency)
        spec = spec.coded(codec if spec.rate in AAC_RATES else "flac")
        for n in range(HEAD_SEGMENTS):
            if (await self._tiers.segment(spec, n, urgency)).final:
                return
