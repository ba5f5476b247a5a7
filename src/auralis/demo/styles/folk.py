"""Folk: a picked guitar, a second one that strums, a bass, a foot on the floor, and a tune."""

from auralis.demo.figures import arpeggio, bass_line, drum, stabs
from auralis.demo.harmony import Harmony
from auralis.demo.melody import Manner
from auralis.demo.pieces import Piece
from auralis.demo.score import Part, Score
from auralis.demo.sketch import Sketch, last_chord

_DESK = {
    "picked": Part("steel", [], -9, -0.25, 0.22, loose_ms=5),
    "thumb": Part("nylon", [], -8, -0.2, 0.15, loose_ms=4),
    "strummed": Part("steel", [], -17, 0.35, 0.2, loose_ms=6),
    "bass": Part("upright bass", [], -9, 0.05, 0.08),
    "flute": Part("flute", [], -12, 0.15, 0.45),
    "violin": Part("violin", [], -14, 0.15, 0.45),
    "foot": Part("soft kick", [], -10, 0.0, 0.12),
    "shaker": Part("shaker", [], -20, 0.3, 0.15),
    "rim": Part("rim", [], -22, -0.1, 0.2),
}
_FOUR = Manner(((1, 0.5, 0.5, 1, 1), (1.5, 0.5, 1, 1), (1, 1, 0.5, 0.5, 1), (2, 1, 1)), ((2, 2), (1, 1, 2), (3, -1)))
_THREE = Manner(((2, 1), (1, 1, 1), (1.5, 0.5, 1)), ((3,), (2, -1)))


def compose(piece: Piece) -> Score:
    """Arrange ``piece``: guitar alone, the tune, the refrain with everyone, a held chord."""
    sketch = Sketch(piece, _DESK)
    waltz = piece.beats_per_bar == 3
    manner = _THREE if waltz else _FOUR
    bars = 8
    centre = 74 if piece.lead == "flute" else 71
    tune = sketch.theme(sketch.verse, bars, centre, manner)
    refrain = sketch.theme(sketch.refrain, 4, centre + 3, manner, 0.8)

    _accompany(sketch, sketch.verse, 4, layer=0)
    _accompany(sketch, sketch.verse, bars, layer=1)
    sketch.add(piece.lead, tune)
    for _ in range(2 if waltz else 1):
        _accompany(sketch, sketch.refrain, 4, layer=2)
        sketch.add(piece.lead, refrain)
    if waltz:
        _accompany(sketch, sketch.verse, bars, layer=2)
        sketch.add(piece.lead, tune, louder=1.05)
    end = sketch.section(last_chord(sketch.verse, sketch.key), 1)
    sketch.add("picked", arpeggio(end, (0, 1, 2, 3), step=0.25, low=52, held=8)[:4])
    sketch.add("thumb", bass_line(end, "X...", lowest=40, held=4))
    sketch.add("bass", bass_line(end, "x...", lowest=28, held=4))
    return sketch.score()


def _accompany(sketch: Sketch, chords: Harmony, bars: int, layer: int) -> None:
    waltz = sketch.piece.beats_per_bar == 3
    per_bar = sketch.piece.beats_per_bar
    harmony = sketch.section(chords, bars)
    order = (0, 2, 1, 3, 2, 1) if waltz else (0, 2, 1, 3, 0, 2, 1, 3)
    sketch.add("picked", arpeggio(harmony, order, low=54, held=2.5, velocity=0.6))
    sketch.add("thumb", bass_line(harmony, "X.x" if waltz else "X.x.", lowest=40, figure="r5", held=1.5))
    if layer >= 1:
        sketch.add("bass", bass_line(harmony, "X.." if waltz else "X.x.", lowest=28, figure="r5", held=1.6))
        sketch.add("foot", drum("X.." if waltz else "X.x.", bars, beats_per_bar=per_bar))
        sketch.add("shaker", drum("xoxoxo" if waltz else "xoxoxoxo", bars, beats_per_bar=per_bar))
    if layer >= 2:
        sketch.add("strummed", stabs(harmony, ".xx" if waltz else "x.xox.xo", low=55, held=1.2, velocity=0.65))
        sketch.add("rim", drum(".xx" if waltz else ".x.x", bars, beats_per_bar=per_bar))
