"""Streaming as the doors see it: manifests, segments and transitions of tracks by their ids."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auralis.cache import DiskCache
from auralis.jobs import Urgency, Workers
from auralis.mastering.normal import BUILT_IN, NormalRange
from auralis.media.stream_formats import SegmentCodec
from auralis.model.errors import ConflictError, NotFoundError
from auralis.model.meters import READINGS_PER_SECOND
from auralis.model.player import PRESETS
from auralis.streaming.ahead import Ahead
from auralis.streaming.at_hand import AtHand
from auralis.streaming.comparing import Comparisons
from auralis.streaming.heads import Heads
from auralis.streaming.idle import Idle
from auralis.streaming.loudness import LoudnessMode
from auralis.streaming.manifest import manifest_document
from auralis.streaming.names import Names, Variant, validate
from auralis.streaming.segments import Segment, bounds, index_at
from auralis.streaming.sounds import Analysis, ReferenceBook, Sound, Sounds, StreamLibrary
from auralis.streaming.spec import StreamSpec
from auralis.streaming.tiers import SegmentTiers, StreamStats
from auralis.streaming.trials import Trials
from auralis.streaming.wholes import Wholes

if TYPE_CHECKING:
    from auralis.dsp.live import LiveLevels


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """Where segments are kept and how much of them; what waits how long: a manifest for a fingerprint, a next track."""

    cache_folder: Path
    memory_bytes: int = 64 << 20
    disk_bytes: int = 1 << 30
    whole_disk_bytes: int = 1 << 29
    pcm_bytes: int = 192 << 20
    patience_seconds: float = 8.0
    idle_seconds: float = 60.0
    breath_seconds: float = 1.0


class Streamer:
    """Serves tracks as rows of segments; every method runs on one event loop, the work in ``workers``."""

    def __init__(
        self,
        library: StreamLibrary,
        analysis: Analysis,
        workers: Workers,
        settings: StreamSettings,
        *,
        references: ReferenceBook | None = None,
        normal: Callable[[], NormalRange] = lambda: BUILT_IN,
        loudness: Callable[[], LoudnessMode] = lambda: "off",
    ) -> None:
        self._loudness = loudness
        self._settings = settings
        disk = DiskCache(settings.cache_folder, settings.disk_bytes)
        self._tiers = SegmentTiers(workers, settings.memory_bytes, disk, settings.pcm_bytes)
        self._ahead = Ahead(self._tiers)
        kept = DiskCache(settings.cache_folder.with_name("streams"), settings.whole_disk_bytes)
        self.wholes = Wholes(workers, kept, self._tiers.renderer)
        self._trials = Trials(self._tiers, settings.cache_folder.with_name("trials"))
        self._sounds = Sounds(library, analysis, self._tiers, self._trials, references=references, normal=normal)
        self._idle = Idle(settings.idle_seconds, self._tiers.release, lambda: self.stats().under_way > 0)
        self.names = Names(self._sounds, self._idle, loudness, settings.patience_seconds)
        self.comparisons = Comparisons(self.names, self._sounds, self._idle, loudness)
        self.heads = Heads(self.names, self._tiers, self._ahead, settings.breath_seconds)
        self.at_hand = AtHand(self.names, self._sounds, self._tiers)

    async def manifest(
        self,
        track_id: str,
        *,
        rate: int | None = None,
        preset: str = PRESETS[0],
        intensity: float = 1.0,
        loudness: LoudnessMode | None = None,
    ) -> dict[str, Any]:
        """Return all that a player needs to lay the track on its timeline, as JSON names it.

        A track that was not analysed yet is mastered by an estimate of how it sounds, and keeps to that plan for those
        who have its key; the next manifest is made from the whole. Where not even an estimate can be had, ``enhanced``
        is None with the reason beside it, and the original plays all the same.

        Raises
        ------
        NotFoundError, InvalidInputError
            For an unknown track, a rate, preset or intensity out of range.
        MediaError
            If not even the original can be decoded.
        """
        validate(rate, preset, intensity)
        loudness = loudness or self._loudness()
        source = await self.names.look(track_id)
        fingerprint, reason = await self._sounds.measured(track_id, source, self._settings.patience_seconds)
        plan = None
        if fingerprint is not None:
            sound = Sound(track_id, preset, intensity, album=loudness == "album")
            plan, reason = await self._sounds.planned(sound, source, fingerprint)
        facts = fingerprint or await self._tiers.facts(source)
        rate = rate or facts.sample_rate
        if plan is not None:
            self.names.issue(StreamSpec.enhanced(source, rate, plan), preset, intensity)
        return manifest_document(
            track_id,
            source,
            rate,
            facts,
            fingerprint=fingerprint,
            plan=plan,
            reason=reason,
            mode=loudness,
            album=await self._sounds.album_levels(track_id) if loudness == "album" else (),
        )

    async def segment(
        self,
        track_id: str,
        variant: Variant,
        n: int,
        *,
        rate: int | None = None,
        preset: str = PRESETS[0],
        intensity: float = 1.0,
        key: str | None = None,
        pair: tuple[Sound, Sound] | None = None,
        loudness: LoudnessMode | None = None,
        codec: SegmentCodec = "flac",
        listener: str | None = None,
    ) -> Segment:
        """Return segment ``n`` of a variant, and begin to render what comes after it.

        The variant ``ab`` is the original beside the enhanced sound, or any ``pair``. Listeners have their turns one
        after the other; ``listener`` tells whose this is.

        Raises
        ------
        InvalidInputError
            As of `manifest`, and for AAC in four channels or at a rate that it does not know.
        NotFoundError
            For an unknown track, or a segment beyond its end.
        ConflictError
            ``PLAN_CHANGED`` if ``key`` is given and is not the variant's key any more.
        MediaError
            If the file cannot be decoded, has gone, or changes while it is read.
        """
        validate(rate, preset, intensity, original=pair is not None)
        if n < 0:
            raise NotFoundError("segment", n)
        for sound in pair or ():
            validate(rate, sound.preset, sound.intensity, original=True)
        spec = await self.names.spec(track_id, variant, rate, preset, intensity, key=key, pair=pair, loudness=loudness)
        if key is not None and key != spec.key:
            raise ConflictError(
                "This sound is not current any more: fetch the manifest again.",
                code="PLAN_CHANGED",
                details={"current": spec.key},
            )
        spec = spec.coded(codec)
        self.names.asked(track_id, spec.rate)
        self._ahead.leave(spec, n)
        segment = await self._tiers.segment(spec, n, Urgency.NOW, listener)
        self._ahead.follow(spec, n, segment)
        return segment

    async def transition(
        self,
        track_id: str,
        before: Variant,
        after: Variant,
        frame: int,
        *,
        rate: int | None = None,
        preset: str = PRESETS[0],
        intensity: float = 1.0,
        from_preset: str | None = None,
        from_intensity: float | None = None,
        from_key: str | None = None,
        loudness: LoudnessMode | None = None,
        codec: SegmentCodec = "flac",
    ) -> Segment:
        """Return a piece that begins at any frame, fades from one variant to the other, and ends at a segment border.

        ``preset`` and ``intensity`` are those of ``after``, and of ``before`` too unless it has its own. ``from_key``
        names a sound of an earlier manifest: so a plan made from an estimate gives way to the one from the whole.

        Raises
        ------
        NotFoundError
            For an unknown track, or a frame beyond its end.
        InvalidInputError
            As of `segment`.
        """
        old_preset = from_preset or preset
        old_intensity = intensity if from_intensity is None else from_intensity
        validate(rate, preset, intensity)
        validate(rate, old_preset, old_intensity)
        if frame < 0:
            raise NotFoundError("segment", frame)
        if from_key is None:
            old = await self.names.heard(track_id, before, rate, old_preset, old_intensity, loudness)
        else:
            old = await self.names.spec(
                track_id, before, rate, old_preset, old_intensity, key=from_key, loudness=loudness
            )
        new = await self.names.heard(track_id, after, rate, preset, intensity, loudness)
        return await self._tiers.transition(old, new.coded(codec), frame)

    async def levels(
        self, track_id: str, variant: Variant, seconds: float, *, preset: str = PRESETS[0], intensity: float = 1.0
    ) -> "tuple[LiveLevels, int]":
        """Return what a meter shows around a moment of a track, and the number of the reading of that moment.

        Measured on the very segments that are played, at the rate at which the track was asked for last.

        Raises
        ------
        NotFoundError, InvalidInputError, MediaError
            As of `segment`.
        """
        validate(None, preset, intensity)
        spec = await self.names.heard(track_id, variant, self.names.asked_rate(track_id), preset, intensity, None)
        n = index_at(max(0, int(seconds * spec.rate)), spec.rate)
        levels = await self._tiers.levels(spec, n)
        reading = int((seconds - bounds(n, spec.rate)[0] / spec.rate) * READINGS_PER_SECOND)
        return levels, min(max(0, reading), len(levels) - 1)

    def warm(self) -> None:
        """Load and run all that rendering needs; takes seconds, so call it from a thread of its own."""
        self._tiers.renderer()
        self._tiers.stats()
        from auralis.streaming.render import warm  # noqa: PLC0415 - stays out of the server's start

        warm()

    def stats(self) -> StreamStats:
        """Return what the caches hold and how often they helped."""
        return self._tiers.stats()

    def clear(self) -> None:
        """Forget every cached segment and stream, in memory and on disk; blocks a moment."""
        self._tiers.clear()
        self.wholes.clear()
        self._trials.clear()

    async def close(self) -> None:
        """Stop rendering ahead and close files."""
        self._idle.cancel()
        await self._ahead.close()
        await self.wholes.close()
        await asyncio.to_thread(self._tiers.release)
