"""The suite: pads and glass, a harp that keeps the pulse, bells and a flute, and the sea where movements meet."""

from auralis.demo.figures import arpeggio, bass_line, drum, held_chords
from auralis.demo.harmony import Harmony
from auralis.demo.melody import Manner
from auralis.demo.pieces import Piece
from auralis.demo.score import Note, Part, Score
from auralis.demo.sketch import Sketch, last_chord

_DESK = {
    "pad": Part("pad", [], -16, room=0.5, loose_ms=10),
    "glass": Part("glass pad", [], -19, room=0.6, loose_ms=10),
    "harp": Part("harp", [], -9, -0.35, 0.4, 0.15, loose_ms=3),
    "marimba": Part("marimba", [], -13, 0.4, 0.35, 0.2, loose_ms=3),
    "bass": Part("sub bass", [], -14, room=0.1),
    "pulse": Part("soft kick", [], -13, room=0.2, loose_ms=2),
    "shaker": Part("shaker", [], -21, 0.3, 0.3, loose_ms=3),
    "flute": Part("flute", [], -14, 0.15, 0.7, 0.2, loose_ms=8),
    "bell": Part("bell", [], -18, 0.3, 0.7, 0.3, loose_ms=6),
    "vibraphone": Part("vibraphone", [], -13, 0.2, 0.6, 0.2, loose_ms=6),
    "sea": Part("sea", [], -27, room=0.3),
}
_MANNER = Manner(((2, 1, 1), (3, 1), (1, 1, 2), (2, 2)), ((4,), (3, -1)), 0.98)


def compose(piece: Piece) -> Score:
    """Arrange ``piece``: the harp, then the tune over it, then more light; its last sounds ring into the next."""
    sketch = Sketch(piece, _DESK)
    centre = 74 if piece.lead == "flute" else 79
    tune = sketch.theme(sketch.verse, 4, centre, _MANNER, 0.62)
    refrain = sketch.theme(sketch.refrain, 4, centre + 2, _MANNER, 0.72)
    _ground(sketch, sketch.verse, 2, light=0)
    sketch.add("sea", [Note(0, 8, 60, 0.8)])
    _ground(sketch, sketch.verse, 4, light=1)
    sketch.add(piece.lead, tune)
    _ground(sketch, sketch.refrain, 4, light=2)
    sketch.add(piece.lead, refrain)
    end = sketch.section(last_chord(sketch.verse, sketch.key), 2)
    sketch.add("pad", held_chords(end, low=55, velocity=0.6))
    sketch.add("glass", held_chords(end, low=67, velocity=0.5))
    sketch.add("harp", arpeggio(end, (0, 1, 2, 3, 4, 3, 2, 1), low=55, held=3, velocity=0.55))
    sketch.add("bass", bass_line(end, "X...", lowest=31, held=4))
    sketch.add("sea", [Note(1, 9, 60, 0.9)])
    return sketch.score(tail_seconds=6.0)


def _ground(sketch: Sketch, chords: Harmony, bars: int, light: int) -> None:
    harmony = sketch.section(chords, bars)
    sketch.add("pad", held_chords(harmony, low=55, velocity=0.5 + 0.1 * light))
    order = (0, 1, 2, 3, 4, 3, 2, 1) if sketch.piece.mode == "major" else (0, 2, 1, 3, 4, 3, 1, 2)
    sketch.add("harp", arpeggio(harmony, order, low=55, held=3, velocity=0.6 + 0.05 * light))
    if light >= 1:
        sketch.add("bass", bass_line(harmony, "X.x.", lowest=31, held=1.9))
        sketch.add("pulse", drum("XoXo", bars, louder=0.8 + 0.1 * light))
    if light >= 2:
        sketch.add("glass", held_chords(harmony, low=67, velocity=0.55))
        sketch.add("marimba", arpeggio(harmony, (0, 2, 1, 3), step=1, low=67, velocity=0.6))
        sketch.add("shaker", drum("xoxoxoxo", bars))
