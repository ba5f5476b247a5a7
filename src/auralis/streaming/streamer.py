"""Streaming as the doors see it: manifests, segments and transitions of tracks by their ids."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from auralis.cache import DiskCache, MemoryCache
from auralis.jobs import Urgency, Workers
from auralis.mastering.document import MasteringPlan
from auralis.media.stream_formats import (
    AAC_RATES,
    DEFAULT_BITRATES,
    SegmentCodec,
    StreamFormat,
    nearest_rate,
    stream_rates,
)
from auralis.model.errors import ConflictError, FieldError, InvalidInputError, MediaError, NotFoundError
from auralis.model.fingerprint import Fingerprint
from auralis.model.meters import READINGS_PER_SECOND
from auralis.model.player import PRESETS
from auralis.streaming.ahead import Ahead
from auralis.streaming.loudness import Level, LoudnessMode, matched_gains
from auralis.streaming.manifest import manifest_document
from auralis.streaming.segments import Segment, bounds, index_at, resampled_frames, table
from auralis.streaming.source import SourceFile
from auralis.streaming.spec import StreamSpec, WholeSpec
from auralis.streaming.tiers import SegmentTiers, StreamStats
from auralis.streaming.wholes import Wholes

if TYPE_CHECKING:
    from auralis.dsp.live import LiveLevels

Alone = Literal["original", "enhanced"]
Variant = Literal["original", "enhanced", "ab"]

HEAD_SEGMENTS = 3
LOWEST_RATE, HIGHEST_RATE = 8_000, 192_000
_REMEMBERED = 64
_STILL_ANALYSED = "The track is still being analysed."


class StreamLibrary(Protocol):
    """What streaming asks of the catalog."""

    async def media_file(self, track_id: str) -> tuple[Path, int, int]:
        """Return the file of a track, and its size and time (ns) as the library knows them; NotFoundError if none."""
        ...

    async def album_fingerprints(self, track_id: str) -> Mapping[str, Fingerprint | None]:
        """Return the fingerprints of all tracks of a track's album; nothing where it has none."""
        ...


