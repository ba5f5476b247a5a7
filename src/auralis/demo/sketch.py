"""A score in the making: a desk of instruments, sections one after the other, notes written into them."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from auralis.demo.figures import over
from auralis.demo.harmony import Harmony, Key, progression
from auralis.demo.melody import Manner, melody
from auralis.demo.pieces import Piece
from auralis.demo.score import Note, Part, Score, shifted


class Sketch:
    """Collects the notes of a piece for the instruments of ``desk``, named parts without notes."""

    def __init__(self, piece: Piece, desk: Mapping[str, Part]) -> None:
        self.piece = piece
        self.key = Key.named(piece.tonic, piece.mode)
        self.rng = np.random.default_rng(piece.seed)
        self.verse = progression(piece.verse, self.key, piece.beats_per_bar)
        self.refrain = progression(piece.refrain, self.key, piece.beats_per_bar)
        self.beat = 0.0
        self._bars = 0
        self._parts = {name: replace(part, notes=[]) for name, part in desk.items()}

    def section(self, harmony: Harmony, bars: int) -> Harmony:
        """Begin a section after the last one and return ``harmony`` cut to its length."""
        self.beat += self._bars * self.piece.beats_per_bar
        self._bars = bars
        return over(harmony, bars)

    def add(self, name: str, notes: list[Note], *, semitones: int = 0, louder: float = 1.0) -> None:
        """Give ``notes``, counted from the section's beginning, to the part ``name``."""
        self._parts[name].notes.extend(shifted(notes, self.beat, semitones=semitones, louder=louder))

    def theme(self, harmony: Harmony, bars: int, centre: int, manner: Manner, velocity: float = 0.7) -> list[Note]:
        """Compose a melody in the piece's key."""
        return melody(self.rng, self.key, over(harmony, bars), bars, centre, manner, velocity)

    def score(self, *, swing: float = 0.5, tail_seconds: float = 2.5) -> Score:
        """Return what was written."""
        beats = self.beat + self._bars * self.piece.beats_per_bar
        parts = [part for part in self._parts.values() if part.notes]
        return Score(self.piece.tempo_bpm, beats, parts, swing, tail_seconds)


def last_chord(harmony: Harmony, key: Key) -> Harmony:
    """Return the tonic of the harmony's key, held for a bar."""
    return progression("I" if key.mode == "major" else "i", key, harmony.beats_per_bar)
