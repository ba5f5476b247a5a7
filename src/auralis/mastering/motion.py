"""Decides the dynamics: an unusually wide range of loudness is narrowed a little, onsets are brought out."""

import numpy as np

from auralis.dsp.compression import compression_db
from auralis.mastering.document import Decision
from auralis.mastering.normal import NormalRange
from auralis.mastering.presets import Preset
from auralis.mastering.programme import Programme

MOST_SLOPE = 0.3
_ONSETS_ALWAYS, _ONSETS_BY_DENSITY, _ONSETS_BY_BEATS, _DENSEST = 0.15, 0.015, 0.32, 12.0
"""Fitted on renders of 117 freely licensed tracks fetched by ``benchmarks/fetch_music`` (standard error 0.06 LU a dB),
and a little more, so that the enhanced sound is rather too quiet than too loud."""
_ONSETS_BY_LONELY, _LONELY_FROM_DB = 0.03, 8.0
"""Where a few peaks stand far above all others they carry much of the loudness; fitted on the worst of 68 tracks."""


def plan_compressor(
    programme: Programme, preset: Preset, normal: NormalRange, room_lu: float
) -> tuple[float, tuple[Decision, ...]]:
    """Return the compressor's slope at intensity 1, for a threshold at the track's own loudness, and why.

    It narrows the loudness range by no more than ``room_lu``, LU.
    """
    usual = normal.loudness_range_lu[1]
    measured = programme.loudness_range_lu
    if not preset.levels or programme.is_silent or programme.is_already_loud or measured <= usual:
        return 0.0, ()
    wanted = min(0.5 * (measured - usual), room_lu) * programme.steadiness
    if wanted <= 0.0:
        return 0.0, ()
    slope = float(np.clip(wanted / max(range_lost(programme, 1.0), 1e-9), 0.0, MOST_SLOPE))
    decision = Decision(
        "dynamics",
        "Range of loudness",
        round(measured, 1),
        usual,
        "LU",
        round(-range_lost(programme, slope), 2),
        "LU",
        f"Loud and quiet passages are {measured:.1f} LU apart, more than in {normal.whose}; the loudest "
        "come down a little.",
    )
    return slope, (decision,)


def plan_onsets(programme: Programme, preset: Preset) -> tuple[float, tuple[Decision, ...]]:
    """Return by how much onsets are raised at most at intensity 1, dB, and why."""
    if preset.onset_db <= 0.0 or programme.is_silent or programme.steadiness == 0.0:
        return 0.0, ()
    if programme.is_already_loud:
        reason = "The track is a loud master already: there is no room above it for stronger onsets."
        return 0.0, (Decision("dynamics", "Onsets", None, None, "dB", 0.0, "dB", reason),)
    decision = Decision(
        "dynamics", "Onsets", None, None, "dB", preset.onset_db, "dB",
        "The preset's character: the first instant of each beat and note stands out more.",
    )  # fmt: skip
    return preset.onset_db, (decision,)


def compression_lu(programme: Programme, slope: float) -> float:
    """Return the change of integrated loudness that the compressor makes, LU (<= 0)."""
    if slope <= 0.0:
        return 0.0
    heard = programme.loudness[programme.loudness > programme.loudness_lufs - 10.0]
    if not len(heard):
        return 0.0
    after = heard + compression_db(heard, programme.loudness_lufs, slope)
    return float(10.0 * np.log10((10.0 ** (after / 10.0)).mean() / (10.0 ** (heard / 10.0)).mean()))


def onsets_lu(programme: Programme, onset_db: float) -> float:
    """Return by how much stronger onsets raise the integrated loudness, LU."""
    density = min(programme.onsets_per_second, _DENSEST)
    lonely = max(0.0, programme.peak_to_loudness_db - programme.crest_db - _LONELY_FROM_DB)
    by_sound = _ONSETS_BY_DENSITY * density + _ONSETS_BY_BEATS * programme.percussive + _ONSETS_BY_LONELY * lonely
    return onset_db * (_ONSETS_ALWAYS + by_sound)


def range_lost(programme: Programme, slope: float) -> float:
    """Return how much nearer the compressor brings the 10th and 95th percentile of loudness (20 LU gate), LU."""
    relative = programme.loudness - programme.loudness_lufs
    heard = relative[relative > -20.0]
    low, high = np.percentile(heard, (10, 95)) if len(heard) else (0.0, 0.0)
    taken = compression_db(np.array((low, high)), 0.0, slope)
    return float(taken[0] - taken[1])
