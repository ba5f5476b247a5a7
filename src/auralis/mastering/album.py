"""Plans the tracks of an album together: one tone for all, and each as loud beside the others as it was."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from auralis.mastering.character import Character, held, trusted
from auralis.mastering.document import Decision, MasteringPlan
from auralis.mastering.level import NEVER_LOUDER_LU, room_to_shape_lu
from auralis.mastering.motion import plan_compressor, plan_onsets
from auralis.mastering.normal import BUILT_IN, NormalRange
from auralis.mastering.passages import range_narrowed, share_kept
from auralis.mastering.plan import CEILING_DBTP, Goal, check_choice, follow, untouched
from auralis.mastering.presets import Preset
from auralis.mastering.programme import Programme, Values, programme_of
from auralis.mastering.tone import plan_equalizer
from auralis.mastering.width import plan_width
from auralis.model.fingerprint import Fingerprint

_AT_ONCE_LU = 0.02
_ROUNDS = 4


def plan_album(
    fingerprints: Sequence[Fingerprint],
    enhancement_preset: str,
    intensity: float,
    *,
    target_lufs: float | None = None,
    ceiling_dbtp: float = CEILING_DBTP,
    normal: NormalRange = BUILT_IN,
) -> list[MasteringPlan]:
    """Plan the tracks of an album so that they keep their relations of tone and loudness.

    The equalizer, the stage and the onsets are shared, made from the album as a whole. Where the caps keep one track
    below its place, all of them come down with it.

    Parameters
    ----------
    fingerprints
        The tracks as measured.
    enhancement_preset, intensity, ceiling_dbtp, normal
        As of ``plan_mastering``.
    target_lufs
        Loudness of the loudest track, LUFS; None to leave each at its own.

    Raises
    ------
    InvalidInputError
        If the preset is unknown or the intensity lies outside 0..1.
    """
    preset = check_choice(enhancement_preset, intensity)
    programmes = [programme_of(fingerprint) for fingerprint in fingerprints]
    heard = [programme for programme in programmes if not programme.is_silent]
    if not heard or intensity <= 0.0:
        goal = Goal(enhancement_preset, preset, intensity, 0.0, ceiling_dbtp)
        return [untouched(programme, goal) for programme in programmes]
    raised = 0.0 if target_lufs is None else target_lufs - max(programme.loudness_lufs for programme in heard)
    characters = _characters(programmes, _weights(fingerprints), preset, normal)
    trim = 0.0
    plans: list[MasteringPlan] = []
    for _ in range(_ROUNDS):
        goals = [
            Goal(
                enhancement_preset, preset, intensity, programme.loudness_lufs + raised - trim, ceiling_dbtp,
                asked=target_lufs is not None, album=True,
            )
            for programme in programmes
        ]  # fmt: skip
        plans = [
            untouched(programme, goal) if character is None else follow(programme, goal, character)
            for programme, goal, character in zip(programmes, goals, characters, strict=True)
        ]
        missed = max(plan.wanted_lufs - plan.predicted_loudness_lufs for plan in plans if not plan.is_identity)
        if missed <= NEVER_LOUDER_LU + _AT_ONCE_LU:
            break
        trim += missed - NEVER_LOUDER_LU
    return plans


def _weights(fingerprints: Sequence[Fingerprint]) -> Values:
    return np.array([fingerprint.frames / fingerprint.sample_rate for fingerprint in fingerprints])


def _characters(
    programmes: Sequence[Programme], weights: Values, preset: Preset, normal: NormalRange
) -> list[Character | None]:
    """Return what each track gets: tone, stage and onsets of the album, and the narrowing of its own range."""
    pairs = zip(programmes, weights, strict=True)
    heard = [(programme, weight) for programme, weight in pairs if not programme.is_silent]
    whole = _whole(heard)
    gains, tone = plan_equalizer(whole, preset, normal)
    stage = _nearest([plan_width(programme, preset, normal)[0] for programme, _ in heard])
    onset_db = min(plan_onsets(programme, preset)[0] for programme, _ in heard)
    kept = min(share_kept(track, gains, stage, room_to_shape_lu(track, preset.caps)) for track, _ in heard)

    def character(programme: Programme) -> Character:
        left = room_to_shape_lu(programme, preset.caps) - range_narrowed(programme, gains * kept, stage * kept)
        slope, levelling = plan_compressor(programme, preset, normal, left)
        told = (
            *tone,
            *levelling,
            *_told_onsets(programme, preset, onset_db),
            *_told_stage(programme, preset, normal, stage),
        )
        return trusted(whole, held(programme, Character(gains, stage, slope, onset_db, told), kept))

    return [None if programme.is_silent else character(programme) for programme in programmes]


def _told_onsets(programme: Programme, preset: Preset, onset_db: float) -> tuple[Decision, ...]:
    own_db, told = plan_onsets(programme, preset)
    if own_db == onset_db:
        return told
    reason = "Another track of the album has no room for stronger onsets, and all of them are treated alike."
    return tuple(replace(decision, change=onset_db, reason=reason) for decision in told)


def _told_stage(programme: Programme, preset: Preset, normal: NormalRange, stage: Values) -> tuple[Decision, ...]:
    if not stage.any():
        return ()
    widest = round(float(stage[np.argmax(np.abs(stage))]), 2)
    return tuple(replace(decision, change=widest) for decision in plan_width(programme, preset, normal)[1])


def _whole(heard: Sequence[tuple[Programme, float]]) -> Programme:
    """Return an album as if it were one track; as for what may be done to it, it is like its least steady one."""
    total = sum(weight for _, weight in heard)
    least = min((track for track, _ in heard), key=lambda track: track.steadiness * (1.0 - track.crushed))
    return replace(
        least,
        power=np.asarray(sum(track.power * (weight / total) for track, weight in heard)),
        side_power=np.asarray(sum(track.side_power * (weight / total) for track, weight in heard)),
        usable=np.any([track.usable for track, _ in heard], axis=0),
        confidence=min(track.confidence for track, _ in heard),
    )


def _nearest(lines: Sequence[Values]) -> Values:
    """Return of each band the move that is nearest to none, where all go the same way."""
    sides = np.array(lines)
    wider, narrower = (sides > 0.0).all(axis=0), (sides < 0.0).all(axis=0)
    return np.asarray(np.where(wider, sides.min(axis=0), np.where(narrower, sides.max(axis=0), 0.0)))
