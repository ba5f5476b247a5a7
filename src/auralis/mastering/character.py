"""Decides the character of a track's sound, all but its level: tone, stage and dynamics, made to go together."""

from dataclasses import dataclass

from auralis.mastering.document import Decision
from auralis.mastering.level import room_to_shape_lu
from auralis.mastering.motion import plan_compressor, plan_onsets
from auralis.mastering.normal import NormalRange
from auralis.mastering.passages import range_gained, range_narrowed, share_kept
from auralis.mastering.presets import Preset
from auralis.mastering.programme import Programme, Values
from auralis.mastering.reference import plan_tone_towards, plan_width_towards
from auralis.mastering.tone import plan_equalizer
from auralis.mastering.width import plan_width

SURE = 0.6
"""Figures of at least this confidence are taken at their word."""
_UNSURE = "Only a part of the track has been measured so far: everything is done more gently until the rest is known."


@dataclass(frozen=True, slots=True)
class Character:
    """All but the level, at intensity 1."""

    eq_gains_db: Values
    side_gains_db: Values
    slope: float
    onset_db: float
    decisions: tuple[Decision, ...]


def character_of(programme: Programme, preset: Preset, normal: NormalRange) -> Character:
    """Decide all but the level, at intensity 1: gentler, the less sure the figures are."""
    eq_gains, tone = plan_equalizer(programme, preset, normal)
    side_gains, width = plan_width(programme, preset, normal)
    room = room_to_shape_lu(programme, preset.caps)
    kept = share_kept(programme, eq_gains, side_gains, room)
    left = room - range_narrowed(programme, eq_gains * kept, side_gains * kept)
    slope, levelling = plan_compressor(programme, preset, normal, left)
    onset_db, onsets = plan_onsets(programme, preset)
    character = Character(eq_gains, side_gains, slope, onset_db, (*tone, *levelling, *onsets, *width))
    return trusted(programme, held(programme, character, kept))


def held(programme: Programme, character: Character, share: float) -> Character:
    """Return a character with a share of its tone and width, because of what more would do to the loudness range."""
    if share >= 1.0:
        return character
    full = _further(range_gained(programme, character.eq_gains_db, character.side_gains_db))
    way = "further apart" if full > 0.0 else "nearer to each other"
    reason = (
        f"Quiet and loud passages do not sound alike: all of this tone would bring them {abs(full):.1f} LU {way}. "
        f"{share:.0%} of it is made."
    )
    told = tuple(
        decision.scaled(share) if decision.stage in ("equalizer", "width") else decision
        for decision in character.decisions
    )
    eq_gains, side_gains = character.eq_gains_db * share, character.side_gains_db * share
    change = round(_further(range_gained(programme, eq_gains, side_gains)), 2)
    measured = round(programme.loudness_range_lu, 1)
    why = Decision("equalizer", "Range of loudness", measured, None, "LU", change, "LU", reason)
    return Character(eq_gains, side_gains, character.slope, character.onset_db, (*told, why))


def character_towards(programme: Programme, reference: Programme) -> Character:
    """Decide the tone and the width that lead a track towards a reference."""
    eq_gains, tone = plan_tone_towards(programme, reference)
    side_gains, width = plan_width_towards(programme, reference)
    return trusted(programme, Character(eq_gains, side_gains, 0.0, 0.0, (*tone, *width)))


def trusted(programme: Programme, character: Character) -> Character:
    """Return a character made gentler where the figures are not sure."""
    trust = min(1.0, programme.confidence / SURE)
    if trust == 1.0:
        return character
    told = tuple(decision.scaled(trust) for decision in character.decisions)
    unsure = Decision("confidence", "Certainty", round(programme.confidence, 2), SURE, "0 to 1", 0.0, "dB", _UNSURE)
    return Character(
        character.eq_gains_db * trust,
        character.side_gains_db * trust,
        character.slope * trust,
        character.onset_db * trust,
        (*told, unsure),
    )


def _further(ends: tuple[float, float]) -> float:
    return ends[0] if abs(ends[0]) > abs(ends[1]) else ends[1]
