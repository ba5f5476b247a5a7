"""Decides the equalizer: what lies outside the normal range goes half the way back, and a preset adds its character."""

from itertools import pairwise

import numpy as np

from auralis.dsp.equalizer import BANDS, curve_db, fit_gains
from auralis.mastering.document import Decision
from auralis.mastering.normal import HIGH_DB, LOW_DB, MEDIAN_DB
from auralis.mastering.presets import Preset
from auralis.mastering.programme import CENTRES_HZ, Programme, Values

MOST_BOOST_DB = 2.0
MOST_CUT_DB = 3.0
MOST_STEP_DB = 1.5
NO_BOOST_BELOW_HZ = 40.0
CRUSHED_KEEPS = 0.7
"""Share of the tone that a wholly crushed master is spared: each filter would cost it loudness."""
FAINT_DB = 20.0
"""A band this far under the median holds nothing that could be brought out but hiss."""
HIGHEST_HZ = 17_000.0
"""Above, a recording is more marked by its encoder than by its maker."""
_WORTH_TELLING_DB = 0.3
_NEUTRAL_DB = 0.3
_UNSTEADY = Decision(
    "equalizer", "Tone", None, None, "dB", 0.0, "dB",
    "A few loud moments stand over a quiet background: with another tone the loudness could not be kept.",
)  # fmt: skip
_LOW, _MEDIAN, _HIGH = np.array(LOW_DB), np.array(MEDIAN_DB), np.array(HIGH_DB)


def plan_equalizer(programme: Programme, preset: Preset) -> tuple[Values, tuple[Decision, ...]]:
    """Return the gains of the equalizer's bands at intensity 1, dB, shape (10,), and why."""
    if programme.is_silent:
        return np.zeros(BANDS), ()
    correction = _correction(programme) * preset.correction
    character = _character(programme, preset, correction)
    gains = _within_caps(fit_gains(correction + character, _most(programme), CENTRES_HZ))
    if programme.steadiness == 0.0:
        return np.zeros(BANDS), (_UNSTEADY,)
    gains *= programme.steadiness * (1.0 - CRUSHED_KEEPS * programme.crushed)
    curve = curve_db(gains, CENTRES_HZ)
    if np.abs(curve[programme.usable]).max() < _NEUTRAL_DB:
        return np.zeros(BANDS), (_nothing_to_correct(preset),)
    return gains, _reasons(programme, curve, correction)


def _correction(programme: Programme) -> Values:
    """Return half of what lies outside the normal range, over an octave, times the confidence, dB."""
    measured = programme.bands_db
    excess = measured - np.clip(measured, _LOW, _HIGH)
    # A dip far under the median is not a weakness but an absence.
    excess = np.where((measured < _MEDIAN - FAINT_DB) & (excess < 0.0), 0.0, excess)
    excess = np.where(programme.usable & (CENTRES_HZ <= HIGHEST_HZ), excess, 0.0)
    padded = np.concatenate(([0.0], -0.5 * excess, [0.0]))
    octave = (padded[:-2] + padded[1:-1] + padded[2:]) / 3.0
    return np.asarray(np.clip(octave, -MOST_CUT_DB, MOST_BOOST_DB) * programme.confidence)


def _character(programme: Programme, preset: Preset, correction: Values) -> Values:
    """Return the preset's own curve, held back where it would lead a band out of the normal range, dB."""
    if not preset.character_db:
        return np.zeros(len(CENTRES_HZ))
    points = sorted(preset.character_db.items())
    curve = np.interp(np.log(CENTRES_HZ), np.log([hz for hz, _ in points]), [gain for _, gain in points])
    after = programme.bands_db + correction
    return np.asarray(np.clip(curve, np.minimum(0.0, _LOW - after), np.maximum(0.0, _HIGH - after)))


def _most(programme: Programme) -> Values:
    """Return how much each band may be raised, dB: not at all in the depths, nor where there is next to nothing."""
    faint = programme.usable & (programme.bands_db < _MEDIAN - FAINT_DB)
    return np.asarray(np.where(faint | (CENTRES_HZ < NO_BOOST_BELOW_HZ), 0.0, MOST_BOOST_DB))


def _within_caps(gains: Values) -> Values:
    for _ in range(40):
        curve = curve_db(gains, CENTRES_HZ)
        if np.abs(np.diff(curve)).max() <= MOST_STEP_DB:
            break
        padded = np.concatenate((gains[:1], gains, gains[-1:]))
        gains = 0.15 * padded[:-2] + 0.7 * padded[1:-1] + 0.15 * padded[2:]
    curve = curve_db(gains, CENTRES_HZ)
    scale = min(1.0, MOST_BOOST_DB / max(curve.max(), 1e-9), MOST_CUT_DB / max(-curve.min(), 1e-9))
    return np.asarray(gains * scale)


def _nothing_to_correct(preset: Preset) -> Decision:
    reason = (
        "Every part of the spectrum lies where most music has it at this loudness: nothing is changed."
        if preset.correction
        else "This preset does not change the tone."
    )
    return Decision("equalizer", "Tone", None, None, "dB", 0.0, "dB", reason)


def _reasons(programme: Programme, curve: Values, correction: Values) -> tuple[Decision, ...]:
    """Return a decision for each run of bands that is raised or cut by something worth telling."""
    side = np.where(np.abs(curve) >= _WORTH_TELLING_DB, np.sign(curve), 0.0) * programme.usable
    borders = [0, *(np.flatnonzero(np.diff(side)) + 1), len(side)]
    decisions = []
    for start, stop in pairwise(borders):
        if side[start] == 0.0:
            continue
        band = start + int(np.argmax(np.abs(curve[start:stop])))
        decisions.append(_reason(programme, band, start, stop, float(curve[band]), float(correction[band])))
    return tuple(decisions)


def _reason(programme: Programme, band: int, start: int, stop: int, change: float, correction: float) -> Decision:
    measured = float(programme.bands_db[band])
    bound = float(_LOW[band] if change > 0.0 else _HIGH[band])
    name = f"{_name(start, stop)} ({_hz(start)}-{_hz(stop - 1)})"
    outside = measured < bound if change > 0.0 else measured > bound
    target: float | None = None
    if outside and correction * change > 0.0:
        target = round(bound, 1)
        way, verb = ("below", "given back") if change > 0.0 else ("above", "taken away")
        reason = (
            f"At {_hz(band)} the track is {abs(measured - bound):.1f} dB {way} the range in which most music lies "
            f"at this loudness; about half of that is {verb}."
        )
    elif correction * change > 0.0:
        reason = "The neighbouring bands lie outside the range of most music, and a filter is no narrower than this."
    else:
        verb = "raised" if change > 0.0 else "lowered"
        reason = f"The preset's character: {verb} a little, and not out of the range in which most music lies."
    return Decision(
        "equalizer", name, round(measured, 1), target, "dB at equal loudness", round(change, 2), "dB", reason
    )


def _name(start: int, stop: int) -> str:
    middle = float(np.sqrt(CENTRES_HZ[start] * CENTRES_HZ[stop - 1]))
    for limit, name in ((60, "Sub-bass"), (250, "Bass"), (500, "Low mids"), (2000, "Mids"), (4000, "Upper mids")):
        if middle < limit:
            return name
    return "Presence" if middle < 8000 else "Air"


def _hz(band: int) -> str:
    hz = CENTRES_HZ[band]
    return f"{hz / 1000:.3g} kHz" if hz >= 1000 else f"{hz:.3g} Hz"
