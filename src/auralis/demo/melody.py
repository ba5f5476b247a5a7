"""Melodies from motifs: a small figure, repeated over changing chords, that comes home at the end."""

from typing import NamedTuple

import numpy as np

from auralis.demo.harmony import Chord, Harmony, Key
from auralis.demo.score import Note

_CONTOURS = (
    (2, 1, -1, -1, 1, -1),
    (1, 1, 1, -2, 1, -1),
    (-1, -1, 2, 1, -1, -1),
    (4, -1, -1, -1, 1, 1),
    (1, -1, -1, 1, 1, 1),
    (-2, 1, 1, 2, -1, -1),
    (2, -1, 2, -1, -1, -1),
)


class Motif(NamedTuple):
    """A bar's rhythm in beats (negative is a rest) and the steps in the scale between its notes."""

    rhythm: tuple[float, ...]
    steps: tuple[int, ...]


class Manner(NamedTuple):
    """How melodies of a style go: rhythms of a bar to choose from, and of a phrase's last bar; both in beats."""

    rhythms: tuple[tuple[float, ...], ...]
    closings: tuple[tuple[float, ...], ...]
    legato: float = 0.95


def melody(
    rng: np.random.Generator, key: Key, harmony: Harmony, bars: int, centre: int, manner: Manner, velocity: float = 0.7
) -> list[Note]:
    """Compose ``bars`` bars round the pitch ``centre``, in phrases of four: a, b, a again, and a close.

    Notes on strong beats belong to the chord; between them the line goes by step. Every second phrase, and the last,
    ends on the tonic, the others on a chord tone.
    """
    picks = rng.choice(len(manner.rhythms), size=2, replace=len(manner.rhythms) < 2)
    contours = rng.choice(len(_CONTOURS), size=3, replace=False)
    a, b = (Motif(manner.rhythms[r], _CONTOURS[c]) for r, c in zip(picks, contours, strict=False))
    close = Motif(manner.closings[rng.integers(len(manner.closings))], _CONTOURS[contours[2]])
    notes: list[Note] = []
    pitch = key.nearest(centre, harmony.at(0).tones)
    for bar in range(bars):
        motif = (a, b, a, close)[bar % 4]
        line, pitch = _sing(motif, bar * harmony.beats_per_bar, pitch, key, harmony, centre, manner.legato, velocity)
        notes += line
        if bar == bars - 1 or bar % 8 == 7:
            last = notes.pop()
            home = key.nearest(last.pitch, (key.tonic,))
            notes.append(Note(last.beat, last.beats, home, last.velocity))
            pitch = home
    return notes


def _sing(
    motif: Motif, begin: float, pitch: int, key: Key, harmony: Harmony, centre: int, legato: float, velocity: float
) -> tuple[list[Note], int]:
    notes = []
    place, number = 0.0, 0
    for beats in motif.rhythm:
        if beats > 0:
            tones = harmony.at(begin + place)
            strong = place in (0.0, harmony.beats_per_bar / 2)
            pitch = _next(pitch, motif.steps[number % len(motif.steps)] if number else 0, key, centre)
            pitch = key.nearest(pitch, tones.tones[:4]) if strong else _in_harmony(pitch, key, tones)
            accent = 1.0 + (0.12 if place == 0 else 0.05 if strong else -0.06)
            notes.append(Note(begin + place, beats * legato, pitch, min(1.0, velocity * accent)))
            number += 1
        place += abs(beats)
    return notes, key.nearest(pitch)


def _next(pitch: int, steps: int, key: Key, centre: int) -> int:
    """Go on by ``steps``, but turn round where the line would leave its register."""
    moved = key.step(key.nearest(pitch), steps)
    return moved if abs(moved - centre) <= 9 else key.step(key.nearest(pitch), -steps)


def _in_harmony(pitch: int, key: Key, tones: Chord) -> int:
    """Raise the seventh of a minor scale where the chord has the leading tone."""
    leading, seventh = (key.tonic + 11) % 12, (key.tonic + 10) % 12
    return pitch + 1 if pitch % 12 == seventh and leading in tones.tones else pitch
