"""Two sounds beside each other, as a player must know them before it plays them."""

from collections.abc import Callable
from typing import Any

from auralis.jobs import Urgency
from auralis.streaming.idle import Idle
from auralis.streaming.loudness import LoudnessMode, pair_gain
from auralis.streaming.names import Names, validate
from auralis.streaming.sounds import Sound, Sounds


class Comparisons:
    """Matches the levels of any two sounds."""

    def __init__(self, names: Names, sounds: Sounds, idle: Idle, loudness: Callable[[], LoudnessMode]) -> None:
        self._loudness = loudness
        self._names = names
        self._sounds = sounds
        self._idle = idle

    async def between(self, first: Sound, second: Sound, *, rate: int | None = None) -> dict[str, Any]:
        """Return what a player must know to play two sounds beside each other, as JSON names it.

        Raises
        ------
        NotFoundError, InvalidInputError, MediaError
            As of `manifest`; here the tracks must be measured, too.
        """
        for sound in (first, second):
            validate(rate, sound.preset, sound.intensity, original=True)
        self._idle.put_off()
        first, second = self._names.as_heard(first), self._names.as_heard(second)
        spec, levels = await self._sounds.beside(first, second, rate, Urgency.NOW)
        frames = await self._sounds.frames(first, second, spec.rate)
        mode = self._loudness()
        album = await self._sounds.album_levels(first.track_id) if mode == "album" else []
        gain_db = pair_gain(mode, levels, spec.gains_db, album)
        shown = [
            {
                "trackId": sound.track_id,
                "preset": sound.preset,
                "intensity": sound.intensity,
                "loudnessLufs": round(level.lufs, 2),
                "gainDb": own_db,
                "frames": length,
            }
            for sound, level, own_db, length in zip((first, second), levels, spec.gains_db, frames, strict=True)
        ]
        return {
            "key": spec.key,
            "channels": 4,
            "sampleRate": spec.rate,
            "frames": max(frames),
            "gainDb": gain_db,
            "playsAtLufs": round(levels[0].lufs + spec.gains_db[0] + gain_db, 2),
            "a": shown[0],
            "b": shown[1],
        }
