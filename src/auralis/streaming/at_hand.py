"""How much of the sound is at hand before it is asked for, and how fast the rest comes."""

from typing import Any

from auralis.model.player import PRESETS
from auralis.streaming.names import Names, Variant
from auralis.streaming.segments import resampled_frames, table
from auralis.streaming.sounds import Sounds
from auralis.streaming.spec import StreamSpec
from auralis.streaming.tiers import SegmentTiers


class AtHand:
    """Tells what the caches have for listeners."""

    def __init__(self, names: Names, sounds: Sounds, tiers: SegmentTiers) -> None:
        self._names = names
        self._sounds = sounds
        self._tiers = tiers

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
        rate = self._names.asked_rate(track_id)
        if rate is None:
            return None
        source = await self._names.look(track_id)
        enhanced = variant == "enhanced" and intensity > 0
        issued = self._names.issued(source, rate, preset, intensity) if enhanced else None
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
