"""Streaming as the doors see it: manifests, segments and transitions of tracks by their ids."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from auralis.cache import DiskCache, MemoryCache
from auralis.jobs import Urgency, Workers
from auralis.mastering.normal import BUILT_IN, NormalRange
from auralis.media.stream_formats import (
    AAC_RATES,
    DEFAULT_BITRATES,
    SegmentCodec,
    StreamFormat,
    nearest_rate,
    stream_rates,
)
from auralis.model.errors import ConflictError, FieldError, InvalidInputError, MediaError, NotFoundError
from auralis.model.meters import READINGS_PER_SECOND
from auralis.model.player import PRESETS, is_preset
from auralis.streaming.ahead import Ahead
from auralis.streaming.loudness import LoudnessMode
from auralis.streaming.manifest import manifest_document
from auralis.streaming.segments import Segment, bounds, index_at, resampled_frames, table
from auralis.streaming.sounds import ORIGINAL, Analysis, ReferenceBook, Sound, Sounds, StreamLibrary
from auralis.streaming.source import SourceFile
from auralis.streaming.spec import StreamSpec, WholeSpec
from auralis.streaming.tiers import SegmentTiers, StreamStats
from auralis.streaming.trials import Trials
from auralis.streaming.wholes import Wholes

if TYPE_CHECKING:
    from auralis.dsp.live import LiveLevels

Alone = Literal["original", "enhanced"]
Variant = Literal["original", "enhanced", "ab"]

HEAD_SEGMENTS = 3
LOWEST_RATE, HIGHEST_RATE = 8_000, 192_000
_REMEMBERED = 128


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """Where segments are kept and how much of them; how long a manifest waits for a fingerprint."""

    cache_folder: Path
    memory_bytes: int = 64 << 20
    disk_bytes: int = 1 << 30
    whole_disk_bytes: int = 1 << 29
    pcm_bytes: int = 192 << 20
    patience_seconds: float = 8.0
    idle_seconds: float = 60.0


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
        self._asked_rates: MemoryCache[int] = MemoryCache(_REMEMBERED, lambda _: 1)
        self._issued: MemoryCache[StreamSpec] = MemoryCache(_REMEMBERED, lambda _: 1)
        self.warming = (0, 0)
        """How many of the tracks to be warmed are done, and how many there are."""
        self._rest: asyncio.TimerHandle | None = None

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
        _validate(rate, preset, intensity)
        loudness = loudness or self._loudness()
        source = await self._look(track_id)
        fingerprint, reason = await self._sounds.measured(track_id, source, self._settings.patience_seconds)
        plan = None
        if fingerprint is not None:
            sound = Sound(track_id, preset, intensity, album=loudness == "album")
            plan, reason = await self._sounds.planned(sound, source, fingerprint)
        facts = fingerprint or await self._tiers.facts(source)
        rate = rate or facts.sample_rate
        if plan is not None:
            self._issue(StreamSpec.enhanced(source, rate, plan), preset, intensity)
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
        _validate(rate, preset, intensity, original=pair is not None)
        if n < 0:
            raise NotFoundError("segment", n)
        for sound in pair or ():
            _validate(rate, sound.preset, sound.intensity, original=True)
        spec = await self._spec(track_id, variant, rate, preset, intensity, key=key, pair=pair, loudness=loudness)
        if key is not None and key != spec.key:
            raise ConflictError(
                "This sound is not current any more: fetch the manifest again.",
                code="PLAN_CHANGED",
                details={"current": spec.key},
            )
        if codec == "aac" and (variant == "ab" or spec.rate not in AAC_RATES):
            problem = FieldError("codec", "AAC has two channels and the usual rates up to 96000 Hz", codec)
            raise InvalidInputError("The segment cannot be coded so.", [problem])
        self._asked_rates.put(track_id, spec.rate)
        spec = replace(spec, codec=codec)
        self._ahead.leave(spec, n)
        segment = await self._tiers.segment(spec, n, Urgency.NOW, listener)
        self._ahead.follow(spec, n, segment)
        return segment

    async def comparison(self, first: Sound, second: Sound, *, rate: int | None = None) -> dict[str, Any]:
        """Return what a player must know to play two sounds beside each other, as JSON names it.

        Raises
        ------
        NotFoundError, InvalidInputError, MediaError
            As of `manifest`; here the tracks must be measured, too.
        """
        for sound in (first, second):
            _validate(rate, sound.preset, sound.intensity, original=True)
        self._stay_awake()
        spec, levels = await self._sounds.beside(first, second, rate, Urgency.NOW)
        frames = await self._sounds.frames(first, second, spec.rate)
        shown = [
            {
                "trackId": sound.track_id,
                "preset": sound.preset,
                "intensity": sound.intensity,
                "loudnessLufs": round(level.lufs, 2),
                "gainDb": gain_db,
                "frames": length,
            }
            for sound, level, gain_db, length in zip((first, second), levels, spec.gains_db, frames, strict=True)
        ]
        return {
            "key": spec.key,
            "channels": 4,
            "sampleRate": spec.rate,
            "frames": max(frames),
            "playsAtLufs": round(levels[0].lufs + spec.gains_db[0], 2),
            "a": shown[0],
            "b": shown[1],
        }

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
    ) -> Segment:
        """Return a piece that begins at any frame, fades from one variant to the other, and ends at a segment border.

        ``preset`` and ``intensity`` are those of ``after``, and of ``before`` too unless it has its own. ``from_key``
        names a sound of an earlier manifest: so a plan made from an estimate gives way to the one from the whole.

        Raises
        ------
        NotFoundError
            For an unknown track, or a frame beyond its end.
        """
        old_preset = from_preset or preset
        old_intensity = intensity if from_intensity is None else from_intensity
        _validate(rate, preset, intensity)
        _validate(rate, old_preset, old_intensity)
        if frame < 0:
            raise NotFoundError("segment", frame)
        if from_key is None:
            old = await self._heard(track_id, before, rate, old_preset, old_intensity, loudness)
        else:
            old = await self._spec(track_id, before, rate, old_preset, old_intensity, key=from_key, loudness=loudness)
        new = await self._heard(track_id, after, rate, preset, intensity, loudness)
        return await self._tiers.transition(old, new, frame)

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
        _validate(None, preset, intensity)
        spec = await self._heard(track_id, variant, self._asked_rates.get(track_id), preset, intensity, None)
        n = index_at(max(0, int(seconds * spec.rate)), spec.rate)
        levels = await self._tiers.levels(spec, n)
        reading = int((seconds - bounds(n, spec.rate)[0] / spec.rate) * READINGS_PER_SECOND)
        return levels, min(max(0, reading), len(levels) - 1)

    async def continuous(
        self,
        track_id: str,
        variant: Alone,
        kind: StreamFormat,
        *,
        rate: int | None = None,
        bitrate: int | None = None,
        start_seconds: float = 0.0,
        preset: str = PRESETS[0],
        intensity: float = 1.0,
    ) -> WholeSpec:
        """Return what names a track as one stream from some moment on, for ``wholes`` to open.

        Raises
        ------
        NotFoundError
            For an unknown track, or a moment beyond its end.
        InvalidInputError
            For a rate that the format does not know, and as of `manifest`.
        MediaError
            If the file cannot be decoded.
        """
        _validate(rate, preset, intensity)
        source = await self._look(track_id)
        fingerprint = await self._sounds.whole(track_id, source, self._settings.patience_seconds)
        rate = rate or nearest_rate(kind, await self._sounds.rate(source))
        known = stream_rates(kind)
        if known is not None and rate not in known:
            allowed = ", ".join(map(str, sorted(known)))
            raise InvalidInputError(f"{kind} has other rates.", [FieldError("rate", f"must be one of {allowed}", rate)])
        sound = await self._spec(track_id, variant, rate, preset, intensity)
        start, frames = round(start_seconds * rate), None
        if fingerprint is not None:
            frames = resampled_frames(fingerprint.frames, fingerprint.sample_rate, rate) - start
            if frames <= 0:
                raise NotFoundError("position", start_seconds)
        return WholeSpec(sound, kind, 0 if kind == "flac" else bitrate or DEFAULT_BITRATES[kind], start, frames)

    def prepare_next(
        self,
        track_id: str,
        variant: Variant,
        *,
        rate: int | None = None,
        preset: str = PRESETS[0],
        intensity: float = 1.0,
    ) -> None:
        """Begin to render the head of the track that plays next, in place of any prepared before; returns at once."""
        self._ahead.prepare(
            (track_id, variant, rate, preset, intensity),
            partial(self._prepare, track_id, variant, rate, preset, intensity),
        )

    def warm_heads(
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

    def listening_counts(self) -> tuple[int, int, int, int]:
        """Return how many segments were at hand for listeners, how many not, and what they take of which memory."""
        listening, held = self._tiers.listening, self._tiers.stats().memory
        return listening.at_hand, listening.waited_for, held.bytes, held.budget_bytes

    @property
    def realtime(self) -> float | None:
        """Seconds of sound rendered in a second of work, lately; None before the first."""
        return self._tiers.listening.realtime

    async def completion(
        self, track_id: str, variant: Variant, *, preset: str = PRESETS[0], intensity: float = 1.0
    ) -> dict[str, Any] | None:
        """Return how much of a track is at hand as it was last asked for; None where it was not asked for lately."""
        rate = self._asked_rates.get(track_id)
        if rate is None:
            return None
        source = await self._look(track_id)
        enhanced = variant == "enhanced" and intensity > 0
        issued = self._issued.get(_name(source, rate, preset, intensity)) if enhanced else None
        spec = issued if enhanced else StreamSpec.original(source, rate)
        known = self._sounds.known(track_id, source)
        if spec is None or known is None:
            return None
        rows = table(resampled_frames(known.frames, known.sample_rate, rate), rate)
        memory, either = self._tiers.completion(spec, [n for n, _, _ in rows])
        missing = sum(frames for n, _, frames in rows if not self._tiers.keeps(spec, n)) / rate
        speed = self._tiers.listening.realtime
        return {
            "segments": len(rows),
            "inMemory": memory,
            "atHand": either,
            "completion": round(either / len(rows), 4) if rows else 1.0,
            "remainingSeconds": round(missing / speed, 3) if speed else None,
        }

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
        if self._rest is not None:
            self._rest.cancel()
        await self._ahead.close()
        await self.wholes.close()
        await asyncio.to_thread(self._tiers.release)

    async def _prepare(
        self,
        track_id: str,
        variant: Variant,
        rate: int | None,
        preset: str,
        intensity: float,
        urgency: Urgency = Urgency.NEXT,
    ) -> None:
        _validate(rate, preset, intensity)
        spec = await self._spec(track_id, variant, rate, preset, intensity, urgency)
        for n in range(HEAD_SEGMENTS):
            if (await self._tiers.segment(spec, n, urgency)).final:
                return

    async def _spec(
        self,
        track_id: str,
        variant: Variant,
        rate: int | None,
        preset: str,
        intensity: float,
        urgency: Urgency = Urgency.NOW,
        key: str | None = None,
        pair: tuple[Sound, Sound] | None = None,
        loudness: LoudnessMode | None = None,
    ) -> StreamSpec:
        source = await self._look(track_id)
        rate = rate or await self._sounds.rate(source)
        if key is not None and variant == "enhanced":
            issued = self._issued.get(f"{_name(source, rate, preset, intensity)}-{key}")
            if issued is not None:
                return issued
        together = (loudness or self._loudness()) == "album"
        original, enhanced = Sound(track_id), Sound(track_id, preset, intensity, album=together)
        if variant == "ab":
            return (await self._sounds.beside(*(pair or (original, enhanced)), rate, urgency))[0]
        return await self._sounds.spec(original if variant == "original" else enhanced, rate, urgency)

    def _issue(self, spec: StreamSpec, preset: str, intensity: float) -> None:
        """Keep to a sound whose key is given away, also when the track is measured and the next one gets another."""
        name = _name(spec.source, spec.rate, preset, intensity)
        self._issued.put(name, spec)
        self._issued.put(f"{name}-{spec.key}", spec)

    async def _heard(
        self,
        track_id: str,
        variant: Variant,
        rate: int | None,
        preset: str,
        intensity: float,
        loudness: LoudnessMode | None,
    ) -> StreamSpec:
        """Return the sound of the newest manifest, or what would be in one now."""
        source = await self._look(track_id)
        name = _name(source, rate or await self._sounds.rate(source), preset, intensity)
        issued = self._issued.get(name) if variant == "enhanced" else None
        return issued or await self._spec(track_id, variant, rate, preset, intensity, loudness=loudness)

    async def _look(self, track_id: str) -> SourceFile:
        self._stay_awake()
        return await self._sounds.look(track_id)

    def _stay_awake(self) -> None:
        """Put off the moment when decoded samples are forgotten and files closed."""
        if self._rest is not None:
            self._rest.cancel()
        loop = asyncio.get_running_loop()
        self._rest = loop.call_later(self._settings.idle_seconds, loop.run_in_executor, None, self._tiers.release)


def _name(source: SourceFile, rate: int, preset: str, intensity: float) -> str:
    return f"{source.identity}-{rate}-{preset}-{intensity!r}"


def _validate(rate: int | None, preset: str, intensity: float, *, original: bool = False) -> None:
    errors = []
    if rate is not None and not LOWEST_RATE <= rate <= HIGHEST_RATE:
        errors.append(FieldError("rate", f"must be {LOWEST_RATE} to {HIGHEST_RATE} Hz", rate))
    if not (is_preset(preset) or (original and preset == ORIGINAL)):
        errors.append(FieldError("preset", f"must be one of {', '.join(PRESETS)}", preset))
    if not (isfinite(intensity) and 0 <= intensity <= 1):
        errors.append(FieldError("intensity", "must be 0 to 1", intensity))
    if errors:
        raise InvalidInputError("The stream cannot be made as asked.", errors)
