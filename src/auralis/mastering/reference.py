"""Leads a track towards a reference: its spectrum and its width; how far it was from it, and how far it will be."""

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.equalizer import BANDS, curve_db, fit_gains
from auralis.mastering.document import Decision, Distance
from auralis.mastering.presets import Preset
from auralis.mastering.programme import CENTRES_HZ, K_POWER, Programme, Values
from auralis.mastering.tone import FAINT_DB, HIGHEST_HZ, NO_BOOST_BELOW_HZ, band_name, within_caps
from auralis.mastering.width import side_powers, width_towards

MOST_DB = 6.0
MOST_STEP_DB = 3.0
TOWARDS = Preset("Towards the sound of a reference.", correction=0.0)
_WORTH_TELLING_DB = 0.5
_ROUNDING_DB = 0.01
_RANGES = (
    ("sub_bass", 20.0, 60.0), ("bass", 60.0, 250.0), ("low_mid", 250.0, 500.0), ("mid", 500.0, 2000.0),
    ("upper_mid", 2000.0, 4000.0), ("presence", 4000.0, 8000.0), ("air", 8000.0, 20_000.0),
)  # fmt: skip


def plan_tone_towards(programme: Programme, reference: Programme) -> tuple[Values, tuple[Decision, ...]]:
    """Return the gains of the equalizer's bands that lead a spectrum to that of a reference, dB, shape (10,), and why.

    Both are power means over the whole track, in which loud passages outweigh the others, held against each other at
    equal loudness and smoothed over an octave.
    """
    if programme.is_silent or reference.is_silent:
        return np.zeros(BANDS), ()
    away = _away(programme, reference)
    padded = np.pad(away, 1, mode="edge")
    octave = (padded[:-2] + padded[1:-1] + padded[2:]) / 3.0
    faint = programme.bands_db < np.max(programme.bands_db) - 2.0 * FAINT_DB
    most = np.where(faint | (CENTRES_HZ < NO_BOOST_BELOW_HZ), 0.0, MOST_DB)
    wanted = np.clip(octave, -MOST_DB, most)
    gains = within_caps(
        fit_gains(wanted, most, CENTRES_HZ),
        boost_db=MOST_DB - _ROUNDING_DB,
        cut_db=MOST_DB - _ROUNDING_DB,
        step_db=MOST_STEP_DB,
    )
    return gains, _reasons(programme, reference, curve_db(gains, CENTRES_HZ))


def plan_width_towards(programme: Programme, reference: Programme) -> tuple[Values, tuple[Decision, ...]]:
    """Return the gains of the side that lead a stage to the width of a reference, dB, shape (10,), and why."""
    return width_towards(programme, reference.stereo_width)


def distances(
    programme: Programme,
    reference: Programme,
    *,
    eq_gains_db: Values,
    side_gains_db: Values,
    loudness_lufs: float,
) -> tuple[Distance, ...]:
    """Return how far a track is from a reference, and how far it will be: in loudness, spectrum, bands and width."""
    tone = 10.0 ** (curve_db(eq_gains_db, CENTRES_HZ) / 10.0)
    wider = 10.0 ** (curve_db(side_gains_db, CENTRES_HZ) / 10.0)
    side = side_powers(programme)
    middle = programme.power - side
    side_after, middle_after = side * wider * tone, middle * tone
    before, after, goal = (_levels(power) for power in (programme.power, side_after + middle_after, reference.power))
    usable = _shared(programme, reference)
    width = programme.stereo_width
    wide = width * float(np.sqrt(_ratio(side_after, side) / max(_ratio(middle_after, middle), 1e-12)))
    found = [
        Distance("loudness_lufs", "LUFS", reference.loudness_lufs, programme.loudness_lufs, loudness_lufs),
        Distance("spectrum", "dB rms", 0.0, _rms(before - goal, usable), _rms(after - goal, usable)),
        Distance("stereo_width", "ratio", reference.stereo_width, width, wide / max(1.0 - width + wide, 1e-12)),
    ]
    for name, low, high in _RANGES:
        bands = usable & (low <= CENTRES_HZ) & (high > CENTRES_HZ)
        if bands.any():
            found.append(Distance(name, "dB at equal loudness", *(_sum(line, bands) for line in (goal, before, after))))
    return tuple(found)


def _away(programme: Programme, reference: Programme) -> Values:
    """Return the way to the reference per third octave, dB; beyond what both hold, that of the nearest that both do."""
    shared = np.flatnonzero(_shared(programme, reference))
    if not len(shared):
        return np.zeros(len(CENTRES_HZ))
    away = (reference.bands_db - programme.bands_db)[shared]
    return np.asarray(np.interp(np.arange(len(CENTRES_HZ)), shared, away))


def _shared(programme: Programme, reference: Programme) -> NDArray[np.bool_]:
    return np.asarray(programme.usable & reference.usable & (CENTRES_HZ <= HIGHEST_HZ))


def _levels(power: Values) -> Values:
    return np.asarray(10.0 * np.log10(np.maximum(power, 1e-12) / max(float((power * K_POWER).sum()), 1e-12)))


def _rms(line: Values, bands: NDArray[np.bool_]) -> float:
    return float(np.sqrt(np.mean(line[bands] ** 2))) if bands.any() else 0.0


def _sum(line: Values, bands: NDArray[np.bool_]) -> float:
    return float(10.0 * np.log10((10.0 ** (line[bands] / 10.0)).sum()))


def _ratio(after: Values, before: Values) -> float:
    return float(after.sum() / max(before.sum(), 1e-12))


def _reasons(programme: Programme, reference: Programme, curve: Values) -> tuple[Decision, ...]:
    decisions = []
    for _, low, high in _RANGES:
        bands = np.flatnonzero(_shared(programme, reference) & (low <= CENTRES_HZ) & (high > CENTRES_HZ))
        if not len(bands):
            continue
        band = int(bands[np.argmax(np.abs(curve[bands]))])
        if abs(curve[band]) < _WORTH_TELLING_DB:
            continue
        measured, goal = float(programme.bands_db[band]), float(reference.bands_db[band])
        way = "more" if goal > measured else "less"
        decisions.append(
            Decision(
                "equalizer", band_name(bands[0], bands[-1] + 1), round(measured, 1), round(goal, 1),
                "dB at equal loudness", round(float(curve[band]), 2), "dB",
                f"The reference has {abs(goal - measured):.1f} dB {way} of it at equal loudness.",
            )
        )  # fmt: skip
    return tuple(decisions)
