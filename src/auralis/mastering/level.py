"""Decides the level: what the limiter will have to do, what that costs in loudness, and which cap binds first."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auralis.mastering.presets import Caps
from auralis.mastering.programme import Programme, Values

MOST_GAIN_DB = 6.0
LOUD_MEAN_REDUCTION_DB = 0.3
AIM_UNDER_CEILING_DB = 0.08
NEVER_LOUDER_LU = 0.03
"""Aim this far under the original: a prediction that is a little off must not make the enhanced sound louder."""

# How the limiter answers to peaks, fitted on 492 renders of 142 freely licensed tracks fetched by
# ``benchmarks/fetch_music``.
_BETWEEN_SAMPLES = 0.15
_GIVEN_BACK, _MOST_GIVEN_BACK_LU = 0.85, 0.3
_CREST_DB, _PER_CREST_DB = 8.8, -0.175
_BASS_SHARE, _PER_BASS_SHARE = 0.31, 1.2

# What that does to the loudness range, fitted on 1704 renders of the same tracks and on 1551 of pieces of 12 to 45 s
# cut out of them: at least twice what most lose, so that it is enough for each of the whole tracks.
_LOUDEST, _RANGE_LOST = 0.06, 0.65
"""A window of the loudness range lasts 3 s: its upper end loses what the loudest moments lose together."""
_WORDS, _WORD_IN_WINDOW = 0.02, 0.12
"""Or it is a few words that make a window loud, each of some 0.4 s: it loses by their share of its energy."""
_SHAPED_SHARE, _WHOLE_SHARE, _LEAST_SHARE = 0.7, 0.8, 0.1
"""Of the cap on the loudness range: for tone, width and compressor, which never took over 0.1 LU more than was reckoned
on the whole tracks; for these and the limiter; for the limiter however much they take."""

_REGROWN_DB = 0.9
"""What filters raise the peaks of a wholly crushed master by, dB; fitted on 39 masters driven into clipping."""
_WORTH_TELLING_LU = 0.25
_STEP_DB = 0.002


@dataclass(frozen=True, slots=True)
class LimiterWork:
    """What the limiter has to do at some gain: reduction over gated time, dB, and loudness and range it costs, LU."""

    mean_db: float
    peak_db: float
    loudness_lu: float
    range_lu: float


@dataclass(frozen=True, slots=True)
class Level:
    """The gain that was found, what it promises, the cap that binds (or None), and the limiter's work."""

    gain_db: float
    loudness_lufs: float
    limited_by: str | None
    work: LimiterWork


def range_cap_lu(programme: Programme, caps: Caps) -> float:
    """Return by how much the loudness range may shrink, LU."""
    return min(caps.loudness_range_lu, max(0.5, 0.15 * programme.loudness_range_lu))


def mean_cap_db(programme: Programme, caps: Caps) -> float:
    """Return what the limiter may take on average, dB."""
    return LOUD_MEAN_REDUCTION_DB if programme.is_already_loud else caps.mean_reduction_db


def room_to_shape_lu(programme: Programme, caps: Caps) -> float:
    """Return by how much tone, width and compressor together may narrow the loudness range, LU."""
    return _SHAPED_SHARE * range_cap_lu(programme, caps)


def limiter_work(programme: Programme, raised_db: float, ceiling_dbtp: float) -> LimiterWork:
    """Reckon the limiter's work when all peaks are raised by ``raised_db``.

    Quantiles of peaks and of momentary loudness are taken as belonging together: the loudest passages have the highest
    peaks.
    """
    regrown = _REGROWN_DB * programme.crushed**2
    peaks = programme.peaks + _BETWEEN_SAMPLES * programme.between_samples_db + raised_db + regrown
    over = np.maximum(0.0, peaks - (ceiling_dbtp - AIM_UNDER_CEILING_DB))
    heard = programme.loudness > programme.loudness_lufs - 10.0
    ranged = programme.loudness > programme.loudness_lufs - 20.0
    if not heard.any() or not over.any():
        return LimiterWork(0.0, 0.0, 0.0, 0.0)
    held = over * _share_lost(programme, programme.crest_db)
    return LimiterWork(
        float(over[heard].mean()),
        float(np.percentile(over[heard], 95)),
        _loudness_lost(programme.loudness[heard], held[heard]),
        _range_lost(programme, held, ranged),
    )


