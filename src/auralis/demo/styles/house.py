"""House: four on the floor, an off-beat bass, stabs, an arpeggio, and a lead that arrives after the break."""

from auralis.demo.figures import arpeggio, bass_line, drum, held_chords, stabs
from auralis.demo.harmony import Harmony
from auralis.demo.melody import Manner
from auralis.demo.pieces import Piece
from auralis.demo.score import Note, Part, Score
from auralis.demo.sketch import Sketch, last_chord

_DESK = {
    "kick": Part("kick", [], -8, loose_ms=0, room=0.02),
    "clap": Part("clap", [], -12, room=0.25, loose_ms=1),
    "hat": Part("hat", [], -23, 0.15, 0.05, loose_ms=1.5),
    "open hat": Part("open hat", [], -20, -0.1, 0.08, loose_ms=1),
    "bass": Part("synth bass", [], -12, room=0.0, duck=0.75, loose_ms=0),
    "sub": Part("sub bass", [], -14, room=0.0, duck=0.8, loose_ms=0),
    "stab": Part("saw chord", [], -15, room=0.3, echo=0.18, duck=0.55, loose_ms=1),
    "keys": Part("electric piano", [], -15, room=0.3, echo=0.15, duck=0.5, loose_ms=3),
    "pad": Part("saw pad", [], -22, room=0.4, duck=0.7),
    "arp": Part("thin pulse", [], -19, 0.25, 0.3, 0.3, duck=0.3, loose_ms=1),
    "saw lead": Part("saw lead", [], -13.5, room=0.35, echo=0.3, duck=0.25, loose_ms=2),
    "electric piano": Part("electric piano", [], -9.5, room=0.35, echo=0.3, duck=0.2, loose_ms=3),
    "riser": Part("riser", [], -22, room=0.3),
}
_MANNER = Manner(
    ((0.75, 0.75, 0.5, 0.75, 0.75, 0.5), (1.5, 1.5, 1), (0.75, 0.75, 1.5, 1), (1, 0.5, 0.5, 1.5, 0.5)),
    ((3, -1), (1.5, 2.5), (0.75, 0.75, 2.5)),
)


def compose(piece: Piece) -> Score:
    """Arrange ``piece``: drums, bass and stabs; a break with the arpeggio; everything; drums again."""
    sketch = Sketch(piece, _DESK)
    hook = sketch.theme(sketch.refrain, 4, 72, _MANNER, 0.75)
    low_hook = sketch.theme(sketch.verse, 4, 67, _MANNER, 0.6)
    _floor(sketch, sketch.verse, 4, bass=True, stab=False)
    _floor(sketch, sketch.verse, 4, bass=True, stab=True)
    sketch.add(piece.lead, low_hook)
    _break(sketch, 4)
    sketch.add(piece.lead, hook, louder=0.75)
    for octave in (0, 12 if piece.lead == "electric piano" else 0):
        _floor(sketch, sketch.refrain, 4, bass=True, stab=True)
        sketch.add(piece.lead, hook, louder=1.1)
        if octave:
            sketch.add(piece.lead, hook, semitones=octave, louder=0.6)
        sketch.add("arp", _arpeggio(sketch, sketch.refrain, 4))
    end = sketch.section(last_chord(sketch.verse, sketch.key), 1)
    sketch.add("stab", stabs(end, "X...", low=53, voices=4, held=1.5))
    sketch.add("sub", bass_line(end, "X...", lowest=29, held=3))
    sketch.add("kick", [Note(0, 1, 60, 1.0)])
    return sketch.score(tail_seconds=2.0)


def _arpeggio(sketch: Sketch, harmony: Harmony, bars: int) -> list[Note]:
    order = (0, 2, 1, 3, 4, 2, 3, 1) if sketch.piece.mode == "minor" else (0, 1, 2, 3, 4, 3, 2, 1)
    del bars
    return arpeggio(harmony, order, step=0.25, low=64, held=0.9, velocity=0.6)


def _floor(sketch: Sketch, chords: Harmony, bars: int, *, bass: bool, stab: bool) -> None:
    harmony = sketch.section(chords, bars)
    sketch.add("kick", drum("XXXX", bars))
    sketch.add("clap", drum(".x.x", bars))
    sketch.add("hat", drum("o-x-o-x-o-x-o-x-", bars))
    sketch.add("open hat", drum(".x.x.x.x", bars, louder=0.85))
    if bass:
        sketch.add("bass", bass_line(harmony, "..x...x...x..xx.", lowest=36, figure="rr8r", held=0.85))
        sketch.add("sub", bass_line(harmony, ".x.x.x.x", lowest=29, held=0.95))
    if stab:
        sketch.add("stab", stabs(harmony, "x..x..x...x.....", low=53, voices=4, held=0.7, velocity=0.65))
        sketch.add("pad", held_chords(harmony, low=57, velocity=0.5))


def _break(sketch: Sketch, bars: int) -> None:
    harmony = sketch.section(sketch.refrain, bars)
    sketch.add("pad", held_chords(harmony, low=57, velocity=0.75), louder=1.2)
    sketch.add("keys", stabs(harmony, "x.x.x.x.", low=53, voices=4, held=0.9, velocity=0.6))
    sketch.add("sub", bass_line(harmony, "X...", lowest=29, held=3.6))
    sketch.add("arp", _arpeggio(sketch, harmony, bars))
    sketch.add("clap", [Note(12 + n / 2, 0.5, 60, 0.4 + 0.07 * n) for n in range(8)])
    sketch.add("hat", drum("x-x-x-x-", bars))
    sketch.add("riser", [Note(8, 8, 60, 0.9)])