class Analysis(Protocol):
    """What streaming asks of the analysis."""

    async def first(self, track_id: str) -> Fingerprint:
        """Return the track's fingerprint or, where measuring takes long, an estimate of it, and begin to measure."""
        ...

    async def ensure(self, track_id: str, urgency: Urgency = Urgency.NOW) -> Fingerprint:
        """Return the track's fingerprint, measured now if there is none; MediaError if it cannot be measured."""
        ...

    async def measure(self, path: Path, urgency: Urgency = Urgency.NOW) -> Fingerprint:
        """Return the fingerprint of a file as it is now, whatever the library knows; MediaError if there is none."""
        ...


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

    def __init__(self, library: StreamLibrary, analysis: Analysis, workers: Workers, settings: StreamSettings) -> None:
        self._library = library
        self._analysis = analysis
        self._settings = settings
        disk = DiskCache(settings.cache_folder, settings.disk_bytes)
        self._tiers = SegmentTiers(workers, settings.memory_bytes, disk, settings.pcm_bytes)
        self._ahead = Ahead(self._tiers)
        kept = DiskCache(settings.cache_folder.with_name("streams"), settings.whole_disk_bytes)
        self.wholes = Wholes(workers, kept, self._tiers.renderer)
        self._fingerprints: MemoryCache[Fingerprint] = MemoryCache(_REMEMBERED, lambda _: 1)
        self._plans: MemoryCache[MasteringPlan] = MemoryCache(_REMEMBERED, lambda _: 1)
        self._asked_rates: MemoryCache[int] = MemoryCache(_REMEMBERED, lambda _: 1)
        self._rates: MemoryCache[int] = MemoryCache(_REMEMBERED, lambda _: 1)
        self._issued: MemoryCache[StreamSpec] = MemoryCache(2 * _REMEMBERED, lambda _: 1)
        self._tried: MemoryCache[Level] = MemoryCache(_REMEMBERED, lambda _: 1)
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
        loudness: LoudnessMode = "off",
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
        source = await self._look(track_id)
        fingerprint, reason = await self._measured(track_id, source)
        plan = None if fingerprint is None else await self._plan(source, fingerprint, preset, intensity, Urgency.NOW)
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
            album=await self._album_levels(track_id) if loudness == "album" else (),
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
        codec: SegmentCodec = "flac",
        listener: str | None = None,
    ) -> Segment:
        """Return segment ``n`` of a variant, and begin to render what comes after it.

        Listeners have their turns one after the other; ``listener`` tells whose this is.

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
        _validate(rate, preset, intensity)
        if n < 0:
            raise NotFoundError("segment", n)
        spec = await self._spec(track_id, variant, rate, preset, intensity, key=key)
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
        segment = await self._tiers.segment(spec, n, Urgency.NOW, listener)
        self._ahead.follow(spec, n, segment)
        return segment

    async def comparison(
        self, track_id: str, *, rate: int | None = None, preset: str = PRESETS[0], intensity: float = 1.0
    ) -> dict[str, Any]:
        """Return what a player must know to play original and enhanced beside each other, as JSON names it.

        Raises
        ------
        NotFoundError, InvalidInputError, MediaError
            As of `manifest`; here the track must be measured, too.
        """
        _validate(rate, preset, intensity)
        source = await self._look(track_id)
        rate = rate or await self._source_rate(source)
        spec, fingerprint = await self._both(track_id, source, rate, preset, intensity, Urgency.NOW)
        gains = spec.gains_db or (0.0, 0.0)
        return {
            "trackId": track_id,
            "key": spec.key,
            "channels": 4,
            "sampleRate": rate,
            "frames": resampled_frames(fingerprint.frames, fingerprint.sample_rate, rate),
            "preset": preset,
            "intensity": intensity,
            "originalGainDb": gains[0],
            "enhancedGainDb": gains[1],
            "playsAtLufs": round(Level.of(fingerprint).lufs + gains[0], 2),
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
    ) -> Segment:
        """Return a piece that begins at any frame, fades from one variant to the other, and ends at a segment border.

        ``preset`` and ``intensity`` are those of ``after``, and of ``before`` too unless it has its own.

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
        old = await self._heard(track_id, before, rate, old_preset, old_intensity)
        new = await self._heard(track_id, after, rate, preset, intensity)
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
        spec = await self._heard(track_id, variant, self._asked_rates.get(track_id), preset, intensity)
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
        fingerprint = await self._whole(track_id, source)
        rate = rate or nearest_rate(kind, await self._source_rate(source))
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
        known = self._fingerprints.get(f"{track_id}-{source.identity}")
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
    ) -> StreamSpec:
        source = await self._look(track_id)
        rate = rate or await self._source_rate(source)
        if key is not None and variant == "enhanced":
            issued = self._issued.get(f"{_name(source, rate, preset, intensity)}-{key}")
            if issued is not None:
                return issued
        if variant == "original" or (intensity == 0 and variant == "enhanced"):
            return StreamSpec.original(source, rate)
        if variant == "ab":
            return (await self._both(track_id, source, rate, preset, intensity, urgency))[0]
        fingerprint = await self._fingerprint(track_id, source, urgency)
        plan = await self._plan(source, fingerprint, preset, intensity, urgency)
        return StreamSpec.enhanced(source, rate, plan)

    def _issue(self, spec: StreamSpec, preset: str, intensity: float) -> None:
        """Keep to a sound whose key is given away, also when the track is measured and the next one gets another."""
        name = _name(spec.source, spec.rate, preset, intensity)
        self._issued.put(name, spec)
        self._issued.put(f"{name}-{spec.key}", spec)

    async def _heard(
        self, track_id: str, variant: Variant, rate: int | None, preset: str, intensity: float
    ) -> StreamSpec:
        """Return the sound of the newest manifest, or what would be in one now."""
        source = await self._look(track_id)
        name = _name(source, rate or await self._source_rate(source), preset, intensity)
        issued = self._issued.get(name) if variant == "enhanced" else None
        return issued or await self._spec(track_id, variant, rate, preset, intensity)

    async def _both(
        self, track_id: str, source: SourceFile, rate: int, preset: str, intensity: float, urgency: Urgency
    ) -> tuple[StreamSpec, Fingerprint]:
        """Return original and enhanced beside each other, their levels matched by a trial of the plan."""
        fingerprint = await self._fingerprint(track_id, source, urgency)
        plan = await self._plan(source, fingerprint, preset, intensity, urgency)
        key = f"{source.identity}-{plan.plan_hash}"
        level = self._tried.get(key)
        if level is None:
            seconds = fingerprint.frames / fingerprint.sample_rate
            tried = plan if plan.is_identity else await self._tiers.tried(source, plan, seconds, urgency)
            # The plan stays as the listener hears it; only what it comes to is taken from the trial.
            heard = tried.predicted_loudness_lufs + plan.gain_db - tried.gain_db
            level = Level(heard, Level.planned(plan).true_peak_dbtp)
            self._tried.put(key, level)
        return StreamSpec.both(source, rate, plan, matched_gains(Level.of(fingerprint), level)), fingerprint

    async def _look(self, track_id: str) -> SourceFile:
        self._stay_awake()
        path, _, _ = await self._library.media_file(track_id)
        source = await asyncio.to_thread(SourceFile.look, path)
        known = self._fingerprints.get(f"{track_id}-{source.identity}")
        return source if known is None else replace(source, frames=known.frames)

    async def _source_rate(self, source: SourceFile) -> int:
        rate = self._rates.get(source.identity)
        if rate is None:
            rate = (await self._tiers.facts(source)).sample_rate
            self._rates.put(source.identity, rate)
        return rate

    async def _measured(self, track_id: str, source: SourceFile) -> tuple[Fingerprint | None, str | None]:
        """Return the fingerprint, or None and why there is none."""
        try:
            fingerprint = self._first(track_id, source)
            return await asyncio.wait_for(fingerprint, self._settings.patience_seconds), None
        except TimeoutError:
            return None, _STILL_ANALYSED
        except MediaError as error:
            return None, error.message

    async def _whole(self, track_id: str, source: SourceFile) -> Fingerprint | None:
        """Return the full fingerprint, or None where there is none in time: only it knows the length to the sample."""
        try:
            return await asyncio.wait_for(
                self._fingerprint(track_id, source, Urgency.NOW), self._settings.patience_seconds
            )
        except (TimeoutError, MediaError):
            return None

    async def _album_levels(self, track_id: str) -> list[Level]:
        found = await self._library.album_fingerprints(track_id)
        return [Level.of(fingerprint) for fingerprint in found.values() if fingerprint is not None]

    async def _first(self, track_id: str, source: SourceFile) -> Fingerprint:
        """Return the fingerprint, or an estimate of it where measuring takes long."""
        known = SourceFile(*await self._library.media_file(track_id))
        if f"{track_id}-{source.identity}" not in self._fingerprints and source == known:
            first = await self._analysis.first(track_id)
            if first.is_estimate:
                return first
        return await self._fingerprint(track_id, source, Urgency.NOW)

    async def _fingerprint(self, track_id: str, source: SourceFile, urgency: Urgency) -> Fingerprint:
        key = f"{track_id}-{source.identity}"
        fingerprint = self._fingerprints.get(key)
        if fingerprint is None:
            # What is stored belongs to the file that the library has read, not to one that has taken its place since.
            if source == SourceFile(*await self._library.media_file(track_id)):
                fingerprint = await self._analysis.ensure(track_id, urgency)
            else:
                fingerprint = await self._analysis.measure(source.path, urgency)
            self._fingerprints.put(key, fingerprint)
            self._rates.put(source.identity, fingerprint.sample_rate)
        return fingerprint

    async def _plan(
        self, source: SourceFile, fingerprint: Fingerprint, preset: str, intensity: float, urgency: Urgency
    ) -> MasteringPlan:
        key = f"{source.identity}-{preset}-{intensity!r}-{fingerprint.heard_share}"
        known = self._plans.get(key)
        if known is not None:
            return known
        plan, needs_trial = await asyncio.to_thread(_planned, fingerprint, preset, intensity)
        if needs_trial:
            plan = await self._tiers.tried(source, plan, fingerprint.frames / fingerprint.sample_rate, urgency)
        self._plans.put(key, plan)
        return plan

    def _stay_awake(self) -> None:
        """Put off the moment when decoded samples are forgotten and files closed."""
        if self._rest is not None:
            self._rest.cancel()
        loop = asyncio.get_running_loop()
        self._rest = loop.call_later(self._settings.idle_seconds, loop.run_in_executor, None, self._tiers.release)


