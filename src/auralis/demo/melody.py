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


_LEAPS = (2, -2, 1, -1, 3, -3)
_SWELL = (0.94, 1.0, 1.06, 0.97)
"""How loud the four bars of a phrase are."""


class Motif(NamedTuple):
    """A bar's rhythm in beats (negative is a rest), the step that leads into it, and those between its notes."""

    rhythm: tuple[float, ...]
    leap: int
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
    ends on the tonic if the chord has it, the others on a chord tone.
    """
    picks = rng.choice(len(manner.rhythms), size=2, replace=len(manner.rhythms) < 2)
    contours = rng.choice(len(_CONTOURS), size=3, replace=False)
    leaps = rng.choice(_LEAPS, size=3)
    rhythms = (*(manner.rhythms[r] for r in picks), manner.closings[rng.integers(len(manner.closings))])
    a, b, close = (
        Motif(rhythm, int(leap), _CONTOURS[c]) for rhythm, leap, c in zip(rhythms, leaps, contours, strict=True)
    )
    notes: list[Note] = []
    pitch = key.nearest(centre, harmony.at(0).tones)
    for bar in range(bars):
        motif = (a, b, a, close)[bar % 4]
        loud = velocity * _SWELL[bar % 4]
        line = _sing(motif, bar * harmony.beats_per_bar, pitch, key, harmony, centre, manner.legato, loud)
        if bar == bars - 1 or bar % 8 == 7:
            last = line.pop()
            line.append(
                Note(last.beat, last.beats, _home(last.pitch, key, harmony.at(last.beat), centre), last.velocity)
            )
        notes += line
        pitch = line[-1].pitch
    return notes


def _sing(
    motif: Motif, begin: float, pitch: int, key: Key, harmony: Harmony, centre: int, legato: float, velocity: float
) -> list[Note]:
    notes: list[Note] = []
    place = 0.0
    for beats in motif.rhythm:
        if beats > 0:
            tones = harmony.at(begin + place)
            strong = place in (0.0, harmony.beats_per_bar / 2)
            steps = motif.steps[(len(notes) - 1) % len(motif.steps)] if notes else motif.leap
            wanted = _next(pitch, steps, key, centre)
            pitch = _on_chord(wanted, pitch, tones) if strong else _in_harmony(wanted, key, tones)
            accent = 1.0 + (0.12 if place == 0 else 0.05 if strong else -0.06)
            notes.append(Note(begin + place, beats * legato, pitch, min(1.0, velocity * accent)))
        place += abs(beats)
    return notes


def _next(pitch: int, steps: int, key: Key, centre: int) -> int:
    """Go on by ``steps``, but turn round where the line would leave its register."""
    moved = key.step(key.nearest(pitch), steps)
    if abs(moved - centre) <= 9:
        return moved
    return key.step(key.nearest(pitch), -abs(steps) if pitch > centre else abs(steps))


def _on_chord(wanted: int, previous: int, tones: Chord) -> int:
    """Return the chord tone nearest to ``wanted`` that is not the note before."""
    near = (p for p in range(wanted - 6, wanted + 7) if p % 12 in tones.tones[:4] and p != previous)
    return min(near, key=lambda p: abs(p - wanted))


def _home(pitch: int, key: Key, tones: Chord, centre: int) -> int:
    """Return the tonic near ``pitch``, or the chord's root where the tonic would rub against it."""
    goal = key.tonic if key.tonic in tones.tones else tones.root
    return min(
        (p for p in range(pitch - 12, pitch + 13) if p % 12 == goal), key=lambda p: abs(p - pitch) + abs(p - centre)
    )


def _in_harmony(pitch: int, key: Key, tones: Chord) -> int:
    """Raise the seventh of a minor scale where the chord has the leading tone."""
    leading, seventh = (key.tonic + 11) % 12, (key.tonic + 10) % 12
    return pitch + 1 if pitch % 12 == seventh and leading in tones.tones else pitch
