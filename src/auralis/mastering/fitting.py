"""Fits the normal range of a library on its own tracks."""

from collections.abc import Iterable, Sequence

import numpy as np

from auralis.mastering.normal import BUILT_IN, HIGH_DB, LEAST_TRACKS, LOW_DB, MEDIAN_DB, NormalRange
from auralis.mastering.programme import Values, programme_of
from auralis.model.fingerprint import Fingerprint

_LOW, _MEDIAN, _HIGH = 10, 50, 90
_LEAST_WIDTH_DB = 6.0
"""A library of one kind of music has a narrow range; narrower than this it would make all tracks alike."""


def fit_range(fingerprints: Iterable[Fingerprint]) -> NormalRange | None:
    """Return the range of a library, or None where it has too few tracks that say something."""
    heard = [track for track in map(programme_of, fingerprints) if not track.is_silent]
    if len(heard) < LEAST_TRACKS:
        return None
    bands = np.array([np.where(track.usable, track.bands_db, np.nan) for track in heard])
    known = np.isfinite(bands).sum(axis=0) >= LEAST_TRACKS
    filled = np.where(known, bands, np.array(MEDIAN_DB))
    low, median, high = (_smooth(np.nanpercentile(filled, percent, axis=0)) for percent in (_LOW, _MEDIAN, _HIGH))
    room = np.maximum(0.0, _LEAST_WIDTH_DB - (high - low)) / 2.0
    low, high = low - room, high + room
    lines = [
        tuple(round(float(value), 1) for value in np.where(known, line, built_in))
        for line, built_in in ((low, LOW_DB), (median, MEDIAN_DB), (high, HIGH_DB))
    ]
    widths = [track.stereo_width for track in heard if track.stereo_width > 0.0] or BUILT_IN.stereo_width
    ranges = [track.loudness_range_lu for track in heard]
    return NormalRange(lines[0], lines[1], lines[2], _range(ranges), _range(widths), tracks=len(heard))


def _smooth(line: Values) -> Values:
    padded = np.pad(line, 1, mode="edge")
    return np.asarray(0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:])


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = np.percentile(values, (_LOW, _HIGH))
    return round(float(low), 2), round(float(high), 2)