def _range_lost(programme: Programme, held_db: Values, ranged: NDArray[np.bool_]) -> float:
    """Return what the loudness range loses, LU, where the passages (``ranged`` are its own) lose ``held_db``."""

    def top(share: float) -> slice:
        return slice(-max(1, round(share * ranged.sum())), None)

    loudest, words = top(_LOUDEST), top(_WORDS)
    low = float(np.percentile(held_db[ranged], 10))
    by_all = _loudness_lost(programme.loudness[loudest], held_db[loudest]) - low
    by_words = _loudness_lost(programme.loudness[words], held_db[words]) - low
    energy = float((10.0 ** ((programme.loudness[words] - programme.loudness_lufs) / 10.0)).mean())
    return max(_RANGE_LOST * by_all, min(1.0, _WORD_IN_WINDOW * energy) * by_words)


def _loudness_lost(levels: Values, held_db: Values) -> float:
    """Return what passages of these levels lose of their loudness together, LU."""
    return float(10.0 * np.log10((10.0 ** (levels / 10.0)).sum() / (10.0 ** ((levels - held_db) / 10.0)).sum()))


def _share_lost(programme: Programme, crest_db: float) -> float:
    """Return how much of what its highest peak is over a passage loses: more, the denser its peaks stand."""
    bass = float(programme.power[:8].sum() / max(programme.power.sum(), 1e-12))
    dense = np.exp(_PER_CREST_DB * (crest_db - _CREST_DB) + _PER_BASS_SHARE * (bass - _BASS_SHARE))
    return float(np.clip(dense, 0.3, 1.6))


def find_level(
    programme: Programme,
    caps: Caps,
    *,
    wanted_lufs: float,
    raised_db: float,
    range_taken_lu: float,
    ceiling_dbtp: float,
) -> Level:
    """Find the gain that comes nearest to a wanted loudness within all caps.

    Parameters
    ----------
    programme, caps
        The track, and what mastering may cost.
    wanted_lufs
        LUFS.
    raised_db
        How far the peaks rise over the source's before any gain, at equal loudness, dB.
    range_taken_lu
        What tone, width and compressor have already taken of the loudness range, LU.
    ceiling_dbtp
        dBTP.
    """

    def work(gain_db: float) -> LimiterWork:
        return limiter_work(programme, raised_db + gain_db, ceiling_dbtp)

    def broken(gain_db: float) -> str | None:
        # Where tone lowers the peaks the caps do not give way, so that less intensity is never louder than more.
        raised = max(0.0, raised_db)
        done = limiter_work(programme, raised + gain_db, ceiling_dbtp)
        return _broken_cap(programme, caps, gain_db, done, raised, range_taken_lu, ceiling_dbtp)

    def loudness(gain_db: float) -> float:
        return programme.loudness_lufs + gain_db - min(_MOST_GIVEN_BACK_LU, _GIVEN_BACK * work(gain_db).loudness_lu)

    distance = wanted_lufs - programme.loudness_lufs
    # What the limiter costs in loudness is given back, unless the master is loud already.
    most = min(0.0 if programme.is_already_loud else MOST_GAIN_DB, distance + 1.0)
    gain = highest(lambda g: loudness(g) <= wanted_lufs - NEVER_LOUDER_LU, -48.0, most, _STEP_DB)
    limited_by = None
    if gain >= most - 1e-6:
        limited_by = "already loud" if programme.is_already_loud else "gain"
    if (cap := broken(gain)) is not None:
        gain = highest(lambda g: broken(g) is None, -48.0, gain, _STEP_DB)
        limited_by = broken(gain + 2.0 * _STEP_DB) or cap
    reached = programme.loudness_lufs + gain - work(gain).loudness_lu
    if wanted_lufs - reached < _WORTH_TELLING_LU:
        limited_by = None
    elif limited_by is None:
        limited_by = "limiting"
    return Level(gain, reached, limited_by, work(gain))


def _broken_cap(
    programme: Programme,
    caps: Caps,
    gain_db: float,
    work: LimiterWork,
    raised_db: float,
    range_taken_lu: float,
    ceiling_dbtp: float,
) -> str | None:
    if work.mean_db > mean_cap_db(programme, caps):
        return "mean limiting"
    if work.peak_db > caps.peak_reduction_db:
        return "peak limiting"
    range_cap = range_cap_lu(programme, caps)
    if work.range_lu > max(_WHOLE_SHARE * range_cap - range_taken_lu, _LEAST_SHARE * range_cap):
        return "loudness range"
    peak = min(ceiling_dbtp, programme.true_peak_dbtp + raised_db + gain_db)
    ratio = peak - (programme.loudness_lufs + gain_db - work.loudness_lu)
    if programme.peak_to_loudness_db - ratio > caps.peak_to_loudness_db and peak >= ceiling_dbtp:
        return "peak-to-loudness ratio"
    return None


def highest(holds: Callable[[float], bool], low: float, high: float, step: float) -> float:
    """Return the highest value at which a condition that fails from somewhere on still holds, to ``step``."""
    if holds(high):
        return high
    while high - low > step:
        middle = 0.5 * (low + high)
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low
