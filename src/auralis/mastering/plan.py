"""Makes the plan for one track: from its fingerprint, a preset and an intensity, without its sound."""

from dataclasses import dataclass, replace

import numpy as np

from auralis.dsp.equalizer import BANDS, curve_db
from auralis.mastering.document import Decision, MasteringPlan
from auralis.mastering.level import find_level
from auralis.mastering.motion import compression_lu, onsets_lu, plan_compressor, plan_onsets, range_lost
from auralis.mastering.presets import PRESETS, Preset
from auralis.mastering.programme import CENTRES_HZ, K_POWER, Programme, Values, programme_of
from auralis.mastering.tone import plan_equalizer
from auralis.mastering.width import plan_width, side_powers
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
class _Character:
    """All but the level, at intensity 1."""

    eq_gains_db: Values
    side_gains_db: Values
    slope: float
    onset_db: float
    decisions: tuple[Decision, ...]


def plan_mastering(
    fingerprint: Fingerprint,
    enhancement_preset: str,
    intensity: float,
    *,
    target_lufs: float | None = None,
    ceiling_dbtp: float = CEILING_DBTP,
) -> MasteringPlan:
    """Plan the mastering of one track.

    Parameters
    ----------
    fingerprint
        The track as measured.
    enhancement_preset
        A name of ``auralis.mastering.presets.PRESETS``.
    intensity
        0..1; scales every deviation of the plan from neutral, 0 is the identity.
    target_lufs
        Loudness to come as near to as the caps allow, LUFS; None for the track's own, which is what a listener gets.
    ceiling_dbtp
        Highest true peak that may come out, dBTP.

    Raises
    ------
    InvalidInputError
        If the preset is unknown or the intensity lies outside 0..1.
    """
    preset = _checked(enhancement_preset, intensity)
    programme = programme_of(fingerprint)
    wanted = programme.loudness_lufs if target_lufs is None or programme.is_silent else target_lufs
    if intensity <= 0.0 or programme.is_silent:
        return _untouched(programme, enhancement_preset, intensity, ceiling_dbtp)
    character = _character(programme, preset)
    change = _change(programme, character, intensity)
    level = find_level(
        programme,
        preset.caps,
        wanted_lufs=wanted,
        raised_db=change.peaks_db,
        range_taken_lu=range_lost(programme, character.slope * intensity),
        ceiling_dbtp=ceiling_dbtp,
    )
    eq_gains = _rounded(character.eq_gains_db * intensity)
    return MasteringPlan(
        preset=enhancement_preset,
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
        ceiling_dbtp=ceiling_dbtp,
        source_loudness_lufs=round(programme.loudness_lufs, 3),
        source_true_peak_dbtp=round(programme.true_peak_dbtp, 3),
        wanted_lufs=round(wanted, 3),
        predicted_loudness_lufs=round(level.loudness_lufs, 3),
        limited_by=level.limited_by,
        decisions=(
            *(_scaled(decision, intensity) for decision in character.decisions),
            *level_decisions(programme, preset.caps, level, wanted, ceiling_dbtp, asked=target_lufs is not None),
        ),
    )


def _checked(name: str, intensity: float) -> Preset:
    errors = []
    if name not in PRESETS:
        errors.append(FieldError("preset", f"must be one of {', '.join(PRESETS)}", name))
    if not 0.0 <= intensity <= 1.0:
        errors.append(FieldError("intensity", "must lie in 0..1", intensity))
    if errors:
        raise InvalidInputError("There is no such enhancement.", errors)
    return PRESETS[name]


def _untouched(programme: Programme, preset: str, intensity: float, ceiling_dbtp: float) -> MasteringPlan:
    reason = "There is nothing to hear in it." if programme.is_silent else "At intensity 0 the original plays."
    flat = (0.0,) * BANDS
    return MasteringPlan(
        preset=preset,
        intensity=intensity,
        rumble_hz=0.0,
        eq_gains_db=flat,
        eq_curve_db=(0.0,) * len(CENTRES_HZ),
        compressor_threshold_lufs=0.0,
        compressor_slope=0.0,
        onset_db=0.0,
        side_gains_db=flat,
        makeup_db=0.0,
        gain_db=0.0,
        ceiling_dbtp=ceiling_dbtp,
        source_loudness_lufs=round(programme.loudness_lufs, 3),
        source_true_peak_dbtp=round(programme.true_peak_dbtp, 3),
        wanted_lufs=round(programme.loudness_lufs, 3),
        predicted_loudness_lufs=round(programme.loudness_lufs, 3),
        decisions=(Decision("level", "Everything", None, None, "dB", 0.0, "dB", f"{reason} Nothing is changed."),),
    )


def _character(programme: Programme, preset: Preset) -> _Character:
    eq_gains, tone = plan_equalizer(programme, preset)
    side_gains, width = plan_width(programme, preset)
    slope, levelling = plan_compressor(programme, preset)
    onset_db, onsets = plan_onsets(programme, preset)
    return _Character(eq_gains, side_gains, slope, onset_db, (*tone, *levelling, *onsets, *width))


def _change(programme: Programme, character: _Character, intensity: float) -> _Change:
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


def _scaled(decision: Decision, intensity: float) -> Decision:
    return replace(decision, change=round(decision.change * intensity, 2))
