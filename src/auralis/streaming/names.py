"""What a door means by a track, a variant and a preset: the very sound, by a name that stays good while it is heard."""

from collections.abc import Callable
from dataclasses import replace
from math import isfinite
from typing import Literal

from auralis.cache import MemoryCache
from auralis.jobs import Urgency
from auralis.media.stream_formats import DEFAULT_BITRATES, StreamFormat, nearest_rate, stream_rates
from auralis.model.errors import FieldError, InvalidInputError, NotFoundError
from auralis.model.player import PRESETS, is_preset
from auralis.streaming.idle import Idle
from auralis.streaming.loudness import LoudnessMode
from auralis.streaming.segments import resampled_frames
from auralis.streaming.sounds import ORIGINAL, Sound, Sounds
from auralis.streaming.source import SourceFile
from auralis.streaming.spec import StreamSpec, WholeSpec

Alone = Literal["original", "enhanced"]
Variant = Literal["original", "enhanced", "ab"]

LOWEST_RATE, HIGHEST_RATE = 8_000, 192_000
_REMEMBERED = 128


class Names:
    """Finds what is meant; a sound whose key was given away stays findable by it."""

    def __init__(
        self, sounds: Sounds, idle: Idle, loudness: Callable[[], LoudnessMode], patience_seconds: float
    ) -> None:
        self._sounds = sounds
        self._idle = idle
        self._loudness = loudness
        self._patience_seconds = patience_seconds
        self._issued: MemoryCache[StreamSpec] = MemoryCache(_REMEMBERED, lambda _: 1)
        self._asked_rates: MemoryCache[int] = MemoryCache(_REMEMBERED, lambda _: 1)

    async def look(self, track_id: str) -> SourceFile:
        """Return the file of a track as it is now."""
        self._idle.put_off()
        return await self._sounds.look(track_id)

    def asked(self, track_id: str, rate: int) -> None:
        """Take note of the rate at which a track is heard."""
        self._asked_rates.put(track_id, rate)

    def asked_rate(self, track_id: str) -> int | None:
        """Return the rate at which a track was asked for last; None where it was not, lately."""
        return self._asked_rates.get(track_id)

    def issue(self, spec: StreamSpec, preset: str, intensity: float) -> None:
        """Keep to a sound whose key is given away, also when the track is measured and the next one gets another."""
        name = _name(spec.source, spec.rate, preset, intensity)
        self._issued.put(name, spec)
        self._issued.put(f"{name}-{spec.key}", spec)

    def issued(self, source: SourceFile, rate: int, preset: str, intensity: float) -> StreamSpec | None:
        """Return the sound whose key was given away last."""
        return self._issued.get(_name(source, rate, preset, intensity))

    async def spec(
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
        """Return what is meant now; by its ``key`` what was meant when that was given away.

        Raises
        ------
        NotFoundError
            For an unknown track.
        MediaError
            If the file cannot be decoded, or measured where that is needed.
        """
        source = await self.look(track_id)
        rate = rate or await self._sounds.rate(source)
        if key is not None and variant == "enhanced":
            issued = self._issued.get(f"{_name(source, rate, preset, intensity)}-{key}")
            if issued is not None:
                return issued
        first, second = pair or (Sound(track_id), Sound(track_id, preset, intensity))
        first, second = self.as_heard(first, loudness), self.as_heard(second, loudness)
        if variant == "ab":
            return (await self._sounds.beside(first, second, rate, urgency))[0]
        return await self._sounds.spec(first if variant == "original" else second, rate, urgency)

    def as_heard(self, sound: Sound, loudness: LoudnessMode | None = None) -> Sound:
        """Return a sound as the listener's mode of loudness has it: planned alone, or together with its album."""
        return replace(sound, album=(loudness or self._loudness()) == "album")

    async def heard(
        self,
        track_id: str,
        variant: Variant,
        rate: int | None,
        preset: str,
        intensity: float,
        loudness: LoudnessMode | None,
    ) -> StreamSpec:
        """Return the sound of the newest manifest, or what would be in one now."""
        source = await self.look(track_id)
        exact = rate or await self._sounds.rate(source)
        issued = self.issued(source, exact, preset, intensity) if variant == "enhanced" else None
        return issued or await self.spec(track_id, variant, rate, preset, intensity, loudness=loudness)

    async def whole(
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
        validate(rate, preset, intensity)
        source = await self.look(track_id)
        fingerprint = await self._sounds.whole(track_id, source, self._patience_seconds)
        rate = rate or nearest_rate(kind, await self._sounds.rate(source))
        known = stream_rates(kind)
        if known is not None and rate not in known:
            allowed = ", ".join(map(str, sorted(known)))
            raise InvalidInputError(f"{kind} has other rates.", [FieldError("rate", f"must be one of {allowed}", rate)])
        sound = await self.spec(track_id, variant, rate, preset, intensity)
        start, frames = round(start_seconds * rate), None
        if fingerprint is not None:
            frames = resampled_frames(fingerprint.frames, fingerprint.sample_rate, rate) - start
            if frames <= 0:
                raise NotFoundError("position", start_seconds)
        return WholeSpec(sound, kind, 0 if kind == "flac" else bitrate or DEFAULT_BITRATES[kind], start, frames)


def validate(rate: int | None, preset: str, intensity: float, *, original: bool = False) -> None:
    """Refuse what is no rate, preset or intensity; ``original`` may be a preset where two sounds are compared."""
    errors = []
    if rate is not None and not LOWEST_RATE <= rate <= HIGHEST_RATE:
        errors.append(FieldError("rate", f"must be {LOWEST_RATE} to {HIGHEST_RATE} Hz", rate))
    if not (is_preset(preset) or (original and preset == ORIGINAL)):
        errors.append(FieldError("preset", f"must be one of {', '.join(PRESETS)}", preset))
    if not (isfinite(intensity) and 0 <= intensity <= 1):
        errors.append(FieldError("intensity", "must be 0 to 1", intensity))
    if errors:
        raise InvalidInputError("The stream cannot be made as asked.", errors)


def _name(source: SourceFile, rate: int, preset: str, intensity: float) -> str:
    return f"{source.identity}-{rate}-{preset}-{intensity!r}"
