"""Keys, chords by Roman numerals, and voices that move as little as they can."""

import re
from dataclasses import dataclass

NOTE_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
"""Pitch classes by name, sharps only, as in fingerprints."""
_SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
_NUMERALS = ("i", "ii", "iii", "iv", "v", "vi", "vii")
_KINDS = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "mmaj7": (0, 3, 7, 11),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "add9": (0, 4, 7, 14),
    "madd9": (0, 3, 7, 14),
    "9": (0, 4, 7, 10, 14),
    "m9": (0, 3, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "sus4": (0, 5, 7),
    "7sus4": (0, 5, 7, 10),
    "m7b5": (0, 3, 6, 10),
    "mdim": (0, 3, 6),
}
_CHORD = re.compile(r"(b?)([iv]+)(.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Key:
    """A key: ``tonic`` is a pitch class 0 to 11, ``mode`` major or minor."""

    tonic: int
    mode: str

    @classmethod
    def named(cls, tonic: str, mode: str) -> "Key":
        """Return the key of a tonic by name, ``F#`` say."""
        return cls(NOTE_NAMES.index(tonic), mode)

    @property
    def scale(self) -> tuple[int, ...]:
        """Semitones of the scale above its tonic; minor is natural."""
        return _SCALES[self.mode]

    def pitch(self, degree: int, octave: int = 4) -> int:
        """Return the MIDI pitch of a scale degree counted from 0; degrees beyond 6 or under 0 change the octave."""
        turn, step = divmod(degree, 7)
        return 12 * (octave + 1 + turn) + self.tonic + self.scale[step]

    def nearest(self, pitch: int, classes: tuple[int, ...] | None = None) -> int:
        """Return the pitch nearest to ``pitch`` that is in the scale, or in ``classes``; the lower of two."""
        wanted = classes if classes is not None else tuple((self.tonic + s) % 12 for s in self.scale)
        return min((pitch + d for d in range(-7, 8) if (pitch + d) % 12 in wanted), key=lambda p: abs(p - pitch))

    def step(self, pitch: int, steps: int) -> int:
        """Return the scale pitch ``steps`` above (or under) a scale pitch."""
        classes = {(self.tonic + s) % 12 for s in self.scale}
        while steps:
            pitch += 1 if steps > 0 else -1
            if pitch % 12 in classes:
                steps += -1 if steps > 0 else 1
        return pitch


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord: pitch classes of its root and of all its tones, root first."""

    root: int
    tones: tuple[int, ...]

    def bass(self, lowest: int = 36) -> int:
        """Return its root at or above ``lowest``."""
        return lowest + (self.root - lowest) % 12

    def fifth(self, lowest: int = 36) -> int:
        """Return its fifth at or above ``lowest``."""
        return lowest + (self.tones[2] - lowest) % 12


def chord(numeral: str, key: Key) -> Chord:
    """Return the chord of a Roman numeral: ``V7``, ``iim7b5``, ``bVI``; small letters are minor.

    Degrees are those of the key's own scale, but for the leading tone's chord in minor, which is not used.
    """
    matched = _CHORD.fullmatch(numeral)
    if matched is None:
        raise ValueError(f"'{numeral}' is no chord")
    flat, letters, kind = matched.groups()
    degree = _NUMERALS.index(letters.lower())
    root = key.tonic + key.scale[degree] - (1 if flat else 0)
    shape = _KINDS[("m" if letters.islower() else "") + kind]
    return Chord(root % 12, tuple((root + interval) % 12 for interval in shape))


@dataclass(frozen=True, slots=True)
class Harmony:
    """Chords in time: each with the beat it begins on and the beats it lasts."""

    spans: tuple[tuple[float, float, Chord], ...]
    beats_per_bar: int

    @property
    def beats(self) -> float:
        """How long it lasts."""
        return self.spans[-1][0] + self.spans[-1][1]

    def at(self, beat: float) -> Chord:
        """Return the chord that sounds at ``beat``; it begins anew when it is over."""
        place = beat % self.beats
        return next(c for begin, length, c in reversed(self.spans) if begin <= place + 1e-6)


def progression(text: str, key: Key, beats_per_bar: int = 4) -> Harmony:
    """Read bars parted by spaces, chords within a bar by commas: ``"I vi ii7,V7 I"``."""
    spans = []
    for number, bar in enumerate(text.split()):
        numerals = bar.split(",")
        length = beats_per_bar / len(numerals)
        spans += [(number * beats_per_bar + n * length, length, chord(c, key)) for n, c in enumerate(numerals)]
    return Harmony(tuple(spans), beats_per_bar)


def voicing(tones: tuple[int, ...], previous: tuple[int, ...], low: int, high: int, voices: int = 3) -> tuple[int, ...]:
    """Return pitches in ``low`` to ``high`` for a chord, as near to the previous ones as can be, all a tone apart."""
    wanted = tones[-voices:] if len(tones) > voices else tones
    best: tuple[int, ...] = ()
    cost = float("inf")
    for bottom in range(low, low + 12):
        if bottom % 12 not in wanted:
            continue
        stack = [bottom]
        rest = sorted(wanted, key=lambda pc: (pc - bottom) % 12)
        stack += [bottom + (pc - bottom) % 12 for pc in rest[1:]]
        while len(stack) < voices:
            stack.append(stack[len(stack) - len(rest)] + 12)
        moved = sum(abs(a - b) for a, b in zip(stack, previous, strict=False)) if previous else abs(bottom - low - 3)
        moved += 20 * max(0, stack[-1] - high)
        if moved < cost:
            best, cost = tuple(stack), moved
    return best