def _name(source: SourceFile, rate: int, preset: str, intensity: float) -> str:
    return f"{source.identity}-{rate}-{preset}-{intensity!r}"


def _planned(fingerprint: Fingerprint, preset: str, intensity: float) -> tuple[MasteringPlan, bool]:
    """Return the plan for a track, and whether its promise must be tried; loads some 60 MB of code, once."""
    from auralis.mastering.plan import plan_mastering  # noqa: PLC0415 - stays out of the server's start
    from auralis.mastering.trial import needs_trial  # noqa: PLC0415 - the same

    plan = plan_mastering(fingerprint, preset, intensity)
    return plan, needs_trial(plan)


def _validate(rate: int | None, preset: str, intensity: float) -> None:
    errors = []
    if rate is not None and not LOWEST_RATE <= rate <= HIGHEST_RATE:
        errors.append(FieldError("rate", f"must be {LOWEST_RATE} to {HIGHEST_RATE} Hz", rate))
    if preset not in PRESETS:
        errors.append(FieldError("preset", f"must be one of {', '.join(PRESETS)}", preset))
    if not (isfinite(intensity) and 0 <= intensity <= 1):
        errors.append(FieldError("intensity", "must be 0 to 1", intensity))
    if errors:
        raise InvalidInputError("The stream cannot be made as asked.", errors)
