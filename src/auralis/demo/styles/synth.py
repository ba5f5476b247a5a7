"""Synthwave and chiptune: machines with good manners."""

from auralis.demo.figures import arpeggio, bass_line, drum, held_chords, stabs
from auralis.demo.harmony import Harmony
from auralis.demo.melody import Manner
from auralis.demo.pieces import Piece
from auralis.demo.score import Note, Part, Score
from auralis.demo.sketch import Sketch, last_chord

_WAVE_DESK = {
    "kick": Part("kick", [], -8, room=0.05, loose_ms=0),
    "snare": Part("big snare", [], -11.5, room=0.3, loose_ms=1),
    "hat": Part("hat", [], -21, 0.2, 0.08, loose_ms=1),
    "tom": Part("tom", [], -12, -0.2, 0.3, loose_ms=1),
    "bass": Part("synth bass", [], -8, room=0.03, duck=0.35, loose_ms=0),
    "pad": Part("saw pad", [], -20, room=0.45, duck=0.3),
    "arp": Part("thin pulse", [], -18, -0.3, 0.3, 0.35, loose_ms=1),
    "saw lead": Part("saw lead", [], -13, room=0.4, echo=0.3, loose_ms=2),
    "bell": Part("bell", [], -20, 0.3, 0.5, 0.2, loose_ms=2),
}
_CHIP_DESK = {
    "kick": Part("soft kick", [], -9, room=0.02, loose_ms=0),
    "snare": Part("chip noise", [], -15, room=0.08, loose_ms=0),
    "hat": Part("chip hat", [], -25, room=0.03, loose_ms=0),
    "bass": Part("triangle", [], -7, room=0.02, loose_ms=0),
    "arp": Part("thin pulse", [], -15, -0.45, 0.15, 0.2, loose_ms=0),
    "second": Part("thin pulse", [], -17, 0.45, 0.15, 0.1, loose_ms=0),
    "square": Part("square", [], -14, 0.1, 0.2, 0.25, loose_ms=0),
    "pad": Part("saw pad", [], -27, room=0.3),
}
_WAVE = Manner(((1.5, 1.5, 1), (3, 1), (2, 1, 1), (1, 1, 1.5, 0.5)), ((4,), (3, -1), (1.5, 2.5)))
_CHIP = Manner(
    ((0.5, 0.5, 1, 0.5, 0.5, 1), (0.5, 0.5, 0.5, 0.5, 1, 1), (1, 0.5, 0.5, 1, 1), (0.75, 0.75, 0.5, 1, 1)),
    ((1, 1, 2), (0.5, 0.5, 1, 2)),
    0.8,
)


def compose(piece: Piece) -> Score:
    """Arrange ``piece`` for the machines that its lead voice belongs to."""
    return _chip(piece) if piece.lead == "square" else _wave(piece)


def _wave(piece: Piece) -> Score:
    sketch = Sketch(piece, _WAVE_DESK)
    tune = sketch.theme(sketch.verse, 4, 71, _WAVE, 0.75)
    refrain = sketch.theme(sketch.refrain, 4, 74, _WAVE, 0.85)
    _drive(sketch, sketch.verse, 4, drums=False)
    for chords, line in ((sketch.verse, tune), (sketch.refrain, refrain), (sketch.refrain, refrain)):
        _drive(sketch, chords, 4, drums=True)
        sketch.add(piece.lead, line)
    sketch.add("bell", refrain, semitones=12, louder=0.8)
    end = sketch.section(last_chord(sketch.verse, sketch.key), 1)
    sketch.add("pad", held_chords(end, low=57, velocity=0.7))
    sketch.add("bass", bass_line(end, "X...", lowest=33, held=3))
    sketch.add("kick", [Note(0, 1)])
    return sketch.score(tail_seconds=2.2)


def _drive(sketch: Sketch, chords: Harmony, bars: int, *, drums: bool) -> None:
    harmony = sketch.section(chords, bars)
    sketch.add("bass", bass_line(harmony, "XxxxXxxx", lowest=33, figure="r" if not drums else "rrr8", held=0.75))
    sketch.add("pad", held_chords(harmony, low=57, velocity=0.6))
    sketch.add("arp", arpeggio(harmony, (0, 1, 2, 3, 4, 3, 2, 1), step=0.25, low=60, held=0.8, velocity=0.6))
    sketch.add("hat", drum("x.x.x.x." if not drums else "xoxoxoxo", bars))
    if drums:
        sketch.add("kick", drum("X.x.", bars))
        sketch.add("snare", drum(".X.X", bars))
        fill = (4 * bars - 1, (62, 59, 55, 50))
        sketch.add("tom", [Note(fill[0] + n / 4, 0.25, p - 12, 0.8) for n, p in enumerate(fill[1])])


def _chip(piece: Piece) -> Score:
    sketch = Sketch(piece, _CHIP_DESK)
    tune = sketch.theme(sketch.verse, 8, 76, _CHIP, 0.75)
    refrain = sketch.theme(sketch.refrain, 4, 79, _CHIP, 0.8)
    _console(sketch, sketch.verse, 4, full=False)
    _console(sketch, sketch.verse, 8, full=True)
    sketch.add("square", tune)
    for _ in range(2):
        _console(sketch, sketch.refrain, 4, full=True)
        sketch.add("square", refrain)
        sketch.add("second", refrain, semitones=-12, louder=0.9)
    end = sketch.section(last_chord(sketch.verse, sketch.key), 1)
    sketch.add("square", stabs(end, "X.XX..X.", low=67, voices=1, held=0.7))
    sketch.add("arp", stabs(end, "X.XX..X.", low=60, held=0.7))
    sketch.add("bass", bass_line(end, "X.XX..X.", lowest=36, held=0.8))
    return sketch.score(tail_seconds=1.6)


def _console(sketch: Sketch, chords: Harmony, bars: int, *, full: bool) -> None:
    harmony = sketch.section(chords, bars)
    sketch.add("arp", arpeggio(harmony, (0, 1, 2, 3), step=0.25, low=60, held=0.9, velocity=0.6))
    sketch.add(
        "bass", bass_line(harmony, "x.x.x.x." if not full else "X.xxX.xx", lowest=36, figure="rr8r5r", held=0.85)
    )
    sketch.add("hat", drum("x.x.x.x." if not full else "xoxoxoxo", bars))
    if full:
        sketch.add("kick", drum("X.X.", bars))
        sketch.add("snare", drum(".X.X", bars))
        sketch.add("pad", held_chords(harmony, low=57, velocity=0.5))
