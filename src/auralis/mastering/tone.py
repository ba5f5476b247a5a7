"""Decides the equalizer: what lies outside the normal range goes half the way back, and a preset adds its character."""

from itertools import pairwise

import numpy as np

from auralis.dsp.equalizer import BANDS, curve_db, fit_gains
from auralis.mastering.document import Decision
from auralis.mastering.normal import NormalRange
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


def plan_equalizer(programme: Programme, preset: Preset, normal: NormalRange) -> tuple[Values, tuple[Decision, ...]]:
    """Return the gains of the equalizer's bands at intensity 1, dB, shape (10,), and why."""
    if programme.is_silent:
        return np.zeros(BANDS), ()
    correction = _correction(programme, normal) * preset.correction
    character = _character(programme, preset, normal, correction)
    gains = within_caps(fit_gains(correction + character, _most(programme, normal), CENTRES_HZ))
    if programme.steadiness == 0.0:
        return np.zeros(BANDS), (_UNSTEADY,)
    gains *= programme.steadiness * (1.0 - CRUSHED_KEEPS * programme.crushed)
    curve = curve_db(gains, CENTRES_HZ)
    if np.abs(curve[programme.usable]).max() < _NEUTRAL_DB:
        return np.zeros(BANDS), (_nothing_to_correct(preset, normal),)
    return gains, _reasons(programme, normal, curve, correction)


def _correction(programme: Programme, normal: NormalRange) -> Values:
    """Return half of what lies outside the normal range, over an octave, times the confidence, dB."""
    measured = programme.bands_db
    excess = measured - np.clip(measured, normal.low_db, normal.high_db)
    # A dip far under the median is not a weakness but an absence.
    excess = np.where((measured < np.array(normal.median_db) - FAINT_DB) & (excess < 0.0), 0.0, excess)
    excess = np.where(programme.usable & (CENTRES_HZ <= HIGHEST_HZ), excess, 0.0)
    padded = np.concatenate(([0.0], -0.5 * excess, [0.0]))
    octave = (padded[:-2] + padded[1:-1] + padded[2:]) / 3.0
    return np.asarray(np.clip(octave, -MOST_CUT_DB, MOST_BOOST_DB) * programme.confidence)


def _character(programme: Programme, preset: Preset, normal: NormalRange, correction: Values) -> Values:
    """Return the preset's own curve, held back where it would lead a band out of the normal range, dB."""
    if not preset.character_db:
        return np.zeros(len(CENTRES_HZ))
    points = sorted(preset.character_db.items())
    curve = np.interp(np.log(CENTRES_HZ), np.log([hz for hz, _ in points]), [gain for _, gain in points])
    after = programme.bands_db + correction
    low, high = np.array(normal.low_db), np.array(normal.high_db)
    return np.asarray(np.clip(curve, np.minimum(0.0, low - after), np.maximum(0.0, high - after)))


def _most(programme: Programme, normal: NormalRange) -> Values:
    """Return how much each band may be raised, dB: not at all in the depths, nor where there is next to nothing."""
    faint = programme.usable & (programme.bands_db < np.array(normal.median_db) - FAINT_DB)
    return np.asarray(np.where(faint | (CENTRES_HZ < NO_BOOST_BELOW_HZ), 0.0, MOST_BOOST_DB))


def within_caps(
    gains: Values, *, boost_db: float = MOST_BOOST_DB, cut_db: float = MOST_CUT_DB, step_db: float = MOST_STEP_DB
) -> Values:
    """Return the gains of the bands, smoothed and scaled until their curve keeps to what it may do."""
    for _ in range(40):
        curve = curve_db(gains, CENTRES_HZ)
        if np.abs(np.diff(curve)).max() <= step_db:
            break
        padded = np.concatenate((gains[:1], gains, gains[-1:]))
        gains = 0.15 * padded[:-2] + 0.7 * padded[1:-1] + 0.15 * padded[2:]
    curve = curve_db(gains, CENTRES_HZ)
    scale = min(1.0, boost_db / max(curve.max(), 1e-9), cut_db / max(-curve.min(), 1e-9))
    return np.asarray(gains * scale)


def _nothing_to_correct(preset: Preset, normal: NormalRange) -> Decision:
    reason = (
        f"Every part of the spectrum lies where {normal.whose} has it at this loudness: nothing is changed."
        if preset.correction
        else "This preset does not change the tone."
    )
    return Decision("equalizer", "Tone", None, None, "dB", 0.0, "dB", reason)


def _reasons(programme: Programme, normal: NormalRange, curve: Values, correction: Values) -> tuple[Decision, ...]:
    """Return a decision for each run of bands that is raised or cut by something worth telling."""
    side = np.where(np.abs(curve) >= _WORTH_TELLING_DB, np.sign(curve), 0.0) * programme.usable
    borders = [0, *(np.flatnonzero(np.diff(side)) + 1), len(side)]
    decisions = []
    for start, stop in pairwise(borders):
        if side[start] == 0.0:
            continue
        band = start + int(np.argmax(np.abs(curve[start:stop])))
        decisions.append(_reason(programme, normal, (band, start, stop), float(curve[band]), float(correction[band])))
    return tuple(decisions)


def _reason(
    programme: Programme, normal: NormalRange, bands: tuple[int, int, int], change: float, correction: float
) -> Decision:
    band, start, stop = bands
    measured = float(programme.bands_db[band])
    bound = normal.low_db[band] if change > 0.0 else normal.high_db[band]
    name = band_name(start, stop)
    outside = measured < bound if change > 0.0 else measured > bound
    target: float | None = None
    if outside and correction * change > 0.0:
        target = round(bound, 1)
        way, verb = ("below", "given back") if change > 0.0 else ("above", "taken away")
        reason = (
            f"At {_hz(band)} the track is {abs(measured - bound):.1f} dB {way} the range in which {normal.whose} lies "
            f"at this loudness; about half of that is {verb}."
        )
    elif correction * change > 0.0:
        reason = f"The bands beside it lie outside the range of {normal.whose}, and a filter is no narrower than this."
    else:
        verb = "raised" if change > 0.0 else "lowered"
        reason = f"The preset's character: {verb} a little, and not out of the range in which {normal.whose} lies."
    return Decision(
        "equalizer", name, round(measured, 1), target, "dB at equal loudness", round(change, 2), "dB", reason
    )


def band_name(start: int, stop: int) -> str:
    """Return what a run of third octaves is called, with its borders."""
    return f"{_name(start, stop)} ({_hz(start)}-{_hz(stop - 1)})"


def _name(start: int, stop: int) -> str:
    middle = float(np.sqrt(CENTRES_HZ[start] * CENTRES_HZ[stop - 1]))
    for limit, name in ((60, "Sub-bass"), (250, "Bass"), (500, "Low mids"), (2000, "Mids"), (4000, "Upper mids")):
        if middle < limit:
            return name
    return "Presence" if middle < 8000 else "Air"


def _hz(band: int) -> str:
    hz = CENTRES_HZ[band]
    return f"{hz / 1000:.3g} kHz" if hz >= 1000 else f"{hz:.3g} Hz"
