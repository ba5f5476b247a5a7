"""Makes the plan for one track: from its fingerprint, a preset and an intensity, without its sound."""

from dataclasses import dataclass, replace

import numpy as np

from auralis.dsp.equalizer import BANDS, curve_db
from auralis.mastering.character import Character, character_of, character_towards
from auralis.mastering.document import Decision, MasteringPlan
from auralis.mastering.level import find_level
from auralis.mastering.motion import compression_lu, onsets_lu, range_lost
from auralis.mastering.normal import BUILT_IN, NormalRange
from auralis.mastering.passages import range_narrowed
from auralis.mastering.presets import PRESETS, Preset
from auralis.mastering.programme import CENTRES_HZ, K_POWER, Programme, Values, programme_of
from auralis.mastering.reference import TOWARDS, distances
from auralis.mastering.width import side_powers
from auralis.mastering.words import level_decisions
from auralis.model.errors import FieldError, InvalidInputError
from auralis.model.fingerprint import Fingerprint

__all__ = ["MasteringPlan", "plan_mastering"]

RUMBLE_HZ = 10.0
LOUD_RUMBLE_HZ = 3.0
"""Of masters that are loud already: a higher filter turns the phase of their bass, which raises its flat tops."""
CEILING_DBTP = -1.0
ONSET_PEAKS = 0.6
"""Share of the onset emphasis that reaches the highest peaks."""


@dataclass(frozen=True, slots=True)
class _Change:
    """What all but the level changes: loudness by tone and width, and by all, LU; peaks at equal loudness, dB."""

    tone_lu: float
    loudness_lu: float
    peaks_db: float


@dataclass(frozen=True, slots=True)
class Goal:
    """What is asked of a track: by which preset, how strongly, how loud (LUFS), and under which peak (dBTP).

    ``asked`` tells that the loudness is another than the track's own, ``album`` that its album decides it.
    """

    name: str
    preset: Preset
    intensity: float
    wanted_lufs: float
    ceiling_dbtp: float
    asked: bool = False
    album: bool = False


def plan_mastering(
    fingerprint: Fingerprint,
    enhancement_preset: str,
    intensity: float,
    *,
    target_lufs: float | None = None,
    ceiling_dbtp: float = CEILING_DBTP,
    normal: NormalRange = BUILT_IN,
    reference: Fingerprint | None = None,
) -> MasteringPlan:
    """Plan the mastering of one track.

    Parameters
    ----------
    fingerprint
        The track as measured.
    enhancement_preset
        A name of ``auralis.mastering.presets.PRESETS``, or any for what leads to ``reference``.
    intensity
        0..1; scales every deviation of the plan from neutral, 0 is the identity.
    target_lufs
        Loudness to come as near to as the caps allow, LUFS; None for the track's own, which is what a listener gets.
    ceiling_dbtp
        Highest true peak that may come out, dBTP.
    normal
        The range in which a track's spectrum, dynamics and stage are left as they are.
    reference
        A sound to lead the track towards, in place of a preset.

    Raises
    ------
    InvalidInputError
        If the preset is unknown or the intensity lies outside 0..1.
    """
    programme = programme_of(fingerprint)
    preset = check_choice(enhancement_preset, intensity, towards=reference is not None)
    wanted = programme.loudness_lufs if target_lufs is None or programme.is_silent else target_lufs
    goal = Goal(enhancement_preset, preset, intensity, wanted, ceiling_dbtp, asked=target_lufs is not None)
    if intensity <= 0.0 or programme.is_silent:
        return untouched(programme, goal)
    if reference is None:
        return follow(programme, goal, character_of(programme, preset, normal))
    towards = programme_of(reference)
    plan = follow(programme, goal, character_towards(programme, towards))
    return replace(
        plan,
        distances=distances(
            programme,
            towards,
            eq_gains_db=np.array(plan.eq_gains_db),
            side_gains_db=np.array(plan.side_gains_db),
            loudness_lufs=plan.predicted_loudness_lufs,
        ),
    )


