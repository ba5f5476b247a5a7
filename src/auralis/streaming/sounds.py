"""What a listener may ask to hear, made ready: which file it is, which plan it follows, how loud it comes out."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from auralis.cache import MemoryCache
from auralis.jobs import Urgency
from auralis.mastering.document import MasteringPlan
from auralis.mastering.normal import BUILT_IN, NormalRange
from auralis.model.errors import MediaError, NotFoundError, UnsafeAudioError
from auralis.model.fingerprint import SILENCE_LUFS, Fingerprint
from auralis.model.library import MediaFile
from auralis.model.player import reference_of
from auralis.model.references import Reference
from auralis.streaming.loudness import Level, matched_gains
from auralis.streaming.segments import resampled_frames
from auralis.streaming.source import SourceFile
from auralis.streaming.spec import StreamSpec
from auralis.streaming.tiers import SegmentTiers
from auralis.streaming.trials import Trials

ORIGINAL = "original"
_REMEMBERED = 64
_STILL_ANALYSED = "The track is still being analysed."


class StreamLibrary(Protocol):
    """What streaming asks of the catalog."""

    async def media_file(self, track_id: str) -> MediaFile:
        """Return the file of a track, and its state as the library knows it; NotFoundError if none."""
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


class ReferenceBook(Protocol):
    """What streaming asks of the references."""

    async def reference(self, reference_id: str) -> Reference:
        """Return a reference; NotFoundError if there is none."""
        ...

    def path(self, reference: Reference) -> Path | None:
        """Return the uploaded file of a reference, or None where it is a track."""
        ...


@dataclass(frozen=True, slots=True)
class Sound:
    """A track, or a reference itself, as it is (``original``), or mastered by a preset at an intensity.

    ``album`` has it planned together with the other tracks of its album.
    """

    track_id: str
    preset: str = ORIGINAL
    intensity: float = 1.0
    album: bool = False

    @property
    def is_original(self) -> bool:
        """Whether it is the sound of the file itself."""
        return self.preset == ORIGINAL or self.intensity == 0.0


class Sounds:
    """Files, fingerprints and plans of tracks; what was found is remembered for as long as the file stays the same."""

    def __init__(
        self,
        library: StreamLibrary,
        analysis: Analysis,
        tiers: SegmentTiers,
        trials: Trials,
        *,
        references: ReferenceBook | None = None,
        normal: Callable[[], NormalRange] = lambda: BUILT_IN,
    ) -> None:
        self._library = library
        self._references = references
        self._normal = normal
        self._analysis = analysis
        self._tiers = tiers
        self._trials = trials
        self._fingerprints: MemoryCache[Fingerprint] = MemoryCache(_REMEMBERED, lambda _: 1)
        self._plans: MemoryCache[MasteringPlan] = MemoryCache(_REMEMBERED, lambda _: 1)
        self._albums: MemoryCache[Mapping[str, Fingerprint]] = MemoryCache(_REMEMBERED, lambda _: 1)
        self._rates: MemoryCache[int] = MemoryCache(_REMEMBERED, lambda _: 1)

    async def look(self, track_id: str) -> SourceFile:
        """Return the file of a track, or of a reference, as it is now; one that breaks its decoder is refused."""
        reference = await self._reference(track_id)
        path = None if reference is None or self._references is None else self._references.path(reference)
        if path is None:
            file = await self._library.media_file(track_id if reference is None else reference.track_id or "")
            source = await asyncio.to_thread(SourceFile.look, file.path)
            if file.breaks_decoders(source.size, source.modified_ns):
                raise UnsafeAudioError
        else:
            source = await asyncio.to_thread(SourceFile.look, path)
        known = self.known(track_id, source)
        return source if known is None else replace(source, frames=known.frames)

    def known(self, track_id: str, source: SourceFile) -> Fingerprint | None:
        """Return the fingerprint of a track's file where it is at hand."""
        return self._fingerprints.get(f"{track_id}-{source.identity}")

    async def rate(self, source: SourceFile) -> int:
        """Return the rate of a file's samples, Hz."""
        rate = self._rates.get(source.identity)
        if rate is None:
            rate = (await self._tiers.facts(source)).sample_rate
            self._rates.put(source.identity, rate)
        return rate

    async def measured(
        self, track_id: str, source: SourceFile, patience_seconds: float
    ) -> tuple[Fingerprint | None, str | None]:
        """Return the fingerprint, or None and why there is none."""
        try:
            fingerprint = self._first(track_id, source)
            return await asyncio.wait_for(fingerprint, patience_seconds), None
        except TimeoutError:
            return None, _STILL_ANALYSED
        except MediaError as error:
            return None, error.message

    async def _first(self, track_id: str, source: SourceFile) -> Fingerprint:
        """Return the fingerprint, or an estimate of it where measuring takes long."""
        is_new = f"{track_id}-{source.identity}" not in self._fingerprints and reference_of(track_id) is None
        if is_new and source == SourceFile.known(await self._library.media_file(track_id)):
            first = await self._analysis.first(track_id)
            if first.is_estimate:
                return first
        return await self.fingerprint(track_id, source, Urgency.NOW)

    async def whole(self, track_id: str, source: SourceFile, patience_seconds: float) -> Fingerprint | None:
        """Return the full fingerprint, or None where there is none in time: only it knows the length to the sample."""
        try:
            return await asyncio.wait_for(self.fingerprint(track_id, source, Urgency.NOW), patience_seconds)
        except (TimeoutError, MediaError):
            return None

    async def planned(
        self, sound: Sound, source: SourceFile, fingerprint: Fingerprint
    ) -> tuple[MasteringPlan | None, str | None]:
        """Return the plan of a sound, or None and why there is none: the reference that it leads to may be gone."""
        try:
            return await self.plan(sound, source, fingerprint, Urgency.NOW), None
        except NotFoundError as error:
            return None, error.message

    async def fingerprint(self, track_id: str, source: SourceFile, urgency: Urgency) -> Fingerprint:
        """Return the fingerprint of a track's file, measured now if there is none."""
        key = f"{track_id}-{source.identity}"
        fingerprint = self._fingerprints.get(key)
        if fingerprint is None:
            reference = await self._reference(track_id)
            if reference is not None and reference.track_id is None:
                return reference.fingerprint
            track_id = track_id if reference is None or reference.track_id is None else reference.track_id
            # What is stored belongs to the file that the library has read, not to one that has taken its place since.
            if source == SourceFile.known(await self._library.media_file(track_id)):
                fingerprint = await self._analysis.ensure(track_id, urgency)
            else:
                fingerprint = await self._analysis.measure(source.path, urgency)
            self._fingerprints.put(key, fingerprint)
            self._rates.put(source.identity, fingerprint.sample_rate)
        return fingerprint

    async def album_levels(self, track_id: str) -> list[Level]:
        """Return how loud the tracks of a track's album are, as far as they are measured."""
        found = await self._library.album_fingerprints(track_id)
        return [Level.of(fingerprint) for fingerprint in found.values() if fingerprint is not None]

    async def plan(self, sound: Sound, source: SourceFile, fingerprint: Fingerprint, urgency: Urgency) -> MasteringPlan:
        """Return the plan that a sound follows."""
        normal = self._normal()
        towards = await self._reference(sound.preset)
        key = f"{source.identity}-{sound.preset}-{sound.intensity!r}-{normal.tracks}-{fingerprint.heard_share}"
        together = await self._album_of(sound, source) if sound.album else {}
        key += "-album" if together else ""
        plan = self._plans.get(key)
        if plan is None:
            plan = await asyncio.to_thread(
                _decide, sound, fingerprint, together, normal, None if towards is None else towards.fingerprint
            )
            if not fingerprint.is_estimate:
                # A trial reads the whole file, and an estimate is what cannot wait for that.
                seconds = fingerprint.frames / fingerprint.sample_rate
                plan = await self._trials.corrected(source, plan, seconds, urgency)
            self._plans.put(key, plan)
        return plan

    async def spec(self, sound: Sound, rate: int | None, urgency: Urgency) -> StreamSpec:
        """Return what a sound is made of, at a rate, or at its own."""
        source = await self.look(sound.track_id)
        rate = rate or await self.rate(source)
        if sound.is_original:
            return StreamSpec.original(source, rate)
        fingerprint = await self.fingerprint(sound.track_id, source, urgency)
        plan = await self.plan(sound, source, fingerprint, urgency)
        return StreamSpec.enhanced(source, rate, plan)

    async def beside(
        self, first: Sound, second: Sound, rate: int | None, urgency: Urgency
    ) -> tuple[StreamSpec, tuple[Level, Level]]:
        """Return two sounds beside each other at equal loudness, at a rate or that of the first, and how loud each is.

        Both are as loud as they really come out, not as they are foretold.
        """
        spec = await self.spec(first, rate, urgency)
        other = await self.spec(second, spec.rate, urgency)
        levels = (await self._level(first, spec, urgency), await self._level(second, other, urgency))
        return StreamSpec.beside(spec, other, matched_gains(*levels)), levels

    async def frames(self, first: Sound, second: Sound, rate: int) -> tuple[int, int]:
        """Return how long two measured sounds are, in frames of ``rate``."""
        found = []
        for sound in (first, second):
            fingerprint = await self.fingerprint(sound.track_id, await self.look(sound.track_id), Urgency.NOW)
            found.append(resampled_frames(fingerprint.frames, fingerprint.sample_rate, rate))
        return found[0], found[1]

    async def _reference(self, name: str) -> Reference | None:
        """Return the reference that a preset or a track's place names, or None where it names none."""
        reference_id = reference_of(name)
        if reference_id is None:
            return None
        if self._references is None:
            raise NotFoundError("reference", reference_id)
        return await self._references.reference(reference_id)

    async def _album_of(self, sound: Sound, source: SourceFile) -> Mapping[str, Fingerprint]:
        """Return the fingerprints of a track's album where all of it is measured and a preset leads it."""
        if reference_of(sound.preset) is not None or reference_of(sound.track_id) is not None:
            return {}
        known = self._albums.get(source.identity)
        if known is None:
            found = await self._library.album_fingerprints(sound.track_id)
            known = {track_id: fingerprint for track_id, fingerprint in found.items() if fingerprint is not None}
            if len(known) < max(2, len(found)) or sound.track_id not in known:
                return {}
            self._albums.put(source.identity, known)
        return known

    async def _level(self, sound: Sound, spec: StreamSpec, urgency: Urgency) -> Level:
        fingerprint = await self.fingerprint(sound.track_id, spec.source, urgency)
        level = Level.of(fingerprint) if spec.plan is None else Level.planned(spec.plan)
        as_measured = spec.plan is None and fingerprint.channels == 2 and fingerprint.sample_rate == spec.rate
        if as_measured or level.lufs <= SILENCE_LUFS:
            return level
        return replace(level, lufs=await self._trials.loudness(spec, urgency))


def _decide(
    sound: Sound,
    fingerprint: Fingerprint,
    album: Mapping[str, Fingerprint],
    normal: NormalRange,
    reference: Fingerprint | None,
) -> MasteringPlan:
    """Return the plan of a sound; loads some 60 MB of code, once."""
    from auralis.mastering.album import plan_album  # noqa: PLC0415 - stays out of the server's start
    from auralis.mastering.plan import plan_mastering  # noqa: PLC0415 - the same

    if album:
        plans = plan_album(list(album.values()), sound.preset, sound.intensity, normal=normal)
        return plans[list(album).index(sound.track_id)]
    return plan_mastering(fingerprint, sound.preset, sound.intensity, normal=normal, reference=reference)
