"""How loud tracks are to play: one gain for each variant, by which original and enhanced play alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from auralis.mastering.document import MasteringPlan
from auralis.model.fingerprint import SILENCE_LUFS, Fingerprint

LoudnessMode = Literal["off", "track", "album"]

TRACK_LUFS = -16.0
ALBUM_LUFS = -14.0
"""Of an album's loudest track; the others keep their distance to it."""
MOST_GAIN_DB = 6.0
HIGHEST_PEAK_DBTP = -1.0
_TONE_MAY_RAISE_DB = 1.0
"""How far the peaks of an enhanced track may stand over what its gain alone makes of them."""


@dataclass(frozen=True, slots=True)
class Level:
    """How loud a sound is."""

    lufs: float
    true_peak_dbtp: float

    @classmethod
    def of(cls, fingerprint: Fingerprint) -> "Level":
        """Return the level of a track as measured."""
        return cls(fingerprint.dimensions["loudness_lufs"], fingerprint.true_peak_dbtp)

    @classmethod
    def planned(cls, plan: MasteringPlan) -> "Level":
        """Return the level that a plan promises, with the highest peak that it may have."""
        if plan.is_identity:
            return cls(plan.source_loudness_lufs, plan.source_true_peak_dbtp)
        raised = plan.source_true_peak_dbtp + plan.total_gain_db + _TONE_MAY_RAISE_DB
        return cls(plan.predicted_loudness_lufs, min(plan.ceiling_dbtp, raised))

    @property
    def room_db(self) -> float:
        """By how much it may be raised before a peak comes too high."""
        return max(0.0, HIGHEST_PEAK_DBTP - self.true_peak_dbtp)


@dataclass(frozen=True, slots=True)
class PlaybackGains:
    """What a player turns each variant up or down by, dB, and the loudness at which both play then."""

    original_db: float
    enhanced_db: float
    plays_at_lufs: float | None
    limited_by: str | None = None


def matched_gains(original: Level, enhanced: Level) -> tuple[float, float]:
    """Return the gains at which both are equally loud, none is raised, and no peak is over full scale."""
    lower = min(original.lufs, enhanced.lufs)
    gains = lower - original.lufs, lower - enhanced.lufs
    over = max(0.0, original.true_peak_dbtp + gains[0], enhanced.true_peak_dbtp + gains[1])
    return round(gains[0] - over, 3), round(gains[1] - over, 3)


def pair_gain(
    mode: LoudnessMode, sounds: tuple[Level, Level], matched: tuple[float, float], album: Sequence[Level] = ()
) -> float:
    """Return what a matched pair is turned up or down by, dB, to play as loud as its first sound does by ``mode``.

    So nothing jumps when somebody begins to compare. The pair stays softer where a peak would come over full scale, or
    over what it is when that sound plays alone.
    """
    alone = playback_gains(mode, *sounds, album)
    if alone.plays_at_lufs is None:
        return 0.0
    room_db = min(
        max(0.0, sound.true_peak_dbtp + own_db) - (sound.true_peak_dbtp + matched_db)
        for sound, own_db, matched_db in zip(sounds, (alone.original_db, alone.enhanced_db), matched, strict=True)
    )
    return round(min(alone.plays_at_lufs - (sounds[0].lufs + matched[0]), max(0.0, room_db)), 3)


def playback_gains(
    mode: LoudnessMode, original: Level | None, enhanced: Level | None, album: Sequence[Level] = ()
) -> PlaybackGains:
    """Return the gains at which both variants play as loud as ``mode`` wants.

    Parameters
    ----------
    mode
        ``off`` changes nothing; ``track`` aims at -16 LUFS; ``album`` at -14 LUFS for the album's loudest track.
    original, enhanced
        The two variants; None where they are not known (yet).
    album
        The album's tracks, as far as they are known; without any the track stands for itself.
    """
    if original is None or original.lufs <= SILENCE_LUFS:
        return PlaybackGains(0.0, 0.0, None)
    if mode == "off":
        return PlaybackGains(0.0, 0.0, round(original.lufs, 2))
    heard = [level for level in album if level.lufs > SILENCE_LUFS] if mode == "album" else []
    together = heard or [original]
    target = ALBUM_LUFS if mode == "album" else TRACK_LUFS
    asked = target - max(level.lufs for level in together)
    gain = min(asked, MOST_GAIN_DB, *(level.room_db for level in together)) if asked > 0.0 else asked
    limited_by = None if gain == asked else "gain" if gain == MOST_GAIN_DB else "peaks"
    wanted = original.lufs + gain
    if enhanced is None:
        return PlaybackGains(round(gain, 3), 0.0, round(wanted, 2), limited_by)
    # What the enhanced sound cannot reach, the original does not either: it must not win by being louder.
    if enhanced.lufs + enhanced.room_db < wanted:
        wanted, limited_by = enhanced.lufs + enhanced.room_db, "peaks"
    return PlaybackGains(
        round(wanted - original.lufs, 3), round(wanted - enhanced.lufs, 3), round(wanted, 2), limited_by
    )