def follow(programme: Programme, goal: Goal, character: Character) -> MasteringPlan:
    """Return the plan that gives a track a character, at the gain that comes nearest to what is wanted of it."""
    intensity = goal.intensity
    change = _change(programme, character, intensity)
    level = find_level(
        programme,
        goal.preset.caps,
        wanted_lufs=goal.wanted_lufs,
        raised_db=change.peaks_db,
        range_taken_lu=range_lost(programme, character.slope * intensity)
        + range_narrowed(programme, character.eq_gains_db * intensity, character.side_gains_db * intensity),
        ceiling_dbtp=goal.ceiling_dbtp,
    )
    eq_gains = _rounded(character.eq_gains_db * intensity)
    told = level_decisions(
        programme, goal.preset.caps, level, goal.wanted_lufs, goal.ceiling_dbtp, asked=goal.asked, album=goal.album
    )
    return MasteringPlan(
        preset=goal.name,
        intensity=intensity,
        rumble_hz=round((LOUD_RUMBLE_HZ if programme.is_already_loud else RUMBLE_HZ) * intensity, 3),
        eq_gains_db=eq_gains,
        eq_curve_db=_rounded(curve_db(eq_gains, CENTRES_HZ)),
        compressor_threshold_lufs=round(programme.loudness_lufs + change.tone_lu, 3) if character.slope else 0.0,
        compressor_slope=round(character.slope * intensity, 4),
        onset_db=round(character.onset_db * intensity, 3),
        side_gains_db=_rounded(character.side_gains_db * intensity),
        makeup_db=round(-change.loudness_lu, 3),
        gain_db=round(level.gain_db, 3),
        ceiling_dbtp=goal.ceiling_dbtp,
        source_loudness_lufs=round(programme.loudness_lufs, 3),
        source_true_peak_dbtp=round(programme.true_peak_dbtp, 3),
        wanted_lufs=round(goal.wanted_lufs, 3),
        predicted_loudness_lufs=round(level.loudness_lufs, 3),
        limited_by=level.limited_by,
        decisions=(*(decision.scaled(intensity) for decision in character.decisions), *told),
    )


def check_choice(name: str, intensity: float, *, towards: bool = False) -> Preset:
    """Return the preset of a name, or what stands for one where a reference leads.

    Raises
    ------
    InvalidInputError
        If there is no such preset, or the intensity lies outside 0..1.
    """
    errors = []
    if not towards and name not in PRESETS:
        errors.append(FieldError("preset", f"must be one of {', '.join(PRESETS)}", name))
    if not 0.0 <= intensity <= 1.0:
        errors.append(FieldError("intensity", "must lie in 0..1", intensity))
    if errors:
        raise InvalidInputError("There is no such enhancement.", errors)
    return TOWARDS if towards else PRESETS[name]


def untouched(programme: Programme, goal: Goal) -> MasteringPlan:
    """Return the plan that changes nothing."""
    reason = "There is nothing to hear in it." if programme.is_silent else "At intensity 0 the original plays."
    flat = (0.0,) * BANDS
    return MasteringPlan(
        preset=goal.name,
        intensity=goal.intensity,
        rumble_hz=0.0,
        eq_gains_db=flat,
        eq_curve_db=(0.0,) * len(CENTRES_HZ),
        compressor_threshold_lufs=0.0,
        compressor_slope=0.0,
        onset_db=0.0,
        side_gains_db=flat,
        makeup_db=0.0,
        gain_db=0.0,
        ceiling_dbtp=goal.ceiling_dbtp,
        source_loudness_lufs=round(programme.loudness_lufs, 3),
        source_true_peak_dbtp=round(programme.true_peak_dbtp, 3),
        wanted_lufs=round(programme.loudness_lufs, 3),
        predicted_loudness_lufs=round(programme.loudness_lufs, 3),
        decisions=(Decision("level", "Everything", None, None, "dB", 0.0, "dB", f"{reason} Nothing is changed."),),
    )


def _change(programme: Programme, character: Character, intensity: float) -> _Change:
    """Reckon what all but the level does, from the powers of middle and side in each third octave."""
    tone = 10.0 ** (curve_db(character.eq_gains_db * intensity, CENTRES_HZ) / 10.0)
    width = 10.0 ** (curve_db(character.side_gains_db * intensity, CENTRES_HZ) / 10.0)
    side = side_powers(programme)
    after = (programme.power - side + side * width) * tone
    tone_lu = _ratio_db(K_POWER * after, K_POWER * programme.power)
    compressed_lu = compression_lu(programme, character.slope * intensity)
    onset_db = character.onset_db * intensity
    loudness_lu = tone_lu + compressed_lu + onsets_lu(programme, onset_db)
    peaks_db = _ratio_db(after, programme.power) + compressed_lu + ONSET_PEAKS * onset_db - loudness_lu
    return _Change(tone_lu, loudness_lu, peaks_db)


def _ratio_db(after: Values, before: Values) -> float:
    return float(10.0 * np.log10(after.sum() / before.sum()))


def _rounded(values: Values) -> tuple[float, ...]:
    # Adding zero turns -0.0 into 0.0, which JSON would tell apart.
    return tuple(round(float(value), 3) + 0.0 for value in values)
