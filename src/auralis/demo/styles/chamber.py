"""Chamber music: a string quartet that plucks, bounces and sings."""

from auralis.demo.figures import arpeggio, bass_line, held_chords, stabs
from auralis.demo.harmony import Harmony
from auralis.demo.melody import Manner
from auralis.demo.pieces import Piece
from auralis.demo.score import Part, Score
from auralis.demo.sketch import Sketch, last_chord

_DESK = {
    "cello plucked": Part("pizzicato", [], -6, 0.45, 0.4, loose_ms=4),
    "cello": Part("strings", [], -12, 0.45, 0.45, loose_ms=5),
    "viola": Part("spiccato", [], -12, 0.2, 0.4, loose_ms=5),
    "second": Part("strings", [], -18, -0.25, 0.45, loose_ms=6),
    "second plucked": Part("pizzicato", [], -12, -0.3, 0.4, loose_ms=5),
    "violin": Part("violin", [], -10, -0.5, 0.5, loose_ms=7),
}
_FOUR = Manner(((1, 1, 1, 1), (1.5, 0.5, 1, 1), (2, 1, 1), (1, 0.5, 0.5, 2)), ((4,), (2, 2), (3, -1)), 0.97)
_THREE = Manner(((2, 1), (1, 1, 1), (1.5, 0.5, 1), (3,)), ((3,), (2, -1)), 0.97)


def compose(piece: Piece) -> Score:
    """Arrange ``piece``: plucked strings, the tune above them, the refrain in full bows, the tune once more, softly."""
    sketch = Sketch(piece, _DESK)
    waltz = piece.beats_per_bar == 3
    manner = _THREE if waltz else _FOUR
    tune = sketch.theme(sketch.verse, 8 if waltz else 4, 76, manner, 0.65)
    refrain = sketch.theme(sketch.refrain, 4, 79, manner, 0.85)
    _plucked(sketch, sketch.verse, 4 if waltz else 2, 0.7)
    _plucked(sketch, sketch.verse, 8 if waltz else 4, 0.8)
    sketch.add("violin", tune)
    for louder in (0.85, 1.0):
        _bowed(sketch, sketch.refrain, 4, louder)
        sketch.add("violin", refrain, louder=louder)
    if waltz:
        _plucked(sketch, sketch.verse, 8, 0.7)
        sketch.add("violin", tune, louder=0.8)
    end = sketch.section(last_chord(sketch.verse, sketch.key), 1)
    sketch.add("second", held_chords(end, low=57, velocity=0.45))
    sketch.add("cello", bass_line(end, "x.." if waltz else "x...", lowest=36, held=3, velocity=0.6))
    sketch.add("violin", held_chords(end, low=74, voices=1, velocity=0.45))
    return sketch.score(tail_seconds=3.0)


def _plucked(sketch: Sketch, chords: Harmony, bars: int, louder: float) -> None:
    waltz = sketch.piece.beats_per_bar == 3
    harmony = sketch.section(chords, bars)
    figure = "r5r" if waltz else "r58r"
    sketch.add("cello plucked", bass_line(harmony, "Xxx" if waltz else "XxXx", lowest=36, figure=figure), louder=louder)
    sketch.add("second plucked", stabs(harmony, ".xx" if waltz else ".x.x", low=57), louder=louder * 0.9)
    order = (0, 1, 2, 1, 2, 1) if waltz else (0, 1, 2, 1, 0, 1, 2, 1)
    sketch.add("viola", arpeggio(harmony, order, low=52, voices=3, velocity=0.5), louder=louder * 0.8)


def _bowed(sketch: Sketch, chords: Harmony, bars: int, louder: float) -> None:
    waltz = sketch.piece.beats_per_bar == 3
    harmony = sketch.section(chords, bars)
    sketch.add("cello", bass_line(harmony, "X.." if waltz else "X.x.", lowest=36, figure="r5", held=2, velocity=0.7))
    sketch.add("cello plucked", bass_line(harmony, "XXX" if waltz else "XXXX", lowest=36), louder=louder)
    sketch.add("second", held_chords(harmony, low=57, velocity=0.6), louder=louder)
    sketch.add("viola", stabs(harmony, "XoXoXo" if waltz else "XoXoXoXo", low=52, voices=2), louder=louder)
