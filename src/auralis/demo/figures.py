"""Figures of accompaniment: drum patterns, bass lines, broken and held chords over a harmony."""

import itertools

import numpy as np

from auralis.demo.harmony import Chord, Harmony, Key, voicing
from auralis.demo.score import Note

_STRENGTH = {"X": 1.0, "x": 0.78, "o": 0.5, "-": 0.3}


def drum(pattern: str, bars: int, *, beats_per_bar: int = 4, pitch: int = 60, louder: float = 1.0) -> list[Note]:
    """Repeat a bar drawn in ``X x o -`` (from loud to soft) and ``.``, its steps of equal length; ``|`` is ignored."""
    steps = pattern.replace("|", "").replace(" ", "")
    length = beats_per_bar / len(steps)
    return [
        Note(bar * beats_per_bar + n * length, length, pitch, min(1.0, _STRENGTH[step] * louder))
        for bar in range(bars)
        for n, step in enumerate(steps)
        if step in _STRENGTH
    ]


def _strokes(pattern: str, begin: float, beats: float, beats_per_bar: int) -> list[tuple[float, float, float]]:
    """Return (beat, beats until the next step, strength) of a bar's pattern within a chord's span."""
    steps = pattern.replace("|", "").replace(" ", "")
    length = beats_per_bar / len(steps)
    first = round(begin % beats_per_bar / length)
    count = round(beats / length)
    return [
        (begin + n * length, length, _STRENGTH[steps[(first + n) % len(steps)]])
        for n in range(count)
        if steps[(first + n) % len(steps)] in _STRENGTH
    ]


def over(harmony: Harmony, bars: int) -> Harmony:
    """Return ``harmony`` repeated or cut to ``bars`` bars."""
    beats = bars * harmony.beats_per_bar
    spans: list[tuple[float, float, Chord]] = []
    for turn in itertools.count():
        for begin, length, tones in harmony.spans:
            start = turn * harmony.beats + begin
            if start >= beats:
                return Harmony(tuple(spans), harmony.beats_per_bar)
            spans.append((start, min(length, beats - start), tones))
    raise AssertionError  # the loop above ends by itself


def bass_line(
    harmony: Harmony, pattern: str, *, lowest: int = 33, figure: str = "r", held: float = 0.9, velocity: float = 0.8
) -> list[Note]:
    """Play ``pattern`` on roots (r), fifths (5) and octaves (8) in the order of ``figure``, anew with each chord."""
    notes = []
    for begin, beats, tones in harmony.spans:
        choices = {"r": tones.bass(lowest), "5": tones.fifth(lowest), "8": tones.bass(lowest) + 12}
        strokes = _strokes(pattern, begin, beats, harmony.beats_per_bar)
        for (beat, length, strength), step in zip(strokes, itertools.cycle(figure), strict=False):
            notes.append(Note(beat, length * held, choices[step], strength * velocity))
    return notes


def walking_bass(rng: np.random.Generator, harmony: Harmony, key: Key, *, lowest: int = 31) -> list[Note]:
    """Walk in quarter notes: the root, tones of chord and scale, and a neighbour of the next root at the end."""
    notes = []
    spans = harmony.spans
    pitch = spans[0][2].bass(lowest)
    for number, (begin, beats, tones) in enumerate(spans):
        following = spans[(number + 1) % len(spans)][2]
        root = min((tones.bass(lowest) + o for o in (0, 12)), key=lambda p: abs(p - pitch))
        target = min((following.bass(lowest) + o for o in (0, 12)), key=lambda p: abs(p - root))
        line = [root]
        for place in range(1, int(beats)):
            if place == int(beats) - 1:
                line.append(target + int(rng.choice([-1, 1, -2 if target - root < 0 else 2])))
            else:
                goal = root + (target - root) * place / beats + rng.choice([-3, 3, 5])
                line.append(key.nearest(round(goal), tones.tones))
        notes += [Note(begin + n, 0.92, p, 0.85 if n % 2 else 0.75) for n, p in enumerate(line)]
        pitch = line[-1]
    return notes


def held_chords(
    harmony: Harmony, *, low: int = 55, high: int = 76, voices: int = 3, velocity: float = 0.6
) -> list[Note]:
    """Hold each chord, its voices led smoothly into the next."""
    notes = []
    previous: tuple[int, ...] = ()
    for begin, beats, tones in harmony.spans:
        previous = voicing(tones.tones, previous, low, high, voices)
        notes += [Note(begin, beats, pitch, velocity) for pitch in previous]
    return notes


def stabs(
    harmony: Harmony,
    pattern: str,
    *,
    low: int = 55,
    high: int = 76,
    voices: int = 3,
    held: float = 0.8,
    velocity: float = 0.7,
) -> list[Note]:
    """Strike the chords in a bar's ``pattern``."""
    notes = []
    previous: tuple[int, ...] = ()
    for begin, beats, tones in harmony.spans:
        previous = voicing(tones.tones, previous, low, high, voices)
        for beat, length, strength in _strokes(pattern, begin, beats, harmony.beats_per_bar):
            notes += [Note(beat, length * held, pitch, strength * velocity) for pitch in previous]
    return notes


def arpeggio(
    harmony: Harmony,
    order: tuple[int, ...],
    *,
    step: float = 0.5,
    low: int = 57,
    voices: int = 4,
    held: float = 1.0,
    velocity: float = 0.65,
) -> list[Note]:
    """Break the chords: ``order`` names voices from the lowest, 0; it begins anew with each chord.

    Notes on the beat are a little stronger.
    """
    notes = []
    previous: tuple[int, ...] = ()
    for begin, beats, tones in harmony.spans:
        previous = voicing(tones.tones, previous, low, low + 24, voices)
        for n in range(round(beats / step)):
            beat = begin + n * step
            strength = velocity * (1.15 if beat % 1 == 0 else 0.85)
            turn, voice = divmod(order[n % len(order)], voices)
            notes.append(Note(beat, step * held, previous[voice] + 12 * turn, min(1.0, strength)))
    return notes
