"""Decides the width of the stage: the side by band, never in the bass, never into opposite phase."""

import numpy as np

from auralis.dsp.equalizer import BANDS, curve_db, fit_gains
from auralis.mastering.document import Decision
from auralis.mastering.normal import NormalRange
from auralis.mastering.presets import Preset
from auralis.mastering.programme import CENTRES_HZ, K_POWER, Programme, Values

MOST_DB = 1.8
MOST_NARROWER_DB = 6.0
BASS_ENDS_HZ = 130.0
WIDE_FROM_HZ = 450.0
MONO_WIDTH = 0.02
"""Narrower than this is meant to be mono."""
MOST_SIDE_SHARE = 0.42
"""Of a band's power: at 0.5 left and right are uncorrelated, beyond they cancel in mono."""
MOST_MONO_LOSS_LU = 0.35


def plan_width(programme: Programme, preset: Preset, normal: NormalRange) -> tuple[Values, tuple[Decision, ...]]:
    """Return the gains of the side in the equalizer's bands at intensity 1, dB, shape (10,), and why."""
    change, target, reason = _wanted(programme, preset, normal)
    return _gains(programme, change * programme.steadiness, target, reason)


def width_towards(programme: Programme, target: float) -> tuple[Values, tuple[Decision, ...]]:
    """Return the gains of the side that lead to a width, as far as it keeps in phase, and why."""
    width = programme.stereo_width
    if width < MONO_WIDTH:
        return np.zeros(BANDS), ()
    target = max(target, MONO_WIDTH)
    way = 20.0 * np.log10(target / (1.0 - target) * (1.0 - width) / width)
    words = "narrower" if way < 0.0 else "wider"
    reason = f"The reference has a {words} stage; above the bass, and as far as it keeps in phase, this one follows."
    return _gains(programme, float(np.clip(way, -MOST_NARROWER_DB, MOST_DB)), target, reason)


def _gains(
    programme: Programme, change: float, target: float | None, reason: str
) -> tuple[Values, tuple[Decision, ...]]:
    if programme.is_silent or abs(change) < 0.1:
        return np.zeros(BANDS), ()
    ramp = np.clip(np.log(CENTRES_HZ / BASS_ENDS_HZ) / np.log(WIDE_FROM_HZ / BASS_ENDS_HZ), 0.0, 1.0)
    share = np.clip(_side_share(programme), 1e-9, 1.0 - 1e-9)
    room = 10.0 * np.log10(MOST_SIDE_SHARE / (1.0 - MOST_SIDE_SHARE) * (1.0 - share) / share)
    most = np.where(CENTRES_HZ < BASS_ENDS_HZ, 0.0, np.clip(room, 0.0, MOST_DB))
    gains = fit_gains(np.minimum(change * ramp, most), most, CENTRES_HZ)
    curve = curve_db(gains, CENTRES_HZ)
    lost = side_gain_lu(programme, curve)
    gains *= min(1.0, MOST_DB / max(curve.max(), 1e-9), MOST_MONO_LOSS_LU / max(lost, 1e-9))
    widest = float(gains[np.argmax(np.abs(gains))])
    if abs(widest) < 0.1:
        return np.zeros(BANDS), ()
    decision = Decision(
        "width",
        "Stage",
        round(programme.stereo_width, 3),
        None if target is None else round(target, 3),
        "side over mid and side",
        round(widest, 2),
        "dB of the side above 450 Hz",
        reason,
    )
    return gains, (decision,)


def side_gain_lu(programme: Programme, side_db: Values) -> float:
    """Return by how much the loudness rises when the side of each third octave is raised by ``side_db``."""
    side = _side_share(programme) * programme.power
    return float(
        10.0
        * np.log10(1.0 + (K_POWER * side * (10.0 ** (side_db / 10.0) - 1.0)).sum() / (K_POWER * programme.power).sum())
    )


def side_powers(programme: Programme) -> Values:
    """Return the power of the side per third octave; shared out evenly where it was not measured by band."""
    return _side_share(programme) * programme.power


def _side_share(programme: Programme) -> Values:
    if programme.side_known:
        return np.asarray(programme.side_power / np.maximum(programme.power, 1e-12))
    side, mid = programme.stereo_width**2, (1.0 - programme.stereo_width) ** 2
    return np.full(len(CENTRES_HZ), side / (side + mid))


def _wanted(programme: Programme, preset: Preset, normal: NormalRange) -> tuple[float, float | None, str]:
    width, (narrow, wide) = programme.stereo_width, normal.stereo_width
    if width < MONO_WIDTH:
        return 0.0, None, ""
    if preset.corrects_width and not narrow <= width <= wide:
        target = narrow if width < narrow else wide
        half = 10.0 * np.log10(target / (1.0 - target) * (1.0 - width) / width)
        words = "narrower" if width < narrow else "wider"
        return (
            float(np.clip(half, -1.5, 1.5)),
            target,
            (f"The stage is {words} than that of {normal.whose}; it goes half of the way there, above the bass."),
        )
    if preset.width_db > 0.0:
        reason = "The preset's character: a wider stage above the bass, as far as it keeps in phase."
        return preset.width_db, None, reason
    return 0.0, None, ""
