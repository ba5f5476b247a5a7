"""From a piece to finished sound: arranged, played, placed in a room, and brought to its level and width."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from auralis.demo.effects import hold_peaks, in_room, shape_spectrum, with_side_gain
from auralis.demo.orchestra import Buses, mix
from auralis.demo.pieces import Album, Piece, Style
from auralis.demo.score import Score
from auralis.demo.styles import chamber, folk, house, jazz, suite, synth
from auralis.demo.wavetable import Wave, fade_edges
from auralis.dsp.loudness import measure_loudness


class _Manner(NamedTuple):
    """How a style is arranged, and the room it is played in."""

    compose: Callable[[Piece], Score]
    decay_seconds: float
    darkness: float
    room_gain: float


_STYLES: dict[Style, _Manner] = {
    "suite": _Manner(suite.compose, 3.2, 0.6, 1.0),
    "house": _Manner(house.compose, 1.2, 0.4, 0.9),
    "folk": _Manner(folk.compose, 1.1, 0.6, 0.8),
    "jazz": _Manner(jazz.compose, 0.8, 0.7, 0.8),
    "synth": _Manner(synth.compose, 1.9, 0.2, 0.9),
    "chamber": _Manner(chamber.compose, 2.3, 0.6, 1.0),
}
_SETTLING_ROUNDS = 6
_CROSSFADE_SECONDS = 2.0


def render_tracks(album: Album, numbers: tuple[int, ...]) -> list[Wave]:
    """Return the sound ``(2, frames)`` of the tracks with these numbers, counted from 0.

    The tracks of a suite run on into each other: they are cut from one whole and come all together.
    """
    if album.style == "suite":
        whole, cuts = _render_suite(album)
        return [whole[:, begin:end] for begin, end in (cuts[n] for n in numbers)]
    return [_render_piece(album, n) for n in numbers]


def render_unlevelled(album: Album, piece: Piece) -> Wave:
    """Return the sound ``(2, frames)`` of any piece in the manner of an album, before its level and width are made."""
    manner = _STYLES[album.style]
    return _in_its_room(mix(manner.compose(piece), album.sample_rate, piece.seed), album, manner)


def _render_piece(album: Album, number: int) -> Wave:
    sound = render_unlevelled(album, album.pieces[number])
    return _level(album, fade_edges(sound, album.sample_rate, 0.002, 1.2), [(0, sound.shape[1])], (number,))


def _render_suite(album: Album) -> tuple[Wave, list[tuple[int, int]]]:
    """Return the suite as one piece of sound, and where each of its tracks begins and ends."""
    manner = _STYLES[album.style]
    scores = [manner.compose(piece) for piece in album.pieces]
    lengths = [round(score.seconds(score.beats) * album.sample_rate) for score in scores]
    begins = [sum(lengths[:n]) for n in range(len(lengths))]
    end = sum(lengths) + round(scores[-1].tail_seconds * album.sample_rate)
    cuts = list(zip(begins, [*begins[1:], end], strict=True))
    whole = Buses(np.zeros((2, end), np.float32), np.zeros((2, end), np.float32))
    for begin, score, piece in zip(begins, scores, album.pieces, strict=True):
        for bus, played in zip(whole, mix(score, album.sample_rate, piece.seed), strict=True):
            stretch = bus[:, begin : begin + played.shape[1]]
            stretch += played[:, : stretch.shape[1]]
    sound = fade_edges(_in_its_room(whole, album, manner), album.sample_rate, 0.002, 2.5)
    return _level(album, sound, cuts, tuple(range(len(cuts)))), cuts


def _in_its_room(buses: Buses, album: Album, manner: _Manner) -> Wave:
    wet = in_room(buses.room, album.sample_rate, manner.decay_seconds, manner.darkness)
    return shape_spectrum(buses.dry + np.float32(manner.room_gain) * wet, album.sample_rate, album.curve_db)


def _level(album: Album, sound: Wave, cuts: list[tuple[int, int]], numbers: tuple[int, ...]) -> Wave:
    """Return ``sound`` with the width and, under the ceiling, the loudness that the album's data say of each track."""
    ratios = [_side_gain(sound[:, begin:end], album.stereo_width) for begin, end in cuts]
    sound = with_side_gain(sound, _course(ratios, cuts, album.sample_rate))
    targets = np.array([album.loudness_lufs[n] for n in numbers])
    gains_db = np.zeros(len(cuts))
    ceiling = 10 ** (album.ceiling_dbfs / 20)
    levelled = sound
    for settled in range(_SETTLING_ROUNDS):
        measured = np.array([measure_loudness(levelled[:, begin:end], album.sample_rate) for begin, end in cuts])
        if np.abs(measured - targets).max() < 0.02:
            break
        # Where the peaks are held, a step of gain yields less than itself, so later steps are longer.
        gains_db += (targets - measured) * (1.6 if settled else 1.0)
        course = _course([10 ** (db / 20) for db in gains_db], cuts, album.sample_rate)
        levelled = hold_peaks(sound * course, album.sample_rate, ceiling)
    return levelled


def _side_gain(sound: Wave, width: float) -> float:
    """Return what the side must be multiplied by for side / (mid + side), as RMS, to be ``width``."""
    middle, side = (float(np.sqrt(np.mean(np.square(sound[0] + s * sound[1])))) for s in (1, -1))
    return width / (1 - width) * middle / max(side, 1e-9)


def _course(values: list[float], cuts: list[tuple[int, int]], sample_rate: int) -> NDArray[np.float32]:
    """Return one value a frame: each track's own, gliding from one to the next over the joins."""
    half = _CROSSFADE_SECONDS * sample_rate
    points = [p for begin, _ in cuts[1:] for p in (begin - half, begin + half)]
    levels = [v for value in values for v in (value, value)][1:-1]
    frames = np.arange(cuts[-1][1])
    return np.interp(frames, points, levels).astype(np.float32) if points else np.full(1, values[0], np.float32)
